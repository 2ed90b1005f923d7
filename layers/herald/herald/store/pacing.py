"""When a sender may send: one line per sender, in which chunks take their places.

`nextAt` of a sender's item is the end of the line, in milliseconds since 1970. Whoever
takes a place moves it on by the time that its parts need. A place whose worker dies
stays empty: then the sender is slower for a moment, and never faster.
"""

from datetime import datetime
from typing import Final

from herald.store import keys
from herald.store.table import ConditionFailed, Table

# Seconds for which a sender that is not used is remembered.
_KEPT: Final = 86_400


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
            if _begin(table, sender_id, account, this + milliseconds, this):
                return this
        else:
            return int(item["nextAt"]) - milliseconds


def _begin(table: Table, sender_id: str, account: str, next_at: int, now: int) -> bool:
    """Begin the line anew from now; False when somebody else has."""
    try:
        table.update(
            keys.pacing(account, sender_id),
            "SET nextAt = :next, expiresAt = :expires",
            {"next": next_at, "now": now, "expires": next_at // 1000 + _KEPT},
            condition="attribute_not_exists(nextAt) OR nextAt <= :now",
        )
    except ConditionFailed:
        return False
    return True


def milliseconds_of(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
