"""What `herald doctor --canary` writes: rows to try the table on, and an account that sends."""

from collections.abc import Callable
from typing import Any, Final

import httpx
import pytest

from herald.operator import accounts, credentials
from herald.store import Table, keys
from herald_cli.client import Herald
from herald_cli.doctor import canary, statements
from herald_cli.doctor.canary import SUMS, Canary
from herald_cli.doctor.deployed import Deployed
from herald_cli.doctor.examination import Examination
from herald_cli.doctor.findings import Check, Finding, State, examine
from herald_cli.doctor.statements import Rows
from tests.sim.aws import SimulatedAws
from tests.unit.cli.fake_api import (
    FakeApi,
    FakeClock,
    a_message,
    accepted,
    an_error,
    an_operation,
    refused,
    some_stats,
)
from tests.unit.cli.fake_aws import FakeAws, Refusal
from tests.unit.cli.healthy_aws import healthy
from tests.unit.cli.names import SECRET
from tests.world import World

ARN: Final = "arn:aws:dynamodb:us-east-1:123456789012:table/herald/stream/1"


class Streams:
    """The stream of the simulated table, as one shard."""

    def __init__(self, aws: SimulatedAws) -> None:
        self._aws = aws

    def describe_stream(self, **_: Any) -> Any:
        return {"StreamDescription": {"Shards": [{"ShardId": "1", "SequenceNumberRange": {}}]}}

    def get_shard_iterator(self, **_: Any) -> Any:
        self._aws.records()
        return {"ShardIterator": "1"}

    def get_records(self, **_: Any) -> Any:
        return {"Records": self._aws.records(), "NextShardIterator": "1"}


class Dynamo:
    """The simulated table as a client, whose answers a test may change."""

    def __init__(self, aws: SimulatedAws, **instead: Callable[[Any], Any]) -> None:
        self._client, self._instead = aws.client("dynamodb"), instead

    def describe_table(self, **_: Any) -> Any:
        return {"Table": {"LatestStreamArn": ARN}}

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if change := self._instead.get(name):
            return lambda **request: change(call(**request))
        return call


@pytest.fixture
def simulated(world: World) -> SimulatedAws:
    assert SimulatedAws.current
    return SimulatedAws.current


def rows_of(aws: SimulatedAws, streams: Any = None, **instead: Callable[[Any], Any]) -> Rows:
    found = streams or Streams(aws)
    clock = FakeClock()
    return Rows(Dynamo(aws, **instead), lambda: found, "herald", clock=clock, sleep=clock.sleep)


def found(check: str, rows: Rows) -> list[Finding]:
    checks = [each for each in statements.CHECKS if each.name == check]
    return list(examine(checks, rows, lambda: True))


@pytest.mark.simulated
def test_a_table_as_dynamodb_is_green_and_left_as_it_was(simulated: SimulatedAws) -> None:
    before = simulated.items()
    rows = rows_of(simulated)

    findings = list(examine(statements.CHECKS, rows, lambda: True))
    while_it_runs = [each for each in simulated.items() if each not in before]
    rows.clean_up()

    assert [each for each in findings if each.state != State.OK] == []
    assert len(findings) == len(statements.CHECKS)
    # What a doctor that dies leaves is deleted by the table.
    assert while_it_runs
    assert all(each["pk"] == {"S": "DOCTOR"} and "expiresAt" in each for each in while_it_runs)
    assert simulated.items() == before


def _codes(code: str) -> Callable[[Any], Any]:
    """Every refusal has this code, and tells no item."""

    def change(answer: Any) -> Any:
        return {
            "Responses": [
                {"Error": {"Code": code}} if "Error" in each else each for each in answer["Responses"]
            ]
        }

    return change


def _always_done(answer: Any) -> Any:
    return {"Responses": [{} for _ in answer["Responses"]]}


def _always_refused(answer: Any) -> Any:
    return {"Responses": [{"Error": {"Code": "ValidationError"}} for _ in answer["Responses"]]}


class Silent(Streams):
    def get_records(self, **_: Any) -> Any:
        return {"Records": [], "NextShardIterator": "1"}


class Halves(Streams):
    """Records without the image before."""

    def get_records(self, **_: Any) -> Any:
        page = super().get_records()
        for record in page["Records"]:
            record["dynamodb"].pop("OldImage", None)
        return page


RED: Final[list[tuple[str, dict[str, Any]]]] = [
    ("table-insert", {"batch_execute_statement": _always_done}),
    ("table-insert", {"batch_execute_statement": _codes("ConditionalCheckFailed")}),
    ("table-condition", {"batch_execute_statement": _codes("ConditionalCheckFailed")}),
    ("table-condition", {"batch_execute_statement": _always_done}),
    ("table-or", {"update_item": lambda _: {"Attributes": {}}}),
    ("table-remove", {"batch_execute_statement": _always_refused}),
    ("table-stream", {"streams": Silent}),
    ("table-stream", {"streams": Halves}),
]


@pytest.mark.simulated
@pytest.mark.parametrize(
    ("check", "instead"), RED, ids=[f"{name} {number}" for number, (name, _) in enumerate(RED)]
)
def test_a_table_that_answers_otherwise_is_said(
    simulated: SimulatedAws, check: str, instead: dict[str, Any]
) -> None:
    if check == "table-or":
        # No lease is ever refused: the row is as if it had none.
        rows = rows_of(simulated, update_item=lambda answer: answer)
        rows.table.write = lambda *_, **__: {}  # type: ignore[method-assign]
    else:
        streams = instead.pop("streams", Streams)(simulated)
        rows = rows_of(simulated, streams, **instead)

    [finding] = found(check, rows)

    assert finding.state == State.FAILURE
    assert " in place of " in finding.what
    assert finding.cure


def test_every_check_that_writes_has_a_case_in_which_it_is_red() -> None:
    assert {check for check, _ in RED} == {each.name for each in statements.CHECKS}
    assert {check for check, _, _ in RED_CANARY} | {"canary-cleanup"} == {each.name for each in canary.CHECKS}


# ---------------------------------------------------------------------------- the canary


class Sending:
    """An API that takes the operations of a canary; `stats` are their sums, in their order."""

    def __init__(self, api: FakeApi, *stats: dict[str, int], listed: int = 299, errors: int = 3) -> None:
        self.api, self.ids = (
            api,
            [f"comms_operation_01h9krwprkeee8fzqspvwy6n{number:02}" for number in range(9)],
        )
        self._by_key: dict[str, str] = {}
        api.answer("POST /v1/Messages", self._accept)
        for number, each in enumerate(self.ids):
            sums = stats[min(number, len(stats) - 1)]
            operation = an_operation("CANCELED" if sums.get("canceled") else "COMPLETED", each)
            shown = {**operation, "stats": {**some_stats(), **sums}}
            api.answer(f"GET /v1/Messages/Operations/{each}", httpx.Response(200, json=shown))
            for action in ("Cancel", "Pause", "Resume"):
                done = {"resourceId": each, "resourceLocation": f"https://api.test/v1/{each}"}
                api.answer(f"POST /v1/Messages/Operations/{each}/{action}", httpx.Response(202, json=done))
            page = {"errors": [an_error()] * errors, "pagination": {"next": None, "self": "x"}}
            api.answer(f"GET /v1/Messages/Operations/{each}/Errors", httpx.Response(200, json=page))
        page = {
            "messages": [a_message(n) for n in range(listed)],
            "pagination": {"next": None, "self": "x"},
        }
        api.answer("GET /v1/Messages", httpx.Response(200, json=page))

    def _accept(self, request: httpx.Request) -> httpx.Response:
        key = request.headers["Idempotency-Key"]
        self._by_key.setdefault(key, self.ids[len(self._by_key)])
        return accepted(self._by_key[key])


class Forgets(Sending):
    """Takes every request for a new one."""

    def _accept(self, request: httpx.Request) -> httpx.Response:
        request.headers["Idempotency-Key"] = str(len(self._by_key))
        return super()._accept(request)


FEW: Final = {"total": 10, "recipients": 10, "attempts": 10, "delivered": 10}
CANCELED: Final = {"total": 10, "recipients": 10, "canceled": 10}


@pytest.fixture
def made(world: World, api: FakeApi, clock: FakeClock) -> Canary:
    assert SimulatedAws.current
    client = SimulatedAws.current.client("dynamodb")

    def connect(url: str, sid: str, token: str) -> Herald:
        return Herald(url, sid, token, transport=api.transport, sleep=clock.sleep)

    canary = Canary(
        client,
        "herald",
        SECRET,
        "https://api.test/v1",
        patience=20,
        clock=clock,
        sleep=clock.sleep,
        connect=connect,
    )
    canary.make()
    return canary


def run(made: Canary, check: str) -> list[Finding]:
    checks: list[Check[Canary]] = [each for each in canary.CHECKS if each.name == check]
    return list(examine(checks, made, lambda: True))


@pytest.mark.simulated
def test_the_account_is_a_sandboxs_and_leaves_nothing(
    made: Canary, simulated: SimulatedAws, api: FakeApi
) -> None:
    credential = credentials.get(Table(simulated.client("dynamodb"), "herald"), made.account_sid)
    Sending(api, SUMS)

    [sent], [cleaned] = run(made, "canary-send"), run(made, "canary-cleanup")

    assert credential is not None
    assert credential.account == made.account_sid
    assert (sent.state, cleaned.state) == (State.OK, State.OK)
    assert made.account_sid not in str(simulated.items())
    assert [each for each in simulated.items() if each["pk"] == {"S": "DOCTOR"}] == []
    assert {each["address"] for each in api.bodies[0]["to"]} == {
        each["address"] for each in canary.recipients()
    }
    assert all(each["address"].startswith("+1500555") for each in api.bodies[0]["to"])


RED_CANARY: Final[list[tuple[str, Callable[[FakeApi], Any], str]]] = [
    (
        "canary-send",
        lambda api: Sending(api, {**SUMS, "delivered": 293, "sent": 1}),
        "delivered is 293, not 294",
    ),
    (
        "canary-send",
        lambda api: Sending(api, {**SUMS, "delivered": 293}),
        "299 recipients are counted of 300",
    ),
    ("canary-send", lambda api: Sending(api, SUMS, listed=298), "298 messages"),
    ("canary-send", lambda api: Sending(api, SUMS, errors=2), "2 errors"),
    ("canary-send", lambda api: Forgets(api, SUMS), "became two operations"),
    (
        "canary-send",
        lambda api: api.answer("POST /v1/Messages", refused((400, "no", None))),
        "refuses the canary",
    ),
    ("canary-schedule", lambda api: Sending(api, FEW), "paused operation were sent"),
    (
        "canary-schedule",
        lambda api: Sending(api, {"total": 10, "recipients": 10, "scheduled": 10}),
        "delivered is 0, not 10",
    ),
    ("canary-cancel", lambda api: Sending(api, FEW), "canceled is 0, not 10"),
]


@pytest.mark.simulated
@pytest.mark.parametrize(("check", "sending", "says"), RED_CANARY, ids=[each[2] for each in RED_CANARY])
def test_a_sum_that_is_wrong_is_said_and_the_rows_stay(
    made: Canary,
    simulated: SimulatedAws,
    api: FakeApi,
    check: str,
    sending: Callable[[FakeApi], Any],
    says: str,
) -> None:
    sending(api)

    findings, [cleaned] = run(made, check), run(made, "canary-cleanup")

    assert {each.state for each in findings} == {State.FAILURE}
    assert says in findings[0].what
    assert cleaned.state == State.WARNING
    table = Table(simulated.client("dynamodb"), "herald")
    # To be looked at, but not by a request.
    assert accounts.exists(table, made.account_sid)
    assert table.get(keys.credential(made.account_sid)) is None


@pytest.mark.simulated
def test_what_a_canary_left_is_deleted_by_a_later_one(
    made: Canary, simulated: SimulatedAws, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(simulated.client("dynamodb"), "herald")
    first = made.account_sid
    table.update_fields(keys.doctor(first), {"createdAt": "2026-01-01T00:00:00+00:00"})

    made.make()

    assert made.account_sid != first
    assert first not in str(simulated.items())
    # One that is at work is left alone.
    second = made.account_sid
    made.make()
    assert second in str(simulated.items())


@pytest.mark.simulated
def test_a_cancel_that_is_right_is_green(made: Canary, api: FakeApi) -> None:
    Sending(api, CANCELED)

    assert [each.state for each in run(made, "canary-cancel")] == [State.OK]


def test_a_table_that_may_not_be_written_is_said() -> None:
    def client(service: str) -> Any:
        answers = healthy(
            GetSecretValue={
                "ARN": "arn:aws:secretsmanager:us-east-1:1:x",
                "Name": "key",
                "SecretString": SECRET,
            },
            Query={"Items": [], "Count": 0},
            TransactWriteItems=Refusal("AccessDeniedException"),
        )
        return FakeAws(answers).client(service)

    examination = Examination(Deployed("herald", client), transport=FakeApi().transport)
    states = {each.check: each.state for each in examination.findings(with_canary=True)}

    assert states["canary-send"] == State.FAILURE
    assert states["table-insert"] == states["api-head"] == State.UNCHECKED
