"""AWS End User Messaging: SMS, MMS and RCS by one service, WhatsApp by another.

sending     the carrier; sms (with MMS), rcs, whatsapp and media are its parts
errors      the meaning of each error of AWS
receipts    the events that AWS publishes about messages that it accepted
inbound     messages that people wrote to numbers, agents and WhatsApp senders
client  a client of AWS for sending: made when it is needed, and without connections that may be dead
"""

from typing import Final

from herald.carriers.kind import Json, Kind, ReadsEvents
from herald.carriers.protocol import Carrier
from herald.carriers.surroundings import Surroundings
from herald.carriers.unreadable import Parts
from herald.model.inbound import Inbound
from herald.model.message import Receipt
from herald.model.status import Status

NAME: Final = "aws"


def _build(surroundings: Surroundings) -> Carrier:
    from herald.carriers.aws.sending import build

    return build(surroundings)


def _receipts(message: Json, successful: Status) -> Parts[Receipt]:
    from herald.carriers.aws.receipts import parse_receipts

    return parse_receipts(message, successful=successful)


def _inbound(message: Json) -> Parts[Inbound]:
    from herald.carriers.aws.inbound import parse_inbound

    return parse_inbound(message)


CARRIER: Final = Kind[None](build=_build, events=ReadsEvents(_receipts, _inbound))
