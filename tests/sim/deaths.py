"""A process that dies: at any one of its calls to the outside, before or after it took effect.

What dies raises `Died`, which is not an Exception: nothing may catch it, and from
then on every call of the process raises it too, in all of its threads.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from botocore.exceptions import ClientError, ReadTimeoutError

from herald.carriers import Carrier, OutboundMessage, Outcome
from tests import clients

When = Literal["before", "after"]


# How often the SDK makes a call whose answer is lost.
_SDK_TRIES: Final = 5


class Died(BaseException):
    """The process is no more."""


@dataclass(frozen=True)
class Death:
    """At which call (from 0) to die: `before` it is made, or `after` it took effect."""

    call: int
    when: When


class Faults:
    """Counts the calls of what runs inside of `until`, and of nothing else."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._local = threading.local()
        self._death: Death | None = None
        self._calls = 0
        self._dead = False
        self._lost: set[int] = set()

    def attach(self) -> None:
        """Count the calls that the tests' AWS clients make from here on."""
        clients.tell(self)

    @contextmanager
    def until(self, death: Death) -> Iterator[None]:
        """Run a process that dies at a call, if it makes that many."""
        self._death, self._calls, self._dead = death, 0, False
        try:
            yield
        except Died:
            pass
        finally:
            self._death = None

    @property
    def happened(self) -> bool:
        """Whether the last process died."""
        return self._dead

    @contextmanager
    def losing_answers(self, *calls: int) -> Iterator[None]:
        """Let some calls (from 0) take effect, and their answers get lost on the way."""
        self._death, self._calls, self._dead, self._lost = Death(-1, "before"), 0, False, set(calls)
        try:
            yield
        finally:
            self._death, self._lost = None, set()

    @contextmanager
    def call(self) -> Iterator[None]:
        """One call to the outside."""
        number = self._enter()
        yield
        self._leave(number)

    def made[Answer](self, call: Callable[[], Answer]) -> Answer:
        """One call to the outside, as the SDK makes it: once more when its answer is lost."""
        for _ in range(_SDK_TRIES):
            number = self._enter()
            answer: Answer | ClientError
            try:
                answer = call()
            except ClientError as error:
                answer = error
            self._leave(number)
            if number in self._lost:
                continue
            if isinstance(answer, ClientError):
                raise answer
            return answer
        raise ReadTimeoutError(endpoint_url="https://aws")

    def _enter(self) -> int:
        if self._death is None:
            return -1
        with self._lock:
            number = self._calls
            self._calls += 1
            if self._death == Death(number, "before"):
                self._dead = True
            if self._dead:
                raise Died
        return number

    def _leave(self, number: int) -> None:
        if self._death == Death(number, "after") and number >= 0:
            self._dead = True
        if self._dead and self._death is not None:
            raise Died

    def before_send(self) -> None:
        self._local.number = self._enter()

    def after_send(self, url: str) -> None:
        self._leave(self._local.number)
        if self._local.number in self._lost:
            raise ReadTimeoutError(endpoint_url=url)


class MortalCarrier:
    """A carrier that a process may die in, and that remembers what was really handed to it."""

    def __init__(self, carrier: Carrier, faults: Faults) -> None:
        self.name = carrier.name
        self.sent: list[tuple[OutboundMessage, Outcome]] = []
        # What happens between a hand-over and its answer.
        self.while_sending: Callable[[OutboundMessage], object] = lambda message: None
        self._carrier = carrier
        self._faults = faults

    def watch(self, callback: Callable[[int], None]) -> None:
        """Be told of each message as it is handed over: how many that makes."""
        self.while_sending = lambda _: callback(len(self.sent))

    def send(self, message: OutboundMessage) -> Outcome:
        with self._faults.call():
            outcome = self._carrier.send(message)
            self.sent.append((message, outcome))
            self.while_sending(message)
            return outcome

    def flush(self) -> None:
        with self._faults.call():
            self._carrier.flush()
