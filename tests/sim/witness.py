"""Records since when the table forbids a hand-over, and which worker read what and when.

Right before each group a worker looks up whether it may still be sent. What the table
says by then counts, whichever worker wrote it; what it says afterwards comes too late for that group.
Beyond that a message has to be the recipient's own: text, address, number, and time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from herald.carriers import OutboundMessage
from herald.model.status import Status
from tests.sim.kernel import Kernel, Process
from tests.sim.recipients import OPERATION, Address, Book, Who, account_in, unreached, who_is
from tests.sim.requests import Key
from tests.sim.values import Item

type Read = Callable[[Mapping[str, Any]], Any]

SUCCESSES: Final = frozenset({Status.DELIVERED, Status.READ})
_WORKER: Final = "fan_out"
# Clocks of processes know milliseconds only.
_TICK: Final = 0.002


class Moment(NamedTuple):
    """Since when a message, or a person of a group, is what."""

    at: float
    status: str
    error: int | None


class Witness:
    def __init__(self, kernel: Kernel, book: Book) -> None:
        self._kernel = kernel
        self._book = book
        # By how much the clock of a process may be ahead.
        self.clocks = 0.0
        # What became of messages and people, one after the other.
        self.history: defaultdict[Who, list[Moment]] = defaultdict(list)
        # Whose rows are whose.
        self.accounts: dict[Who, str] = {}
        self.unreached: set[Who] = set()
        # Where anybody was ever suppressed.
        self.ever_suppressed: set[Address] = set()
        # How often an address was suppressed, or was not any more.
        self.turned = 0
        # Since when an operator was told that an account has a sender's address no more.
        self.moved: dict[Address, float] = {}
        # What operations were, one after the other.
        self.operations: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
        self._rows: dict[Who, Key] = {}
        # Since when a person has got a message, may not be written to, or a sender is stopped.
        self._reached: dict[Who, float] = {}
        self._suppressed: dict[Address, tuple[Key, float]] = {}
        self._stopped: dict[tuple[str, str], float] = {}
        # Which accounts an operator has disabled, and since when.
        self._disabled: dict[str, tuple[Key, float]] = {}
        # Since when an operation must not send, and why.
        self._held: dict[str, tuple[float, str]] = {}
        self._operation_keys: dict[str, Key] = {}
        self._read: defaultdict[str, dict[Key, float]] = defaultdict(dict)

    def changed(self, key: Key, old: Item | None, new: Item | None) -> None:
        """An item of the table has changed."""
        item, now = new or {}, self._kernel.now
        if who := who_is(key, item):
            self._row_changed(who, key, item, now)
        elif item.get("id", {}).get("S", "").startswith(OPERATION) and "total" in item:
            self._operation_changed(key, item, now)
        elif "channel" in item and "since" in item:
            address = Address.of(account_in(key), item["channel"]["S"], item["address"]["S"])
            self.turned += address not in self._suppressed
            self._suppressed.setdefault(address, (key, now))
            self.ever_suppressed.add(address)
        elif "disabledAt" in item:
            self._disabled.setdefault(account_in(key), (key, now))
        elif "since" in (old or {}):
            self.turned += 1
            self._suppressed = {
                each: (at, since) for each, (at, since) in self._suppressed.items() if at != key
            }
        elif who := unreached(key, item):
            self.unreached.add(who)
            self.accounts[who] = account_in(key)

    def _row_changed(self, who: Who, key: Key, item: Item, now: float) -> None:
        self._rows[who] = key
        self.accounts[who] = account_in(key)
        status = item["status"]["S"]
        error = int(item["error"]["N"]) if "error" in item else None
        moments = self.history[who]
        if not moments or moments[-1][1:] != (status, error):
            moments.append(Moment(now, status, error))
        if status in SUCCESSES:
            self._reached.setdefault(who, now)

    def _operation_changed(self, key: Key, item: Item, now: float) -> None:
        identifier, status = item["id"]["S"], item["status"]["S"]
        self._operation_keys[identifier] = key
        states = self.operations[identifier]
        if not states or states[-1][1] != status:
            states.append((now, status))
        for sender in item.get("stopped", {}).get("M", ()):
            self._stopped.setdefault((identifier, sender), now)
        is_paused = item.get("paused", {}).get("BOOL", False) and status != "COMPLETED"
        why = "canceled" if status == "CANCELED" else "paused" if is_paused else ""
        if not why:
            self._held.pop(identifier, None)
        elif identifier not in self._held:
            self._held[identifier] = now, why

    def has_stopped(self, operation_id: str) -> bool:
        """Whether a sender was stopped in an operation."""
        return any(stopped == operation_id for stopped, _ in self._stopped)

    def is_suppressed(self, address: Address) -> bool:
        """Whether the table says now that an address may not be written to."""
        return address in self._suppressed

    def reading(self, read: Read) -> Read:
        """A read of the table, of which it is remembered who made it, and when."""

        def remembered(request: Mapping[str, Any]) -> Any:
            process = self._kernel.process
            if process and process.name.startswith(_WORKER):
                batches = request.get("RequestItems", {}).values()
                wanted = (
                    [request["Key"]] if "Key" in request else [each for b in batches for each in b["Keys"]]
                )
                when = self._read[process.name]
                when.update(((each["pk"]["S"], each["sk"]["S"]), self._kernel.now) for each in wanted)
            return read(request)

        return remembered

    def objections(self, message: OutboundMessage, process: Process) -> Iterator[str]:
        """Why a message must not be handed over now, as far as its worker has to know."""
        who = Who(message.message_id, message.person)
        operation = self._operation_keys.get(who.operation_id, ("", ""))
        row = self._rows.get(who)
        if row is None:
            yield "was handed over and has no row"
        elif self._is_known(self._reached.get(who), process, operation, row):
            yield "was handed over although the row says that it has arrived"
        address = Address.of(message.account, message.to.channel, message.to.address)
        suppression, since = self._suppressed.get(address, (("", ""), None))
        if self._is_known(since, process, operation, suppression):
            yield "was handed over to somebody who had written STOP"
        disabled, when = self._disabled.get(message.account, (("", ""), None))
        if self._is_known(when, process, operation, disabled):
            yield "was handed over for an account that is disabled"
        if self._is_known(
            self._stopped.get((who.operation_id, message.sender.sender_id)), process, operation
        ):
            yield "was handed over to a sender that was stopped"
        held, why = self._held.get(who.operation_id, (None, ""))
        if self._is_known(held, process, operation):
            yield f"was handed over although its operation is {why}"
        if self.operations[who.operation_id][-1:] and self.operations[who.operation_id][-1][1] == "SCHEDULED":
            yield "was handed over while its operation is SCHEDULED"
        if Address.of(message.account, message.sender.channel, message.sender.address) in self.moved:
            yield "was sent from an address that another account has"
        yield from self._is_its_own(message, who, process)

    def _is_its_own(self, message: OutboundMessage, who: Who, process: Process) -> Iterator[str]:
        """Whether text, address and time are those of the recipient, and no other recipient has the id."""
        recipient = self._book.of_text(message.account, message.text)
        if recipient is None:
            yield f"has a text of nobody: {message.text!r}"
            return
        if not self._book.is_the_same(who, recipient.place):
            yield f"has the text of place {recipient.place}, whose message has another id"
        addresses = [each["address"] for each in recipient.addresses]
        if message.person is not None:
            addresses = addresses[message.person : message.person + 1]
        if message.to.address not in addresses:
            yield f"is for the recipient at place {recipient.place}, who has {addresses}"
        if recipient.is_group != (message.person is not None):
            yield "is a group's and to nobody of it, or the other way about"
        asked = recipient.sent.more.get("from")
        if asked and message.sender.address != asked.get("address", message.sender.address):
            yield f"is sent from {message.sender.address}, and not from {asked['address']}"
        [(committed, _), *_] = self.operations[who.operation_id] or [(0.0, "")]
        due = recipient.due or 0.0
        # What was past for the clock of the function that accepted the request is due at once.
        is_later = due > committed + self.clocks + 1.0
        if is_later and self._kernel.now + max(process.skew, 0.0) + _TICK < due:
            yield f"was handed over {due - self._kernel.now:.1f} s before its time"

    def _is_known(self, since: float | None, process: Process, *looked_up: Key) -> bool:
        """Whether something was so when a worker looked up the operation and, in the same read, a key.

        Faults may make several reads of the one; then the first of them counts.
        """
        if since is None:
            return False
        read = self._read[process.name]
        times = [read.get(key, process.started) for key in looked_up]
        return since < (min(times) if process.was_struck else times[0])
