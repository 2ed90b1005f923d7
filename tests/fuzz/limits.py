"""Limits of AWS that its simulation does not have: a call that passes one fails as there."""

from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

_KEYS = {"pk": 2_048, "sk": 1_024, "id": 1_024, ":partition": 2_048, ":low": 1_024, ":high": 1_024}
_INDEXED = ("statusKey", "channelKey", "profileKey", "sessionKey", "carrierKey", "toKey", "accountKey")
_ITEM = 400 * 1_024
_MESSAGE = 1_024 * 1_024


class _Limited:
    """A client of the simulated AWS that refuses what AWS would refuse for the length of something."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, method: str) -> Any:
        known = getattr(self._client, method)
        if not callable(known) or method == "exceptions":
            return known

        def limited(**request: Any) -> Any:
            for problem in _problems(request):
                raise ClientError({"Error": {"Code": "ValidationException", "Message": problem}}, method)
            return known(**request)

        return limited


def enforce(patch: pytest.MonkeyPatch) -> None:
    """Let no call through that AWS would refuse, of clients that are made from here on."""
    made: Any = boto3.client
    patch.setattr(boto3, "client", lambda service, **more: _Limited(made(service, **more)))


def _problems(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, most in (*_KEYS.items(), *dict.fromkeys(_INDEXED, 2_048).items()):
            text = value.get(name)
            if isinstance(text, Mapping) and "S" in text and not 1 <= len(text["S"].encode()) <= most:
                yield f"{name} has {len(text['S'].encode())} bytes"
        if "pk" in value and "sk" in value and size_of(value) > _ITEM:
            yield f"the item has {size_of(value)} bytes"
        if isinstance(value.get("MessageBody"), str) and len(value["MessageBody"].encode()) > _MESSAGE:
            yield "the message is too large"
        for each in value.values():
            yield from _problems(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _problems(each)


def size_of(value: Any) -> int:
    """About what DynamoDB counts of an attribute value."""
    if isinstance(value, Mapping):
        return sum(len(str(name).encode()) + size_of(each) for name, each in value.items())
    if isinstance(value, str):
        return len(value.encode(errors="replace"))
    if isinstance(value, bytes | bytearray):
        return len(value)
    if isinstance(value, list | tuple):
        return sum(1 + size_of(each) for each in value)
    return 1
