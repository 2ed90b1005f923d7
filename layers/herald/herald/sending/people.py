"""The people of a chunk's recipients, when their messages are made.

Most recipients name their addresses. A recipient by profile gets the profile's addresses
and traits at that moment. From then on the row has both, because a profile may
change or be deleted while its message waits.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace

from herald.model import problems
from herald.model.addresses import MessageAddress
from herald.model.ids import message_id
from herald.model.message import Message, Unaddressable
from herald.model.operation import Operation
from herald.model.problems import REGION_NOT_ENABLED, Problem
from herald.model.profiles import Profile, with_traits
from herald.model.recipients import (
    AddressRecipient,
    ConnectedAddressRecipient,
    GroupRecipient,
    ProfileRecipient,
    Recipient,
    are_too_many,
)
from herald.model.zones import country_of
from herald.store import messages, profiles
from herald.store.chunks import Placed
from herald.store.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The person that a recipient means. `problem`: why no sender can send to them."""

    addresses: tuple[MessageAddress, ...]
    variables: dict[str, str] = field(default_factory=dict)
    profile_id: str | None = None
    memory_store_id: str | None = None
    # Several people, one at each address.
    is_group: bool = False
    problem: Problem | None = None
    # The recipient's existing row, which stays.
    row: Message | Unaddressable | None = None


def people_of(
    table: Table, operation: Operation, placed: Iterable[Placed], *, first: int, again: bool
) -> list[Person]:
    """The people of a chunk, in its order; their messages' numbers begin with `first`.

    `again`: an earlier worker may have made rows, or some of them if it died meanwhile. A
    profile may have changed since, so the row decides who its recipient is.
    """
    chunk = [
        (message_id(operation.id, number), each.recipient) for number, each in enumerate(placed, start=first)
    ]
    by_profile = {
        identifier: recipient for identifier, recipient in chunk if isinstance(recipient, ProfileRecipient)
    }
    rows = messages.rows(table, operation.account, list(by_profile)) if again else {}
    names = [
        (recipient.memory_store_id, recipient.profile_id)
        for identifier, recipient in by_profile.items()
        if identifier not in rows
    ]
    known = profiles.get_many(table, operation.account, names)
    people = []
    for identifier, recipient in chunk:
        if not isinstance(recipient, ProfileRecipient):
            people.append(_as_named(recipient))
        elif row := rows.get(identifier):
            people.append(as_made(recipient, row))
        else:
            name = (recipient.memory_store_id, recipient.profile_id)
            people.append(_allowed(_by_profile(recipient, known.get(name)), operation.countries))
    return people


def as_made(recipient: Recipient, row: Message | Unaddressable) -> Person:
    """The person of a recipient that has a row."""
    if not isinstance(recipient, ProfileRecipient):
        return replace(_as_named(recipient), row=row)
    return Person(
        addresses=row.addresses or (),
        variables=row.variables if isinstance(row, Message) else {},
        profile_id=row.profile_id,
        memory_store_id=row.memory_store_id,
        row=row,
    )


def _as_named(recipient: AddressRecipient | ConnectedAddressRecipient | GroupRecipient) -> Person:
    """The person, or the people, of a recipient that the request names by address."""
    return Person(
        addresses=recipient.addresses,
        # A recipient without a profile has no traits.
        variables=with_traits(recipient.variables, {}),
        is_group=isinstance(recipient, GroupRecipient),
    )


def _allowed(person: Person, countries: Container[str]) -> Person:
    """A person with the addresses that the account may send to; `countries` are all of them if empty.

    Those of a request were checked before it was accepted.
    """
    if not countries or not person.addresses:
        return person
    addresses = tuple(to for to in person.addresses if country_of(to.address) in countries)
    return replace(person, addresses=addresses) if addresses else replace(person, problem=REGION_NOT_ENABLED)


def _by_profile(recipient: ProfileRecipient, profile: Profile | None) -> Person:
    resolved = with_traits(recipient.variables, profile.traits) if profile else {}
    problem = None if profile else problems.UNKNOWN_PROFILE
    if are_too_many(resolved):
        # They do not fit into a row. The message fails, with the variables of the request.
        resolved, problem = recipient.variables, problems.UNRENDERABLE
    return Person(
        addresses=profile.addresses if profile else (),
        variables=resolved,
        profile_id=recipient.profile_id,
        memory_store_id=recipient.memory_store_id,
        problem=problem,
    )
