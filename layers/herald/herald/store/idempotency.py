"""The operations of requests with a client's key, so that sending a request again changes nothing.

    operationId  the operation that the request becomes, or became.
    requestHash  the keyed hash of the request: it only distinguishes the same request from another.
    leaseUntil   until when the key is held for a request that is in progress (seconds since
                 1970). Removed once the operation is written.
    expiresAt    until when the record counts. The table deletes it some time after.

Holding a key commits nothing. The operation and the end of the lease are written in one
transaction, which succeeds only while the key is still held for this operation: if two
requests both assume that they hold the key, one becomes an operation.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from herald.model.operation import Operation
from herald.store import operations
from herald.store.keys import PK, Key
from herald.store.table import ConditionFailed, Item, Table, Unmet
from herald.store.updates import Condition, Update, compared, either, equals, missing, present

# How long a key is stored.
KEPT_SECONDS: Final = 24 * 60 * 60


class KeyReused(Exception):
    """The key was used for another request."""


class KeyInUse(Exception):
    """The same request is in progress."""


class Keyed(NamedTuple):
    """A request with a key: where its record is, and its keyed hash."""

    record: Key
    request: str


def find(table: Table, keyed: Keyed, *, now: int) -> str | None:
    """The operation that a request became already. Raises KeyReused and KeyInUse."""
    return _became(table.get(keyed.record), keyed, now)


def claim(table: Table, keyed: Keyed, operation_id: str, *, now: int, lease_seconds: int) -> str | None:
    """Hold the key for an operation, or return the operation that the request has become meanwhile.

    Raises KeyReused and KeyInUse.
    """
    fields = {
        "operationId": operation_id,
        "requestHash": keyed.request,
        "leaseUntil": now + lease_seconds,
        "expiresAt": now + KEPT_SECONDS,
    }
    is_over = compared("leaseUntil", "<=", now), compared("expiresAt", "<=", now)
    try:
        table.write(Update(keyed.record, fields, (either(missing(PK), *is_over),), creates=True))
    except ConditionFailed as failed:
        # The answer to a first try was lost and the SDK tried again: it is ours.
        if failed.item and failed.item.get("operationId") == operation_id:
            return None
        return _became(failed.item, keyed, now)
    return None


def commit(table: Table, keyed: Keyed, operation: Operation, *, now: int, also: Sequence[Update] = ()) -> str:
    """Commit a request for which the key is held; return its operation.

    That is another one when the lease has ended and the same request, sent again, was
    quicker. Raises KeyReused and KeyInUse when it is under way, and nothing is done. `also` is
    written in the same transaction; raises Unmet where it is a condition of these alone that fails.
    """
    done = Update(keyed.record, {"leaseUntil": None}, _held_for(operation.id))
    try:
        table.transact(operations.new(operation), done, *also)
    except Unmet as unmet:
        if not unmet.parts & {0, 1}:
            raise
        # Also the answer to a repetition of what has gone through already.
        became = _became(table.get(keyed.record), keyed, now)
        if became is None:
            raise KeyInUse from None
        return became
    return operation.id


def release(table: Table, keyed: Keyed, operation_id: str) -> bool:
    """Release the key that is held for an operation; return whether the operation exists already.

    After that, a commit of the operation that is still on its way fails.
    """
    try:
        table.write(Update(keyed.record, {"leaseUntil": 0, "operationId": None}, _held_for(operation_id)))
    except ConditionFailed as failed:
        return failed.item is not None and failed.item.get("operationId") == operation_id
    return False


def _held_for(operation_id: str) -> tuple[Condition, ...]:
    return equals("operationId", operation_id), present("leaseUntil")


def _became(item: Item | None, keyed: Keyed, now: int) -> str | None:
    """The operation of a record; None if the key is free."""
    if item is None or item["expiresAt"] <= now or item.get("leaseUntil", now + 1) <= now:
        return None
    if item["requestHash"] != keyed.request:
        raise KeyReused
    if "leaseUntil" in item:
        raise KeyInUse
    return str(item["operationId"])
