"""What a release leaves in the table and on the queue, kept so that later versions are held to read it.

`python -m tests.release_rows releases/0.2.0/rows.json` records it: `tools.release` does.
"""

import base64
import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from unittest import mock

from tests.sim.aws import SimulatedAws
from tests.unit.inbound import an_inbound
from tests.world import REGION, World

PROFILE: Final = (
    "/MemoryStores/mem_store_00000000000000000000000000/Profiles/mem_profile_01h9krwprkeee8fzqspvwy6nq8"
)
# What became of those of the first operation, by the sandbox's rules.
ENDED: Final = {"delivered": 2, "undelivered": 1, "failed": 1}
WAITING: Final = 3


def lived(world: World) -> dict[str, str]:
    """Let a bit of everything happen, and leave some of it under way; the operations by what they are."""
    assert world.put(PROFILE, {"addresses": [{"address": "+12065550100", "channel": "PHONE"}]}).status == 200
    body = {"suppressions": [{"address": "+12065550199", "channel": "PHONE"}]}
    assert world.post("/Suppressions", body).status == 200
    senders = [{"senderId": each.sender_id} for each in world.senders()]
    assert world.post("/SenderPools", {"name": "All", "senders": senders[:1]}).status == 202
    people = ("+15005550100", "+12065550100", "+15005550101", "+15005550110")
    ended = world.send(*people, tags={"campaign": "spring"})
    world.settle()
    world.inbound(an_inbound(world.account, id="thanks", text="Thank you!"))
    world.settle()
    later = (world.aws.now + timedelta(hours=1)).isoformat()
    scheduled = world.send("+12065550101", schedule={"sendAt": [later]})
    paused = world.send("+12065550102", "+12065550103")
    assert world.post(f"/Messages/Operations/{paused}/Pause", "").status == 202
    world.settle()
    waiting = world.send(*(f"+1206555020{place}" for place in range(WAITING)))
    world.deliver_stream()
    return {"ended": ended, "scheduled": scheduled, "paused": paused, "waiting": waiting}


def recorded() -> dict[str, Any]:
    """All items of the table, and the tasks that wait."""
    environment = {"AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    with mock.patch.dict(os.environ, environment), SimulatedAws().installed():
        world = World.create(os.environ.__setitem__)
        operations = lived(world)
        return {
            "account": world.account,
            "operations": operations,
            "tasks": world.bodies("ChunkQueue"),
            "items": world.items(),
        }


def written(kept: dict[str, Any]) -> str:
    """As a text; what is binary in base 64."""
    return json.dumps(kept, default=lambda value: base64.b64encode(value).decode(), indent=0) + "\n"


def read(path: Path) -> dict[str, Any]:
    """What `written` has written."""
    return dict(json.loads(path.read_text(), object_hook=_binary))


def _binary(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64decode(value["B"])} if value.keys() == {"B"} else value


if __name__ == "__main__":
    sys.path.insert(0, "functions")
    Path(sys.argv[1]).write_text(written(recorded()))
