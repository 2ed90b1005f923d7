"""What people might write to the sandbox's senders."""

from datetime import UTC, datetime, timedelta
from typing import Any

from herald.model.addresses import SenderChannel
from herald.model.ids import inbound_message_id
from herald.model.inbound import Inbound

ANA = "+12065550123"
OUR_NUMBER = "+15005550006"
# Some days ago: no carrier brings a message before it was written, or a year later.
NOON = (datetime.now(UTC) - timedelta(days=10)).replace(hour=12, minute=0, second=0, microsecond=123_000)


def message_id(inbound: Inbound, account: str) -> str:
    """The id of the message that is made of it."""
    return inbound_message_id(inbound.at, account, inbound.carrier, inbound.id)


def shown(at: datetime) -> str:
    """A time as the API shows it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def an_inbound(account: str | None, **changes: Any) -> Inbound:
    given = {
        "carrier": "sandbox",
        "id": "carrier-1",
        "account": account,
        "source": ANA,
        "to": OUR_NUMBER,
        "channel": SenderChannel.SMS,
        "text": "Hi",
        "at": NOON,
    }
    return Inbound(**(given | changes))
