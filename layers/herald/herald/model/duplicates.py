"""People whom a request names more than once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from herald.model.addresses import MessageAddress
from herald.model.recipients import AddressRecipient, Group, GroupRecipient, ProfileRecipient, Recipient


class Repeats(NamedTuple):
    """The repeated people of a request: their number, and their places, from 0.

    `places` are recipients with no other person. `narrowed` are groups with others too, without these people.
    """

    people: int
    places: Sequence[int]
    narrowed: Mapping[int, Recipient]


def repeats(recipients: Iterable[Recipient]) -> Repeats:
    """The people whom a request names again.

    A person is known by a profile, or by any number that an earlier recipient has too, however it
    is written and whichever channel it is for. Of a group, each address is a person.
    """
    known: set[str] = set()
    people = 0
    places = []
    narrowed: dict[int, Recipient] = {}
    for place, recipient in enumerate(recipients):
        if isinstance(recipient, GroupRecipient):
            addresses = recipient.addresses
            others = tuple(each for each in addresses if each.key not in known)
            keys = [each.key for each in others]
            people += len(addresses) - len(set(keys))
            if not others:
                places.append(place)
            elif len(others) < len(addresses):
                narrowed[place] = _of(recipient, others)
        else:
            keys = _keys(recipient)
            if not known.isdisjoint(keys):
                people += 1
                places.append(place)
        known.update(keys)
    return Repeats(people, places, narrowed)


def _keys(recipient: Recipient) -> list[str]:
    if isinstance(recipient, ProfileRecipient):
        return [f"{recipient.memory_store_id} {recipient.profile_id}"]
    return [address.key for address in recipient.addresses]


def _of(group: GroupRecipient, addresses: tuple[MessageAddress, ...]) -> Recipient:
    """The group of these addresses; one alone is a recipient like any other."""
    if len(addresses) > 1:
        return GroupRecipient(group=Group(addresses=addresses), variables=group.variables)
    [only] = addresses
    return AddressRecipient(address=only.address, channel=only.channel, variables=group.variables)
