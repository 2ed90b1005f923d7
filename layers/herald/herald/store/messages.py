"""Rows of messages: made once, moved forward only, fetched by account.

The form of a row is in `rows`; the handling of concurrent writes is in `moves`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Final, TypeAlias

from herald.model import problems
from herald.model.ids import is_message_id, message_id
from herald.model.message import Attempt, Message, Unaddressable
from herald.model.operation import Operation
from herald.model.phase import Phase
from herald.model.status import RANK, UNCONFIRMED, Status, ceiling
from herald.store import keys, receipts, tags
from herald.store.moves import WAITS, Move
from herald.store.parties import Parties
from herald.store.rows import (
    billing_items,
    billing_name,
    carrier_id_of,
    dump_attempts,
    is_message,
    made,
    message_of,
    row_of,
)
from herald.store.table import ConditionFailed, Item, Table
from herald.store.updates import Condition, Update, compared, equals

# What a row that was not as expected leads to: another move, or the message if it waits again.
_Late: TypeAlias = Move[Message | None] | Message | None
# A key of an index holds 2,048 bytes.
_LONGEST_CARRIER_ID: Final = 1_024


def put(
    table: Table, rows: Iterable[Message | Unaddressable], parties: Parties | None = None
) -> dict[str, Message | Unaddressable]:
    """Make the rows of a whole chunk, in its order, and their search items.

    An existing row stays: an earlier worker has made it. The answer has the existing rows, by id;
    these count. Search items follow from the rows, so they too are made once; with `parties` rows
    are found by addresses.
    """
    chunk = list(rows)
    items = [made(row, alone=len(chunk) == 1) for row in chunk]
    if parties:
        for row, (_, item) in zip(chunk, items, strict=True):
            if isinstance(row, Message):
                item[keys.RECIPIENT_KEY] = parties.recipient_key(row.account, row.to.address)
    there = {row.id: row for row in map(row_of, table.insert_many(items).values())}
    rows = [there.get(row.id, row) for row in chunk]
    people = chain.from_iterable(map(receipts.made, rows))
    found_by = parties.planned(rows) if parties else ()
    table.insert_missing(chain(people, tags.postings(rows), found_by))
    return there


def add(table: Table, row: Message, *, carrier_id: str, parties: Parties | None = None) -> bool:
    """Make the row of a received message; False if it was made before.

    Its search items are made first, because an existing row is not made again.
    """
    if parties:
        table.insert_missing(parties.received(row))
    key, item = made(row)
    try:
        table.put_new(key, {**item, keys.CARRIER_KEY: keys.carrier_key(row.account, carrier_id)})
    except ConditionFailed:
        return False
    return True


def get(table: Table, account: str, message_id: str) -> Message | None:
    item = table.get(keys.message(account, message_id))
    return message_of(item) if item and is_message(item) else None


def find(table: Table, account: str, identifier: str) -> str | None:
    """The id of the account's message that has this id, its own or a carrier's."""
    if is_message_id(identifier):
        return identifier if get(table, account, identifier) else None
    if len(identifier.encode()) > _LONGEST_CARRIER_ID:
        return None
    found = table.query(
        keys.carrier_key(account, identifier),
        low=keys.FIRST_MESSAGE,
        high=keys.LAST_MESSAGE,
        index=keys.MESSAGES_BY_CARRIER_ID,
        limit=1,
    )
    return next((keys.message_id_in(item[keys.SK]) for item in found), None)


def get_many(table: Table, account: str, message_ids: Sequence[str]) -> dict[str, Message]:
    """The messages that exist, by id."""
    return found(table.get_many(keys_of(account, message_ids)))


def of_chunk(table: Table, operation: Operation, chunk: int) -> dict[str, Message]:
    """The messages of a chunk, by id. To read a place without a message costs as much as one with it."""
    ids = [message_id(operation.id, place) for place in operation.places(chunk)]
    return get_many(table, operation.account, ids)


def keys_of(account: str, message_ids: Iterable[str]) -> list[keys.Key]:
    """The keys of the rows of some messages."""
    return [keys.message(account, message_id) for message_id in message_ids]


def found(items: Iterable[Item]) -> dict[str, Message]:
    """The messages among items that were read, by id; items of another kind are ignored."""
    return {item[keys.SK]: message_of(item) for item in items if is_message(item)}


def rows(table: Table, account: str, message_ids: Sequence[str]) -> dict[str, Message | Unaddressable]:
    """The rows of some recipients that have one: a message, or the reason why there is none."""
    found = map(row_of, table.get_many(keys_of(account, message_ids)))
    return {row.id: row for row in found}


def recorded(
    message: Message,
    attempts: Sequence[Attempt],
    status: Status | None,
    error: int | None = None,
    *,
    now: datetime,
    session_id: str | None = None,
    more: bool = False,
) -> Move[Message | None]:
    """Add the attempts that follow `message.attempts` to its row, and move it to `status` with `error`.

    Without a `status` the outcome of the last attempt is unknown: the row still waits, with the `error` that
    says so. With `session_id`, the last attempt and the message joined that session. `more`:
    there is another route if a receipt reports that this one has failed.

    A receipt may have come first: then the row keeps its status, and the attempts are
    added all the same. If the receipt says that the last attempt has failed, and there is more, the row
    waits again, and is the effect. Attempts that are recorded twice count once.
    """
    tried = _tried(message, attempts, session_id, more=more)
    if status is None:
        known, in_time = None, WAITS
        fields = {"error": error, "updatedAt": now.isoformat(), **tried}
    else:
        known = fields = {**moved(message.account, message.id, status, error, now=now), **tried}
        in_time = compared("rank", "<", ceiling(status, RANK[status]))
    update = Update(_key(message), fields, (equals("tries", len(message.attempts)), in_time))
    return Move(update, None, _late(message, attempts, session_id, more=more, now=now, known=known))


def refused(message: Message, attempts: Sequence[Attempt]) -> Move[Message]:
    """Add refused attempts to a row and nothing else, once; the effect is the message with them."""
    after = message.model_copy(update={"attempts": (*message.attempts, *attempts)})
    update = Update(_key(message), _tried(message, attempts), (equals("tries", len(message.attempts)),))
    return Move(update, after, lambda item: after)


def closed(row: Message, code: int | None, *, now: datetime) -> Move[None] | None:
    """End a row that waits for the hand-over and will not be handed over.

    A message that was handed over before ends as that attempt did. Any other is FAILED with `code`,
    or CANCELED without one. A row that does not wait stays as it is.
    """
    if not row.phase.is_to_be_sent:
        return None
    last = row.attempts[-1] if row.attempts else None
    status, error, rank = (Status.CANCELED if code is None else Status.FAILED), code, None
    if row.phase is Phase.REOPENED and last and last.is_unknown:
        status, error, rank = Status.FAILED, problems.UNCONFIRMED.code, UNCONFIRMED
    elif row.phase is Phase.REOPENED and last and last.is_reported:
        status, error = Status.UNDELIVERED, last.error
    fields = moved(row.account, row.id, status, error, now=now, rank=rank)

    def otherwise(item: Item | None) -> Move[None] | None:
        return closed(message_of(item), code, now=now) if item else None

    return Move(Update(_key(row), fields, _as_read(row)), None, otherwise)


def given_up(row: Message, *, now: datetime) -> Move[bool]:
    """End a row whose outcome is unknown as FAILED; the effect is whether it is. A receipt still corrects it.

    False if the row has changed: a receipt has come.
    """
    error = problems.UNCONFIRMED.code
    fields = moved(row.account, row.id, Status.FAILED, error, now=now, rank=UNCONFIRMED)
    update = Update(_key(row), fields, _as_read(row))
    return Move(update, True, lambda item: bool(item and item["rank"] == UNCONFIRMED))


def sent_again(row: Message) -> Move[bool]:
    """Reopen a message with an unknown outcome; the effect is whether it waits to be sent again."""

    def waits(item: Item | None) -> bool:
        """Whether it waits for the attempt after those of `row`; an earlier call may have reopened it."""
        return item is not None and item["tries"] == len(row.attempts) and is_reopened(item)

    return Move(Update(_key(row), {"error": None}, _as_read(row)), True, waits)


# ------------------------------------------------------------------------ how a row is moved


def moved(
    account: str,
    message_id: str,
    status: Status,
    error: int | None,
    *,
    now: datetime,
    rank: int | None = None,
) -> Item:
    """The fields of a row that becomes `status`, with the rank of the status unless one is given."""
    return {
        "status": status,
        "rank": RANK[status] if rank is None else rank,
        keys.STATUS_KEY: keys.status_key(account, status, keys.shard_of(message_id)),
        "error": error,
        "updatedAt": now.isoformat(),
    }


def opened(row: Message, error: int | None, *, now: datetime) -> Item:
    """The fields of a row whose last attempt is over and that waits for another.

    The only case in which a status goes back. `row` has the last attempt.
    """
    last = row.attempts[-1].model_copy(
        update={"error": error or problems.UNKNOWN_ERROR.code, "is_reported": True}
    )
    return {
        **moved(row.account, row.id, Status.QUEUED, None, now=now),
        "attempts": dump_attempts((*row.attempts[:-1], last)),
        "failedTry": len(row.attempts),
    }


def still(item: Item) -> tuple[Condition, ...]:
    """The conditions that a row is as it was read, in all fields that a move depends on."""
    return tuple(equals(name, item.get(name)) for name in ("tries", "rank", "error", "failedTry", "more"))


def is_reopened(item: Item) -> bool:
    return message_of(item).phase is Phase.REOPENED


def _as_read(row: Message) -> tuple[Condition, ...]:
    """As `still`, of a row that waits: then its rank is its status's."""
    return (
        equals("tries", len(row.attempts)),
        equals("rank", RANK[row.status]),
        equals("error", row.error),
    )


def _late(
    message: Message,
    attempts: Sequence[Attempt],
    session_id: str | None,
    *,
    more: bool,
    now: datetime,
    known: Item | None = None,
) -> Callable[[Item | None], _Late]:
    """The next step if a receipt came before attempts were recorded, or if they were recorded before.

    `known`: the fields of a row whose last attempt has a known outcome.
    """

    def otherwise(item: Item | None) -> _Late:
        if item is None:
            return None
        if item["tries"] != len(message.attempts):
            row = message_of(item)
            is_ours = len(row.attempts) == len(message.attempts) + len(attempts)
            if is_ours and known and row.phase is Phase.UNKNOWN and _is_same(row.attempts[-1], attempts[-1]):
                # By its clock, another worker has taken this one for dead.
                return Move(Update(_key(message), known, still(item)), None, otherwise)
            return row if is_ours and row.phase is Phase.REOPENED else None
        fields = _tried(message, attempts, session_id, more=more)
        effect = None
        # An unspecific error may mean that the carrier does not know: better one attempt too few.
        has_failed = item["status"] == Status.UNDELIVERED and item.get("error") != problems.UNKNOWN_ERROR.code
        if more and has_failed:
            tried = message.model_copy(update={"attempts": (*message.attempts, *attempts)})
            fields |= opened(tried, item.get("error"), now=now)
            effect = message_of({name: value for name, value in (item | fields).items() if value is not None})
        return Move(Update(_key(message), fields, still(item)), effect, otherwise)

    return otherwise


def _is_same(one: Attempt, other: Attempt) -> bool:
    return (one.sender, one.to) == (other.sender, other.to)


def _key(message: Message) -> keys.Key:
    return keys.message(message.account, message.id)


def _tried(
    message: Message, attempts: Sequence[Attempt], session_id: str | None = None, *, more: bool = False
) -> Item:
    """The fields of a row that takes tries, and is found by them: by its session, by the carrier's own
    id, which only the try that a carrier took has, and by its channel where that has become another.

    What carriers say of why they refused is kept as what receipts say of it is.
    """
    tries = (*message.attempts, *attempts)
    channel, carrier_id = attempts[-1].sender.channel, carrier_id_of(attempts)
    fields: Item = {
        "attempts": dump_attempts(tries),
        "tries": len(tries),
        "more": True if more else None,
    }
    for number, attempt in enumerate(attempts, start=len(message.attempts) + 1):
        if attempt.billing:
            fields |= billing_items(attempt.billing, billing_name(number))
    if channel is not message.sender.channel:
        fields[keys.CHANNEL_KEY] = keys.channel_key(message.account, channel, keys.shard_of(message.id))
    if session_id:
        fields[keys.SESSION_KEY] = keys.session_key(message.account, session_id)
    if carrier_id:
        fields[keys.CARRIER_KEY] = keys.carrier_key(message.account, carrier_id)
    return fields
