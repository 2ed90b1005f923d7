"""Inbound messages to an account's senders.

First the keyword is applied, if the message is one, then the session is joined, then the row is
made. If a worker dies in between, the repeat finds the keyword applied and the session
joined. If a worker dies after it has made the row, the repeat makes none.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from herald.carriers import queued
from herald.carriers.unreadable import Unreadable
from herald.model.ids import inbound_message_id
from herald.model.inbound import Inbound
from herald.model.keywords import Keyword, NewKeywords
from herald.model.message import Message
from herald.model.status import Status
from herald.sending import suppressions
from herald.sending.app import App
from herald.sending.suppressions import Heard
from herald.store import arrivals, conversations, keywords, messages, owners, sessions
from herald.store.arrivals import Arrival
from herald.store.owners import Owner
from herald.store.sessions import Pair
from herald.telemetry import count, logger

# The metric of each keyword.
_COUNTED: Final = {
    Keyword.STOP: "KeywordStop",
    Keyword.START: "KeywordStart",
    Keyword.HELP: "KeywordHelp",
}


_LOOKS_LIKE_STOP: Final = "LooksLikeStop"
_NOTHING: Final = Heard(None)


class _Result(StrEnum):
    RECEIVED = "InboundReceived"
    REPEATED = "InboundRepeated"
    DROPPED = "InboundDropped"


def take_in(
    app: App, inbound: Sequence[Inbound], arrived: datetime | None, results: Counter[str]
) -> list[Unreadable]:
    """Make one row for each message, and let it join its session; return those that cannot become a row.

    `arrived`: when they came; None: now. The result of each is added to `results`, which `tell` logs.

    A message to no sender of an account, or from no number, is counted and returned: it is put aside.
    """
    now = app.clock()
    # In order of time: then most extend their session at its end.
    found = owners.find(app.table, sorted(inbound, key=lambda each: each.at), app.carriers)
    # Also for a keyword that only the carrier knows: the account decides which channels it covers.
    wanted = {owner.account for each, owner in found if owner and (each.words or each.keyword)}
    words = keywords.get_many(app.table, wanted)
    dropped: list[Unreadable] = []
    for each, owner in found:
        result, heard = _take_in(app, each, owner, words, arrived or now)
        results[result] += 1
        if result is _Result.DROPPED:
            dropped.append(_given_back(each, owner))
        if heard.keyword and result is _Result.RECEIVED:
            results[_COUNTED[heard.keyword]] += 1
        if heard.looks_like and result is _Result.RECEIVED:
            results[_LOOKS_LIKE_STOP] += 1
    return dropped


def tell(results: Counter[str]) -> None:
    """Count and log the results of the messages of a batch, if there were any."""
    if not results:
        return
    for name in (*_Result, *_COUNTED.values(), _LOOKS_LIKE_STOP):
        count(name, results[name])
    logger.info(
        "messages received",
        received=results[_Result.RECEIVED],
        repeated=results[_Result.REPEATED],
        dropped=results[_Result.DROPPED],
        keywords={name: results[name] for name in _COUNTED.values() if results[name]},
    )


def _tell_new_owner(app: App, inbound: Inbound, told: Owner, arrival: Arrival) -> None:
    """Apply the keyword also for an account that has got the address meanwhile.

    A move copies the old owner's suppressions. This handles a keyword that was written after the copy.
    """
    while inbound.person:
        [(_, owner)] = owners.find(app.table, [inbound], app.carriers)
        if owner is None or owner.account == told.account:
            return
        words = keywords.get_many(app.table, {owner.account}).get(owner.account) or NewKeywords()
        suppressions.apply(app.table, owner.account, inbound.person, inbound, words, arrival)
        told = owner


def _given_back(inbound: Inbound, owner: Owner | None) -> Unreadable:
    why = "to: no account has such a sender" if owner is None else "from: it is no number"
    return Unreadable(why, json.loads(queued.inbound(inbound.carrier, [inbound])))


def _take_in(
    app: App, inbound: Inbound, owner: Owner | None, words: Mapping[str, NewKeywords], arrived: datetime
) -> tuple[_Result, Heard]:
    """The result of a message, and its meaning as a keyword."""
    person = inbound.person
    if owner is None or person is None:
        why = "no account's sender" if owner is None else "from no number"
        # No addresses: the carrier knows them by its id.
        logger.warning(
            "message dropped",
            why=why,
            carrier=inbound.carrier,
            carrier_id=inbound.id,
            channel=inbound.channel,
        )
        return _Result.DROPPED, _NOTHING
    arrival = arrivals.first(
        app.table, owner.account, inbound.carrier, inbound.id, Arrival(inbound.at, arrived)
    )
    heard = suppressions.apply(
        app.table, owner.account, person, inbound, words.get(owner.account) or NewKeywords(), arrival
    )
    if heard.keyword and inbound.account is None:
        _tell_new_owner(app, inbound, owner, arrival)
    identifier = inbound_message_id(arrival.at, owner.account, inbound.carrier, inbound.id)
    pair = Pair(owner.account, owner.sender, person)
    retention = timedelta(days=app.retention_days)
    # Before the session: a worker looks for one only where there is a conversation.
    conversations.remember(
        app.table,
        owner.account,
        owner.sender,
        person,
        inbound.at,
        kept_until=int((arrival.arrived + retention).timestamp()),
    )
    row = Message(
        id=identifier,
        account=owner.account,
        status=Status.INBOUND,
        to=person,
        sender=owner.sender,
        session_id=sessions.join(app.table, pair, identifier, arrival.at),
        received=inbound.received(heard.keyword, heard.looks_like),
        updated_at=arrival.at,
        expires_at=int((app.clock() + retention).timestamp()),
    )
    made = messages.add(app.table, row, carrier_id=inbound.id, parties=app.parties)
    return (_Result.RECEIVED if made else _Result.REPEATED), heard
