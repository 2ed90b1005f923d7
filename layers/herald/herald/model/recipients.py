"""The recipients of a request: each entry is one person."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Discriminator, Field
from pydantic_core import PydanticCustomError

from herald.model.addresses import AddressChannel, MessageAddress, PhoneNumber
from herald.model.ids import MEMORY_STORE_ID, PROFILE_ID, is_memory_store_id, is_profile_id
from herald.model.wire import Checked, Closed, Says, Wire, has_only, kind

# A chunk of 100 recipients, and a row, have to fit into an item of 400 KB.
MAX_VARIABLES_BYTES: Final = 3_000


def are_too_many(variables: Mapping[str, str]) -> bool:
    """Whether variables take more bytes than they may."""
    return sum(len(key.encode()) + len(value.encode()) for key, value in variables.items()) > (
        MAX_VARIABLES_BYTES
    )


def _variables(variables: dict[str, str]) -> dict[str, str]:
    if are_too_many(variables):
        raise PydanticCustomError(
            "variables", "must have at most {most} bytes in all", {"most": MAX_VARIABLES_BYTES}
        )
    return variables


# A schema counts no bytes: the limit is in the description.
Variables = Annotated[dict[str, str], AfterValidator(_variables)]


def _profile_id(value: str) -> str:
    if not is_profile_id(value):
        raise PydanticCustomError("profile_id", "is not the id of a profile")
    return value


def _memory_store_id(value: str) -> str:
    if not is_memory_store_id(value):
        raise PydanticCustomError("memory_store_id", "is not the id of a memory store")
    return value


ProfileId = Annotated[str, Checked(_profile_id, {"pattern": PROFILE_ID})]
MemoryStoreId = Annotated[str, Checked(_memory_store_id, {"pattern": MEMORY_STORE_ID})]


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


class ProfileRecipient(Wire):
    """A person whom the account has told of before: addresses and traits are the profile's.

    Which addresses those are is known once the message is made (herald.sending.people).
    """

    profile_id: ProfileId
    memory_store_id: MemoryStoreId
    variables: Variables = Field(default_factory=dict)

    @property
    def addresses(self) -> tuple[MessageAddress, ...]:
        """None of its own."""
        return ()


class Group(Closed):
    """People who get the same message."""

    addresses: Annotated[tuple[MessageAddress, ...], Field(min_length=2, max_length=10, strict=False)]


class GroupRecipient(Closed):
    """Several people as one recipient, with one message. Herald's own (docs/adr/0012)."""

    group: Group
    variables: Variables = Field(default_factory=dict)

    @property
    def addresses(self) -> tuple[MessageAddress, ...]:
        return self.group.addresses


_KINDS: Final[dict[type[Any], str]] = {
    AddressRecipient: "<address>",
    ConnectedAddressRecipient: "<connected>",
    ProfileRecipient: "<profile>",
    GroupRecipient: "<group>",
}
_PROFILE_KEYS: Final = ("profileId", "memoryStoreId")
# Keys that no recipient has together, in the form of openapi.json (see `_kind_of_recipient`).
_AMBIGUOUS: Final = (("addresses", *_PROFILE_KEYS), ("group", "addresses"), ("group", "profileId"))


def _kind_of_recipient(value: Any) -> str | None:
    """The one kind of recipient that a value is, or was meant to be, as the published schema has it.

    Only a recipient with one address is closed: the other kinds tolerate each other's
    keys, but with the required keys of two kinds a recipient is ambiguous.
    """
    if not isinstance(value, dict):
        return _KINDS.get(type(value))
    if "group" in value:
        return "<group>"
    if all(key in value for key in _PROFILE_KEYS):
        return None if "addresses" in value else "<profile>"
    if "addresses" in value:
        return "<connected>"
    if any(key in value for key in _PROFILE_KEYS):
        return "<profile>"
    return has_only(value, {"address": ("address", "channel")})


Recipient = Annotated[
    Annotated[AddressRecipient, kind("address")]
    | Annotated[ConnectedAddressRecipient, kind("connected")]
    | Annotated[ProfileRecipient, kind("profile")]
    | Annotated[GroupRecipient, kind("group")],
    Discriminator(
        _kind_of_recipient,
        custom_error_type="recipient",
        custom_error_message="must be a recipient with address and channel, with addresses,"
        " with profileId and memoryStoreId, or with group",
    ),
    Says({"not": {"anyOf": [{"required": list(keys)} for keys in _AMBIGUOUS]}}),
]
