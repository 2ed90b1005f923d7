"""The part of a content that each channel gets, for all kinds of content, and its checks."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from herald.model.addresses import SenderChannel
from herald.model.content import (
    ChannelModules,
    Content,
    RcsModule,
    SmsModule,
    TemplateContent,
    TextWithMedia,
)
from herald.model.problems import BAD_REQUEST, UNRENDERABLE, Problem, code_of, problem_of
from herald.model.rcs import RCS
from herald.model.templates import ContentTemplate
from herald.model.texts import RENDERED
from herald.model.whatsapp import Component

_ALL: Final = frozenset(SenderChannel)
_PLAIN: Final = TypeAdapter(TextWithMedia)
_COMPONENTS: Final = TypeAdapter(tuple[Component, ...])
_LONGEST_REASON: Final = 300


class Parts(NamedTuple):
    """What there is for channels: text and media for some, and what RCS and WhatsApp alone can show.

    They are JSON objects of the wire, in the shapes TextWithMedia and Rcs, and for WhatsApp
    in Meta's. `spelled_out` is text in place of `whatsapp` where there is no `plain`.
    """

    plain: Mapping[str, Any] | None
    plain_channels: frozenset[SenderChannel]
    rcs: Mapping[str, Any] | None
    whatsapp: Mapping[str, Any] | None = None
    spelled_out: Mapping[str, Any] | None = None

    @property
    def channels(self) -> frozenset[SenderChannel]:
        """The channels that the content supports."""
        able = set(self.plain_channels if self.plain else ())
        if self.rcs:
            able.add(SenderChannel.RCS)
        if self.whatsapp or self.spelled_out:
            able.add(SenderChannel.WHATSAPP)
        return frozenset(able)


def parts_of(content: Content, template: ContentTemplate | None) -> Parts:
    """The parts of a content; of one by contentId, those of the template that it names."""
    match content:
        case TextWithMedia():
            return Parts(_json(content), _ALL, None)
        case ChannelModules():
            return _of_modules(content)
        case TemplateContent():
            if template is None:
                raise ValueError("what a template says is not known without it")
            plain, rcs = template.plain(), template.rcs()
            channels = _ALL - {SenderChannel.RCS} if rcs else _ALL
            spelled_out = None if plain else template.spelled_out()
            return Parts(plain, channels, rcs, template.whatsapp(), spelled_out)


def _of_modules(content: ChannelModules) -> Parts:
    parts: dict[type, Mapping[str, Any]] = {
        type(module): _json(module.sms if isinstance(module, SmsModule) else module.rcs)
        for module in content.modules
    }
    return Parts(parts.get(SmsModule), frozenset({SenderChannel.SMS}), parts.get(RcsModule))


def _json(shape: Any) -> dict[str, Any]:
    json: dict[str, Any] = shape.model_dump(mode="json", exclude_unset=True)
    return json


class Unsendable(Exception):
    """A recipient's content cannot be sent. The reason may quote the recipient's variables."""

    def __init__(self, problem: Problem, reason: str) -> None:
        super().__init__("the content cannot be sent")
        self.problem = problem
        self.reason = reason if len(reason) <= _LONGEST_REASON else reason[: _LONGEST_REASON - 1] + "…"


def check_plain(rendered: object) -> None:
    """Check rendered text and media against their limits. Raises Unsendable."""
    _check(_PLAIN, rendered)


def check_rcs(rendered: object) -> None:
    """Check rendered content of RCS against its limits. Raises Unsendable."""
    _check(RCS, rendered)


def check_whatsapp(rendered: Mapping[str, Any]) -> None:
    """Check the rendered variables of a WhatsApp template against their limits. Raises Unsendable."""
    if rendered["type"] == "template":
        _check(_COMPONENTS, rendered["template"].get("components", []))


def _check(shape: TypeAdapter[Any], rendered: object) -> None:
    try:
        shape.validate_python(rendered, strict=False, context=RENDERED)
    except ValidationError as failure:
        first = failure.errors(include_url=False, include_input=False)[0]
        code = code_of(first["type"])
        path = ".".join(str(part) for part in first["loc"] if not str(part).startswith("<"))
        if code == BAD_REQUEST.code:
            raise Unsendable(UNRENDERABLE, f"{path}: {first['msg']}") from None
        raise Unsendable(problem_of(code), f"in {path}") from None
