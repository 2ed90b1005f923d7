"""`herald doctor`: what is right is green, and each check turns red where something is wrong."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from botocore.exceptions import ConnectTimeoutError

import herald_cli.aws
from herald_cli.commands.doctor import doctor
from herald_cli.doctor import probes, sms, stack
from herald_cli.doctor.deployed import Deployed
from herald_cli.doctor.examination import ALL, Examination
from herald_cli.doctor.findings import Finding, State
from tests.contracts.documents import table
from tests.unit.cli import healthy_aws as aws
from tests.unit.cli.fake_api import Run, refused
from tests.unit.cli.fake_aws import FakeAws, Refusal

OWN: Final = ("AC" + "1" * 32, "the-token-of-the-tests")


def api(request: httpx.Request) -> httpx.Response:
    """An API that answers as Herald does."""
    path, has_credentials = (
        request.url.raw_path.decode().removeprefix("/v1"),
        "Authorization" in request.headers,
    )
    if path == "/openapi.json":
        return httpx.Response(200, json={"openapi": "3.1.0"})
    is_own = request.headers.get("Authorization") == httpx.BasicAuth(*OWN)._auth_header
    if not (has_credentials and is_own):
        answer = refused((20003, "Authenticate", None), status=401)
        answer.headers["WWW-Authenticate"] = 'Basic realm="Herald"'
        return answer
    answer = _known(request, path)
    return httpx.Response(answer.status_code) if request.method == "HEAD" else answer


def _known(request: httpx.Request, path: str) -> httpx.Response:
    if request.method == "DELETE":
        answer = refused((20004, "Method not allowed", None), status=405)
        answer.headers["Allow"] = "GET, HEAD"
        return answer
    if request.method == "POST":
        too_large = len(request.content) > 5_000_000
        return refused((413 if too_large else 400, "no", None), status=413 if too_large else 400)
    if "Seek" in path or path in ("/Nothing", "/Messages/nonsense"):
        return refused((20404, "not found", None), status=404)
    if "05+01" in path:
        return refused((400, "has a space", "$.startDate"))
    return httpx.Response(200, json={"messages": [], "pagination": {"next": None, "self": "token"}})


Answer = Callable[[httpx.Request], httpx.Response]


def findings(
    answers: dict[str, Any] | None = None, answer: Answer = api, own: tuple[str, str] | None = OWN
) -> list[Finding]:
    """What the doctor finds without a canary."""
    examination = Examination(
        Deployed("herald", FakeAws(answers or aws.healthy()).client),
        own=own,
        own_urls=frozenset({aws.URL}),
        transport=httpx.MockTransport(answer),
    )
    return list(examination.findings(with_canary=False))


def states(found: list[Finding], check: str) -> set[State]:
    return {each.state for each in found if each.check == check}


def test_a_stack_in_which_nothing_is_wrong_is_green() -> None:
    found = findings()

    assert [each for each in found if each.state != State.OK] == []
    read = [each.name for each in (*stack.CHECKS, *sms.CHECKS)] + [*probes.PROBES]
    assert [*dict.fromkeys(each.check for each in found)] == read


RED: Final[list[tuple[str, dict[str, Any], State, str]]] = [
    (
        "stack",
        {"DescribeStacks": aws.stack(status="UPDATE_ROLLBACK_FAILED")},
        State.FAILURE,
        "cannot be updated",
    ),
    ("stack", {"DescribeStacks": aws.stack(status="UPDATE_ROLLBACK_COMPLETE")}, State.WARNING, "failed"),
    (
        "stack",
        {"DescribeStacks": aws.stack(outputs={})},
        State.FAILURE,
        "not one of Herald's",
    ),
    (
        "concurrency",
        {"GetAccountSettings": {"AccountLimit": {"UnreservedConcurrentExecutions": 8}}},
        State.FAILURE,
        "nothing is left",
    ),
    (
        "concurrency",
        {"GetAccountSettings": {"AccountLimit": {"UnreservedConcurrentExecutions": 10}}},
        State.WARNING,
        "2 are left",
    ),
    (
        "concurrency",
        {"DescribeStacks": aws.stack(parameters={**aws.PARAMETERS, "ProvisionedPollers": "100"})},
        State.FAILURE,
        "may take 1004 of them",
    ),
    (
        "event-sources",
        {"ListEventSourceMappings": aws.mappings(State="Disabled")},
        State.FAILURE,
        "is Disabled",
    ),
    (
        "event-sources",
        {"ListEventSourceMappings": aws.mappings(EventSourceArn="arn:aws:sqs:us-east-1:123456789012:other")},
        State.FAILURE,
        "does not read",
    ),
    (
        "event-sources",
        {"ListEventSourceMappings": aws.mappings(LastProcessingResult="PROBLEM: Function call failed")},
        State.FAILURE,
        "fails",
    ),
    (
        "event-sources",
        {"DescribeStacks": aws.stack(parameters={**aws.PARAMETERS, "FanOutConcurrency": "9"})},
        State.WARNING,
        "FanOutConcurrency is 9",
    ),
    ("dead-letters", {"GetQueueAttributes": aws.depths(InboundDeadLetters=3)}, State.FAILURE, "3 messages"),
    (
        "ages",
        {"GetQueueAttributes": aws.depths(ChunkQueue=5), "GetMetricStatistics": aws.figure(3100)},
        State.FAILURE,
        "52 minutes",
    ),
    (
        "ages",
        {"GetQueueAttributes": aws.depths(ChunkQueue=5), "GetMetricStatistics": aws.figure(1000)},
        State.WARNING,
        "17 minutes",
    ),
    ("ages", {"GetMetricStatistics": aws.figure(400_000)}, State.FAILURE, "400 seconds behind"),
    ("ages", {"GetMetricStatistics": aws.figure(3, failed=1)}, State.WARNING, "failed on queue messages"),
    ("alarms", {"DescribeAlarms": aws.alarm("ALARM")}, State.FAILURE, "Chunks wait"),
    ("alarms", {"DescribeAlarms": {"MetricAlarms": []}}, State.FAILURE, "was deleted"),
    ("alarm-email", {"ListSubscriptionsByTopic": {"Subscriptions": []}}, State.WARNING, "no address"),
    (
        "alarm-email",
        {"ListSubscriptionsByTopic": aws.subscription("PendingConfirmation")},
        State.WARNING,
        "never confirmed",
    ),
    (
        "ttl",
        {"DescribeTimeToLive": {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}},
        State.FAILURE,
        "for ever",
    ),
    (
        "stream",
        {"DescribeTable": aws.table(StreamSpecification={"StreamEnabled": False})},
        State.FAILURE,
        "no stream",
    ),
    (
        "stream",
        {"DescribeTable": aws.table(LatestStreamArn="x" * 40)},
        State.FAILURE,
        "not the table's newest",
    ),
    (
        "pitr",
        {
            "DescribeContinuousBackups": {
                "ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED"}
            }
        },
        State.FAILURE,
        "cannot be restored",
    ),
    ("encryption", {"DescribeKey": aws.key("PendingDeletion")}, State.FAILURE, "PendingDeletion"),
    (
        "encryption",
        {
            "DescribeTable": aws.table(
                SSEDescription={
                    "Status": "ENABLED",
                    "InaccessibleEncryptionDateTime": datetime(2026, 1, 2, tzinfo=UTC),
                }
            )
        },
        State.FAILURE,
        "cannot be used",
    ),
    ("authorizer", {"GetExport": aws.export(300)}, State.WARNING, "300 seconds"),
    ("authorizer", {"GetExport": aws.export(None)}, State.FAILURE, "no authorizer"),
    (
        "sms-account",
        {"DescribeAccountAttributes": {"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": "SANDBOX"}]}},
        State.WARNING,
        "verified numbers only",
    ),
    ("sms-limits", {"DescribeAccountLimits": aws.limits(used=25)}, State.WARNING, "25 of 25 phone numbers"),
    ("sms-spend", {"DescribeSpendLimits": aws.spend(enforced=1)}, State.WARNING, "1 US dollars"),
    ("sms-spend", {"DescribeSpendLimits": aws.spend(enforced=1, most=1)}, State.WARNING, "1 US dollars"),
    (
        "sms-events",
        {"DescribeConfigurationSets": aws.event_destination("arn:aws:sns:us-east-1:123456789012:other")},
        State.FAILURE,
        "no topic",
    ),
    (
        "sms-events",
        {"DescribeConfigurationSets": aws.event_destination(aws.TOPIC, enabled=False)},
        State.FAILURE,
        "disabled",
    ),
]


@pytest.mark.parametrize(
    ("check", "changes", "state", "says"), RED, ids=[f"{each[0]}: {each[3]}" for each in RED]
)
def test_what_is_wrong_with_the_stack_is_said(check: str, changes: Any, state: State, says: str) -> None:
    found = findings(aws.healthy(**changes))

    wrong = [each for each in found if each.check == check and each.state == state]
    assert wrong, found
    assert any(says in each.what for each in wrong), wrong
    assert all(each.cure for each in wrong)


def test_a_table_that_aws_encrypts_with_a_key_of_its_own_is_green() -> None:
    """Then DescribeTable has no word of it, or says that no key of KMS is used."""
    table = aws.table()
    del table["Table"]["SSEDescription"]

    for each in (table, aws.table(SSEDescription={"Status": "DISABLED"})):
        assert states(findings(aws.healthy(DescribeTable=each)), "encryption") == {State.OK}


def test_every_check_of_the_stack_has_a_case_in_which_it_is_red() -> None:
    assert {each[0] for each in RED} == {each.name for each in (*stack.CHECKS, *sms.CHECKS)}


def _with(change: Callable[[httpx.Request, httpx.Response], httpx.Response]) -> Answer:
    return lambda request: change(request, api(request))


BY_AWS: Final = httpx.Response(403, json={"message": "not a valid key=value pair in Authorization header"})


def _if(wanted: Callable[[httpx.Request], bool], instead: httpx.Response) -> Answer:
    return _with(lambda request, answer: instead if wanted(request) else answer)


RED_PROBES: Final[dict[str, Answer]] = {
    "api-no-credentials": _if(lambda each: "Authorization" not in each.headers, httpx.Response(200, json={})),
    "api-wrong-credentials": _if(
        lambda each: each.url.path == "/v1/Messages", refused((20403, "no", None), status=403)
    ),
    "api-own-credentials": _if(
        lambda each: each.url.path == "/v1/Messages" and "Authorization" in each.headers,
        refused((20003, "Authenticate", None), status=401),
    ),
    "api-cached-credential": _if(
        lambda each: each.url.path == "/v1/Senders", refused((20403, "no", None), status=403)
    ),
    "api-unknown-path": _if(lambda each: each.url.path == "/v1/Nothing", BY_AWS),
    "api-wrong-method": _if(lambda each: each.method == "DELETE", BY_AWS),
    "api-escapes": _if(lambda each: "%2F" in str(each.url), httpx.Response(400, text="Bad Request")),
    "api-body-5mb": _if(lambda each: 5_100_000 < len(each.content) < 6_000_000, httpx.Response(502, json={})),
    "api-body-7mb": _if(lambda each: len(each.content) > 6_000_000, httpx.Response(500, json={})),
    "api-head": _if(lambda each: each.method == "HEAD", BY_AWS),
    "api-gzip": _if(lambda each: "Content-Encoding" in each.headers, httpx.Response(500, json={})),
}


def test_every_probe_has_a_case_in_which_it_is_red() -> None:
    assert RED_PROBES.keys() == probes.PROBES.keys()


@pytest.mark.parametrize("check", RED_PROBES)
def test_an_api_that_answers_otherwise_is_said(check: str) -> None:
    found = findings(answer=RED_PROBES[check])

    assert states(found, check) == {State.FAILURE}
    [finding] = [each for each in found if each.check == check]
    assert " in place of " in finding.what or "no error of Herald's" in finding.what
    assert finding.cure


def test_an_api_that_is_not_there_is_said() -> None:
    def gone(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("no connection", request=request)

    found = findings(answer=gone)

    assert {each.state for each in found if each.check.startswith("api-")} == {State.FAILURE}


def test_an_api_that_asks_to_come_back_is_a_warning() -> None:
    busy = _if(
        lambda each: each.url.path.startswith("/v1/Messages/Op"), refused((20429, "l", None), status=429)
    )
    assert states(findings(answer=busy), "api-cached-credential") == {State.WARNING}


def test_without_credentials_of_the_stack_the_rest_is_asked() -> None:
    found = findings(own=None)

    assert states(found, "api-no-credentials") == {State.OK}
    assert states(found, "api-head") == {State.UNCHECKED}


def test_credentials_that_are_refused_are_one_failure_and_not_one_of_each_check() -> None:
    found = findings(own=(OWN[0], "a-token-of-before-the-rotation"))

    probed = [each for each in found if each.check.startswith("api-")]
    assert [each.check for each in probed if each.state is State.FAILURE] == ["api-own-credentials"]
    assert states(found, "api-head") == {State.UNCHECKED}
    assert states(found, "api-no-credentials") == {State.OK}


def test_credentials_of_another_stack_are_not_sent_to_this_one() -> None:
    asked: list[httpx.Request] = []

    def remember(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return api(request)

    examination = Examination(
        Deployed("herald", FakeAws(aws.healthy()).client),
        own=OWN,
        own_urls=frozenset({"https://other.example/v1"}),
        transport=httpx.MockTransport(remember),
    )
    list(examination.findings(with_canary=False))

    own = httpx.BasicAuth(*OWN)._auth_header
    assert asked
    assert [each for each in asked if each.headers.get("Authorization") == own] == []


# ------------------------------------------------------------------- what cannot be checked


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Refusal("AccessDeniedException"), "may not call"),
        (Refusal("UnknownOperationException"), "is refused"),
        (ConnectTimeoutError(endpoint_url="https://lambda"), "no answer from AWS"),
    ],
    ids=["rights", "an emulator", "no network"],
)
def test_what_aws_does_not_tell_is_not_green(answer: Any, says: str) -> None:
    found = findings(aws.healthy(GetAccountSettings=answer))

    assert states(found, "concurrency") == {State.UNCHECKED}
    [finding] = [each for each in found if each.check == "concurrency"]
    assert says in finding.what
    # The others are made all the same.
    assert states(found, "ttl") == {State.OK}


def test_what_is_gone_is_a_failure() -> None:
    found = findings(aws.healthy(DescribeTimeToLive=Refusal("ResourceNotFoundException")))

    assert states(found, "ttl") == {State.FAILURE}


def test_a_stack_that_cannot_be_read_is_said_once_and_asked_once() -> None:
    fake = FakeAws(aws.healthy(DescribeStacks=Refusal("AccessDenied")))
    found = list(Examination(Deployed("herald", fake.client)).findings(with_canary=True))

    assert {each.state for each in found} == {State.UNCHECKED}
    assert {each.check for each in found} == {each.name for each in ALL if not each.name.startswith("sms-")}
    assert len(fake.asked) == 1


def test_a_stack_that_is_not_there_is_a_failure() -> None:
    found = findings(aws.healthy(DescribeStacks=Refusal("ValidationError")))

    assert found[0].state == State.FAILURE
    assert "--stack-name" in found[0].cure


def test_the_time_of_all_checks_is_bounded() -> None:
    seconds = iter(range(0, 10_000, 40))
    examination = Examination(Deployed("herald", FakeAws(aws.healthy()).client), clock=lambda: next(seconds))

    found = list(examination.findings(with_canary=False))

    assert [each.state for each in found[:2]] == [State.OK, State.OK]
    assert {each.state for each in found[3:]} == {State.UNCHECKED}


# ------------------------------------------------------------------------- the command


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What AWS answers to the command."""
    answers = aws.healthy()
    monkeypatch.setattr(herald_cli.aws, "bounded_client", lambda service, _: FakeAws(answers).client(service))
    return answers


def test_the_exit_code_is_that_of_the_worst(run: Run, api: Any, cloud: dict[str, Any]) -> None:
    for route in ("/v1/Messages", "/v1/Nothing", "/v1/openapi.json"):
        api.answer(f"GET {route}", httpx.ConnectTimeout("no"))

    assert run("doctor").exit_code == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"ListSubscriptionsByTopic": {"Subscriptions": []}}, 6),
        ({"DescribeKey": aws.key("Disabled")}, 1),
        ({"GetAccountSettings": Refusal("AccessDeniedException")}, 0),
        ({"DescribeStacks": Refusal("AccessDenied")}, 4),
    ],
    ids=["ok", "warning", "failure", "unchecked", "unreadable"],
)
def test_exit_codes(
    run: Run, cloud: dict[str, Any], monkeypatch: pytest.MonkeyPatch, changes: Any, code: int
) -> None:
    monkeypatch.setattr("herald_cli.doctor.probes.PROBES", {})
    monkeypatch.setattr("herald_cli.doctor.probes.CHECKS", ())
    cloud.update(changes)

    result = run("doctor", "--json")

    assert result.exit_code == code, result.output
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert {*lines[0]} == {"check", "state", "what", "cure"}


def test_no_output_has_secrets_numbers_or_account_ids(
    run: Run, tmp_path: Path, cloud: dict[str, Any]
) -> None:
    cloud["GetAccountSettings"] = Refusal("Odd arn:aws:lambda:us-east-1:123456789012:x +12065550123")

    result = run("doctor", "--record", "seen.jsonl")

    for text in (result.output, Path("seen.jsonl").read_text()):
        assert "123456789012" not in text
        assert "+12065550123" not in text
        assert "token" not in text.replace("<token>", "")


def test_the_pages_and_the_help_name_every_check() -> None:
    names = [each.name for each in ALL]
    columns = ("Check", "What it looks at", "A failure (or warning) means")
    rows = [row["Check"].strip("`") for row in table("docs/operations.md", *columns)]

    assert len({*names}) == len(names)
    assert rows == names
    listed = re.findall(
        r"[a-z0-9-]+", (doctor.epilog or "").replace("The stack", "").replace("With --canary", "")
    )
    assert [word for word in listed if word in names] == names
