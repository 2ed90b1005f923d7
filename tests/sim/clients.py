"""Clients of a run: what they ask for, what they are told, and a carrier that calls."""

import json
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from herald.carriers import callback_keys
from herald.carriers.http import webhooks
from herald.model.inbound import Inbound
from herald.model.message import Receipt
from tests.sim.asked import Held, Response, Sent
from tests.sim.edge import Edge
from tests.sim.functions import function_of
from tests.sim.kernel import Kernel, Process
from tests.sim.queues import Queue, Queues
from tests.sim.recipients import Address
from tests.world import http_event

# API Gateway waits no longer for an answer; the function goes on.
GATEWAY_SECONDS: Final = 29.0
CALLBACK_SECRET: Final = "the secret of callbacks"
# A carrier that calls the API and gets no 2xx calls again.
_CALLS_AGAIN: Final = (2.0, 10.0, 60.0, 300.0)
# A call that is older than some minutes may be one that was overheard.
_OLD_SECONDS: Final = 3_600.0


class Clients:
    """What a run has to do with clients; the simulated AWS is the subclass's."""

    kernel: Kernel
    edge: Edge
    queues: Queues

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        # The addresses of profiles, by account and id.
        self.profiles: dict[tuple[str, str], list[Any]] = {}
        # What every text does with its variable.
        self.filters = ""
        self.failures: list[str] = []
        # Operations that were canceled, and those that are or were paused.
        self.canceled: dict[str, Held] = {}
        self.paused: defaultdict[str, list[Held]] = defaultdict(list)
        # Where an account wants nothing to be sent, whatever people say.
        self.left_alone: set[Address] = set()
        # When an account has let an address be written to again.
        self.lifted: dict[Address, float] = {}
        # Between which hours of their own day the people of an account may be written to.
        self.hours: dict[str, tuple[int, int]] = {}

    @abstractmethod
    def invoke(self, function: str, event: dict[str, Any], ended: Callable[[Process], None]) -> Process: ...

    @abstractmethod
    def loses_response(self) -> bool: ...

    @abstractmethod
    def workers_of(self, operation_id: str) -> frozenset[str]: ...

    def act(self, name: str, script: Callable[[], None], delay: float = 0.0) -> None:
        """Let a client do something, in its own time."""
        process = Process(self.kernel, name, self._acted)
        process.start(script, delay)

    def _acted(self, process: Process) -> None:
        if process.error:
            raise AssertionError(f"{process.name} failed") from process.error

    def sleep(self, seconds: float) -> None:
        self.kernel.pause(seconds)

    def request(
        self,
        method: str,
        path: str,
        account: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Response:
        """What a client gets for a request. It waits no longer than API Gateway does."""
        text = None if body is None else json.dumps(body)
        event = http_event(method, path, account, body=text, headers=headers, query=query)
        task = self.kernel.current
        assert task, "clients make requests"
        answered: list[Process | None] = []

        def end(process: Process | None) -> None:
            if not answered:
                answered.append(process)
                self.kernel.after(0.0, task.go_on)

        process = self.invoke(function_of(method, event["resource"]), event, end)
        self.kernel.after(GATEWAY_SECONDS, lambda: end(None))
        self.kernel.wait()
        self.kernel.note(f"{method} {path}: {_shown(process)}")
        if answered == [None]:
            self.edge.faults["no answer within 29 s"] += 1
            return Response(504, None, {}, is_lost=True)
        if process.error or process.result is None:
            return Response(502, None, {}, is_lost=True)
        if self.loses_response():
            return Response(0, None, {}, is_lost=True)
        answer = process.result
        return Response(
            answer["statusCode"],
            json.loads(answer["body"] or "null"),
            {name: ",".join(values) for name, values in answer["multiValueHeaders"].items()},
            is_lost=answer["statusCode"] >= 500 and process.was_misled,
        )

    def send(
        self,
        account: str,
        to: list[Any],
        *,
        mark: str,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> str | None:
        """Post a request to send; the operation's id, or None where the answer does not tell it."""
        headers = {**(headers or {}), **({"Idempotency-Key": key} if key else {})}
        text = f"Hello {mark}. {{{{ n{self.filters} }}}}"
        body = {"to": _numbered(to), "content": {"text": text}, **more}
        profiles = {name: addresses for (of, name), addresses in self.profiles.items() if of == account}
        sent = Sent(account, mark, to, key, more, self.kernel.now, profiles)
        self.sent.append(sent)
        sent.response = response = self.request("POST", "/Messages", account, body, headers)
        return str(response.body["operationId"]) if response.status == 202 else None

    def hold(self, operation_id: str, *, is_cancel: bool) -> None:
        """A client was told that an operation is canceled, or that it is paused."""
        held = Held(self.kernel.now, self.workers_of(operation_id))
        if is_cancel:
            self.canceled.setdefault(operation_id, held)
        else:
            self.paused[operation_id].append(held)

    def resume(self, operation_id: str) -> None:
        """A client is about to ask that an operation goes on."""
        for held in self.paused[operation_id]:
            held.until = held.until or self.kernel.now

    def _call_back(self, receipt: Receipt) -> None:
        """Let the carrier tell the API of a receipt, until it is answered with a 2xx."""
        body, query = _told(receipt)
        called = _Called("Receipts", receipt.message_id, body, query)
        kept = self.queues["ReceiptQueue"], lambda each: _has(each, receipt)
        self.act(f"carrier {receipt.message_id}", lambda: self._calls(called, *kept))

    def bring(self, message: Inbound) -> None:
        """Let the carrier bring the API what a person has written, until it is answered with a 2xx."""
        body: dict[str, Any] = {
            "id": message.id,
            "from": message.source,
            "to": message.to,
            "channel": message.channel,
        }
        body |= {"text": message.text, "at": message.at.isoformat()}
        called = _Called("Messages", message.id, body, {})
        kept = self.queues["InboundQueue"], lambda each: message.id in each
        self.act(f"carrier {message.id}", lambda: self._calls(called, *kept))

    def _calls(self, called: "_Called", queue: Queue, is_kept: Callable[[str], bool]) -> None:
        for pause in (*_CALLS_AGAIN, *(_CALLS_AGAIN[-1],) * 20):
            before = len(queue.sent)
            answer = self._call(called, CALLBACK_SECRET, self.kernel.now)
            if 200 <= answer.status < 300:
                if not any(map(is_kept, queue.sent[before:])):
                    self.failures.append(f"a callback was answered {answer.status} and nothing was kept")
                return
            self.sleep(pause)
        raise AssertionError("the carrier's call is never answered")

    def _call(self, called: "_Called", secret: str, at: float) -> Response:
        headers = webhooks.signed(called.identifier, json.dumps(called.body).encode(), secret, at)
        return self.request(
            "POST", f"/Callbacks/http/{called.report}", "", called.body, headers, called.query
        )

    def forge_call(self, receipt: Receipt) -> None:
        """Call the API of a receipt as only others than the carrier do: with another secret, and late."""
        called = _Called("Receipts", receipt.message_id, *_told(receipt))
        for secret, at in (
            ("another secret, as long", self.kernel.now),
            (CALLBACK_SECRET, self.kernel.now - _OLD_SECONDS),
        ):
            answer = self._call(called, secret, at)
            if answer.status < 400:
                self.failures.append(f"a forged call is answered {answer.status}")


class _Called(NamedTuple):
    """A carrier's call: what is in it, and by which id it is known."""

    report: str
    identifier: str
    body: dict[str, Any]
    query: dict[str, str]


def _told(receipt: Receipt) -> tuple[dict[str, Any], dict[str, str]]:
    """Body and query of a call that tells of a receipt."""
    packed = f"{receipt.account}.{receipt.message_id}.{receipt.attempt}"
    key = packed if receipt.person is None else f"{packed}.{receipt.person}"
    body = {"status": receipt.status, **({"code": receipt.error} if receipt.error else {})}
    if receipt.billing:
        body |= {"price": receipt.billing.price, "currency": receipt.billing.currency}
    return body, {"key": callback_keys.sign(key, CALLBACK_SECRET)}


def _numbered(to: list[Any]) -> list[Any]:
    """Recipients, of whom each knows the place in the request: it is in the text."""
    return [
        {**each, "variables": {**each.get("variables", {}), "n": str(place)}} for place, each in enumerate(to)
    ]


def _has(body: str, receipt: Receipt) -> bool:
    """Whether a receipt is in a message of the queue."""
    return any(
        (each.get("messageId") or each.get("message_id"), each["attempt"], each["status"])
        == (receipt.message_id, receipt.attempt, receipt.status)
        for each in json.loads(body)["receipts"]
    )


def _shown(process: Process) -> str:
    if process.error or process.result is None:
        return f"{type(process.error).__name__}"
    return str(process.result["statusCode"])
