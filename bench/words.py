"""The processor time of local times, quiet hours, duplicates, words and keys of numbers for a recipient.

Each figure is the least of several runs over 10,000 recipients of the world's largest
countries, so it is free of other load on the machine.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from bench.report import Goal, Section, Table, number
from herald.content import Personalizer
from herald.model.addresses import AddressChannel, MessageAddress
from herald.model.content import TextWithMedia
from herald.model.duplicates import repeats
from herald.model.numbers import key_of
from herald.model.quiet import QuietHours
from herald.model.recipients import AddressRecipient
from herald.model.schedule import Schedule
from herald.sending.hours import Hours
from herald.sending.timetable import timetable

_RECIPIENTS = 10_000
_RUNS = 7
_MOST_MICROSECONDS = 10
# The key of a person is made wherever people are compared.
_MOST = {"numbers": 4}
# Numbers of people, as many of each country as a list of the world would have.
_BEGINNINGS = ("+1206", "+1212", "+33612", "+447700", "+4915", "+5511", "+525512", "+9198", "+7916", "+614")


def measure() -> Section:
    """Time the parts of accepting and of sending that handle times and words."""
    now = datetime(2026, 11, 27, 10, tzinfo=UTC)
    people = [
        AddressRecipient(
            address=_number(place), channel=AddressChannel.PHONE, variables={"name": f" Ada {place}"}
        )
        for place in range(_RECIPIENTS)
    ]
    local, quiet = Schedule(send_at=("2026-12-01T09:00:00",)), QuietHours(open="08:00-21:00")
    personalizer = Personalizer(TextWithMedia(text="Hi {{ name | default: 'there' }}!"), {})
    addresses = [MessageAddress(address=each.address, channel=each.channel) for each in people]
    accept = {
        "local times": lambda: timetable(people, local, now),
        "quiet hours": lambda: timetable(people, None, now, quiet),
        "duplicates": lambda: repeats(people),
    }
    fan_out = {
        "quiet hours": lambda: list(map(Hours(quiet, lambda: now).opens_at, addresses)),
        "words": lambda: [personalizer.render(each.variables) for each in people],
    }
    spellings = list(map(_spelling, range(_RECIPIENTS)))
    any_function: dict[str, Callable[[], object]] = {
        "numbers": lambda: [key_of(each.address) for each in people],
        "spelled numbers": lambda: list(map(key_of, spellings)),
    }
    costs = [
        (function, name, _microseconds(work))
        for function, parts in (("accept", accept), ("fan_out", fan_out), ("any", any_function))
        for name, work in parts.items()
    ]
    goals = [
        Goal(f"{name}, in `{function}`", _MOST.get(name, _MOST_MICROSECONDS), cost, "us", inclusive=True)
        for function, name, cost in costs
    ]
    rows = [(function, name, number(cost)) for function, name, cost in costs]
    return Section("words", goals, [Table("A recipient", ("function", "what", "us"), rows)])


def _number(place: int) -> str:
    beginning = _BEGINNINGS[place % len(_BEGINNINGS)]
    return f"{beginning}{2_000_000 + place * 7:07}"[:13]


def _spelling(place: int) -> str:
    """A number in one of the ways in which people and gateways write it."""
    number = _number(place)
    spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
    return (number[1:], f"00{number[1:]}", spaced, f"whatsapp:{number}")[place % 4]


def _microseconds(work: Callable[[], object]) -> float:
    """The least processor time of a run, by recipient. A first run does the one-time loading."""
    work()
    least = min(_timed(work) for _ in range(_RUNS))
    return least / _RECIPIENTS * 1e6


def _timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
