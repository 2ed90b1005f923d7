"""The parts of a carrier's report that cannot be read, each of which becomes a dead letter of its own.

A report has many parts. An unreadable part does not affect the others: it becomes a dead letter of its own.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pydantic import ValidationError

Found = TypeVar("Found")

# In a queue message: why its one part could not be read.
REASON: Final = "putAside"


class Unreadable(NamedTuple):
    """Why a part cannot be read, without anything personal; and a queue message of this part alone."""

    why: str
    body: dict[str, Any]

    @property
    def alone(self) -> str:
        return json.dumps({**self.body, REASON: self.why})


class Parts(list[Found], Generic[Found]):
    """The parts of a report that could be read, and those that could not."""

    def __init__(self, parts: Iterable[Found | Unreadable] = ()) -> None:
        self.unreadable: list[Unreadable] = []
        for part in parts:
            if isinstance(part, Unreadable):
                self.unreadable.append(part)
            else:
                self.append(part)


class PutAside(ValueError):
    """A queue message whose one part cannot be read. The text says why."""


def read(
    part: object, reader: Callable[[Mapping[str, Any]], Found], body: Callable[[], dict[str, Any]]
) -> Found | Unreadable:
    """A part as a reader returns it; Unreadable if the reader fails."""
    try:
        if not isinstance(part, Mapping):
            return Unreadable("it is no object", body())
        return reader(part)
    except ValidationError as failure:
        return Unreadable(f"cannot be read: {', '.join(sorted(map(_path, failure.errors())))}", body())
    except KeyError as missing:
        return Unreadable(f"is missing: {missing.args[0]}", body())
    except (ValueError, TypeError, OverflowError) as failure:
        return Unreadable(str(failure) if isinstance(failure, PutAside) else type(failure).__name__, body())


def _path(error: Any) -> str:
    return ".".join(map(str, error["loc"])) or "all of it"
