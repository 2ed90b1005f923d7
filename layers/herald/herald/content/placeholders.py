"""Finds placeholders of other products, which would be sent unfilled instead of `{{ name }}`."""

import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from typing import Final

from herald.model.content import Content, all_texts, plain_texts

# A name as files have it: words, perhaps with a space, a point or a hyphen between them.
_NAME: Final = r"[^\W\d][\w.\-]*(?: [\w.\-]+){0,3}"
# These have no other use.
_LOOKALIKES: Final = re.compile(
    rf"(?<![{{%])[$#@]?\{{\s*+(?:[$!#@]\s*+)?({_NAME})\s*+(?:#\s*+)?(?:\|[^{{}}\n]{{0,60}}|,\s*fallback[^{{}}\n]{{0,60}})?\}}\}}?(?!\}})"
    rf"|\(\(\s*({_NAME})\s*\)\)"
    rf"|\[\[\s*({_NAME})\s*(?:\|[^\]\n]{{0,60}})?\]\]"
    rf"|<<({_NAME})>>"
    rf"|%%({_NAME})%%"
    rf"|<[%?]=?\s*+\$?({_NAME})\s*+[%?]>"
    rf"|｛{{1,2}}\s*({_NAME})\s*｝{{1,2}}"
    rf"|%\(({_NAME})\)s"
    r"|\*\|\s*([\w:.\-]{1,60})\s*\|\*"
    r"|\|\*\s*([\w:.\-]{1,60})\s*\*\|"
)
# These may be text: they are placeholders where the name is one of a variable.
_PERHAPS: Final = re.compile(
    rf"\[[%=$#]?\s*({_NAME}|\d+)\s*%?\]"
    rf"|<{{1,2}}\s*({_NAME}|\d+)\s*>{{1,2}}"
    rf"|＜\s*({_NAME})\s*＞|«\s*({_NAME})\s*»|【\s*({_NAME})\s*】"
    rf"|%{{1,2}}\s*({_NAME})\s*%{{1,2}}|#({_NAME})#|@({_NAME})@|\|({_NAME})\||__([^\W\d][\w.\-]*?)__"
    r"|\{\s*(\d+)\s*\}|\${1,2}([^\W\d]\w*)\${0,2}|&([^\W\d]\w*);"
)
# Names that variables have in every address book, without spaces and in small letters.
_USUAL: Final = frozenset(
    (
        *("name", "firstname", "lastname", "fullname", "fname", "lname", "givenname", "familyname"),
        *("surname", "middlename", "nickname", "customername", "contactname", "recipientname"),
        *("vorname", "nachname", "prénom", "prenom", "nombre", "apellido", "apellidos", "nome"),
        *("cognome", "sobrenome", "voornaam", "achternaam", "imię", "nazwisko", "jméno", "имя"),
        *("фамилия", "姓名", "名前", "이름", "नाम", "الاسم", "اسم"),
    )
)
# What other products call the person whom a text is for.
_OBJECTS: Final = frozenset(
    (
        *("client", "cms", "contact", "contacts", "customer", "employee", "event", "guest", "lead", "member"),
        *("patient", "person", "profile", "recipient", "student", "subscriber", "twilio", "user"),
    )
)
_THREE: Final = re.compile(rf"\{{\{{\{{\s*({_NAME})\s*\}}\}}\}}")
_THREE_BEHIND: Final = re.compile(rf"\{{\{{\s*{_NAME}\s*\}}\}}\}}")
_TRAIT: Final = re.compile(r"Twilio\.(?i:profile)\.([\w.\-]+)")
_RAW: Final = re.compile(r"\{%-?\s*raw\s*-?%\}")
_END_OF_RAW: Final = re.compile(r"\{%-?\s*endraw\s*-?%\}")
_OPENS: Final = re.compile(r"\{\{|\{%")
_PLAIN_NAME: Final = re.compile(r"[^\W\d][\w\-]*")
# What a variable by position looks like where it is shown: no text shows a number in this way.
_POSITION: Final = re.compile(r"\{\{-?\s*(\d+)\s*(\|\s*default\b[^{}]*)?-?\}\}")
_WEB: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_SIGN: Final = re.compile(r"[{\[(<%*|$#@&_«【＜｛]")


def lookalike(source: str, names: Callable[[], Iterable[str]] = tuple) -> str | None:
    """The fault of a text that holds a placeholder of another product, and the cure; None: it holds none.

    `names` gives those of the recipients' variables, and is only called where it matters.
    """
    if not _SIGN.search(source):
        return None
    text = _without(_tags, _without(_verbatim, source))
    if found := _LOOKALIKES.search(text):
        return _cure(found[0], next(filter(None, found.groups())))
    if "{" not in text and _THREE_BEHIND.search(source):
        return "'}}}' has a brace too many: write }}, or {% raw %}}{% endraw %} to send one"
    perhaps = list(_PERHAPS.finditer(_WEB.sub("", text)))
    # A variable that the text shows as it should is not meant once more: `{{ link }} [Link]`.
    shown = "".join(source[start:end] for start, end in _tags(source))
    known = {_folded(name): name for name in names() if name not in shown} if perhaps else {}
    for found in perhaps:
        name = next(filter(None, found.groups()))
        for each in (name, name.rpartition(".")[2]):
            if (folded := _folded(each)) in known or folded in _USUAL:
                return _cure(found[0], known.get(folded, each))
    return None


def unfilled(
    content: Content, tags: Mapping[str, str], names: Callable[[], Collection[str]]
) -> dict[str, str]:
    """The faults of a request's texts that would be sent with an unfilled placeholder, by JSON path.

    `names` gives those of the recipients' variables; it is called where a text may hold a placeholder.
    """
    positions = ((path, unfilled_position(text, names)) for path, text in all_texts(content, tags))
    others = ((path, lookalike(text, names)) for path, text in plain_texts(content))
    return {path: found for path, found in (*positions, *others) if found}


def unfilled_position(source: str, names: Callable[[], Collection[str]]) -> str | None:
    """The fault of a text that shows `{{1}}` where no recipient has a variable 1, and the cure; else None.

    Liquid would show the number itself. With a `default` it is right as soon as one recipient has a variable
    whose name is a number (see herald.model.templates.by_position).
    """
    for found in _positions(source):
        known = names()
        number, default = found.groups()
        if number not in known and not (default and any(map(str.isdecimal, known))):
            return (
                f"{found[0]} is a variable of no recipient: give recipients the variable {number},"
                f" or write {number} to send the number"
            )
    return None


def positions(source: str) -> set[str]:
    """The numbers that a text shows as variables, such as 1 in `{{1}}`."""
    return {found[1] for found in _positions(source)}


def _positions(source: str) -> Iterable[re.Match[str]]:
    return _POSITION.finditer(_without(_verbatim, source)) if "{{" in source else ()


# Not by patterns with `.*?`: each of many openings that are never closed would be followed to the end.
def _tags(source: str) -> Iterator[tuple[int, int]]:
    """Where Liquid's tags and outputs begin and end."""
    last = {"{{": source.rfind("}}"), "{%": source.rfind("%}")}
    at = 0
    while opened := _OPENS.search(source, at):
        start, kind = opened.start(), opened[0]
        if start + 2 > last[kind]:
            at = start + 1
        else:
            at = source.find("}}" if kind == "{{" else "%}", start + 2) + 2
            yield start, at


def _verbatim(source: str) -> Iterator[tuple[int, int]]:
    """Where texts begin and end that are sent as they are."""
    at = 0
    while (opened := _RAW.search(source, at)) and (closed := _END_OF_RAW.search(source, opened.end())):
        at = closed.end()
        yield opened.start(), at


def _without(parts: Callable[[str], Iterable[tuple[int, int]]], source: str) -> str:
    kept, at = [], 0
    for start, end in parts(source):
        kept.append(source[at:start])
        at = end
    return "".join((*kept, source[at:]))


def _folded(name: str) -> str:
    return re.sub(r"[\s_.\-]", "", name).lower()


def _cure(written: str, name: str) -> str:
    if trait := _TRAIT.fullmatch(name):
        return (
            f"{written} stands in variables: write {{{{ {trait[1]} }}}},"
            f" and give recipients the variable {trait[1]} with the value ${{{name}}}"
        )
    is_plain = _PLAIN_NAME.fullmatch(name) or name.isdecimal()
    cure = f"{{{{ {name} }}}}" if is_plain else f'{{{{ ["{name}"] }}}}'
    return (
        f"{written} would be sent as it is: write {cure} for the variable {name},"
        f" or {{% raw %}}{written}{{% endraw %}} to send it"
    )


def foreign_object(parts: Iterable[tuple[str, str]], own: Container[str]) -> str | None:
    """The fault of a text that shows a part of an object of another product, as `{{ contact.name }}`.

    Here variables are texts. `own` are the variables that the text makes itself.
    """
    for variable, part in sorted(parts):
        if variable.lower() in _OBJECTS and variable not in own and part not in ("size", "length"):
            return (
                f"there is no {variable}.{part}: write {{{{ {part} }}}} for the variable {part},"
                f' or {{{{ ["{variable}.{part}"] }}}} for one of that name'
            )
    return None


def triple_braces(source: str) -> str | None:
    """The cure where a text has three braces for two."""
    found = _THREE.search(source)
    return f"{found[0]} has a brace too many: write {{{{ {found[1]} }}}}" if found else None
