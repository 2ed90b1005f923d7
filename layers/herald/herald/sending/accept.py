"""POST /Messages: check everything, write everything, and only then say yes.

Writing the operation is the commit. A chunk without an operation is invisible
and expires, so a process that dies before the commit has promised nothing and
left nothing; after it, the table's stream starts the sending.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from herald.model import problems
from herald.model.addresses import REACHES, Sender, SenderChannel
from herald.model.ids import new_operation_id
from herald.model.operation import Operation, OperationStatus
from herald.model.problems import Problem
from herald.model.request import SendMessagesRequest
from herald.model.sources import AddressSource
from herald.sending.app import App
from herald.store import accounts, chunks, operations

# A chunk is read within hours, but its task may wait among the dead letters for 14 days.
_CHUNK_DAYS: Final = 15


class Refused(Exception):
    """A request that is well formed but cannot be accepted: problems by JSON path."""

    def __init__(self, problems: dict[str, Problem]) -> None:
        super().__init__("the request cannot be accepted")
        self.problems = problems


def accept(app: App, account: str, request: SendMessagesRequest) -> Operation:
    """Take over the sending of a request. Raises Refused, having written nothing."""
    now = app.clock()
    operation = Operation(
        id=new_operation_id(now),
        account=account,
        status=OperationStatus.PROCESSING,
        total=len(request.to),
        content=request.content,
        senders=tuple(_senders(accounts.senders(app.table, account), request)),
        tags=request.tags,
        updated_at=now,
        expires_at=int((now + timedelta(days=app.retention_days)).timestamp()),
    )
    chunk_expiry = int((now + timedelta(days=_CHUNK_DAYS)).timestamp())
    chunks.put(app.table, operation.id, request.to, expires_at=chunk_expiry)
    operations.put(app.table, operation)
    return operation


def _senders(known: Sequence[Sender], request: SendMessagesRequest) -> list[Sender]:
    """Who may send: the sender asked for or, without `from`, one for each way to reach people."""
    source = request.source
    if source is None:
        return _preferred(known)
    if isinstance(source, AddressSource):
        path = "$.from.address"
        named = [each for each in known if (each.address, each.channel) == (source.address, source.channel)]
    else:
        path = "$.from.senderId"
        named = [each for each in known if each.sender_id == source.sender_id]
    if not named:
        raise Refused({path: problems.INVALID_SENDER})
    return named[:1]


def _preferred(known: Sequence[Sender]) -> list[Sender]:
    """The oldest sender for each kind of address; of those for phones, SMS before RCS."""
    chosen: dict[str, Sender] = {}
    for channel in (SenderChannel.SMS, SenderChannel.RCS, SenderChannel.WHATSAPP):
        for sender in known:
            if sender.channel is channel:
                chosen.setdefault(REACHES[channel], sender)
    return list(chosen.values())
