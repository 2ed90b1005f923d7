"""Which recipient a row or text belongs to, as seen from outside: by what was asked for and by published ids.

Nothing here asks Herald. A message's id ends with its number in the operation, in base 32; a
text ends with the recipient's place in the request; a time without a zone is that of the
recipient's number.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from tests.sim.asked import Sent
from tests.sim.requests import Key
from tests.sim.values import Item

MESSAGE: Final = "comms_message_"
OPERATION: Final = "comms_operation_"
_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_MESSAGE_ID: Final = re.compile(rf"{MESSAGE}[{_DIGITS}]{{29}}")
_PERSON: Final = re.compile(r"(\d+)$")
_ACCOUNT: Final = re.compile(r"AC[0-9a-f]{32}")
_TEXT: Final = re.compile(r"Hello (\S+)\. (\d+)")
TOKYO: Final = "+81901234"
# Where numbers are that a run writes to, by how they begin.
ZONES: Final[Mapping[str, tzinfo]] = {
    "+1206": ZoneInfo("America/Los_Angeles"),
    "+1212": ZoneInfo("America/New_York"),
    "+4420": ZoneInfo("Europe/London"),
    "+8190": ZoneInfo("Asia/Tokyo"),
}


class Who(NamedTuple):
    """A message or, for a group, one person (from 0) of it."""

    message_id: str
    person: int | None = None

    @property
    def operation_id(self) -> str:
        return OPERATION + self.message_id[len(MESSAGE) : len(MESSAGE) + 26]

    @property
    def number(self) -> int:
        """Of the message, in its operation, from 0."""
        number = 0
        for digit in self.message_id[-3:]:
            number = number * 32 + _DIGITS.index(digit)
        return number


class Address(NamedTuple):
    """Of a person: whose, as an account knows it."""

    account: str
    channel: str
    address: str

    @classmethod
    def of(cls, account: str, channel: str, number: str) -> "Address":
        return cls(account, channel, one_spelling(number))


def one_spelling(number: str) -> str:
    """A number without the only other spelling that journeys use: Mexico's 521 is 52."""
    is_old = number.startswith("+521") and len(number) == len("+5215512345678")
    return f"+52{number[4:]}" if is_old else number


def zone_of(number: str) -> tzinfo:
    """The time zone of a number that a run writes to."""
    return next((zone for start, zone in ZONES.items() if number.startswith(start)), UTC)


def who_is(key: Key, item: Item) -> Who | None:
    """Whose state an item is: a message's, or that of a person of a group."""
    found = _MESSAGE_ID.search(key[1])
    if not found or "status" not in item:
        return None
    person = _PERSON.search(key[1][found.end() :])
    return Who(found[0], int(person[1]) if person else None)


def account_in(key: Key) -> str:
    """Whose an item is, as its partition key says."""
    found = _ACCOUNT.search(key[0])
    return found[0] if found else ""


def unreached(key: Key, item: Item) -> Who | None:
    """Which recipient an item says of that no message can be sent to."""
    found = _MESSAGE_ID.search(key[1])
    return Who(found[0]) if found and "status" not in item and "details" in item else None


def operations_in(items: Mapping[Key, Item]) -> dict[str, Item]:
    """Operations by id: items that have an id of one and say how many recipients it has."""
    return {
        item["id"]["S"]: item
        for item in items.values()
        if "total" in item and item.get("id", {}).get("S", "").startswith(OPERATION)
    }


class Recipient(NamedTuple):
    """A recipient of a request: how to reach it, and when."""

    sent: Sent
    place: int
    addresses: Sequence[Mapping[str, str]]
    is_group: bool
    # By the true clock; None: at once.
    due: float | None

    @property
    def is_by_profile(self) -> bool:
        return "profileId" in self.sent.to[self.place]


class Book:
    """What was asked for. `profiles`: the addresses of profiles, by account and id."""

    def __init__(self, sent: Sequence[Sent], profiles: Mapping[tuple[str, str], list[Any]]) -> None:
        self._sent = sent
        self._profiles = profiles
        # Which number the recipient at a place got, and the other way about, of each operation.
        self._numbers: dict[tuple[str, int], int] = {}
        self._places: dict[tuple[str, int], int] = {}

    def request(self, mark: str, account: str | None = None) -> Sent | None:
        """The first request with a mark in its text, of an account or of any."""
        return next(
            (each for each in self._sent if each.mark == mark and account in (None, each.account)), None
        )

    def request_of(self, operation_id: str) -> Sent | None:
        """The request that an operation was accepted for, if its client was told."""
        return next(
            (
                each
                for each in self._sent
                if each.response.status == 202 and each.response.body["operationId"] == operation_id
            ),
            None,
        )

    def recipient(self, sent: Sent, place: int) -> Recipient:
        wanted = sent.to[place]
        if "profileId" in wanted:
            # A request that is made at the same time under the same key may not know the profile yet.
            later = self._profiles.get((sent.account, wanted["profileId"]), [])
            addresses = sent.profiles.get(wanted["profileId"], later)
        else:
            addresses = wanted.get("group", wanted).get("addresses") or [wanted]
        return Recipient(sent, place, addresses, "group" in wanted, _due(sent, addresses, wanted))

    def of_text(self, account: str, text: str | None) -> Recipient | None:
        """Whom a text is for."""
        found = _TEXT.fullmatch(text or "")
        sent = self.request(found[1], account) if found else None
        if not found or sent is None or int(found[2]) >= len(sent.to):
            return None
        return self.recipient(sent, int(found[2]))

    def is_the_same(self, who: Who, place: int) -> bool:
        """Whether a message was always the same recipient's, and no other one's."""
        here, there = (who.operation_id, place), (who.operation_id, who.number)
        return (
            self._numbers.setdefault(here, who.number) == who.number
            and self._places.setdefault(there, place) == place
        )


def _due(sent: Sent, addresses: Sequence[Mapping[str, str]], wanted: Mapping[str, Any]) -> float | None:
    times = sent.more.get("schedule", {}).get("sendAt", ())
    if not times:
        return None
    at = datetime.fromisoformat(times[0])
    if at.tzinfo is None:
        number = "" if "profileId" in wanted else addresses[0]["address"]
        at = at.replace(tzinfo=zone_of(number))
    return at.timestamp()


def requests_of(sent: Sequence[Sent], key: Callable[[Sent], Any]) -> Iterator[tuple[Any, list[Sent]]]:
    """Requests that have something in common, each time with what it is."""
    groups: dict[Any, list[Sent]] = {}
    for each in sent:
        groups.setdefault(key(each), []).append(each)
    yield from groups.items()
