"""Calls a function's handler as Lambda does, without imports that would count as the function's."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
FUNCTIONS: Final = ROOT / "functions"
_SECONDS: Final = 60
_TAIL: Final = 5_000


@dataclass
class Context:
    """The context that Lambda passes to a handler."""

    function_name: str
    until: float
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:bench"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return int((self.until - time.monotonic()) * 1000)


class Failed(Exception):
    """A handler failed instead of doing the measured work."""


def load(function: str) -> Any:
    """A function's module."""
    if str(FUNCTIONS) not in sys.path:
        sys.path.insert(0, str(FUNCTIONS))
    return import_module(function)


def invoke(function: str, event: Any) -> Any:
    """A handler's answer. Raises Failed if that reports a failure."""
    answer = load(function).handler(event, Context(function, time.monotonic() + _SECONDS))
    if isinstance(answer, dict) and (answer.get("statusCode", 200) >= 400 or answer.get("batchItemFailures")):
        raise Failed(f"{function} answered {str(answer)[:500]}")
    return answer


@contextmanager
def silence() -> Iterator[None]:
    """Let the functions log into a file, whose end is shown when something fails."""
    sys.stdout.flush()
    saved = os.dup(1)
    with tempfile.TemporaryFile() as log:
        os.dup2(log.fileno(), 1)
        try:
            yield
        except BaseException:
            sys.stdout.flush()
            log.seek(max(log.tell() - _TAIL, 0))
            sys.stderr.write(log.read().decode(errors="replace"))
            raise
        finally:
            sys.stdout.flush()
            os.dup2(saved, 1)
            os.close(saved)
