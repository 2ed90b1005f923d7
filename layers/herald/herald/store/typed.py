"""Items in the typed form of DynamoDB, {"S": "text"}, and in the plain one of str, int, bytes, list, dict."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, cast

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

Item = dict[str, Any]

_serialize: Final[Callable[[Any], Any]] = TypeSerializer().serialize
_deserialize: Final[Callable[[Any], Any]] = TypeDeserializer().deserialize


def serialize(value: Any) -> dict[str, Any]:
    """A value in DynamoDB's typed form."""
    # Most are texts and whole numbers, and boto3 takes eight times as long to find that out.
    if isinstance(value, str):
        return {"S": value}
    if type(value) is int:
        return {"N": str(value)}
    typed: dict[str, Any] = _serialize(value)
    return typed


def dump(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item in DynamoDB's typed form; attributes that are None are left out."""
    return {name: serialize(value) for name, value in item.items() if value is not None}


def load(item: Mapping[str, Any]) -> Item:
    """The plain form of a typed item."""
    return {name: _loaded(value) for name, value in item.items()}


def _loaded(typed: Mapping[str, Any]) -> Any:
    if "S" in typed:
        return typed["S"]
    if "N" in typed:
        return _whole(typed["N"])
    # The other types that most items have; boto3 takes several times as long for them too.
    if "BOOL" in typed:
        return typed["BOOL"]
    if "M" in typed:
        return load(typed["M"])
    if "L" in typed:
        return [_loaded(each) for each in typed["L"]]
    return _plain(_deserialize(typed))


def _whole(number: str) -> int:
    try:
        return int(number)
    except ValueError:
        # DynamoDB may write 1E+2.
        return int(Decimal(number))


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value)
        case Binary():
            return bytes(cast(Any, value))
        case list():
            return [_plain(each) for each in value]
        case dict():
            return {name: _plain(each) for name, each in value.items()}
    return value
