"""Liquid's filters of texts as LiquidJS has them."""

import base64
import binascii
import hashlib
import hmac
import json
import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote, unquote

from herald.content.number_filters import Filter
from herald.content.values import (
    is_filled,
    is_list,
    is_nil,
    items_of,
    joined_text,
    number_of,
    or_zero,
    plain_text,
    whole,
)

# What JavaScript's trim() takes for a space.
_SPACES: Final = (
    " \t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_SPACE: Final = re.compile(f"[{_SPACES}]+")
# What strip_html takes out, by how it begins and ends.
_HTML: Final = (("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"), ("<", ">"))
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
_TO_ESCAPE: Final = re.compile(r"[&<>\"']")
_ESCAPED: Final = re.compile(r"&(?:amp|lt|gt|#34|#39);")
_UNESCAPES: Final = {escaped: sign for sign, escaped in _ESCAPES.items()}
# What JavaScript's encodeURIComponent() and encodeURI() leave as it is.
_NO_ESCAPE: Final = re.compile(r"%(?![0-9a-fA-F]{2})", re.ASCII)
_COMPONENT: Final = "-_.!~*'()"
_URI: Final = ";,/?:@&=+$-_.!~*'()#[]"


def _places(value: object, otherwise: int = 0) -> int:
    """A number of characters: a part of one counts as one."""
    number = otherwise if is_nil(value) else or_zero(value)
    return math.ceil(number) if math.isfinite(number) else otherwise


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
        text, some = plain_text(value), plain_text(characters) if is_filled(characters) else _SPACES
        text = text.lstrip(some) if left else text
        return text.rstrip(some) if right else text

    return strip


def _remove_last(value: Any, piece: Any = None) -> str:
    return _replace_last(value, piece, "")


def _replace(value: Any, piece: Any = None, by: Any = "") -> str:
    text, wanted, other = plain_text(value), plain_text(piece), plain_text(by)
    return text.replace(wanted, other) if wanted else other.join(text)


def _replace_first(value: Any, piece: Any = None, by: Any = "") -> str:
    return plain_text(value).replace(plain_text(piece), plain_text(by), 1)


def _replace_last(value: Any, piece: Any = None, by: Any = "") -> str:
    text, wanted = plain_text(value), plain_text(piece)
    at = text.rfind(wanted)
    return text if at < 0 else text[:at] + plain_text(by) + text[at + len(wanted) :]


def _truncate(value: Any, most: Any = 50, end: Any = "...") -> Any:
    text, length, tail = plain_text(value), _places(most, 50), plain_text(end)
    if not text or len(text) <= length:
        return value
    return text[: max(length - len(tail), 0)] + tail


def _truncatewords(value: Any, most: Any = 15, end: Any = "...") -> str:
    words = _SPACE.split(plain_text(value).lstrip(_SPACES))
    number = number_of(most)
    if math.isnan(number):
        return ""
    number = number if number > 0 else 1
    shown = " ".join(words[: int(min(number, len(words)))])
    return shown + plain_text(end) if len(words) >= number else shown


def _slice(value: Any, first: Any, length: Any = 1) -> Any:
    if is_nil(value):
        return []
    entries: Sequence[Any] = list(value) if is_list(value) else plain_text(value)
    count = whole if is_list(value) else _places
    begin, number = count(first), count(length, 1)
    begin = begin + len(entries) if begin < 0 else begin
    return entries[begin : begin + number] if begin >= 0 and number >= 0 else entries[:0]


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
    text = plain_text(value).replace("+", " ")
    try:
        if not _NO_ESCAPE.search(text):
            return unquote(text, errors="strict")
    except UnicodeDecodeError:
        pass
    raise ValueError("url_decode: the value is not encoded for a URL")


def _base64_decode(value: Any) -> str:
    text = re.sub(r"[\t\n\f\r ]", "", plain_text(value))
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        raise ValueError("base64_decode: the value is no text in Base64") from None


# The kinds of characters (of Unicode) that a slug keeps, and other characters by the way it is made.
_IN_SLUGS: Final = ("L", "M", "Nd")
_ALSO_IN_SLUGS: Final = {"default": "", "latin": "", "pretty": "._~!$&'()+,;=@"}
_LATIN: Final = str.maketrans(
    {
        **dict(zip("àáâãäåçèéêëìíîïðñòóôõöøùúûüýÿ", "aaaaaaceeeeiiiidnoooooouuuuyy", strict=True)),
        "æ": "ae",
        "ß": "ss",
        "œ": "oe",
        "þ": "th",
        "ẞ": "SS",
        "Œ": "OE",
        "Þ": "TH",
    }
)


def _slugify(value: Any, mode: Any = "default", cased: Any = False) -> str:
    text, how = plain_text(value), plain_text(mode)
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
    return text if is_filled(cased) else text.lower()


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


def _sentence(value: Any, connector: Any = "and") -> Any:
    texts = [joined_text(each) for each in items_of(value)]
    word = plain_text(connector)
    if len(texts) < 2:
        return items_of(value)[0] if texts else ""
    if len(texts) == 2:
        return f" {word} ".join(texts)
    return f"{', '.join(texts[:-1])}, {word} {texts[-1]}"


def _digest(value: Any) -> str:
    return hashlib.sha256(plain_text(value).encode()).hexdigest()


def _keyed_digest(value: Any, key: Any = None) -> str:
    return hmac.new(plain_text(key).encode(), plain_text(value).encode(), hashlib.sha256).hexdigest()


def _json(value: Any, spaces: Any = 0) -> str | None:
    if is_nil(value):
        return None
    # A text is what lines are indented with.
    indent = (spaces[:10] if isinstance(spaces, str) else min(whole(spaces), 10)) or None
    indent = None if isinstance(indent, int) and indent < 1 else indent
    separators = None if indent else (",", ":")
    return json.dumps(_jsonable(value), ensure_ascii=False, indent=indent, separators=separators)


def _jsonable(value: Any) -> Any:
    if is_list(value):
        return [_jsonable(each) for each in value]
    if isinstance(value, dict):
        return {key: _jsonable(each) for key, each in value.items() if not is_nil(each)}
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float | bool) else None


TEXTS: Final[dict[str, Filter]] = {
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
