"""Which senders reach which addresses of a person, and in which order."""

import math
from collections import Counter

import pytest

from herald.model.addresses import AddressChannel, MessageAddress, Sender, SenderChannel, distinct
from herald.model.routes import Choice, Conversation, spread
from herald.model.zones import country_of

SMS, RCS, WHATSAPP = SenderChannel.SMS, SenderChannel.RCS, SenderChannel.WHATSAPP
PHONE = MessageAddress(address="+12065550100", channel=AddressChannel.PHONE)
OTHER_PHONE = MessageAddress(address="+12065550101", channel=AddressChannel.PHONE)
ON_WHATSAPP = MessageAddress(address="+12065550100", channel=AddressChannel.WHATSAPP)
OPERATION = "comms_operation_01h9krwprkeee8fzqspvwy6nq8"


def sender(channel: SenderChannel, number: int = 0) -> Sender:
    return Sender(sender_id=f"{channel}-{number}", address="+15005550006", channel=channel)


def tried(*addresses: MessageAddress, by: list[SenderChannel], channel_first: bool = False) -> list[str]:
    """The routes as `channel address`, for one sender of each channel."""
    choice = Choice([sender(channel) for channel in by], channel_first=channel_first)
    routes = choice.routes(addresses)
    return [
        f"{route.sender.channel} {route.to.channel if route.to is ON_WHATSAPP else route.to.address[-3:]}"
        for route in routes
    ]


def test_a_phone_is_reached_by_the_channels_in_their_order() -> None:
    assert tried(PHONE, by=[RCS, WHATSAPP, SMS]) == ["RCS 100", "SMS 100"]
    assert tried(PHONE, by=[SMS, RCS]) == ["SMS 100", "RCS 100"]


def test_addresses_decide_before_channels() -> None:
    assert tried(PHONE, ON_WHATSAPP, OTHER_PHONE, by=[WHATSAPP, RCS, SMS]) == [
        "RCS 100", "SMS 100", "WHATSAPP WHATSAPP", "RCS 101", "SMS 101",
    ]  # fmt: skip


def test_channels_decide_first_where_the_request_orders_them() -> None:
    assert tried(PHONE, ON_WHATSAPP, OTHER_PHONE, by=[WHATSAPP, RCS, SMS], channel_first=True) == [
        "WHATSAPP WHATSAPP", "RCS 100", "RCS 101", "SMS 100", "SMS 101",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("addresses", "by"),
    [([PHONE], []), ([], [SMS]), ([PHONE], [WHATSAPP]), ([ON_WHATSAPP], [SMS, RCS])],
)
def test_who_cannot_be_reached_has_no_route(addresses: list[MessageAddress], by: list[SenderChannel]) -> None:
    assert tried(*addresses, by=by) == []


def test_a_number_in_two_spellings_is_one_address_of_each_channel() -> None:
    old, new = "+5215512345678", "+525512345678"
    given = [
        MessageAddress(address=address, channel=channel)
        for address in (old, new, old)
        for channel in AddressChannel
    ]

    assert distinct([*given, PHONE, PHONE]) == (*given[:2], PHONE)
    assert distinct([PHONE, OTHER_PHONE, ON_WHATSAPP]) == (PHONE, OTHER_PHONE, ON_WHATSAPP)
    assert distinct([]) == []


def test_one_sender_of_each_channel_is_tried_and_always_the_same() -> None:
    senders = [sender(channel, number) for channel in (RCS, SMS) for number in range(5)]

    first = Choice(senders).routes([PHONE, OTHER_PHONE])

    assert [route.sender.channel for route in first] == [RCS, SMS, RCS, SMS]
    assert first[0].sender == first[2].sender
    assert first[1].sender == first[3].sender
    assert first == Choice(senders).routes([PHONE, OTHER_PHONE])


PEOPLE = [
    MessageAddress(address=f"+1206555{number:04}", channel=AddressChannel.PHONE) for number in range(10_000)
]


def writers(choice: Choice, people: list[MessageAddress] = PEOPLE) -> dict[str, str]:
    """The senders and addresses of a message."""
    return {person.address: choice.routes([person])[0].sender.sender_id for person in people}


@pytest.mark.parametrize("rates", [[1, 1], [1, 9], [5, 10, 20, 40], [None, 3, 1, None], [1] * 16, [20] * 5])
def test_the_load_of_a_channel_follows_parts_per_second(rates: list[int | None]) -> None:
    senders = [sender(SMS, number) for number in range(len(rates))]
    paced = {each.sender_id: rate for each, rate in zip(senders, rates, strict=True) if rate}
    total = sum(rate or 1 for rate in rates)

    used = Counter(writers(Choice(senders, paced)).values())

    for each, rate in zip(senders, rates, strict=True):
        share = (rate or 1) / total
        sigma = math.sqrt(len(PEOPLE) * share * (1 - share))
        assert abs(used[each.sender_id] - len(PEOPLE) * share) < 3 * sigma


@pytest.mark.parametrize("number", [1, 2, 7, 20])
def test_a_sender_that_joins_or_leaves_moves_its_own_share_only(number: int) -> None:
    senders = [sender(SMS, each) for each in range(number)]
    new = sender(SMS, 99)

    before, after = writers(Choice(senders)), writers(Choice([*senders, new]))

    moved = {person for person in before if before[person] != after[person]}
    assert {after[person] for person in moved} == {new.sender_id}
    assert len(moved) < 1.2 * len(PEOPLE) / (number + 1)
    without = Choice([*senders, new])
    assert all(
        without.routes([person], {new.sender_id})[0].sender.sender_id == before[person.address]
        for person in PEOPLE[:500]
    )


def test_a_sender_of_the_person_s_country_goes_first() -> None:
    abroad = [sender(SMS, number) for number in range(3)]
    at_home = Sender(sender_id="home", address="+33700000001", channel=SMS)
    paris = MessageAddress(address="+33612345678", channel=AddressChannel.PHONE)

    choice = Choice([*abroad, at_home], country_of=country_of)

    assert choice.routes([paris])[0].sender == at_home
    assert choice.routes([paris], {"home"})[0].sender in abroad
    assert set(writers(choice, PEOPLE[:200]).values()) == {each.sender_id for each in abroad}


def test_an_open_conversation_keeps_its_sender() -> None:
    senders = [Sender(sender_id=f"s{n}", address=f"+1500555000{n}", channel=SMS) for n in range(5)]
    usual = Choice(senders).routes([PHONE])[0].sender
    other = next(each for each in senders if each != usual)

    held = Choice(senders, conversations={Conversation(SMS, PHONE.key): other.address})

    assert held.routes([PHONE])[0].sender == other
    assert held.routes([OTHER_PHONE]) == Choice(senders).routes([OTHER_PHONE])
    # One that may not send any more is replaced.
    assert held.routes([PHONE], {other.sender_id})[0].sender != other


def test_operations_take_other_senders_of_a_large_pool_first() -> None:
    members = {f"comms_sender_{number:026}": SMS for number in range(1_000)} | {"agent": RCS}

    taken = [spread(f"{OPERATION}{number}", members, [RCS, SMS]) for number in range(50)]

    assert all(each[RCS] == ["agent"] and set(each[SMS]) == set(members) - {"agent"} for each in taken)
    assert len({sender_id for each in taken for sender_id in each[SMS][:100]}) > 900
    assert WHATSAPP not in taken[0]
