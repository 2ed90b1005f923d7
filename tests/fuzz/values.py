"""Values that a program may stumble over, and plain ones for the shapes of openapi.json."""

import re
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from herald.model.ids import ID_ALPHABET

_ULID = "01h9krwprkeee8fzqspvwy6nq8"
TEXTS = (
    *("", " ", "x" * 2_000, "9" * 400),
    *("+1" + "2" * 2_000, "é" * 1_500, "\U0001f600" * 500, "a\u0301" * 700),
    *("\u0000", "\n", "\u202e", "\ufeff", "\uffff", "\ud800"),
    *("a\udfff", "NaN", "Infinity", "1e999", "-0", "٣"),
    *("{{", "{{ a }}", "{{ 'x' | round }}"),
    *("{% raw %}", "{%", "{{a" * 900, "{% for i in (1..9999999) %}{% endfor %}"),
    *("https://[bad", "https://", "javascript:alert(1)"),
    *("https://a\u0000b", "//", "https://" + "a" * 3_000),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
    *("2026-02-30T00:00:00Z", "2026-12-01T25:00:00Z"),
    *("0001-01-01T00:00:00", "9999-12-31T23:59:59"),
    *("1970-01-01T00:00:00Z", "2026-12-01T09:00:00.1234567890Z"),
    *("AC" + "0" * 32, f"comms_operation_{_ULID}"),
    *(f"comms_message_{_ULID}000", "comms_message_" + "z" * 29),
    *("comms_operation_" + "7" + "z" * 25),
    *("comms_operation_" + "8" + "0" * 25, f"comms_senderpool_{_ULID}"),
    *(f"comms_sender_{_ULID}", "HX" + "0" * 32, f"mem_profile_{_ULID}", f"mem_store_{_ULID}"),
    *("..", "%00", "%2e%2e%2f", "a#b", "a:b;", "a:b;c:d;", ";" * 50),
    *("null", "true", "[]", '"', "\\", "SMS", "PHONE"),
    *("' OR 1=1", "<script>", "$.to[0]", "ACCOUNT#x", "STOP"),
    *("*", "+12065550100", "+15005550006", "BANK", "12345"),
)  # fmt: skip
NUMBERS = (0, -1, 1, 0.5, 2**31, 2**63, -(2**63), 2**64, 10**30, 1e308, -1e-320, 10**400)
OTHERS: tuple[Any, ...] = (None, True, False, [], {}, [[]], {"": ""}, [None] * 20, {"a": {"b": [1]}})
# As JSON, for what Python's own writer cannot write.
RAW = ("NaN", "-Infinity", "1e999999999", '"\\ud800"', "[" * 90 + "]" * 90, '{"a":1,"a":2}')

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATES = (
    *("0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00-23:59"),
    *("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59+23:59"),
    *("0001-01-01T00:00:00", "9999-12-31T23:59:59", "2027-03-28T02:30:00", "10889-08-02T05:31:50Z"),
    *("1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2026-12-01T09:00:00.123456789Z"),
    *("2026-12-31T23:59:60Z", "2026-12-01T24:00:00Z", "2026-12-01T09:00:00+14:00"),
)
_ADDRESSES = (
    *("+1", "+", "+0123456789", "+1" + "2" * 13, "+1" + "2" * 14, "+1" + "2" * 1_998, "+٣٣٣٣٣٣٣٣"),
    *("++12065550100", "+12065550100 ", "+1 206 555 0100", "+1\u200b2065550100", "whatsapp:+12065550100"),
)

# How often a field is there that may be left out.
_OPTIONAL = 0.6

# What a plain value is, by the name that it goes by in the API.
_PLAIN: Mapping[str, Any] = {
    "address": "+12065550100",
    "channel": "PHONE",
    "senderId": f"comms_sender_{_ULID}",
    "senderPoolId": f"comms_senderpool_{_ULID}",
    "operationId": f"comms_operation_{_ULID}",
    "messageId": f"comms_message_{_ULID}000",
    "contentId": "HX" + "0" * 32,
    "profileId": f"mem_profile_{_ULID}",
    "memoryStoreId": f"mem_store_{_ULID}",
    "suppressionId": f"comms_suppression_{_ULID}",
    "url": "https://example.com/a.png",
    "fileUrl": "https://example.com/a.png",
    "sendAt": ["2026-12-01T09:00:00Z"],
    "startDate": "2026-01-01T00:00:00Z",
    "endDate": "2027-01-01T00:00:00Z",
    "tags": {"campaign": "spring"},
}


def alikes(value: Any) -> Sequence[Any]:
    """Values of the kind of another one: at the ends of what that kind may be, and beyond."""
    if isinstance(value, bool) or value is None:
        return OTHERS
    if isinstance(value, int | float):
        return NUMBERS
    if not isinstance(value, str):
        return OTHERS
    if _DATE.match(value):
        return _DATES
    if value.startswith("+"):
        return _ADDRESSES
    if "_" in value and value.islower():
        stem = value.rsplit("_", 1)[0] + "_"
        return [stem + end for end in ("", "0" * 26, "7" + "z" * 25, "8" + "0" * 25, "z" * 29, "0" * 2_000)]
    return TEXTS


def alike(value: Any, random: Random) -> Any:
    return random.choice(alikes(value))


def hostile(random: Random) -> Any:
    """A value that the schema does not allow."""
    kind = random.random()
    if kind < 0.6:
        return random.choice(TEXTS)
    if kind < 0.75:
        return random.choice(NUMBERS)
    if kind < 0.95:
        return random.choice(OTHERS)
    return "".join(random.choices(ID_ALPHABET + " +-:/%é漢", k=random.choice((1, 30, 300, 3_000))))


def plain(schema: Any, schemas: Mapping[str, Any], random: Random, name: str = "", depth: int = 0) -> Any:
    """A value of a schema, if it can be made; else something near to it."""
    if ref := schema.get("$ref"):
        return plain(schemas[ref.rsplit("/", 1)[1]], schemas, random, name, depth + 1)
    for key in ("oneOf", "anyOf", "allOf"):
        if key in schema:
            return plain(random.choice(schema[key]), schemas, random, name, depth + 1)
    if "const" in schema or "enum" in schema:
        return schema.get("const", random.choice(schema.get("enum", [None])))
    if name in _PLAIN and schema.get("type") in (None, "string", "array"):
        return _PLAIN[name]
    match schema.get("type"):
        case "object":
            return _object(schema, schemas, random, depth)
        case "array":
            least = max(schema.get("minItems", 0), 0 if depth > 12 else 1)
            inner = schema.get("items") or (schema.get("prefixItems") or [{}])[0]
            return [plain(inner, schemas, random, name, depth + 1) for _ in range(min(least, 3))]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return random.random() < 0.5
        case "null":
            return None
    return "x" * max(schema.get("minLength", 1), 1)


def _object(schema: Any, schemas: Mapping[str, Any], random: Random, depth: int) -> Any:
    required = schema.get("required", ())
    chosen = {
        name: each
        for name, each in schema.get("properties", {}).items()
        if name in required or (depth < 12 and random.random() < _OPTIONAL)
    }
    made = {name: plain(each, schemas, random, name, depth + 1) for name, each in chosen.items()}
    if not schema.get("properties") and isinstance(schema.get("additionalProperties"), dict):
        made["a"] = plain(schema["additionalProperties"], schemas, random, "", depth + 1)
    return made


def spoiled(value: Any, random: Random) -> Any:
    """The value with a hostile one somewhere in it."""
    if isinstance(value, dict) and value and random.random() < 0.85:
        name = random.choice(list(value))
        if random.random() < 0.1:
            return {**value, random.choice(TEXTS): hostile(random)}
        if random.random() < 0.1:
            return {each: value[each] for each in value if each != name}
        return {**value, name: spoiled(value[name], random)}
    if isinstance(value, list) and value and random.random() < 0.85:
        place = random.randrange(len(value))
        if random.random() < 0.1:
            return value * random.choice((2, 20, 200))
        return [*value[:place], spoiled(value[place], random), *value[place + 1 :]]
    return alike(value, random) if random.random() < 0.6 else hostile(random)


def leaves(value: Any) -> Iterator[tuple[Sequence[Any], Any]]:
    """The places in a JSON value that hold no further ones, and what they hold."""
    inside: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, dict):
        inside = iter(value.items())
    elif isinstance(value, list):
        inside = iter(enumerate(value))
    else:
        yield (), value
    for name, each in inside:
        for path, leaf in leaves(each):
            yield (name, *path), leaf


def replaced(value: Any, path: Sequence[Any], leaf: Any) -> Any:
    """The value with another leaf at a place."""
    if not path:
        return leaf
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], leaf)
    return copy
