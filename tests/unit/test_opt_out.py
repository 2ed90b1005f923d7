"""A person who opts out gets nothing more: what people write, and what becomes of messages to them."""

import io
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from herald import runtime
from herald.model.addresses import AddressChannel, MessageAddress, SenderChannel
from herald.model.keywords import Keyword, NewKeywords
from herald.model.operation import OperationStatus
from herald.model.status import Status
from herald.model.suppressions import StopCovers
from herald.sending.inbound import take_in
from herald.store import keywords
from herald.telemetry import logger
from tests.builders import suppressed
from tests.sim import Death, Faults, When
from tests.sim.steps import SimWorld
from tests.unit.inbound import ANA, NOON, an_inbound, shown
from tests.world import World

pytestmark = pytest.mark.simulated

BEN = "+447700900123"
CLEO = "+12065550177"
WHENS: tuple[When, ...] = ("before", "after")


def write(world: World, text: str, seconds: int = 0, **changes: Any) -> None:
    """Let Ana write something, at some second."""
    at = NOON + timedelta(seconds=seconds)
    world.inbound(an_inbound(world.account, text=text, at=at, id=f"{text}-{seconds}", **changes))
    world.settle()


def opted_out(world: World) -> list[tuple[str, str, str]]:
    found = world.get("/Suppressions").body["suppressions"]
    return [(each["address"], each["channel"], each["source"]) for each in found]


def outcomes(world: World, operation_id: str) -> dict[str, tuple[str, int | None, int]]:
    """What became of the messages of an operation, by address: status, error and number of attempts."""
    found = {}
    for message in world.messages(operationId=operation_id):
        full = world.get(f"/Messages/{message['id']}").body
        error = full["error"]["code"] if full["error"] else None
        found[full["to"][0]["address"]] = (full["status"], error, len(full["attempts"]))
    return found


# ------------------------------------------------------------------------------ what they write


def test_who_writes_stop_is_suppressed_and_start_lifts_it(world: World) -> None:
    write(world, "Stop!", 1)

    assert opted_out(world) == [(ANA, "PHONE", "STOP")]
    [message] = world.messages()
    full = world.get(f"/Messages/{message['id']}").body
    assert (full["content"], full["keyword"]) == ({"text": "Stop!"}, "STOP")
    [suppression] = world.get("/Suppressions").body["suppressions"]
    assert suppression["createdAt"] == message["createdAt"] == shown(NOON + timedelta(seconds=1))

    write(world, "unstop", 2)

    assert opted_out(world) == []
    assert [each["status"] for each in world.messages()] == ["INBOUND", "INBOUND"]


def test_other_words_change_nothing(world: World) -> None:
    for number, text in enumerate(("help", "INFO", "stop that noise", "Hi", "")):
        write(world, text, number)

    assert opted_out(world) == []


def test_an_old_stop_that_is_brought_again_does_not_suppress_again(world: World) -> None:
    write(world, "STOP", 1)
    write(world, "START", 2)
    write(world, "STOP", 1)
    assert opted_out(world) == []

    write(world, "STOP", 3)
    write(world, "START", 2)
    assert opted_out(world) == [(ANA, "PHONE", "STOP")]


def test_a_start_never_beats_a_stop_that_arrived_later(world: World) -> None:
    """With any time on the carriers' clocks."""
    write(world, "START", 2)
    world.aws.wait(0.05)
    write(world, "STOP", 0)

    assert opted_out(world) == [(ANA, "PHONE", "STOP")]
    write(world, "START", 2)
    assert opted_out(world) == [(ANA, "PHONE", "STOP")]
    write(world, "unstop", 3)
    assert opted_out(world) == []


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=400), timedelta(days=36_500)])
def test_a_clock_that_is_ahead_is_bounded_by_the_arrival(world: World, ahead: timedelta) -> None:
    later = datetime.now(UTC) + ahead
    world.inbound(an_inbound(world.account, id="ahead", text="START", at=later))
    world.settle()
    world.inbound(an_inbound(world.account, id="right", text="STOP", at=datetime.now(UTC)))
    world.settle()

    assert opted_out(world) == [(ANA, "PHONE", "STOP")]
    assert max(each["createdAt"] for each in world.messages()) < shown(datetime.now(UTC))


def test_a_worker_whose_clock_is_behind_makes_no_stop_older(world: World) -> None:
    """The arrival is of the queue's clock, and not of the worker's."""
    app, now = runtime.app(), world.aws.now
    slow = replace(app, clock=lambda: now - timedelta(minutes=1))
    start = an_inbound(world.account, id="start", text="START", at=now - timedelta(seconds=1))

    take_in(slow, [an_inbound(world.account, id="stop", text="STOP", at=now)], now, Counter())
    take_in(app, [start], now, Counter())

    assert opted_out(world) == [(ANA, "PHONE", "STOP")]


def test_a_clock_of_the_year_one_opts_out_and_never_in(world: World) -> None:
    year_one = datetime(1, 1, 1, tzinfo=UTC)
    world.inbound(an_inbound(world.account, id="stop", text="STOP", at=year_one))
    world.settle()
    assert opted_out(world) == [(ANA, "PHONE", "STOP")]

    world.inbound(an_inbound(world.account, id="start", text="START", at=year_one))
    world.inbound(
        an_inbound(world.account, id="old", text="START", at=datetime.now(UTC) - timedelta(days=16))
    )
    world.settle()

    assert opted_out(world) == [(ANA, "PHONE", "STOP")]
    assert len(world.messages()) == 3


def test_a_message_under_another_time_of_its_carrier_is_the_same(world: World) -> None:
    for minutes in (0, 5):
        world.inbound(an_inbound(world.account, id="one", at=NOON + timedelta(minutes=minutes)))
        world.settle()

    [message] = world.messages()
    assert message["createdAt"] == shown(NOON)


def test_a_tap_on_a_button_is_a_word_too(world: World) -> None:
    write(world, "No more offers", channel=SenderChannel.WHATSAPP, postback_data="STOP")

    assert opted_out(world) == [(ANA, "WHATSAPP", "STOP")]
    [message] = world.messages()
    shown = world.get(f"/Messages/{message['id']}").body
    assert shown["content"] == {"text": "No more offers"}
    assert (shown["postbackData"], shown["keyword"]) == ("STOP", "STOP")


def test_who_stops_by_rcs_gets_no_sms_either(world: World) -> None:
    [agent] = [each for each in world.senders() if each.channel == "RCS"]

    write(world, "stop", channel=SenderChannel.RCS, to=agent.address)

    assert opted_out(world) == [(ANA, "PHONE", "STOP")]
    operation_id = world.send(ANA)
    world.settle()
    assert outcomes(world, operation_id) == {ANA: ("FAILED", 21610, 0)}


def test_what_a_carrier_takes_for_an_opt_out_is_one(world: World) -> None:
    write(world, "Lass mich in Ruhe", 1, keyword=Keyword.STOP)
    assert opted_out(world) == [(ANA, "PHONE", "CARRIER")]

    write(world, "Doch wieder", 2, keyword=Keyword.START)
    assert opted_out(world) == []

    # Of two opinions, the one that says stop.
    write(world, "stop", 3, keyword=Keyword.START)
    assert opted_out(world) == [(ANA, "PHONE", "STOP")]


def test_words_are_the_account_s(world: World) -> None:
    assert world.put("/Keywords", {"stop": {"US": ["Enough"]}, "start": {"*": ["More"]}}).status == 200

    write(world, "enough.", 2)
    assert opted_out(world) == [(ANA, "PHONE", "STOP")]
    write(world, "START", 3)
    assert opted_out(world) == [(ANA, "PHONE", "STOP")]
    write(world, "more", 4)
    assert opted_out(world) == []
    # Herald's words that stop are not the account's to take away.
    write(world, "STOP", 5)
    assert opted_out(world) == [(ANA, "PHONE", "STOP")]


def test_it_is_one_account_that_they_leave(world: World) -> None:
    other, _ = world.new_account()
    write(world, "STOP")

    answer = world.post(
        "/Messages",
        {"to": [{"address": ANA, "channel": "PHONE"}], "content": {"text": "Hi"}},
        account=other,
    )
    world.settle()

    [message] = world.get("/Messages", {"operationId": answer.body["operationId"]}, account=other).body[
        "messages"
    ]
    assert message["status"] == "DELIVERED"


def test_what_is_counted_and_logged_names_nobody(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", stream)
    write(world, "STOP", 1)
    write(world, "STOP", 1)
    write(world, "help", 2)
    world.post("/Suppressions", {"suppressions": [{"address": BEN, "channel": "PHONE"}]})
    identifiers = [each["id"] for each in world.get("/Suppressions").body["suppressions"]]
    for identifier in identifiers:
        world.get(f"/Suppressions/{identifier}")
        world.delete(f"/Suppressions/{identifier}")
    world.get("/Suppressions", {"address": ANA})
    world.put("/Keywords", {"stop": {"*": ["Personal-Word"]}})

    printed = capsys.readouterr()
    written = stream.getvalue() + printed.out + printed.err
    assert '"KeywordStop":[1.0]' in written.replace(" ", "")
    assert '"KeywordHelp":[1.0]' in written.replace(" ", "")
    assert '"suppressions added"' in written
    personal = (ANA[1:], BEN[1:], "Personal-Word", *identifiers)
    assert [each for each in personal if each in written] == []


# -------------------------------------------------------------------------- what is sent to them


def test_who_opted_out_is_failed_without_an_attempt(world: World) -> None:
    write(world, "STOP")

    operation_id = world.send(ANA, "+15005550100")
    world.settle()

    assert outcomes(world, operation_id) == {
        ANA: ("FAILED", 21610, 0),
        "+15005550100": ("DELIVERED", None, 1),
    }
    shown = world.operation(operation_id)
    assert shown["status"] == "COMPLETED"
    assert (shown["stats"]["failed"], shown["stats"]["delivered"], shown["stats"]["attempts"]) == (1, 1, 1)
    [error] = world.get(f"/Messages/Operations/{operation_id}/Errors").body["errors"]
    assert (error["code"], error["context"]) == (21610, "$.to[0]")


def test_who_opts_in_again_gets_the_next_message(world: World) -> None:
    write(world, "STOP", 1)
    write(world, "START", 2)

    operation_id = world.send(ANA)
    world.settle()

    assert outcomes(world, operation_id) == {ANA: ("DELIVERED", None, 1)}


def test_whom_the_account_suppresses_gets_nothing_until_it_is_removed(world: World) -> None:
    body = {"suppressions": [{"address": ANA, "channel": "PHONE"}]}
    [suppression] = world.post("/Suppressions", body).body["suppressions"]
    first = world.send(ANA)
    world.settle()
    world.delete(f"/Suppressions/{suppression['id']}")
    second = world.send(ANA)
    world.settle()

    assert outcomes(world, first) == {ANA: ("FAILED", 21610, 0)}
    assert outcomes(world, second) == {ANA: ("DELIVERED", None, 1)}


def test_a_refusal_of_a_carrier_suppresses_nobody(world: World) -> None:
    """Its list is its own: who opts in there again is to get messages again."""
    operation_id = world.send("+15005550110")
    world.settle()

    assert outcomes(world, operation_id) == {"+15005550110": ("FAILED", 21610, 1)}
    assert opted_out(world) == []


def test_stop_takes_people_out_of_what_is_scheduled(sim: SimWorld) -> None:
    due = (sim.now + timedelta(hours=2)).replace(microsecond=0)
    operation = sim.accept(ANA, CLEO, schedule={"sendAt": [due.isoformat()]})
    sim.run(until=sim.now + timedelta(hours=1))
    assert [message.status for message in sim.made()] == [Status.SCHEDULED] * 2

    sim.inbound(an_inbound(sim.account, text="STOP", at=sim.now))
    sim.run()

    sent = [message for message in sim.made() if message.status is not Status.INBOUND]
    assert [(message.status, message.error) for message in sent] == [
        (Status.FAILED, 21610),
        (Status.DELIVERED, None),
    ]
    assert sent[0].scheduled_for == due
    assert len(sim.carrier.sent) == 1
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


def test_stop_takes_people_out_of_what_waits_for_capacity(sim: SimWorld) -> None:
    busy = "+15005550120"
    sim.accept(busy)
    sim.work(*sim.take())
    assert [message.status for message in sim.made()] == [Status.QUEUED]

    sim.inbound(an_inbound(sim.account, text="STOP", source=busy, at=sim.now))
    sim.run()

    [sent] = [message for message in sim.made() if message.status is not Status.INBOUND]
    assert (sent.status, sent.error) == (Status.FAILED, 21610)
    assert sim.handed_over() == {}


def test_stop_takes_people_out_of_the_groups_that_are_still_to_come(sim: SimWorld) -> None:
    """Of one chunk that is being sent: who is in a later group of 25 is heard."""
    sim.group_size = 1
    sim.accept(CLEO, ANA)

    def stop(_: int) -> None:
        inbound = an_inbound(sim.account, text="STOP", at=sim.now)
        sim.inbound(inbound)
        queue, body = next((queue, body) for _, queue, body in sim.waiting() if queue == "inbound")
        sim.work(queue, body)

    sim.carrier.watch(stop)
    sim.work(*sim.take())

    assert [message.to.address for message, _ in sim.carrier.sent] == [CLEO]


@pytest.mark.parametrize(
    ("stopped", "expected"),
    [
        ([ANA], ("DELIVERED", None, 1)),
        ([CLEO], ("DELIVERED", None, 1)),
        ([ANA, CLEO], ("FAILED", 21610, 0)),
    ],
)
def test_a_person_with_several_addresses_is_reached_by_the_others(
    world: World, stopped: list[str], expected: tuple[str, int | None, int]
) -> None:
    body = {"suppressions": [{"address": each, "channel": "PHONE"} for each in stopped]}
    assert world.post("/Suppressions", body).status == 200
    addresses = [{"address": each, "channel": "PHONE"} for each in (ANA, CLEO)]

    answer = world.post("/Messages", {"to": [{"addresses": addresses}], "content": {"text": "Hi"}})
    world.settle()

    found = outcomes(world, answer.body["operationId"])
    assert list(found.values()) == [expected]
    assert stopped[0] not in found or expected[0] == "FAILED"


def test_what_was_refused_and_then_opted_out_of_keeps_its_attempt(world: World) -> None:
    """Address by address: the first refuses, the second has opted out."""
    world.post("/Suppressions", {"suppressions": [{"address": ANA, "channel": "PHONE"}]})
    addresses = [{"address": each, "channel": "PHONE"} for each in ("+15005550111", ANA)]

    answer = world.post("/Messages", {"to": [{"addresses": addresses}], "content": {"text": "Hi"}})
    world.settle()

    assert outcomes(world, answer.body["operationId"]) == {"+15005550111": ("FAILED", 21408, 1)}


def test_of_whom_a_carrier_turned_away_what_refused_is_not_asked_again(sim: SimWorld) -> None:
    """The first address has opted out, the second refuses, the third has no capacity at first."""
    sim.inbound(an_inbound(sim.account, text="STOP", at=sim.now))
    sim.run()

    sim.accept([ANA, "+15005550111", "+15005550120"])
    sim.run()

    tried = [message.to.address for message, _ in sim.carrier.sent]
    assert tried == ["+15005550111", "+15005550120", "+15005550120"]
    [sent] = [message for message in sim.made() if message.status is not Status.INBOUND]
    assert (sent.status, [each.to.address for each in sent.attempts]) == (
        Status.DELIVERED,
        ["+15005550111", "+15005550120"],
    )


def test_in_a_group_each_person_is_asked_for(world: World) -> None:
    world.post("/Suppressions", {"suppressions": [{"address": ANA, "channel": "PHONE"}]})
    addresses = [{"address": each, "channel": "PHONE"} for each in (ANA, CLEO)]

    answer = world.post("/Messages", {"to": [{"group": {"addresses": addresses}}], "content": {"text": "Hi"}})
    world.settle()

    [message] = world.messages(operationId=answer.body["operationId"])
    assert message["status"] == "GROUP"
    receipts = world.get(f"/Messages/{message['id']}/Receipts").body["receipts"]
    assert [(each["status"], each["error"] and each["error"]["code"]) for each in receipts] == [
        ("FAILED", 21610),
        ("DELIVERED", None),
    ]


def test_a_group_that_has_opted_out_altogether_is_failed(world: World) -> None:
    addresses = [{"address": each, "channel": "PHONE"} for each in (ANA, CLEO)]
    world.post("/Suppressions", {"suppressions": addresses})

    answer = world.post("/Messages", {"to": [{"group": {"addresses": addresses}}], "content": {"text": "Hi"}})
    world.settle()

    [message] = world.messages(operationId=answer.body["operationId"])
    full = world.get(f"/Messages/{message['id']}").body
    assert (full["status"], full["error"]["code"]) == ("FAILED", 21610)


def test_who_has_opted_out_of_sms_is_reached_by_whatsapp(world: World) -> None:
    write(world, "STOP")
    addresses = [{"address": ANA, "channel": channel} for channel in ("PHONE", "WHATSAPP")]

    answer = world.post("/Messages", {"to": [{"addresses": addresses}], "content": {"text": "Hi"}})
    world.settle()

    [message] = world.messages(operationId=answer.body["operationId"])
    assert (message["status"], message["to"][0]["channel"]) == ("DELIVERED", "WHATSAPP")


def test_of_several_chunks_who_opted_out_is_left_out(world: World) -> None:
    """Two chunks, the first of four groups."""
    out = [f"+1206555{index:04}" for index in range(0, 120, 3)]
    world.post("/Suppressions", {"suppressions": [{"address": each, "channel": "PHONE"} for each in out]})

    operation_id = world.send(*(f"+1206555{index:04}" for index in range(120)))
    world.settle()

    found = outcomes(world, operation_id)
    assert {address for address, each in found.items() if each == ("FAILED", 21610, 0)} == set(out)
    assert sum(each == ("DELIVERED", None, 1) for each in found.values()) == 80


# ------------------------------------------------------------------------------------- crashes


def person() -> MessageAddress:
    return MessageAddress(address=ANA, channel=AddressChannel.PHONE)


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize("start_first", [False, True])
def test_a_worker_that_hears_stop_may_die_at_any_call(
    world: World, faults: Faults, when: When, start_first: bool
) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        if start_first:
            sim.inbound(an_inbound(sim.account, id="0", text="START", at=NOON - timedelta(days=1)))
            sim.run()
        sim.inbound(an_inbound(sim.account, text="STOP"))
        died = sim.work_and_die(Death(call, when))
        sim.run()

        assert suppressed(sim.app.table, sim.account, [person()]) == {person()}
        assert [message.received and message.received.keyword for message in sim.made()] == [
            *([Keyword.START] if start_first else []),
            Keyword.STOP,
        ]
        if not died:
            break
    # Owner, keywords, arrival, session, row; the last sender, twice, for the item has a suppression by
    # then; the word; and by whom the message is found. Where a word was there it is written twice, and
    # the secret of that is known; else it is read.
    assert call == 10


@pytest.mark.parametrize("when", WHENS)
def test_a_worker_that_hears_a_stop_of_all_channels_may_die_at_any_call(
    world: World, faults: Faults, when: When
) -> None:
    both = {MessageAddress(address=ANA, channel=each) for each in AddressChannel}
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        given = NewKeywords(stop_covers=StopCovers.ALL)
        keywords.put(sim.app.table, sim.account, given, NOON)
        sim.inbound(an_inbound(sim.account, text="STOP"))
        died = sim.work_and_die(Death(call, when))
        sim.run()

        assert suppressed(sim.app.table, sim.account, both) == both
        if not died:
            break
    # One more than of one family.
    assert call == 11


@pytest.mark.parametrize("when", WHENS)
def test_a_worker_may_die_at_any_call_and_who_opted_out_is_sent_nothing(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults, group_size=2)
        sim.inbound(an_inbound(sim.account, text="STOP"))
        sim.run()
        operation = sim.accept(CLEO, ANA, [ANA, BEN], ANA)
        died = sim.work_and_die(Death(call, when))
        sim.run()

        tried = [message.to.address for message, _ in sim.carrier.sent]
        assert ANA not in tried
        assert len(tried) == len(set(tried))
        of_ana = [each for each in sim.made() if each.to.address == ANA and not each.is_inbound]
        assert {(each.status, each.error) for each in of_ana} <= {
            (Status.FAILED, 21610),
            # The outcome of the group that was intended when the worker died is unknown.
            (Status.FAILED, 99001),
        }
        assert sim.stats(operation)[0] is OperationStatus.COMPLETED
        if not died:
            assert tried == [CLEO, BEN]
            break
    assert call > 8


def test_suppressions_of_long_ago_hold(world: World) -> None:
    """They do not expire, and no clock of ours is asked."""
    world.inbound(an_inbound(world.account, text="STOP", at=datetime(2001, 1, 1, tzinfo=UTC)))
    world.settle()

    operation_id = world.send(ANA)
    world.settle()

    assert outcomes(world, operation_id) == {ANA: ("FAILED", 21610, 0)}
    [item] = [each for each in world.items() if each["sk"]["S"] == "SUPPRESSION"]
    assert "expiresAt" not in item


# ---------------------------------------------------------------------------- what a STOP covers


def send_to_ana(world: World, channel: str) -> tuple[str, int | None]:
    """What becomes of a message to Ana: its status, and the code of its error."""
    answer = world.post(
        "/Messages", {"to": [{"address": ANA, "channel": channel}], "content": {"text": "Hi"}}
    )
    assert answer.status == 202, answer.body
    world.settle()
    [found] = outcomes(world, answer.body["operationId"]).values()
    return found[:2]


def from_whatsapp(world: World, text: str, seconds: int, **changes: Any) -> None:
    sender = next(each for each in world.senders() if each.channel == "WHATSAPP")
    write(world, text, seconds, to=sender.address, channel=SenderChannel.WHATSAPP, **changes)


@pytest.mark.parametrize("setting", [None, "FAMILY", "ALL"])
def test_what_a_stop_covers_is_the_accounts_setting(world: World, setting: str | None) -> None:
    if setting:
        assert world.put("/Keywords", {"stopCovers": setting}).status == 200
    assert world.get("/Keywords").body["stopCovers"] == (setting or "FAMILY")
    write(world, "STOP", 1)

    assert send_to_ana(world, "PHONE") == ("FAILED", 21610)
    status, code = send_to_ana(world, "WHATSAPP")
    if setting == "ALL":
        assert (status, code) == ("FAILED", 21610)
        assert sorted(opted_out(world)) == [(ANA, "PHONE", "STOP"), (ANA, "WHATSAPP", "STOP")]
    else:
        assert status != "FAILED"
        assert opted_out(world) == [(ANA, "PHONE", "STOP")]

    write(world, "START", 2)

    assert opted_out(world) == []
    assert send_to_ana(world, "PHONE")[0] != "FAILED"
    assert send_to_ana(world, "WHATSAPP")[0] != "FAILED"


def test_a_stop_by_whatsapp_covers_the_phone_where_the_account_says_so(world: World) -> None:
    from_whatsapp(world, "STOP", 1)
    assert send_to_ana(world, "PHONE")[0] != "FAILED"
    world.put("/Keywords", {"stopCovers": "ALL"})
    # The setting is for what is said from now on.
    assert opted_out(world) == [(ANA, "WHATSAPP", "STOP")]

    from_whatsapp(world, "stop", 2)

    assert send_to_ana(world, "PHONE") == ("FAILED", 21610)


def test_a_verdict_of_the_carrier_without_a_text_covers_as_much(world: World) -> None:
    world.put("/Keywords", {"stopCovers": "ALL"})
    from_whatsapp(world, "", 1, keyword=Keyword.STOP)

    assert sorted(opted_out(world)) == [(ANA, "PHONE", "CARRIER"), (ANA, "WHATSAPP", "CARRIER")]


def test_what_a_stop_covers_is_of_one_account(world: World) -> None:
    world.put("/Keywords", {"stopCovers": "ALL"})
    other, _ = world.new_account()
    # The sandbox's sender is of several accounts; its carrier names the account.
    world.inbound(an_inbound(other, text="STOP", id="of the other"))
    world.settle()

    assert opted_out(world) == []
    found = world.get("/Suppressions", account=other).body["suppressions"]
    assert [(each["address"], each["channel"]) for each in found] == [(ANA, "PHONE")]


def test_a_start_lifts_on_the_other_channel_only_what_the_person_said(world: World) -> None:
    world.put("/Keywords", {"stopCovers": "ALL"})
    world.post("/Suppressions", {"suppressions": [{"address": ANA, "channel": "WHATSAPP"}]})
    write(world, "STOP", 1)
    write(world, "START", 2)

    assert opted_out(world) == [(ANA, "WHATSAPP", "API")]


@pytest.mark.parametrize("value", ["all", "", None, 1, "PHONE"])
def test_what_a_stop_covers_is_one_of_two(world: World, value: Any) -> None:
    answer = world.put("/Keywords", {"stopCovers": value})

    assert answer.status == 400
    assert [each["context"] for each in answer.body["errors"]] == ["$.stopCovers"]
    assert world.get("/Keywords").body["isDefault"] is True
