"""Kills a random process that runs a function, at random times and without warning."""

import os
import random
import re
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_SECONDS: Final = (3.0, 12.0)


class Killer:
    """Kills processes of functions in a process group, from `start` until `stop`."""

    def __init__(self, group: int, seed: int) -> None:
        self.killed: Counter[str] = Counter()
        self._group = group
        self._chance = random.Random(seed)  # noqa: S311
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._chance.uniform(*_SECONDS)):
            found = sorted(functions_in(self._group))
            if found:
                pid, name = self._chance.choice(found)
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.killed[name] += 1


def functions_in(group: int) -> Iterator[tuple[int, str]]:
    """The processes in a process group that run functions: pid, and the function's name.

    None if there is no /proc.
    """
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text()
            of_group = int((process / "stat").read_text().rsplit(")", 1)[1].split()[2]) == group
        except OSError:
            continue
        function = re.search(r"-(\w+)Function-", command)
        if of_group and function:
            yield int(process.name), re.sub(r"(?<!^)(?=[A-Z])", "_", function[1]).lower()
