"""Virtual time, and processes that take turns in it.

Every process of a function is one or more greenlets (one for each of its threads). A
process runs alone until it makes a call to the outside; then it waits, in virtual time,
and the task that is due first goes on. So a run follows from its seed alone, however many
processes work side by side, and a process can be killed at every call.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any, Final, NamedTuple, Self

from aws_lambda_powertools.event_handler.api_gateway import BaseRouter
from greenlet import getcurrent, greenlet

from tests.sim.deaths import Died

# Module variables that in Lambda each process has for itself, and here all share.
_PER_PROCESS: Final[tuple[tuple[Any, str], ...]] = (
    (BaseRouter, "current_event"),
    (BaseRouter, "lambda_context"),
)
_NOTHING: Final = (None,) * len(_PER_PROCESS)
# What no run comes near, unless something goes on for ever.
MOST_EVENTS: Final = 1_000_000


class Told(NamedTuple):
    """When something happened, to whom, and what, or how to say what."""

    at: float
    who: str
    said: str | Callable[[], str]

    @property
    def what(self) -> str:
        return self.said if isinstance(self.said, str) else self.said()


class Endless(Exception):
    """Things go on happening without an end."""


class Process:
    """One invocation, or one client: `ended` is told how it ended, once."""

    def __init__(self, kernel: "Kernel", name: str, ended: Callable[["Process"], None]) -> None:
        self.kernel = kernel
        self.name = name
        self.is_dead = False
        self.is_over = False
        self.result: Any = None
        self.error: BaseException | None = None
        # Whether its time was up, or it was killed.
        self.is_killed = False
        # The module that it runs, which the process keeps while it sleeps.
        self.code: Any = None
        # Whether a fault has struck one of its calls.
        self.was_struck = False
        # Whether one of its calls may have taken effect without its knowing.
        self.was_misled = False
        # By how much its clock is wrong, in seconds.
        self.skew = 0.0
        # Its processor time between two calls, at most, in seconds.
        self.processor = 0.0
        # What the SDK has left for trying again.
        self.retry_quota = 500
        self.started = kernel.now
        # Of its module variables, while another process has its own in their place.
        self.saved: tuple[Any, ...] = _NOTHING
        self._ended = ended
        self._tasks: set[Task] = set()

    def start(self, run: Callable[[], Any], delay: float = 0.0) -> None:
        def main() -> None:
            try:
                self.result = run()
            except Died as died:
                self.error = died
                raise
            except Exception as error:
                self.error = error
            # The end is an event of its own: here we are still inside of the process.
            self.kernel.after(0.0, self._end)

        self.add(main, delay)

    def add(self, run: Callable[[], None], delay: float = 0.0) -> "Task":
        """Another thread of the process."""
        task = Task(self, run)
        self._tasks.add(task)
        self.kernel.after(delay, task.go_on)
        return task

    def die(self) -> None:
        """End the process from within it, at this instant: all its threads."""
        self.is_dead = True
        self.kernel.after(0.0, self._end)
        raise Died

    def kill(self) -> None:
        """End the process from outside."""
        if not self.is_over:
            self.is_dead = self.is_killed = True
            self._end()

    def _end(self) -> None:
        if self.is_over:
            return
        self.is_over = self.is_dead = True
        for task in list(self._tasks):
            task.throw()
        self._ended(self)

    def check(self) -> None:
        if self.is_dead:
            raise Died


class Task:
    """One thread of a process."""

    def __init__(self, process: Process, run: Callable[[], None]) -> None:
        self.process = process
        self._greenlet = greenlet(run, process.kernel.hub)

    def go_on(self) -> None:
        if not self._greenlet.dead and not self.process.is_dead:
            self._switch(self._greenlet.switch)
        elif not self._greenlet.dead:
            self.throw()

    def throw(self) -> None:
        if not self._greenlet.dead and self.process.kernel.current is not self:
            self._switch(lambda: self._greenlet.throw(Died))

    def _switch(self, switch: Callable[[], Any]) -> None:
        kernel, process = self.process.kernel, self.process
        before = kernel.current
        kernel.current = self
        kernel.let_have(process)
        try:
            switch()
        except Died:
            pass
        finally:
            kernel.current = before
            if before:
                kernel.let_have(before.process)
            if self._greenlet.dead:
                process._tasks.discard(self)


class Kernel:
    """The virtual clock, and what is to happen when."""

    def __init__(self, seed: int, start: float) -> None:
        self.random = Random(seed)
        self.now = start
        self.hub = getcurrent()
        self.current: Task | None = None
        self.trace: list[Told] = []
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbered = 0
        self.most_events = MOST_EVENTS
        # How far things may happen, and how many of them, until `run` or `run_until` is asked again.
        self._until = float("-inf")
        self._left = 0
        # Whose module variables are in place.
        self._loaded: Process | None = None

    @property
    def process(self) -> Process | None:
        """The process that runs now; None where the simulation itself does something."""
        return self.current.process if self.current else None

    def note(self, what: str | Callable[[], str], who: str | None = None) -> None:
        """Remember something for the trace, or what tells it: few traces are ever read."""
        name = who if who is not None else self.process.name if self.process else ""
        self.trace.append(Told(self.now, name, what))

    def at(self, when: float, action: Callable[[], None]) -> None:
        self._numbered += 1
        heapq.heappush(self._events, (max(when, self.now), self._numbered, action))

    def after(self, delay: float, action: Callable[[], None]) -> None:
        self.at(self.now + delay, action)

    def let_have(self, process: Process) -> None:
        """Put the module variables of a process in place, and keep those that were there."""
        if self._loaded is process:
            return
        there = tuple([getattr(owner, name, None) for owner, name in _PER_PROCESS])
        if self._loaded:
            self._loaded.saved = there
        for (owner, name), before, value in zip(_PER_PROCESS, there, process.saved, strict=True):
            # To set an attribute of a class costs what Python has cached of the class.
            if value is not before:
                setattr(owner, name, value)
        self._loaded = process

    def run(self) -> None:
        """Let everything happen, until nothing is left to happen. Raises Endless."""
        self._until, self._left = float("inf"), self.most_events
        while self._events:
            if not self._left:
                raise Endless
            self._left -= 1
            self.now, _, action = heapq.heappop(self._events)
            action()

    @property
    def next_at(self) -> float | None:
        """When the next thing is to happen, if anything is."""
        return self._events[0][0] if self._events else None

    def run_until(self, when: float) -> None:
        """Let everything happen that is due by then; it is then afterwards, or later."""
        self._until, self._left = when, self.most_events
        while self._events and self._events[0][0] <= when:
            at, _, action = heapq.heappop(self._events)
            self.now = max(self.now, at)
            action()
        self.now = max(self.now, when)

    def forget(self) -> None:
        """Let nothing happen of what was to happen."""
        self._events.clear()

    def pause(self, seconds: float) -> None:
        """Let the running thread wait. Raises Died when its process has ended meanwhile."""
        task = self.current
        assert task, "only processes wait"
        task.process.check()
        when = self.now + max(seconds, 0.0)
        if self._left and when <= self._until and (not self._events or when < self._events[0][0]):
            # Nothing else is due before: the thread is the next that goes on, without a switch.
            self._left -= 1
            self._numbered += 1
            self.now = when
            return
        self.at(when, task.go_on)
        self.wait()

    def wait(self) -> None:
        """Let the running thread wait until another thread resumes it. Raises Died."""
        task = self.current
        assert task, "only processes wait"
        task.process.check()
        self.hub.switch()
        task.process.check()


class _Job:
    """A call that a thread of a pool makes: what `submit` gives back."""

    def __init__(self, kernel: Kernel, call: Callable[[], Any]) -> None:
        self._kernel = kernel
        self._call = call
        self._waiting: list[Task] = []
        self._error: BaseException | None = None
        self._result: Any = None
        self.is_done = False

    def run(self) -> None:
        try:
            self._result = self._call()
        except Exception as error:
            self._error = error
        self.is_done = True
        for task in self._waiting:
            self._kernel.after(0.0, task.go_on)

    def wait(self) -> None:
        if not self.is_done:
            assert self._kernel.current
            self._waiting.append(self._kernel.current)
            self._kernel.wait()

    def result(self, timeout: None = None) -> Any:
        self.wait()
        if self._error:
            raise self._error
        return self._result

    def exception(self, timeout: None = None) -> BaseException | None:
        self.wait()
        return self._error

    def done(self) -> bool:
        return self.is_done


class Change:
    """What threading.Condition is to a process of the simulation. No other thread runs while one has it."""

    def __init__(self) -> None:
        self._kernel = Pool.kernel
        self._waiting: list[Task] = []

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def notify(self) -> None:
        waiting, self._waiting = self._waiting, []
        for task in waiting:
            assert self._kernel
            self._kernel.after(0.0, task.go_on)

    def wait_for(self, holds: Callable[[], Any], timeout: float = float("inf")) -> Any:
        kernel = self._kernel
        if kernel is None or kernel.current is None:
            # Outside of a process nothing happens during a wait.
            return holds()
        until = kernel.now + timeout
        if timeout < float("inf") and not holds():
            kernel.at(until, self.notify)
        while not (result := holds()) and kernel.now < until:
            self._waiting.append(kernel.current)
            kernel.wait()
        return result


class Pool:
    """What ThreadPoolExecutor is to a process of the simulation: threads that take turns."""

    # The simulation that runs; None outside of one.
    kernel: Kernel | None = None

    def __init__(self, max_workers: int | None = None, **_: Any) -> None:
        self._free = max_workers or 8
        self._jobs: list[_Job] = []
        self._queued: list[_Job] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if cancel_futures:
            self._queued.clear()
        for job in self._jobs:
            if wait and job not in self._queued:
                job.wait()

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> _Job:
        assert self.kernel
        job = _Job(self.kernel, lambda: function(*args, **kwargs))
        self._jobs.append(job)
        if self.kernel.current is None:
            job.run()
        else:
            self._queued.append(job)
            if self._free:
                self._free -= 1
                process = self.kernel.current.process
                process.add(self._work, self.kernel.random.uniform(0, 0.001))
        return job

    def _work(self) -> None:
        try:
            while self._queued:
                self._queued.pop(0).run()
        finally:
            self._free += 1

    def map(
        self,
        function: Callable[..., Any],
        *iterables: Iterable[Any],
        timeout: None = None,
        chunksize: int = 1,
    ) -> Iterator[Any]:
        jobs = [self.submit(function, *args) for args in zip(*iterables, strict=False)]
        return (job.result() for job in jobs)
