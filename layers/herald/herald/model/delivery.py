"""Options of a request for the carrier: an extension of Herald's to the body of POST /Messages."""

import re
from typing import Annotated, Final

from pydantic import Field
from pydantic_core import PydanticCustomError

from herald.model.wire import WHOLE, Checked, Closed, NotNull

_PRICE: Final = r"[0-9]{1,2}\.[0-9]{1,5}"


def _price(text: str) -> str:
    if not re.fullmatch(_PRICE, text):
        raise PydanticCustomError("price", "must be US dollars with 1 to 5 decimals, such as 0.05")
    return text


class Delivery(Closed):
    """`validity_period`: seconds; `max_price`: of one message, in US dollars.

    With `dry_run` the carrier checks a message and does not send it. With `unique` a person who is
    in the request several times gets one message.
    """

    validity_period: Annotated[Annotated[int, Field(ge=5, le=259_200), WHOLE] | None, NotNull] = None
    max_price: Annotated[Annotated[str, Checked(_price, {"pattern": f"^{_PRICE}$"})] | None, NotNull] = None
    dry_run: bool = False
    unique: bool = False
