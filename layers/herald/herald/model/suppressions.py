"""The addresses that an account may not write to: of people who opted out, and others."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field

from herald.model.addresses import AddressChannel, MessageAddress
from herald.model.wire import Closed, Wire

MAX_ADDED: Final = 1_000


class SuppressionSource(StrEnum):
    """The origin of a suppression. A START of the person lifts all but API.

    STOP     the person, by a keyword
    CARRIER  a carrier, which knows of an opt-out
    IMPORT   the account, for people who opted out elsewhere
    API      the account: only the account lifts it
    """

    STOP = "STOP"
    CARRIER = "CARRIER"
    IMPORT = "IMPORT"
    API = "API"


class GivenSource(StrEnum):
    """The sources that a client may name: a STOP can only come from the person."""

    API = "API"
    IMPORT = "IMPORT"
    CARRIER = "CARRIER"


class StopCovers(StrEnum):
    """The channels that a STOP covers, as an account has set it.

    FAMILY  the family of channels that it was written by: SMS, MMS and RCS are one, WhatsApp the other
    ALL     all channels that reach the person's number
    """

    FAMILY = "FAMILY"
    ALL = "ALL"

    def addresses(self, person: MessageAddress) -> tuple[MessageAddress, ...]:
        """The addresses that a STOP or START of a person holds for, the person's own first.

        A family is an AddressChannel. This is the only place that says what a STOP covers.
        """
        if self is StopCovers.FAMILY:
            return (person,)
        others = (channel for channel in AddressChannel if channel is not person.channel)
        return person, *(MessageAddress(address=person.address, channel=each) for each in others)


class People:
    """A set of people, each by a channel; it contains an address in any spelling of its number."""

    def __init__(self, addresses: Iterable[MessageAddress] = ()) -> None:
        self._keys = {(each.channel, each.key) for each in addresses}

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, address: object) -> bool:
        return isinstance(address, MessageAddress) and (address.channel, address.key) in self._keys

    def __ior__(self, others: "People") -> Self:
        self._keys |= others._keys
        return self


class Suppression(Wire):
    """One address that an account may not write to, from any sender of the address's channel."""

    id: str
    to: MessageAddress
    source: SuppressionSource
    # When the person wrote, or the account asked.
    created_at: datetime


class NewSuppressions(Closed):
    """The body of POST /Suppressions."""

    suppressions: Annotated[
        tuple[MessageAddress, ...], Field(min_length=1, max_length=MAX_ADDED, strict=False)
    ]
    source: GivenSource = GivenSource.API
