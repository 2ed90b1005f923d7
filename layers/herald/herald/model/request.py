"""What a client asks for: recipients, content, and where it comes from.

These shapes are the wire's (docs/api.md) and also what the table keeps of a
request. Optional fields may be left out; an explicit null is an error.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationInfo,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from herald.model.problems import NOT_A_PHONE_NUMBER, TEXT_TOO_LONG, validation_error

MAX_TEXT: Final = 1600
MAX_MEDIA: Final = 10
MAX_TAGS: Final = 10
# A chunk of 100 recipients and a row have to fit into an item of 400 KB, whatever is in them.
MAX_VARIABLES_BYTES: Final = 3_000
MAX_LIQUID: Final = 10_000
MAX_URL: Final = 2_048

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_TAG_CHARACTERS: Final = re.compile(r"[a-zA-Z0-9._~-]+")
_LIQUID: Final = re.compile(r"\{\{|\{%")


class AddressChannel(StrEnum):
    """How a person is reached. PHONE covers SMS, MMS and RCS."""

    PHONE = "PHONE"
    WHATSAPP = "WHATSAPP"


class SenderChannel(StrEnum):
    """What a sender speaks. MMS is SMS with media."""

    SMS = "SMS"
    RCS = "RCS"
    WHATSAPP = "WHATSAPP"


REACHES: Final = {
    SenderChannel.SMS: AddressChannel.PHONE,
    SenderChannel.RCS: AddressChannel.PHONE,
    SenderChannel.WHATSAPP: AddressChannel.WHATSAPP,
}


def has_liquid(text: str) -> bool:
    """Whether a text holds Liquid, and so is only known once it is rendered."""
    return _LIQUID.search(text) is not None


def is_tag_value(text: str) -> bool:
    return len(text) <= 256 and _TAG_CHARACTERS.fullmatch(text) is not None


def is_phone_number(text: str) -> bool:
    """Whether a text has the form of an E.164 number: + and 7 to 15 digits."""
    return _E164.fullmatch(text) is not None


def _not_null(value: object) -> object:
    if value is None:
        raise PydanticCustomError("null", "must not be null; leave it out instead")
    return value


def _phone_number(value: str) -> str:
    if not is_phone_number(value):
        raise validation_error(NOT_A_PHONE_NUMBER)
    return value


def _liquid(value: str, info: ValidationInfo) -> str:
    """Check a text's Liquid where the one who validates gave `liquid_problem` as context."""
    check = (info.context or {}).get("liquid_problem")
    if check and has_liquid(value) and (found := check(value)):
        raise PydanticCustomError("liquid", "is not valid Liquid: {found}", {"found": found})
    return value


def _text(value: str) -> str:
    if len(value) > (MAX_LIQUID if has_liquid(value) else MAX_TEXT):
        raise validation_error(TEXT_TOO_LONG)
    return value


def _variables(variables: dict[str, str]) -> dict[str, str]:
    if sum(len(key.encode()) + len(value.encode()) for key, value in variables.items()) > MAX_VARIABLES_BYTES:
        raise PydanticCustomError(
            "variables", "must have at most {most} bytes in all", {"most": MAX_VARIABLES_BYTES}
        )
    return variables


def _tag_key(key: str) -> str:
    if len(key) > 128 or not _TAG_CHARACTERS.fullmatch(key):
        raise PydanticCustomError(
            "tag_key", "a tag's key must be 1 to 128 of the characters a-z A-Z 0-9 . _ ~ -"
        )
    return key


def _tag_value(value: str) -> str:
    if not is_tag_value(value) and not (has_liquid(value) and len(value) <= MAX_URL):
        raise PydanticCustomError(
            "tag_value", "a tag's value must be 1 to 256 of the characters a-z A-Z 0-9 . _ ~ -"
        )
    return value


NotNull: Final = BeforeValidator(_not_null)
NonEmpty = Annotated[str, StringConstraints(min_length=1)]
PhoneNumber = Annotated[str, AfterValidator(_phone_number)]
Text = Annotated[NonEmpty, AfterValidator(_text), AfterValidator(_liquid)]
Tags = Annotated[
    dict[
        Annotated[str, AfterValidator(_tag_key)],
        Annotated[str, AfterValidator(_tag_value), AfterValidator(_liquid)],
    ],
    Field(max_length=MAX_TAGS),
]
Variables = Annotated[dict[str, str], AfterValidator(_variables)]


class Wire(BaseModel):
    """A shape of the wire: camel case, nothing converted, unknown keys ignored."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        serialize_by_alias=True,
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
    )


class Closed(Wire):
    """A shape that the contract closes: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid")


def kind(name: str) -> Tag:
    """The tag of one kind of a union; `<...>` keeps it out of an error's JSON path."""
    return Tag(f"<{name}>")


def has_only(value: Any, wanted: Mapping[str, tuple[str, ...]]) -> str | None:
    """The one kind whose telling keys a JSON object has; None for none and for several."""
    if not isinstance(value, dict):
        return None
    kinds = [name for name, keys in wanted.items() if any(key in value for key in keys)]
    return f"<{kinds[0]}>" if len(kinds) == 1 else None


# ------------------------------------------------------------------- recipients


class MessageAddress(Closed):
    address: PhoneNumber
    channel: AddressChannel


class AddressRecipient(Closed):
    """One address of one person."""

    address: PhoneNumber
    channel: AddressChannel
    variables: Variables = Field(default_factory=dict)

    @property
    def addresses(self) -> tuple[MessageAddress, ...]:
        return (MessageAddress(address=self.address, channel=self.channel),)


class ConnectedAddressRecipient(Wire):
    """Alternative addresses of one person, the preferred one first."""

    addresses: Annotated[tuple[MessageAddress, ...], Field(min_length=1, max_length=10, strict=False)]
    variables: Variables = Field(default_factory=dict)


# Recipients by profile are not known here; what looks like one is no other kind either.
_RECIPIENTS: Final = {
    "address": ("address", "channel"),
    "connected": ("addresses",),
    "profile": ("profileId", "memoryStoreId"),
}


def _kind_of_recipient(value: Any) -> str | None:
    if isinstance(value, AddressRecipient):
        return "<address>"
    if isinstance(value, ConnectedAddressRecipient):
        return "<connected>"
    kind = has_only(value, _RECIPIENTS)
    return None if kind == "<profile>" else kind


Recipient = Annotated[
    Annotated[AddressRecipient, kind("address")] | Annotated[ConnectedAddressRecipient, kind("connected")],
    Discriminator(
        _kind_of_recipient,
        custom_error_type="recipient",
        custom_error_message="must be a recipient with either address and channel, or addresses",
    ),
]


# ---------------------------------------------------------------------- content


class MediaUrl(Wire):
    url: Annotated[NonEmpty, Field(max_length=MAX_URL), AfterValidator(_liquid)]


class Content(Closed):
    """A text, media or both. Liquid may stand in the text and in each URL."""

    text: Annotated[Text | None, NotNull] = None
    media: Annotated[tuple[MediaUrl, ...], Field(max_length=MAX_MEDIA, strict=False)] = ()

    @model_validator(mode="after")
    def _says_something(self) -> "Content":
        if not self.model_fields_set:
            raise PydanticCustomError("content", "must have text, media or both")
        return self


# ------------------------------------------------------------------------- from


class AddressSource(Closed):
    address: NonEmpty
    channel: SenderChannel


class SenderIdSource(Closed):
    sender_id: NonEmpty


Source = Annotated[
    Annotated[AddressSource, kind("address")] | Annotated[SenderIdSource, kind("senderId")],
    Discriminator(
        lambda value: has_only(value, {"address": ("address", "channel"), "senderId": ("senderId",)}),
        custom_error_type="from",
        custom_error_message="must have either address and channel, or senderId",
    ),
]


class Sender(Wire):
    """One of the account's own identities that messages come from."""

    sender_id: str
    address: str
    channel: SenderChannel

    def reaches(self, address: MessageAddress) -> bool:
        return REACHES[self.channel] is address.channel


# ---------------------------------------------------------------------- request


def _no_schedule(value: object) -> object:
    # Ignoring it would send at once what was meant for later.
    raise PydanticCustomError("schedule", "is not supported yet")


class SendMessagesRequest(Wire):
    """The body of POST /Messages."""

    to: Annotated[tuple[Recipient, ...], Field(min_length=1, max_length=10_000, strict=False)]
    content: Content
    source: Annotated[Source | None, NotNull] = Field(default=None, alias="from")
    tags: Tags = Field(default_factory=dict)
    schedule: Annotated[None, BeforeValidator(_no_schedule)] = None
