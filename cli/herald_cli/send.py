"""Send to any number of recipients, in as many requests as they need."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from herald_cli.client import Herald, HeraldError, MessageToSend
from herald_cli.recipients import Row, batches


@dataclass(frozen=True)
class Sent:
    """A request that was accepted."""

    operation_id: str
    recipients: int
    seconds: float
    """How long the API took to accept it."""


class StoppedError(Exception):
    """A request did not succeed. Those before it did, and none was made after it."""

    def __init__(self, cause: HeraldError, rows: Sequence[Row]) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.rows = rows
        """The recipients of the request that did not succeed."""


def send(
    herald: Herald, rows: Iterable[Row], message: MessageToSend, key: str, *, clock: Callable[[], float]
) -> Iterator[Sent]:
    """Send the message to every row, one request after the other; yield what was accepted as it is.

    The Idempotency-Keys of the requests follow from `key`: the same again sends nothing twice.
    """
    for number, batch in enumerate(batches(rows)):
        start = clock()
        try:
            accepted = herald.send({**message, "to": [row.recipient for row in batch]}, f"{key}.{number}")
        except HeraldError as error:
            raise StoppedError(error, batch) from error
        yield Sent(accepted["operationId"], len(batch), clock() - start)
