"""The far ends of all carriers, which do what a test wants. One harness for each name in CARRIERS."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields, replace
from enum import Enum, auto
from typing import Any, Final

import boto3
from botocore.config import Config

from herald.carriers import CARRIERS, Carrier, Surroundings
from herald.carriers.callback_keys import ReceiptKey, unpack
from herald.model.addresses import Sender
from tests.unit.carriers.messages import SMS, WHATSAPP
from tools.fake_carrier import FakeCarrier
from tools.fake_carrier.behaviour import Answer
from tools.stack.ministack import free_port

# How long carriers wait for an answer here, and how long one that hangs takes.
READ_SECONDS: Final = 1.5
HANG_SECONDS: Final = 3.0


class Behaviour(Enum):
    """HANG takes a message and answers too late; DROP takes it and hangs up; FAIL is a 5xx."""

    ACCEPT = auto()
    REFUSE = auto()
    STOP = auto()
    THROTTLE = auto()
    HANG = auto()
    DROP = auto()
    FAIL = auto()


ALL: Final = frozenset(Behaviour)


class Harness(ABC):
    """One carrier and its far end."""

    carrier: Carrier
    sender: Sender
    # What the far end can do.
    behaviours: Collection[Behaviour] = ALL

    @abstractmethod
    def behave(self, to: str, behaviour: Behaviour) -> None:
        """From now on, for this number."""

    @abstractmethod
    def posts(self, to: str) -> list[ReceiptKey]:
        """The key of each request about this number that reached the far end."""

    @abstractmethod
    def reached(self, to: str) -> int:
        """How many messages this number was sent, as far as the far end is concerned: no dry runs."""

    @abstractmethod
    def unreachable(self) -> Carrier:
        """Such a carrier whose far end refuses connections."""


def surroundings(**known: Any) -> Surroundings:
    """What a carrier is built from; what it must not need is nothing that it could use."""
    return Surroundings(**{each.name: None for each in fields(Surroundings)} | known)


def key_of(packed: str) -> ReceiptKey:
    key = unpack(packed)
    assert key is not None, packed
    return key


# ----------------------------------------------------------------------------- sandbox


class _NoQueue:
    def send(self, bodies: Any, *, delay: int = 0) -> None:
        """The sandbox's receipts go nowhere."""


class SandboxHarness(Harness):
    """The sandbox is its own far end: what is sent to it is what was posted."""

    behaviours = frozenset({Behaviour.ACCEPT, Behaviour.REFUSE, Behaviour.THROTTLE, Behaviour.HANG})
    sender = SMS

    def __init__(self) -> None:
        self.carrier: _Noted = _Noted(
            CARRIERS["sandbox"].build(surroundings(receipts=_NoQueue(), sandbox_receipt_seconds=0))
        )

    def behave(self, to: str, behaviour: Behaviour) -> None:
        last = {
            Behaviour.ACCEPT: "0100",
            Behaviour.REFUSE: "0110",
            Behaviour.THROTTLE: "0120",
            Behaviour.HANG: "0150",
        }
        self.carrier.acts_as[to] = f"+1500555{last[behaviour]}"

    def posts(self, to: str) -> list[ReceiptKey]:
        return [key for number, key in self.carrier.sent if number == to]

    def reached(self, to: str) -> int:
        return 0

    def unreachable(self) -> Carrier:
        raise NotImplementedError


class _Noted:
    """The sandbox, which takes each number for one that has a fate."""

    name = "sandbox"

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self.acts_as: dict[str, str] = {}
        self.sent: list[tuple[str, ReceiptKey]] = []

    def send(self, message: Any) -> Any:
        key = ReceiptKey(message.account, message.message_id, message.attempt, message.person)
        self.sent.append((message.to.address, key))
        number = self.acts_as.get(message.to.address, message.to.address)
        to = message.to.model_copy(update={"address": number})
        return self._carrier.send(replace(message, to=to))

    def flush(self) -> None:
        self._carrier.flush()


@contextmanager
def sandbox() -> Iterator[Harness]:
    yield SandboxHarness()


# --------------------------------------------------------------------------------- aws


class AwsHarness(Harness):
    """Both of AWS's services, as one program."""

    def __init__(self, fake: FakeCarrier, sender: Sender) -> None:
        self.fake = fake
        self.sender = sender
        self.carrier = aws_at(fake.url)
        self._numbers: dict[str, Answer | list[Answer]] = {}

    def behave(self, to: str, behaviour: Behaviour) -> None:
        self._numbers[to] = Answer[behaviour.name]
        director = self.fake.director
        director.direct(
            director.behaviour.model_copy(
                update={"numbers": dict(self._numbers), "hang_seconds": HANG_SECONDS}
            )
        )

    def posts(self, to: str) -> list[ReceiptKey]:
        return [key_of(call.key) for call in self.fake.calls(to)]

    def reached(self, to: str) -> int:
        return sum(call.taken and not call.dry_run for call in self.fake.calls(to))

    def unreachable(self) -> Carrier:
        return aws_at(f"http://127.0.0.1:{free_port()}")


def aws_at(url: str, **more: Any) -> Carrier:
    """The carrier aws, whose services are at a URL."""
    known = {"aws_configuration_set": "", "media_bucket": ""} | more
    return CARRIERS["aws"].build(surroundings(client=lambda service: client(service, url), **known))


def client(service: str, url: str) -> Any:
    make: Any = boto3.client
    return make(
        service,
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(
            connect_timeout=1,
            read_timeout=READ_SECONDS,
            max_pool_connections=32,
            retries={"mode": "standard", "total_max_attempts": 1},
            proxies={},
        ),
    )


@contextmanager
def aws_phones() -> Iterator[Harness]:
    with FakeCarrier() as fake:
        yield AwsHarness(fake, SMS)


@contextmanager
def aws_whatsapp() -> Iterator[Harness]:
    with FakeCarrier() as fake:
        yield AwsHarness(fake, WHATSAPP)


# By a carrier's name; "name/…" where it has several far ends.
HARNESSES: Final[dict[str, Callable[[], AbstractContextManager[Harness]]]] = {
    "sandbox": sandbox,
    "aws": aws_phones,
    "aws/whatsapp": aws_whatsapp,
}
