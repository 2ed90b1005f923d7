"""What people's words change in an account's suppressions."""

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
    """What a message means: one of the account's words, or nothing; then, what it looks like."""

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
    """Do as a person says whose message is nothing but one of an account's words.

    A carrier may have words of its own, and say so. Doing it again, or late, changes nothing. Neither
    does a START that is older than arrivals are remembered: a STOP that came after it may be forgotten.
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
