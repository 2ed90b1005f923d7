"""Bounds of a JSON body before its shape is validated, and of the problems in an answer.

A body of 5 MB can hold a million values, each of them wrong. Validating all of them, and
reporting all problems, would take a function longer than its answer may take. So the values of
a body are counted first, by containers, which costs a small part of parsing it; the entries of a
long list are then validated one by one, and MOST_ERRORS problems are reported, with
the number of the others.
"""

import gc
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from herald.api.errors import MAX_SHOWN_NAME, ApiError, bad_request, count_of, invalid
from herald.model.problems import MOST_ERRORS

# A list of recipients or of members of a pool. No object of the API has a tenth as many names.
MAX_ENTRIES: Final = 10_000
MAX_NAMES: Final = 4_000
# Values in a body, in one entry of its long list, and in the rest of it. 10,000 recipients of 10
# addresses have 310,000.
MAX_VALUES: Final = 1_000_000
MAX_VALUES_OF_ENTRY: Final = 4_000
MAX_VALUES_BESIDE: Final = 50_000
# Problems: after so many, further entries are not validated.
MAX_COUNTED: Final = 20_000


class _Step(NamedTuple):
    """From a value to one inside of it."""

    name: str | int
    before: "_Step | None"


class LongList(NamedTuple):
    """The list of a body that may have thousands of entries: its name, and the shape of one of them."""

    name: str
    entry: TypeAdapter[Any]


def measure(body: str, long: LongList | None) -> Any:
    """The values in a body. Raises ApiError, 400: it is not JSON, or holds more than any request."""
    found, problem = _measured(body, long)
    if problem:
        raise problem
    return found


def _measured(body: str, long: LongList | None) -> tuple[Any, ApiError | None]:
    """The values in a body, or the error with the values released."""
    try:
        found = from_json(body, allow_inf_nan=False)
    except ValueError as failure:
        return None, bad_request(_not_json(str(failure), body), "$")
    try:
        _check(found, long)
    except ApiError as problem:
        return None, problem.with_traceback(None)
    return found, None


_PLACE: Final = re.compile(r"at line (\d+) column (\d+)$")
# Lines that are counted to find the place of an error.
_MOST_LINES: Final = 10_000
_NO_NUMBER: Final = re.compile(r"-?(?:NaN|Infinity)\b")


def _not_json(found: str, body: str) -> str:
    """The error of a body that the JSON parser refuses, with line and column."""
    place = _PLACE.search(found)
    at = f", at line {place[1]}, column {place[2]}" if place else ""
    if not body.strip():
        return "the body is empty: it must be JSON"
    if "recursion" in found:
        return f"the body is nested too deeply{at}"
    if place and (number := _number_at(body, int(place[1]), int(place[2]))):
        return f"the body is not valid JSON{at}: {number} is no number of JSON"
    return f"the body is not valid JSON{at}"


def _number_at(body: str, line: int, column: int) -> str | None:
    """NaN or Infinity, if a body has it at a place; the parser may stop within it."""
    start = 0
    for _ in range(min(line, _MOST_LINES) - 1):
        start = body.find("\n", start) + 1
    # No more than around the place: a body of 5 MB may hold the word a million times.
    place = start + column - 1
    near = max(place - len("-Infinity"), start)
    found = _NO_NUMBER.finditer(body[near : place + len("-Infinity")])
    return next((each[0] for each in found if near + each.start() <= place <= near + each.end()), None)


def _check(found: Any, long: LongList | None) -> None:
    beside = found
    if long and isinstance(found, dict) and isinstance(found.get(long.name), list):
        entries = found[long.name]
        path = f"$.{long.name}"
        if len(entries) > MAX_ENTRIES:
            raise _too_many(path, MAX_ENTRIES, "entries")
        beside = {name: value for name, value in found.items() if name != long.name}
        _count_entries(entries, path)
    _count(beside, "$", MAX_VALUES_BESIDE)


@contextmanager
def uncollected() -> Iterator[None]:
    """Stops the garbage collector from walking the values of a large body: a request makes
    a million and holds nearly all until its answer."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _count_entries(entries: list[Any], path: str) -> None:
    total = 0
    for place, entry in enumerate(entries):
        total += _count(entry, f"{path}[{place}]", MAX_VALUES_OF_ENTRY)
        if total > MAX_VALUES:
            raise _too_many(path, MAX_VALUES, "values in all")


def _count(value: Any, path: str, most: int) -> int:
    """How many values are in a value. Raises ApiError."""
    count = 0
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if type(each) is dict:
            if len(each) > MAX_NAMES:
                raise _too_many(_path_to(each, value, path), MAX_NAMES, "names in one object")
            inside: Any = each.values()
        elif type(each) is list:
            if len(each) > MAX_ENTRIES:
                raise _too_many(_path_to(each, value, path), MAX_ENTRIES, "entries in one list")
            inside = each
            if (flat := _flat(each)) is not None:
                count += flat
                inside = ()
        else:
            continue
        count += len(each)
        if count > most:
            raise _too_many(path, most, "values in all")
        waiting += [deeper for deeper in inside if type(deeper) is dict or type(deeper) is list]
    return count


def _flat(values: list[Any]) -> int | None:
    """How many values small objects without objects or lists in them have; None: a list is of other values.

    A request may have 100,000 addresses: they are counted without a step of ours for each.
    """
    if set(map(type, values)) != {dict} or max(map(len, values)) > MAX_NAMES:
        return None
    kinds = set(map(type, chain.from_iterable(map(dict.values, values))))
    return None if dict in kinds or list in kinds else sum(map(len, values))


def _path_to(wanted: Any, value: Any, path: str) -> str:
    """The path of a value that is inside another at `path`.

    It ends before a name that is too long for an answer.
    """
    # Steps from the inside out: paths of as many values as a body has would take gigabytes.
    waiting: list[tuple[Any, _Step | None]] = [(value, None)]
    while waiting:
        each, step = waiting.pop()
        if each is wanted:
            return _path_of(step, path)
        inside = each.items() if type(each) is dict else enumerate(each)
        waiting += [
            (deeper, _Step(name, step))
            for name, deeper in inside
            if type(deeper) is dict or type(deeper) is list
        ]
    return path


def _path_of(step: _Step | None, path: str) -> str:
    names: list[str | int] = []
    while step:
        names.append(step.name)
        step = step.before
    for name in reversed(names):
        if isinstance(name, str) and len(name) > MAX_SHOWN_NAME:
            break
        path += f".{name}" if isinstance(name, str) else f"[{name}]"
    return path


def _too_many(path: str, most: int, what: str) -> ApiError:
    return bad_request(f"must have at most {most} {what}", path)


def problems_with(
    body: str, long: LongList | None, failure: ValidationError, context: Mapping[str, Any]
) -> ApiError:
    """All problems of a body; `failure` is pydantic's error.

    pydantic stops at the first bad entry of the long list: the others are validated here.
    """
    told = invalid(failure)
    first = _first_bad_entry(failure, long.name) if long else None
    if long is None or first is None:
        return told
    others = told.others
    errors: list[dict[str, Any]] = []
    entries = from_json(body)[long.name]
    for place, entry in list(enumerate(entries))[first:]:
        try:
            long.entry.validator.validate_json(to_json(entry), context=dict(context))
        except ValidationError as wrong:
            if len(errors) > MOST_ERRORS:
                others += count_of(wrong)
                if others > MAX_COUNTED:
                    break
                continue
            found = invalid(wrong, (long.name, place))
            errors += found.errors
            others += found.others
    beside = [each for each in told.errors if not str(each["context"]).startswith(f"$.{long.name}[")]
    return ApiError(400, [*errors, *beside], others=others)


def _first_bad_entry(failure: ValidationError, name: str) -> int | None:
    """The place of the first bad entry of a list; None if there is none."""
    for each in failure.errors(include_url=False, include_context=False, include_input=False):
        if each["loc"][:1] == (name,) and len(each["loc"]) > 1:
            return int(each["loc"][1])
    return None
