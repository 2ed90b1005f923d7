"""No right too many: without any single one of a function's, something that it does fails.

The functions are called as AWS would call them, one call for each right: with the right
taken from its role, and with all of them. Nothing else happens meanwhile, for the event
source mappings are disabled.
"""

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

from herald.api.routing import REQUESTS
from herald.carriers import sandbox
from herald.carriers.callback_keys import sign
from herald.model.addresses import SenderChannel
from herald.model.ids import message_id, new_operation_id, new_sender_pool_id
from herald.model.inbound import Inbound
from herald.model.message import Receipt
from herald.model.status import Status
from herald.operator.credentials import create_key
from herald.store import Keyring, Table, keys
from herald.tasks import FanOut, Wake
from herald_cli import admin
from tests.callbacks import signed_by_http, signed_by_twilio
from tests.contracts.rights import BY_LAMBDA, FURTHER_RIGHTS, RIGHTS, SCHEDULES
from tests.stack.conftest import FarEnds
from tests.unit.carriers.web_harnesses import CALLBACK_SECRET
from tests.world import REGION, http_event, sqs_event
from tools.stack import LocalStack

Event = Mapping[str, Any]


class Grant(NamedTuple):
    """One right of one function, on what, as the table of rights has it."""

    function: str
    action: str
    on: str


# The stack has the secrets of its carriers.
def _of_secrets(function: str) -> list[dict[str, set[str]]]:
    further = FURTHER_RIGHTS.get(function, {})
    return [rights for condition, rights in further.items() if condition.endswith("Secret")]


GRANTS = [
    Grant(function, action, on)
    for function in RIGHTS
    for rights in (RIGHTS[function], *_of_secrets(function))
    for action, ons in rights.items()
    for on in sorted(ons)
]

BY_MAPPING = "MiniStack's event source mappings read, and put aside what fails, without asking for rights"
NOT_TOLD = {
    **{grant: BY_MAPPING for grant in GRANTS if grant.action in BY_LAMBDA},
    **{grant: BY_MAPPING for grant in GRANTS if grant.on == "StreamDeadLetters.Arn"},
    **{
        grant: "MiniStack does not ask whether a role may be passed"
        for grant in GRANTS
        if grant.action == "iam:PassRole"
    },
    **{
        Grant(function, "dynamodb:PutItem", "Table.Arn"): "this stack writes in company (BatchWrites)"
        for function in ("fan_out", "tally")
    },
}
"""What the local AWS cannot tell, and why. tests/contracts/test_calls.py holds these."""

PHONE = {"address": "+12065550100", "channel": "PHONE"}
STORE, PERSON = "mem_store_00000000000000000000000000", "mem_profile_01h9krwprkeee8fzqspvwy6nq8"
PROFILE = f"/MemoryStores/{STORE}/Profiles/{PERSON}"
SMS = {"from": {"address": "+15005550006", "channel": "SMS"}}
IN_AN_HOUR = {"schedule": {"sendAt": [(datetime.now(UTC) + timedelta(hours=1)).isoformat()]}}
# A process that is there already knows the secret.
SECRET = "secretsmanager:GetSecretValue"


class Driver:
    """Calls the functions of a stack, and takes rights from them."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.account = stack.account_sid
        self._lambda, self._iam = stack.client("lambda"), stack.client("iam")
        self._dynamodb = stack.client("dynamodb")
        functions = self._lambda.list_functions()["Functions"]
        self._functions = {each["Handler"].removesuffix(".handler"): each for each in functions}
        resources = stack.client("cloudformation").describe_stack_resources(StackName="herald")
        self._physical = {
            each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources["StackResources"]
        }

    def call(self, function: str, event: Event) -> Any:
        """A function's answer; an error, or one that says so, is a RuntimeError."""
        answer = self._lambda.invoke(
            FunctionName=self._functions[function]["FunctionName"],
            Payload=json.dumps(event, default=lambda value: base64.b64encode(value).decode()),
        )
        text = answer["Payload"].read()
        said = json.loads(text)
        failed = isinstance(said, dict) and (
            said.get("batchItemFailures") or said.get("statusCode", 0) >= 500
        )
        if "FunctionError" in answer or failed:
            raise RuntimeError(text)
        return said

    def start_anew(self, function: str) -> None:
        """End the processes of a function, as any change of it does; the next call has a new one."""
        found = self._functions[function]
        name = found["FunctionName"]
        self._lambda.update_function_configuration(FunctionName=name, Timeout=found["Timeout"])
        self._lambda.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

    @contextmanager
    def without(self, grant: Grant) -> Iterator[None]:
        """Take a right from a function's role, and give it back."""
        role = self._functions[grant.function]["Role"].rsplit("/", 1)[1]
        before = {
            name: self._iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for name in self._iam.list_role_policies(RoleName=role)["PolicyNames"]
        }
        left = {
            name: {**policy, "Statement": [*self._left(policy["Statement"], grant)]}
            for name, policy in before.items()
        }
        assert left != before
        try:
            self._put(role, left)
            yield
        finally:
            self._put(role, before)

    def _put(self, role: str, policies: Mapping[str, Any]) -> None:
        for name, policy in policies.items():
            if policy["Statement"]:
                self._iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))
            else:
                self._iam.delete_role_policy(RoleName=role, PolicyName=name)

    def _left(self, statements: list[Any], grant: Grant) -> Iterator[Any]:
        """Statements without one action on one resource."""
        # MiniStack has a right of its own for what is one in AWS.
        taken = {grant.action, f"{grant.action}Batch"}
        for statement in statements:
            actions, resources = listed(statement["Action"]), listed(statement["Resource"])
            kept = [each for each in actions if each not in taken]
            others = [each for each in resources if not self._is(each, grant.on)]
            if len(kept) == len(actions) or len(others) == len(resources):
                yield statement
                continue
            if kept:
                yield {**statement, "Action": kept}
            if others:
                yield {**statement, "Action": [*taken & {*actions}], "Resource": others}

    def _is(self, arn: str, on: str) -> bool:
        """Whether an ARN is what the table of rights calls so."""
        if on == SCHEDULES:
            return ":schedule/" in arn
        if on == "KeySecret.Id":
            return arn == self.stack.outputs["KeySecretArn"]
        if on == "TokenSecret.Id":
            return ":secret:" in arn and arn != self.stack.outputs["KeySecretArn"] and ":carriers" not in arn
        if on in ("TwilioSecret", "HttpSecret"):
            return f":secret:carriers-{on.removesuffix('Secret').lower()}" in arn
        logical, _, rest = on.removeprefix("${").partition(".")
        name = self._physical[logical].rsplit("/", 1)[-1]
        index = rest.partition("}")[2]
        return arn.endswith((f":{name}{index}", f"/{name}{index}"))

    # ------------------------------------------------------------- what there is to work on

    def item(self, key: keys.Key) -> Any:
        """An item of the table, as the table's stream has it."""
        return self._dynamodb.get_item(
            TableName=self.stack.outputs["TableName"], Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}}
        )["Item"]

    def post(self, path: str, body: object, function: str = "accept", **more: Any) -> Event:
        return http_event("POST", path, self.account, body=json.dumps(body), **more)

    def send(self, *to: Any, **more: Any) -> Event:
        """A request to send."""
        return self.post("/Messages", {"to": to or [PHONE], "content": {"text": "Hi"}, **more})

    def sent(self, *to: Any, **more: Any) -> str:
        """An operation that was accepted, and no more."""
        answer = self.call("accept", self.send(*to, **more))
        return str(json.loads(answer["body"])["operationId"])

    def fanned_out(self, *to: Any) -> str:
        """An operation that was sent."""
        operation_id = self.sent(*to)
        self.call("fan_out", chunk_of(operation_id))
        return operation_id


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def chunk_of(operation_id: str) -> Event:
    return sqs_event(FanOut(operation_id=operation_id, chunk=0).model_dump_json())


def given_up(on: Driver) -> Event:
    """A task that no version can read, and that is old."""
    event = sqs_event("{}")
    event["Records"][0]["attributes"]["SentTimestamp"] = "1"
    return event


def chunk_twice(on: Driver) -> Event:
    """A chunk whose task comes twice: where no outcome can be recorded, the second time fails."""
    [record] = chunk_of(on.sent())["Records"]
    return {"Records": [record, record | {"messageId": "again"}]}


def a_row_after_another(on: Driver) -> Event:
    """The second message of an operation that is counted."""
    operation_id = on.fanned_out(PHONE, {**PHONE, "address": "+12065550101"})
    first, second = (on.item(keys.message(on.account, message_id(operation_id, n))) for n in range(2))
    on.call("tally", change(first))
    return change(second)


def change(new: Any, old: Any = None) -> Event:
    """A change of an item, as the table's stream has it."""
    images = {"NewImage": new} | ({"OldImage": old} if old else {})
    record = {
        "eventName": "MODIFY" if old else "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {"Keys": {name: new[name] for name in ("pk", "sk")}, "SequenceNumber": "1", **images},
    }
    return {"Records": [record]}


def from_twilio(on: Driver, path: str, key: str | None = None, **form: str) -> Event:
    """What API Gateway hands over of a request that Twilio has signed."""
    query = {"key": key} if key else None
    url = f"{on.stack.base_url}{path}" + (f"?key={key}" if key else "")
    headers = signed_by_twilio(url, form)
    return http_event("POST", path, "", body=urlencode(form), query=query, headers=headers)


def from_http(path: str, body: Mapping[str, str], key: str | None = None) -> Event:
    """What API Gateway hands over of a request that the endpoint has signed."""
    text = json.dumps(body)
    query = {"key": sign(key, CALLBACK_SECRET)} if key else None
    return http_event("POST", path, "", body=text, query=query, headers=signed_by_http(text))


def written_by_http(on: Driver) -> Event:
    said = {"from": PHONE["address"], "to": SMS["from"]["address"], "channel": "SMS", "text": "Thank you!"}
    return from_http("/Callbacks/http/Messages", {"id": f"in-{time.monotonic_ns()}", **said})


def reported_by_http(on: Driver) -> Event:
    key = f"{on.account}.{message_id(on.sent(), 0)}.1"
    return from_http("/Callbacks/http/Receipts", {"status": "DELIVERED"}, key)


def written_by_twilio(on: Driver) -> Event:
    form = {"From": PHONE["address"], "To": SMS["from"]["address"], "Body": "Thank you!"}
    return from_twilio(on, "/Callbacks/twilio/Messages", MessageSid=f"SM{time.monotonic_ns()}", **form)


def reported_by_twilio(on: Driver) -> Event:
    key = f"{on.account}.{message_id(on.sent(), 0)}.1"
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    return from_twilio(on, "/Callbacks/twilio/Receipts", key, **form)


def receipt(account: str, message: str) -> Event:
    """Of a first try that has failed."""
    found = Receipt(
        account=account, message_id=message, attempt=1, status=Status.UNDELIVERED, error=30003
    ).model_dump()
    return sqs_event(json.dumps({"carrier": sandbox.NAME, "receipts": [found]}))


# ------------------------------------------------------------------------- the calls


def nowhere() -> str:
    """The path of an operation that is not there."""
    return f"/Messages/Operations/{new_operation_id(datetime.now(UTC))}"


def get(path: str, query: Mapping[str, str] | None = None) -> Callable[[Driver], Event]:
    return lambda on: http_event("GET", path, on.account, query=query)


def credentials(on: Driver) -> Event:
    return _authorization(on.stack.account_sid, on.stack.auth_token)


def _authorization(username: str, password: str) -> Event:
    pair = base64.b64encode(f"{username}:{password}".encode()).decode()
    method = f"arn:aws:execute-api:{REGION}:123456789012:abc123/v1/GET/Messages"
    return {"type": "REQUEST", "methodArn": method, "headers": {"Authorization": f"Basic {pair}"}}


def credentials_of_a_new_key(on: Driver) -> Event:
    """It has not been used in this hour, so the use is noted."""
    secret = on.stack.client("secretsmanager").get_secret_value(SecretId=on.stack.outputs["KeySecretArn"])
    sid, password = create_key(
        Table(on.stack.client("dynamodb"), on.stack.outputs["TableName"]),
        Keyring(secret["SecretString"]).credentials,
        on.account,
        datetime.now(UTC),
        name="key",
        granted=["all"],
        valid_until=None,
        audit_days=1,
    )
    return _authorization(sid, password)


def canceled(on: Driver) -> Event:
    old = on.item(keys.operation(on.sent(**IN_AN_HOUR)))
    return change({**old, "status": {"S": "CANCELED"}}, old)


def made(on: Driver) -> Event:
    return change(on.item(keys.operation(on.sent())))


def made_for_later(on: Driver) -> Event:
    return change(on.item(keys.operation(on.sent(**IN_AN_HOUR))))


def woken_early(on: Driver) -> Event:
    return sqs_event(Wake(operation_id=on.sent(**IN_AN_HOUR), due=0).model_dump_json())


def chunk(*to: Any) -> Callable[[Driver], Event]:
    return lambda on: chunk_of(on.sent(*to))


def a_row(on: Driver) -> Event:
    identifier = message_id(on.fanned_out(), 0)
    return change(on.item(keys.message(on.account, identifier)))


def failed_with_another_route(on: Driver) -> Event:
    first, second = {**PHONE, "address": "+15005550140"}, PHONE
    return receipt(on.account, message_id(on.fanned_out({"addresses": [first, second]}), 0))


def written(on: Driver) -> Event:
    message = Inbound.model_validate(
        {
            "carrier": sandbox.NAME,
            "id": str(time.monotonic_ns()),
            "account": on.account,
            "from": PHONE["address"],
            "to": SMS["from"]["address"],
            "channel": SenderChannel.SMS,
            "text": "Thank you!",
            "at": datetime.now(UTC),
        }
    )
    return sqs_event(sandbox.inbound(message))


def half_readable(kind: str) -> Callable[[Driver], Event]:
    """Two reports in one message, of which none can be read: each becomes a dead letter of its own."""
    body = json.dumps({"carrier": sandbox.NAME, kind: [{}, {"id": 1}]})
    return lambda on: sqs_event(body)


def put_profile(on: Driver) -> Event:
    return http_event("PUT", PROFILE, on.account, body=json.dumps({"addresses": [PHONE]}))


def new_pool(on: Driver) -> Event:
    found = on.call("query", http_event("GET", "/Senders", on.account))
    sender = json.loads(found["body"])["senders"][0]["id"]
    return on.post("/SenderPools", {"name": "all", "senders": [{"senderId": sender}]})


def deleted_pool(on: Driver) -> Event:
    on.call("configure", new_pool(on))
    found = on.call("query", http_event("GET", "/SenderPools", on.account))
    pool = json.loads(found["body"])["senderPools"][0]["id"]
    return http_event("DELETE", f"/SenderPools/{pool}", on.account)


def members_of_a_pool(on: Driver) -> Event:
    on.call("configure", new_pool(on))
    found = on.call("query", http_event("GET", "/SenderPools", on.account))
    pool = json.loads(found["body"])["senderPools"][0]["id"]
    return http_event("GET", f"/SenderPools/{pool}/Senders", on.account)


def members_of_nothing(on: Driver) -> Event:
    path = f"/SenderPools/{new_sender_pool_id(datetime.now(UTC))}/Senders"
    return on.post(path, [{"senderId": "comms_sender_01h9krwprkeee8fzqspvwy6nq8"}])


def new_sender(on: Driver) -> Event:
    return on.post("/Senders", {"channel": "SMS", "address": f"+1206{time.monotonic_ns() % 10**7:07}"})


def renamed_sender(on: Driver) -> Event:
    path = "/Senders/comms_sender_01h9krwprkeee8fzqspvwy6nq8"
    return http_event("PATCH", path, on.account, body=json.dumps({"displayName": "Orders"}))


def limited_request(on: Driver) -> Event:
    """A request of an account that may make so many a second."""
    event = http_event("GET", "/Messages/Operations", on.account)
    event["requestContext"]["authorizer"][REQUESTS] = "1000"
    return event


TABLE = "Table.Arn"
INDEX = "${Table.Arn}/index/"
CALLS: dict[Grant, Callable[[Driver], Event]] = {
    Grant("accept", "dynamodb:BatchGetItem", TABLE): lambda on: on.send(**SMS),
    Grant("accept", "dynamodb:BatchWriteItem", TABLE): Driver.send,
    Grant("accept", "dynamodb:GetItem", TABLE): lambda on: on.post(f"{nowhere()}/Cancel", ""),
    Grant("accept", "dynamodb:PutItem", TABLE): Driver.send,
    Grant("accept", "dynamodb:Query", TABLE): Driver.send,
    Grant("accept", "dynamodb:UpdateItem", TABLE): lambda on: on.post(
        f"/Messages/Operations/{on.sent()}/Cancel", ""
    ),
    Grant("accept", SECRET, "TokenSecret.Id"): lambda on: on.post(
        "/Messages",
        {"to": [PHONE], "content": {"text": "Hi"}},
        headers={"Idempotency-Key": str(time.monotonic_ns())},
    ),
    Grant("authorize", "dynamodb:BatchGetItem", TABLE): credentials,
    Grant("authorize", "dynamodb:GetItem", TABLE): credentials,
    Grant("authorize", "dynamodb:UpdateItem", TABLE): credentials_of_a_new_key,
    Grant("authorize", SECRET, "KeySecret.Id"): credentials,
    Grant("http_callback", "sqs:SendMessage", "InboundQueue.Arn"): written_by_http,
    Grant("http_callback", "sqs:SendMessage", "ReceiptQueue.Arn"): reported_by_http,
    Grant("http_callback", SECRET, "HttpSecret"): reported_by_http,
    Grant("twilio_callback", "sqs:SendMessage", "InboundQueue.Arn"): written_by_twilio,
    Grant("twilio_callback", "sqs:SendMessage", "ReceiptQueue.Arn"): reported_by_twilio,
    Grant("twilio_callback", SECRET, "TwilioSecret"): reported_by_twilio,
    Grant("configure", "dynamodb:BatchGetItem", TABLE): new_pool,
    Grant("configure", "dynamodb:BatchWriteItem", TABLE): put_profile,
    Grant("configure", "dynamodb:DeleteItem", TABLE): lambda on: http_event("DELETE", PROFILE, on.account),
    Grant("configure", "dynamodb:GetItem", TABLE): members_of_nothing,
    Grant("configure", "dynamodb:PutItem", TABLE): new_sender,
    Grant("configure", "dynamodb:Query", TABLE): deleted_pool,
    Grant("configure", "dynamodb:UpdateItem", TABLE): renamed_sender,
    Grant("configure", SECRET, "TokenSecret.Id"): lambda on: on.post("/Senders/Search", SMS["from"]),
    Grant("dispatch", "scheduler:CreateSchedule", SCHEDULES): made_for_later,
    Grant("dispatch", "scheduler:DeleteSchedule", SCHEDULES): canceled,
    Grant("dispatch", "sqs:SendMessage", "ChunkQueue.Arn"): made,
    Grant("fan_out", "dynamodb:BatchGetItem", TABLE): chunk({"profileId": PERSON, "memoryStoreId": STORE}),
    Grant("fan_out", "dynamodb:PartiQLInsert", TABLE): chunk(),
    Grant("fan_out", "dynamodb:PartiQLUpdate", TABLE): chunk_twice,
    Grant("fan_out", "dynamodb:GetItem", TABLE): chunk(),
    Grant("fan_out", SECRET, "TokenSecret.Id"): chunk(),
    Grant("fan_out", "dynamodb:UpdateItem", TABLE): chunk(),
    Grant("fan_out", "scheduler:CreateSchedule", SCHEDULES): woken_early,
    Grant("fan_out", "sqs:SendMessage", "ChunkQueue.Arn"): chunk({**PHONE, "address": "+15005550150"}),
    Grant("fan_out", "sqs:SendMessage", "ChunkDeadLetters.Arn"): given_up,
    Grant("fan_out", "sqs:SendMessage", "ReceiptQueue.Arn"): chunk(),
    Grant("query", "dynamodb:BatchGetItem", TABLE): members_of_a_pool,
    Grant("query", "dynamodb:GetItem", TABLE): lambda on: http_event(
        "GET", f"{nowhere()}/Errors", on.account
    ),
    Grant("query", "dynamodb:Query", TABLE): lambda on: http_event("GET", nowhere(), on.account),
    Grant("query", "dynamodb:Query", f"{INDEX}messages_by_status"): get("/Messages", {"status": "FAILED"}),
    Grant("query", "dynamodb:Query", f"{INDEX}messages_by_channel"): get("/Messages", {"channel": "SMS"}),
    Grant("query", "dynamodb:Query", f"{INDEX}messages_by_profile"): get("/Messages", {"profile": PERSON}),
    Grant("query", "dynamodb:Query", f"{INDEX}messages_by_session"): get(
        "/Messages", {"sessionId": "comms_session_01h9krwprkeee8fzqspvwy6nq8"}
    ),
    Grant("query", "dynamodb:Query", f"{INDEX}messages_by_carrier_id"): get("/Messages/Seek/sandbox-1"),
    Grant("query", "dynamodb:Query", f"{INDEX}messages_by_recipient"): get(
        "/Messages", {"to": "+12065550100"}
    ),
    Grant("query", "dynamodb:Query", f"{INDEX}operations_by_account"): get("/Messages/Operations"),
    Grant("query", "dynamodb:UpdateItem", TABLE): limited_request,
    Grant("query", SECRET, "TokenSecret.Id"): get("/Messages", {"pageToken": "none"}),
    Grant("receive", "dynamodb:BatchGetItem", TABLE): written,
    Grant("receive", "dynamodb:PutItem", TABLE): written,
    Grant("receive", "dynamodb:PartiQLInsert", TABLE): written,
    Grant("receive", SECRET, "TokenSecret.Id"): written,
    Grant("receive", "dynamodb:PartiQLUpdate", TABLE): lambda on: receipt(
        on.account, message_id(on.sent(), 0)
    ),
    Grant("receive", "dynamodb:UpdateItem", TABLE): written,
    Grant("receive", "sqs:SendMessage", "ChunkQueue.Arn"): failed_with_another_route,
    Grant("receive", "sqs:SendMessage", "InboundDeadLetters.Arn"): half_readable("inbound"),
    Grant("receive", "sqs:SendMessage", "ReceiptDeadLetters.Arn"): half_readable("receipts"),
    Grant("tally", "dynamodb:BatchGetItem", TABLE): a_row,
    Grant("tally", "dynamodb:PartiQLInsert", TABLE): a_row,
    Grant("tally", "dynamodb:PartiQLUpdate", TABLE): a_row_after_another,
    Grant("tally", "dynamodb:UpdateItem", TABLE): a_row,
}
"""For each right, what its function cannot do without it."""

READ_TWILIO_SECRET = Grant("fan_out", SECRET, "TwilioSecret")
READ_HTTP_SECRET = Grant("fan_out", SECRET, "HttpSecret")
"""Without these nothing fails: what such a carrier is to send waits."""


@pytest.fixture(scope="module")
def driver(stack: LocalStack) -> Iterator[Driver]:
    lambda_ = stack.client("lambda")
    mappings = [each["UUID"] for each in lambda_.list_event_source_mappings()["EventSourceMappings"]]
    for mapping in mappings:
        lambda_.update_event_source_mapping(UUID=mapping, Enabled=False)
    # One that works is not stopped in the middle.
    time.sleep(2)
    yield Driver(stack)
    for mapping in mappings:
        lambda_.update_event_source_mapping(UUID=mapping, Enabled=True)


def test_every_right_is_tried_or_cannot_be() -> None:
    assert {*CALLS} | {*NOT_TOLD} | {READ_TWILIO_SECRET, READ_HTTP_SECRET} == {*GRANTS}
    assert {*CALLS} & {*NOT_TOLD} == set()


@pytest.mark.parametrize("grant", CALLS, ids=lambda grant: " ".join(grant))
def test_a_function_needs_every_right_that_it_has(driver: Driver, grant: Grant) -> None:
    refused, allowed = CALLS[grant](driver), CALLS[grant](driver)

    with driver.without(grant):
        if grant.action == SECRET:
            driver.start_anew(grant.function)
        with pytest.raises(RuntimeError, match=r"(?i)denied|not authorized|20500|batchItemFailures"):
            driver.call(grant.function, refused)

    driver.call(grant.function, allowed)


def test_what_a_carrier_is_to_send_needs_the_right_to_its_secret(driver: Driver, far_ends: FarEnds) -> None:
    person, sender = "+12065550951", {"address": "+15005550095", "channel": "SMS"}
    client, table = driver.stack.client("dynamodb"), driver.stack.outputs["TableName"]
    admin.add_sender(client, table, driver.account, sender["address"], "SMS", carrier="twilio")
    refused, allowed = (driver.sent({**PHONE, "address": person}, **{"from": sender}) for _ in range(2))

    with driver.without(READ_TWILIO_SECRET):
        driver.start_anew("fan_out")
        driver.call("fan_out", chunk_of(refused))
    assert asked(far_ends, person) == 0

    # A process leaves a carrier alone for a while that was not ready.
    driver.start_anew("fan_out")
    driver.call("fan_out", chunk_of(allowed))
    assert asked(far_ends, person) == 1


def asked(far_ends: FarEnds, person: str) -> int:
    """How many messages to a number have come to Twilio."""
    return [far_ends.twilio.to(each) for each in far_ends.twilio.far_end.requests].count(person)
