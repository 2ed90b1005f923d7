"""The content of one request, compiled once and rendered for each recipient."""

from collections.abc import Mapping
from typing import NamedTuple

from herald.content.liquid import Template, Unrenderable
from herald.model.content import MAX_TEXT, Content, has_liquid, is_tag_value
from herald.model.problems import TEXT_TOO_LONG, UNRENDERABLE, Problem


class Rendered(NamedTuple):
    """What one recipient gets; `problem` tells why it cannot be sent, if so."""

    text: str | None
    media: tuple[str, ...]
    tags: Mapping[str, str]
    problem: Problem | None = None


class Personalizer:
    """Renders text, media URLs and tags. Raises Unrenderable on a syntax error."""

    def __init__(self, content: Content, tags: Mapping[str, str]) -> None:
        self._text = _compile(content.text)
        self._media = tuple(_compile(media.url) for media in content.media)
        self._tags = {key: _compile(value) for key, value in tags.items()}

    def render(self, variables: Mapping[str, str]) -> Rendered:
        """The content for one recipient. A problem with it is part of the answer."""
        try:
            rendered = Rendered(
                text=_render(self._text, variables),
                media=tuple(_render(url, variables) or "" for url in self._media),
                tags={key: _render(value, variables) or "" for key, value in self._tags.items()},
            )
        except Unrenderable:
            return Rendered(None, (), {}, UNRENDERABLE)
        # What is no tag's value is not kept either: ten of them may be larger than a row.
        kept = {key: value for key, value in rendered.tags.items() if is_tag_value(value)}
        return rendered._replace(tags=kept, problem=_problem(rendered))


def _problem(rendered: Rendered) -> Problem | None:
    if rendered.text is not None and len(rendered.text) > MAX_TEXT:
        return TEXT_TOO_LONG
    empty = not rendered.text and not rendered.media
    if empty or not all(rendered.media) or not all(map(is_tag_value, rendered.tags.values())):
        return UNRENDERABLE
    return None


def _compile(text: str | None) -> Template | str | None:
    return Template(text) if text is not None and has_liquid(text) else text


def _render(text: Template | str | None, variables: Mapping[str, str]) -> str | None:
    return text.render(variables) if isinstance(text, Template) else text
