"""The wire's shapes of what Herald knows: camel case, instants in UTC with Z.

The same models make the answers and, in api.openapi, their description.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, PlainSerializer, field_serializer

from herald.model.addresses import AddressChannel, MessageAddress, Sender
from herald.model.content import Content, TemplateContent
from herald.model.ids import index_of
from herald.model.inbound import Received
from herald.model.message import Billing, Message, PersonReceipt, Unaddressable
from herald.model.operation import Operation, OperationStatus, Stats, Tally, stats_of
from herald.model.problems import UNKNOWN_ERROR, Problem, problem_of
from herald.model.profiles import Profile
from herald.model.status import Status
from herald.model.templates import ContentTemplate, TemplateContents, Types
from herald.model.wire import Wire

if TYPE_CHECKING:
    # At run time this would load Liquid, which most answers have no need of.
    from herald.content import Rendered


def instant(at: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[datetime, PlainSerializer(instant, return_type=str)]


def message_location(base: str, message_id: str) -> str:
    return f"{base}/Messages/{message_id}"


def operation_location(base: str, operation_id: str) -> str:
    return f"{base}/Messages/Operations/{operation_id}"


class Pagination(Wire):
    """Tokens of the next page, null on the last one, and of this page."""

    next: str | None
    self_: Annotated[str, Field(alias="self")]


class ErrorOut(Wire):
    """One problem; `context` is the JSON path of the field of a request that it is with."""

    code: int
    message: str
    info_url: str
    context: str | None = None

    @classmethod
    def of(cls, code: int | None, reason: str | None = None) -> Self | None:
        if code is None:
            return None
        found = problem_of(code)
        return cls(code=found.code, message=_told(found, reason), info_url=found.info_url)


def _told(problem: Problem, reason: str | None) -> str:
    """A problem's message, with what it is about where that is known."""
    return f"{problem.message.rstrip('.')}: {reason}" if reason else problem.message


class Errors(Wire):
    """The answer to a request that failed: its problems, at most 100 of them.

    Ours: `others` is how many problems there are besides, where there are more.
    """

    errors: list[ErrorOut]
    status: int
    others: Annotated[int | None, Field(exclude_if=lambda value: value is None)] = None


class OperationOut(Wire):
    id: str
    status: OperationStatus
    # Ours: whether the operation waits for a Resume.
    paused: bool
    stats: Stats
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, operation: Operation, tally: Tally) -> Self:
        return cls(
            id=operation.id,
            status=operation.status,
            paused=operation.paused,
            stats=stats_of(operation, tally),
            created_at=operation.created_at,
            updated_at=operation.updated_at,
        )


class Related(Wire):
    name: str
    id: str
    uri: str


class MessageProfile(Wire):
    """A person who was named by a profile, and the address that was used."""

    address: str
    channel: AddressChannel
    profile_id: str
    memory_store_id: str


To = MessageAddress | MessageProfile


class MessageOut(Wire):
    """What a list shows of a message. One that was received is from a person, to a sender."""

    id: str
    from_: Annotated[Sender | To, Field(alias="from")]
    to: list[To | Sender]
    status: Status
    related: list[Related]
    tags: dict[str, str]
    scheduled_for: Instant | None
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None = None

    @classmethod
    def of(cls, message: Message, base: str) -> "MessageOut":
        return MessageOut(**_shown(message, base))


class AttemptOut(Wire):
    from_: Annotated[Sender, Field(alias="from")]
    to: list[To]
    status: Status
    attempted_at: Instant
    info_url: str
    error: ErrorOut | None
    # Ours: what the carrier says of the cost, once it does.
    billing: Annotated[Billing | None, Field(exclude_if=lambda value: value is None)] = None


class FullMessageOut(MessageOut):
    """What a fetch shows of a message: also its content and every try to send it.

    `error` is ours: a message can fail without any try, and then nothing else tells why.
    """

    content: dict[str, Any]
    attempts: list[AttemptOut]
    error: ErrorOut | None

    @classmethod
    def of_full(cls, message: Message, content: Content, rendered: "Rendered", base: str) -> Self:
        return cls(
            **_shown(message, base),
            content=_content(content, rendered),
            attempts=[_attempt(message, number, base) for number in range(len(message.attempts))],
            error=ErrorOut.of(message.error, message.reason),
        )

    @classmethod
    def of_inbound(cls, message: Message, received: Received, base: str) -> Self:
        """Of one that was received."""
        media = [{"url": url} for url in received.media]
        content: dict[str, Any] = {"media": media} if media else {}
        content |= received.model_dump(exclude={"text", "media"}, exclude_defaults=True, mode="json")
        if received.text is not None or not content.keys() - {"keyword", "looksLike"}:
            content = {"text": received.text or "", **content}
        return cls(**_shown(message, base), content=content, attempts=[], error=None)


class ProfileOut(Wire):
    profile_id: str
    memory_store_id: str
    addresses: list[MessageAddress]
    traits: dict[str, str]
    updated_at: Instant

    @classmethod
    def of(cls, profile: Profile) -> Self:
        return cls(
            profile_id=profile.profile_id,
            memory_store_id=profile.memory_store_id,
            addresses=list(profile.addresses),
            traits=profile.traits,
            updated_at=profile.updated_at,
        )


class ContentOut(TemplateContents):
    """A content template."""

    id: str
    language: str | None
    created_at: Instant

    @classmethod
    def of(cls, template: ContentTemplate) -> Self:
        return cls(
            id=template.id,
            friendly_name=template.friendly_name,
            language=template.language,
            variables=template.variables,
            types=template.types,
            created_at=template.created_at,
        )

    @field_serializer("types")
    def _as_given(self, types: Types) -> dict[str, Any]:
        return types.model_dump(exclude_unset=True, mode="json")


class ContentPage(Wire):
    contents: list[ContentOut]
    pagination: Pagination


class MessagePage(Wire):
    messages: list[MessageOut]
    pagination: Pagination


class OperationPage(Wire):
    operations: list[OperationOut]
    pagination: Pagination


class FailureOut(ErrorOut):
    """What went wrong with one recipient; `context` is its place in the request."""

    message_id: str | None

    @classmethod
    def of_failure(cls, failure: Message | Unaddressable) -> Self:
        place = index_of(failure.id) if failure.place is None else failure.place
        found = problem_of(failure.error or UNKNOWN_ERROR.code)
        return cls(
            code=found.code,
            message=_told(found, failure.reason if isinstance(failure, Message) else None),
            info_url=found.info_url,
            context=f"$.to[{place}]",
            message_id=failure.id if isinstance(failure, Message) else None,
        )


class FailurePage(Wire):
    errors: list[FailureOut]
    pagination: Pagination


class ReceiptOut(Wire):
    """What became of a message at one person."""

    to: To
    status: Status
    updated_at: Instant
    error: ErrorOut | None
    billing: Annotated[Billing | None, Field(exclude_if=lambda value: value is None)] = None

    @classmethod
    def of(cls, message: Message) -> Self:
        return cls(
            to=_to(message, message.to),
            status=message.status,
            updated_at=message.updated_at,
            error=ErrorOut.of(message.error),
            billing=message.attempts[-1].billing if message.attempts else None,
        )

    @classmethod
    def of_person(cls, person: PersonReceipt) -> Self:
        return cls(
            to=person.to,
            status=person.status,
            updated_at=person.updated_at,
            error=ErrorOut.of(person.error),
            billing=person.billing,
        )


class ReceiptPage(Wire):
    receipts: list[ReceiptOut]
    pagination: Pagination


def _shown(message: Message, base: str) -> dict[str, Any]:
    related = []
    if not message.is_inbound:
        location = operation_location(base, message.operation_id)
        related.append(Related(name="OPERATION", id=message.operation_id, uri=location))
    if message.session_id:
        uri = f"{base}/Sessions/{message.session_id}"
        related.append(Related(name="SESSION", id=message.session_id, uri=uri))
    return {
        "id": message.id,
        "from_": _to(message, message.to) if message.is_inbound else message.sender,
        "to": [message.sender] if message.is_inbound else _everybody(message, message.to),
        "status": message.status,
        "related": related,
        "tags": message.tags,
        "scheduled_for": message.scheduled_for,
        "created_at": message.created_at,
        "updated_at": message.updated_at,
    }


def _everybody(message: Message, address: MessageAddress) -> list[To]:
    """Whom a message is to: all of a group, or the one at an address."""
    return list(message.group) if message.group else [_to(message, address)]


def _to(message: Message, address: MessageAddress) -> To:
    """An address of a message's recipient, with the profile where it was named by one."""
    if message.profile_id is None or message.memory_store_id is None:
        return address
    return MessageProfile(
        address=address.address,
        channel=address.channel,
        profile_id=message.profile_id,
        memory_store_id=message.memory_store_id,
    )


def _attempt(message: Message, number: int, base: str) -> AttemptOut:
    attempt = message.attempts[number]
    return AttemptOut(
        from_=attempt.sender,
        to=_everybody(message, attempt.to),
        status=message.status_of(number),
        attempted_at=attempt.at,
        info_url=message_location(base, message.id),
        error=ErrorOut.of(message.error_of(number)),
        billing=attempt.billing,
    )


def _content(content: Content, rendered: "Rendered") -> dict[str, Any]:
    """The content as it was sent, or as it was asked for where it could not be rendered."""
    asked: dict[str, Any] = content.model_dump(exclude_unset=True, mode="json")
    if rendered.problem:
        return asked
    resolved = dict(rendered.resolved)
    return {**asked, "resolved": resolved} if isinstance(content, TemplateContent) else resolved
