"""The parts of a stack from which a carrier is built."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from herald.carriers.transport import Transport
from herald.tasks import Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The parts that a carrier may be built from."""

    receipts: Queue
    sandbox_receipt_seconds: int
    # An AWS client by the name of its service, made when it is first asked for. Those that
    # send messages try once, and do not wait for long.
    client: Callable[[str], Any]
    # Of AWS End User Messaging: whose event destinations get the receipts. Empty: none.
    aws_configuration_set: str
    # The bucket for media that a carrier reads from S3. Empty: none.
    media_bucket: str
    # The credentials and settings of carriers that are not AWS, by the carrier's name. Read when
    # it is first asked for; raises whatever is wrong with it.
    carrier_secret: Callable[[str], Mapping[str, Any]]
    # Sends HTTP requests to carriers.
    transport: Transport
    # The base URL of the API, as carriers reach it for their callbacks. Empty: carriers make none.
    public_url: str
