"""Clients of boto3 that the tests on moto share: those of one world take longer to make than a test.

A test that asks the default session for its `events` listens to calls: it gets clients of its own from
then on, made on that session. A shared client takes no listener.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final, Protocol

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

# Reads the descriptions of AWS's services once, and not for every session.
_LOADER: Final = Loader()
# With the configuration of each, which stays alive: its id is a part of the key.
_shared: Final[dict[object, tuple[Any, Config | None]]] = {}


class Listener(Protocol):
    def before_send(self) -> None: ...
    def after_send(self, url: str) -> None: ...


# What is told of every call of every client.
_listener: Listener | None = None


def tell(listener: Listener | None) -> None:
    """Tell this listener, and no other, of the calls that are made from here on."""
    global _listener
    _listener = listener


@contextmanager
def moto_with_shared_clients() -> Iterator[None]:
    """An empty AWS of moto, without listeners to its calls."""
    # Half a second, which a run on the simulated AWS does not need.
    from moto import mock_aws

    with mock_aws():
        tell(None)
        boto3.DEFAULT_SESSION = SharedSession()
        yield


class SharedSession(boto3.Session):
    """A session that is only made when a test needs one of its own."""

    def __init__(self) -> None:
        self._owned = False

    @cached_property
    def _session(self) -> botocore.session.Session:  # type: ignore[override]
        self._owned = True
        made = botocore.session.get_session()
        made.register_component("data_loader", _LOADER)
        events = boto3.Session(botocore_session=made).events
        # moto answers between the two: it is a handler of the same event.
        events.register_first("before-send", _before_send)
        events.register_last("before-send", _after_send)
        return made

    def client(self, service: str, region_name: str | None = None, **more: Any) -> Any:  # type: ignore[override]
        if self._owned or more.keys() - {"config"}:
            return super().client(service, region_name=region_name, **more)  # type: ignore[call-overload]
        config = more.get("config")
        environment = tuple(sorted(each for each in os.environ.items() if each[0].startswith("AWS_")))
        key = (service, region_name, id(config), environment)
        if key not in _shared:
            client: Any = SharedSession()._client(service, region_name, config)
            client.meta.events.register = _unless_forgotten(client.meta.events.register)
            _shared[key] = client, config
        return _shared[key][0]

    def _client(self, service: str, region_name: str | None, config: Config | None) -> Any:
        return self._session.create_client(service, region_name=region_name, config=config)


def _unless_forgotten(register: Callable[..., None]) -> Callable[..., None]:
    """Refuse a listener without an id: one that has an id, as a Stubber's, is taken away after its test."""

    def take(*listener: Any, unique_id: str | None = None, **more: Any) -> None:
        assert unique_id, "other tests use this client: listen to the events of boto3.DEFAULT_SESSION"
        register(*listener, unique_id=unique_id, **more)

    return take


def _before_send(**_: Any) -> None:
    if _listener:
        _listener.before_send()


def _after_send(request: Any, **_: Any) -> None:
    if _listener:
        _listener.after_send(request.url)
