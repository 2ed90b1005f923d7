"""Sender pools: senders of an account under one name, and the operations on them."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import Field, RootModel, model_validator

from herald.model.ids import created_at
from herald.model.senders import LiteralTags, Name
from herald.model.wire import NotNull, Short, Wire

MAX_MEMBERS: Final = 10_000


class SenderPool(Wire):
    id: str
    name: str
    tags: dict[str, str] = Field(default_factory=dict)
    updated_at: datetime

    @property
    def created_at(self) -> datetime:
        return created_at(self.id)


class PoolOperationStatus(StrEnum):
    """The work is done within the request, so every operation that there is, is COMPLETED."""

    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"


class PoolStats(Wire):
    """Of the senders that were asked for: how many are members now, and how many cannot be."""

    total: int
    queued: int
    created: int
    failed: int


class PoolOperation(Wire):
    """The result of one request to put senders into a pool."""

    id: str
    sender_pool_id: str
    status: PoolOperationStatus
    stats: PoolStats
    updated_at: datetime
    expires_at: int

    @property
    def created_at(self) -> datetime:
        return created_at(self.id)


class NewMember(Wire):
    """A sender, to become a member of a pool."""

    sender_id: Short


class NewSenderPool(Wire):
    """The body of POST /SenderPools."""

    name: Annotated[Name | None, NotNull] = None
    senders: Annotated[tuple[NewMember, ...], Field(max_length=MAX_MEMBERS, strict=False)] = ()
    tags: LiteralTags = Field(default_factory=dict)


class SenderPoolChange(Wire):
    """The body of PATCH /SenderPools/{senderPoolId}: what is left out stays as it is."""

    name: Annotated[Name | None, NotNull] = None
    tags: Annotated[LiteralTags | None, NotNull] = None


class NewMembers(
    RootModel[Annotated[tuple[NewMember, ...], Field(min_length=1, max_length=MAX_MEMBERS, strict=False)]]
):
    """The body of POST /SenderPools/{senderPoolId}/Senders: a list, or the one object of an old guide."""

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return [value] if isinstance(value, dict) else value


def ids_of(members: Iterable[NewMember]) -> list[str]:
    return [member.sender_id for member in members]
