"""Who is reached and who sends: addresses of people, and an account's senders."""

import re
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from herald.model.problems import NOT_A_PHONE_NUMBER, validation_error
from herald.model.wire import Closed, Wire

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")


class AddressChannel(StrEnum):
    """How a person is reached. PHONE covers SMS, MMS and RCS."""

    PHONE = "PHONE"
    WHATSAPP = "WHATSAPP"


class SenderChannel(StrEnum):
    """What a sender speaks. MMS is SMS with media."""

    SMS = "SMS"
    RCS = "RCS"
    WHATSAPP = "WHATSAPP"


class CarrierName(StrEnum):
    """Who may carry what a sender sends; herald.carriers has one for each."""

    SANDBOX = "sandbox"
    AWS = "aws"
    TWILIO = "twilio"
    HTTP = "http"


REACHES: Final = {
    SenderChannel.SMS: AddressChannel.PHONE,
    SenderChannel.RCS: AddressChannel.PHONE,
    SenderChannel.WHATSAPP: AddressChannel.WHATSAPP,
}


def is_phone_number(text: str) -> bool:
    """Whether a text has the form of an E.164 number: + and 7 to 15 digits."""
    return _E164.fullmatch(text) is not None


def _phone_number(value: str) -> str:
    if not is_phone_number(value):
        raise validation_error(NOT_A_PHONE_NUMBER)
    return value


PhoneNumber = Annotated[str, AfterValidator(_phone_number)]


class MessageAddress(Closed):
    address: PhoneNumber
    channel: AddressChannel


class Sender(Wire):
    """What a message comes from: a sender of the account, and the pool that it was found in, if any."""

    sender_id: str
    address: str
    channel: SenderChannel
    sender_pool_id: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None

    def reaches(self, address: MessageAddress) -> bool:
        return REACHES[self.channel] is address.channel
