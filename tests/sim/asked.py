"""What clients have asked for, and what they were told: all that the oracle starts from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Response:
    """What a client gets. `is_lost`: it does not tell what has happened."""

    status: int
    body: Any
    headers: Mapping[str, str]
    is_lost: bool = False


@dataclass
class Sent:
    """A request to send, and its answer once there is one: `mark` is in its text, and in no other's.

    The text that a recipient gets ends with the recipient's place in `to`.
    """

    account: str
    mark: str
    to: list[Any]
    key: str | None
    # The fields of the body besides `to` and `content`.
    more: Mapping[str, Any]
    # When it was made, by the true clock.
    at: float
    # The addresses of the account's profiles then, by id.
    profiles: Mapping[str, list[Any]] = field(default_factory=dict)
    response: Response = field(default_factory=lambda: Response(0, None, {}, is_lost=True))


@dataclass
class Held:
    """An operation that must not send from the moment on when a client was told so.

    `workers` were at work then, of any of its chunks; `until` a Resume was asked for.
    """

    at: float
    workers: frozenset[str]
    until: float | None = None
