"""Changes of an account's suppressions by people's keywords."""

from typing import NamedTuple

from herald.model.addresses import MessageAddress
from herald.model.inbound import Inbound
from herald.model.keywords import Keyword, NewKeywords
from herald.model.suppressions import SuppressionSource
from herald.model.zones import country_of
from herald.store import suppressions
from herald.store.arrivals import REMEMBERED, Arrival
from herald.store.table import Table


class Heard(NamedTuple):
    """The meaning of a message: one of the account's keywords or none; and what it looks like."""

    keyword: Keyword | None
    looks_like: Keyword | None = None


def apply(
    table: Table,
    account: str,
    person: MessageAddress,
    inbound: Inbound,
    words: NewKeywords,
    arrival: Arrival,
) -> Heard:
    """Apply a message that is one of an account's keywords, and return the keyword.

    A carrier may have keywords of its own, and report them. A repeated or late call changes nothing. Neither
    does a START that is older than the stored arrivals: a later STOP may no longer be stored.
    """
    country = country_of(person.address)
    ours = words.meaning(inbound.words, country, inbound.to)
    keyword = next((each for each in Keyword if each in (ours, inbound.keyword)), None)
    if keyword is Keyword.STOP:
        source = SuppressionSource.STOP if ours is keyword else SuppressionSource.CARRIER
        for address in words.stop_covers.addresses(person):
            suppressions.stop(table, account, address, source, arrival)
    elif keyword is Keyword.START and arrival.arrived - inbound.at <= REMEMBERED:
        for address in words.stop_covers.addresses(person):
            suppressions.start(table, account, address, arrival)
    return Heard(keyword, None if keyword else words.looks_like(inbound.words, country))
