"""Whom a request is for: each entry is one person."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, Discriminator, Field
from pydantic_core import PydanticCustomError

from herald.model.addresses import AddressChannel, MessageAddress, PhoneNumber
from herald.model.wire import Closed, Wire, has_only, kind

# A chunk of 100 recipients, and a row, have to fit into an item of 400 KB.
MAX_VARIABLES_BYTES: Final = 3_000


def _variables(variables: dict[str, str]) -> dict[str, str]:
    if sum(len(key.encode()) + len(value.encode()) for key, value in variables.items()) > MAX_VARIABLES_BYTES:
        raise PydanticCustomError(
            "variables", "must have at most {most} bytes in all", {"most": MAX_VARIABLES_BYTES}
        )
    return variables


Variables = Annotated[dict[str, str], AfterValidator(_variables)]


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
