"""A chunk whose worker was lost: a recipient whose text may have cost a worker its life fails alone."""

from typing import Any

import pytest

from herald.content import Template
from herald.content.liquid_cost import CAREFUL_WORK, WORK, Budget
from herald.store import chunks
from tests.world import World, invoke, sqs_event

# Costs more with a longer variable, and shows nothing of it.
pytestmark = pytest.mark.simulated
HEAVY = "{% for i in (1..100) %}{% capture x %}{{ a }}{% endcapture %}{% endfor %}ok"
LONG = "x" * 500
UNRENDERABLE = 99002


class Died(BaseException):
    """The end of a process."""


def request(*variables: str) -> dict[str, Any]:
    to = [
        {"address": f"+1500555010{place}", "channel": "PHONE", "variables": {"a": each}}
        for place, each in enumerate(variables)
    ]
    return {"to": to, "content": {"text": HEAVY}}


def task_of(world: World) -> str:
    world.deliver_stream()
    [task] = world.bodies("ChunkQueue")
    world.aws.delete("ChunkQueue", world.aws.visible("ChunkQueue")[0][0])
    return task


def deliver(task: str, *, receives: int = 1, seconds: float = 60) -> None:
    """Let fan_out have a task that the queue delivers for the n-th time."""
    event = sqs_event(task)
    event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(receives)
    assert invoke("fan_out", event, seconds=seconds) == {"batchItemFailures": []}


def lose_a_worker(world: World, operation: str) -> None:
    """As if a worker had claimed the chunk and died before it came any further."""
    now = int(world.aws.now.timestamp())
    chunks.claim(world.table, operation, 0, ticket=0, now=now, lease_seconds=0, expires_at=now + 10**6)


def statuses(world: World, operation: str) -> dict[str, Any]:
    found = [world.get(f"/Messages/{each['id']}").body for each in world.messages(operationId=operation)]
    return {
        each["to"][0]["address"][-1]: (each["status"], (each.get("error") or {}).get("code"))
        for each in found
    }


def test_the_text_costs_what_the_tests_need() -> None:
    budget = Budget()
    Template(HEAVY).render({"a": LONG}, budget)
    assert CAREFUL_WORK < WORK - budget.left < WORK
    assert Template(HEAVY).render({"a": "x"}, Budget(CAREFUL_WORK)) == "ok"


@pytest.mark.parametrize(("lost", "status"), [(0, ("SENT", None)), (1, ("FAILED", UNRENDERABLE))])
def test_a_recipient_has_less_work_where_a_worker_was_lost(world: World, lost: int, status: Any) -> None:
    operation = world.post("/Messages", request("x", LONG, "y")).body["operationId"]
    task = task_of(world)
    for _ in range(lost):
        lose_a_worker(world, operation)

    # Received often, and never worked on: Lambda had no concurrency for it.
    deliver(task, receives=40)

    assert statuses(world, operation) == {"0": ("SENT", None), "1": status, "2": ("SENT", None)}


def test_so_it_is_where_the_rows_were_made_before(world: World) -> None:
    operation = world.post("/Messages", request("x", LONG)).body["operationId"]
    # Too little time to send, but enough to make the rows.
    deliver(task_of(world), seconds=5)
    assert statuses(world, operation) == {"0": ("QUEUED", None), "1": ("QUEUED", None)}
    lose_a_worker(world, operation)

    deliver(task_of(world))

    assert statuses(world, operation) == {"0": ("SENT", None), "1": ("FAILED", UNRENDERABLE)}


def test_a_worker_that_dies_of_a_text_again_and_again_leaves_a_chunk_that_ends(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a text did more than it is charged for: the process dies where the whole budget may be spent."""
    render = Template.render

    def deadly(template: Template, variables: Any, budget: Budget | None = None) -> str:
        if budget and budget.left == WORK and variables["a"] == LONG:
            raise Died
        return render(template, variables, budget)

    operation = world.post("/Messages", request("x", LONG)).body["operationId"]
    task = task_of(world)
    with monkeypatch.context() as patch:
        patch.setattr(Template, "render", deadly)
        with pytest.raises(Died):
            deliver(task)
        world.aws.wait(100)
        deliver(task)

    world.settle()
    assert statuses(world, operation)["0"][0] == "DELIVERED"
    assert statuses(world, operation)["1"] == ("FAILED", UNRENDERABLE)
    assert world.operation(operation)["status"] == "COMPLETED"


def test_a_group_fails_with_all_of_its_people(world: World) -> None:
    people = [{"address": f"+1500555010{place}", "channel": "PHONE"} for place in range(2)]
    body = {"to": [{"group": {"addresses": people}, "variables": {"a": LONG}}], "content": {"text": HEAVY}}
    operation = world.post("/Messages", body).body["operationId"]
    deliver(task_of(world), seconds=5)
    lose_a_worker(world, operation)

    deliver(task_of(world))

    [message] = world.messages(operationId=operation)
    assert message["status"] == "FAILED"
    told = world.get(f"/Messages/{message['id']}/Receipts").body["receipts"]
    assert {(each["status"], each["error"]["code"]) for each in told} == {("FAILED", UNRENDERABLE)}


def test_an_operation_of_such_texts_can_be_canceled(world: World) -> None:
    operation = world.post("/Messages", request(LONG, LONG)).body["operationId"]
    deliver(task_of(world), seconds=5)

    world.post(f"/Messages/Operations/{operation}/Cancel", "")
    world.settle()

    assert {status for status, _ in statuses(world, operation).values()} == {"CANCELED"}
