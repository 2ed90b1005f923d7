"""The senders of a request's messages: the `from` of the wire."""

from typing import Annotated, Final

from pydantic import Discriminator, Field
from pydantic_core import PydanticCustomError

from herald.model.addresses import CHANNELS, SenderChannel
from herald.model.wire import WHOLE, Checked, NotNull, Short, Wire, apart, has_only, kind

# The richest first: a recipient that one channel does not reach is tried by the next.
DEFAULT_ORDER: Final = tuple(sorted(CHANNELS, key=lambda name: CHANNELS[name].order))


class AddressSource(Wire):
    """A sender by its address."""

    address: Short
    channel: SenderChannel


class SenderIdSource(Wire):
    """A sender by its id."""

    sender_id: Short


class ChannelPriority(Wire):
    """The place of a channel in the order of trying; 0 is the first."""

    channel: SenderChannel
    priority: Annotated[int, WHOLE]


def _once(channels: tuple[SenderChannel, ...]) -> tuple[SenderChannel, ...]:
    if len(set(channels)) < len(channels):
        raise PydanticCustomError("unique", "must have each channel once")
    return channels


_Channels = Annotated[tuple[SenderChannel, ...], Field(strict=False), Checked(_once, {"uniqueItems": True})]


class ChannelControl(Wire):
    """Which channels of a pool may send, and in which order."""

    filter_in: Annotated[_Channels | None, NotNull] = None
    priority: Annotated[tuple[ChannelPriority, ...], Field(strict=False)] = ()

    def order(self) -> list[SenderChannel]:
        """The channels that may send, the first to try first.

        Those with a priority come before those without, and those in the default order.
        """
        allowed = DEFAULT_ORDER if self.filter_in is None else self.filter_in
        # If a channel is listed twice, the first entry counts.
        priorities = {each.channel: each.priority for each in reversed(self.priority)}
        return sorted(
            allowed,
            key=lambda channel: (
                channel not in priorities,
                priorities.get(channel, 0),
                DEFAULT_ORDER.index(channel),
            ),
        )


class SenderPoolSource(Wire):
    """The senders of a pool."""

    sender_pool_id: Short
    channels: Annotated[ChannelControl, NotNull] = Field(default_factory=ChannelControl)


_KINDS: Final = {
    "address": ("address", "channel"),
    "senderId": ("senderId",),
    "senderPoolId": ("senderPoolId", "channels"),
}

Source = Annotated[
    Annotated[AddressSource, kind("address")]
    | Annotated[SenderIdSource, kind("senderId")]
    | Annotated[SenderPoolSource, kind("senderPoolId")],
    Discriminator(
        lambda value: has_only(value, _KINDS),
        custom_error_type="from",
        custom_error_message="must have either address and channel, senderId, or senderPoolId",
    ),
    apart(_KINDS),
]
