"""The limits of an account: a second, a day and a month, and countries.

A day and a month are those of the calendar in UTC. A message counts on the day on which it is
due: for a message without a schedule that is the day of its request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from herald.model import problems
from herald.model.amounts import Amount, dollars_of
from herald.model.problems import Problem


class LimitName(StrEnum):
    """The limits, by their names on the wire."""

    REQUESTS_PER_SECOND = "requestsPerSecond"
    RECIPIENTS_PER_DAY = "recipientsPerDay"
    PARTS_PER_DAY = "partsPerDay"
    DOLLARS_PER_DAY = "dollarsPerDay"
    DOLLARS_PER_MONTH = "dollarsPerMonth"


# The limits that sent messages count against.
QUOTAS: Final = (
    LimitName.RECIPIENTS_PER_DAY,
    LimitName.PARTS_PER_DAY,
    LimitName.DOLLARS_PER_DAY,
    LimitName.DOLLARS_PER_MONTH,
)
MONEY: Final = frozenset({LimitName.DOLLARS_PER_DAY, LimitName.DOLLARS_PER_MONTH})


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of an account by name; money in billionths of a US dollar.

    A missing name means no limit. `countries` are ISO codes; None: all countries.
    """

    numbers: Mapping[LimitName, int]
    countries: frozenset[str] | None = None

    def get(self, name: LimitName) -> int | None:
        return self.numbers.get(name)

    @property
    def counts(self) -> bool:
        """Whether there is a limit that sent messages count against."""
        return any(name in self.numbers for name in QUOTAS)

    @property
    def counts_money(self) -> bool:
        return any(name in self.numbers for name in MONEY)


NO_LIMITS: Final = Limits({})


@dataclass(frozen=True, slots=True)
class OwnLimits:
    """The limits that an operator has set for one account. The stack's limits hold for the others.

    A number that is None, and countries that are empty: no limit, whatever the stack has.
    """

    numbers: Mapping[LimitName, int | None]
    countries: frozenset[str] | None = None

    def over(self, stack: Limits) -> Limits:
        """The limits in effect for the account."""
        numbers = {**stack.numbers, **self.numbers}
        countries = stack.countries if self.countries is None else self.countries
        return replace(
            stack,
            numbers={name: number for name, number in numbers.items() if number is not None},
            countries=countries or None,
        )


def taken(name: LimitName, amount: Amount) -> int:
    """How much of a limit an amount uses."""
    match name:
        case LimitName.RECIPIENTS_PER_DAY:
            return amount.recipients
        case LimitName.PARTS_PER_DAY:
            return amount.parts
        case LimitName.DOLLARS_PER_DAY | LimitName.DOLLARS_PER_MONTH:
            return amount.nanos
        case LimitName.REQUESTS_PER_SECOND:
            return 0


def resets_at(name: LimitName, day: date) -> datetime:
    """When the use of a limit, as of a day, begins at 0 again."""
    first = day.replace(day=1)
    month = (first + timedelta(days=32)).replace(day=1)
    return datetime.combine(
        month if name is LimitName.DOLLARS_PER_MONTH else day + timedelta(days=1), time(), UTC
    )


_WHAT: Final = {
    LimitName.REQUESTS_PER_SECOND: "requests a second",
    LimitName.RECIPIENTS_PER_DAY: "recipients a day",
    LimitName.PARTS_PER_DAY: "message parts a day",
    LimitName.DOLLARS_PER_DAY: "US dollars a day",
    LimitName.DOLLARS_PER_MONTH: "US dollars a month",
}


def shown(name: LimitName, number: int) -> str:
    """A number of a limit, in a form for people."""
    return dollars_of(number) if name in MONEY else str(number)


class LimitReached(Exception):
    """A request would take an account beyond a limit; it changes nothing.

    `resets_at`: when there is room again; None: the request is larger than the limit.
    """

    def __init__(self, name: LimitName, limit: int, used: int, wanted: int, at: datetime | None) -> None:
        super().__init__(f"the limit {name} is reached")
        self.resets_at = at
        most, now, more = (shown(name, number) for number in (limit, used, wanted))
        when = f"It resets at {at:%Y-%m-%dT%H:%M:%SZ}." if at else "The request is larger than the limit."
        self.problem: Problem = _PROBLEMS[name]._replace(
            message=f"The account may send {most} {_WHAT[name]} ({name}); {now} are used,"
            f" and this request may take up to {more} more. {when}"
        )


class TooFast(Exception):
    """An account makes more requests a second than it may; `limit` is how many it may."""

    def __init__(self, limit: int) -> None:
        super().__init__("too many requests")
        self.problem: Problem = problems.TOO_MANY_REQUESTS._replace(
            message=f"The account may make {limit} requests a second (requestsPerSecond)."
            " Please retry according to the Retry-After response header."
        )


_PROBLEMS: Final = {
    LimitName.REQUESTS_PER_SECOND: problems.TOO_MANY_REQUESTS,
    LimitName.RECIPIENTS_PER_DAY: problems.DAILY_LIMIT,
    LimitName.PARTS_PER_DAY: problems.DAILY_LIMIT,
    LimitName.DOLLARS_PER_DAY: problems.MONEY_LIMIT,
    LimitName.DOLLARS_PER_MONTH: problems.MONEY_LIMIT,
}
