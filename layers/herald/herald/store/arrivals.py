"""The first arrivals of inbound messages, and the times at which they were written.

A carrier may deliver a message more than once, with different times. So a message is
identified by the carrier's id alone, and keeps the times of its first arrival.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from herald.store import keys
from herald.store.table import ConditionFailed, Table

# A message may wait for 14 days on a queue and among its dead letters.
REMEMBERED: Final = timedelta(days=15)

_LONGEST_ON_ITS_WAY: Final = timedelta(days=366)


class Arrival(NamedTuple):
    """When a message was written, by its carrier's clock if that is plausible (`at`), and when it arrived."""

    at: datetime
    arrived: datetime


def first(table: Table, account: str, carrier: str, carrier_id: str, now: Arrival) -> Arrival:
    """The first arrival of a message: `now`, if it has not arrived before.

    A time after the arrival, or a year before it, shows that the carrier's clock is wrong: then the
    arrival counts.
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
