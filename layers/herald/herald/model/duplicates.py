"""Recipients of a request that mean a person who is in it before."""

from collections.abc import Iterable

from herald.model.recipients import GroupRecipient, ProfileRecipient, Recipient


def repeated(people: Iterable[Recipient]) -> list[int]:
    """The places in a request, from 0, of recipients whose person has an earlier place.

    A person is known by a profile, or by any number that an earlier recipient has too, however it
    is written and whichever channel it is for. Groups are left out: everybody in a group is meant
    to get the group's message.
    """
    known: set[str] = set()
    places = []
    for place, recipient in enumerate(people):
        keys = _keys(recipient)
        if not known.isdisjoint(keys):
            places.append(place)
        known.update(keys)
    return places


def _keys(recipient: Recipient) -> list[str]:
    match recipient:
        case GroupRecipient():
            return []
        case ProfileRecipient():
            return [f"{recipient.memory_store_id} {recipient.profile_id}"]
    return [address.key for address in recipient.addresses]
