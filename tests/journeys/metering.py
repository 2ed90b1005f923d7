"""The limits of accounts: what is used is never less than what was sent, and in the end it is exactly that.

In a metered run every account has limits, and its senders a carrier that is no sandbox. What was
sent is told from what the carrier was given while the run goes on, and from the rows in the end.
Each message counts on the day on which it is due, in UTC. All texts of journeys are one part.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from herald.model import problems
from herald.model.status import Status
from tests.journeys import ends
from tests.journeys.rows import Row, rows_of
from tests.sim.carrier import HandOver
from tests.sim.recipients import OPERATION, Who, account_in, operations_in
from tests.sim.service import PRICE, Service
from tests.sim.values import Item

ENOUGH: Final = 1_000
_WAITING: Final = ("SCHEDULED", "QUEUED")
_REPORTED: Final = ("SENT", "DELIVERED", "READ", "UNDELIVERED")
_KINDS: Final = ("recipients", "parts", "nanos")
# What an item with the use of a month has of a day, and the partition of one with what was given back.
_OF_A_DAY: Final = re.compile(rf"({'|'.join(_KINDS)})(\d+)")
_MONTH: Final = re.compile(r"\d{4}-\d\d")
_GIVEN_BACK: Final = re.compile(r"#\d+$")
_OPERATION: Final = re.compile(rf"{OPERATION}\w+")

type Use = dict[str, Counter[tuple[str, str]]]
"""By account: how much by kind and day; of money also by month."""


def watch(service: Service, most: int) -> None:
    """Let every message that the carrier takes be held against what its account has used of so many parts."""
    taken: Counter[str] = Counter()

    def see(hand_over: HandOver) -> None:
        account = hand_over.message.account
        taken[account] += 1
        used = sum(number for (kind, _), number in use(service)[account].items() if kind == "parts")
        if used < taken[account]:
            service.complaints.append(f"{account} has sent {taken[account]} parts, and {used} are used")
        if used < (bound := _bound(service, account)):
            service.complaints.append(
                f"{account} has {bound} people who got a message or wait, and {used} are used"
            )
        if used > most and used > most + _unconfirmed(service, account):
            service.complaints.append(f"{account} has used {used} of {most} parts")

    service.carrier.takes = see


def _bound(service: Service, account: str) -> int:
    """How many of an account's people have got a message, or may still get one: each uses a part."""
    handed_over = service.carrier.handed_over.items()
    taken = {Who(*who) for who, some in handed_over if any(each.taken for each in some)}
    history = service.witness.history
    groups = {who.message_id for who in history if who.person is not None}
    waiting = {
        who
        for who, moments in history.items()
        if moments[-1].status in _WAITING and (who.person is not None or who.message_id not in groups)
    }
    return sum(service.witness.accounts[who] == account for who in taken | waiting)


def _unconfirmed(service: Service, account: str) -> int:
    """The tries that count because they may have been made: a worker died when it may have made them.

    If it had not begun, nothing was held for the try, and the use may exceed the limit.
    """
    code = problems.UNCONFIRMED.code
    rows = [row for row in rows_of(service.table.items) if row.account == account]
    tries = [each for row in rows for each in json.loads(_text(row.item, "attempts") or "[]")]
    return [*(each.get("error") for each in tries), *(row.error for row in rows)].count(code)


def use(service: Service) -> Use:
    """The accounts' use: the reserved sum minus the released sum."""
    used: Use = defaultdict(Counter)
    for (pk, sk), item in service.table.items.items():
        if not _MONTH.fullmatch(sk):
            continue
        sign = -1 if _GIVEN_BACK.search(pk) else 1
        for name, value in item.items():
            if of_a_day := _OF_A_DAY.fullmatch(name):
                used[account_in((pk, sk))][of_a_day[1], f"{sk}-{of_a_day[2]:0>2}"] += sign * int(value["N"])
            elif name == "nanos":
                used[account_in((pk, sk))]["nanos", sk] += sign * int(value["N"])
    return used


def check(service: Service) -> Iterator[str]:
    """The errors in the use of limits, once all work has ended."""
    used, sent, held = use(service), _sent(service), _held(service)
    taken = Counter(
        each.message.account for some in service.carrier.handed_over.values() for each in some if each.taken
    )
    for account in service.accounts:
        of_account = Counter({key: number for key, number in used[account].items() if number})
        parts = sum(number for (kind, _), number in of_account.items() if kind == "parts")
        if parts < taken[account]:
            yield f"{account} has used {parts} parts, and the carrier took {taken[account]}"
        if of_account != +sent[account]:
            yield f"{account} has used {dict(of_account)}, and sent {dict(+sent[account])}"
        for kind in _KINDS:
            in_all = sum(
                number for (each, day), number in of_account.items() if (each, len(day)) == (kind, 10)
            )
            if in_all != held[account][kind]:
                yield f"{account} has used {in_all} {kind}, and its chunks hold {held[account][kind]}"


def _held(service: Service) -> dict[str, Counter[str]]:
    """What the chunks of operations hold: of each chunk what its request reserved, or its worker says."""
    reserved: dict[str, Item] = {}
    charged: dict[str, Item] = {}
    for (pk, _), item in service.table.items.items():
        if "reserved" in item:
            reserved[pk] = item["reserved"]
        if "charges" in item:
            charged[pk] = item["charges"]
    operations = operations_in(service.table.items)
    held: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for pk, of_request in reserved.items():
        found = _OPERATION.search(pk)
        operation = operations.get(found[0]) if found else None
        # One that is not there was never committed.
        if operation is not None:
            for amounts, places in charged.get(pk, of_request)["M"].items():
                number = int(places["S"], 16).bit_count()
                some = (number * int(each) for each in amounts.split(","))
                held[operation["account"]["S"]].update(dict(zip(_KINDS, some, strict=True)))
    return held


def _sent(service: Service) -> Use:
    """What was sent, or may have been, by the rows."""
    sent: Use = defaultdict(Counter)
    items = service.table.items
    operations = operations_in(items)
    rows = list(rows_of(items))
    places = {row.message_id: row.place for row in rows if row.person is None}
    for row in rows:
        if row.status in (None, Status.INBOUND):
            continue
        prices = list(_prices(row))
        if prices:
            day = _day(service, operations[row.who.operation_id], row._replace(place=places[row.message_id]))
            sent[row.account].update({("recipients", day): 1, ("parts", day): len(prices)})
            sent[row.account].update({("nanos", day): sum(prices), ("nanos", day[:7]): sum(prices)})
    return sent


def _day(service: Service, operation: Item, row: Row) -> str:
    """The day on which a message is due."""
    [(committed, _), *_] = service.witness.operations[row.who.operation_id]
    recipient = ends.recipient_of(service, operation, row)
    due = max(committed, (recipient and recipient.due) or 0.0)
    return f"{datetime.fromtimestamp(due, UTC):%Y-%m-%d}"


def _prices(row: Row) -> Iterator[int]:
    """What each try has cost, or may have."""
    item = row.item
    error = row.error == problems.UNCONFIRMED.code
    if row.person is not None:
        was_sent = "carrierId" in item or row.status in _REPORTED or error
        for _ in range(was_sent + ("isSentAgain" in item)):
            yield _price(item, "billing")
        return
    if row.is_group:
        return
    tries = enumerate(json.loads(_text(item, "attempts") or "[]"), start=1)
    prices = [_price(item, f"billing{number}") for number, each in tries if _was_sent(each)]
    # A receipt may tell of a try that no worker has recorded.
    further = row.tries + 1
    if f"reported{further}" in item:
        prices.append(_price(item, f"billing{further}"))
    # Of the first try the status does; it costs what the price table says.
    yield from prices or [PRICE] * (row.status in _REPORTED)


def _was_sent(attempt: Mapping[str, Any]) -> bool:
    return (
        "carrierId" in attempt
        or bool(attempt.get("isReported"))
        or attempt.get("error") == problems.UNCONFIRMED.code
    )


def _price(item: Item, name: str) -> int:
    told = json.loads(_text(item, name) or "{}").get("price")
    return int(Decimal(told) * 1_000_000_000) if told else PRICE


def _text(item: Item, name: str) -> str:
    return str(item[name]["S"]) if name in item else ""
