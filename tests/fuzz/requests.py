"""A hostile request to an endpoint, made from what openapi.json says of it."""

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, NamedTuple
from urllib.parse import quote

from herald.carriers.callback_keys import sign
from tests.callbacks import from_http, from_twilio
from tests.fuzz.values import RAW, alike, alikes, hostile, leaves, plain, replaced, spoiled
from tests.unit.carriers.web_harnesses import CALLBACK_SECRET
from tests.world import World, http_event

# How many plain bodies of an endpoint have each of their fields at each end.
_BODIES = 3
_TWILIO_RECEIPT = {
    "MessageSid": "SM1",
    "MessageStatus": "delivered",
    "ErrorCode": "30003",
    "NumSegments": "2",
}
_TWILIO_MESSAGE = {
    "MessageSid": "SM2",
    "From": "+12065550100",
    "To": "+15005550006",
    "Body": "Hi",
    "NumMedia": "0",
}
_TWILIO = (
    *_TWILIO_RECEIPT,
    *_TWILIO_MESSAGE,
    "Latitude",
    "Longitude",
    "MediaUrl0",
    "OptOutType",
    "ButtonPayload",
)
_HTTP_RECEIPT = {"status": "UNDELIVERED", "code": "x", "network": "n", "price": "0.1", "parts": 2}
_HTTP_MESSAGE = {
    "id": "1",
    "from": "+12065550100",
    "to": "+15005550006",
    "channel": "SMS",
    "text": "Hi",
    "media": ["https://a/b"],
    "postbackData": "x",
    "location": {"latitude": 1, "longitude": 2, "label": "x"},
    "at": "2026-01-01T00:00:00Z",
}
# Without a description of their own.
_OF_CARRIERS = ("twilio/Receipts", "twilio/Messages", "http/Receipts", "http/Messages")


class Target(NamedTuple):
    """A method of a path, and what openapi.json says of it."""

    method: str
    path: str
    operation: Mapping[str, Any]


class Sent(NamedTuple):
    event: dict[str, Any]
    status: int
    body: Any


def targets(document: Mapping[str, Any]) -> Iterator[Target]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield Target(method.upper(), path, operation)
    for path in ("/docs", "/openapi.json"):
        yield Target("GET", path, {})
    for name in _OF_CARRIERS:
        yield Target("POST", f"/Callbacks/{name}", {})


def send(world: World, target: Target, schemas: Mapping[str, Any], known: list[str], random: Random) -> Sent:
    """One request with something hostile in it; `known` are ids that there are."""
    if target.path.startswith("/Callbacks/") and random.random() < 0.8:
        return _called_back(world, target, known, random)
    event = made(world, target, schemas, known, random)
    answer = world._call(event)
    return Sent(event, answer.status, answer.body)


def _called_back(world: World, target: Target, known: list[str], random: Random) -> Sent:
    """What a carrier has signed, with something hostile in it."""
    receipts = target.path.endswith("Receipts")
    message = next((each for each in known if each.startswith("comms_message_")), "")
    packed = random.choice((f"{world.account}.{message}.1", _text(random)[:50]))
    if "twilio" in target.path:
        form = {**(_TWILIO_RECEIPT if receipts else _TWILIO_MESSAGE), random.choice(_TWILIO): _text(random)}
        key = packed if receipts and packed.isascii() and packed.isprintable() and " " not in packed else None
        answer = from_twilio(world, target.path, form, key)
        return Sent({"form": form, "key": key}, answer.status, answer.body)
    body = spoiled(_HTTP_RECEIPT if receipts else _HTTP_MESSAGE, random)
    answer = from_http(world, target.path, body, sign(packed, CALLBACK_SECRET) if receipts else None)
    return Sent({"body": body, "key": packed}, answer.status, answer.body)


def _text(random: Random) -> str:
    return str(hostile(random)).encode(errors="replace").decode()


def at_the_ends(
    world: World, target: Target, schemas: Mapping[str, Any], known: list[str], random: Random
) -> Iterator[dict[str, Any]]:
    """Requests that are plain but for one field, which is at an end of its kind, or beyond."""
    path = "/".join(
        next((each for each in known if _stem(part) in each), "-") if part.startswith("{") else part
        for part in target.path.split("/")
    )
    for each in target.operation.get("parameters", ()):
        if each["in"] == "query":
            for value in alikes(plain(each["schema"], schemas, random, each["name"])):
                text = value if isinstance(value, str) else json.dumps(value)
                query = {each["name"]: text.encode(errors="replace").decode()}
                yield http_event(target.method, path, world.account, query=query)
    if described := target.operation.get("requestBody"):
        schema = described["content"]["application/json"]["schema"]
        for _ in range(_BODIES):
            body = plain(schema, schemas, random)
            for place, leaf in leaves(body):
                for value in alikes(leaf):
                    text = json.dumps(replaced(body, place, value))
                    yield http_event(target.method, path, world.account, body=text)


def made(
    world: World, target: Target, schemas: Mapping[str, Any], known: list[str], random: Random
) -> dict[str, Any]:
    parts = []
    for part in target.path.split("/"):
        alike = [each for each in known if _stem(part) in each]
        value = random.choice(alike) if alike and random.random() < 0.6 else str(hostile(random))
        quoted = quote(value.encode(errors="replace"), safe="")[:2_000] or "-"
        parts.append(quoted if part.startswith("{") else part)
    return http_event(
        target.method,
        "/".join(parts),
        world.account,
        body=_body(target, schemas, random),
        query=_query(target, schemas, known, random),
        headers=_headers(random),
    )


def _stem(part: str) -> str:
    """What an id begins with that a parameter of a path is for, such as {senderPoolId}."""
    stem = part.strip("{}").removesuffix("Id").lower()
    return "HX" if stem == "content" else f"_{stem}_"


def _query(target: Target, schemas: Mapping[str, Any], known: list[str], random: Random) -> dict[str, str]:
    chosen = {}
    for each in target.operation.get("parameters", ()):
        if each["in"] == "query" and random.random() < 0.5:
            value = plain(each["schema"], schemas, random, each["name"])
            if random.random() < 0.6:
                value = random.choice((random.choice(known), hostile(random), alike(value, random)))
            chosen[each["name"]] = value if isinstance(value, str) else json.dumps(value)
    if random.random() < 0.2:
        chosen[random.choice(("x", "key", "page_token", "pageToken"))] = str(hostile(random))
    return {name: value.encode(errors="replace").decode() for name, value in chosen.items()}


def _body(target: Target, schemas: Mapping[str, Any], random: Random) -> str | None:
    described = target.operation.get("requestBody")
    if target.path.startswith("/Callbacks/twilio"):
        names = ("MessageSid", "From", "To", "Body", "NumMedia", "MessageStatus", "ErrorCode", "Latitude")
        return "&".join(f"{name}={quote(str(hostile(random)), errors='replace')}" for name in names)
    if described is None:
        return json.dumps(hostile(random)) if target.method != "GET" else None
    if random.random() < 0.1:
        return random.choice(RAW)
    value = plain(described["content"]["application/json"]["schema"], schemas, random)
    for _ in range(random.choice((0, 1, 1, 2, 3))):
        value = spoiled(value, random)
    return json.dumps(value)


def _headers(random: Random) -> dict[str, str]:
    headers = {}
    if random.random() < 0.15:
        headers["Idempotency-Key"] = random.choice(("", "k", "k" * 300, "ü", "two words", "a"))
    if random.random() < 0.1:
        headers["Content-Type"] = random.choice(("", "text/plain", "application/json; charset=x", ";;"))
    if random.random() < 0.1:
        headers["Host"] = random.choice(("", "[", "a" * 500, "a b", "evil.example"))
    return headers
