"""Sessions: the messages between a person and one of an account's senders until a day of silence.

One item for each pair: its session, and the times of the session's first and last
message. An older session is not stored, except as the `sessionId` of its messages.

Messages come late, twice and in any order, so times are the messages' own and not those
of the writes. A message joins the session if it is within SILENCE of it, at either end.
An older message finds only its own session, which it opens.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from herald.model.addresses import MessageAddress, Sender
from herald.model.ids import milliseconds, session_id_of
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table
from herald.store.updates import Update, compared, either, equals, missing

# A session ends after this long without a message.
SILENCE: Final = timedelta(hours=24)
# As long as a message may wait on a queue and among its dead letters, and a day.
_KEPT: Final = timedelta(days=15)
_SILENCE_MS: Final = SILENCE // timedelta(milliseconds=1)


class Pair(NamedTuple):
    """A person and a sender."""

    account: str
    sender: Sender
    person: MessageAddress

    @property
    def key(self) -> keys.Key:
        return keys.session(self.account, self.sender.channel, self.sender.address, self.person.address)


class _Session(NamedTuple):
    session_id: str
    first: int
    last: int

    def is_near(self, at: int) -> bool:
        return self.first - _SILENCE_MS <= at <= self.last + _SILENCE_MS


def join(table: Table, pair: Pair, message_id: str, at: datetime) -> str:
    """The session of a message that was received at `at`; if there is none, the one that it opens.

    A repeated message gets the same session.
    """
    moment, opened = milliseconds(at), session_id_of(message_id)
    found: Item | None = None
    while True:
        try:
            if found is None:
                # The first message of all, and every one that follows in good order.
                fields = {"lastAt": moment, "expiresAt": _expiry(moment)}
                in_order = (
                    either(missing(keys.PK), compared("lastAt", ">=", moment - _SILENCE_MS)),
                    either(missing(keys.PK), compared("lastAt", "<=", moment)),
                )
                first = {"sessionId": opened, "firstAt": moment}
                joins = Update(pair.key, fields, in_order, creates=True, defaults=first)
                return str(table.write(joins, new=True)["sessionId"])
            old = _session(found)
            new = _after(old, moment, opened)
            if new.last >= old.last and new != old:
                _replace(table, pair.key, old, new)
            return new.session_id
        except ConditionFailed as failed:
            # Another worker has written meanwhile: use its state.
            found = failed.item


def open_at(table: Table, pairs: Iterable[Pair], at: datetime) -> dict[Pair, str]:
    """The sessions of the pairs that have one that is open at an instant."""
    wanted = list(dict.fromkeys(pairs))
    found = {keys.Key(item[keys.PK], item[keys.SK]): item for item in table.get_many(_keys(wanted))}
    moment = milliseconds(at)
    sessions = {pair: _session(found[pair.key]) for pair in wanted if pair.key in found}
    return {pair: each.session_id for pair, each in sessions.items() if each.is_near(moment)}


def extended(pair: Pair, session_id: str, at: datetime) -> Update:
    """Lets a session last until SILENCE after `at`, if it does not do so anyway."""
    moment = milliseconds(at)
    fields = {"lastAt": moment, "expiresAt": _expiry(moment)}
    return Update(pair.key, fields, (equals("sessionId", session_id), compared("lastAt", "<", moment)))


def _after(old: _Session, at: int, opened: str) -> _Session:
    """The session of a message at `at`, if `old` is the stored one."""
    if old.is_near(at):
        return _Session(old.session_id, min(old.first, at), max(old.last, at))
    return _Session(opened, at, at)


def _replace(table: Table, key: keys.Key, old: _Session, new: _Session) -> None:
    """Write a session in the place of the one that was seen. Raises ConditionFailed."""
    fields = {
        "sessionId": new.session_id,
        "firstAt": new.first,
        "lastAt": new.last,
        "expiresAt": _expiry(new.last),
    }
    seen = (equals("sessionId", old.session_id), equals("firstAt", old.first), equals("lastAt", old.last))
    table.write(Update(key, fields, seen))


def _keys(pairs: Iterable[Pair]) -> list[keys.Key]:
    return list(dict.fromkeys(pair.key for pair in pairs))


def _session(item: Item) -> _Session:
    return _Session(item["sessionId"], item["firstAt"], item["lastAt"])


def _expiry(milliseconds: int) -> int:
    return milliseconds // 1000 + int(_KEPT.total_seconds())
