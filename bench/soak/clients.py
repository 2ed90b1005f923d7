"""Clients that send: each in a thread, each until its requests are answered."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from herald_cli.client import Herald, HeraldError, SendMessagesRequest, is_unsure

_SIZES: Final = (1, 1, 2, 5, 10, 25, 40, 120)
_THINKING_SECONDS: Final = (2.0, 6.0)
_AGAIN_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Request:
    """One request that was accepted, and its recipients."""

    operation_id: str
    numbers: Sequence[str]


@dataclass
class Record:
    """The clients' requests. `errors`: answers after which a client had to repeat its request."""

    requests: list[Request] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Clients:
    """So many clients, from `start` until `stop`, which returns when all are answered.

    `stop` raises what a client ended by: a request that was refused, say.
    """

    def __init__(self, herald: Herald, number: int, seed: int, sender: str) -> None:
        self.record = Record()
        self._herald = herald
        self._sender = sender
        self._stopping = threading.Event()
        # Eight million numbers as Seattle could have them; only the fake carrier gets messages for them.
        self._recipients = (f"+1206{each}" for each in count(2_000_000))
        self._taking = threading.Lock()
        self._ended_by: list[Exception] = []
        self._threads = [
            threading.Thread(target=self._run, args=(random.Random(f"{seed}/{each}"),), daemon=True)  # noqa: S311
            for each in range(number)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        if self._ended_by:
            raise self._ended_by[0]

    def _run(self, chance: random.Random) -> None:
        try:
            self._send_until_stopped(chance)
        except Exception as error:
            self._ended_by.append(error)

    def _send_until_stopped(self, chance: random.Random) -> None:
        while not self._stopping.wait(chance.uniform(*_THINKING_SECONDS)):
            numbers = list(self._take(chance.choice(_SIZES)))
            request: SendMessagesRequest = {
                "to": [{"address": each, "channel": "PHONE"} for each in numbers],
                "content": {"text": "Hello"},
                "from": {"address": self._sender, "channel": "SMS"},
            }
            self._send(request, numbers, key=f"soak-{chance.getrandbits(128):032x}")

    def _take(self, size: int) -> Iterator[str]:
        with self._taking:
            yield from [next(self._recipients) for _ in range(size)]

    def _send(self, request: SendMessagesRequest, numbers: Sequence[str], key: str) -> None:
        """Send until there is an answer: with its key a request may be repeated for ever."""
        while True:
            began = time.perf_counter()
            try:
                operation_id = self._herald.send(request, key)["operationId"]
            except HeraldError as error:
                if not is_unsure(error):
                    raise
                with self.record.lock:
                    self.record.errors[type(error).__name__] += 1
                time.sleep(_AGAIN_SECONDS)
                continue
            with self.record.lock:
                self.record.requests.append(Request(operation_id, numbers))
                self.record.answered.append(time.perf_counter() - began)
            return
