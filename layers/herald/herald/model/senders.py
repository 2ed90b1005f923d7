"""Senders of an account, and the requests to make, change and find them."""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from herald.model.addresses import (
    CHANNELS,
    SANDBOX,
    AddressChannel,
    CarrierName,
    MessageAddress,
    Sender,
    SenderChannel,
    is_phone_number,
)
from herald.model.content import MAX_TAG_VALUE, TAG_CHARACTERS, Tags
from herald.model.ids import created_at
from herald.model.numbers import E164
from herald.model.problems import NOT_A_PHONE_NUMBER, validation_error
from herald.model.sources import ChannelControl, ChannelPriority
from herald.model.texts import has_liquid
from herald.model.wire import WHOLE, Checked, Closed, NonEmpty, NotNull, PageToken, Short, Wire

MAX_NAME: Final = 256
MAX_PARTS_PER_SECOND: Final = 10_000


class SenderStatus(StrEnum):
    """A DEACTIVATED sender is kept, and sends nothing."""

    ACTIVATED = "ACTIVATED"
    DEACTIVATED = "DEACTIVATED"


class Approval(StrEnum):
    """Whether the operator of the stack has approved that an account sends from an address."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"


class AnyChannel(StrEnum):
    """The contract's channels of senders. Herald has no sender of EMAIL and PUSH: such are never found."""

    SMS = "SMS"
    RCS = "RCS"
    EMAIL = "EMAIL"
    WHATSAPP = "WHATSAPP"
    PUSH = "PUSH"


class AnyAddressChannel(StrEnum):
    """The contract's channels of people, of which Herald reaches PHONE and WHATSAPP."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    WHATSAPP = "WHATSAPP"
    PUSH = "PUSH"


_OF_NUMBERS: Final = (AnyAddressChannel.PHONE, AnyAddressChannel.WHATSAPP)


def _literal(tags: dict[str, str]) -> dict[str, str]:
    if any(map(has_liquid, tags.values())):
        raise PydanticCustomError("literal_tags", "must not hold Liquid: these tags are of no message")
    return tags


_LITERAL: Final = {"type": "string", "pattern": f"^{TAG_CHARACTERS}$", "maxLength": MAX_TAG_VALUE}
LiteralTags = Annotated[Tags, Checked(_literal, {"additionalProperties": _LITERAL})]
Name = Annotated[NonEmpty, Field(max_length=MAX_NAME)]
# Message parts; carriers name no sender's limit below one a second.
PartsPerSecond = Annotated[int, Field(ge=1, le=MAX_PARTS_PER_SECOND), WHOLE]


def _enabled(carrier: CarrierName, info: ValidationInfo) -> CarrierName:
    """`carriers` of the context are those that the stack has enabled; without it, any may be named."""
    enabled = (info.context or {}).get("carriers")
    if enabled is not None and carrier not in enabled:
        known = {"enabled": ", ".join(enabled)}
        raise PydanticCustomError("carrier", "must be a carrier that the stack has: {enabled}", known)
    return carrier


EnabledCarrier = Annotated[CarrierName, AfterValidator(_enabled)]
# An id or an ARN.
_CARRIER_SENDER_ID: Final = "[A-Za-z0-9_:/+.-]+"


def _carrier_sender_id(text: str) -> str:
    if not re.fullmatch(_CARRIER_SENDER_ID, text):
        raise PydanticCustomError("carrier_sender_id", "must be of the characters A-Z a-z 0-9 _ : / + . -")
    return text


CarrierSenderId = Annotated[
    NonEmpty, Field(max_length=256), Checked(_carrier_sender_id, {"pattern": f"^{_CARRIER_SENDER_ID}$"})
]


class SenderSettings(Wire):
    """The settings of a sender: its carrier, the carrier's id of the sender, and its message parts a
    second.

    None is the stack's carrier, the sender's address, and no limit.
    """

    carrier: CarrierName | None = None
    carrier_sender_id: str | None = None
    parts_per_second: int | None = None


class OwnSender(Wire):
    """An identity of an account. Its address and channel never change.

    `status` is the account's setting. An unapproved sender of a real carrier sends nothing
    in any case; the sandbox sends from every sender.

    `carrier` None is the stack's. `carrier_sender_id` is the carrier's id of the sender, if
    that is not its address. `parts_per_second` None: it is not paced.
    """

    id: str
    address: str
    channel: SenderChannel
    display_name: str | None = None
    carrier: CarrierName | None = None
    carrier_sender_id: str | None = None
    parts_per_second: int | None = None
    status: SenderStatus = SenderStatus.ACTIVATED
    approval: Approval = Approval.PENDING
    tags: dict[str, str] = Field(default_factory=dict)
    updated_at: datetime

    @property
    def created_at(self) -> datetime:
        return created_at(self.id)

    def approval_of(self, stack_carrier: CarrierName) -> Approval | None:
        """Its approval in a stack of this carrier; None for the sandbox, which needs none."""
        return None if (self.carrier or stack_carrier) == SANDBOX else self.approval

    def status_of(self, stack_carrier: CarrierName) -> SenderStatus:
        """Its effective status in a stack of this carrier."""
        waits = self.approval_of(stack_carrier) is Approval.PENDING
        return SenderStatus.DEACTIVATED if waits else self.status

    def is_active(self, stack_carrier: CarrierName) -> bool:
        return self.status_of(stack_carrier) is SenderStatus.ACTIVATED

    @property
    def settings(self) -> SenderSettings:
        return SenderSettings(
            carrier=self.carrier,
            carrier_sender_id=self.carrier_sender_id,
            parts_per_second=self.parts_per_second,
        )

    def sends(self, sender_pool_id: str | None = None) -> Sender:
        """The sender of messages, with the pool that it was found in."""
        return Sender(
            sender_id=self.id, address=self.address, channel=self.channel, sender_pool_id=sender_pool_id
        )


def _if_channel(channels: Sequence[StrEnum], **limits: Any) -> dict[str, Any]:
    """A JSON schema of objects whose address has these limits if its channel is one of some."""
    return {
        "if": {"properties": {"channel": {"enum": [str(each) for each in channels]}}},
        "then": {"properties": {"address": limits}},
    }


class NewSender(Closed):
    """The body of POST /Senders: a sender as an account may request it."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                _if_channel([name], pattern=f"^({channel.sender_address})$")
                for name, channel in CHANNELS.items()
            ]
        }
    )

    channel: SenderChannel
    address: Short
    display_name: Annotated[Name | None, NotNull] = None
    parts_per_second: Annotated[PartsPerSecond | None, NotNull] = None
    tags: LiteralTags = Field(default_factory=dict)

    @field_validator("address")
    @classmethod
    def _is_of_its_channel(cls, address: str, info: ValidationInfo) -> str:
        channel = info.data.get("channel")
        if channel and not CHANNELS[channel].is_sender_address(address):
            raise PydanticCustomError(
                "sender_address", "must be the address of a sender of {channel}", {"channel": str(channel)}
            )
        return address


class OperatorSender(NewSender):
    """A sender as the operator makes it, who alone sets its carrier and the carrier's id of it."""

    carrier: Annotated[EnabledCarrier | None, NotNull] = None
    carrier_sender_id: Annotated[CarrierSenderId | None, NotNull] = None


class SenderChange(Closed):
    """The body of PATCH /Senders/{senderId}: what is left out stays as it is."""

    display_name: Annotated[Name | None, NotNull] = None
    parts_per_second: Annotated[PartsPerSecond | None, NotNull] = None
    status: Annotated[SenderStatus | None, NotNull] = None
    tags: Annotated[LiteralTags | None, NotNull] = None


class OperatorChange(SenderChange):
    """A change as the operator makes it; see OperatorSender."""

    carrier: Annotated[EnabledCarrier | None, NotNull] = None
    carrier_sender_id: Annotated[CarrierSenderId | None, NotNull] = None


class SenderSearch(Wire):
    """The body of POST /Senders/Search."""

    address: Short
    channel: AnyChannel
    status: Annotated[SenderStatus | None, NotNull] = None
    page_size: Annotated[int, Field(ge=1, le=1000), WHOLE] = 50
    page_token: Annotated[PageToken | None, NotNull] = None


class ReachableAddress(Wire):
    """An address of a person, of any channel of the contract."""

    model_config = ConfigDict(json_schema_extra=_if_channel(_OF_NUMBERS, pattern=f"^{E164}$"))

    channel: AnyAddressChannel
    address: Short

    @field_validator("address")
    @classmethod
    def _is_a_number_where_it_must_be(cls, address: str, info: ValidationInfo) -> str:
        if info.data.get("channel") in _OF_NUMBERS and not is_phone_number(address):
            raise validation_error(NOT_A_PHONE_NUMBER)
        return address

    @property
    def known(self) -> AddressChannel | None:
        """The channel, if it is one that Herald reaches people by."""
        return AddressChannel(self.channel) if self.channel in AddressChannel else None


class AnyChannelPriority(Wire):
    channel: AnyChannel
    priority: Annotated[int, WHOLE]


def _once(channels: tuple[AnyChannel, ...]) -> tuple[AnyChannel, ...]:
    if len(set(channels)) < len(channels):
        raise PydanticCustomError("unique", "must have each channel once")
    return channels


_AnyChannels = Annotated[tuple[AnyChannel, ...], Field(strict=False), Checked(_once, {"uniqueItems": True})]


class AnyChannelControl(Wire):
    """Which channels, and in which order: as in `from`, but of all channels of the contract."""

    filter_in: Annotated[_AnyChannels | None, NotNull] = None
    priority: Annotated[tuple[AnyChannelPriority, ...], Field(strict=False)] = ()

    def known(self) -> ChannelControl:
        """Its settings for the channels that Herald has."""
        allowed = tuple(AnyChannel) if self.filter_in is None else self.filter_in
        return ChannelControl(
            filter_in=tuple(SenderChannel(each) for each in allowed if each in SenderChannel),
            priority=tuple(
                ChannelPriority(channel=SenderChannel(each.channel), priority=each.priority)
                for each in self.priority
                if each.channel in SenderChannel
            ),
        )


class AnySenderAddress(Wire):
    """An address that a sender may have; there is none of EMAIL and PUSH."""

    address: Short
    channel: AnyChannel


def _listed(value: object) -> object:
    """A single object as a list of one: the published schema has one form, clients send the other."""
    return [value] if isinstance(value, dict) else value


_SenderAddresses = Annotated[
    tuple[AnySenderAddress, ...],
    Field(min_length=1, max_length=100, strict=False),
    BeforeValidator(_listed),
]


class ResolveSenders(Wire):
    """The body of POST /Senders/Resolve: the addresses of one person, and who may write to them."""

    model_config = ConfigDict(json_schema_extra={"not": {"required": ["senderPoolId", "senderAddresses"]}})

    recipient_addresses: Annotated[
        tuple[ReachableAddress, ...], Field(min_length=1, max_length=100, strict=False)
    ]
    sender_pool_id: Annotated[Short | None, NotNull] = None
    sender_addresses: Annotated[_SenderAddresses | None, NotNull] = None
    channels: Annotated[AnyChannelControl, NotNull] = Field(default_factory=AnyChannelControl)

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> "ResolveSenders":
        if self.sender_pool_id is not None and self.sender_addresses is not None:
            raise PydanticCustomError("resolve", "must have senderPoolId or senderAddresses, not both")
        return self

    def addresses(self) -> list[MessageAddress]:
        """The addresses that Herald can reach."""
        return [
            MessageAddress(address=each.address, channel=each.known)
            for each in self.recipient_addresses
            if each.known
        ]
