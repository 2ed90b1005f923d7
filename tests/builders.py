"""What tests make, and how they read what came of it: each once, for all of them."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from herald.model.addresses import MessageAddress, SenderChannel
from herald.model.message import Message
from herald.model.operation import Operation, OperationStatus
from herald.model.senders import NewSender
from herald.model.status import Status
from herald.store import senders, suppressions
from herald.store.table import Table
from tests.sim.steps import SimWorld
from tests.world import Response, World


def at(instant: datetime) -> dict[str, Any]:
    return {"schedule": {"sendAt": [instant.isoformat().replace("+00:00", "Z")]}}


def group(*fates: str, channel: str = "PHONE", **more: Any) -> dict[str, Any]:
    """A group of numbers of the sandbox."""
    return {
        "group": {"addresses": [{"address": f"+1500555{fate}", "channel": channel} for fate in fates]},
        **more,
    }


def add_sender(sim: SimWorld, address: str, parts_per_second: int | None = None) -> str:
    rate: dict[str, Any] = {} if parts_per_second is None else {"parts_per_second": parts_per_second}
    new = NewSender(channel=SenderChannel.SMS, address=address, **rate)
    return senders.add(sim.app.table, sim.account, new, sim.now).id


def settled(sim: SimWorld, operation: Operation) -> list[Message]:
    """Let everything happen, and see that every promise was kept; what became of the messages."""
    sim.run()

    handed_over, messages = sim.handed_over(), sim.made()
    assert [number for number in handed_over.values() if number > 1] == []
    assert len(sim.rows()) == operation.total
    status, stats = sim.stats(operation)
    assert status is OperationStatus.COMPLETED
    found = Counter(message.status for message in messages)
    assert {name: getattr(stats, name.lower()) for name in found} == found
    assert stats.unaddressable == operation.total - len(messages)
    assert stats.recipients == stats.total == operation.total
    assert stats.attempts == sum(len(message.attempts) for message in messages)
    assert found[Status.QUEUED] == 0
    # A person who was not handed over was refused or is unconfirmed: none is forgotten.
    forgotten = [each for each in messages if not handed_over[each.id] and not each.error]
    assert forgotten == []
    return messages


def members(*sender_ids: str) -> list[dict[str, str]]:
    return [{"senderId": sender_id} for sender_id in sender_ids]


def pool_of(world: World, *sender_ids: str, **fields: Any) -> str:
    """Make a pool, and find it as clients do: by the operation."""
    answer = world.post("/SenderPools", {"name": "Sales", "senders": members(*sender_ids), **fields})
    assert answer.status == 202, answer.body
    found = world.get("/SenderPools", {"operationId": answer.body["operationId"]}).body["senderPools"]
    return str(found[0]["id"])


SMS = {"address": "+12065550123", "channel": "SMS"}


def created(world: World, **fields: Any) -> str:
    answer = world.post("/Senders", {**SMS, **fields})
    assert answer.status == 202, answer.body
    return str(answer.body["resourceId"])


def listed(world: World, path: str = "/Senders", **query: str) -> list[str]:
    """The ids of a list, page by page."""
    found: list[str] = []
    token: str | None = ""
    while token is not None:
        answer = world.get(path, {**query, **({"pageToken": token} if token else {})})
        assert answer.status == 200, answer.body
        found += [sender["id"] for sender in answer.body["senders"]]
        token = answer.body["pagination"]["next"]
    return found


def problems_of(answer: Response) -> list[tuple[int, str | None]]:
    assert answer.status == 400, answer.body
    return [(error["code"], error["context"]) for error in answer.body["errors"]]


def suppressed(table: Table, account: str, addresses: Iterable[MessageAddress]) -> set[MessageAddress]:
    """Those of the addresses that an account may not write to, looked up as sending does."""
    asked = list(addresses)
    found = suppressions.found(table.get_many(suppressions.keys_of(account, asked)))
    return {each for each in asked if each in found}
