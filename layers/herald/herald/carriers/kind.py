"""The declaration of a carrier: how it is built, and how its reports are read.

Each carrier is one folder here. Its `__init__.py` holds CARRIER, a `Kind`, and imports
the code of the carrier only when a function needs it: a function that reads receipts
does not load the code that sends.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from pydantic import BaseModel

from herald.carriers.protocol import Carrier
from herald.carriers.surroundings import Surroundings
from herald.carriers.unreadable import Parts
from herald.model.inbound import Inbound
from herald.model.message import Receipt
from herald.model.status import Status

Shape = TypeVar("Shape", bound="BaseModel")
Settings = TypeVar("Settings")

# A message of a queue, or a part of it.
Json: TypeAlias = Mapping[str, Any]


class NotSigned(Exception):
    """A request whose signature is not the carrier's."""


class TooLarge(Exception):
    """A request that is larger than any request of the carrier. The text names the limit."""


class ReadsJson(Protocol):
    def __call__(self, shape: type[Shape], /) -> Shape:
        """The body of a request as a shape."""


class Call(NamedTuple):
    """A request of a carrier to our callback.

    `urls` are the URLs that the carrier may have called: a custom domain or a proxy may
    hide which. The names of `headers` are in lower case. `json` raises the API's error
    if the body does not have the shape. `at` is when the request came.
    """

    urls: tuple[str, ...]
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: str
    json: ReadsJson
    at: datetime


class Report(NamedTuple):
    """The report in a call: a receipt, an inbound message, or nothing of Herald's."""

    receipt: Receipt | None = None
    inbound: Inbound | None = None


class Callback(NamedTuple, Generic[Settings]):
    """A path below /Callbacks/{carrier}, and the answer that the carrier expects (None: 204)."""

    # Raises NotSigned, TooLarge.
    read: Callable[[Settings, Call], Report]
    brings_inbound: bool = False
    answer: tuple[str, str] | None = None


class ReadsEvents(NamedTuple):
    """Readers of the messages that a carrier itself puts on our queues.

    Both raise ValueError, KeyError or TypeError: the message is not the carrier's.
    """

    receipts: Callable[[Json, Status], Parts[Receipt]]
    inbound: Callable[[Json], Parts[Inbound]]


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[Settings]):
    build: Callable[[Surroundings], Carrier]
    # The carrier's settings in the carriers' secret. Raises KeyError, TypeError, ValueError.
    settings_of: Callable[[Json], Settings] | None = None
    callbacks: Callable[[], Mapping[str, Callback[Settings]]] | None = None
    events: ReadsEvents | None = None
