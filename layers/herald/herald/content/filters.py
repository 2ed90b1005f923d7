"""Liquid's filters as LiquidJS has them (docs/liquid.md lists where they differ).

A filter gets plain values: text, numbers, booleans, lists and None. What is missing
comes as None, and `box` decides what becomes of a result.
"""

import base64
import binascii
import hashlib
import hmac
import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cmp_to_key, wraps
from inspect import Parameter, signature
from typing import Any, Final
from urllib.parse import quote, unquote

from liquid import Environment

from herald.content.values import (
    Number,
    calculated,
    compare,
    equals,
    is_list,
    is_nil,
    is_number,
    is_true,
    items_of,
    number_of,
    or_zero,
    plain_text,
    rounded,
)

Filter = Callable[..., Any]

# What JavaScript's trim() and \s take for a space.
_SPACES: Final = " \t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACE: Final = re.compile(f"[{_SPACES}]+")
# What strip_html takes out, by how it begins and ends.
_HTML: Final = (("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"), ("<", ">"))
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
_TO_ESCAPE: Final = re.compile(r"[&<>\"']")
_ESCAPED: Final = re.compile(r"&(?:amp|lt|gt|#34|#39);")
_UNESCAPES: Final = {escaped: sign for sign, escaped in _ESCAPES.items()}
# What JavaScript's encodeURIComponent() and encodeURI() leave as it is.
_COMPONENT: Final = "-_.!~*'()"
_URI: Final = ";,/?:@&=+$-_.!~*'()#[]"


def _units(text: str) -> int:
    """The length of a text in JavaScript: in units of UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _whole(value: object, otherwise: int = 0) -> int:
    """A number of places or times."""
    if is_nil(value):
        return otherwise
    number = or_zero(value)
    return int(number) if math.isfinite(number) else otherwise


# ---------------------------------------------------------------------- numbers


def _calculation(sign: str) -> Filter:
    return lambda value, other=None: calculated(sign, or_zero(value), or_zero(other))


def _divided_by(value: Any, divisor: Any = None, whole: Any = False) -> Number:
    by = or_zero(divisor)
    if by == 0:
        raise ValueError("divided_by: a number cannot be divided by 0")
    result = calculated("/", or_zero(value), by)
    return math.floor(result) if is_true(whole) else result


def _modulo(value: Any, divisor: Any = None) -> Number:
    by = or_zero(divisor)
    if by == 0:
        raise ValueError("modulo: a number cannot be divided by 0")
    rest = calculated("%", or_zero(value), by)
    # With the sign of the divisor.
    return calculated("+", rest, by) if rest and (rest < 0) != (by < 0) else rest


def _finite(value: Any) -> Number:
    number = or_zero(value)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _round(value: Any, digits: Any = 0) -> Number:
    return rounded(_finite(value), or_zero(digits))


def _to_integer(value: Any) -> Number:
    number = number_of(value)
    if not math.isfinite(number):
        raise ValueError("to_integer: the value is no number")
    return number


_NUMBERS: Final[dict[str, Filter]] = {
    "abs": lambda value: abs(or_zero(value)),
    "at_least": lambda value, least=None: max(or_zero(value), or_zero(least)),
    "at_most": lambda value, most=None: min(or_zero(value), or_zero(most)),
    "ceil": lambda value: math.ceil(_finite(value)),
    "divided_by": _divided_by,
    "floor": lambda value: math.floor(_finite(value)),
    "minus": _calculation("-"),
    "modulo": _modulo,
    "plus": _calculation("+"),
    "round": _round,
    "times": _calculation("*"),
    "to_integer": _to_integer,
}


# ------------------------------------------------------------------------ texts


def _capitalize(value: Any) -> str:
    text = plain_text(value)
    return text[:1].upper() + text[1:].lower()


def _split(value: Any, separator: Any = None) -> list[str]:
    text, by = plain_text(value), plain_text(separator)
    found = text.split(by) if by else list(text)
    while found and not found[-1]:
        found.pop()
    return found


def _strip(left: bool, right: bool) -> Filter:
    def strip(value: Any, characters: Any = None) -> str:
        text, some = plain_text(value), plain_text(characters) or _SPACES
        text = text.lstrip(some) if left else text
        return text.rstrip(some) if right else text

    return strip


def _remove_last(value: Any, piece: Any = None) -> str:
    return _replace_last(value, piece, "")


def _replace(value: Any, piece: Any = None, by: Any = "") -> str:
    return plain_text(value).replace(plain_text(piece), plain_text(by))


def _replace_first(value: Any, piece: Any = None, by: Any = "") -> str:
    return plain_text(value).replace(plain_text(piece), plain_text(by), 1)


def _replace_last(value: Any, piece: Any = None, by: Any = "") -> str:
    text, wanted = plain_text(value), plain_text(piece)
    at = text.rfind(wanted)
    return text if at < 0 else text[:at] + plain_text(by) + text[at + len(wanted) :]


def _truncate(value: Any, most: Any = 50, end: Any = "...") -> str:
    text, length, tail = plain_text(value), _whole(most, 50), plain_text(end)
    if len(text) <= length:
        return text
    return text[: max(length - len(tail), 0)] + tail


def _truncatewords(value: Any, most: Any = 15, end: Any = "...") -> str:
    words = _SPACE.split(plain_text(value).lstrip(_SPACES))
    number = max(_whole(most, 15), 1)
    shown = " ".join(words[:number])
    return shown + plain_text(end) if len(words) >= number else shown


def _slice(value: Any, first: Any = 0, length: Any = 1) -> Any:
    if is_nil(value):
        return []
    whole: Sequence[Any] = list(value) if is_list(value) else plain_text(value)
    begin, number = _whole(first), _whole(length, 1)
    begin = begin + len(whole) if begin < 0 else begin
    return whole[begin : begin + number] if begin >= 0 and number >= 0 else whole[:0]


def _strip_html(value: Any) -> str:
    """A text without what stands in angle brackets, found in one walk."""
    text, pieces, at = plain_text(value), [], 0
    open_kinds = list(_HTML)
    while (start := text.find("<", at)) >= 0:
        pieces.append(text[at:start])
        at = start
        for kind in tuple(open_kinds):
            opening, closing = kind
            if text.startswith(opening, start):
                end = text.find(closing, start + len(opening))
                if end >= 0:
                    at = end + len(closing)
                    break
                open_kinds.remove(kind)
        if at == start:
            break
    return "".join(pieces) + text[at:]


def _escape(value: Any) -> str:
    return _TO_ESCAPE.sub(lambda found: _ESCAPES[found[0]], plain_text(value))


def _escape_once(value: Any) -> str:
    return _escape(_ESCAPED.sub(lambda found: _UNESCAPES[found[0]], plain_text(value)))


def _url_decode(value: Any) -> str:
    try:
        return unquote(plain_text(value).replace("+", " "), errors="strict")
    except UnicodeDecodeError:
        raise ValueError("url_decode: the value is not encoded for a URL") from None


def _base64_decode(value: Any) -> str:
    text = plain_text(value)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError):
        raise ValueError("base64_decode: the value is no text in Base64") from None


# The kinds of characters (of Unicode) that a slug keeps, and other characters by the way it is made.
_IN_SLUGS: Final = ("L", "M", "Nd")
_ALSO_IN_SLUGS: Final = {"default": "", "latin": "", "pretty": "._~!$&'()+,;=@"}
_LATIN: Final = str.maketrans(
    {
        **dict(zip("àáâãäåçèéêëìíîïðñòóôõöøùúûüýÿ", "aaaaaaceeeeiiiidnoooooouuuuyy", strict=True)),
        **{"æ": "ae", "ß": "ss", "œ": "oe", "þ": "th", "ẞ": "SS", "Œ": "OE", "Þ": "TH"},
    }
)


def _slugify(value: Any, mode: Any = "default", cased: Any = False) -> str:
    text, how = plain_text(value), plain_text(mode) or "default"
    if how == "raw":
        text = _SPACE.sub("-", text)
    elif how == "ascii":
        text = re.sub(r"[^A-Za-z0-9]+", "-", text)
    elif (also := _ALSO_IN_SLUGS.get(how)) is not None:
        kept = (
            each if each in also or unicodedata.category(each).startswith(_IN_SLUGS) else "\0"
            for each in (text.translate(_LATIN) if how == "latin" else text)
        )
        text = re.sub("\0+", "-", "".join(kept))
    text = text.removeprefix("-").removesuffix("-") if how in ("raw", "ascii", *_ALSO_IN_SLUGS) else text
    return text if is_true(cased) else text.lower()


_CJK: Final = "\u4e00-\u9fff\uf900-\ufaff\u3400-\u4dbf\u3040-\u309f\u30a0-\u30ff\uac00-\ud7af"
_CJK_SIGN: Final = re.compile(f"[{_CJK}]")
_OTHER_WORD: Final = re.compile(rf"[^{_CJK}\s]+")


def _number_of_words(value: Any, mode: Any = None) -> int:
    text = plain_text(value).strip(_SPACES)
    if not text:
        return 0
    signs = len(_CJK_SIGN.findall(text))
    if mode == "cjk" or (mode == "auto" and signs):
        return signs + len(_OTHER_WORD.findall(text))
    return len(_SPACE.split(text))


def _sentence(value: Any, connector: Any = "and") -> str:
    texts = [plain_text(each) for each in items_of(value)]
    word = plain_text(connector)
    if len(texts) < 3:
        return f" {word} ".join(texts)
    return f"{', '.join(texts[:-1])}, {word} {texts[-1]}"


def _digest(value: Any) -> str:
    return hashlib.sha256(plain_text(value).encode()).hexdigest()


def _keyed_digest(value: Any, key: Any = None) -> str:
    return hmac.new(plain_text(key).encode(), plain_text(value).encode(), hashlib.sha256).hexdigest()


def _json(value: Any, spaces: Any = 0) -> str | None:
    if is_nil(value):
        return None
    indent = _whole(spaces) or None
    separators = None if indent else (",", ":")
    return json.dumps(_jsonable(value), ensure_ascii=False, indent=indent, separators=separators)


def _jsonable(value: Any) -> Any:
    if is_list(value):
        return [_jsonable(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float | bool) else None


_TEXTS: Final[dict[str, Filter]] = {
    "append": lambda value, end: plain_text(value) + plain_text(end),
    "array_to_sentence_string": _sentence,
    "base64_decode": _base64_decode,
    "base64_encode": lambda value: base64.b64encode(plain_text(value).encode()).decode(),
    "capitalize": _capitalize,
    "cgi_escape": lambda value: quote(plain_text(value), safe="-_.~").replace("%20", "+"),
    "downcase": lambda value: plain_text(value).lower(),
    "escape": _escape,
    "escape_once": _escape_once,
    "hmac_sha256": _keyed_digest,
    "inspect": _json,
    "json": _json,
    "jsonify": _json,
    "lstrip": _strip(left=True, right=False),
    "newline_to_br": lambda value: re.sub(r"\r?\n", "<br />\n", plain_text(value)),
    "normalize_whitespace": lambda value: _SPACE.sub(" ", plain_text(value)),
    "number_of_words": _number_of_words,
    "prepend": lambda value, start: plain_text(start) + plain_text(value),
    "raw": lambda value: value,
    "remove": lambda value, piece=None: plain_text(value).replace(plain_text(piece), ""),
    "remove_first": lambda value, piece=None: plain_text(value).replace(plain_text(piece), "", 1),
    "remove_last": _remove_last,
    "replace": _replace,
    "replace_first": _replace_first,
    "replace_last": _replace_last,
    "rstrip": _strip(left=False, right=True),
    "sha256": _digest,
    "squish": lambda value: _SPACE.sub(" ", plain_text(value)).strip(_SPACES),
    "slice": _slice,
    "slugify": _slugify,
    "split": _split,
    "strip": _strip(left=True, right=True),
    "strip_html": _strip_html,
    "strip_newlines": lambda value: re.sub(r"\r?\n", "", plain_text(value)),
    "truncate": _truncate,
    "truncatewords": _truncatewords,
    "upcase": lambda value: plain_text(value).upper(),
    "uri_escape": lambda value: quote(plain_text(value), safe=_URI),
    "url_decode": _url_decode,
    "url_encode": lambda value: quote(plain_text(value), safe=_COMPONENT).replace("%20", "+"),
    "xml_escape": _escape,
}


# ------------------------------------------------------------------------ lists


def _property(item: Any, name: Any) -> Any:
    """What an entry has under a name; texts have nothing but their size."""
    key = plain_text(name)
    if isinstance(item, dict):
        return item.get(key)
    if key == "size" and (isinstance(item, str) or is_list(item)):
        return size_of(item)
    if is_list(item) and item:
        return {"first": item[0], "last": item[-1]}.get(key)
    return None


def size_of(value: Any) -> int:
    if isinstance(value, str):
        return _units(value)
    return len(value) if is_list(value) else 0


def _end(place: int) -> Filter:
    def end(value: Any) -> Any:
        if isinstance(value, str) or is_list(value):
            return value[place] if value else None
        return ""

    return end


def _ordered(fold: Callable[[Any], Any]) -> Filter:
    def key_of(item: Any, name: Any) -> Any:
        found = item if is_nil(name) or name == "" else _property(item, name)
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
        total = calculated("+", total, or_zero(item if is_nil(name) else _property(item, name)))
    return total


def _matching(value: Any, name: Any, expected: Iterable[Any]) -> list[tuple[int, Any, bool]]:
    """The entries, their places, and whether what they have under a name is as expected."""
    wanted = list(expected)
    return [
        (place, item, equals(found, wanted[0]) if wanted else is_true(found))
        for place, item in enumerate(items_of(value))
        for found in (_property(item, name),)
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
    return between.join(
        ",".join(map(plain_text, each)) if is_list(each) else plain_text(each) for each in items_of(value)
    )


def _group_by(value: Any, name: Any = None) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for item in items_of(value):
        key = _property(item, name)
        groups.setdefault(repr(key), {"name": key, "items": []})["items"].append(item)
    return list(groups.values())


_LISTS: Final[dict[str, Filter]] = {
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
    "sort_natural": _ordered(lambda key: plain_text(key).lower()),
    "sum": _sum,
    "uniq": _uniq,
    "unshift": lambda value, item=None: [item, *items_of(value)],
    "where": _where,
}


def _default(value: Any, otherwise: Any = None, *, allow_false: Any = False) -> Any:
    if isinstance(value, str) or is_list(value):
        return value if value else otherwise
    if value is False and is_true(allow_false):
        return False
    return value if is_true(value) else otherwise


FILTERS: Final[dict[str, Filter]] = {**_NUMBERS, **_TEXTS, **_LISTS, "default": _default}

# The named arguments that filters have; LiquidJS ignores others, and arguments too many.
_NAMED: Final = {"default": ("allow_false",)}
_POSITIONAL: Final = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.VAR_POSITIONAL)


def _lenient(name: str, work: Filter) -> Filter:
    kinds = [each.kind for each in signature(work).parameters.values() if each.kind in _POSITIONAL]
    most = None if Parameter.VAR_POSITIONAL in kinds else len(kinds)
    known = _NAMED.get(name, ())

    @wraps(work)
    def lenient(*arguments: Any, **named: Any) -> Any:
        return work(*arguments[:most], **{key: named[key] for key in known if key in named})

    return lenient


def add_filters(env: Environment) -> None:
    """Let an environment have the filters of LiquidJS, but for `date` and those that go by it."""
    date = env.filters["date"]
    env.filters.clear()
    env.filters.update({name: _lenient(name, work) for name, work in FILTERS.items()}, date=date)
