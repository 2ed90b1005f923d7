"""The wire's shapes of senders and sender pools."""

from typing import Annotated, Self

from pydantic import Field

from herald.api.responses import Instant, Pagination
from herald.model.addresses import CarrierName, MessageAddress, SenderChannel
from herald.model.pools import PoolOperation, PoolOperationStatus, PoolStats, SenderPool
from herald.model.senders import OwnSender, SenderStatus
from herald.model.wire import Wire

_IfGiven = Field(exclude_if=lambda value: value is None)


class SenderOut(Wire):
    id: str
    display_name: str | None
    address: str
    channel: SenderChannel
    # Herald's own: who carries what it sends, under which id, and how fast.
    carrier: Annotated[CarrierName | None, _IfGiven] = None
    carrier_sender_id: Annotated[str | None, _IfGiven] = None
    parts_per_second: Annotated[int | None, _IfGiven] = None
    status: SenderStatus
    tags: dict[str, str]
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, sender: OwnSender) -> Self:
        return cls(
            id=sender.id,
            display_name=sender.display_name,
            address=sender.address,
            channel=sender.channel,
            carrier=sender.carrier,
            carrier_sender_id=sender.carrier_sender_id,
            parts_per_second=sender.parts_per_second,
            status=sender.status,
            tags=sender.tags,
            created_at=sender.created_at,
            updated_at=sender.updated_at,
        )


class SendersPage(Wire):
    senders: list[SenderOut]
    pagination: Pagination


class ResolvedFrom(Wire):
    sender_id: str
    display_name: str | None
    address: str
    channel: SenderChannel


class Resolved(Wire):
    """A pair of who can write to whom; the lower the priority, the better."""

    from_: Annotated[ResolvedFrom, Field(alias="from")]
    to: MessageAddress
    priority: int

    @classmethod
    def of(cls, sender: OwnSender, to: MessageAddress, priority: int) -> Self:
        found = ResolvedFrom(
            sender_id=sender.id,
            display_name=sender.display_name,
            address=sender.address,
            channel=sender.channel,
        )
        return cls(from_=found, to=to, priority=priority)


class ResolvedSenders(Wire):
    results: list[Resolved]


class SenderPoolOut(Wire):
    id: str
    name: str
    tags: dict[str, str]
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, pool: SenderPool) -> Self:
        return cls(
            id=pool.id,
            name=pool.name,
            tags=pool.tags,
            created_at=pool.created_at,
            updated_at=pool.updated_at,
        )


class SenderPoolsPage(Wire):
    sender_pools: list[SenderPoolOut]
    pagination: Pagination


class SenderPoolOperationOut(Wire):
    id: str
    status: PoolOperationStatus
    stats: PoolStats
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, operation: PoolOperation) -> Self:
        return cls(
            id=operation.id,
            status=operation.status,
            stats=operation.stats,
            created_at=operation.created_at,
            updated_at=operation.updated_at,
        )


class SenderPoolOperationsPage(Wire):
    operations: list[SenderPoolOperationOut]
    pagination: Pagination
