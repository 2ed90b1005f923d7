"""Items in the typed form of DynamoDB, {"S": "text"}, and in the plain one of str, int, bytes, list, dict."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, cast

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

Item = dict[str, Any]

serialize: Final = TypeSerializer().serialize
_deserialize: Final = TypeDeserializer().deserialize


def dump(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item in DynamoDB's typed form; attributes that are None are left out."""
    return {name: serialize(value) for name, value in item.items() if value is not None}


def load(item: Mapping[str, Any]) -> Item:
    """The plain form of a typed item."""
    return {name: _plain(_deserialize(value)) for name, value in item.items()}


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
