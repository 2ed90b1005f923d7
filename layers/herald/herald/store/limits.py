"""The limits of accounts, and their use.

Two kinds of items count the use, each for a month:

    USAGE#<account>            the sum that requests have reserved, by day: recipients28, parts28
                               and nanos28 of the 28th, and nanos of the whole month.
    USAGE#<account>#<stripe>   the same names: the part of it that was released.

The use is the reserved sum minus the released sum. Both only grow. So a reservation that
is written on the condition "reserved is at most the limit + the released sum that was read" is
right however old that read is. Requests reserve in one item, in the transaction that commits them.
Chunks release in as many stripes as the operation has shards, so that the chunks of a fast
account do not wait for each other's transactions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from herald.model.amounts import NOTHING, Amount
from herald.model.ids import shards_of
from herald.model.limits import (
    MONEY,
    QUOTAS,
    LimitName,
    LimitReached,
    Limits,
    OwnLimits,
    TooFast,
    resets_at,
    taken,
)
from herald.model.prices import Prices
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table
from herald.store.updates import Either, Update, at_most

# A month's use is kept for a year after it.
_USAGE_DAYS: Final = 400
_RATE_SECONDS: Final = 3_600
_COUNTRIES: Final = "countries"


def of_item(item: Item | None) -> OwnLimits:
    """The limits that an operator has set for an account, by its item."""
    found = item or {}
    numbers = {name: None if found[name] < 0 else found[name] for name in LimitName if name in found}
    countries = frozenset(found[_COUNTRIES].split()) if _COUNTRIES in found else None
    return OwnLimits(numbers, countries)


def get(table: Table, account: str) -> OwnLimits:
    return of_item(table.get(keys.limits(account)))


@dataclass(frozen=True, slots=True)
class Standing:
    """A limit of an account and its use; money in billionths of a US dollar.

    `limit` None: there is no limit. `used` and `resets_at` are None if there is no limit, or
    nothing is counted. `is_own`: the operator has set it for this account.
    """

    name: LimitName
    limit: int | None
    used: int | None
    resets_at: datetime | None
    is_own: bool

    @property
    def remaining(self) -> int | None:
        return None if self.limit is None or self.used is None else max(self.limit - self.used, 0)

    @property
    def excess(self) -> int:
        """By how much the limit is exceeded, for example after it was lowered; 0 if it is not."""
        return 0 if self.limit is None or self.used is None else max(self.used - self.limit, 0)


@dataclass(frozen=True, slots=True)
class Use:
    """The use of an account's limits as it was read; months by their names, such as 2026-11."""

    account: str
    reserved: Mapping[str, Item]
    released: Mapping[str, Item]

    def of(self, name: LimitName, day: date) -> int:
        """The use of a limit on a day."""
        month, field = month_of(day), _field(name, day)
        return int(self.reserved.get(month, {}).get(field, 0)) - self._released(month, field)

    def room(self, limits: Limits, day: date) -> Amount:
        """How much more can be used on a day; without a limit, the largest possible amount."""
        most = dict.fromkeys(LimitName, _EVER)
        for name, limit in limits.numbers.items():
            most[name] = max(limit - self.of(name, day), 0)
        money = min(most[each] for each in MONEY)
        return Amount(most[LimitName.RECIPIENTS_PER_DAY], most[LimitName.PARTS_PER_DAY], money)

    def check(self, limits: Limits, wanted: Mapping[date, Amount]) -> None:
        """Raises LimitReached if amounts by day are more than an account has left."""
        for name, day, amount in _by_limit(wanted):
            limit = limits.get(name)
            used = self.of(name, day)
            if limit is not None and amount and used + amount > limit:
                at = resets_at(name, day) if amount <= limit else None
                raise LimitReached(name, limit, used, amount, at)

    def reserve(self, limits: Limits, wanted: Mapping[date, Amount]) -> list[Update]:
        """The parts of a transaction that reserve amounts by day, on the condition that there is room."""
        some = {day: amount for day, amount in wanted.items() if amount != NOTHING}
        return [self._reserve(month, limits, each) for month, each in _by_month(some).items()]

    def _reserve(self, month: str, limits: Limits, wanted: Mapping[date, Amount]) -> Update:
        totals: dict[str, tuple[int, int]] = {}
        for name, day, amount in _by_limit(wanted):
            limit = limits.get(name)
            if limit is not None and amount:
                totals[_field(name, day)] = limit, amount
        room = (
            at_most(field, limit + self._released(month, field) - amount)
            for field, (limit, amount) in totals.items()
        )
        return _adding(keys.usage(self.account, month), month, _added(wanted), *room)

    def _released(self, month: str, field: str) -> int:
        return int(self.released.get(month, {}).get(field, 0))


# More than any account can send.
_EVER: Final = 10**15


def use(table: Table, account: str, days: Iterable[date], shards: int) -> tuple[OwnLimits, Use]:
    """An account's limits, and their use in the months of some days, in one read."""
    months = sorted({month_of(day) for day in days})
    own = keys.limits(account)
    wanted = [own, *(keys.usage(account, month) for month in months)]
    wanted += [keys.released(account, month, stripe) for month in months for stripe in range(shards)]
    reserved: dict[str, Item] = {}
    released: dict[str, Item] = {month: {} for month in months}
    limits: Item | None = None
    for item in table.get_many(wanted):
        pk, sk = item[keys.PK], item[keys.SK]
        if sk == own.sk:
            limits = item
        elif pk == keys.usage(account, sk).pk:
            reserved[sk] = item
        else:
            sums = released[sk]
            for name, value in item.items():
                if isinstance(value, int):
                    sums[name] = sums.get(name, 0) + value
    return of_item(limits), Use(account, reserved, released)


def standings(
    table: Table, account: str, stack: Limits, day: date, shards: int
) -> tuple[list[Standing], frozenset[str] | None]:
    """Every limit of an account with its use on a day, and the countries that it may send to; None: all."""
    own, used = use(table, account, [day], shards)
    known = own.over(stack)
    found = []
    for name in LimitName:
        limit = known.get(name)
        counts = name in QUOTAS and limit is not None
        of_day, at = (used.of(name, day), resets_at(name, day)) if counts else (None, None)
        found.append(Standing(name, limit, of_day, at, name in own.numbers))
    return found, known.countries


def release(account: str, operation_id: str, chunk: int, day: date, amount: Amount) -> list[Update]:
    """The part of a transaction that releases a chunk's unused charges of a day; none for nothing."""
    if amount == NOTHING:
        return []
    month = month_of(day)
    key = keys.released(account, month, chunk % shards_of(operation_id))
    return [_adding(key, month, _added({day: amount}))]


def exceed(account: str, day: date, amount: Amount) -> list[Update]:
    """The part of a transaction that counts past use, whatever the limits are."""
    return [] if amount == NOTHING else Use(account, {}, {}).reserve(Limits({}), {day: amount})


def take_request(table: Table, account: str, limit: int, now: datetime) -> None:
    """Count a request of this second. Raises TooFast if the limit is reached."""
    second = int(now.timestamp())
    key, fields = keys.rate(account, second), {"expiresAt": second + _RATE_SECONDS}
    room = (at_most("requests", limit - 1),)
    try:
        table.write(Update(key, fields, room, creates=True, adds={"requests": 1}))
    except ConditionFailed:
        raise TooFast(limit) from None


def get_prices(table: Table) -> Prices:
    """The operator's table of prices; empty if there is none."""
    return prices_of(table.get(keys.prices()))


def prices_of(item: Item | None) -> Prices:
    if item is None:
        return Prices()
    at = datetime.fromisoformat(item["importedAt"]) if item["importedAt"] else None
    return Prices(item["byKind"], item["source"], at)


def month_of(day: date) -> str:
    """The month of a day, such as 2026-11."""
    return f"{day:%Y-%m}"


def _field(name: LimitName, day: date) -> str:
    """The attribute that counts a limit in the item of a month."""
    match name:
        case LimitName.RECIPIENTS_PER_DAY:
            return f"recipients{day.day}"
        case LimitName.PARTS_PER_DAY:
            return f"parts{day.day}"
        case LimitName.DOLLARS_PER_DAY:
            return f"nanos{day.day}"
        case _:
            return "nanos"


def _by_month(wanted: Mapping[date, Amount]) -> dict[str, dict[date, Amount]]:
    months: dict[str, dict[date, Amount]] = {}
    for day, amount in wanted.items():
        months.setdefault(month_of(day), {})[day] = amount
    return months


def _by_limit(wanted: Mapping[date, Amount]) -> Iterable[tuple[LimitName, date, int]]:
    """How much of each limit is requested; for a month's limit with the last day of the month."""
    for month in _by_month(wanted).values():
        for name in (LimitName.RECIPIENTS_PER_DAY, LimitName.PARTS_PER_DAY, LimitName.DOLLARS_PER_DAY):
            for day, amount in sorted(month.items()):
                yield name, day, taken(name, amount)
        name = LimitName.DOLLARS_PER_MONTH
        yield name, max(month), sum(taken(name, amount) for amount in month.values())


def _added(wanted: Mapping[date, Amount]) -> dict[str, int]:
    """What to add to the item of a month, by attribute."""
    added: dict[str, int] = {}
    for name, day, amount in _by_limit(wanted):
        if amount:
            added[_field(name, day)] = amount
    return added


def _adding(key: keys.Key, month: str, added: Mapping[str, int], *room: Either) -> Update:
    """Add to the item of a month, where there is room."""
    first = datetime.fromisoformat(f"{month}-01T00:00:00+00:00")
    fields = {"expiresAt": int(first.timestamp()) + _USAGE_DAYS * 86_400}
    return Update(key, fields, room, creates=True, adds=added)
