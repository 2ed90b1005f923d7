"""Which senders reach which addresses of a person, and in which order."""

from collections import Counter

import pytest

from herald.model.addresses import AddressChannel, MessageAddress, Sender, SenderChannel
from herald.model.ids import message_id
from herald.model.routes import routes_of, spread

SMS, RCS, WHATSAPP = SenderChannel.SMS, SenderChannel.RCS, SenderChannel.WHATSAPP
PHONE = MessageAddress(address="+12065550100", channel=AddressChannel.PHONE)
OTHER_PHONE = MessageAddress(address="+12065550101", channel=AddressChannel.PHONE)
ON_WHATSAPP = MessageAddress(address="+12065550100", channel=AddressChannel.WHATSAPP)
OPERATION = "comms_operation_01h9krwprkeee8fzqspvwy6nq8"


def sender(channel: SenderChannel, number: int = 0) -> Sender:
    return Sender(sender_id=f"{channel}-{number}", address="+15005550006", channel=channel)


def tried(*addresses: MessageAddress, by: list[SenderChannel], channel_first: bool = False) -> list[str]:
    """The routes as `channel address`, for one sender of each channel."""
    routes = routes_of("m", addresses, [sender(channel) for channel in by], channel_first=channel_first)
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


def test_one_sender_of_each_channel_is_tried_and_always_the_same() -> None:
    senders = [sender(channel, number) for channel in (RCS, SMS) for number in range(5)]

    first = routes_of("comms_message_1", [PHONE, OTHER_PHONE], senders)

    assert [route.sender.channel for route in first] == [RCS, SMS, RCS, SMS]
    assert first[0].sender == first[2].sender
    assert first[1].sender == first[3].sender
    assert first == routes_of("comms_message_1", [PHONE, OTHER_PHONE], senders)


@pytest.mark.parametrize("number", [2, 3, 7, 16, 100])
def test_messages_of_an_operation_are_spread_over_the_senders_of_a_channel(number: int) -> None:
    senders = [sender(SMS, each) for each in range(number)]

    used = Counter(
        routes_of(message_id(OPERATION, index), [PHONE], senders)[0].sender.sender_id
        for index in range(10_000)
    )

    assert len(used) == number
    assert max(used.values()) < 1.5 * 10_000 / number
    assert min(used.values()) > 0.5 * 10_000 / number


def test_operations_take_other_senders_of_a_large_pool_first() -> None:
    members = {f"comms_sender_{number:026}": SMS for number in range(1_000)} | {"agent": RCS}

    taken = [spread(f"{OPERATION}{number}", members, [RCS, SMS]) for number in range(50)]

    assert all(each[RCS] == ["agent"] and set(each[SMS]) == set(members) - {"agent"} for each in taken)
    assert len({sender_id for each in taken for sender_id in each[SMS][:100]}) > 900
    assert WHATSAPP not in taken[0]
