"""Profiles, and recipients that name one: addresses and traits are the profile's."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest

from herald.model import problems
from herald.model.operation import OperationStatus
from herald.model.profiles import Profile, with_traits
from herald.model.status import Status
from herald.sending.people import people_of
from herald.store import chunks, profiles
from herald.store.keys import Key
from herald.store.table import Item
from tests.builders import settled
from tests.sim import Death, Faults, When
from tests.sim.steps import SimWorld
from tests.world import Response, World

pytestmark = pytest.mark.simulated

STORE = "mem_store_00000000000000000000000000"
OTHER_STORE = "mem_store_00000000000000000000000001"
ANA = "mem_profile_01h9krwprkeee8fzqspvwy6nq8"
BO = "mem_profile_01h9krwprkeee8fzqspvwy6nq9"
PHONE = {"address": "+12065550100", "channel": "PHONE"}
WHATSAPP = {"address": "+12065550100", "channel": "WHATSAPP"}
REFUSED = {"address": "+15005550110", "channel": "PHONE"}
THROTTLED = {"address": "+15005550120", "channel": "PHONE"}
HELLO: dict[str, Any] = {"content": {"text": "Hi {{ name | default: 'there' }}"}}
NAME = {"name": "${Twilio.Profile.firstName}"}


def path(profile: str = ANA, store: str = STORE) -> str:
    return f"/MemoryStores/{store}/Profiles/{profile}"


def put(world: World, *addresses: dict[str, str], profile: str = ANA, **traits: str) -> Response:
    answer = world.put(path(profile), {"addresses": list(addresses or [PHONE]), "traits": traits})
    assert answer.status == 200, answer.body
    return answer


def by_profile(profile: str = ANA, variables: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    return {"profileId": profile, "memoryStoreId": STORE, "variables": variables or {}, **more}


def sent(world: World, *to: dict[str, Any], **more: Any) -> list[Any]:
    """What became of the messages to some recipients, in their order."""
    answer = world.post("/Messages", {"to": list(to), **HELLO, **more})
    assert answer.status == 202, answer.body
    world.settle()
    listed = world.messages(operationId=answer.body["operationId"])
    return [world.get(f"/Messages/{message['id']}").body for message in reversed(listed)]


def refused(world: World, recipient: object) -> list[tuple[int, str]]:
    answer = world.post("/Messages", {"to": [recipient], "content": {"text": "Hello"}})
    assert answer.status == 400, answer.body
    return [(error["code"], error["context"]) for error in answer.body["errors"]]


# -------------------------------------------------------------------------- profiles


def test_a_profile_is_kept_as_it_was_put(world: World) -> None:
    answer = put(world, PHONE, WHATSAPP, firstName="Ana")

    fetched = world.get(path())

    assert fetched.status == 200
    assert fetched.body == answer.body
    assert fetched.body == {
        "profileId": ANA,
        "memoryStoreId": STORE,
        "addresses": [PHONE, WHATSAPP],
        "traits": {"firstName": "Ana"},
        "updatedAt": fetched.body["updatedAt"],
    }


def test_putting_a_profile_again_replaces_all_of_it(world: World) -> None:
    put(world, PHONE, WHATSAPP, firstName="Ana", city="Oslo")

    put(world, PHONE, firstName="Anna")

    fetched = world.get(path()).body
    assert (fetched["addresses"], fetched["traits"]) == ([PHONE], {"firstName": "Anna"})


def test_a_profile_that_is_deleted_is_gone(world: World) -> None:
    put(world)

    answer = world.delete(path())

    assert (answer.status, answer.body) == (204, None)
    assert world.get(path()).status == 404
    assert world.delete(path()).status == 404


def test_a_profile_is_its_accounts_and_its_memory_stores(world: World) -> None:
    put(world)
    stranger, _ = world.new_account()

    assert world.get(path(), account=stranger).status == 404
    assert world.get(path(store=OTHER_STORE)).status == 404
    assert world.get(path(BO)).status == 404


@pytest.mark.parametrize(
    "where",
    [
        path("mem_profile_1"),
        path("mem_profile_81h9krwprkeee8fzqspvwy6nq8"),
        path("mem_profile_01h9krwprkeee8fzqspvwy6nq8" + "0" * 10),
        path("mem_profile_01h9krwprkeee8fzqspvwy6nq#"),
        path(ANA.upper()),
        path(store="mem_store_1"),
        path(store=ANA),
    ],
)
def test_there_is_no_profile_under_an_id_of_another_form(world: World, where: str) -> None:
    body = {"addresses": [PHONE]}

    assert [world.put(where, body).status, world.get(where).status, world.delete(where).status] == [404] * 3


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ([], (400, "$")),
        ({}, (400, "$.addresses")),
        ({"addresses": []}, (400, "$.addresses")),
        ({"addresses": None}, (400, "$.addresses")),
        ({"addresses": [PHONE] * 11}, (400, "$.addresses")),
        ({"addresses": [{**PHONE, "address": "206"}]}, (21614, "$.addresses[0].address")),
        ({"addresses": [{**PHONE, "channel": "SMS"}]}, (400, "$.addresses[0].channel")),
        ({"addresses": [{**PHONE, "name": "Ana"}]}, (400, "$.addresses[0].name")),
        ({"addresses": [PHONE], "traits": None}, (400, "$.traits")),
        ({"addresses": [PHONE], "traits": {"age": 40}}, (400, "$.traits.age")),
        ({"addresses": [PHONE], "traits": {"n": "é" * 1500}}, (400, "$.traits")),
    ],
)
def test_a_profile_that_is_not_one_is_refused(world: World, body: object, problem: tuple[int, str]) -> None:
    answer = world.put(path(), body)

    assert answer.status == 400
    assert [(error["code"], error["context"]) for error in answer.body["errors"]] == [problem]
    assert world.get(path()).status == 404


# ------------------------------------------------------------------- whom a request is for


@pytest.mark.parametrize(
    ("recipient", "found"),
    [
        ({"profileId": ANA}, [(400, "$.to[0].memoryStoreId")]),
        ({"memoryStoreId": STORE}, [(400, "$.to[0].profileId")]),
        (
            {"profileId": "mem_profile_1", "memoryStoreId": "mem_store_1"},
            [(400, "$.to[0].profileId"), (400, "$.to[0].memoryStoreId")],
        ),
        ({"profileId": 1, "memoryStoreId": STORE}, [(400, "$.to[0].profileId")]),
        ({"profileId": None, "memoryStoreId": STORE}, [(400, "$.to[0].profileId")]),
        ({**PHONE, "profileId": ANA}, [(400, "$.to[0].memoryStoreId")]),
        # Two kinds at once.
        ({**by_profile(), "addresses": [PHONE]}, [(400, "$.to[0]")]),
        ({**by_profile(), **PHONE, "addresses": [PHONE]}, [(400, "$.to[0]")]),
        ({**by_profile(), "variables": {"n": 1}}, [(400, "$.to[0].variables.n")]),
    ],
)
def test_a_recipient_that_is_no_profile_is_refused(
    world: World, recipient: object, found: list[tuple[int, str]]
) -> None:
    assert refused(world, recipient) == found


def test_a_message_goes_to_the_profiles_address(world: World) -> None:
    put(world, PHONE, firstName="Ana")

    [message] = sent(world, by_profile(variables=NAME))

    to = [{**PHONE, "profileId": ANA, "memoryStoreId": STORE}]
    assert message["status"] == Status.DELIVERED
    assert message["content"] == {"text": "Hi Ana"}
    assert message["to"] == to
    assert message["attempts"][0]["to"] == to
    assert world.messages()[0]["to"] == to


def test_what_stands_next_to_a_profile_is_not_the_address(world: World) -> None:
    put(world, PHONE)

    [message] = sent(world, by_profile(address="+12065550199", channel="PHONE", name="Ana"))

    assert message["to"][0]["address"] == PHONE["address"]


def test_addresses_next_to_half_a_profile_are_the_recipient(world: World) -> None:
    [message] = sent(world, {"addresses": [PHONE], "profileId": ANA})

    assert message["to"] == [PHONE]


def test_a_profiles_addresses_are_tried_in_their_order(world: World) -> None:
    put(world, REFUSED, PHONE)

    [message] = sent(world, by_profile())

    assert [attempt["to"][0]["address"] for attempt in message["attempts"]] == [
        REFUSED["address"],
        PHONE["address"],
    ]
    assert message["status"] == Status.DELIVERED


def test_a_profile_that_is_named_twice_gets_two_messages(world: World) -> None:
    put(world, firstName="Ana")
    put(world, profile=BO, firstName="Bo")

    messages = sent(world, by_profile(variables=NAME), by_profile(BO, NAME), by_profile(), PHONE)

    assert [message["content"]["text"] for message in messages] == ["Hi Ana", "Hi Bo", "Hi there", "Hi there"]
    assert messages[3]["to"] == [PHONE]


def test_an_unknown_profile_and_one_out_of_reach_are_unaddressable(world: World) -> None:
    put(world, WHATSAPP)
    stranger, _ = world.new_account()
    mine, world.account = world.account, stranger
    put(world, PHONE, profile=BO)
    world.account = mine

    answer = world.post(
        "/Messages", {"to": [by_profile(), by_profile(BO)], **HELLO, "from": {"senderId": sms(world)}}
    )
    world.settle()

    operation = world.operation(answer.body["operationId"])
    assert operation["status"] == OperationStatus.COMPLETED
    assert (operation["stats"]["total"], operation["stats"]["unaddressable"]) == (2, 2)
    assert world.messages() == []


def sms(world: World) -> str:
    return next(sender.sender_id for sender in world.senders() if sender.channel == "SMS")


# --------------------------------------------------------------------------- traits


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ("${Twilio.Profile.firstName}", "Ana"),
        ("${Twilio.profile.firstName}", "Ana"),
        ("${Twilio.PROFILE.firstName}", "Ana"),
        ("Dear ${Twilio.Profile.firstName} of ${Twilio.Profile.city}!", "Dear Ana of Oslo!"),
        ("${Twilio.Profile.a.b c-d}", "odd"),
        ("${Twilio.Profile.empty}", ""),
        # References are made once: what a trait holds is text.
        ("${Twilio.Profile.sly}", "${Twilio.Profile.city}"),
        # A trait that is not there makes the variable one that is not there.
        ("${Twilio.Profile.lastName}", None),
        ("Dear ${Twilio.Profile.lastName}", None),
        ("${Twilio.Profile.FIRSTNAME}", None),
        # No references.
        ("${Twilio.Contact.firstName}", "${Twilio.Contact.firstName}"),
        ("${twilio.Profile.firstName}", "${twilio.Profile.firstName}"),
        ("$ {Twilio.Profile.firstName}", "$ {Twilio.Profile.firstName}"),
        ("${Twilio.Profile.}", "${Twilio.Profile.}"),
        ("${Twilio.Profile.firstName", "${Twilio.Profile.firstName"),
    ],
)
def test_references_to_traits(value: str, resolved: str | None) -> None:
    traits = {"firstName": "Ana", "city": "Oslo", "empty": "", "a.b c-d": "odd"}

    found = with_traits({"name": value}, {**traits, "sly": "${Twilio.Profile.city}"})

    assert found == ({} if resolved is None else {"name": resolved})


def test_a_trait_that_is_missing_takes_the_default(world: World) -> None:
    put(world)

    [message] = sent(world, by_profile(variables=NAME))

    assert message["content"] == {"text": "Hi there"}


def test_a_trait_that_is_missing_and_has_no_default_fails_the_message(world: World) -> None:
    put(world)

    [message] = sent(world, by_profile(variables=NAME), content={"text": "Hi {{ name }}"})

    assert (message["status"], message["error"]["code"]) == (Status.FAILED, problems.UNRENDERABLE.code)


def test_liquid_in_a_trait_is_text(world: World) -> None:
    put(world, firstName="{{ secret }}")

    [message] = sent(world, by_profile(variables={**NAME, "secret": "1234"}))

    assert message["content"] == {"text": "Hi {{ secret }}"}


def test_only_recipients_by_profile_have_traits(world: World) -> None:
    [message] = sent(world, {**PHONE, "variables": NAME})

    assert message["content"] == {"text": "Hi there"}


def test_traits_that_do_not_fit_into_a_row_fail_the_message(world: World) -> None:
    put(world, long="x" * 2_000)

    [message] = sent(world, by_profile(variables={"a": "${Twilio.Profile.long}" * 2}))

    assert (message["status"], message["error"]["code"]) == (Status.FAILED, problems.UNRENDERABLE.code)


def test_a_message_stays_as_it_was_sent_when_its_profile_changes(world: World) -> None:
    put(world, firstName="Ana")
    [message] = sent(world, by_profile(variables=NAME))

    put(world, WHATSAPP, firstName="Anna")

    assert world.get(f"/Messages/{message['id']}").body == message
    world.delete(path())
    assert world.get(f"/Messages/{message['id']}").body == message


def test_the_profiles_of_a_chunk_are_read_at_once(sim: SimWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    batch = sim.app.table.get_many

    def get_many(keys: Sequence[Key]) -> list[Item]:
        read.append(len(keys))
        return batch(keys)

    operation = sim.accept(*[by_profile(), by_profile(BO)] * 50)
    monkeypatch.setattr(sim.app.table, "get_many", get_many)

    placed = chunks.content(sim.app.table, operation.id, 0).people
    people_of(sim.app.table, operation, placed, first=0, again=False)

    assert read == [2]


# --------------------------------------------------------------------------- crashes


WHENS: tuple[When, ...] = ("before", "after")
MIXED = (by_profile(variables=NAME), by_profile(BO, NAME), "+15005550140", by_profile(ANA, NAME))


def keep(sim: SimWorld, profile: str, *addresses: dict[str, str], **traits: str) -> None:
    """Put a profile of the world's account."""
    profiles.put(
        sim.app.table,
        sim.account,
        Profile.model_validate(
            {
                "profileId": profile,
                "memoryStoreId": STORE,
                "addresses": addresses,
                "traits": traits,
                "updatedAt": sim.now,
            },
            strict=False,
        ),
    )


def forget(sim: SimWorld, profile: str) -> None:
    profiles.delete(sim.app.table, sim.account, STORE, profile)


@pytest.mark.parametrize("when", WHENS)
def test_a_worker_may_die_at_any_call_and_its_profiles_change(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        keep(sim, ANA, PHONE, firstName="Ana")
        operation = sim.accept(*MIXED, **HELLO)
        died = sim.work_and_die(Death(call, when))
        # The existing profile was deleted, and the missing one was created.
        forget(sim, ANA)
        keep(sim, BO, PHONE, firstName="Bo")
        rows = {message.id: (message.to, message.variables) for message in sim.made()}

        messages = {message.id: message for message in settled(sim, operation)}

        assert {each: (messages[each].to, messages[each].variables) for each in rows} == rows
        for message, _ in sim.carrier.sent:
            name = messages[message.message_id].variables.get("name", "there")
            assert (message.to, message.text) == (messages[message.message_id].to, f"Hi {name}")
        if not died:
            break
    assert call > 10


def test_a_profile_that_goes_while_its_message_waits_is_still_sent_to(sim: SimWorld, world: World) -> None:
    keep(sim, ANA, REFUSED, THROTTLED, firstName="Ana")
    sim.accept(by_profile(variables=NAME), **HELLO)
    sim.work(*sim.take())

    forget(sim, ANA)
    sim.run()

    [message] = sim.made()
    assert [attempt.to.address for attempt in message.attempts] == [REFUSED["address"], THROTTLED["address"]]
    assert message.status is Status.DELIVERED
    assert sim.carrier.sent[-1][0].text == "Hi Ana"
