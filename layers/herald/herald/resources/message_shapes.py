"""The shapes of messages on the wire: in lists, whole, and by their receipts."""

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field

from herald.api.shapes import ErrorOut, IfGiven, Instant, Pagination
from herald.model.addresses import AddressChannel, MessageAddress, Sender, SenderChannel
from herald.model.content import Content, TemplateContent
from herald.model.inbound import Location, Received
from herald.model.keywords import Keyword
from herald.model.message import Billing, Message, PersonReceipt
from herald.model.status import Status
from herald.model.wire import Wire

if TYPE_CHECKING:
    # At run time this would load Liquid, which most answers do not need.
    from herald.content import Rendered


def message_location(base: str, message_id: str) -> str:
    return f"{base}/Messages/{message_id}"


def operation_location(base: str, operation_id: str) -> str:
    return f"{base}/Messages/Operations/{operation_id}"


class Related(Wire):
    name: str
    id: str
    uri: str


class MessageProfile(Wire):
    """A person whom the request named by a profile, and the address that was used."""

    address: str
    channel: AddressChannel
    profile_id: str
    memory_store_id: str


To = MessageAddress | MessageProfile


class MessageOut(Wire):
    """A message in a list. A received message is from a person, to a sender."""

    id: str
    # Ours: the recipient's place in the request. A received message has none.
    index: Annotated[int | None, IfGiven] = None
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


class MessageSender(Wire):
    """The sender of one attempt."""

    sender_id: str
    address: str
    channel: SenderChannel

    @classmethod
    def of(cls, sender: Sender) -> Self:
        return cls(address=sender.address, channel=sender.channel, sender_id=sender.sender_id)


class AttemptOut(Wire):
    from_: Annotated[MessageSender, Field(alias="from")]
    to: list[To]
    status: Status
    attempted_at: Instant
    info_url: str
    error: ErrorOut | None
    # Ours: the carrier's own id of the message, once accepted. `GET /Messages/Seek/{identifier}` accepts it.
    carrier_id: Annotated[str | None, IfGiven] = None
    # Ours: the cost, once the carrier has reported it.
    billing: Annotated[Billing | None, IfGiven] = None
    # Ours: the carrier's own code and text of a failure.
    carrier_code: Annotated[str | None, IfGiven] = None
    carrier_message: Annotated[str | None, IfGiven] = None


class FullMessageOut(MessageOut):
    """A message as a fetch shows it: with its content and every attempt to send it.

    `error` is Herald's own: a message can fail without an attempt, and then only this field says why.
    """

    content: dict[str, Any]
    attempts: list[AttemptOut]
    error: ErrorOut | None
    # Ours, of a message that was received: beside the content, whose published shape is closed.
    keyword: Annotated[Keyword | None, IfGiven] = None
    postback_data: Annotated[str | None, IfGiven] = None
    location: Annotated[Location | None, IfGiven] = None
    media_ids: Annotated[tuple[str, ...] | None, IfGiven] = None
    looks_like: Annotated[Keyword | None, IfGiven] = None
    kind: Annotated[str | None, IfGiven] = None
    details: Annotated[dict[str, Any] | list[Any] | None, IfGiven] = None

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
        """The shape of a received message."""
        media = [{"url": url} for url in received.media]
        content: dict[str, Any] = {"media": media} if media else {}
        beside = received.model_dump(exclude={"text", "media"}, exclude_defaults=True, by_alias=False)
        if received.text is not None or not media:
            content = {"text": received.text or "", **content}
        return cls(**_shown(message, base), content=content, attempts=[], error=None, **beside)


class MessagePage(Wire):
    messages: list[MessageOut]
    pagination: Pagination


class ReceiptOut(Wire):
    """The result of a message for one person."""

    to: To
    status: Status
    updated_at: Instant
    error: ErrorOut | None
    billing: Annotated[Billing | None, IfGiven] = None
    # Ours: the carrier's own code and text of a failure.
    carrier_code: Annotated[str | None, IfGiven] = None
    carrier_message: Annotated[str | None, IfGiven] = None

    @classmethod
    def of(cls, message: Message) -> Self:
        return cls(
            to=_to(message, message.to),
            status=message.status,
            updated_at=message.updated_at,
            error=ErrorOut.of(message.error),
            **_said_by_carrier(message.attempts[-1].billing if message.attempts else None),
        )

    @classmethod
    def of_person(cls, person: PersonReceipt) -> Self:
        return cls(
            to=person.to,
            status=person.status,
            updated_at=person.updated_at,
            error=ErrorOut.of(person.error),
            **_said_by_carrier(person.billing),
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
        "index": None if message.is_inbound else message.index,
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
    """The people of a message: all of a group, or the one at an address."""
    return list(message.group) if message.group else [_to(message, address)]


def person_of(message: Message) -> To:
    """The recipient of a message, or the writer of a received one."""
    return _to(message, message.to)


def _to(message: Message, address: MessageAddress) -> To:
    """An address of a message's recipient, with the profile if the request named one."""
    if message.profile_id is None or message.memory_store_id is None:
        return address
    return MessageProfile(
        address=address.address,
        channel=address.channel,
        profile_id=message.profile_id,
        memory_store_id=message.memory_store_id,
    )


def _said_by_carrier(billing: Billing | None) -> dict[str, Any]:
    """A carrier's report on an attempt, as the fields that show it."""
    if billing is None:
        return {}
    return {
        "billing": billing.cost(),
        "carrier_code": billing.carrier_code,
        "carrier_message": billing.carrier_message,
    }


def _attempt(message: Message, number: int, base: str) -> AttemptOut:
    attempt = message.attempts[number]
    return AttemptOut(
        from_=MessageSender.of(attempt.sender),
        to=_everybody(message, attempt.to),
        status=message.status_of(number),
        attempted_at=attempt.at,
        info_url=message_location(base, message.id),
        error=ErrorOut.of(message.error_of(number)),
        **_said_by_carrier(attempt.billing),
        carrier_id=attempt.carrier_id,
    )


def _content(content: Content, rendered: "Rendered") -> dict[str, Any]:
    """The content as it was sent, or the request's if it could not be rendered."""
    asked: dict[str, Any] = content.model_dump(exclude_unset=True, mode="json")
    if rendered.problem:
        return asked
    resolved = dict(rendered.resolved)
    return {**asked, "resolved": resolved} if isinstance(content, TemplateContent) else resolved
