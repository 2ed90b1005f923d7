"""The App of the use cases; herald.runtime builds the real one."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from herald.carriers import Carrier
from herald.model.limits import Limits
from herald.store import Keyring, Table
from herald.store.parties import Parties
from herald.tasks import Queue, Scheduler


@dataclass(frozen=True, kw_only=True)
class App:
    table: Table
    chunk_queue: Queue
    chunk_dead_letters: Queue
    scheduler: Scheduler
    carrier: Carrier
    # For calls side by side, such as hand-overs; kept from one invocation to the next.
    threads: Executor
    # All carriers of the stack, by name.
    carriers: frozenset[str]
    # Fetched when it is first asked for: most functions need no secret.
    # Of credentials; and of page tokens and requests.
    keyring: Callable[[], Keyring]
    token_keyring: Callable[[], Keyring]
    clock: Callable[[], datetime]
    # The carrier of senders that name none, and the limits of accounts that have no others.
    carrier_name: str
    limits: Limits
    retention_days: int
    unconfirmed_seconds: int
    # Whether messages are found by their addresses.
    address_search: bool

    @property
    def seconds(self) -> int:
        """Now, in whole seconds since 1970."""
        return int(self.clock().timestamp())

    @property
    def parties(self) -> Parties | None:
        """Makes the search items of addresses; None if the stack has the search turned off."""
        return Parties(self.token_keyring().parties) if self.address_search else None
