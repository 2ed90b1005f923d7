"""How a request wants its messages carried: an extension of ours to the body of POST /Messages."""

from typing import Annotated

from pydantic import Field

from herald.model.wire import WHOLE, Closed, NotNull


class Delivery(Closed):
    """`validity_period`: seconds; `max_price`: of one message, in US dollars.

    With `dry_run` the carrier checks a message and does not send it. With `unique` a person who is
    in the request several times gets one message.
    """

    validity_period: Annotated[Annotated[int, Field(ge=5, le=259_200), WHOLE] | None, NotNull] = None
    max_price: Annotated[Annotated[str, Field(pattern=r"^[0-9]{1,2}\.[0-9]{1,5}$")] | None, NotNull] = None
    dry_run: bool = False
    unique: bool = False
