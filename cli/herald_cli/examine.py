"""Compares a file with a message before anything is sent: `herald check` and `herald send` do it alike."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from herald.content import Personalizer, unfilled
from herald.model.content import TemplateContent
from herald.model.request import SendMessagesRequest
from herald.model.templates import ContentTemplate
from herald_cli import rules
from herald_cli.client import MessageToSend
from herald_cli.files.fit import Fit, calculated_in, compare, texts_in, variables_of
from herald_cli.preview import Preview, preview
from herald_cli.recipients import RecipientFile


@dataclass(frozen=True)
class Examined:
    """A file compared with a message."""

    fit: Fit | None = None
    preview: Preview | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    """Why the API would refuse the message, by JSON path."""
    missing: Sequence[str] = ()
    """Variables of the text that no column has and that may not be missing."""
    calculated: frozenset[str] = frozenset()
    """Variables that the text uses as numbers."""
    schedule: Sequence[str] = ()
    """The `sendAt` of the message."""

    @property
    def fails_for_all(self) -> bool:
        """Whether the message of each recipient would fail."""
        return self.preview is not None and 0 < self.preview.rows == self.preview.failing

    @property
    def is_sendable(self) -> bool:
        """Whether the API would accept the message, and send it to some of the recipients."""
        return not (self.problems or self.missing or self.fails_for_all)


def examine(
    recipients: RecipientFile,
    message: MessageToSend,
    *,
    now: float,
    template_of: Callable[[str], Any],
    prices: Callable[[], Mapping[str, int]],
    allowed: Collection[str] = (),
) -> Examined:
    """Compare a file with a message. The columns get the names that the text uses.

    `now`: seconds since 1970. `template_of` fetches a content template by its id. `prices` fetches the prices
    of SMS parts by country, in billionths of a US dollar. `allowed`: variables that may be missing.
    """
    schedule = message.get("schedule", {}).get("sendAt", ())
    request, problems = rules.request_of(message, datetime.fromtimestamp(now).astimezone())
    if request is None or problems:
        return Examined(problems=problems, schedule=schedule)
    template = _template(request, template_of)
    columns = recipients.columns.variables
    by_number = template is not None or any(map(str.isdecimal, columns))
    texts = [
        *texts_in(template.types.model_dump() if template else message["content"]),
        *request.tags.values(),
    ]
    fit = compare(variables_of(texts, by_number=by_number), list(columns))
    recipients.rename(fit.renamed)
    defaults = template.variables if template else {}
    missing = [name for name in fit.missing if name not in allowed and name not in defaults]
    problems = unfilled(request.content, request.tags, lambda: recipients.columns.variables.keys())
    if problems:
        return Examined(fit, None, problems, missing, schedule=schedule)
    personalizer = Personalizer(request.content, request.tags, template, by_number=by_number)
    shown = preview(personalizer, recipients, prices())
    return Examined(fit, shown, {}, missing, calculated_in(texts, recipients.columns.variables), schedule)


def _template(request: SendMessagesRequest, template_of: Callable[[str], Any]) -> ContentTemplate | None:
    if not isinstance(request.content, TemplateContent):
        return None
    answer = template_of(request.content.content_id)
    # An answer has null for what a template was made without.
    given = {name: value for name, value in answer.items() if value is not None}
    return ContentTemplate.model_validate(given, strict=False)
