"""When messages that people wrote first came, of carriers that do not tell.

A message's id is made of its time, so a repeat has to have the time of the first.
"""

from datetime import datetime, timedelta
from typing import Final

from herald.store import keys
from herald.store.table import ConditionFailed, Table

# Carriers repeat within seconds; people who look after them, within days.
_REMEMBERED: Final = timedelta(days=15)


def first(table: Table, carrier: str, carrier_id: str, now: datetime) -> datetime:
    """When a message first came: now, if it was never here before."""
    expires_at = int((now + _REMEMBERED).timestamp())
    try:
        table.put_new(keys.arrival(carrier, carrier_id), {"at": now.isoformat(), "expiresAt": expires_at})
    except ConditionFailed as known:
        if known.item is None:
            raise
        return datetime.fromisoformat(known.item["at"])
    return now
