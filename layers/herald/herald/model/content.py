"""The `content` and `tags` of a request, with or without Liquid in them."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from herald.model.problems import TEXT_TOO_LONG
from herald.model.rcs import Rcs
from herald.model.texts import LIQUID, MAX_URL, CheckLiquid, Url, has_liquid, limit, unless_liquid
from herald.model.wire import Checked, Closed, NonEmpty, NotNull, Says, Wire, apart, has_only, kind

Kind = TypeVar("Kind", bound="Wire")

MAX_TEXT: Final = 1600
MAX_MEDIA: Final = 10
MAX_TAGS: Final = 10
# What an operation keeps of a request has to fit into an item of 400 KB.
MAX_CONTENT_BYTES: Final = 100_000

MAX_TAG_KEY: Final = 128
MAX_TAG_VALUE: Final = 256
TAG_CHARACTERS: Final = r"[a-zA-Z0-9._~-]+"
_IN_TAGS: Final = re.compile(TAG_CHARACTERS)
_CONTENT_ID: Final = re.compile(r"HX[a-zA-Z0-9]{26,34}")


def is_tag_value(text: str) -> bool:
    return len(text) <= MAX_TAG_VALUE and _IN_TAGS.fullmatch(text) is not None


def _tag_key(key: str) -> str:
    if len(key) > MAX_TAG_KEY or not _IN_TAGS.fullmatch(key):
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


_TAG_VALUE: Final = {
    "format": LIQUID,
    "maxLength": MAX_URL,
    **unless_liquid(maxLength=MAX_TAG_VALUE, pattern=f"^{TAG_CHARACTERS}$"),
}
Text = Annotated[NonEmpty, limit(MAX_TEXT, TEXT_TOO_LONG)]
Tags = Annotated[
    dict[
        Annotated[str, Checked(_tag_key, {"pattern": f"^{TAG_CHARACTERS}$", "maxLength": MAX_TAG_KEY})],
        Annotated[str, Checked(_tag_value, _TAG_VALUE), CheckLiquid],
    ],
    Field(max_length=MAX_TAGS),
]


class MediaUrl(Wire):
    url: Url


class TextWithMedia(Closed):
    """A text, media or both."""

    text: Annotated[Text | None, NotNull] = None
    # Where there is no text, a client that leaves media out and one that gives none are alike.
    media: Annotated[
        tuple[MediaUrl, ...], Field(max_length=MAX_MEDIA, strict=False), Says({"minItems": 1})
    ] = ()

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.text is None and not self.media:
            raise PydanticCustomError("content", "must have text, media or both")
        return self


def _content_id(value: str) -> str:
    if not _CONTENT_ID.fullmatch(value):
        raise PydanticCustomError("content_id", "is not the id of a content template")
    return value


class TemplateContent(Wire):
    """What one of the account's templates says; see herald.model.templates."""

    content_id: Annotated[str, AfterValidator(_content_id)]


class SmsModule(Wire):
    sms: TextWithMedia


class RcsModule(Wire):
    rcs: Rcs


_MODULES: Final = {"sms": ("sms",), "rcs": ("rcs",)}
Module = Annotated[
    Annotated[SmsModule, kind("sms")] | Annotated[RcsModule, kind("rcs")],
    Discriminator(
        lambda value: has_only(value, _MODULES),
        custom_error_type="module",
        custom_error_message="must have either sms or rcs",
    ),
    apart(_MODULES),
]


def _one_a_channel(modules: tuple[SmsModule | RcsModule, ...]) -> tuple[SmsModule | RcsModule, ...]:
    if len(set(map(type, modules))) < len(modules):
        raise PydanticCustomError("modules", "must have at most one module for a channel")
    return modules


class ChannelModules(Wire):
    """For each channel what is sent through it. A channel without a module is not used."""

    modules: Annotated[
        tuple[Module, ...],
        Field(min_length=1, max_length=4, strict=False),
        Checked(
            _one_a_channel,
            {
                "allOf": [
                    {"contains": {"required": [name]}, "minContains": 0, "maxContains": 1}
                    for name in _MODULES
                ]
            },
        ),
    ]


def _kind_of_content(value: Any) -> str | None:
    """The contract's oneOf: templates and modules are open, text with media is closed.

    So a text beside a contentId is ignored, and both of the open kinds together are an error.
    """
    opened: dict[str, tuple[str, ...]] = {"template": ("contentId",), "modules": ("modules",)}
    if isinstance(value, dict) and not {"contentId", "modules"} & value.keys():
        opened = {"text": ("text", "media")}
    if isinstance(value, TextWithMedia):
        return "<text>"
    return has_only(value, opened)


def _not_too_large(content: Kind) -> Kind:
    if len(content.model_dump_json(exclude_unset=True).encode()) > MAX_CONTENT_BYTES:
        raise PydanticCustomError(
            "content_too_large", "must have at most {most} bytes in all", {"most": MAX_CONTENT_BYTES}
        )
    return content


Content = Annotated[
    Annotated[TextWithMedia, kind("text")]
    | Annotated[TemplateContent, kind("template")]
    | Annotated[ChannelModules, kind("modules")],
    Discriminator(
        _kind_of_content,
        custom_error_type="content",
        custom_error_message="must have text, media or both; or contentId; or modules",
    ),
    apart({"template": ("contentId",), "modules": ("modules",)}),
    AfterValidator(_not_too_large),
]

CONTENT: Final[TypeAdapter[TextWithMedia | TemplateContent | ChannelModules]] = TypeAdapter(Content)


def all_texts(content: Content, tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every text of a request's content and tags that may hold Liquid, each with its JSON path."""
    whole = {"content": content.model_dump(mode="json", exclude_unset=True), "tags": dict(tags)}
    waiting: list[tuple[str, Any]] = [("$", whole)]
    while waiting:
        path, value = waiting.pop()
        match value:
            case str():
                yield path, value
            case dict():
                waiting += [(f"{path}.{name}", each) for name, each in value.items()]
            case list():
                waiting += [(f"{path}[{place}]", each) for place, each in enumerate(value)]


def plain_texts(content: Content) -> Iterator[tuple[str, str]]:
    """The texts of SMS and of all channels, each with its JSON path; of a template, none."""
    match content:
        case TextWithMedia(text=str(text)):
            yield "$.content.text", text
        case ChannelModules():
            for place, module in enumerate(content.modules):
                if isinstance(module, SmsModule) and module.sms.text:
                    yield f"$.content.modules[{place}].sms.text", module.sms.text
