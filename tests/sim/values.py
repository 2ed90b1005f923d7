"""DynamoDB's typed values: which there are, how large they are, and their normal form."""

from base64 import b64decode
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from botocore.exceptions import ClientError

Typed = dict[str, Any]
Item = Mapping[str, Typed]

MAX_ITEM: Final = 400 * 1024
_MAX_DIGITS: Final = 38
_MAX_DEPTH: Final = 32
_LARGEST: Final = Decimal("9.9999999999999999999999999999999999999E+125")
_SMALLEST: Final = Decimal("1E-130")


class Invalid(ClientError):
    """DynamoDB's ValidationException: no request of Herald's may ever get it."""

    def __init__(self, message: str) -> None:
        super().__init__({"Error": {"Code": "ValidationException", "Message": message}}, "DynamoDB")


def normalized(value: Any, depth: int = 0) -> Typed:
    """The form in which equal values are equal. Raises Invalid."""
    if not isinstance(value, dict) or len(value) != 1:
        raise Invalid(f"supplied AttributeValue must contain exactly one type: {value}")
    [(kind, content)] = value.items()
    if kind == "S" and isinstance(content, str):
        return value if type(content) is str else {"S": str(content)}
    if kind == "N":
        return {"N": normalized_number(content)}
    if kind == "BOOL" and isinstance(content, bool):
        return value
    if kind == "B" and isinstance(content, bytes | bytearray):
        return {"B": bytes(content)}
    if kind == "NULL" and content is True:
        return value
    if depth >= _MAX_DEPTH:
        raise Invalid(f"nesting is deeper than {_MAX_DEPTH}")
    if kind == "L" and isinstance(content, list):
        return {"L": [normalized(each, depth + 1) for each in content]}
    if kind == "M" and isinstance(content, dict):
        return {"M": {name: normalized(each, depth + 1) for name, each in content.items()}}
    if is_set(kind) and isinstance(content, list | tuple | set):
        return {kind: _normalized_set(kind, list(content))}
    raise Invalid(f"not a value of DynamoDB's: {value}")


def is_set(kind: str) -> bool:
    return kind in ("SS", "NS", "BS")


def _normalized_set(kind: str, content: list[Any]) -> list[Any]:
    if not content:
        raise Invalid("a set may not be empty")
    members = [normalized({kind[0]: each})[kind[0]] for each in content]
    if len(set(members)) < len(members):
        raise Invalid("a set contains duplicates")
    return sorted(members)


def normalized_number(text: Any) -> str:
    """A number without leading or trailing zeros. Raises Invalid: more than 38 digits, or out of range."""
    if not isinstance(text, str):
        raise Invalid("N must be a number as a string")
    if text.isdecimal() and text.isascii() and len(text) < _MAX_DIGITS:
        return text.lstrip("0") or "0"
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Invalid(f"not a number: {text}") from None
    if not number.is_finite():
        raise Invalid(f"not a number: {text}")
    if number == 0:
        return "0"
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if len(digits) > _MAX_DIGITS:
        raise Invalid(f"attempting to store more than {_MAX_DIGITS} significant digits")
    if not _SMALLEST <= abs(number) <= _LARGEST:
        raise Invalid("number overflow or underflow")
    return format(Decimal(text).normalize(), "f")


def size_of(item: Item) -> int:
    """Bytes of an item, by DynamoDB's rules."""
    size = 0
    for name, value in item.items():
        size += len(name) if name.isascii() else len(name.encode())
        # Most values are such texts, and numbers.
        if text := value.get("S", ""):
            size += len(text) if text.isascii() else len(text.encode())
        elif number := value.get("N", ""):
            size += len(number) // 2 + 2
        else:
            size += size_of_value(value)
    return size


def size_of_value(value: Typed) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content) if content.isascii() else len(content.encode())
        case "N":
            return len(content) // 2 + 2
        case "B":
            return len(content)
        case "L":
            return 3 + sum(1 + size_of_value(each) for each in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + size_of_value(each) for name, each in content.items())
        case "SS" | "BS":
            return sum(map(len, content))
        case "NS":
            return sum(len(each) // 2 + 2 for each in content)
    return 1


def with_bytes(value: dict[str, Any]) -> dict[str, Any]:
    """A part of a request as it was before it travelled: JSON has bytes in Base64."""
    return {"B": b64decode(value["B"])} if value.keys() == {"B"} and isinstance(value["B"], str) else value
