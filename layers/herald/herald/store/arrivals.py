"""When messages that people wrote first came, and when they say that they were written.

A carrier brings a message more than once, under other times of its own. So a message is
known by the carrier's id alone, and has the times of its first arrival for ever.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from herald.store import keys
from herald.store.table import ConditionFailed, Table

# A message may wait for 14 days on a queue and among its dead letters.
REMEMBERED: Final = timedelta(days=15)

_LONGEST_ON_ITS_WAY: Final = timedelta(days=366)


class Arrival(NamedTuple):
    """When a message was written, by its carrier's clock as far as that can be (`at`), and when it came."""

    at: datetime
    arrived: datetime


def first(table: Table, account: str, carrier: str, carrier_id: str, now: Arrival) -> Arrival:
    """The first arrival of a message: `now`, if it was never here before.

    No message is written later than it arrives, and no carrier holds a message for a year: then its
    clock is wrong, and the arrival counts.
    """
    is_plausible = now.arrived - _LONGEST_ON_ITS_WAY <= now.at <= now.arrived
    arrival = now if is_plausible else Arrival(now.arrived, now.arrived)
    expires_at = int((arrival.arrived + REMEMBERED).timestamp())
    try:
        table.put_new(
            keys.arrival(account, carrier, carrier_id),
            {
                "at": arrival.at.isoformat(),
                "arrivedAt": arrival.arrived.isoformat(),
                "expiresAt": expires_at,
            },
        )
    except ConditionFailed as known:
        if known.item is None:
            raise
        return Arrival(
            datetime.fromisoformat(known.item["at"]), datetime.fromisoformat(known.item["arrivedAt"])
        )
    return arrival
