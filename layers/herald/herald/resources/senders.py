"""/Senders: the identities that an account sends from. Creating and changing them is Herald's own."""

from http import HTTPStatus
from typing import Annotated, Final, Self

from pydantic import Field

from herald.api import queries
from herald.api.endpoints import Request, Resource
from herald.api.errors import error, not_found
from herald.api.ids import SenderId
from herald.api.shapes import IfGiven, Instant, Pagination, ResourceAccepted
from herald.model import problems
from herald.model.access import Scope
from herald.model.addresses import CarrierName, MessageAddress, SenderChannel
from herald.model.senders import (
    AnyChannel,
    Approval,
    NewSender,
    OwnSender,
    ResolveSenders,
    SenderChange,
    SenderSearch,
    SenderStatus,
)
from herald.model.wire import Wire
from herald.runtime import app, settings
from herald.sending import sources
from herald.store import owners, senders
from herald.telemetry import logger

routes = Resource("Senders")

_MOST_RESULTS: Final = 10
_TAKEN: Final = (
    "Another account has a sender of this address and channel, and an address belongs to one account. "
    "The operator of the stack can move it: herald sender move."
)
_PENDING: Final = (
    "The sender waits for the operator of the stack, who approves it with: herald sender approve."
)


class SenderOut(Wire):
    id: str
    display_name: str | None
    address: str
    channel: SenderChannel
    # Herald's own: the carrier of its messages, the carrier's id of the sender, and its rate.
    carrier: Annotated[CarrierName | None, IfGiven] = None
    carrier_sender_id: Annotated[str | None, IfGiven] = None
    parts_per_second: Annotated[int | None, IfGiven] = None
    status: SenderStatus
    # Herald's own: whether the operator has approved it. Left out where the sandbox carries.
    approval: Annotated[Approval | None, IfGiven] = None
    tags: dict[str, str]
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, sender: OwnSender) -> Self:
        carrier = app().carrier.name
        return cls(
            id=sender.id,
            display_name=sender.display_name,
            address=sender.address,
            channel=sender.channel,
            carrier=sender.carrier,
            carrier_sender_id=sender.carrier_sender_id,
            parts_per_second=sender.parts_per_second,
            status=sender.status_of(carrier),
            approval=sender.approval_of(carrier),
            tags=sender.tags,
            created_at=sender.created_at,
            updated_at=sender.updated_at,
        )


class SendersPage(Wire):
    senders: list[SenderOut]
    pagination: Pagination


class ListSenders(queries.Dated):
    channel: Annotated[AnyChannel, Field(strict=False)] | None = None
    status: Annotated[SenderStatus, Field(strict=False)] | None = None

    @property
    def filters(self) -> senders.Filters:
        return senders.Filters(app().carrier.name, self.channel, self.status, self.start_date, self.end_date)


@routes.get("/Senders", "ListSenders", "Lists senders, newest first, by channel, status and date.")
def list_senders(request: Request, query: "ListSenders") -> SendersPage:
    page = senders.page(
        app().table, request.account, query.filters, size=query.page_size, after=request.page.after
    )
    return SendersPage(senders=list(map(SenderOut.of, page.rows)), pagination=request.page.tokens(page.after))


@routes.get("/Senders/{senderId}", "FetchSender", "One sender.")
def fetch_sender(request: Request, sender_id: SenderId) -> SenderOut:
    sender = senders.get(app().table, request.account, sender_id)
    if sender is None:
        raise not_found()
    return SenderOut.of(sender)


@routes.post(
    "/Senders",
    "CreateSender",
    "Creates a sender. A sender of a real carrier waits until the operator has approved it.",
    ours=True,
    statuses=(HTTPStatus.CONFLICT,),
)
def create_sender(request: Request, body: NewSender) -> ResourceAccepted:
    try:
        sender = senders.add(
            app().table, request.account, body, app().clock(), is_approved=not settings().asks_for_approval
        )
    except senders.Exists as exists:
        raise error(409, problems.CONFLICT, message=f"{exists}.") from None
    except (owners.Taken, owners.Moving):
        raise error(409, problems.CONFLICT, message=_TAKEN) from None
    logger.info("sender created", account=request.account, sender_id=sender.id)
    return _changed(request, sender.id)


@routes.patch(
    "/Senders/{senderId}",
    "UpdateSender",
    "Changes a sender's name, tags or status.",
    ours=True,
    statuses=(HTTPStatus.CONFLICT,),
)
def update_sender(request: Request, sender_id: SenderId, body: SenderChange) -> ResourceAccepted:
    if body.status is SenderStatus.ACTIVATED:
        sender = senders.get(app().table, request.account, sender_id)
        if sender and sender.approval_of(app().carrier.name) is Approval.PENDING:
            raise error(409, problems.CONFLICT, message=_PENDING)
    if not senders.update(app().table, request.account, sender_id, body, app().clock()):
        raise not_found()
    logger.info("sender updated", account=request.account, sender_id=sender_id)
    return _changed(request, sender_id)


def _changed(request: Request, sender_id: str) -> ResourceAccepted:
    return ResourceAccepted(resource_id=sender_id, resource_location=f"{request.base}/Senders/{sender_id}")


@routes.post("/Senders/Search", "SearchSenders", "Finds the sender of an address.", scope=Scope.READ)
def search_senders(request: Request, body: SenderSearch) -> SendersPage:
    # An address is one sender's: there is only the first page.
    page = request.page.of(
        {"address": body.address, "channel": body.channel, "status": body.status}, body.page_token
    )
    wanted = senders.Filters(app().carrier.name, body.channel, body.status)
    named = [(body.address, SenderChannel(body.channel))] if body.channel in SenderChannel else []
    found = filter(wanted.let_through, senders.at(app().table, request.account, named))
    return SendersPage(senders=list(map(SenderOut.of, found)), pagination=page.tokens(None))


class ResolvedFrom(Wire):
    sender_id: str
    display_name: str | None
    address: str
    channel: SenderChannel


class Resolved(Wire):
    """A sender and an address that it reaches; the lower the priority, the better."""

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


@routes.post(
    "/Senders/Resolve",
    "ResolveSenders",
    "Lists the senders that reach a person, the best first.",
    scope=Scope.READ,
)
def resolve_senders(request: Request, body: ResolveSenders) -> ResolvedSenders:
    pairs = sources.resolve(
        app().table, request.account, body, stack_carrier=app().carrier.name, most=_MOST_RESULTS
    )
    return ResolvedSenders(
        results=[Resolved.of(sender, to, priority) for priority, (sender, to) in enumerate(pairs)]
    )
