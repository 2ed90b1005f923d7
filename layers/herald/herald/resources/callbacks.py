"""/Callbacks: receipts and inbound messages of carriers.

No request here has credentials of the API: a request counts if its signature is the
carrier's. Its report goes on a queue, and the answer says that the report is there. A
carrier that gets no such answer calls again; the queue's reader accepts a repeated
report.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from aws_lambda_powertools.event_handler import Response, content_types

from herald import runtime
from herald.api import requests
from herald.api.endpoints import Caller, Function, Request, Resource
from herald.api.errors import ApiError, error, not_found
from herald.api.routing import called_base_of
from herald.carriers import CARRIERS, queued
from herald.carriers.kind import Call, Kind, NotSigned, Report, TooLarge
from herald.model.problems import BODY_TOO_LARGE, FORBIDDEN
from herald.telemetry import count, logger

routes = Resource("Callbacks")


@routes.post(
    "/Callbacks/twilio/{report}",
    "ReceiveTwilioReport",
    "For Twilio: receipts (`Receipts`) and inbound messages (`Messages`). Twilio signs it.",
    function=Function.TWILIO_CALLBACK,
    caller=Caller.CARRIER,
)
def receive_twilio_report(request: Request, report: str) -> Response[str]:
    return _receive_report(request, "twilio", report)


@routes.post(
    "/Callbacks/http/{report}",
    "ReceiveHttpReport",
    "For the endpoint of the carrier `http`: receipts (`Receipts`) and inbound messages (`Messages`)."
    " Signed by the endpoint.",
    function=Function.HTTP_CALLBACK,
    caller=Caller.CARRIER,
)
def receive_http_report(request: Request, report: str) -> Response[str]:
    return _receive_report(request, "http", report)


def _receive_report(request: Request, carrier: str, report: str) -> Response[str]:
    kind = CARRIERS.get(carrier)
    callback = kind.callbacks().get(report) if kind and kind.callbacks else None
    if kind is None or callback is None:
        raise not_found()
    settings = _settings(carrier, kind)
    try:
        found = callback.read(settings, _call(carrier, report, request))
    except NotSigned:
        raise _refused(carrier) from None
    except TooLarge as failure:
        raise error(413, BODY_TOO_LARGE, message=f"{failure}.") from None
    _enqueue(carrier, found, brings_inbound=callback.brings_inbound)
    if callback.answer:
        return Response(200, *callback.answer)
    return Response(204, content_types.APPLICATION_JSON, "")


def _call(carrier: str, report: str, request: Request) -> Call:
    event = request.event
    queries = tuple(_queries(event.multi_value_query_string_parameters))
    bases = (request.base, called_base_of(event))
    return Call(
        urls=tuple(f"{base}/Callbacks/{carrier}/{report}{query}" for base in bases for query in queries),
        headers={name.lower(): value for name, value in event.headers.items()},
        query=event.query_string_parameters,
        body=requests.text(event),
        json=partial(requests.body, event),
        at=datetime.now(UTC),
    )


def _queries(asked: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The forms in which a query may have been sent that API Gateway shows decoded.

    The signature is of the query as it was sent, and there are several ways to write one.
    """
    if not asked:
        yield ""
        return
    pairs = [(name, value) for name, values in asked.items() for value in values]
    yield f"?{urlencode(pairs)}"
    for safe in ("", "/", ":/", ":/@,;!$*'()+"):
        yield f"?{urlencode(pairs, quote_via=quote, safe=safe)}"
    yield "?" + "&".join(f"{name}={value}" for name, value in pairs)
    yield "?" + "&".join(f"{name}={value}" if value else name for name, value in pairs)


def _settings(carrier: str, kind: Kind[Any]) -> Any:
    """The settings of a carrier; without them no request can be signed. Raises ApiError: 403."""
    try:
        return kind.settings_of(runtime.carrier_secret(carrier)) if kind.settings_of else None
    # A secret may be no JSON, or no object.
    except (KeyError, TypeError, ValueError):
        logger.error("carrier is not ready", carrier=carrier)
        raise _refused(carrier) from None


def _refused(carrier: str) -> ApiError:
    count("CallbackRefused")
    logger.warning("signature is not the carrier's", carrier=carrier)
    return error(403, FORBIDDEN)


def _enqueue(carrier: str, report: Report, *, brings_inbound: bool) -> None:
    if report.receipt:
        runtime.receipt_queue().send([queued.receipts(carrier, [report.receipt])])
    elif report.inbound:
        runtime.inbound_queue().send([queued.inbound(carrier, [report.inbound])])
    else:
        count("InboundDropped" if brings_inbound else "ReceiptOfNobody")
