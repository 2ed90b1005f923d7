"""POST /Messages: check everything, write everything, and only then say yes.

Writing the operation is the commit. A chunk without an operation is invisible
and expires, so a process that dies before the commit has promised nothing and
left nothing; after it, the table's stream starts the sending.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Final, NamedTuple

from herald.model.addresses import SenderChannel
from herald.model.content import TemplateContent
from herald.model.delivery import Delivery
from herald.model.duplicates import repeats
from herald.model.ids import is_sender_pool_id, new_operation_id
from herald.model.operation import Operation, OperationStatus
from herald.model.parts import parts_of
from herald.model.problems import BAD_REQUEST, INVALID_CONTENT_ID, Problem, Refused
from herald.model.request import SendMessagesRequest
from herald.model.sources import SenderPoolSource
from herald.model.templates import ContentTemplate
from herald.model.zones import country_of
from herald.sending.app import App
from herald.sending.reserve import Reservation, check_countries, commit, metered, reservation
from herald.sending.sources import Senders, senders_of
from herald.sending.timetable import timetable
from herald.store import chunks, operations, settings, templates
from herald.store.accounts import Disabled
from herald.store.chunks import Placed

# A chunk's task may wait among the dead letters for 14 days; and a paused operation for
# as long as it is kept, so a chunk is kept for as long at least.
_CHUNK_DAYS: Final = 15


class Prepared(NamedTuple):
    """A request that can be carried out, as it is to be written."""

    operation: Operation
    parts: Sequence[Sequence[Placed]]
    # Its most use of the account's limits; None: it does not count.
    reserved: Reservation | None


def accept(app: App, account: str, request: SendMessagesRequest) -> Operation:
    """Accept a request to send. Raises Refused, Disabled and LimitReached: nothing is committed."""
    prepared = prepare(app, account, request)
    put_chunks(app, prepared)
    operation = prepared.operation
    if prepared.reserved:
        new = operations.new(operation)
        commit(app, operation, prepared.reserved, lambda also: app.table.transact(new, *also))
    else:
        operations.put(app.table, operation)
    return operation


def prepare(app: App, account: str, request: SendMessagesRequest) -> Prepared:
    """Check a request against the account, and write nothing. Raises Refused, Disabled, LimitReached."""
    now = app.clock()
    known = settings.of_request(app.table, account, _pool_id(request))
    if known.disabled:
        # The authorizer's cache may still accept a credential of the account.
        raise Disabled
    _check_names(request)
    delivery = request.delivery or Delivery()
    # A dry run reaches no person: its result is due now, at night and for a schedule of next week too.
    hours = None if delivery.dry_run else known.quiet
    again = repeats(request.to)
    to = [again.narrowed.get(place, each) for place, each in enumerate(request.to)]
    people = to if delivery.unique else request.to
    parts, dues = timetable(people, request.schedule, now, hours)
    if delivery.dry_run:
        parts, dues = timetable(people, None, now)
    last = dues[-1].at if dues else now
    operation_id = new_operation_id(now, known.shards)
    template, chosen = _named(app, account, request, operation_id, pool_is_known=known.pool is not None)
    operation = Operation(
        id=operation_id,
        account=account,
        status=OperationStatus.SCHEDULED if dues and dues[0].at > now else OperationStatus.PROCESSING,
        total=len(request.to),
        content=request.content,
        template=template,
        senders=chosen.senders,
        channel_first=chosen.channel_first,
        settings=dict(chosen.settings),
        tags=request.tags,
        delivery=request.delivery,
        dues=dues,
        by_number=any(name.isdecimal() for each in request.to for name in each.variables),
        duplicates=again.people,
        left_out=f"{sum(1 << place for place in again.places) if delivery.unique else 0:x}",
        quiet=hours,
        updated_at=now,
        expires_at=int((last + timedelta(days=app.retention_days)).timestamp()),
    )
    limits = known.limits.over(app.limits)
    operation = metered(app, operation, limits)
    # Each number is looked up once in a request: it may have 100,000.
    country = cache(country_of)
    check_countries(operation, request.to, country)
    if not operation.metered:
        return Prepared(operation, parts, None)
    from herald.sending.plans import personalizer_of  # 0.2 s of import that only accounts with limits need

    renders = personalizer_of(operation, careful=False)
    return Prepared(
        operation, parts, reservation(app, operation, parts, renders, limits, known.shards, country)
    )


def _pool_id(request: SendMessagesRequest) -> str | None:
    """The pool that a request names, if it has the form of one."""
    source = request.source
    if isinstance(source, SenderPoolSource) and is_sender_pool_id(source.sender_pool_id):
        return source.sender_pool_id
    return None


def _check_names(request: SendMessagesRequest) -> None:
    """Raises Refused: a text would be sent with an unfilled placeholder, as `[name]` is."""
    from herald.content import unfilled  # the route that accepts has it; the 0.2 s of import are no other's

    @cache
    def names() -> set[str]:
        return {name for recipient in request.to for name in recipient.variables}

    if wrong := unfilled(request.content, request.tags, names):
        raise Refused({path: BAD_REQUEST._replace(message=found) for path, found in wrong.items()})


def put_chunks(app: App, prepared: Prepared) -> None:
    """Write the chunks of a request, which are ignored until its operation is written."""
    operation = prepared.operation
    last = operation.dues[-1].at if operation.dues else operation.created_at
    expires_at = max(int((last + timedelta(days=_CHUNK_DAYS)).timestamp()), operation.expires_at)
    charges = prepared.reserved.charges if prepared.reserved else ()
    chunks.put(app.table, operation.id, prepared.parts, charges, expires_at=expires_at)


def _named(
    app: App, account: str, request: SendMessagesRequest, operation_id: str, *, pool_is_known: bool
) -> tuple[ContentTemplate | None, Senders]:
    """The account's resources that a request names. Raises Refused with all that do not exist."""
    missing: dict[str, Problem] = {}
    template = None
    channels = frozenset(SenderChannel)
    if isinstance(request.content, TemplateContent):
        template = templates.get(app.table, account, request.content.content_id)
        if template is None:
            missing["$.content.contentId"] = INVALID_CONTENT_ID
    if not missing:
        channels = parts_of(request.content, template).channels
    try:
        chosen = senders_of(
            app.table,
            account,
            request.source,
            operation_id,
            channels,
            stack_carrier=app.carrier.name,
            pool_is_known=pool_is_known,
        )
    except Refused as refused:
        raise Refused({**missing, **refused.problems}) from None
    if missing:
        raise Refused(missing)
    return template, chosen
