"""What is sent: content and tags, with or without Liquid in them."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from herald.model.problems import TEXT_TOO_LONG, validation_error
from herald.model.wire import Closed, NonEmpty, NotNull, Wire

MAX_TEXT: Final = 1600
MAX_MEDIA: Final = 10
MAX_TAGS: Final = 10
# What an operation keeps of a request has to fit into an item of 400 KB.
MAX_LIQUID: Final = 10_000
MAX_URL: Final = 2_048

_TAG_CHARACTERS: Final = re.compile(r"[a-zA-Z0-9._~-]+")
_LIQUID: Final = re.compile(r"\{\{|\{%")


def has_liquid(text: str) -> bool:
    """Whether a text holds Liquid, and so is only known once it is rendered."""
    return _LIQUID.search(text) is not None


def is_tag_value(text: str) -> bool:
    return len(text) <= 256 and _TAG_CHARACTERS.fullmatch(text) is not None


def _liquid(value: str, info: ValidationInfo) -> str:
    """Check a text's Liquid where the one who validates gave `liquid_problem` as context."""
    check = (info.context or {}).get("liquid_problem")
    if check and has_liquid(value) and (found := check(value)):
        raise PydanticCustomError("liquid", "is not valid Liquid: {found}", {"found": found})
    return value


def _text(value: str) -> str:
    if len(value) > (MAX_LIQUID if has_liquid(value) else MAX_TEXT):
        raise validation_error(TEXT_TOO_LONG)
    return value


def _tag_key(key: str) -> str:
    if len(key) > 128 or not _TAG_CHARACTERS.fullmatch(key):
        raise PydanticCustomError(
            "tag_key", "a tag's key must be 1 to 128 of the characters a-z A-Z 0-9 . _ ~ -"
        )
    return key


def _tag_value(value: str) -> str:
    if not is_tag_value(value) and not (has_liquid(value) and len(value) <= MAX_URL):
        raise PydanticCustomError(
            "tag_value", "a tag's value must be 1 to 256 of the characters a-z A-Z 0-9 . _ ~ -"
        )
    return value


Text = Annotated[NonEmpty, AfterValidator(_text), AfterValidator(_liquid)]
Tags = Annotated[
    dict[
        Annotated[str, AfterValidator(_tag_key)],
        Annotated[str, AfterValidator(_tag_value), AfterValidator(_liquid)],
    ],
    Field(max_length=MAX_TAGS),
]


class MediaUrl(Wire):
    url: Annotated[NonEmpty, Field(max_length=MAX_URL), AfterValidator(_liquid)]


class Content(Closed):
    """A text, media or both. Liquid may stand in the text and in each URL."""

    text: Annotated[Text | None, NotNull] = None
    media: Annotated[tuple[MediaUrl, ...], Field(max_length=MAX_MEDIA, strict=False)] = ()

    @model_validator(mode="after")
    def _says_something(self) -> "Content":
        if not self.model_fields_set:
            raise PydanticCustomError("content", "must have text, media or both")
        return self
