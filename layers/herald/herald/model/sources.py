"""Where a request's messages come from: the `from` of the wire."""

from typing import Annotated

from pydantic import Discriminator

from herald.model.addresses import SenderChannel
from herald.model.wire import Closed, NonEmpty, has_only, kind


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
