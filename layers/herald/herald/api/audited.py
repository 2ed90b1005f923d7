"""A request that may change something, with its event in the audit log (store.audit)."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from herald.api.endpoints import Endpoint
from herald.api.errors import ApiError
from herald.model.access import Identity
from herald.model.limits import LimitReached, TooFast
from herald.model.problems import Refused
from herald.runtime import app, settings
from herald.store import audit
from herald.store.accounts import Disabled
from herald.store.audit import Event, Outcome
from herald.store.idempotency import KeyInUse, KeyReused
from herald.store.refusals import KeyTooLong
from herald.telemetry import count, logger

Found = TypeVar("Found")

# Refusals that are no ApiError, with the status that the resolver answers. They change nothing.
REFUSALS: Final[Mapping[type[Exception], int]] = {
    Refused: 400,
    Disabled: 403,
    KeyTooLong: 404,
    KeyInUse: 409,
    KeyReused: 409,
    LimitReached: 429,
    TooFast: 429,
}
# The fields of an answer that name the resource that was made or changed.
_NAMES: Final = ("operation_id", "resource_id", "id")


def audited(
    endpoint: Endpoint, caller: Identity, arguments: Mapping[str, Any], work: Callable[[], Found]
) -> Found:
    """Do the work of a request between writing its event and the event's outcome.

    Raises Unavailable if the event cannot be written: then nothing was done.
    """
    event = audit.asked(
        caller.account, caller.credential, endpoint.name, endpoint.logged_path(arguments), app().clock()
    )
    audit.begin(app().table, event, audit_days=settings().audit_days)
    try:
        found = work()
    except ApiError as refusal:
        _end(event, Outcome.REFUSED, refusal.status)
        raise
    except tuple(REFUSALS) as refusal:
        _end(event, Outcome.REFUSED, REFUSALS[type(refusal)])
        raise
    _end(event, Outcome.DONE, endpoint.status, _resource_in(found))
    return found


def _end(event: Event, outcome: Outcome, status: int, resource_id: str | None = None) -> None:
    try:
        audit.end(app().table, event, outcome, status, resource_id)
    except Exception:
        # The request is done or refused, and its answer must say so. The event says UNKNOWN.
        count("AuditOutcomeLost")
        logger.exception("audit outcome not written", event_id=event.id)


def _resource_in(found: object) -> str | None:
    """The id of the resource that was made or changed, if the answer names one."""
    if not isinstance(found, BaseModel):
        return None
    return next((str(getattr(found, name)) for name in _NAMES if hasattr(found, name)), None)
