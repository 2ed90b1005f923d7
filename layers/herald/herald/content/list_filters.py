"""Liquid's filters of lists as LiquidJS has them."""

from collections.abc import Callable, Iterable, Iterator
from functools import cmp_to_key, lru_cache
from typing import Any, Final

from liquid.builtin.expressions import FilteredExpression

from herald.content.expressions import value_of
from herald.content.number_filters import Filter
from herald.content.values import (
    Number,
    calculated,
    compare,
    enumerable,
    equals,
    is_filled,
    is_list,
    is_nil,
    is_number,
    is_true,
    items_of,
    joined_text,
    or_zero,
    plain_text,
    property_of,
    size_of,
)

# What a call of an expression costs, beside its length.
_EXPRESSION: Final = 50


def _property(item: Any, name: Any) -> Any:
    """What an entry has under a name, or a path of names with points between them."""
    for key in plain_text(name).split("."):
        try:
            item = property_of(item, key)
        except KeyError:
            return None
    return item


def _scoped(item: Any, name: Any) -> Any:
    """What an entry has under a name for the filters that look into it, as if it were the variables."""
    key = plain_text(name)
    if not isinstance(item, dict) and key in ("size", "first", "last"):
        return 0 if key == "size" else None
    return _property(item, name)


def _end(place: int) -> Filter:
    def end(value: Any) -> Any:
        if isinstance(value, str) or is_list(value):
            return value[place] if value else None
        return ""

    return end


def _ordered(fold: Callable[[Any], Any]) -> Filter:
    def key_of(item: Any, name: Any) -> Any:
        found = _property(item, name) if is_filled(name) else item
        return None if is_nil(found) else fold(found)

    def order(left: tuple[Any, Any], right: tuple[Any, Any]) -> int:
        a, b = left[0], right[0]
        if a is None or b is None:
            return (a is None) - (b is None)
        return compare(a, b) or 0

    def sort(value: Any, name: Any = None) -> list[Any]:
        keyed = [(key_of(item, name), item) for item in items_of(value)]
        return [item for _, item in sorted(keyed, key=cmp_to_key(order))]

    return sort


def _sum(value: Any, name: Any = None) -> Number:
    total: Number = 0
    for item in items_of(value):
        total = calculated("+", total, or_zero(_property(item, name) if is_filled(name) else item))
    return total


def _matching(value: Any, name: Any, expected: Iterable[Any]) -> list[tuple[int, Any, bool]]:
    """The entries, their places, and whether what they have under a name is as expected."""
    # A value that is missing is as good as none.
    wanted = [each for each in expected if not is_nil(each)]
    return [
        (place, item, equals(found, wanted[0]) if wanted else is_true(found))
        for place, item in enumerate(items_of(value))
        for found in (_scoped(item, name),)
    ]


def _where(value: Any, name: Any = None, *expected: Any) -> list[Any]:
    return [item for _, item, matches in _matching(value, name, expected) if matches]


def _reject(value: Any, name: Any = None, *expected: Any) -> list[Any]:
    return [item for _, item, matches in _matching(value, name, expected) if not matches]


def _find(value: Any, name: Any = None, *expected: Any) -> Any:
    return next((item for _, item, matches in _matching(value, name, expected) if matches), None)


def _find_index(value: Any, name: Any = None, *expected: Any) -> int | None:
    return next((place for place, _, matches in _matching(value, name, expected) if matches), None)


def _has(value: Any, name: Any = None, *expected: Any) -> bool:
    return any(matches for _, _, matches in _matching(value, name, expected))


def _uniq(value: Any) -> list[Any]:
    found: list[Any] = []
    seen: set[tuple[str, str]] = set()
    for item in items_of(value):
        key = (type(item).__name__ if not is_number(item) else "number", repr(item))
        if key not in seen:
            seen.add(key)
            found.append(item)
    return found


def _join(value: Any, separator: Any = None) -> str:
    between = " " if is_nil(separator) else plain_text(separator)
    return joined_text(items_of(value), between)


def _group_by(value: Any, name: Any = None) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for item in enumerable(value):
        key = _scoped(item, name)
        groups.setdefault(repr(key), {"name": key, "items": []})["items"].append(item)
    return list(groups.values())


LISTS: Final[dict[str, Filter]] = {
    "compact": lambda value: [each for each in items_of(value) if not is_nil(each)],
    "concat": lambda value, other=(): [*items_of(value), *items_of(other)],
    "find": _find,
    "find_index": _find_index,
    "first": _end(0),
    "group_by": _group_by,
    "has": _has,
    "join": _join,
    "last": _end(-1),
    "map": lambda value, name=None: [_property(each, name) for each in items_of(value)],
    "pop": lambda value: list(items_of(value))[:-1],
    "push": lambda value, item=None: [*items_of(value), item],
    "reject": _reject,
    "reverse": lambda value: list(items_of(value))[::-1],
    "shift": lambda value: list(items_of(value))[1:],
    "size": size_of,
    "sort": _ordered(lambda key: key),
    "sort_natural": _ordered(lambda key: joined_text(key).lower()),
    "sum": _sum,
    "uniq": _uniq,
    "unshift": lambda value, item=None: [item, *items_of(value)],
    "where": _where,
}


# ------------------------------------------------------- filters with expressions


@lru_cache(maxsize=256)
def _expression(source: str) -> FilteredExpression:
    return value_of(source)


def _each(value: Any, name: Any, source: Any, context: Any) -> Iterator[tuple[int, Any, Any]]:
    """The entries, their places, and what an expression says of each, which it knows by `name`."""
    items, text = items_of(value), plain_text(source)
    context.budget.spend(len(items) * (_EXPRESSION + len(text)))
    expression = _expression(text)
    for place, item in enumerate(items):
        with context.extend({plain_text(name): item}):
            yield place, item, expression.evaluate(context)


def _where_exp(value: Any, name: Any, source: Any, *, context: Any) -> list[Any]:
    return [item for _, item, found in _each(value, name, source, context) if found is True]


def _reject_exp(value: Any, name: Any, source: Any, *, context: Any) -> list[Any]:
    return [item for _, item, found in _each(value, name, source, context) if found is False]


def _find_exp(value: Any, name: Any, source: Any, *, context: Any) -> Any:
    return next((item for _, item, found in _each(value, name, source, context) if is_filled(found)), None)


def _find_index_exp(value: Any, name: Any, source: Any, *, context: Any) -> int | None:
    return next((place for place, _, found in _each(value, name, source, context) if is_filled(found)), None)


def _has_exp(value: Any, name: Any, source: Any, *, context: Any) -> bool:
    return any(is_filled(found) for _, _, found in _each(value, name, source, context))


def _group_by_exp(value: Any, name: Any, source: Any, *, context: Any) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for _, item, key in _each(enumerable(value), name, source, context):
        groups.setdefault(repr(key), {"name": key, "items": []})["items"].append(item)
    return list(groups.values())


EXPRESSIONS: Final[dict[str, Filter]] = {
    "find_exp": _find_exp,
    "find_index_exp": _find_index_exp,
    "group_by_exp": _group_by_exp,
    "has_exp": _has_exp,
    "reject_exp": _reject_exp,
    "where_exp": _where_exp,
}
