"""`from` of POST /Messages: which senders a request is sent by, and who they cannot reach."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from herald.model.addresses import SenderChannel
from herald.model.senders import OperatorSender
from herald.sending import sources
from herald.store import keys, operations, senders
from tests.builders import created, pool_of, problems_of
from tests.sim.aws import SimulatedAws
from tests.sim.steps import SimWorld
from tests.world import World

REFUSED = "+15005550110"
PHONE = {"address": "+12065550100", "channel": "PHONE"}
HELLO = {"text": "Hello"}
UNKNOWN_POOL = "comms_senderpool_01h9krwprkeee8fzqspvwy6nq8"


def by_channel(world: World) -> dict[str, str]:
    return {sender.channel.value: sender.sender_id for sender in world.senders()}


def whole_pool(world: World) -> str:
    return pool_of(world, *by_channel(world).values())


def from_pool(pool_id: str) -> dict[str, Any]:
    return {"from": {"senderPoolId": pool_id}}


def sent(world: World, *to: Any, **source: Any) -> tuple[Any, list[Any]]:
    """The operation, and its messages in the request's order, after everything happened."""
    answer = world.post("/Messages", {"to": to, "content": HELLO, "from": source})
    assert answer.status == 202, answer.body
    world.settle()
    operation_id = answer.body["operationId"]
    ids = [each["id"] for each in world.messages(operationId=operation_id)]
    found = [world.get(f"/Messages/{each}").body for each in reversed(ids)]
    return world.operation(operation_id), found


def tried(message: Any) -> list[str]:
    return [attempt["from"]["channel"] for attempt in message["attempts"]]


def refused_by_all(*channels: str) -> dict[str, Any]:
    """A person whose addresses every sender is refused at, so that each route is tried."""
    return {"addresses": [{"address": REFUSED, "channel": channel} for channel in channels]}


# ---------------------------------------------------------------------------------- the order


def test_a_message_of_a_pool_names_the_sender_and_the_pool(world: World) -> None:
    senders = by_channel(world)
    pool_id = whole_pool(world)

    _, [message] = sent(world, PHONE, senderPoolId=pool_id)

    sender = {
        "senderId": senders["RCS"],
        "address": "herald_sandbox_agent",
        "channel": "RCS",
        "senderPoolId": pool_id,
    }
    assert message["from"] == sender
    del sender["senderPoolId"]
    assert message["attempts"][0]["from"] == sender
    assert message["status"] == "DELIVERED"


def test_a_message_of_a_sender_names_no_pool(world: World) -> None:
    senders = by_channel(world)

    _, [message] = sent(world, PHONE, senderId=senders["SMS"])

    assert message["from"] == {"senderId": senders["SMS"], "address": "+15005550006", "channel": "SMS"}
    assert list(message["attempts"][0]["from"]) == list(message["from"])


def test_the_carrier_gets_its_own_id_of_the_sender(sim: SimWorld) -> None:
    def made(address: str, **fields: Any) -> str:
        new = OperatorSender(address=address, channel=SenderChannel.SMS, **fields)
        return senders.add(sim.table, sim.account, new, sim.now).id

    known, unknown = made("+12065550123", carrier_sender_id="pool-1a2b"), made("+12065550124")

    for sender_id in (known, unknown):
        sim.accept("+12065550100", **{"from": {"senderId": sender_id}})
    sim.run()

    told = {message.sender.sender_id: message.carrier_sender_id for message, _ in sim.carrier.sent}
    assert told == {known: "pool-1a2b", unknown: None}


def test_the_richest_channel_is_tried_first_then_the_next(world: World) -> None:
    operation, [message] = sent(world, refused_by_all("PHONE"), senderPoolId=whole_pool(world))

    assert tried(message) == ["RCS", "SMS"]
    assert [attempt["status"] for attempt in message["attempts"]] == ["FAILED", "FAILED"]
    assert message["attempts"][0]["error"]["code"] == 21610
    assert message["from"]["channel"] == "SMS"
    assert (operation["stats"]["attempts"], operation["stats"]["failed"]) == (2, 1)


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ({}, ["RCS", "SMS", "WHATSAPP"]),
        ({"filterIn": ["SMS", "RCS", "WHATSAPP"]}, ["RCS", "SMS", "WHATSAPP"]),
        ({"filterIn": ["SMS", "WHATSAPP"]}, ["SMS", "WHATSAPP"]),
        ({"filterIn": ["SMS"]}, ["SMS"]),
        ({"priority": []}, ["RCS", "SMS", "WHATSAPP"]),
        # A client that orders the channels has them tried in that order, whatever the addresses' is.
        ({"priority": [("SMS", 0)]}, ["SMS", "RCS", "WHATSAPP"]),
        ({"priority": [("RCS", 7), ("WHATSAPP", 0), ("SMS", 3)]}, ["WHATSAPP", "SMS", "RCS"]),
        ({"priority": [("SMS", 1), ("RCS", 1), ("WHATSAPP", 1)]}, ["RCS", "WHATSAPP", "SMS"]),
        ({"priority": [("SMS", -1), ("SMS", 5), ("RCS", 0)]}, ["SMS", "RCS", "WHATSAPP"]),
        ({"filterIn": ["RCS", "SMS"], "priority": [("WHATSAPP", 0), ("SMS", 1)]}, ["SMS", "RCS"]),
    ],
)
def test_channels_are_filtered_and_ordered(
    world: World, channels: dict[str, Any], expected: list[str]
) -> None:
    control = dict(channels)
    if "priority" in control:
        control["priority"] = [{"channel": each, "priority": at} for each, at in control["priority"]]

    _, [message] = sent(
        world,
        refused_by_all("PHONE", "WHATSAPP"),
        senderPoolId=whole_pool(world),
        channels=control,
    )

    assert tried(message) == expected


def test_the_order_of_addresses_goes_before_that_of_channels(world: World) -> None:
    _, [message] = sent(world, refused_by_all("WHATSAPP", "PHONE"), senderPoolId=whole_pool(world))

    assert tried(message) == ["WHATSAPP", "RCS", "SMS"]


def test_a_pool_spreads_its_load_and_a_message_keeps_its_sender(world: World) -> None:
    numbers = [created(world, address=f"+1206555{n:04}") for n in range(3)]
    pool_id = pool_of(world, *numbers)
    people = [{"address": f"+1415555{n:04}", "channel": "PHONE"} for n in range(60)]

    _, messages = sent(world, *people, senderPoolId=pool_id)

    used = Counter(message["from"]["senderId"] for message in messages)
    assert set(used) == set(numbers)
    assert min(used.values()) > 8
    assert all(len(message["attempts"]) == 1 for message in messages)


# ------------------------------------------------------------------------------ unaddressable


@pytest.mark.parametrize("filter_in", [[], ["WHATSAPP"]])
def test_a_recipient_whom_no_allowed_sender_reaches_is_unaddressable_and_costs_nothing(
    world: World, filter_in: list[str]
) -> None:
    operation, messages = sent(
        world,
        PHONE,
        PHONE,
        senderPoolId=whole_pool(world),
        channels={"filterIn": filter_in},
    )

    assert messages == []
    assert operation["status"] == "COMPLETED"
    stats = operation["stats"]
    assert (stats["total"], stats["unaddressable"], stats["attempts"]) == (2, 2, 0)


def test_an_empty_pool_reaches_no_person(world: World) -> None:
    operation, messages = sent(world, PHONE, senderPoolId=pool_of(world))

    assert (messages, operation["stats"]["unaddressable"]) == ([], 1)


def test_of_two_people_one_may_be_out_of_reach(world: World) -> None:
    whatsapp = {"address": "+12065550101", "channel": "WHATSAPP"}
    pool_id = pool_of(world, by_channel(world)["SMS"])

    operation, [message] = sent(world, PHONE, whatsapp, senderPoolId=pool_id)

    assert message["to"] == [PHONE]
    assert (operation["stats"]["delivered"], operation["stats"]["unaddressable"]) == (1, 1)


# -------------------------------------------------------------------------------- deactivated


def off(world: World, *sender_ids: str) -> None:
    for sender_id in sender_ids:
        assert world.patch(f"/Senders/{sender_id}", {"status": "DEACTIVATED"}).status == 202


def test_a_deactivated_sender_of_a_pool_is_not_used(world: World) -> None:
    senders = by_channel(world)
    second = created(world)
    pool_id = pool_of(world, *senders.values(), second)
    off(world, senders["RCS"], senders["SMS"])

    _, [message] = sent(world, refused_by_all("PHONE"), senderPoolId=pool_id)

    assert [attempt["from"]["senderId"] for attempt in message["attempts"]] == [second]


def test_a_deactivated_sender_is_refused_by_name(world: World) -> None:
    senders = by_channel(world)
    off(world, senders["SMS"])

    def problems(**source: str) -> Any:
        return problems_of(world.post("/Messages", {"to": [PHONE], "content": HELLO, "from": source}))

    assert problems(senderId=senders["SMS"]) == [(21606, "$.from.senderId")]
    assert problems(address="+15005550006", channel="SMS") == [(21606, "$.from.address")]


def test_without_from_only_active_senders_send(world: World) -> None:
    senders = by_channel(world)
    off(world, senders["SMS"])
    body = {"to": [PHONE], "content": HELLO}

    def sender() -> str:
        operation_id = world.post("/Messages", body).body["operationId"]
        world.settle()
        return str(world.messages(operationId=operation_id)[0]["from"]["senderId"])

    assert sender() == senders["RCS"]
    second = created(world)
    assert sender() == second
    world.patch(f"/Senders/{senders['SMS']}", {"status": "ACTIVATED"})
    assert sender() == senders["SMS"]


def test_without_from_the_oldest_senders_are_read_and_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account may make any number of senders, and none of its requests may read them all."""
    known = world.senders()
    for sender in known:
        off(world, sender.sender_id)
    created(world)
    body = {"to": [PHONE], "content": HELLO}
    resolve = {"recipientAddresses": [PHONE]}

    def found() -> tuple[int, int]:
        operation_id = world.post("/Messages", body).body["operationId"]
        world.settle()
        results = world.post("/Senders/Resolve", resolve).body["results"]
        return len(world.messages(operationId=operation_id)), len(results)

    assert found() == (1, 1)
    monkeypatch.setattr(sources, "_MOST_READ", len(known))
    assert found() == (0, 0)


def test_what_was_accepted_is_sent_by_the_senders_of_then(world: World) -> None:
    pool_id = whole_pool(world)
    operation_id = world.send(PHONE["address"], **from_pool(pool_id))

    assert world.delete(f"/SenderPools/{pool_id}").status == 202
    world.settle()

    [message] = world.messages(operationId=operation_id)
    assert (message["status"], message["from"]["senderPoolId"]) == ("DELIVERED", pool_id)


# ------------------------------------------------------------------------------------ refused


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"senderPoolId": UNKNOWN_POOL}, [(21606, "$.from.senderPoolId")]),
        ({"senderPoolId": "comms_senderpool_1"}, [(21606, "$.from.senderPoolId")]),
        ({"senderPoolId": ""}, [(400, "$.from.senderPoolId")]),
        ({"senderPoolId": None}, [(400, "$.from.senderPoolId")]),
        ({"channels": {}}, [(400, "$.from.senderPoolId")]),
        ({"senderPoolId": UNKNOWN_POOL, "senderId": "x"}, [(400, "$.from")]),
        ({"senderPoolId": UNKNOWN_POOL, "address": "x", "channel": "SMS"}, [(400, "$.from")]),
        ({"senderPoolId": UNKNOWN_POOL, "channels": None}, [(400, "$.from.channels")]),
        ({"senderPoolId": UNKNOWN_POOL, "channels": {"filterIn": None}}, [(400, "$.from.channels.filterIn")]),
        (
            {"senderPoolId": UNKNOWN_POOL, "channels": {"filterIn": ["SMS", "SMS"]}},
            [(400, "$.from.channels.filterIn")],
        ),
        (
            {"senderPoolId": UNKNOWN_POOL, "channels": {"filterIn": ["SMS", "EMAIL"]}},
            [(400, "$.from.channels.filterIn[1]")],
        ),
        (
            {"senderPoolId": UNKNOWN_POOL, "channels": {"priority": [{"channel": "SMS"}]}},
            [(400, "$.from.channels.priority[0].priority")],
        ),
        (
            {"senderPoolId": UNKNOWN_POOL, "channels": {"priority": [{"channel": "SMS", "priority": "0"}]}},
            [(400, "$.from.channels.priority[0].priority")],
        ),
    ],
)
def test_a_bad_from_is_refused_and_leaves_nothing(
    world: World, source: Any, expected: list[tuple[int, str | None]]
) -> None:
    before = world.state()

    answer = world.post("/Messages", {"to": [PHONE], "content": HELLO, "from": source})

    assert problems_of(answer) == expected
    assert world.state() == before


def test_senders_and_pools_of_another_account_are_refused(world: World) -> None:
    pool_id, sender_id = whole_pool(world), by_channel(world)["SMS"]
    other, _ = world.new_account()

    for name, value in (("senderPoolId", pool_id), ("senderId", sender_id)):
        body = {"to": [PHONE], "content": HELLO, "from": {name: value}}
        assert problems_of(world.post("/Messages", body, account=other)) == [(21606, f"$.from.{name}")]


def test_unknown_fields_of_from_are_ignored(world: World) -> None:
    sender_id = by_channel(world)["SMS"]

    assert sent(world, PHONE, senderId=sender_id, nickname="x")[1][0]["from"]["senderId"] == sender_id


# ----------------------------------------------------------------------------------- the cost


def counted(world: World) -> Counter[str]:
    """The calls to the table, from now on."""
    calls: Counter[str] = Counter()

    aws = SimulatedAws.current
    assert aws
    make = aws.making

    def counting(operation: str, call: Callable[[], Any]) -> Any:
        calls[operation] += 1
        return make(operation, call)

    aws.making = counting
    return calls


@pytest.mark.simulated
def test_ten_thousand_recipients_from_a_full_pool_are_ten_calls(world: World) -> None:
    real = [created(world, address=f"+1206555{n:04}") for n in range(3)]
    pool_id = pool_of(world, *real)
    # With keys as long as any, to see that they are one read.
    world.table.put_many(
        (keys.pool_member(pool_id, f"comms_sender_{n:026}"), {"kind": "WHATSAPP"}) for n in range(9_997)
    )
    people = [{"address": f"+1206{n:07}", "channel": "PHONE"} for n in range(10_000)]
    source = {"senderPoolId": pool_id, "channels": {"filterIn": ["SMS"]}}
    calls = counted(world)

    answer = world.post("/Messages", {"to": people, "content": HELLO, "from": source})

    assert answer.status == 202
    # The operation, and the audit event before and after.
    assert calls == {"Query": 1, "BatchGetItem": 2, "BatchWriteItem": 4, "PutItem": 2, "UpdateItem": 1}
    operation = operations.get(world.table, answer.body["operationId"])
    assert operation
    assert {sender.sender_id for sender in operation.senders} == set(real)


def test_an_operation_keeps_a_hundred_senders_of_a_pool_at_most(world: World) -> None:
    numbers = [created(world, address=f"+1206555{n:04}") for n in range(120)]
    pool_id = pool_of(world, *numbers, by_channel(world)["RCS"])

    def kept() -> Counter[str]:
        operation_id = world.send(PHONE["address"], **from_pool(pool_id))
        operation = operations.get(world.table, operation_id)
        assert operation
        return Counter(sender.channel.value for sender in operation.senders)

    assert kept() == {"SMS": 50, "RCS": 1}


def test_a_channel_is_searched_on_where_all_that_were_read_are_deactivated(world: World) -> None:
    numbers = [created(world, address=f"+1206555{n:04}") for n in range(110)]
    pool_id = pool_of(world, *numbers)
    off(world, *numbers[1:])

    _, messages = sent(world, PHONE, PHONE, PHONE, senderPoolId=pool_id)

    assert {message["from"]["senderId"] for message in messages} == {numbers[0]}
