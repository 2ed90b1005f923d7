"""A linear check of a Liquid source before the library's lexer and parser read it.

The lexer of python-liquid is regular expressions that look ahead: a tag without its end
makes each `{{` look through the rest of the text, and blanks inside an empty tag are
tried in every combination. Such a source takes the square of its length. `prepared`
walks the source once, refuses what has no end, takes the blanks off the edges of each
tag, and bounds the length of a tag and the number of words and signs in all tags. What
comes out of it is lexed and parsed in a time that grows with its length.
"""

import re
from typing import Final

# Characters between the braces of one tag. The lexer of expressions takes the square of it.
MAX_TAG: Final = 2_000
# Words and signs in the tags of one text, and of all texts of one request.
MAX_SIGNS: Final = 2_000
MAX_SIGNS_IN_ALL: Final = 5_000

_SIGN: Final = re.compile(r"\w+|[^\w\s]")
_NAME: Final = re.compile(r"\w*")
_OPENING: Final = re.compile(r"\{\{|\{%")
_CLOSING: Final = {"{{": "}}", "{%": "%}"}
# Between these nothing is Liquid but the end.
_VERBATIM: Final = {
    name: re.compile(r"\{%-?\s*+end" + name + r"\s*+-?%\}") for name in ("raw", "doc")
}  # fmt: skip


class Malformed(ValueError):
    """A source that no variables can make a text of. The message is its author's to read."""


def prepared(source: str) -> tuple[str, int]:
    """The source as it can be lexed in linear time, and how many words and signs its tags hold.

    Raises Malformed: a tag has no end, is empty or too long, or there are too many.
    """
    pieces: list[str] = []
    signs = position = 0
    while found := _OPENING.search(source, position):
        pieces.append(source[position : found.start()])
        tag, position = _tag(source, found.start(), found.group())
        pieces.append(tag)
        signs += _count(tag)
        if signs > MAX_SIGNS:
            raise Malformed(f"has more than {MAX_SIGNS} words and signs of Liquid; make it shorter")
        name = _NAME.match(tag[2:].lstrip("-"))
        if name and tag[1] == "%" and (end := _VERBATIM.get(name.group())):
            closing = end.search(source, position)
            if closing is None:
                raise Malformed(f"the tag '{name.group()}' has no 'end{name.group()}'")
            pieces += (source[position : closing.start()], _tidy(closing.group()))
            position = closing.end()
    pieces.append(source[position:])
    return "".join(pieces), signs


def _tag(source: str, start: int, opening: str) -> tuple[str, int]:
    """One tag without blanks at its edges, and the place behind it."""
    closing = _CLOSING[opening]
    end = source.find(closing, start + 2)
    if end < 0:
        raise Malformed(f"'{opening}' has no '{closing}'")
    if end - start > MAX_TAG:
        raise Malformed(f"has a tag of more than {MAX_TAG} characters; make it shorter")
    return _tidy(source[start : end + 2]), end + 2


def _tidy(tag: str) -> str:
    inside = tag[2:-2]
    left = "-" if inside.startswith("-") else ""
    right = "-" if len(inside) > len(left) and inside.endswith("-") else ""
    code = inside[len(left) : len(inside) - len(right)].strip()
    if not code:
        raise Malformed(f"'{tag[:2]} {tag[-2:]}' is empty")
    # A minus or a brace at an edge is a sign of the code and not of the tag.
    before = " " if code.startswith("-") else ""
    behind = " " if code.endswith(("-", "}")) else ""
    return tag[:2] + left + before + code + behind + right + tag[-2:]


def _count(tag: str) -> int:
    return sum(1 for _ in _SIGN.finditer(tag)) - 4
