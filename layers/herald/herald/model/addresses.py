"""Addresses of people, and an account's senders."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

from pydantic import Field, ValidationInfo

from herald.model import numbers
from herald.model.problems import NOT_A_PHONE_NUMBER, validation_error
from herald.model.wire import Checked, Closed, Wire

# In the context of a validation: a request is validated.
IS_REQUEST: Final = "is_request"


class AddressChannel(StrEnum):
    """How a person is reached. PHONE covers SMS, MMS and RCS."""

    PHONE = "PHONE"
    WHATSAPP = "WHATSAPP"


class SenderChannel(StrEnum):
    """What a sender speaks. MMS is SMS with media."""

    SMS = "SMS"
    RCS = "RCS"
    WHATSAPP = "WHATSAPP"


# The carrier that sends nothing, and its addresses, which no real carrier has.
SANDBOX: Final = "sandbox"
SANDBOX_NUMBERS: Final = "+1500555"
SANDBOX_AGENT: Final = "herald_sandbox_agent"

# A carrier, by the name of its folder in herald.carriers.
CarrierName = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}\z", json_schema_extra={"format": "carrier"})
]


def is_phone_number(text: str) -> bool:
    """Whether a text has the form of an E.164 number: + and 7 to 15 digits."""
    return numbers.has_form_of_e164(text)


class Channel(NamedTuple):
    """The rules of a channel of senders.

    `order` is its place among the channels of a pool, the first to try first; `unasked` is
    its place among the senders that a request without `from` may have. `prefix` is what
    Twilio writes before an address of it.
    """

    reaches: AddressChannel
    order: int
    unasked: int
    # The pattern of a sender's address.
    sender_address: str
    # Whether a long text counts as several parts.
    has_parts: bool = False
    prefix: str = ""

    def is_sender_address(self, text: str) -> bool:
        return re.fullmatch(self.sender_address, text) is not None


# An SMS may also come from a short code, or from letters, not only from a number.
_SMS_ADDRESS: Final = rf"{numbers.E164}|[0-9]{{3,8}}|(?=.*[A-Za-z])[A-Za-z0-9 _-]{{1,11}}"
# No address of a sender is longer, nor any spelling of one.
LONGEST_SENDER_ADDRESS: Final = 128
# AWS accepts the id of a pool or a number instead of an agent's: such an id may belong to another account.
_RCS_ADDRESS: Final = rf"(?!(?:pool|phone)-[0-9a-f]{{16,}}$)[A-Za-z0-9_.-]{{1,{LONGEST_SENDER_ADDRESS}}}"

CHANNELS: Final[Mapping[SenderChannel, Channel]] = {
    # The richest channel is tried first; without `from`, the one that reaches every phone is used.
    SenderChannel.RCS: Channel(
        AddressChannel.PHONE,
        order=0,
        unasked=1,
        sender_address=_RCS_ADDRESS,
        prefix="rcs:",
    ),
    SenderChannel.WHATSAPP: Channel(
        AddressChannel.WHATSAPP, order=1, unasked=2, sender_address=numbers.E164, prefix="whatsapp:"
    ),
    SenderChannel.SMS: Channel(
        AddressChannel.PHONE,
        order=2,
        unasked=0,
        sender_address=_SMS_ADDRESS,
        has_parts=True,
    ),
}
REACHES: Final = {name: channel.reaches for name, channel in CHANNELS.items()}


def is_of_sandbox(channel: SenderChannel, address: str) -> bool:
    """Whether an address of a sender is one of the sandbox's own, which all accounts share."""
    if channel is SenderChannel.RCS:
        return address.casefold() == SANDBOX_AGENT
    return numbers.key_of(address).startswith(SANDBOX_NUMBERS)


def _phone_number(value: str, info: ValidationInfo) -> str:
    """A number, as a request may name it.

    Only a request's numbers are checked against the rules of their countries. A stored number must
    stay readable: a carrier has received from it, or older rules allowed it.
    """
    if numbers.is_plain(value):
        return value
    if not numbers.has_form_of_e164(value):
        raise validation_error(NOT_A_PHONE_NUMBER, cure=_cure(value))
    if info.context and info.context.get(IS_REQUEST):
        found = numbers.read(value)
        if found.plain is not None:
            raise validation_error(NOT_A_PHONE_NUMBER, cure=_cure_of_prefix(value, found.plain))
        if not found.is_possible:
            raise validation_error(NOT_A_PHONE_NUMBER)
    return value


def _cure(value: str) -> str | None:
    """How to write a number that is not in the form of E.164."""
    if numbers.has_foreign_digits(value):
        return "Write its digits as 0 to 9."
    number = numbers.spelled(value)
    if number is None:
        return None
    found = numbers.read(number)
    return f"Write it as {found.plain or number}." if found.is_possible else None


def _cure_of_prefix(value: str, plain: str) -> str:
    start = next(place for place, digit in enumerate(plain) if value[place] != digit)
    prefix = value[start : start + len(value) - len(plain)]
    return f"Write it without the {prefix} behind the country code: {plain}."


# The JSON schema's name for numbers that the rules of their countries allow (docs/api.md).
PHONE_NUMBER: Final = {"format": "phone-number", "pattern": f"^{numbers.E164}$"}
PhoneNumber = Annotated[str, Checked(_phone_number, PHONE_NUMBER)]


class MessageAddress(Closed):
    """A person's number, as it was given, and the channel that reaches it."""

    address: PhoneNumber
    channel: AddressChannel

    @property
    def key(self) -> str:
        """The key of the person, the same for every way to write the number."""
        return numbers.key_of_number(self.address)


def distinct(addresses: Sequence[MessageAddress]) -> Sequence[MessageAddress]:
    """A person's addresses without repeats: of several spellings of a number on a channel, the first."""
    if len(addresses) < 2:
        return addresses
    firsts: dict[tuple[AddressChannel, str], MessageAddress] = {}
    for address in addresses:
        firsts.setdefault((address.channel, address.key), address)
    return tuple(firsts.values())


class Sender(Wire):
    """The sender of a message, and the pool that it was found in, if any."""

    sender_id: str
    address: str
    channel: SenderChannel
    sender_pool_id: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None

    def reaches(self, address: MessageAddress) -> bool:
        return REACHES[self.channel] is address.channel
