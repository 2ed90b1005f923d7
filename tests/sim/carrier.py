"""A carrier whose every answer, silence and receipt follows from the plan of a run.

It remembers what was handed to it, and notices at once what must never happen: the same
person's message handed over while or after it was, or may have been, taken.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from herald.carriers import Accepted, NotSent, OutboundMessage, Outcome, Rejected, Stopped, Unknown
from herald.model import problems
from herald.model.message import Billing, Receipt
from herald.model.status import Status
from tests.sim.edge import Edge, Strike
from tests.sim.kernel import Kernel, Process
from tests.sim.queues import Queue
from tests.sim.weather import Weather

NAME: Final = "sandbox"
REFUSAL: Final = 21408
STOP: Final = 21606
UNREACHABLE: Final = 30003
# For how long it wants to be left alone, in seconds, unless a fate says otherwise.
_PAUSE: Final = 2
# Of the message and, in a group, of the person.
type Person = tuple[str, int | None]

# What may happen when a message is handed over to an address.
ACCEPT: Final = "accept"
REJECT: Final = "reject"
TURN_AWAY: Final = "turn away"
STOP_SENDER: Final = "stop the sender"
RAISE_UNTAKEN: Final = "raise, not having taken it"
RAISE_TAKEN: Final = "raise, having taken it"
HANG_UNTAKEN: Final = "hang, not having taken it"
HANG_TAKEN: Final = "hang, having taken it"
TAKEN: Final = frozenset({ACCEPT, RAISE_TAKEN, HANG_TAKEN})
AMBIGUOUS: Final = frozenset({RAISE_UNTAKEN, RAISE_TAKEN, HANG_UNTAKEN, HANG_TAKEN})


# What carriers report, the farthest last.
_FARTHER: Final = (Status.SENT, Status.UNDELIVERED, Status.DELIVERED, Status.READ)


class Fate(NamedTuple):
    """What becomes of the messages to an address: the last of `answers` is that to all further ones."""

    answers: tuple[str, ...] = (ACCEPT,)
    reports: tuple[Status, ...] = (Status.DELIVERED,)
    # Whether the first receipt is on its way before the answer.
    is_early: bool = False
    # Seconds from the hand-over to each of the reports, where that matters.
    delays: tuple[float, ...] = ()
    # Whether a failure is one: a carrier may also say that it has given up waiting for an answer.
    is_certain: bool = True
    # For how many seconds a message waits that is turned away, at least.
    pause: int = _PAUSE


def id_of(message: OutboundMessage) -> str:
    """The id that the carrier gives a message."""
    return f"carrier-{message.message_id}-{message.attempt}-{message.person}"


class Habits(Protocol):
    """How a carrier reports."""

    weather: Weather

    def fate(self, address: str) -> Fate: ...
    def receipt_delay(self) -> float: ...
    def repeats_receipt(self) -> bool: ...
    def hang(self) -> float: ...


@dataclass
class HandOver:
    message: OutboundMessage
    process: Process
    began: float
    kind: str = ""
    # Whether the one who handed it over got to know what came of it.
    answered: bool = False
    is_over: bool = False
    reported: list[Status] = field(default_factory=list)
    is_certain: bool = True
    pause: int = _PAUSE
    # What the carrier has said that it costs, once it has.
    price: str | None = None
    ended: float = 0.0

    @property
    def taken(self) -> bool:
        return self.kind in TAKEN

    @property
    def is_known(self) -> bool:
        """Whether the one who handed it over has lived on to record what came of it."""
        result = self.process.result
        has_failed = self.process.error is not None or (
            isinstance(result, dict) and bool(result.get("batchItemFailures"))
        )
        return self.answered and not has_failed

    @property
    def may_be_no_try(self) -> bool:
        """Whether the carrier stopped the sender, and a fault may have kept the worker from writing that.

        Then it was turned away: a later worker could not tell that only the sender is to blame.
        """
        return self.kind == STOP_SENDER and self.process.was_struck

    @property
    def has_failed(self) -> bool:
        return Status.UNDELIVERED in self.reported and self.is_certain

    @property
    def best_report(self) -> Status | None:
        return max(self.reported, key=_FARTHER.index, default=None)


class SimulatedCarrier:
    name = NAME

    def __init__(self, kernel: Kernel, edge: Edge, receipts: Queue, habits: Habits) -> None:
        self._kernel = kernel
        self._edge = edge
        self._receipts = receipts
        self._habits = habits
        self.handed_over: defaultdict[Person, list[HandOver]] = defaultdict(list)
        self._asked: defaultdict[str, int] = defaultdict(int)
        self.wrongs: list[str] = []
        # Whether an account wants what is unknown to be sent again.
        self.sends_again: Callable[[str], bool] = lambda account: False
        # Brings a receipt by a call of the API, where the carrier calls.
        self.call_back: Callable[[Receipt], None] | None = None
        self._gathered: list[Receipt] = []
        # Is told of every message that it takes.
        self.takes: Callable[[HandOver], None] = lambda hand_over: None
        # Why a message must not be handed over by a process, and was.
        self.objections: Callable[[OutboundMessage, Process], Iterable[str]] = lambda message, process: ()

    def send(self, message: OutboundMessage) -> Outcome:
        strike = self._edge.begin("carrier", "Send")
        process = self._kernel.process
        assert process
        hand_over = self._take_in(message, process)
        kind, fate = self._answer(message.to.address, strike), self._habits.fate(message.to.address)
        hand_over.kind, hand_over.pause = kind, fate.pause
        # A call of the API has no word for it.
        hand_over.is_certain = fate.is_certain or bool(self.call_back)
        self._kernel.note(f"  {message.to.address} try {message.attempt}: {kind}")
        if hand_over.taken:
            self.takes(hand_over)
            self._report(hand_over)
        if kind in (HANG_TAKEN, HANG_UNTAKEN):
            self._kernel.pause(self._habits.hang())
        elif hand_over.taken and fate.is_early:
            self._kernel.pause(5.0)
        try:
            self._edge.finish(strike)
        finally:
            hand_over.is_over, hand_over.ended = True, self._kernel.now
        return self._outcome(kind, hand_over)

    def flush(self) -> None:
        """It keeps nothing back."""

    def _take_in(self, message: OutboundMessage, process: Process) -> HandOver:
        before = self.handed_over[message.message_id, message.person]
        for objection in self.objections(message, process):
            self._wrong(message, objection)
        for other in before:
            if not other.is_over and not other.process.is_over:
                self._wrong(message, "was handed over twice at the same time")
            elif other.has_failed or (not other.is_known and self.sends_again(message.account)):
                continue
            elif not other.answered:
                self._wrong(message, "was handed over again blindly")
            elif other.taken:
                self._wrong(message, "was handed over again after it was taken")
        hand_over = HandOver(message, process, self._kernel.now)
        before.append(hand_over)
        return hand_over

    def _wrong(self, message: OutboundMessage, what: str) -> None:
        self._kernel.note(f"WRONG: {what}")
        self.wrongs.append(f"{message.message_id} to {message.to.address} (person {message.person}) {what}")

    def _answer(self, address: str, strike: Strike | None) -> str:
        if strike in (Strike.LOST, Strike.VANISHED):
            return RAISE_TAKEN
        if strike in (Strike.REFUSED, Strike.PARTLY):
            return RAISE_UNTAKEN
        answers = self._habits.fate(address).answers
        number = min(self._asked[address], len(answers) - 1)
        self._asked[address] += 1
        return answers[number]

    def _outcome(self, kind: str, hand_over: HandOver) -> Outcome:
        message = hand_over.message
        if kind in (RAISE_TAKEN, RAISE_UNTAKEN):
            raise TimeoutError("the carrier has not answered")
        hand_over.answered = kind not in AMBIGUOUS
        if kind == ACCEPT:
            return Accepted(id_of(message))
        if kind == REJECT:
            return Rejected(REFUSAL)
        if kind == TURN_AWAY:
            return NotSent(hand_over.pause)
        if kind == STOP_SENDER:
            return Stopped(STOP)
        return Unknown()

    # ------------------------------------------------------------------- receipts

    def _report(self, hand_over: HandOver) -> None:
        fate = self._habits.fate(hand_over.message.to.address)
        if self._habits.weather.together and not fate.delays and len(fate.reports) > 1:
            delay = 0.0 if fate.is_early else self._habits.receipt_delay()
            self._kernel.after(delay, lambda: self._put(hand_over, *fate.reports))
            return
        for number, status in enumerate(fate.reports):
            if fate.delays:
                delay = fate.delays[number]
            else:
                delay = 0.0 if fate.is_early and not number else self._habits.receipt_delay()
            self._kernel.after(delay, lambda status=status: self._put(hand_over, status))  # type: ignore[misc]
            if self._habits.repeats_receipt():
                again = delay + self._habits.receipt_delay() * 3
                self._kernel.after(again, lambda status=status: self._put(hand_over, status))  # type: ignore[misc]

    def _put(self, hand_over: HandOver, *statuses: Status) -> None:
        hand_over.reported += statuses
        receipts = [self._receipt(hand_over, status) for status in statuses]
        if self.call_back:
            for receipt in receipts:
                self.call_back(receipt)
        elif burst := self._habits.weather.burst:
            if not self._gathered:
                self._kernel.after(burst, self._bring)
            self._gathered += receipts
        else:
            self.put(*receipts)

    def _bring(self) -> None:
        """Everything that was gathered, in one event."""
        gathered, self._gathered = self._gathered, []
        self._kernel.random.shuffle(gathered)
        self.put(*gathered)

    def _receipt(self, hand_over: HandOver, status: Status) -> Receipt:
        message, is_failure = hand_over.message, status is Status.UNDELIVERED
        # What a try costs is always the same, and told of every second number from the second receipt on.
        if len(hand_over.reported) > int(message.to.address[-1]) % 2:
            hand_over.price = f"0.{message.attempt:02}{message.to.address[-4:]}"
        return Receipt(
            account=message.account,
            message_id=message.message_id,
            attempt=message.attempt,
            person=message.person,
            status=status,
            is_certain=hand_over.is_certain or not is_failure,
            error=(UNREACHABLE if hand_over.is_certain else problems.UNKNOWN_ERROR.code)
            if is_failure
            else None,
            billing=Billing(price=hand_over.price, currency="USD") if hand_over.price else None,
        )

    def put(self, *receipts: Receipt) -> None:
        """Receipts on the queue, in one message; also forged ones."""
        shown = [receipt.model_dump(mode="json") for receipt in receipts]
        self._receipts.put(json.dumps({"carrier": NAME, "receipts": shown}))
