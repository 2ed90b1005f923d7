"""The body of POST /Messages. The table keeps its parts as they are on the wire."""

from typing import Annotated

from pydantic import Field

from herald.model.content import Content, Tags
from herald.model.delivery import Delivery
from herald.model.recipients import Recipient
from herald.model.schedule import Schedule
from herald.model.sources import Source
from herald.model.wire import NotNull, Wire


class SendMessagesRequest(Wire):
    """Recipients, what they get, and from whom."""

    to: Annotated[tuple[Recipient, ...], Field(min_length=1, max_length=10_000, strict=False, fail_fast=True)]
    content: Content
    source: Annotated[Source | None, NotNull] = Field(default=None, alias="from")
    tags: Tags = Field(default_factory=dict)
    schedule: Annotated[Schedule | None, NotNull] = None
    delivery: Annotated[Delivery | None, NotNull] = None
