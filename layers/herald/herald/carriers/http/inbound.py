"""What people write to senders of the endpoint."""

from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from herald.carriers.http.settings import NAME
from herald.model.addresses import SenderChannel
from herald.model.inbound import MAX_CARRIER_ID, Inbound, Location
from herald.model.keywords import Keyword
from herald.model.wire import Closed, NonEmpty, Short

_MOST_TEXT: Final = 20_000
_MOST_MEDIA: Final = 30
_LONGEST_URL: Final = 2_048


class ReportedMessage(Closed):
    """The body of a callback that brings what somebody has written; as herald.model.inbound.Inbound."""

    id: Annotated[NonEmpty, Field(max_length=MAX_CARRIER_ID)]
    source: Annotated[Short, Field(alias="from")]
    to: Short
    channel: SenderChannel
    # A queue and a row take no more than so much.
    text: Annotated[str, Field(max_length=_MOST_TEXT)] | None = None
    media: Annotated[
        tuple[Annotated[NonEmpty, Field(max_length=_LONGEST_URL)], ...],
        Field(strict=False, max_length=_MOST_MEDIA),
    ] = ()
    postback_data: Annotated[str, Field(max_length=_MOST_TEXT)] | None = None
    location: Location | None = None
    keyword: Keyword | None = None
    at: AwareDatetime

    @property
    def inbound(self) -> Inbound:
        return Inbound(carrier=NAME, **{name: getattr(self, name) for name in type(self).model_fields})
