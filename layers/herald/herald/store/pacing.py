"""When a sender may send: one line per sender, in which chunks reserve slots.

`nextAt` of a sender's item is the end of the line, in milliseconds since 1970. A chunk that
reserves a slot moves it by the time that its parts need. The slot of a dead worker stays
unused: then the sender is slower for a moment, and never faster. The item does not
expire: without it, a sender with a long line would send twice as fast.
"""

from datetime import datetime

from herald.store import keys
from herald.store.table import ConditionFailed, Table
from herald.store.updates import Update, at_most, compared


def reserve(table: Table, account: str, sender_id: str, *, milliseconds: int, now: datetime) -> int:
    """Reserve the next `milliseconds` of a sender's line; return their start, in milliseconds since 1970."""
    key = keys.pacing(account, sender_id)
    this = milliseconds_of(now)
    while True:
        try:
            runs = (compared("nextAt", ">", this),)
            item = table.write(Update(key, {}, runs, adds={"nextAt": milliseconds}), new=True)
        except ConditionFailed:
            if _begin(table, key, this + milliseconds, this):
                return this
        else:
            return int(item["nextAt"]) - milliseconds


def _begin(table: Table, key: keys.Key, next_at: int, now: int) -> bool:
    """Begin the line again from now; False if another worker has."""
    try:
        table.write(Update(key, {"nextAt": next_at}, (at_most("nextAt", now),), creates=True))
    except ConditionFailed:
        return False
    return True


def milliseconds_of(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
