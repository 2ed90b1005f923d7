"""/AuditEvents: which credential requested which change of the account, and the outcome. Herald's own."""

from typing import Annotated, Self

from pydantic import AfterValidator

from herald.api import queries
from herald.api.endpoints import Request, Resource
from herald.api.shapes import IfGiven, Instant, Pagination
from herald.model.wire import Short, Wire
from herald.runtime import app
from herald.store import audit
from herald.store.audit import Event, Outcome

routes = Resource("AuditEvents")


class AuditEventOut(Wire):
    id: str
    actor: str
    action: str
    path: Annotated[str | None, IfGiven]
    resource_id: Annotated[str | None, IfGiven]
    outcome: Outcome
    status: Annotated[int | None, IfGiven]
    created_at: Instant

    @classmethod
    def of(cls, event: Event) -> Self:
        return cls(
            id=event.id,
            actor=event.actor,
            action=event.action,
            path=event.path,
            resource_id=event.resource_id,
            outcome=event.outcome,
            status=event.status,
            created_at=event.created_at,
        )


class AuditEventsPage(Wire):
    audit_events: list[AuditEventOut]
    pagination: Pagination


class ListAuditEvents(queries.Dated):
    actor: Annotated[str, AfterValidator(queries.actor)] | None = None
    resource_id: Short | None = None


@routes.get(
    "/AuditEvents",
    "ListAuditEvents",
    "Lists changes and the key of each, newest first, by actor, resource and date.",
    ours=True,
)
def list_audit_events(request: Request, query: ListAuditEvents) -> AuditEventsPage:
    filters = audit.Filters(query.actor, query.resource_id, query.start_date, query.end_date)
    page = audit.page(app().table, request.account, filters, size=query.page_size, after=request.page.after)
    return AuditEventsPage(
        audit_events=list(map(AuditEventOut.of, page.rows)), pagination=request.page.tokens(page.after)
    )
