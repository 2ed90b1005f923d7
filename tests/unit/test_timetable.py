"""When each recipient of a request is due: by their own clock, and never at night by accident."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from herald.model.addresses import AddressChannel
from herald.model.operation import Operation
from herald.model.problems import Refused
from herald.model.quiet import QuietHours, Week, Window
from herald.model.recipients import AddressRecipient
from herald.model.schedule import Schedule
from herald.sending.timetable import timetable

SEATTLE, NEW_YORK, LONDON, PARIS = "+12065550100", "+12125550100", "+447700900123", "+33612345678"
AUCKLAND, MUMBAI = "+6421123456", "+919812345678"


def dues(
    *numbers: str, now: str, send_at: str | None = None, quiet: QuietHours | None = None
) -> dict[str, str]:
    """When each number is due, as UTC up to the minute."""
    people = [AddressRecipient(address=number, channel=AddressChannel.PHONE) for number in numbers]
    moment = datetime.fromisoformat(now)
    parts, found = timetable(people, Schedule(send_at=(send_at,)) if send_at else None, moment, quiet)
    if not found:
        return dict.fromkeys(numbers, "at once")
    return {
        each.recipient.addresses[0].address: "at once" if due.at <= moment else f"{due.at:%d %H:%M}"
        for due in found
        for part in parts[due.first : due.first + due.chunks]
        for each in part
    }


def test_a_local_time_is_the_country_s() -> None:
    assert dues(
        SEATTLE, PARIS, "+77011234567", now="2026-11-01T00:00:00Z", send_at="2026-11-10T09:00:00"
    ) == {
        SEATTLE: "10 17:00",
        PARIS: "10 08:00",
        "+77011234567": "10 04:00",
    }


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # Nine o'clock has passed in New York an hour ago: now. In Auckland it is one o'clock at night.
        (
            "2026-11-10T14:30:00Z",
            {NEW_YORK: "at once", SEATTLE: "10 17:00", LONDON: "at once", AUCKLAND: "10 19:00"},
        ),
        # In London it is eleven in the evening, in Auckland noon.
        (
            "2026-11-10T23:00:00Z",
            {NEW_YORK: "at once", LONDON: "11 08:00", AUCKLAND: "at once", SEATTLE: "at once"},
        ),
    ],
)
def test_a_local_time_that_is_past_is_due_now_but_not_at_night(now: str, expected: dict[str, str]) -> None:
    assert dues(*expected, now=now, send_at="2026-11-10T09:00:00") == expected


def test_an_instant_that_is_past_is_due_now() -> None:
    assert dues(AUCKLAND, LONDON, now="2026-11-10T23:00:00Z", send_at="2026-11-10T09:00:00Z") == {
        AUCKLAND: "at once",
        LONDON: "at once",
    }


@pytest.mark.parametrize(
    ("send_at", "expected"),
    [
        # Clocks in Paris go from 02:00 to 03:00: half past two is half past three.
        ("2026-03-29T02:30:00", "29 01:30"),
        ("2026-03-29T01:59:00", "29 00:59"),
        ("2026-03-29T03:00:00", "29 01:00"),
        # Half past two comes twice: the first one counts.
        ("2026-10-25T02:30:00", "25 00:30"),
        ("2026-10-25T03:00:00", "25 02:00"),
    ],
)
def test_a_time_that_a_change_of_clocks_skips_or_repeats(send_at: str, expected: str) -> None:
    now = f"{datetime.fromisoformat(send_at) - timedelta(days=5)}+00:00"

    assert dues(PARIS, now=now, send_at=send_at) == {PARIS: expected}


def test_a_local_time_too_far_ahead_anywhere_is_refused() -> None:
    with pytest.raises(Refused):
        dues(SEATTLE, now="2026-11-01T12:00:00Z", send_at="2026-12-01T09:00:00")


# ------------------------------------------------------------------- quiet hours


QUIET = QuietHours(open="08:00-21:00")


def test_what_would_arrive_in_quiet_hours_is_due_at_the_next_open_minute() -> None:
    # 03:00 in London, 04:00 in Paris, 19:00 in Seattle, 22:00 in New York, 08:30 in Mumbai.
    assert dues(LONDON, PARIS, SEATTLE, NEW_YORK, MUMBAI, now="2026-11-10T03:00:00Z", quiet=QUIET) == {
        LONDON: "10 08:00",
        PARIS: "10 07:00",
        SEATTLE: "at once",
        NEW_YORK: "10 13:00",
        # India's own hours begin at 10:00.
        MUMBAI: "10 04:30",
    }


def test_hours_that_open_in_an_hour_that_comes_twice_open_then_too() -> None:
    early = QuietHours(open="01:15-21:00", countries={})

    # Clocks go back at 06:00Z. 00:30 by the old time, 01:10 by the new.
    assert dues(NEW_YORK, now="2026-11-01T04:30:00Z", quiet=early) == {NEW_YORK: "01 05:15"}
    assert dues(NEW_YORK, now="2026-11-01T06:10:00Z", quiet=early) == {NEW_YORK: "01 06:15"}


def test_hours_that_a_change_of_clocks_skips_do_not_open_that_day() -> None:
    # On Lord Howe Island the clocks go from 02:00 to 02:30 on 4 October.
    week = Week((Window(2 * 60 + 5, 2 * 60 + 25),) * 7)

    opens = week.next_open(datetime(2026, 10, 3, 14, tzinfo=UTC), ZoneInfo("Australia/Lord_Howe"))

    assert opens == datetime(2026, 10, 4, 15, 5, tzinfo=UTC)


def test_a_schedule_keeps_quiet_hours_too() -> None:
    night = "2026-11-10T03:00:00Z"

    assert dues(LONDON, SEATTLE, now="2026-11-09T12:00:00Z", send_at=night, quiet=QUIET) == {
        LONDON: "10 08:00",
        SEATTLE: "10 03:00",
    }
    assert dues(LONDON, now="2026-11-09T12:00:00Z", send_at="2026-11-10T22:00:00", quiet=QUIET) == {
        LONDON: "11 08:00"
    }


def test_messages_that_wait_for_the_morning_are_counted() -> None:
    people = [
        AddressRecipient(address=each, channel=AddressChannel.PHONE) for each in (LONDON, SEATTLE, LONDON)
    ]

    _, found = timetable(people, None, datetime(2026, 11, 10, 3, tzinfo=UTC), QUIET)

    assert [(due.chunks, due.quiet) for due in found] == [(1, 0), (1, 2)]


def test_sunday_is_closed_in_france() -> None:
    # Sunday, 15 November 2026.
    assert dues(PARIS, LONDON, now="2026-11-15T12:00:00Z", quiet=QUIET) == {
        PARIS: "16 07:00",
        LONDON: "at once",
    }


@pytest.mark.parametrize("numbers", [1, 2, 99, 100, 101, 250])
@pytest.mark.parametrize("send_at", [None, "2026-11-10T09:00:00"])
def test_an_operation_knows_which_places_of_a_chunk_may_have_a_message(
    numbers: int, send_at: str | None
) -> None:
    """A read of a place without a message costs as much as one of a message."""
    countries = (SEATTLE, PARIS) if numbers > 1 else (SEATTLE,)
    people = [
        AddressRecipient(address=countries[number % len(countries)], channel=AddressChannel.PHONE)
        for number in range(numbers)
    ]
    now = datetime(2026, 11, 1, tzinfo=UTC)
    parts, dues = timetable(people, Schedule(send_at=(send_at,)) if send_at else None, now)
    made: Any = Operation.model_construct
    operation = made(total=numbers, dues=dues)

    assert operation.chunks == len(parts)
    for chunk, part in enumerate(parts):
        places = operation.places(chunk)
        assert places.start == 100 * chunk
        assert len(part) <= len(places) <= 100
        if not dues or len(parts) == 1:
            assert len(places) == len(part)
