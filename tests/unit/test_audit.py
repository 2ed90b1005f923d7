"""The audit log: no change without an event, and nothing personal in one."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from herald import runtime
from herald.api.audited import REFUSALS
from herald.api.errors import ApiError
from herald.model.access import Identity, Scope
from herald.model.limits import LimitName
from herald.operator import limits
from herald.store import audit
from herald.store.table import Unavailable
from tests.endpoints import DESCRIBED
from tests.isolation import Household, body_of, ids_in_path, path_of
from tests.sim import Death, Faults
from tests.sim.deaths import When
from tests.world import Response, World

pytestmark = pytest.mark.simulated

KEY = "SK" + "1" * 32
CHANGES = [each for each in DESCRIBED if each.is_change]


def events(world: World, **query: str) -> list[Any]:
    """All events, newest first, page by page."""
    found: list[Any] = []
    token: str | None = ""
    while token is not None:
        answer = world.get("/AuditEvents", {**query, **({"pageToken": token} if token else {})})
        assert answer.status == 200, answer.body
        found += answer.body["auditEvents"]
        token = answer.body["pagination"]["next"]
    return found


def ask(world: World, method: str, path: str, body: Any = None) -> Response:
    caller = Identity(world.account, KEY, frozenset(Scope))
    return world.request(method, path, body, account=world.account, caller=caller)


@pytest.mark.parametrize("endpoint", CHANGES, ids=lambda each: each.name)
def test_every_change_has_an_event(world: World, endpoint: Any) -> None:
    household = Household(world, world.account)
    ids = ids_in_path(endpoint, household)
    path, body = path_of(endpoint, ids), body_of(endpoint, household)

    answer = ask(world, endpoint.method, path, body)

    [event] = events(world, actor=KEY)
    assert (event["action"], event["status"]) == (endpoint.name, answer.status)
    assert event["outcome"] == ("DONE" if answer.status < 400 else "REFUSED")
    assert event["path"] == (path if "suppressionId" not in ids else "/Suppressions/{suppressionId}")
    named = {"operationId", "resourceId", "id"} & (answer.body or {}).keys()
    assert event.get("resourceId") == (answer.body[named.pop()] if named else None)


@pytest.mark.parametrize(
    "endpoint", [each for each in DESCRIBED if not each.is_change], ids=lambda each: each.name
)
def test_what_changes_nothing_has_no_event(world: World, endpoint: Any) -> None:
    household = Household(world, world.account)
    path = path_of(endpoint, ids_in_path(endpoint, household))
    ask(world, endpoint.method, path, body_of(endpoint, household))

    assert events(world, actor=KEY) == []


def test_a_refusal_is_an_event_and_a_body_that_cannot_be_read_is_none(world: World) -> None:
    assert ask(world, "POST", "/Messages", {"nonsense": 1}).status == 400
    assert ask(world, "DELETE", "/Content/HX" + "0" * 32).status == 404
    twice = {"address": "+12065550177", "channel": "SMS"}
    assert [ask(world, "POST", "/Senders", twice).status for _ in range(2)] == [202, 409]
    unknown = {
        "to": [{"address": "+12065550100", "channel": "PHONE"}],
        "content": {"text": "Hi"},
        "from": {"senderId": "comms_sender_01h9krwprkeee8fzqspvwy6nq8"},
    }
    assert ask(world, "POST", "/Messages", unknown).status == 400

    assert [(each["action"], each["outcome"], each["status"]) for each in events(world, actor=KEY)] == [
        ("SendMessages", "REFUSED", 400),
        ("CreateSender", "REFUSED", 409),
        ("CreateSender", "DONE", 202),
        ("DeleteContent", "REFUSED", 404),
    ]


def test_a_request_beyond_a_limit_is_refused_in_the_log_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits.change(world.table, world.account, {LimitName.RECIPIENTS_PER_DAY: 1}, world.aws.now)
    carried = replace(runtime.app(), carrier_name="aws")
    monkeypatch.setattr("herald.resources.messages.app", lambda: carried)
    people = [{"address": f"+1206555010{each}", "channel": "PHONE"} for each in range(2)]

    assert ask(world, "POST", "/Messages", {"to": people, "content": {"text": "Hi"}}).status == 429

    [event] = events(world, actor=KEY)
    assert (event["outcome"], event["status"]) == ("REFUSED", 429)


def test_whatever_the_resolver_answers_with_a_4xx_the_log_knows_as_a_refusal() -> None:
    routes = import_module("accept").routes
    answered = set(routes._routes.exception_handler_manager._exception_handlers)

    # Where there is no endpoint there is no event. An ApiError has a status of its own; the outcome
    # of any other error is unknown.
    assert answered - {NotFoundError} == {*REFUSALS, ApiError, Exception}


def test_there_is_no_change_without_an_event_wherever_the_function_dies(world: World, faults: Faults) -> None:
    body = {"friendlyName": "hi", "types": {"twilio/text": {"body": "Hi"}}}
    seen = set()
    whens: tuple[When, ...] = ("before", "after")
    for call in range(20):
        for when in whens:
            world.clear()
            with faults.until(Death(call, when)):
                ask(world, "POST", "/Content", body)
            died = faults.happened
            made = world.get("/Content").body["contents"]
            found = events(world, actor=KEY)
            outcomes = [each["outcome"] for each in found]
            seen.add((len(made), tuple(outcomes)))
            assert len(made) <= len(found) <= 1
            if not died:
                assert (len(made), outcomes) == (1, ["DONE"])
        if not died:
            break
    # What a death leaves: nothing; an event alone; an event and the change, the outcome of which is unknown.
    assert seen == {(0, ()), (0, ("UNKNOWN",)), (1, ("UNKNOWN",)), (1, ("DONE",))}


def test_nothing_is_done_where_the_event_cannot_be_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise Unavailable("busy")

    monkeypatch.setattr(audit, "begin", busy)

    answer = ask(world, "PUT", "/Keywords", {"stop": {"*": ["STOP"]}})

    assert answer.status == 503
    assert world.get("/Keywords").body["isDefault"]


def test_a_request_is_answered_though_its_outcome_cannot_be_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise Unavailable("busy")

    monkeypatch.setattr(audit, "end", busy)

    assert ask(world, "PUT", "/Keywords", {"stop": {"*": ["STOP"]}}).status == 200
    assert [each["outcome"] for each in events(world, actor=KEY)] == ["UNKNOWN"]


def test_events_are_found_by_actor_resource_and_date_on_pages_of_any_size(world: World) -> None:
    household = Household(world, world.account)
    senders = [household.sender() for _ in range(7)]
    for sender in senders:
        ask(world, "PATCH", f"/Senders/{sender}", {"displayName": "Another"})
    everything = events(world)

    assert len(everything) == 15
    assert events(world, pageSize="1") == events(world, pageSize="4") == everything
    assert sorted(everything, key=lambda each: str(each["id"]), reverse=True) == everything
    assert [each["resourceId"] for each in events(world, actor=KEY, pageSize="2")] == senders[::-1]
    [changed, created] = events(world, resourceId=senders[0])
    assert (changed["action"], created["action"]) == ("UpdateSender", "CreateSender")
    [account] = events(world, actor="operator")
    assert (account["action"], account["resourceId"]) == ("CreateAccount", world.account)
    assert events(world, startDate=everything[0]["createdAt"]) == []
    assert world.get("/AuditEvents", {"actor": "nonsense"}).status == 400


def test_events_expire_after_the_days_of_the_parameter(world: World) -> None:
    ask(world, "DELETE", "/Keywords")

    [event] = [item for item in world.items() if item.get("actor", {}).get("S") == KEY]
    kept = timedelta(days=runtime.settings().audit_days)
    assert abs(int(event["expiresAt"]["N"]) - (world.aws.now + kept).timestamp()) < 60
    assert not {"statusKey", "accountKey"} & event.keys()


def test_an_event_holds_nothing_personal(world: World) -> None:
    person = {"address": "+12065559876", "channel": "PHONE"}
    body = {"to": [{**person, "variables": {"name": "Ada"}}], "content": {"text": "Secret {{ name }}"}}
    ask(world, "POST", "/Messages", body)
    [suppression] = ask(world, "POST", "/Suppressions", {"suppressions": [person]}).body["suppressions"]
    ask(world, "DELETE", f"/Suppressions/{suppression['id']}")

    found = str([item for item in world.items() if item["pk"]["S"].startswith("AUDIT#")])
    assert [each for each in ("2065559876", "Ada", "Secret", suppression["id"]) if each in found] == []
