"""Messages that an account sends join the session that is open between sender and person, if there is one.

They do not open one: most people never answer, and each message to them would cost one more
write (docs/adr/0013). A person who answers opens a session, and later messages join it.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime

from botocore.exceptions import ClientError

from herald.model.addresses import MessageAddress, SenderChannel
from herald.model.routes import Conversation, Route
from herald.store import conversations, sessions
from herald.store.sessions import Pair
from herald.store.table import Table, Unavailable


def open_conversations(
    table: Table,
    account: str,
    channels: Collection[SenderChannel],
    people: Iterable[MessageAddress],
    at: datetime,
) -> dict[Conversation, str]:
    """The conversations of people that are open at an instant, and the address of the sender in each.

    Reads one item a person and family of channels, and one more for people who have written.
    """
    by_key = {person.key: person for person in people}
    last = conversations.last_written_to(table, account, channels, by_key)
    pairs = {
        conversation: Pair(account, sender, by_key[conversation.person])
        for conversation, sender in last.items()
    }
    is_open = sessions.open_at(table, pairs.values(), at) if pairs else {}
    return {conversation: pair.sender.address for conversation, pair in pairs.items() if pair in is_open}


class OpenSessions:
    """The open sessions for the messages that a worker is about to send, as of their look-up."""

    def __init__(self, table: Table, account: str) -> None:
        self._table = table
        self._account = account
        self._open: dict[Pair, str] = {}

    def look_up(self, routes: Iterable[Route], at: datetime) -> None:
        """Read which sessions are open at an instant, of routes to people who have written before."""
        self._open |= sessions.open_at(self._table, map(self._pair, routes), at)

    def id_of(self, route: Route) -> str | None:
        """The session that a message joins when it goes by a route; None if it joins none."""
        return self._open.get(self._pair(route))

    def extend(self, sent: Iterable[tuple[Route, datetime]]) -> None:
        """Let the sessions of routes last longer, each by a message that has joined it and was sent then.

        Tried once. A failure is ignored: a session that ends early does less harm than a failing worker.
        """
        found = [
            sessions.extended(pair, self._open[pair], at)
            for route, at in sent
            if (pair := self._pair(route)) in self._open
        ]
        with suppress(Unavailable, ClientError):
            self._table.update_many(found, goes_on=lambda: False)

    def _pair(self, route: Route) -> Pair:
        return Pair(self._account, route.sender, route.to)
