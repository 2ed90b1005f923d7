"""Idempotency-Key: the same request is one operation, however often and whatever dies."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from herald import runtime
from herald.model import problems
from herald.sending.once import LEASE_SECONDS
from herald.store.idempotency import KEPT_SECONDS
from tests.sim import Died, Faults, When
from tests.sim.aws import SimulatedAws
from tests.world import REGION, Response, World, http_event, invoke

KEY = "order-4711"
WHENS: tuple[When, ...] = ("before", "after")
TRIES = 5  # of the SDK, for each call
# The calls to the table that a request with a key makes when nothing goes wrong.
ASKED, FIND, SETTINGS, SENDERS, CLAIM, CHUNKS, COMMIT, ANSWERED = range(8)
CALLS = ANSWERED + 1


def body(text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"to": [{"address": "+12065550100", "channel": "PHONE"}], "content": {"text": text}, **more}


@dataclass
class Service:
    """Herald at a time that tests make pass."""

    world: World
    now: datetime = datetime(2026, 11, 1, 12, tzinfo=UTC)

    def post(self, sent: object = None, *, key: str | None = KEY, account: str = "") -> Response:
        headers = {} if key is None else {"Idempotency-Key": key}
        return self.world.post("/Messages", sent or body(), account=account, headers=headers)

    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def operations(self) -> list[str]:
        items = [item for item in self.world.items() if item["sk"]["S"] == "OPERATION"]
        return sorted(item["id"]["S"] for item in items)

    def records(self) -> list[Any]:
        return [item for item in self.world.items() if item["sk"]["S"] == "IDEMPOTENCY"]

    def start_anew(self) -> None:
        """An empty table, and functions that were not called yet."""
        self.world.clear()
        self.world.account, _ = self.world.new_account()


@pytest.fixture
def service(world: World, aws: pytest.MonkeyPatch) -> Service:
    service = Service(world)
    aws.setattr(runtime, "_now", lambda: service.now)
    runtime.reset()
    return service


def accepted(answer: Response, *, replayed: bool = False) -> str:
    """The operation of a 202 that is, or is not, that of an earlier request."""
    assert answer.status == 202, answer.body
    assert answer.headers.get("Idempotency-Replayed") == ("true" if replayed else None)
    return str(answer.body["operationId"])


def refusal(answer: Response) -> tuple[int, int, str | None]:
    """Status and code of an error, and after how many seconds to come again."""
    [error] = answer.body["errors"]
    return answer.status, error["code"], answer.headers.get("Retry-After")


IN_USE = (409, problems.KEY_IN_USE.code, "3")
REUSED = (409, problems.KEY_REUSED.code, None)

# ---------------------------------------------------------------------- the promise


def test_the_same_request_again_has_the_same_answer(service: Service) -> None:
    first = service.post()
    service.wait(60)
    second = service.post()

    accepted(first)
    accepted(second, replayed=True)
    assert second.body == first.body
    del second.headers["Idempotency-Replayed"]
    assert second.headers == first.headers
    assert service.operations() == [first.body["operationId"]]


@pytest.mark.parametrize(
    "same",
    [
        json.dumps(dict(reversed(body(tags={"a": "1", "b": "2"}).items())), indent=1),
        body(tags={"b": "2", "a": "1"}),
        body(tags={"a": "1", "b": "2"}, unknown="ignored"),
        {**body(tags={"a": "1", "b": "2"}), "content": {"text": "Hello", "media": []}},
    ],
)
def test_a_request_that_means_the_same_is_the_same(service: Service, same: object) -> None:
    first = accepted(service.post(body(tags={"a": "1", "b": "2"})))

    assert accepted(service.post(same), replayed=True) == first


@pytest.mark.parametrize(
    "other",
    [
        body("Good bye"),
        body(tags={"a": "1"}),
        {**body(), "to": body()["to"] * 2},
        {**body(), "to": [{"address": "+12065550101", "channel": "PHONE"}]},
    ],
)
def test_a_key_is_of_one_request(service: Service, other: object) -> None:
    first = accepted(service.post())

    assert refusal(service.post(other)) == REUSED
    assert accepted(service.post(), replayed=True) == first
    assert service.operations() == [first]


def test_a_key_is_of_one_account(service: Service) -> None:
    other, _ = service.world.new_account()

    first, second = accepted(service.post()), accepted(service.post(account=other))

    assert service.operations() == sorted([first, second])


def test_without_a_key_every_request_is_another(service: Service) -> None:
    first, second = accepted(service.post(key=None)), accepted(service.post(key=None))

    assert service.operations() == sorted([first, second])
    assert service.records() == []


def test_a_key_is_kept_for_a_day_and_no_longer(service: Service) -> None:
    first = accepted(service.post())
    service.wait(KEPT_SECONDS - 1)
    assert accepted(service.post(), replayed=True) == first

    # The record is still there: the table deletes what has expired some time later.
    service.wait(1)
    second = accepted(service.post(body("Another")))

    assert service.operations() == sorted([first, second])
    assert refusal(service.post()) == REUSED


def test_what_has_changed_since_changes_no_answer(service: Service) -> None:
    at = (service.now + timedelta(days=29)).isoformat()
    sender = service.world.senders()[0]
    request = {**body(schedule={"sendAt": [at]}), "from": {"senderId": sender.sender_id}}
    first = accepted(service.post(request))

    status = {"status": "DEACTIVATED"}
    assert service.world.patch(f"/Senders/{sender.sender_id}", status).status == 202

    assert accepted(service.post(request), replayed=True) == first
    assert service.post(request, key="another").status == 400


# ---------------------------------------------------------------------- bad requests


@pytest.mark.parametrize("key", ["", " ", "two words", "nä", "tab\t", "x" * 256, "\x7f"])
def test_a_key_that_is_none_is_told_with_everything_else(service: Service, key: str) -> None:
    answer = service.post({"to": [], "content": {"text": "Hello"}}, key=key)
    alone = service.post(key=key)

    assert [each["context"] for each in answer.body["errors"]] == ["$.Idempotency-Key", "$.to"]
    assert refusal(alone) == (400, 400, None)
    assert "Idempotency-Key" in alone.body["errors"][0]["message"]
    assert service.operations() == service.records() == []


@pytest.mark.parametrize("key", ["x" * 255, "!", "~", "a#b", '"8e03978e-40d5-43dd-bc93-6894a57f9324"'])
def test_any_visible_ascii_is_a_key(service: Service, key: str) -> None:
    first = accepted(service.post(key=key))

    assert accepted(service.post(key=key), replayed=True) == first


def test_two_keys_are_none(service: Service) -> None:
    event = http_event("POST", "/Messages", service.world.account, body=json.dumps(body()))
    event["multiValueHeaders"]["idempotency-key"] = ["a", "b"]

    answer = invoke("accept", event)

    assert answer["statusCode"] == 400
    assert "given once" in answer["body"]


def test_the_name_of_the_header_is_in_any_case(service: Service) -> None:
    for replayed in (False, True):
        answer = service.world.post("/Messages", body(), headers={"IDEMPOTENCY-key": KEY})
        accepted(answer, replayed=replayed)


@pytest.mark.parametrize(
    "wrong",
    [
        body(""),
        {**body(), "from": {"address": "+12065550199", "channel": "SMS"}},
        body(schedule={"sendAt": ["2027-11-01T12:00:00Z"]}),
    ],
)
def test_who_is_refused_has_used_no_key(service: Service, wrong: object) -> None:
    assert service.post(wrong).status == 400
    assert service.records() == []

    accepted(service.post())


# ------------------------------------------------------------------- what is written


def test_a_record_tells_nothing_of_its_request(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    service.post(key="one")
    service.post(key="two")

    one, two = service.records()
    assert one.keys() == {"pk", "sk", "operationId", "requestHash", "expiresAt"}
    assert len(one["requestHash"]["S"]) == 64
    # Not even that the two are alike.
    assert one["requestHash"] != two["requestHash"]
    written = capsys.readouterr()
    assert "IDEMPOTENCY" not in written.out + written.err


def test_a_request_without_a_key_makes_no_call_more(service: Service) -> None:
    calls = calls_of(service)
    service.post(key=None)
    without, calls.names = calls.names, []

    service.post()

    # The account's settings and its senders, the chunks, the operation; around them the audit log.
    assert without == ["PutItem", "BatchGetItem", "Query", "BatchWriteItem", "PutItem", "UpdateItem"]
    assert calls.names == [
        *("PutItem", "GetSecretValue", "GetItem", "BatchGetItem", "Query"),
        *("UpdateItem", "BatchWriteItem", "TransactWriteItems", "UpdateItem"),
    ]
    calls.names = []
    service.post()
    assert calls.names == ["PutItem", "GetItem", "UpdateItem"]


# ---------------------------------------------------- crashes, lost answers and races

Action = Callable[[], object]


@dataclass
class Process:
    """A request under way: what happens before and after its calls, counted from 0."""

    actions: dict[tuple[int, When], Action] = field(default_factory=dict)
    calls: int = 0
    dead: bool = False


class Calls:
    """The calls of processes that may be begun in the middle of each other's."""

    def __init__(self, aws: object) -> None:
        self.names: list[str] = []
        self._running: list[Process] = []
        if isinstance(aws, SimulatedAws):
            aws.making = self._made
        else:
            session = boto3.DEFAULT_SESSION
            assert session
            session.events.register_first("before-send", lambda **_: self._before())
            session.events.register_last("before-send", lambda **_: self._after())
            session.events.register("provide-client-params.*.*", lambda model, **_: self._note(model.name))
        runtime.reset()

    def run(self, process: Process, request: Callable[[], Response]) -> Response | None:
        """The answer, unless the process dies."""
        self._running.append(process)
        try:
            return request()
        except Died:
            return None
        finally:
            self._running.remove(process)

    def _made(self, operation: str, call: Callable[[], Any]) -> Any:
        """A call as the SDK makes it: once more when its answer is lost."""
        self._note(operation)
        for _ in range(TRIES):
            answer: Any = None
            refused: ClientError | None = None
            try:
                self._before()
                try:
                    answer = call()
                except ClientError as error:
                    refused = error
                self._after()
            except ReadTimeoutError:
                continue
            if refused:
                raise refused
            return answer
        raise ReadTimeoutError(endpoint_url="here")

    def _note(self, operation: str) -> None:
        self.names.append(operation)

    def _before(self) -> Any:
        if not self._running:
            return None
        process = self._running[-1]
        if process.dead:
            raise Died
        number, process.calls = process.calls, process.calls + 1
        return self._act(process, number, "before")

    def _after(self) -> None:
        if self._running:
            self._act(self._running[-1], self._running[-1].calls - 1, "after")

    def _act(self, process: Process, number: int, when: When) -> Any:
        action = process.actions.pop((number, when), None)
        return action() if action else None


def calls_of(service: Service) -> Calls:
    """The calls that the service makes from now on."""
    return Calls(service.world.aws)


@contextmanager
def without_pauses(aws: pytest.MonkeyPatch) -> Iterator[None]:
    with aws.context() as patch:
        patch.setattr("time.sleep", lambda seconds: None)
        yield


def dying(call: int, when: When) -> Process:
    process = Process()

    def die() -> None:
        process.dead = True
        raise Died

    process.actions[call, when] = die
    return process


def meeting(
    calls: Calls, at: tuple[int, When], first: Callable[[], Response], second: Callable[[], Response]
) -> tuple[Response, list[Response]]:
    """The answers to a request, and to one that is made in the middle of it."""
    inside: list[Response | None] = []
    answer = calls.run(Process({at: lambda: inside.append(calls.run(Process(), second))}), first)
    assert answer
    return answer, [each for each in inside if each]


@pytest.mark.simulated
def test_a_request_may_die_at_any_call(service: Service, faults: Faults) -> None:
    """Sent again at once, and again when the key is free: one operation, and the same answer."""
    calls, outcomes = calls_of(service), []
    for call, when in product(range(CALLS + 1), WHENS):
        service.start_anew()
        service.post(body("of another"), key="other")  # fetches the secret
        died = calls.run(dying(call, when), service.post) is None
        committed = len(service.operations()) == 2

        at_once = service.post()
        service.wait(LEASE_SECONDS)
        later = service.post()
        again = service.post()

        assert len(service.operations()) == 2
        operation = accepted(again, replayed=True)
        if committed:
            outcomes.append("committed")
            assert accepted(at_once, replayed=True) == accepted(later, replayed=True) == operation
        elif at_once.status == 409:
            outcomes.append("held")
            assert refusal(at_once) == IN_USE
            assert accepted(later) == operation
        else:
            outcomes.append("nothing")
            assert accepted(at_once) == accepted(later, replayed=True) == operation
        assert died == (call < CALLS)

    assert outcomes == ["nothing"] * (2 * CLAIM + 1) + ["held"] * 2 * (COMMIT - CLAIM) + ["committed"] * 5


@pytest.mark.simulated
def test_who_takes_over_may_die_at_any_call_too(service: Service, faults: Faults) -> None:
    calls = calls_of(service)
    for call, when in product(range(2 * CALLS), WHENS):
        service.start_anew()
        calls.run(dying(CHUNKS, "after"), service.post)
        service.wait(LEASE_SECONDS)
        died = calls.run(dying(call, when), service.post) is None
        service.wait(LEASE_SECONDS)

        operation = service.post()

        assert service.operations() == [operation.body["operationId"]]
        if not died:
            break
    assert (call, died) == (CALLS, False)


@pytest.mark.simulated
def test_the_same_request_may_come_at_any_moment_of_the_first(service: Service, faults: Faults) -> None:
    """The request that holds the key wins; no client is told of two operations."""
    calls, seconds = calls_of(service), []
    for call, when in product(range(CALLS + 1), WHENS):
        service.start_anew()
        first, inside = meeting(calls, (call, when), service.post, service.post)

        [operation] = service.operations()
        answers = [first, *inside]
        assert {each.body["operationId"] for each in answers if each.status == 202} == {operation}
        assert all(refusal(each) == IN_USE for each in answers if each.status != 202)
        assert sum("Idempotency-Replayed" not in each.headers for each in answers if each.status == 202) == 1
        seconds += [each.status for each in inside]
        assert accepted(service.post(), replayed=True) == operation

    assert set(seconds) == {202, 409}


@pytest.mark.simulated
def test_another_request_may_come_at_any_moment_of_the_first(service: Service, faults: Faults) -> None:
    calls = calls_of(service)
    for call, when in product(range(CALLS + 1), WHENS):
        service.start_anew()
        first, inside = meeting(calls, (call, when), service.post, lambda: service.post(body("Other")))

        answers = [first, *inside]
        assert len(service.operations()) == 1
        assert len([each for each in answers if each.status == 202]) == 1
        assert all(refusal(each) == REUSED for each in answers if each.status != 202)


@pytest.mark.simulated
@pytest.mark.parametrize("other", [body(), body("Other")], ids=["the same", "another"])
def test_a_request_that_sleeps_through_its_lease_promises_nothing(
    service: Service, faults: Faults, other: Any
) -> None:
    """At any of its calls; and who takes over dies at any of its own, or lives."""
    calls, answers = calls_of(service), set()

    def takes_over(death: tuple[int, When]) -> None:
        service.wait(LEASE_SECONDS)
        calls.run(dying(*death), lambda: service.post(other))

    for call, death in product(range(CALLS + 1), [*product(range(CALLS + 1), WHENS)]):
        service.start_anew()
        first = calls.run(Process({(call, "before"): partial(takes_over, death)}), service.post)

        assert first
        answers.add((first.body.get("operationId") and "accepted") or refusal(first)[1])
        committed = service.operations()
        assert len(committed) <= 1
        if first.status == 202:
            assert committed == [first.body["operationId"]]
        # The operation of either is there for good; and without one, the key is free.
        service.wait(LEASE_SECONDS)
        again = [service.post(), service.post(other)]
        assert len(service.operations()) == 1
        assert [each.body["operationId"] for each in again if each.status == 202] == (
            service.operations() * (2 if other == body() else 1)
        )

    refused = {problems.KEY_IN_USE.code} if other == body() else {problems.KEY_REUSED.code}
    assert answers == {"accepted"} | refused


def test_the_answer_to_any_call_may_be_lost(
    service: Service, faults: Faults, aws: pytest.MonkeyPatch
) -> None:
    """moto does the repeated call again, as AWS does once it has forgotten the token."""
    calls = calls_of(service)
    for call in range(CALLS + 1):
        service.start_anew()
        with without_pauses(aws):
            first = calls.run(Process({(call, "after"): lose}), service.post)

        assert first
        assert service.operations() == [accepted(first)]
        assert accepted(service.post(), replayed=True) == accepted(first)


def test_all_answers_to_the_commit_may_be_lost(
    service: Service, faults: Faults, aws: pytest.MonkeyPatch
) -> None:
    calls = calls_of(service)
    service.start_anew()
    service.post(key="other")
    with without_pauses(aws):
        first = calls.run(Process({(COMMIT + tried, "after"): lose for tried in range(TRIES)}), service.post)

    assert first
    assert accepted(first) in service.operations()
    assert accepted(service.post(), replayed=True) == accepted(first)


@pytest.mark.parametrize(("lost", "when"), [(False, "before"), (True, "before"), (True, "after")])
def test_who_is_told_to_come_again_may_come_at_once(
    service: Service, faults: Faults, aws: pytest.MonkeyPatch, lost: bool, when: When
) -> None:
    """The table is too busy for any one of the calls, or nothing of it is heard."""
    calls = calls_of(service)
    service.post(key="other")  # fetches the secret
    for call in range(COMMIT if when == "after" else ANSWERED):
        service.start_anew()
        actions = {(call + tried, when): lose for tried in range(TRIES)} if lost else {(call, when): busy}
        with without_pauses(aws):
            failed = calls.run(Process(dict(actions)), service.post)

        assert failed
        assert failed.status == 503
        assert service.operations() == []
        accepted(service.post(body("corrected")))


def test_a_commit_that_comes_late_finds_the_key_given_up(
    service: Service, faults: Faults, aws: pytest.MonkeyPatch
) -> None:
    """Its answer was waited for in vain; it arrives when the client was told that it failed."""
    sent: list[Any] = []
    transact = runtime.app().table._client.transact_write_items
    client = boto3.client("dynamodb", region_name=REGION)

    def delayed(**request: Any) -> None:
        sent.append(request)
        raise ReadTimeoutError(endpoint_url="here")

    aws.setattr(runtime.app().table._client, "transact_write_items", delayed)
    assert service.post().status == 503
    aws.setattr(runtime.app().table._client, "transact_write_items", transact)

    with pytest.raises(ClientError, match="TransactionCanceledException"):
        client.transact_write_items(**sent[0])

    assert service.operations() == []
    accepted(service.post())


def lose() -> None:
    raise ReadTimeoutError(endpoint_url="here")


def busy() -> None:
    """The last of the SDK's tries: raised here, it is not tried again."""
    raise ClientError({"Error": {"Code": "ThrottlingException"}}, "")
