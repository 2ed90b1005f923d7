"""What people might write to the sandbox's senders."""

from datetime import UTC, datetime
from typing import Any

from herald.model.addresses import SenderChannel
from herald.model.inbound import Inbound

ANA = "+12065550123"
OUR_NUMBER = "+15005550006"
NOON = datetime(2026, 1, 2, 12, 0, 0, 123_000, tzinfo=UTC)


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
