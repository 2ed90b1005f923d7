"""Herald in one process: the real handlers on an AWS in memory, made from template.yaml.

Two AWS can be under a world: moto (tests/moto_aws.py), and the simulated one of the journeys
(tests/sim/aws.py), which is stricter, quicker, and has a time of its own. What neither does by
itself, the world does, and only that: it hands the table's changes to the functions on the
stream (as event source mappings would, with their filters), and messages of the queues to the
functions behind them.
"""

import base64
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from itertools import batched
from types import SimpleNamespace
from typing import Any, Protocol

from herald import runtime
from herald.api.identity import context_of
from herald.api.routing import REQUESTS, route_of
from herald.carriers import sandbox
from herald.model.access import Identity, Scope
from herald.model.addresses import Sender
from herald.model.inbound import Inbound
from herald.model.senders import NewSender
from herald.operator import accounts
from herald.store import Keyring, Table, senders
from herald_cli.admin import SANDBOX_SENDERS
from tests import described
from tests.moto_aws import BUCKET, REGION, TABLE, MotoAws
from tests.sim.aws import SimulatedAws
from tests.sim.counted import CountedTable
from tests.template import (
    event_sources,
    gateway,
    is_true,
    lets_through,
    resource_of,
    resources,
    template,
)

__all__ = ["BUCKET", "REGION", "SECRET", "TABLE", "Response", "World", "http_event", "invoke", "sqs_event"]

SECRET = "a secret of the tests, as long as the real one: 64 characters...."


class Aws(Protocol):
    """What a world asks of the AWS under it."""

    name: str
    # How many Herald accounts were made in it.
    accounts: int

    @property
    def now(self) -> datetime: ...
    def wait(self, seconds: float) -> None: ...
    def tick(self) -> None: ...
    def made(self, parameters: Mapping[str, str], secret: str) -> dict[str, str]: ...
    def clear(self) -> None: ...
    def fill(self, items: list[Any]) -> None: ...
    def items(self) -> list[Any]: ...
    def records(self) -> list[Any]: ...
    def send(self, queue: str, body: str) -> None: ...
    def visible(self, queue: str) -> list[tuple[Any, str]]: ...
    def delete(self, queue: str, handle: Any) -> None: ...


@dataclass(frozen=True)
class _Account:
    id: str
    auth_token: str
    # Its rows, as the database has them.
    items: list[Any]


@cache
def _account(number: int) -> _Account:
    """The account that is the `number`th of each AWS: its twenty calls are made once for all."""
    table, now = CountedTable(), datetime.now(UTC)
    account, token = accounts.create(table, Keyring(SECRET).credentials, "test", now)
    for address, channel in SANDBOX_SENDERS:
        senders.add(table, account, NewSender(address=address, channel=channel), now)
    return _Account(account, token, table.items())


@dataclass
class Response:
    status: int
    headers: dict[str, str]
    body: Any


@dataclass
class World:
    """One AWS account with Herald in it, and one Herald account to use it with."""

    aws: Aws
    environment: dict[str, str]
    # The URL of every queue of the template, by its logical id.
    queues: dict[str, str]
    account: str = ""
    auth_token: str = ""
    # What the authorizer tells of the account: how many requests a second it may make.
    requests_per_second: str = ""

    @classmethod
    def create(cls, set_variable: Callable[[str, str], None], **parameters: str) -> "World":
        """Make the template's table, queues and secret, and the functions' environment."""
        chosen = {name: str(each.get("Default", "")) for name, each in template()["Parameters"].items()}
        aws: Aws = SimulatedAws.current or MotoAws()
        # moto knows no PartiQL.
        batches = "true" if isinstance(aws, SimulatedAws) else "false"
        chosen |= {"SandboxReceiptSeconds": "0", "BatchWrites": batches} | parameters
        made = aws.made(chosen, SECRET)
        queues = {name: made[name] for name in resources("AWS::SQS::Queue")}
        made |= {"AWS::StackName": "herald"} | chosen
        made |= dict.fromkeys(resources("AWS::SMSVOICE::ConfigurationSet"), "herald-events")
        variables = template()["Globals"]["Function"]["Environment"]["Variables"]
        environment = {
            name: _variable(value, made) if isinstance(value, dict) else value
            for name, value in variables.items()
        }
        for name, value in environment.items():
            set_variable(name, value)
        runtime.reset()
        world = cls(aws, environment, queues)
        world.account, world.auth_token = world.new_account()
        return world

    @property
    def table(self) -> Table:
        return runtime.app().table

    def new_account(self) -> tuple[str, str]:
        """A Herald account with a sender of every channel."""
        made = _account(self.aws.accounts)
        self.aws.accounts += 1
        self.aws.fill(made.items)
        return made.id, made.auth_token

    def senders(self) -> list[Sender]:
        return [sender.sends() for sender in senders.of_account(self.table, self.account)]

    # ------------------------------------------------------------------- requests

    def post(self, path: str, body: object, *, account: str = "", **kwargs: Any) -> Response:
        text = body if isinstance(body, str) else json.dumps(body)
        return self._call(http_event("POST", path, account or self.account, body=text, **kwargs))

    def put(self, path: str, body: object) -> Response:
        return self._call(http_event("PUT", path, self.account, body=json.dumps(body)))

    def patch(self, path: str, body: object, *, account: str = "") -> Response:
        return self._call(http_event("PATCH", path, account or self.account, body=json.dumps(body)))

    def delete(self, path: str, *, account: str = "") -> Response:
        return self._call(http_event("DELETE", path, account or self.account))

    def get(
        self, path: str, query: Mapping[str, str] | None = None, *, account: str = "", **kwargs: Any
    ) -> Response:
        return self._call(http_event("GET", path, account or self.account, query=query, **kwargs))

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        account: str,
        query: Mapping[str, str] | None = None,
        caller: Identity | None = None,
    ) -> Response:
        """Any request, of any account, by any credential of it."""
        text = None if body is None else json.dumps(body)
        return self._call(http_event(method, path, account, body=text, query=query, caller=caller))

    def callback(
        self, path: str, body: str, headers: Mapping[str, str], query: Mapping[str, str] | None = None
    ) -> Response:
        """What a carrier posts, which has no credentials."""
        return self._call(http_event("POST", path, "", body=body, headers=headers, query=query))

    def send(self, *to: str, text: str = "Hello", **more: Any) -> str:
        """Send a text to phone numbers; the operation's id."""
        recipients = [{"address": address, "channel": "PHONE"} for address in to]
        answer = self.post("/Messages", {"to": recipients, "content": {"text": text}, **more})
        assert answer.status == 202, answer.body
        return str(answer.body["operationId"])

    def inbound(self, *messages: Inbound) -> None:
        """Let the sandbox receive messages."""
        self.aws.send("InboundQueue", sandbox.inbound(*messages))

    def operation(self, operation_id: str) -> Any:
        return self.get(f"/Messages/Operations/{operation_id}").body

    def messages(self, **query: str) -> list[Any]:
        """All messages of a list, page by page."""
        found: list[Any] = []
        token: str | None = ""
        while token is not None:
            answer = self.get("/Messages", {**query, **({"pageToken": token} if token else {})})
            assert answer.status == 200, answer.body
            found += answer.body["messages"]
            token = answer.body["pagination"]["next"]
        return found

    def _call(self, event: dict[str, Any]) -> Response:
        led = gateway(event["httpMethod"], event["resource"])
        assert led is not None, (event["httpMethod"], event["resource"])
        if self.requests_per_second:
            event["requestContext"]["authorizer"][REQUESTS] = self.requests_per_second
        self.aws.tick()
        answer = invoke(led.function, event)
        headers = {name: ",".join(values) for name, values in answer["multiValueHeaders"].items()}
        body = answer["body"] or ""
        is_text = headers.get("Content-Type", "").startswith("text/")
        found = body if is_text else json.loads(body or "null")
        path = "/" + "/".join(route_of(event))
        described.check(event["httpMethod"], path, answer["statusCode"], headers, found)
        return Response(answer["statusCode"], headers, found)

    # ------------------------------------------------------- what AWS does by itself

    def settle(self, *, wait: float = 0) -> None:
        """Let everything happen that follows, and what is due within `wait` seconds."""
        until = self.aws.now + timedelta(seconds=wait)
        while (busy := self.step()) or self.aws.now < until:
            if not busy:
                self.aws.wait(0.05)

    def step(self) -> bool:
        """Deliver each change of the table and each visible message once; False if there was none."""
        queues = [resource_of(source.properties["Queue"]) for source in event_sources("SQS")]
        return any([self.deliver_stream(), *map(self.deliver, queues)])

    def deliver_stream(self) -> bool:
        """Hand what has changed in the table to the functions on its stream."""
        records = list(self.stream_records())
        for source in event_sources("DynamoDB"):
            wanted = (record for record in records if lets_through(source, record))
            for some in batched(wanted, source.properties["BatchSize"], strict=False):
                invoke(source.function, {"Records": some})
        return bool(records)

    def stream_records(self) -> Iterable[dict[str, Any]]:
        """The table's changes since the last call, in the form of its stream."""
        return self.aws.records()

    def deliver(self, queue: str) -> bool:
        """Hand the visible messages of a queue to its function; those that it fails stay."""
        [source] = (each for each in event_sources("SQS") if resource_of(each.properties["Queue"]) == queue)
        found = self.aws.visible(queue)
        for handle, body in found:
            result = invoke(source.function, sqs_event(body))
            if not result["batchItemFailures"]:
                self.aws.delete(queue, handle)
        return bool(found)

    def clear(self) -> None:
        """Empty the table, accounts and all."""
        self.aws.clear()

    # ----------------------------------------------------------------- what is there

    def items(self) -> list[Any]:
        """All that the table holds, as the database has it."""
        return self.aws.items()

    def state(self) -> list[Any]:
        """All that the table holds but the audit log, which also has what was refused."""
        return [item for item in self.items() if not item["pk"]["S"].startswith("AUDIT#")]

    def bodies(self, queue: str) -> list[str]:
        """What waits on a queue and is visible; it stays there."""
        return [body for _, body in self.aws.visible(queue)]


def invoke(function: str, event: Mapping[str, Any], *, seconds: float = 60) -> Any:
    """Call a function's handler as Lambda does."""
    until = time.monotonic() + seconds
    context = SimpleNamespace(
        function_name=function,
        memory_limit_in_mb=512,
        invoked_function_arn=f"arn:aws:lambda:{REGION}:123456789012:function:{function}",
        aws_request_id="00000000-0000-0000-0000-000000000000",
        get_remaining_time_in_millis=lambda: int((until - time.monotonic()) * 1000),
    )
    with acting(function):
        return import_module(function).handler(json.loads(json.dumps(event, default=_base64)), context)


@contextmanager
def acting(name: str) -> Iterator[None]:
    """Make calls to the simulated AWS with the rights of a function; of what is no function, with all."""
    running = SimulatedAws.current.running if SimulatedAws.current else []
    running.append(name)
    try:
        yield
    finally:
        running.pop()


def _base64(value: object) -> str:
    # As a stream has the binary attributes of items.
    assert isinstance(value, bytes)
    return base64.b64encode(value).decode()


def http_event(
    method: str,
    path: str,
    account: str,
    *,
    body: str | None = None,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    host: str = "abc123.execute-api.us-east-1.amazonaws.com",
    base_path: str | None = None,
    caller: Identity | None = None,
) -> dict[str, Any]:
    """What API Gateway hands to a function for a request to the stage v1.

    With `base_path`, for one to a custom domain that maps this path to the stage. `caller`: with
    other credentials than the account's auth token.
    """
    caller = caller or Identity(account, account, frozenset(Scope))
    sent = {"Host": host, "X-Forwarded-Proto": "https", "Content-Type": "application/json"}
    sent |= headers or {}
    led = gateway(method, path)
    assert led is not None, f"API Gateway has no method {method} for {path}"
    resource, parameters = led.resource, led.parameters
    return {
        "resource": resource,
        "path": f"{base_path or ''}{path}",
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()} or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {
            "path": f"{'/v1' if base_path is None else base_path}{path}",
            "resourcePath": resource,
            "httpMethod": method,
            "stage": "v1",
            "requestId": "00000000-0000-0000-0000-000000000000",
            "authorizer": {**context_of(caller), "principalId": account},
        },
        "body": body,
        "isBase64Encoded": False,
    }


def role_id(role: str) -> str:
    """The id of a role of the template, as AWS would give it one."""
    return f"AROA{role.upper()}"


def sqs_event(body: str, sent_by: str | None = None) -> dict[str, Any]:
    """What a queue's event source mapping hands to a function for one message.

    `sent_by` is the role of the function that sent it; None: AWS, or the operator.
    """
    sender = f"{role_id(sent_by)}:herald-{sent_by}" if sent_by else "AIDAIT2UOQQY3AUEKVGXU"
    return {
        "Records": [
            {
                "messageId": "11111111-1111-1111-1111-111111111111",
                "receiptHandle": "handle",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1", "SenderId": sender},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:queue",
                "awsRegion": REGION,
            }
        ]
    }


def _variable(value: Mapping[str, Any], made: Mapping[str, str]) -> str:
    """What a !Ref or a !GetAtt in the functions' environment comes to."""
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(
            _variable(part, made) if isinstance(part, dict) else part for part in parts
        )
    if "Fn::If" in value:
        condition, then, otherwise = value["Fn::If"]
        chosen = then if is_true({"Condition": condition}, made) else otherwise
        return _variable(chosen, made) if isinstance(chosen, dict) else str(chosen)
    name = resource_of(value)
    if str(value.get("Fn::GetAtt", "")).endswith(".RoleId"):
        return role_id(name)
    if str(value.get("Fn::GetAtt", "")).endswith(".Arn"):
        return f"arn:aws:{'iam' if name.endswith('Role') else 'sqs'}:{REGION}:123456789012:{name}"
    return made[name]
