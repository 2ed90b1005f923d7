"""This version reads the rows and queue messages of earlier releases, and continues their operations."""

from pathlib import Path
from typing import Any

import pytest

from tests import release_rows
from tests.template import ROOT
from tests.world import World

pytestmark = pytest.mark.simulated
RELEASES = sorted((ROOT / "releases").glob("*/rows.json"))


@pytest.fixture(params=RELEASES, ids=lambda path: path.parent.name)
def kept(request: pytest.FixtureRequest, world: World) -> dict[str, Any]:
    """A table with what a release has left in it."""
    path: Path = request.param
    found = release_rows.read(path)
    world.clear()
    aws: Any = world.aws
    expires = {"N": str(int(world.aws.now.timestamp()) + 30 * 86_400)}
    for item in found["items"]:
        # As on the day it was recorded.
        fresh = {**item, "expiresAt": expires} if "expiresAt" in item else item
        aws.table.put_item({"TableName": world.table.name, "Item": fresh})
    # What its stream told was dispatched and counted by then.
    list(world.stream_records())
    world.account = found["account"]
    return found


def test_every_release_is_kept_with_its_rows() -> None:
    assert {path.parent for path in RELEASES} == {
        each for each in (ROOT / "releases").iterdir() if each.is_dir()
    }


def test_what_is_there_is_shown(world: World, kept: dict[str, Any]) -> None:
    ended = world.operation(kept["operations"]["ended"])
    assert {name: ended["stats"][name] for name in release_rows.ENDED} == release_rows.ENDED
    assert ended["status"] == "COMPLETED"
    messages = world.messages(operationId=kept["operations"]["ended"])
    assert len(messages) == sum(release_rows.ENDED.values())
    assert all(world.get(f"/Messages/{each['id']}").status == 200 for each in messages)
    assert [each["status"] for each in world.messages(status="INBOUND")] == ["INBOUND"]
    for path in ("/Senders", "/SenderPools", "/Suppressions", "/Messages/Operations"):
        [some] = [each for each in world.get(path).body.values() if isinstance(each, list)]
        assert some, path
    assert world.get(release_rows.PROFILE).status == 200


def test_what_was_under_way_goes_on(world: World, kept: dict[str, Any]) -> None:
    operations = kept["operations"]
    for body in kept["tasks"]:
        world.aws.send("ChunkQueue", body)
    assert world.post(f"/Messages/Operations/{operations['paused']}/Resume", "").status == 202
    assert world.post(f"/Messages/Operations/{operations['scheduled']}/Cancel", "").status == 202
    world.settle()

    found = {name: world.operation(identifier) for name, identifier in operations.items()}
    assert found["waiting"]["stats"]["delivered"] == release_rows.WAITING
    assert found["paused"]["stats"]["delivered"] == 2
    assert found["scheduled"]["stats"]["canceled"] == 1
    assert {each["status"] for each in found.values()} == {"COMPLETED", "CANCELED"}


def test_an_account_of_then_sends_now(world: World, kept: dict[str, Any]) -> None:
    operation = world.send("+12065550100")
    world.settle()

    assert world.operation(operation)["stats"]["delivered"] == 1
