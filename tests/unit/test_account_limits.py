"""What an account may send: reserved before the 202, given back when it is not taken, never exceeded."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from time import process_time
from typing import Any

import pytest

from herald.content import personalize
from herald.model.addresses import SenderChannel
from herald.model.amounts import Amount, nanos_of, total
from herald.model.limits import LimitName, Limits
from herald.model.operation import Operation
from herald.model.prices import Prices
from herald.model.senders import OperatorSender
from herald.model.status import Status
from herald.operator import accounts, limits
from herald.sending.control import cancel
from herald.store import chunks, senders
from herald.store.accounts import AfterUnknown
from tests.sim.steps import SimWorld
from tests.world import Response, http_event, invoke

pytestmark = pytest.mark.simulated

SMS = {"from": {"address": "+15005550006", "channel": "SMS"}}
DAY = Limits({LimitName.PARTS_PER_DAY: 10})
PRICES = Prices({"SMS": {"US": nanos_of("0.01"), "DE": nanos_of("0.1")}, "RCS": {"US": nanos_of("0.02")}})


@pytest.fixture
def limited(sim: SimWorld) -> Callable[..., SimWorld]:
    """A world whose carrier is a real one, with limits for all accounts."""

    def make(known: Limits = DAY, carrier: str = "aws") -> SimWorld:
        sim.app = replace(sim.app, carrier_name=carrier, limits=known)
        limits.put_prices(sim.app.table, PRICES)
        return sim

    return make


def post(sim: SimWorld, *to: Any, **more: Any) -> Response:
    people = [{"address": each, "channel": "PHONE"} if isinstance(each, str) else each for each in to]
    key = {"Idempotency-Key": more.pop("key")} if "key" in more else {}
    body = {"to": people, "content": {"text": "Hello"}, **SMS, **more}
    answer = sim.post("/Messages", body, account=sim.account, headers=key)
    sim.dispatch()
    return answer


def used(sim: SimWorld, days: int = 0) -> dict[str, str]:
    """What is used of each limit, so many days ago."""
    before = sim.now
    sim.now -= timedelta(days=days)
    answer = sim.get("/Limits", account=sim.account)
    sim.now = before
    assert answer.status == 200, answer.body
    return {each["name"]: each["used"] for each in answer.body["limits"] if each["used"] is not None}


def parts(sim: SimWorld, days: int = 0) -> int:
    return int(used(sim, days)["partsPerDay"])


def kept(sim: SimWorld) -> list[Any]:
    """All that the table holds, but for the audit log, which has what was refused too."""
    return [item for item in sim.items() if not item["pk"]["S"].startswith("AUDIT#")]


def numbers(count: int, first: int = 0) -> list[str]:
    return [f"+1206555{number:04}" for number in range(first, first + count)]


def held(sim: SimWorld, operation_id: str) -> Amount:
    """What the chunks of an operation hold, by their own items."""
    found = []
    for chunk in range(10):
        seen = chunks.of_operation(sim.app.table, operation_id, [chunk])
        if seen and seen[0].charges is not None:
            found.append(total(seen[0].charges.values()))
            continue
        try:
            content = chunks.content(sim.app.table, operation_id, chunk)
        except chunks.Gone:
            break
        found.append(total(content.reserved.values()))
    return total(found)


# ------------------------------------------------------------------------ what is refused


def test_a_request_beyond_the_limit_is_refused_and_changes_nothing(limited: Any) -> None:
    sim = limited()
    assert post(sim, *numbers(7)).status == 202
    before = kept(sim)

    answer = post(sim, *numbers(4))

    assert answer.status == 429
    [error] = answer.body["errors"]
    assert error["code"] == 63038
    tomorrow = (sim.now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    assert error["message"] == (
        "The account may send 10 message parts a day (partsPerDay); 7 are used, and this request may"
        f" take up to 4 more. It resets at {tomorrow:%Y-%m-%dT%H:%M:%SZ}."
    )
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400
    assert kept(sim) == before
    assert post(sim, *numbers(3)).status == 202


def test_a_request_larger_than_the_limit_says_that_waiting_does_not_help(limited: Any) -> None:
    answer = post(limited(), *numbers(11))

    assert answer.status == 429
    assert answer.body["errors"][0]["message"].endswith("The request is larger than the limit.")
    assert "Retry-After" not in answer.headers


def test_the_next_day_begins_at_nothing(limited: Any) -> None:
    sim = limited()
    assert post(sim, *numbers(10)).status == 202
    sim.run()
    sim.now += timedelta(days=1)

    assert parts(sim) == 0
    assert post(sim, *numbers(10)).status == 202


def test_what_is_due_on_another_day_counts_on_that_day(limited: Any) -> None:
    sim = limited()
    at = (sim.now + timedelta(days=2)).isoformat()
    assert post(sim, *numbers(10), schedule={"sendAt": [at]}).status == 202

    assert parts(sim) == 0
    assert post(sim, *numbers(10)).status == 202
    assert post(sim, *numbers(1), schedule={"sendAt": [at]}).status == 429


def test_the_sandbox_and_dry_runs_do_not_count(limited: Any) -> None:
    sim = limited(carrier="sandbox")
    assert post(sim, *numbers(30)).status == 202
    sim = limited()

    assert post(sim, *numbers(30), delivery={"dryRun": True}).status == 202
    assert parts(sim) == 0


def test_of_a_mixed_stack_what_a_sender_of_a_real_carrier_sends_counts(limited: Any) -> None:
    sim = limited(carrier="sandbox")
    new = OperatorSender(channel=SenderChannel.SMS, address="+12065550199", carrier="http")
    real = senders.add(sim.app.table, sim.account, new, sim.now).id

    assert post(sim, *numbers(3), **{"from": {"senderId": real}}).status == 202
    assert post(sim, *numbers(5)).status == 202
    sim.run()

    assert parts(sim) == 3


def test_recipients_are_people_and_not_parts(limited: Any) -> None:
    sim = limited(Limits({LimitName.RECIPIENTS_PER_DAY: 5}))
    group = {"group": {"addresses": [{"address": n, "channel": "PHONE"} for n in numbers(3)]}}

    assert post(sim, group, content={"text": "x" * 400}).status == 202
    sim.run()

    assert used(sim)["recipientsPerDay"] == "3"
    assert post(sim, *numbers(3)).status == 429
    assert post(sim, *numbers(2)).status == 202


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{a}}" * 1_990, "x"),
        ("{{a}}" * 1_990, "x" * 400),
        ("{{a}}" * 1_300, "\u20ac" * 5),
        ("{{a}}" * 45, "\U0001f600" * 35),
        ("{{a}}" * 45, "[" * 35),
        ("{{a}}" + "\U0001f600" * 1_500, "x"),
        ("\U0001f600" * 1_600, "x"),
        ("{{a | upcase}}" * 600, "x"),
    ],
    ids=["variables", "long", "wide", "emoji", "brackets", "mostly-literal", "literal", "filters"],
)
def test_no_text_makes_its_bound_expensive(limited: Any, text: str, value: str) -> None:
    """A request of 10,000 costs at most 8 times a plain one; before, these took up to 25 times."""
    sim = limited(Limits({LimitName.PARTS_PER_DAY: 10**9}))
    people = [{"address": number, "channel": "PHONE", "variables": {"a": value}} for number in numbers(2_000)]

    def cost(content: str) -> float:
        begun = process_time()
        body = {"to": people, "content": {"text": content}, **SMS}
        assert sim.post("/Messages", body, account=sim.account).status == 202
        return process_time() - begun

    cost("{{a}}")
    plain = min(cost("{{a}}") for _ in range(3))

    assert min(cost(text) for _ in range(3)) < 8 * plain


def test_a_text_that_is_too_long_once_it_is_rendered_takes_next_to_nothing(limited: Any) -> None:
    sim = limited(Limits({LimitName.PARTS_PER_DAY: 1}))
    person = {"address": "+12065550100", "channel": "PHONE", "variables": {"a": "x" * 1_601}}

    assert post(sim, person, content={"text": "{{a}}"}).status == 202
    sim.run()

    assert [message.status for message in sim.made()] == [Status.FAILED]
    assert parts(sim) == 0


def test_a_text_of_many_variables_counts_as_one_with_filters(limited: Any) -> None:
    sim = limited(Limits({LimitName.PARTS_PER_DAY: 9}))
    person = {"address": "+12065550100", "channel": "PHONE", "variables": {"a": "x"}}

    assert post(sim, person, content={"text": "{{a}}" * 101}).status == 429
    assert post(sim, person, content={"text": "{{a}}" * 100}).status == 202


def test_money_counts_by_the_price_table(limited: Any) -> None:
    sim = limited(Limits({LimitName.DOLLARS_PER_DAY: nanos_of("0.25")}))
    assert post(sim, "+12065550100", "+4915123456789", content={"text": "x" * 200}).status == 202
    sim.run()

    assert used(sim)["dollarsPerDay"] == "0.22"
    answer = post(sim, "+4915123456789")
    assert (answer.status, answer.body["errors"][0]["code"]) == (429, 99020)
    assert "0.25 US dollars a day (dollarsPerDay); 0.22 are used" in answer.body["errors"][0]["message"]
    assert post(sim, "+12065550100").status == 202


def test_an_unknown_price_counts_as_the_dearest(limited: Any) -> None:
    sim = limited(Limits({LimitName.DOLLARS_PER_MONTH: nanos_of("1")}))
    assert post(sim, "+33612345678").status == 202
    sim.run()

    assert used(sim)["dollarsPerMonth"] == "0.10"


def test_only_allowed_countries(limited: Any) -> None:
    sim = limited(Limits({}, frozenset({"US", "CA"})))

    answer = post(sim, "+12065550100", "+4915123456789")

    assert answer.status == 400
    [error] = answer.body["errors"]
    assert (error["code"], error["context"]) == (21408, "$.to[1].address")
    assert error["message"] == "The account may not send to DE. Its limit countries allows CA, US."


def test_of_many_numbers_that_are_not_allowed_some_are_told_and_all_are_counted(limited: Any) -> None:
    sim = limited(Limits({}, frozenset({"US"})))
    numbers = [f"+49151234{place:05}" for place in range(150)]
    people = [
        {"addresses": [{"address": each, "channel": "PHONE"} for each in numbers[place : place + 10]]}
        for place in range(0, len(numbers), 10)
    ]

    answer = post(sim, *people)

    assert answer.status == 400
    assert len(answer.body["errors"]) == 100
    assert answer.body["errors"][99]["context"] == "$.to[9].addresses[9].address"
    assert answer.body["others"] == 50


# ---------------------------------------------------------------------- what is given back


def test_a_text_of_filters_counts_as_ten_parts_until_it_is_planned(limited: Any) -> None:
    sim = limited(Limits({LimitName.PARTS_PER_DAY: 100}))
    answer = post(sim, *numbers(4), content={"text": "Hi {{ name | default: 'you' | upcase }}"})

    assert parts(sim) == 40
    sim.run()
    assert parts(sim) == held(sim, answer.body["operationId"]).parts == 4


def test_a_text_of_variables_counts_as_it_is(limited: Any) -> None:
    sim = limited(Limits({LimitName.PARTS_PER_DAY: 100}))
    to = [{"address": "+12065550100", "channel": "PHONE", "variables": {"name": "x" * 200}}, *numbers(2)]

    post(sim, *to, content={"text": "Hi {{ name | default: 'you' }}"})

    assert parts(sim) == 4


def test_a_scheduled_request_gives_back_when_it_is_planned(limited: Any) -> None:
    sim = limited(Limits({LimitName.PARTS_PER_DAY: 100}))
    at = sim.now.replace(hour=23, minute=59)
    post(sim, *numbers(4), content={"text": "{{ 'a' | upcase }}"}, schedule={"sendAt": [at.isoformat()]})

    sim.run(until=sim.now + timedelta(seconds=5))

    assert parts(sim) == 4


def test_refused_suppressed_and_canceled_messages_take_nothing(limited: Any) -> None:
    sim = limited(Limits({LimitName.PARTS_PER_DAY: 100}))
    answer = sim.post(
        "/Suppressions",
        {"suppressions": [{"address": "+12065550100", "channel": "PHONE"}]},
        account=sim.account,
    )
    assert answer.status == 200, answer.body
    post(sim, "+15005550110", "+12065550100", "+12065550101")
    sim.run()
    assert parts(sim) == 1

    operation = sim.accept(
        *numbers(5), schedule={"sendAt": [(sim.now + timedelta(minutes=20)).isoformat()]}, **SMS
    )
    sim.run(until=sim.now + timedelta(seconds=5))
    assert parts(sim) == 6
    sim.control(cancel, operation)
    sim.run()
    # A day later, for the prices.
    assert parts(sim, days=1) == 1


def test_what_failed_after_it_was_sent_has_been_taken(limited: Any) -> None:
    sim = limited()
    post(sim, "+15005550101", "+15005550102")
    sim.run()

    assert {message.status for message in sim.made()} == {Status.UNDELIVERED}
    assert parts(sim) == 2


def test_real_prices_take_the_place_of_the_tables(limited: Any) -> None:
    sim = limited(Limits({LimitName.DOLLARS_PER_DAY: nanos_of("5")}))
    operation = sim.accept("+12065550100", "+12065550101", **SMS)
    sim.run(until=sim.now + timedelta(seconds=30))
    assert used(sim)["dollarsPerDay"] == "0.02"
    for message, price in zip(sim.made(), ("0.004", "0.03"), strict=True):
        priced(sim, message.id, price)

    sim.dispatch()
    sim.run()

    assert used(sim, days=1)["dollarsPerDay"] == "0.034"
    assert held(sim, operation.id).nanos == nanos_of("0.034")


def test_real_prices_of_a_later_chunk_take_the_place_of_its_own(limited: Any) -> None:
    sim = limited(Limits({LimitName.DOLLARS_PER_DAY: nanos_of("5")}))
    operation = sim.accept(*(f"+1206555{place:04}" for place in range(101)), **SMS)
    sim.run(until=sim.now + timedelta(seconds=30))
    assert used(sim)["dollarsPerDay"] == "1.01"
    priced(sim, max(message.id for message in sim.made()), "0.03")

    sim.dispatch()
    sim.run()

    assert used(sim, days=1)["dollarsPerDay"] == "1.03"
    [seen] = chunks.of_operation(sim.app.table, operation.id, [1])
    assert {place: amount.nanos for place, amount in (seen.charges or {}).items()} == {0: nanos_of("0.03")}


@pytest.mark.parametrize(
    ("price", "counted"), [("1500000", "1000000.00"), ("-0.03", "0.03"), ("none", "0.01"), ("NaN", "0.01")]
)
def test_whatever_price_a_carrier_tells_its_chunk_is_reckoned_up(
    limited: Any, price: str, counted: str
) -> None:
    sim = limited(Limits({LimitName.DOLLARS_PER_DAY: nanos_of("5")}))
    sim.accept("+12065550100", **SMS)
    sim.run(until=sim.now + timedelta(seconds=30))
    [message] = sim.made()
    priced(sim, message.id, price)

    sim.dispatch()
    sim.run()

    assert used(sim, days=1)["dollarsPerDay"] == counted


def priced(sim: SimWorld, message_id: str, price: str) -> None:
    receipt = {
        "account": sim.account,
        "messageId": message_id,
        "attempt": 1,
        "status": "DELIVERED",
        "billing": {"price": price, "currency": "USD"},
    }
    sim.enqueue("receipts", json.dumps({"carrier": sim.carrier.name, "receipts": [receipt]}))


# ---------------------------------------------------------------------------- second tries


def test_a_second_route_is_reserved_before_it_is_sent(limited: Any) -> None:
    sim = limited(Limits({LimitName.PARTS_PER_DAY: 2}))
    sim.accept(["+15005550101", "+12065550100"], **SMS)
    sim.run(until=sim.now + timedelta(seconds=1))
    assert parts(sim) == 1

    sim.run()

    [message] = sim.made()
    assert (message.status, len(message.attempts)) == (Status.DELIVERED, 2)
    assert parts(sim) == 2


def test_a_second_route_that_the_limit_does_not_cover_is_not_sent(limited: Any) -> None:
    sim = limited(Limits({LimitName.PARTS_PER_DAY: 1}))
    sim.accept(["+15005550101", "+12065550100"], **SMS)
    sim.run()

    [message] = sim.made()
    assert (message.status, len(message.attempts)) == (Status.UNDELIVERED, 1)
    assert parts(sim) == 1


@pytest.mark.parametrize(("limit", "sent"), [(3, 0), (4, 1), (5, 2), (6, 3)])
def test_a_text_longer_than_its_bound_is_sent_as_far_as_there_is_room(
    limited: Any, monkeypatch: pytest.MonkeyPatch, limit: int, sent: int
) -> None:
    """Each message has two parts, and one was reserved."""
    monkeypatch.setattr(personalize, "MOST_PARTS", 1)
    sim = limited(Limits({LimitName.PARTS_PER_DAY: limit}))
    post(sim, *numbers(3), content={"text": "{{ 'x' | upcase }}" + "x" * 200})

    sim.run()

    errors = sorted(message.error or 0 for message in sim.made())
    assert errors == [0] * sent + [63038] * (3 - sent)
    assert parts(sim) == 2 * sent


def test_what_is_sent_again_after_an_unknown_outcome_counts_twice(limited: Any) -> None:
    sim = limited()
    accounts.set_after_unknown(sim.app.table, sim.account, AfterUnknown.SEND_AGAIN, sim.now)
    sim.accept("+15005550150", **SMS)
    sim.run()

    assert sum(sim.handed_over().values()) == parts(sim) == 3


# -------------------------------------------------------------------------------- the stack


def test_the_limits_are_shown(limited: Any) -> None:
    sim = limited(Limits({LimitName.PARTS_PER_DAY: 1_000, LimitName.DOLLARS_PER_MONTH: nanos_of("12.5")}))
    limits.change(sim.app.table, sim.account, {"partsPerDay": 20, "countries": "US DE"}, sim.now)

    answer = sim.get("/Limits", account=sim.account)

    tomorrow = (sim.now + timedelta(days=1)).strftime("%Y-%m-%dT00:00:00.000Z")
    found = {each["name"]: each for each in answer.body["limits"]}
    assert found["partsPerDay"] == {
        "name": "partsPerDay",
        "limit": "20",
        "used": "0",
        "remaining": "20",
        "resetsAt": tomorrow,
        "isDefault": False,
    }
    assert found["dollarsPerMonth"]["limit"] == "12.50"
    assert found["recipientsPerDay"]["limit"] is None
    assert answer.body["countries"] == ["DE", "US"]


def test_an_operator_may_take_a_limit_away(limited: Any) -> None:
    sim = limited()
    limits.change(sim.app.table, sim.account, {"partsPerDay": -1}, sim.now)
    assert post(sim, *numbers(30)).status == 202
    limits.change(sim.app.table, sim.account, {"partsPerDay": None}, sim.now)
    assert post(sim, *numbers(30)).status == 429


def test_a_key_is_not_used_up_by_a_refusal(limited: Any) -> None:
    sim = limited()
    assert post(sim, *numbers(11), key="one").status == 429
    limits.change(sim.app.table, sim.account, {"partsPerDay": 11}, sim.now)

    assert post(sim, *numbers(11), key="one").status == 202
    assert post(sim, *numbers(11), key="one").headers["Idempotency-Replayed"] == "true"
    assert parts(sim) == 11


def test_an_account_without_limits_keeps_no_use(limited: Any) -> None:
    sim = limited(Limits({}))
    operation = sim.accept(*numbers(3), **SMS)
    sim.run()

    assert isinstance(operation, Operation)
    assert not [item for item in sim.items() if item["pk"]["S"].startswith("USAGE#")]


def test_requests_a_second(limited: Any) -> None:
    sim = limited(Limits({}))
    world = sim
    world.requests_per_second = "3"

    statuses = [world.get("/Messages", account=sim.account).status for _ in range(5)]
    answer = world.get("/Senders", account=sim.account)

    assert statuses == [200] * 3 + [429] * 2
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    assert answer.body["errors"][0]["code"] == 20429
    sim.pass_time(1)
    assert world.get("/Messages", account=sim.account).status == 200


def test_a_profile_is_written_to_in_allowed_countries_alone(limited: Any) -> None:
    sim = limited(Limits({}, frozenset({"US"})))
    store = "mem_store_00000000000000000000000000"
    people = {"01": ["+4915123456789", "+12065550100"], "02": ["+4915123456789"]}
    for name, found in people.items():
        addresses = [{"address": each, "channel": "PHONE"} for each in found]
        put(sim, f"/MemoryStores/{store}/Profiles/mem_profile_{name:0>26}", {"addresses": addresses})

    to = [{"profileId": f"mem_profile_{name:0>26}", "memoryStoreId": store} for name in people]
    assert post(sim, *to).status == 202
    sim.run()

    first, second = sim.made()
    assert (first.status, first.to.address) == (Status.DELIVERED, "+12065550100")
    assert (second.status, second.error, second.attempts) == (Status.FAILED, 21408, ())


def put(sim: SimWorld, path: str, body: Any) -> None:
    event = http_event("PUT", path, sim.account, body=json.dumps(body))
    assert invoke("configure", event)["statusCode"] == 200
