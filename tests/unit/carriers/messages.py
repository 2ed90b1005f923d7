"""Messages as `fan_out` hands them to a carrier."""

from dataclasses import replace
from itertools import count
from typing import Any

from herald.carriers import OutboundMessage
from herald.model.addresses import AddressChannel, MessageAddress, Sender, SenderChannel
from herald.model.ids import message_id

ACCOUNT = "AC" + "0123456789abcdef" * 2
OPERATION = "comms_operation_01m84msk09raq5zj18gfae3m0g"
PERSON = "+12065550100"
SMS = Sender(sender_id="comms_sender_1", address="+15005550006", channel=SenderChannel.SMS)
RCS = Sender(sender_id="comms_sender_2", address="rcs-0123456789abcdef", channel=SenderChannel.RCS)
WHATSAPP = Sender(sender_id="comms_sender_3", address="+15005550006", channel=SenderChannel.WHATSAPP)
_numbers = count()


def message(to: str = PERSON, sender: Sender = SMS, **changes: Any) -> OutboundMessage:
    """The first attempt to send "Hello"; each message has an id of its own."""
    channel = AddressChannel.WHATSAPP if sender.channel is SenderChannel.WHATSAPP else AddressChannel.PHONE
    made = OutboundMessage(
        account=ACCOUNT,
        message_id=message_id(OPERATION, next(_numbers) % 32_768),
        attempt=1,
        sender=sender,
        to=MessageAddress(address=to, channel=channel),
        text="Hello",
        media=(),
        deferrals=0,
    )
    return replace(made, **changes)
