"""Names in a body that are misplaced or misspelt.

The contract ignores names that it does not know. A misspelt or misplaced name would be
ignored too, without any sign to the client: `dryRun` beside `to` would send to all
recipients. Such names are refused, with the probable place or name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, get_args

from pydantic import BaseModel, RootModel

from herald.api.errors import MAX_SHOWN_NAME

# A request with more unknown names repeats one mistake.
_MOST: Final = 100
# To compare a name with those that are like it takes 0.3 ms. Further ones are only compared with those that
# are the same.
_MOST_COMPARED: Final = 300
# Names of this length or longer may have two wrong letters.
_LONG: Final = 6
# Shorter names are not guessed.
_SHORT: Final = 3

# Names of Twilio's Programmable Messaging, and their equivalents here.
_ELSEWHERE: Final[Mapping[str, str]] = {
    "body": "content.text",
    "mediaUrl": "content.media[].url",
    "contentSid": "content.contentId",
    "contentVariables": "to[].variables",
    "messagingServiceSid": "from.senderPoolId",
    "scheduledFor": "schedule.sendAt",
    "statusCallback": "",
}
_NO_CALLBACKS: Final = (
    "does not exist here; GET /Messages and GET /Messages/Operations/{operationId} show"
    " what becomes of messages"
)

# Names that Twilio publishes for requests: none of them is a misspelling of another.
_PUBLISHED: Final = frozenset(
    {
        "address",
        "addresses",
        "audienceId",
        "channel",
        "channels",
        "content",
        "contentId",
        "credentialSid",
        "displayName",
        "filterIn",
        "from",
        "fileUrl",
        "height",
        "media",
        "memoryStoreId",
        "modules",
        "name",
        "pageSize",
        "pageToken",
        "priority",
        "profileId",
        "rcs",
        "recipientAddresses",
        "schedule",
        "sendAt",
        "senderAddresses",
        "senderId",
        "senderPoolId",
        "senders",
        "sms",
        "status",
        "tags",
        "text",
        "title",
        "to",
        "type",
        "url",
        "variables",
    }
)


# Of a sender: who carries it, under which id.
_OPERATORS: Final = frozenset({"carrier", "carrierSenderId"})
_OPERATORS_TO_SET: Final = (
    "is for the operator of the stack to set, by `herald sender add` or `herald sender import`"
)


@dataclass(frozen=True, slots=True)
class _Place:
    """An object of a body: its names, and the objects in it by name. `path` is its JSON path."""

    names: frozenset[str]
    nested: Mapping[str, "_Place"]


def problems_with_names(body: Any, shape: type[BaseModel]) -> dict[str, str]:
    """The problems of names that are in a body and not in its shape, by JSON path."""
    found: dict[str, str] = {}
    compared: dict[tuple[int, str], str | None] = {}
    paths = _paths_of(shape)
    for path, name, place in _unknown(body, _place_of(_root_of(shape)), "$"):
        key = id(place), name
        if key not in compared and len(compared) < _MOST_COMPARED:
            compared[key] = _problem(name, place, paths, is_compared=True)
        message = compared[key] if key in compared else _problem(name, place, paths, is_compared=False)
        if message:
            found[f"{path}.{name}"] = message
            if len(found) == _MOST:
                break
    return found


def hint(name: str, names: Iterable[str], *, is_near: bool = True) -> str | None:
    """The name that a client may have meant; it has to be more similar if it belongs elsewhere."""
    folded = name.replace("_", "").replace("-", "").casefold()
    for known in sorted(names):
        if known.casefold() == folded:
            return known
    if name in _PUBLISHED or len(name) < (_SHORT if is_near else _LONG):
        return None
    allowed = 2 if is_near and len(name) >= _LONG else 1
    near = [(distance, known) for known in names if (distance := _distance(name, known, allowed)) <= allowed]
    return min(near)[1] if near else None


def _unknown(value: Any, place: _Place, path: str) -> Iterator[tuple[str, str, _Place]]:
    """The names that a place does not know, and the path of the object that has them."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            # Most entries are such, and a request may have 100,000. Lists within lists are looked at once.
            if not isinstance(each, dict) or not _has_known_names(each, place):
                yield from _unknown(each, place, f"{path}[{index}]")
        return
    if not isinstance(value, dict):
        return
    if not value.keys() <= place.names:
        for name in value.keys() - place.names:
            # A longer one is like none, and an answer does not repeat it.
            if len(name) <= MAX_SHOWN_NAME:
                yield path, name, place
    for name in place.nested.keys() & value.keys():
        yield from _unknown(value[name], place.nested[name], f"{path}.{name}")


def _has_known_names(value: Any, place: _Place) -> bool:
    if isinstance(value, list):
        if not place.nested and set(map(type, value)) == {dict}:
            # A request may have 100,000 addresses: their names are compared without a step of ours for each.
            return all(map(place.names.issuperset, value))
        return all(_has_known_names(each, place) for each in value)
    if not isinstance(value, dict):
        return True
    return value.keys() <= place.names and all(
        _has_known_names(value[name], inner) for name, inner in place.nested.items() if name in value
    )


def _problem(
    name: str, place: _Place, paths: Mapping[str, tuple[str, ...]], *, is_compared: bool
) -> str | None:
    """What is wrong with a name that a place does not know; `is_compared` with those that are like it."""
    if name in _OPERATORS and "partsPerSecond" in place.names:
        return _OPERATORS_TO_SET
    if "content" in paths and name in _ELSEWHERE:
        instead = _ELSEWHERE[name]
        return f"does not exist here; use {instead}" if instead else _NO_CALLBACKS
    if is_compared and (meant := hint(name, place.names)):
        return f"is not a field of this object: {meant} is"
    belongs = hint(name, paths, is_near=False) if is_compared and name not in paths else name
    if belongs and belongs in paths:
        return f"is not a field of this object; use {' or '.join(paths[belongs])}"
    return None


@cache
def _paths_of(shape: type[BaseModel]) -> Mapping[str, tuple[str, ...]]:
    """The path of each name of a shape, such as `schedule.sendAt`."""
    found: dict[str, list[str]] = {}

    def walk(place: _Place, prefix: str, depth: int) -> None:
        for name in sorted(place.names):
            found.setdefault(name, []).append(f"{prefix}{name}")
        # Names of a card of RCS, such as title, are not meant for the places above it.
        if depth < 2:
            for name, nested in sorted(place.nested.items()):
                walk(nested, f"{prefix}{name}.", depth + 1)

    walk(_place_of(_root_of(shape)), "", 0)
    return {name: tuple(paths[:3]) for name, paths in found.items()}


def _root_of(shape: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    """The shapes of the body's object, or of the objects in its list."""
    if issubclass(shape, RootModel):
        return tuple(_models_in(shape.model_fields["root"].annotation))
    return (shape,)


@cache
def _place_of(shapes: tuple[type[BaseModel], ...]) -> _Place:
    names: set[str] = set()
    nested: dict[str, tuple[type[BaseModel], ...]] = {}
    for shape in shapes:
        for name, field in shape.model_fields.items():
            alias = field.alias or name
            names.add(alias)
            inner = tuple(dict.fromkeys(_models_in(field.annotation)))
            if inner:
                nested[alias] = (*nested.get(alias, ()), *inner)
    return _Place(frozenset(names), {name: _place_of(inner) for name, inner in nested.items()})


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for each in get_args(annotation):
            yield from _models_in(each)


def _distance(left: str, right: str, most: int) -> int:
    """How many letters must be changed, inserted, deleted or swapped with the next; at most `most` + 1."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    rows: list[list[int]] = [list(range(len(right) + 1))]
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(rows[-1][j] + 1, row[j - 1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
