"""/Callbacks: carriers tell what became of messages, and bring what people write.

Nobody here has credentials of the API: a request counts if its signature is the
carrier's. What it says goes on a queue, and the answer says that it is there. A carrier
that gets no such answer, or dies before it, calls again; the queue's reader bears that.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from herald import runtime
from herald.api import requests, routing
from herald.api.errors import ApiError, bad_request, error
from herald.carriers import callback_keys, http, queued, twilio, webhooks
from herald.model.inbound import Inbound
from herald.model.message import Receipt
from herald.model.problems import BAD_SIGNATURE, BODY_TOO_LARGE
from herald.telemetry import count, logger

receives = APIGatewayRouter()

_NO_INSTRUCTIONS = "<Response/>"
# Of a callback of Twilio's; the longest text has 1,600 characters.
_MOST_CHARACTERS = 200_000
_MOST_FIELDS = 500


@receives.post("/Callbacks/twilio/Receipts")
def receive_twilio_receipt() -> Response[str]:
    form = _form_of_twilio()
    key = receives.current_event.query_string_parameters.get("key")
    _enqueue_receipt(twilio.NAME, twilio.receipt_of(key, form))
    return _done()


@receives.post("/Callbacks/twilio/Messages")
def receive_twilio_message() -> Response[str]:
    # Twilio does not tell when a message was written; the first of its arrivals counts.
    _enqueue_inbound(twilio.NAME, twilio.inbound_of(_form_of_twilio(), datetime.now(UTC)))
    # Twilio takes an answer as instructions for a reply: none.
    return Response(200, "text/xml", _NO_INSTRUCTIONS)


@receives.post("/Callbacks/http/Receipts")
def receive_http_receipt() -> Response[str]:
    settings = _settings_of_http()
    key = callback_keys.verify(
        receives.current_event.query_string_parameters.get("key"), settings.callback_secret
    )
    if key is None:
        raise _refused(http.NAME)
    _enqueue_receipt(http.NAME, requests.reported_receipt(receives.current_event).receipt(key, settings))
    return _done()


@receives.post("/Callbacks/http/Messages")
def receive_http_message() -> Response[str]:
    _settings_of_http()
    _enqueue_inbound(http.NAME, requests.reported_message(receives.current_event).inbound)
    return _done()


# ----------------------------------------------------------------------- signatures


def _form_of_twilio() -> twilio.Form:
    """The parameters of a request that Twilio has signed. Raises ApiError: 403."""
    event = receives.current_event
    settings = _settings(twilio.NAME, twilio.settings_of)
    form = twilio.Form(_fields(event.decoded_body or ""))
    asked = event.multi_value_query_string_parameters
    query = f"?{urlencode(asked, doseq=True)}" if asked else ""
    urls = [
        form_of_url
        for base in (runtime.settings().public_url, routing.base_of(event))
        for form_of_url in twilio.as_asked(f"{base}{event.resource}{query}")
    ]
    if not twilio.is_signed(urls, form, event.headers.get("x-twilio-signature") or "", settings.auth_token):
        raise _refused(twilio.NAME)
    return form


def _fields(body: str) -> list[tuple[str, str]]:
    """The parameters in a body that nobody has vouched for yet. Raises ApiError: 400, 413."""
    if len(body) > _MOST_CHARACTERS:
        raise error(413, BODY_TOO_LARGE)
    try:
        return parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise bad_request(f"must have at most {_MOST_FIELDS} parameters", "$") from None


def _settings_of_http() -> http.HttpSettings:
    """The endpoint's settings, of a request that it has signed. Raises ApiError: 403."""
    event = receives.current_event
    settings = _settings(http.NAME, http.settings_of)
    headers = {name.lower(): value for name, value in event.headers.items()}
    body = (event.decoded_body or "").encode()
    if not webhooks.is_signed(headers, body, settings.callback_secret, time.time()):
        raise _refused(http.NAME)
    return settings


def _settings[Settings](carrier: str, settings_of: Callable[[Mapping[str, Any]], Settings]) -> Settings:
    """The settings of a carrier; without them nobody can have signed anything. Raises ApiError: 403."""
    try:
        return settings_of(runtime.carrier_secret())
    # A secret may be no JSON, or no object.
    except (KeyError, TypeError, ValueError):
        logger.error("carrier is not ready", carrier=carrier)
        raise _refused(carrier) from None


def _refused(carrier: str) -> ApiError:
    count("CallbackRefused")
    logger.warning("signature is not the carrier's", carrier=carrier)
    return error(403, BAD_SIGNATURE)


# --------------------------------------------------------------------------- queues


def _enqueue_receipt(carrier: str, receipt: Receipt | None) -> None:
    if receipt is None:
        count("ReceiptOfNobody")
        return
    runtime.receipt_queue().send([queued.receipts(carrier, [receipt])])


def _enqueue_inbound(carrier: str, message: Inbound | None) -> None:
    if message is None:
        count("InboundDropped")
        return
    runtime.inbound_queue().send([queued.inbound(carrier, [message])])


def _done() -> Response[str]:
    return Response(204, content_types.APPLICATION_JSON, "")
