"""Texts that a client writes and that a recipient gets, with or without Liquid in them.

Such a text is validated twice by the same shape: as it is in a request, and again
for each recipient once it is rendered. With Liquid in it, only its syntax and its
size are known in the request; its limit holds for what it renders to.

The one who validates gives as context what to do:

    {"liquid_problem": check}   a request: check the syntax of Liquid, and look for what was meant as Liquid
    RENDERED                    what was rendered: {{ in it is text like any other

What no carrier takes is refused here: a blank text, and control characters.
"""

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from herald.model.problems import Problem, validation_error
from herald.model.wire import NonEmpty

# What an operation keeps of a request has to fit into an item of 400 KB.
MAX_LIQUID: Final = 10_000
MAX_URL: Final = 2_048
RENDERED: Final = {"rendered": True}

_LIQUID: Final = re.compile(r"\{\{|\{%")
# All but tab, line feed and carriage return; and halves of characters.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# Spaces that str.strip() takes off, and others that show nothing either.
_BLANKS: Final = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u180e\u200b\u2060\ufeff"
_WEB: Final = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#][^\s]*)?", re.IGNORECASE)


def has_liquid(text: str) -> bool:
    """Whether a text holds Liquid, and so is only known once it is rendered."""
    return _LIQUID.search(text) is not None


def trimmed(text: str) -> str:
    """A text without the spaces at its ends, those included that show nothing."""
    return text.strip(_BLANKS)


def is_open(value: str, info: ValidationInfo) -> bool:
    """Whether what is validated is Liquid that is still to be rendered."""
    return has_liquid(value) and not (info.context or {}).get("rendered")


def _liquid(value: str, info: ValidationInfo) -> str:
    check = (info.context or {}).get("liquid_problem")
    if check and (found := check(value)):
        message = "is not valid Liquid: {found}" if has_liquid(value) else "{found}"
        raise PydanticCustomError("liquid", message, {"found": found})
    return value


CheckLiquid: Final = AfterValidator(_liquid)


def limit(most: int, problem: Problem | None = None) -> AfterValidator:
    """At most so many characters once it is rendered; else `problem`, or a plain 400."""

    def check(value: str, info: ValidationInfo) -> str:
        allowed = MAX_LIQUID if is_open(value, info) else most
        if len(value) > allowed:
            raise validation_error(problem) if problem else _too_long(allowed)
        _says_something(value, info)
        return _liquid(value, info)

    return AfterValidator(check)


def _too_long(most: int) -> PydanticCustomError:
    return PydanticCustomError("text_too_long", "must have at most {most} characters", {"most": most})


def _says_something(value: str, info: ValidationInfo) -> None:
    if found := _CONTROL.search(value):
        raise PydanticCustomError(
            "control_character",
            "must not hold control characters; remove {character}",
            {"character": f"U+{ord(found[0]):04X}"},
        )
    if not is_open(value, info) and not trimmed(value):
        raise PydanticCustomError("blank", "must not be blank: it holds spaces and nothing else")


def _on_the_web(value: str, info: ValidationInfo) -> str:
    if not is_open(value, info) and not _WEB.fullmatch(value):
        raise PydanticCustomError(
            "url", "must be a URL that begins with https:// or http://, without spaces; encode them as %20"
        )
    return value


Url = Annotated[NonEmpty, limit(MAX_URL), AfterValidator(_on_the_web)]


def says_nothing(value: Any) -> bool:
    """Whether an object was given without any of its fields."""
    return not value.model_fields_set
