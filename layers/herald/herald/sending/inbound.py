"""What people write to senders of ours, and so to an account.

First the session, then the row. Who dies in between has opened or prolonged a session,
and the repeat finds the same one; who dies after it has made the row, and the repeat
makes none.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from herald.model.inbound import Inbound
from herald.model.message import Message
from herald.model.status import Status
from herald.sending.app import App
from herald.store import messages, owners, sessions
from herald.store.owners import Owner
from herald.store.sessions import Pair
from herald.telemetry import count, logger


class _Result(StrEnum):
    RECEIVED = "InboundReceived"
    REPEATED = "InboundRepeated"
    DROPPED = "InboundDropped"


def take_in(app: App, inbound: Sequence[Inbound]) -> None:
    """Make a message of each, once, and let it join its session.

    What is to no sender of an account, or from nobody who could be answered, is dropped
    and counted.
    """
    # In order of time: then most need not be sorted into their session afterwards.
    found = owners.find(app.table, sorted(inbound, key=lambda each: each.at))
    results = Counter(_take_in(app, each, owner) for each, owner in found)
    for result in _Result:
        count(result, results[result])
    logger.info(
        "messages received",
        received=results[_Result.RECEIVED],
        repeated=results[_Result.REPEATED],
        dropped=results[_Result.DROPPED],
    )


def _take_in(app: App, inbound: Inbound, owner: Owner | None) -> _Result:
    person = inbound.person
    if owner is None or person is None:
        why = "nobody's sender" if owner is None else "from no number"
        # No addresses: the carrier knows them by its id.
        logger.warning(
            "message dropped",
            why=why,
            carrier=inbound.carrier,
            carrier_id=inbound.id,
            channel=inbound.channel,
        )
        return _Result.DROPPED
    identifier = inbound.message_id(owner.account)
    pair = Pair(owner.account, owner.sender, person)
    row = Message(
        id=identifier,
        account=owner.account,
        status=Status.INBOUND,
        to=person,
        sender=owner.sender,
        session_id=sessions.join(app.table, pair, identifier, inbound.at),
        received=inbound.received,
        updated_at=inbound.at,
        expires_at=int((app.clock() + timedelta(days=app.retention_days)).timestamp()),
    )
    made = messages.add(app.table, row, carrier_id=inbound.id)
    return _Result.RECEIVED if made else _Result.REPEATED
