"""What the table's stream says, for the functions behind it.

A record has the typed images of an item before and after a change. The event
source mappings in template.yaml let through only what is read here.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from herald.model.change import Change, Recount, Row
from herald.model.ids import operation_id_of
from herald.model.operation import Operation
from herald.model.status import Status
from herald.store import keys, recounts
from herald.store.table import load

Record = Mapping[str, Any]


class OperationChange(NamedTuple):
    """An operation before a change, unless it was made by it, and after."""

    old: Operation | None
    new: Operation


def operations(records: Iterable[Record]) -> Iterator[OperationChange]:
    """The changes of operations that records show."""
    for record in records:
        change = record["dynamodb"]
        old = change.get("OldImage")
        yield OperationChange(_operation(old) if old else None, _operation(change["NewImage"]))


def _operation(image: Mapping[str, Any]) -> Operation:
    return Operation.model_validate(load(image), strict=False)


def changes(records: Iterable[Record]) -> Iterator[Change | Recount]:
    """The changes of messages' rows that records show, and the recounts among them."""
    for record in records:
        change = record["dynamodb"]
        old, new = change.get("OldImage"), change["NewImage"]
        partition, name = change["Keys"][keys.PK]["S"], change["Keys"][keys.SK]["S"]
        shard, number = keys.shard_in(partition), change["SequenceNumber"]
        expires_at = int(new["expiresAt"]["N"])
        if name.startswith(keys.RECOUNT_PREFIX):
            operation_id = name.removeprefix(keys.RECOUNT_PREFIX)
            yield Recount(operation_id, shard, number, recounts.step_of(load(new)), expires_at)
            continue
        if name.startswith(keys.RECEIPT_PREFIX) or _is_inbound(new):
            # Persons of a group are not counted: their message is. What was received is of
            # no operation.
            continue
        yield Change(
            operation_id=operation_id_of(name.removeprefix(keys.UNADDRESSABLE_PREFIX)),
            shard=shard,
            sequence_number=number,
            old=_row(old) if old else None,
            new=_row(new),
            expires_at=expires_at,
        )


def operation_ids(records: Iterable[Record]) -> Iterator[str]:
    """Which operations records of all kinds are about, in any order and with repeats."""
    for record in records:
        key, image = record["dynamodb"]["Keys"], record["dynamodb"].get("NewImage", {})
        partition, name = key[keys.PK]["S"], key[keys.SK]["S"]
        if partition.startswith(keys.OPERATION_PREFIX):
            yield keys.operation_in(partition)
        elif name.startswith(keys.RECOUNT_PREFIX):
            yield name.removeprefix(keys.RECOUNT_PREFIX)
        elif partition.startswith(keys.MESSAGES_PREFIX) and not _is_inbound(image):
            yield operation_id_of(keys.message_id_in(name.removeprefix(keys.UNADDRESSABLE_PREFIX)))


def _is_inbound(image: Mapping[str, Any]) -> bool:
    return bool("status" in image and image["status"]["S"] == Status.INBOUND)


def _row(image: Mapping[str, Any]) -> Row:
    # Read as it is: loading whole items would be most of the tally's work.
    people = int(image["people"]["N"]) if "people" in image else 1
    if "status" not in image:
        return Row(None, 0, people)
    return Row(image["status"]["S"], int(image["tries"]["N"]), people)
