"""Checks whether an account owns the address that a message comes from, at the hand-over.

An operation keeps the senders that it was accepted with. Meanwhile a sender may be moved to another account,
removed, or not be approved for the stack's present carrier. A worker reads the owners of
its senders with its other reads before each group, and caches them for a few seconds.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from herald.model.addresses import Sender, is_of_sandbox
from herald.model.operation import Operation
from herald.sending.app import App
from herald.store import keys, owners
from herald.store.table import Item
from herald.timing import OWNER_SECONDS


class _Known(NamedTuple):
    owner: Item | None
    at: datetime


class Owned:
    """The owners of an operation's senders, as far as they were looked up. Used from several threads."""

    def __init__(self, app: App, operation: Operation) -> None:
        self._app = app
        self._operation = operation
        self._known: dict[keys.Key, _Known] = {}

    def to_look_up(self, senders: Iterable[Sender]) -> set[keys.Key]:
        """The keys of the owners of some senders' addresses that are not cached, or no longer."""
        oldest = self._app.clock() - timedelta(seconds=OWNER_SECONDS)
        places = {owners.key_of(each) for each in senders if not is_of_sandbox(each.channel, each.address)}
        return {key for key in places if key not in self._known or self._known[key].at < oldest}

    def learn(self, asked: Iterable[keys.Key], items: Iterable[Item]) -> None:
        """Cache the items that were read for `to_look_up`, among other items."""
        found = {keys.Key(item[keys.PK], item[keys.SK]): item for item in items}
        now = self._app.clock()
        for key in asked:
            self._known[key] = _Known(found.get(key), now)

    def has(self, sender: Sender) -> bool:
        """Whether a message may come from a sender, which is read if it was not. Raises Unavailable."""
        if is_of_sandbox(sender.channel, sender.address):
            return True
        key = owners.key_of(sender)
        if key not in self._known:
            self.learn([key], self._app.table.get_many([key]))
        carrier = self._operation.settings_of(sender.sender_id).carrier or self._app.carrier.name
        return owners.may_send(self._known[key].owner, self._operation.account, sender, carrier)
