"""AWS End User Messaging on 127.0.0.1, as far as Herald calls it.

    AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2=http://127.0.0.1:<port>
    AWS_ENDPOINT_URL_SOCIALMESSAGING=http://127.0.0.1:<port>

Beside AWS's requests it answers requests to configure and query it:

    GET    /_calls         the requests so far: {"calls": [...]}, see Call
    GET    /_summary       their counts: {"posts", "taken", "answers": {...}, "mostTakenOfAKey"}
    DELETE /_calls         delete them
    POST   /_behaviour     a Behaviour (tools/fake_carrier/behaviour.py), which replaces the one before
    POST   /_reports       where to report on messages: {"endpointUrl", "sms", "whatsapp"},
                           the last two the ARNs of SNS topics
"""

import json
import re
import socket
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Lock, Thread
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlsplit

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from pydantic import ValidationError

from tools.fake_carrier import shapes
from tools.fake_carrier.behaviour import TAKEN, Answer, Behaviour, Director
from tools.fake_carrier.reports import Reporter, sms_event, whatsapp_event

ADDRESS: Final = "127.0.0.1"
_SMS: Final = "pinpoint-sms-voice-v2"
_SOCIAL: Final = "socialmessaging"
_SENDS: Final = {
    "SendTextMessage": "TEXT",
    "SendMediaMessage": "MEDIA",
    "SendRcsMessage": "RCS",
    "SendWhatsAppMessage": "WHATSAPP",
}
_LOOK_UPS: Final = ("ListLinkedWhatsAppBusinessAccounts", "GetLinkedWhatsAppBusinessAccount")
_WABA: Final = "waba-00000000000000000000000000000001"


@dataclass(frozen=True, slots=True)
class Call:
    """One POST of a message. `taken`: whether the carrier accepted it, independent of its answer."""

    number: int
    operation: str
    to: str
    sender: str
    key: str
    answer: str
    taken: bool
    dry_run: bool
    message_id: str
    at: float
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Error:
    """An answer that is an error of the model."""

    status: int
    code: str
    more: Mapping[str, Any]


class FakeCarrier:
    """A server in threads of this process; a context manager."""

    def __init__(self, port: int = 0) -> None:
        self.director = Director()
        self.reporter: Reporter | None = None
        self.connections = 0
        self._calls: list[Call] = []
        self._lock = Lock()
        self._numbers = count(1)
        self._server = _Server((ADDRESS, port), _handler_of(self))

    @property
    def url(self) -> str:
        return f"http://{ADDRESS}:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def serve(self) -> None:
        """Until it is interrupted."""
        self._server.serve_forever()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def calls(self, to: str | None = None) -> list[Call]:
        with self._lock:
            return [each for each in self._calls if to in (None, each.to)]

    def forget(self) -> None:
        with self._lock:
            self._calls.clear()

    def summary(self) -> dict[str, Any]:
        calls = self.calls()
        taken = Counter(each.key for each in calls if each.taken)
        return {
            "posts": len(calls),
            "taken": taken.total(),
            "answers": Counter(each.answer for each in calls),
            "keys": len({each.key for each in calls}),
            "mostTakenOfAKey": max(taken.values(), default=0),
        }

    def report_to(self, endpointUrl: str, sms: str, whatsapp: str) -> None:  # noqa: N803 - as in JSON
        """Report on messages from now on, to topics of SNS."""
        self.reporter = Reporter(endpointUrl, sms, whatsapp)

    def record(
        self, operation: str, parameters: dict[str, Any], message: dict[str, Any], answer: Answer, to: str
    ) -> Call:
        number = next(self._numbers)
        call = Call(
            number=number,
            operation=operation,
            to=to,
            sender=str(
                parameters.get("OriginationIdentity") or parameters.get("originationPhoneNumberId") or ""
            ),
            key=str(
                parameters.get("Context", {}).get("herald") or message.get("biz_opaque_callback_data") or ""
            ),
            answer=str(answer),
            taken=answer in TAKEN,
            dry_run=bool(parameters.get("DryRun")),
            message_id=f"fake-{number:08}",
            at=time.time(),
            parameters=message or parameters,
        )
        with self._lock:
            self._calls.append(call)
        return call


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # As many as may knock at once: 20 workers with 25 threads each.
    request_queue_size = 1_024
    block_on_close = False


@cache
def _service(name: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


@cache
def _routes() -> Mapping[tuple[str, str], OperationModel]:
    """The operations of WhatsApp by method and path."""
    service = _service(_SOCIAL)
    found = {}
    for name in ("SendWhatsAppMessage", *_LOOK_UPS):
        operation = service.operation_model(name)
        found[operation.http["method"], operation.http["requestUri"].split("?")[0]] = operation
    return found


def _handler_of(carrier: FakeCarrier) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"carrier": carrier})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer is one packet, and goes at once.
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True
    carrier: FakeCarrier

    def setup(self) -> None:
        super().setup()
        self.carrier.connections += 1

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Logs nothing: the requests can be queried."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/_calls":
            self._answer(200, {"calls": [asdict(each) for each in self.carrier.calls()]})
        elif path == "/_summary":
            self._answer(200, self.carrier.summary())
        elif operation := _routes().get(("GET", path)):
            query = dict(parse_qsl(urlsplit(self.path).query))
            self._answer(200, self._look_up(operation.name, query))
        else:
            self._answer(404, {})

    def do_DELETE(self) -> None:
        self.carrier.forget()
        self._answer(200, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/_behaviour":
            self._direct(body)
            return
        if self.path == "/_reports":
            self.carrier.report_to(**json.loads(body))
            self._answer(200, {})
            return
        target = self.headers.get("X-Amz-Target", "")
        found = re.fullmatch(r"PinpointSMSVoiceV2\.(\w+)", target)
        operation = _routes().get(("POST", urlsplit(self.path).path))
        if found and found[1] in _SENDS:
            operation = _service(_SMS).operation_model(found[1])
        if operation is None:
            self._fail(_Error(400, "ValidationException", {"Reason": "UNKNOWN_OPERATION"}))
        elif not self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256"):
            self._fail(_Error(403, "MissingAuthenticationTokenException", {}))
        else:
            self._send(operation, body)

    def _direct(self, body: bytes) -> None:
        try:
            self.carrier.director.direct(Behaviour.model_validate_json(body))
        except ValidationError as error:
            self._answer(400, {"errors": error.errors(include_url=False, include_context=False)})
        else:
            self._answer(200, {})

    def _send(self, operation: OperationModel, body: bytes) -> None:
        try:
            parameters = json.loads(body)
        except ValueError:
            self._fail(_Error(400, "SerializationException", {}))
            return
        of_whatsapp = operation.name == "SendWhatsAppMessage"
        wrong = list(shapes.problems(operation.input_shape, parameters)) if operation.input_shape else []
        message: dict[str, Any] = {}
        if of_whatsapp and not wrong:
            try:
                message = shapes.whatsapp_message(parameters["message"])
                wrong = list(shapes.whatsapp_problems(message))
            except ValueError:
                wrong = [("message", "must be JSON")]
        to = str(message.get("to") or parameters.get("DestinationPhoneNumber") or "")
        if wrong:
            self.carrier.record(operation.name, parameters, message, Answer.REFUSE, to)
            self._fail(_invalid(of_whatsapp, wrong))
            return
        if of_whatsapp and parameters["originationPhoneNumberId"] not in self._whatsapp_ids():
            self.carrier.record(operation.name, parameters, message, Answer.STOP, to)
            self._fail(_error_of(Answer.STOP, of_whatsapp))
            return
        answer = self.carrier.director.decide(to)
        call = self.carrier.record(operation.name, parameters, message, answer, to)
        self._behave(call, parameters, message, answer)

    def _behave(
        self, call: Call, parameters: dict[str, Any], message: dict[str, Any], answer: Answer
    ) -> None:
        behaviour = self.carrier.director.behaviour
        if behaviour.delay_seconds:
            time.sleep(behaviour.delay_seconds)
        if call.taken and not call.dry_run:
            self._report(call, parameters, message)
        match answer:
            case Answer.ACCEPT:
                name = "messageId" if call.operation == "SendWhatsAppMessage" else "MessageId"
                self._answer(200, {name: call.message_id})
            case Answer.HANG:
                time.sleep(behaviour.hang_seconds)
                self._hang_up()
            case Answer.DROP:
                self._hang_up()
            case _:
                self._fail(_error_of(answer, call.operation == "SendWhatsAppMessage"))

    def _report(self, call: Call, parameters: dict[str, Any], message: dict[str, Any]) -> None:
        reporter = self.carrier.reporter
        if reporter is None:
            return
        known = self.carrier.director.behaviour.events
        if message:
            if kind := known.get(call.to, "delivered"):
                reporter.report_whatsapp(whatsapp_event(kind, message, call.message_id))
        elif kind := known.get(call.to, f"{_SENDS[call.operation]}_DELIVERED"):
            reporter.report_sms(sms_event(kind, parameters, call.message_id))

    def _whatsapp_ids(self) -> list[str]:
        return list(self.carrier.director.behaviour.whatsapp_numbers.values())

    def _look_up(self, operation: str, query: Mapping[str, str]) -> dict[str, Any]:
        account = {
            "id": _WABA,
            "wabaId": "0",
            "arn": f"arn:aws:social-messaging:us-east-1:000000000000:waba/{_WABA}",
            "registrationStatus": "COMPLETE",
            "linkDate": 0,
            "wabaName": "fake",
            "eventDestinations": [],
        }
        if operation == "ListLinkedWhatsAppBusinessAccounts":
            return {"linkedAccounts": [account]}
        numbers = [
            {
                "arn": f"arn:aws:social-messaging:us-east-1:000000000000:phone-number-id/{identifier[16:]}",
                "phoneNumber": number,
                "phoneNumberId": identifier,
                "metaPhoneNumberId": "0",
                "displayPhoneNumberName": "fake",
                "displayPhoneNumber": number,
                "qualityRating": "GREEN",
            }
            for number, identifier in self.carrier.director.behaviour.whatsapp_numbers.items()
        ]
        return {"account": {**account, "phoneNumbers": numbers if query.get("id") == _WABA else []}}

    def _fail(self, error: _Error) -> None:
        # Both protocols are understood: one has the error in the body, the other in a header.
        body = {"__type": error.code, "message": error.code, "Message": error.code, **error.more}
        self._answer(error.status, body, {"x-amzn-ErrorType": error.code})

    def _answer(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def _error_of(answer: Answer, of_whatsapp: bool) -> _Error:
    match answer:
        case Answer.THROTTLE if of_whatsapp:
            return _Error(429, "ThrottledRequestException", {})
        case Answer.THROTTLE:
            return _Error(400, "ThrottlingException", {})
        case Answer.STOP:
            return _Error(404 if of_whatsapp else 400, "ResourceNotFoundException", {})
        case Answer.REFUSE if of_whatsapp:
            return _Error(400, "InvalidParametersException", {})
        case Answer.REFUSE:
            return _Error(400, "ConflictException", {"Reason": "DESTINATION_PHONE_NUMBER_OPTED_OUT"})
        case _ if of_whatsapp:
            return _Error(502, "DependencyException", {})
    return _Error(500, "InternalServerException", {"RequestId": "0"})


def _invalid(of_whatsapp: bool, wrong: list[tuple[str, str]]) -> _Error:
    if of_whatsapp:
        return _Error(400, "ValidationException", {"wrong": wrong})
    fields = [{"Name": name.split(".")[0].split("[")[0], "Message": f"{name} {text}"} for name, text in wrong]
    return _Error(400, "ValidationException", {"Reason": "FIELD_VALIDATION_FAILED", "Fields": fields})
