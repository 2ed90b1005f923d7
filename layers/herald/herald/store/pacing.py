"""When a sender may send: one line per sender, in which chunks take their places.

`nextAt` of a sender's item is the end of the line, in milliseconds since 1970. Whoever
takes a place moves it on by the time that its parts need. A place whose worker dies
stays empty: then the sender is slower for a moment, and never faster. The item does not
expire: a sender whose long line were forgotten would send twice as fast.
"""

from datetime import datetime

from herald.store import keys
from herald.store.table import ConditionFailed, Table
from herald.store.updates import Update, at_most


def reserve(table: Table, account: str, sender_id: str, *, milliseconds: int, now: datetime) -> int:
    """Take the next `milliseconds` of a sender's time; when they begin, in milliseconds since 1970."""
    key = keys.pacing(account, sender_id)
    this = milliseconds_of(now)
    while True:
        try:
            item = table.update(
                key,
                "SET nextAt = nextAt + :some",
                {"some": milliseconds, "now": this},
                condition="nextAt > :now",
                new=True,
            )
        except ConditionFailed:
            if _begin(table, key, this + milliseconds, this):
                return this
        else:
            return int(item["nextAt"]) - milliseconds


def _begin(table: Table, key: keys.Key, next_at: int, now: int) -> bool:
    """Begin the line again from now; False when another worker has."""
    try:
        table.write(Update(key, {"nextAt": next_at}, (at_most("nextAt", now),), creates=True))
    except ConditionFailed:
        return False
    return True


def milliseconds_of(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
