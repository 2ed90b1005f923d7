"""Send to any number of recipients, in as many requests as they need."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from herald_cli.client import Herald, HeraldError, MessageToSend, is_unsure
from herald_cli.journal import Batch, Journal
from herald_cli.recipients import Row, batches


@dataclass(frozen=True)
class Sent:
    """A request that was accepted, now or by an earlier run of the same send."""

    operation_id: str
    recipients: int
    seconds: float
    """How long the API took to accept it."""
    was_known: bool = False
    """An earlier run had it accepted."""


class StoppedError(Exception):
    """A request did not succeed. The requests before it did, and none was made after it."""

    def __init__(self, cause: HeraldError, rows: Sequence[Row]) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.rows = rows
        """The recipients of the request that did not succeed."""


class OtherRowsError(Exception):
    """A request would have other rows than the one that an earlier run of the same send made."""

    def __init__(self, before: Batch, now: Batch) -> None:
        super().__init__(f"a request of lines {before.first} to {before.last} would have others")
        self.before = before
        self.now = now


def send(
    herald: Herald,
    rows: Iterable[Row],
    message: MessageToSend,
    key: str,
    *,
    clock: Callable[[], float],
    now: Callable[[], float],
    journal: Journal | None = None,
) -> Iterator[Sent]:
    """Send the message to every row, one request after the other; yield each accepted request at once.

    The Idempotency-Keys of the requests follow from `key`: the same key again sends nothing twice. Batches
    that the journal has as accepted are not sent again.

    Raises StoppedError, and OtherRowsError: another version of the command began the send, and read the file
    otherwise, so that rows would be sent twice, or never.
    """
    for number, batch in enumerate(batches(rows)):
        known = journal.batches.get(number) if journal else None
        noted = Batch(number, batch[0].line, batch[-1].line, len(batch), at=now())
        if known and (known.first, known.last, known.recipients) != (noted.first, noted.last, len(batch)):
            raise OtherRowsError(known, noted)
        if known and known.operation_id:
            yield Sent(known.operation_id, known.recipients, 0, was_known=True)
            continue
        if journal:
            journal.intend(noted)
        start = clock()
        try:
            accepted = herald.send({**message, "to": [row.recipient for row in batch]}, f"{key}.{number}")
        except HeraldError as error:
            if journal and not is_unsure(error):
                journal.forget(noted)
            raise StoppedError(error, batch) from error
        if journal:
            journal.accept(replace(noted, operation_id=accepted["operationId"]))
        yield Sent(accepted["operationId"], len(batch), clock() - start)
    if journal:
        journal.complete()
