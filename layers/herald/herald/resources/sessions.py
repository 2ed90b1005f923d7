"""/Sessions: the messages between a person and a sender until a day of silence. Herald's own."""

from typing import Self

from herald.api.endpoints import Request, Resource
from herald.api.errors import not_found
from herald.api.ids import SessionId
from herald.api.shapes import Instant
from herald.model.ids import created_at
from herald.model.message import Message
from herald.model.wire import Wire
from herald.resources.message_shapes import MessageSender, To, person_of
from herald.runtime import app
from herald.store import lists

routes = Resource("Sessions")


class SessionOut(Wire):
    """The person, the sender, when it began, and when the newest message was made."""

    id: str
    sender: MessageSender
    person: To
    # Where the messages of the session are listed.
    messages: str
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, session_id: str, newest: Message, base: str) -> Self:
        return cls(
            id=session_id,
            sender=MessageSender.of(newest.sender),
            person=person_of(newest),
            messages=f"{base}/Messages?sessionId={session_id}",
            created_at=created_at(session_id),
            updated_at=newest.created_at,
        )


@routes.get(
    "/Sessions/{sessionId}",
    "FetchSession",
    "One session: the person, the sender, and when it began.",
    ours=True,
)
def fetch_session(request: Request, session_id: SessionId) -> SessionOut:
    page = lists.page(app().table, request.account, lists.Filters(session_id=session_id), size=1)
    if not page.rows:
        raise not_found()
    return SessionOut.of(session_id, page.rows[0], request.base)
