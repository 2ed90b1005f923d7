"""What the table's stream says, for the functions behind it.

A record has the typed images of an item before and after a change. The event
source mappings in template.yaml let through only what is read here.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from herald.model.change import Change, Row
from herald.model.operation import Operation
from herald.store import keys
from herald.store.table import load

Record = Mapping[str, Any]


def operations(records: Iterable[Record]) -> Iterator[Operation]:
    """The operations that records show as they are after the change."""
    for record in records:
        yield Operation.model_validate(load(record["dynamodb"]["NewImage"]), strict=False)


def changes(records: Iterable[Record]) -> Iterator[Change]:
    """The changes of messages' rows that records show."""
    for record in records:
        change = record["dynamodb"]
        old, new = change.get("OldImage"), change["NewImage"]
        partition, name = change["Keys"][keys.PK]["S"], change["Keys"][keys.SK]["S"]
        yield Change(
            message_id=name.removeprefix(keys.UNADDRESSABLE_PREFIX),
            shard=keys.shard_in(partition),
            sequence_number=change["SequenceNumber"],
            old=_row(old) if old else None,
            new=_row(new),
            expires_at=int(new["expiresAt"]["N"]),
        )


def _row(image: Mapping[str, Any]) -> Row:
    # Read as it is: loading whole items would be most of the tally's work.
    if "status" not in image:
        return Row(None, 0)
    return Row(image["status"]["S"], int(image["tries"]["N"]))
