"""Compiles the content of a request once, and renders it for each recipient."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from herald.content.liquid import Template, Unrenderable
from herald.content.liquid_cost import CAREFUL_WORK, WORK, Budget
from herald.model.addresses import SenderChannel
from herald.model.content import MAX_TEXT, ChannelModules, Content, is_tag_value
from herald.model.parts import Unsendable, check_plain, check_rcs, check_whatsapp, parts_of
from herald.model.problems import UNRENDERABLE, Problem
from herald.model.segments import parts_of_text
from herald.model.templates import ContentTemplate, positional
from herald.model.texts import has_liquid, trimmed
from herald.model.whatsapp import fits

# How many parts a text counts as before it is rendered, where filters or tags make it, or so many
# pieces that to put it together for each of 10,000 recipients takes seconds.
MOST_PARTS: Final = 10
_MOST_PIECES: Final = 100


class Shown(NamedTuple):
    """The content for one channel: `rcs` or `whatsapp`, or else `text` and `media`."""

    text: str | None = None
    media: tuple[str, ...] = ()
    # A JSON object in the contract's shape of an `rcs` module.
    rcs: Mapping[str, Any] | None = None
    # A message in the shape of Meta's. A carrier that cannot show it sends text and media, if there are.
    whatsapp: Mapping[str, Any] | None = None


class Rendered(NamedTuple):
    """What one recipient gets. `problem` and `reason` tell why it cannot be sent, if so.

    `resolved` is the content as the API shows it: text and media, or modules.
    `reason` may quote what the recipient's variables hold: it is not for logs.
    """

    shown: Mapping[SenderChannel, Shown]
    resolved: Mapping[str, Any]
    tags: Mapping[str, str]
    problem: Problem | None = None
    reason: str | None = None

    def on(self, channel: SenderChannel) -> Shown:
        """The content for a channel that the content supports."""
        return self.shown[channel]


class Personalizer:
    """Renders every text and URL of a content, and the tags. Raises Unrenderable on a syntax error.

    The limits that a text has to keep hold for what it renders to. With `by_number`, `{{1}}` is
    the variable 1 for every recipient, as it always is in a template. With `careful`, a recipient
    gets a tenth of the work: for a chunk whose worker may have died while rendering.
    """

    def __init__(
        self,
        content: Content,
        tags: Mapping[str, str],
        template: ContentTemplate | None = None,
        *,
        by_number: bool = False,
        careful: bool = False,
    ) -> None:
        self._work = CAREFUL_WORK if careful else WORK
        parts = parts_of(content, template)
        if by_number:
            parts = parts._replace(
                plain=parts.plain and positional(parts.plain), rcs=parts.rcs and positional(parts.rcs)
            )
            tags = positional(tags)
        self._channels = parts.channels
        self._plain_channels = parts.plain_channels
        self._plain = _compile(parts.plain)
        self._rcs = _compile(parts.rcs)
        self._whatsapp = _compile(parts.whatsapp)
        self._spelled_out = _compile(parts.spelled_out)
        # Buttons are shown as those of RCS, which they were made of.
        self._shows_whatsapp = parts.whatsapp is not None and parts.whatsapp["type"] == "template"
        self._in_modules = (
            isinstance(content, ChannelModules) or parts.rcs is not None or self._shows_whatsapp
        )
        self._order = _order(content)
        self._defaults = template.variables if template else {}
        self._tags = {key: _compile(value) for key, value in tags.items()}
        self._literal_parts: int | None = None

    def supports(self, channel: SenderChannel) -> bool:
        """Whether the content has a part for a channel."""
        return channel in self._channels

    def most_parts(self, variables: Mapping[str, str] | None) -> int:
        """How many parts an SMS to a recipient has, or MOST_PARTS where a program would have to say so.

        No filter or tag is run, and a text of more than 100 pieces is not put together. None: the
        variables are not known yet.
        """
        # An MMS is one part.
        text = self._plain.get("text", "") if self._plain and not self._plain.get("media") else ""
        if not isinstance(text, Template):
            return self._parts_of_literal(text)
        if variables is None or text.pieces is None or text.pieces > _MOST_PIECES:
            return MOST_PARTS
        known = {**self._defaults, **_given(variables or {}, self._defaults)}
        try:
            shown = trimmed(_rendered(text, known, Budget(self._work)))
        except Unsendable:
            shown = None
        # One that does not render, or is too long, fails: nothing is sent.
        return 1 if shown is None or len(shown) > MAX_TEXT else parts_of_text(shown)

    def _parts_of_literal(self, text: str) -> int:
        """The parts of a text that is the same for all recipients, counted once."""
        if self._literal_parts is None:
            self._literal_parts = parts_of_text(trimmed(text))
        return self._literal_parts

    def render(self, variables: Mapping[str, str]) -> Rendered:
        """The content for one recipient. A problem with it is part of the answer."""
        known = {**self._defaults, **_given(variables, self._defaults)}
        tags, wrong = self._render_tags(known)
        try:
            shown, resolved = self._render(known)
        except Unsendable as found:
            wrong = found
        if wrong:
            return Rendered({}, {}, tags, wrong.problem, wrong.reason)
        return Rendered(shown, resolved, tags)

    def _render_tags(self, variables: Mapping[str, str]) -> tuple[dict[str, str], Unsendable | None]:
        """The tags, and the error of one of them, which is dropped: it may not fit into a row."""
        tags: dict[str, str] = {}
        wrong = None
        budget = Budget(self._work)
        for key, compiled in self._tags.items():
            try:
                value = _rendered(compiled, variables, budget)
            except Unsendable as found:
                wrong = found
                continue
            if is_tag_value(value):
                tags[key] = value
            else:
                wrong = Unsendable(UNRENDERABLE, f"tag '{key}' has a value that tags may not have")
        return tags, wrong

    def _render(self, variables: Mapping[str, str]) -> tuple[dict[SenderChannel, Shown], dict[str, Any]]:
        """The content for each channel, and the content as the API shows it."""
        # Not shared with the tags: what is fetched is rendered again, and without them.
        budget = Budget(self._work)
        shown: dict[SenderChannel, Shown] = {}
        modules: dict[str, dict[str, Any]] = {}
        if self._plain is not None:
            modules["sms"] = plain = _plain(_rendered(self._plain, variables, budget))
            text_and_media = Shown(plain.get("text"), tuple(media["url"] for media in plain.get("media", ())))
            shown = dict.fromkeys(self._plain_channels, text_and_media)
        if self._rcs is not None:
            modules["rcs"] = rcs = _rendered(self._rcs, variables, budget)
            check_rcs(rcs)
            shown[SenderChannel.RCS] = Shown(rcs=rcs)
        if self._whatsapp is not None or self._spelled_out is not None:
            shown[SenderChannel.WHATSAPP] = self._on_whatsapp(
                shown.get(SenderChannel.WHATSAPP, Shown()), variables, budget
            )
        if self._shows_whatsapp:
            message = shown[SenderChannel.WHATSAPP].whatsapp
            modules["whatsapp"] = {} if message is None else dict(message)
        resolved: dict[str, Any] = (
            {"modules": [{name: modules[name]} for name in self._order if name in modules]}
            if self._in_modules
            else modules["sms"]
        )
        return shown, resolved

    def _on_whatsapp(self, plain: Shown, variables: Mapping[str, str], budget: Budget) -> Shown:
        if self._spelled_out is not None:
            plain = Shown(_rendered(self._spelled_out, variables, budget)["text"])
        if self._whatsapp is None:
            return plain
        message = _rendered(self._whatsapp, variables, budget)
        check_whatsapp(message)
        return plain._replace(whatsapp=message) if fits(message) else plain


def _order(content: Content) -> tuple[str, ...]:
    """The order in which modules are shown: that of the request."""
    if isinstance(content, ChannelModules):
        return tuple(name for module in content.modules for name in type(module).model_fields)
    return ("sms", "rcs", "whatsapp")


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    """Text and media as they are sent: a blank text beside media is no text."""
    text = trimmed(content.get("text", ""))
    if content.get("media") and not text:
        content.pop("text", None)
    if not content.get("media") and not text:
        raise Unsendable(UNRENDERABLE, "there is neither text nor media to send")
    check_plain(content)
    return content


def _given(variables: Mapping[str, str], defaults: Mapping[str, str]) -> dict[str, str]:
    """Variables without the spaces at their ends; one that is blank leaves its default in place."""
    values = {name: trimmed(value) for name, value in variables.items()}
    return {name: value for name, value in values.items() if value or name not in defaults}


def _compile(value: Any) -> Any:
    """A JSON value with its texts compiled, where there is Liquid in them."""
    match value:
        case str():
            return Template(value) if has_liquid(value) else value
        case list():
            return [_compile(each) for each in value]
        case dict():
            return {name: _compile(each) for name, each in value.items()}
    return value


def _rendered(value: Any, variables: Mapping[str, str], budget: Budget) -> Any:
    match value:
        case Template():
            try:
                return value.render(variables, budget)
            except Unrenderable as error:
                raise Unsendable(UNRENDERABLE, str(error)) from None
        case list():
            return [_rendered(each, variables, budget) for each in value]
        case dict():
            return {name: _rendered(each, variables, budget) for name, each in value.items()}
    return value
