"""The table's stream, parsed for the functions that read it.

A record has the typed images of an item before and after a change. The event
source mappings in template.yaml pass only the records that are read here.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from herald.model.block import State, state_of
from herald.model.change import Change
from herald.model.ids import index_of, operation_id_of
from herald.model.operation import Operation
from herald.model.status import Status
from herald.store import keys
from herald.store.table import load

Record = Mapping[str, Any]


class OperationChange(NamedTuple):
    """An operation before a change, unless it was made by it, and after."""

    old: Operation | None
    new: Operation


def operations(records: Iterable[Record]) -> Iterator[OperationChange]:
    """The changes of operations in records."""
    for record in records:
        change = record["dynamodb"]
        old = change.get("OldImage")
        yield OperationChange(_operation(old) if old else None, _operation(change["NewImage"]))


def _operation(image: Mapping[str, Any]) -> Operation:
    return Operation.model_validate(load(image), strict=False)


def changes(records: Iterable[Record]) -> Iterator[Change]:
    """The changes of operations' messages in records.

    A group's message is counted, its people are not. A received message belongs to no operation.
    """
    for record in records:
        change = record["dynamodb"]
        old, new = change.get("OldImage"), change["NewImage"]
        name = change["Keys"][keys.SK]["S"]
        if keys.is_receipt(name) or _is_inbound(new):
            continue
        yield Change(
            operation_id=operation_id_of(name),
            place=index_of(name),
            old=_state(old) if old else None,
            new=_state(new),
            expires_at=int(new["expiresAt"]["N"]),
        )


class Turn(NamedTuple):
    """A message whose status has changed."""

    old: str
    new: str
    code: str | None
    # Between the two.
    seconds: float


def turns(records: Iterable[Record]) -> Iterator[Turn]:
    """The messages of operations whose status has changed."""
    for record in records:
        change = record["dynamodb"]
        old, new = change.get("OldImage"), change["NewImage"]
        if old is None or not ("status" in old and "status" in new) or old["status"] == new["status"]:
            continue
        yield Turn(
            old=old["status"]["S"],
            new=new["status"]["S"],
            code=new.get("error", {}).get("N"),
            seconds=(_updated(new) - _updated(old)).total_seconds(),
        )


def _updated(image: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(image["updatedAt"]["S"])


def operation_ids(records: Iterable[Record]) -> Iterator[str]:
    """The operations of records of all kinds, in any order and with repeats."""
    for record in records:
        key, image = record["dynamodb"]["Keys"], record["dynamodb"].get("NewImage", {})
        partition, name = key[keys.PK]["S"], key[keys.SK]["S"]
        if partition.startswith(keys.OPERATION_PREFIX):
            yield keys.operation_in(partition)
        elif partition.startswith(keys.MESSAGES_PREFIX) and not _is_inbound(image):
            yield operation_id_of(keys.message_id_in(name))


def _is_inbound(image: Mapping[str, Any]) -> bool:
    return bool("status" in image and image["status"]["S"] == Status.INBOUND)


def _state(image: Mapping[str, Any]) -> State:
    # Read as it is: loading whole items would be most of the tally's work.
    return state_of(
        image["status"]["S"] if "status" in image else None,
        _number(image, "rank", 0),
        tries=_number(image, "tries", 0),
        failed_try=_number(image, "failedTry", 0),
        people=_number(image, "people", 1),
    )


def _number(image: Mapping[str, Any], name: str, otherwise: int) -> int:
    return int(image[name]["N"]) if name in image else otherwise
