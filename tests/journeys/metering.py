"""The limits of accounts: what is used is never less than what was sent, and in the end it is exactly that.

In a metered run every account has limits, and its senders a carrier that is no sandbox. What was
sent is told from what the carrier was given while the run goes on, and from the rows in the end.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from herald.model import problems
from herald.model.amounts import nanos_of, unpacked
from herald.model.segments import parts_of_text
from herald.model.status import Status
from herald.store import keys
from herald.store.typed import load
from tests.journeys.rows import rows_of
from tests.sim.carrier import HandOver
from tests.sim.requests import Key
from tests.sim.service import Service
from tests.sim.values import Item

CARRIER: Final = "http"
# Of a message part; the carrier tells others.
PRICE: Final = 10_000_000
ENOUGH: Final = 1_000
_REPORTED: Final = ("SENT", "DELIVERED", "READ", "UNDELIVERED")


def meter(items: Mapping[Key, Item], accounts: list[str], parts: int) -> dict[Key, Item]:
    """A table in which all accounts have limits, and senders of a real carrier."""
    changed = {}
    for key, item in items.items():
        is_sender = key[1].startswith("SENDER#")
        changed[key] = {**item, "carrier": {"S": CARRIER}} if is_sender else item
    money = {"dollarsPerDay": {"N": str(PRICE * parts)}, "dollarsPerMonth": {"N": str(PRICE * parts)}}
    for account in accounts:
        pk, sk = keys.limits(account)
        changed[pk, sk] = {"pk": {"S": pk}, "sk": {"S": sk}, "partsPerDay": {"N": str(parts)}, **money}
    pk, sk = keys.prices()
    prices = {"M": {"SMS": {"M": {"US": {"N": str(PRICE)}}}}}
    changed[pk, sk] = {
        "pk": {"S": pk},
        "sk": {"S": sk},
        "byKind": prices,
        "source": {"S": "tests"},
        "importedAt": {"S": ""},
    }
    return changed


def watch(service: Service, most: int) -> None:
    """Let every message that the carrier takes be held against what its account has used of so many parts.

    All texts of journeys are one part.
    """
    taken: Counter[str] = Counter()

    def see(hand_over: HandOver) -> None:
        message = hand_over.message
        taken[message.account] += parts_of_text(message.text or "")
        used = use(service)[message.account]["parts"]
        if used < taken[message.account]:
            service.complaints.append(
                f"{message.account} has sent {taken[message.account]} parts, and {used} are used"
            )
        if used > most:
            service.complaints.append(f"{message.account} has used {used} of {most} parts")

    service.carrier.takes = see


def use(service: Service) -> dict[str, Counter[str]]:
    """What the accounts have used in all, by `recipients`, `parts`, `nanos` (of days) and `month`."""
    used: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (pk, _), item in service.table.items.items():
        if pk.startswith("USAGE#"):
            account, *stripe = pk.removeprefix("USAGE#").split("#")
            for name, value in item.items():
                if "N" in value and name != "expiresAt":
                    kind = "month" if name == "nanos" else name.rstrip("0123456789")
                    used[account][kind] += int(value["N"]) * (-1 if stripe else 1)
    return used


def check(service: Service) -> Iterator[str]:
    """What was wrong with the use of limits, once everything has come to rest."""
    used, sent, held = use(service), _sent(service), _held(service)
    for account in service.accounts:
        if used[account]["nanos"] != used[account]["month"]:
            yield f"{account} has used {used[account]} of its days and its month"
        for kind in ("recipients", "parts", "nanos"):
            is_used = f"{account} has used {used[account][kind]} {kind}"
            if used[account][kind] != held[account][kind]:
                yield f"{is_used}, and its chunks hold {held[account][kind]}"
            if used[account][kind] != sent[account][kind]:
                yield f"{is_used}, and sent {sent[account][kind]}"


def _held(service: Service) -> dict[str, Counter[str]]:
    """What the chunks of operations hold."""
    held: defaultdict[str, Counter[str]] = defaultdict(Counter)
    items = service.table.items
    for (pk, sk), item in items.items():
        if sk != "RECIPIENTS" or "reserved" not in item:
            continue
        operation = items.get(keys.operation(pk.split("#")[1]))
        if operation is None:
            # It was never committed.
            continue
        progress = items.get((pk, "PROGRESS"), {})
        charges = load({"x": progress.get("charges", item["reserved"])})["x"]
        for amount in unpacked(charges).values():
            held[operation["account"]["S"]].update(amount._asdict())
    return held


def _sent(service: Service) -> dict[str, Counter[str]]:
    """What was sent, or may have been, by the rows."""
    sent: defaultdict[str, Counter[str]] = defaultdict(Counter)
    items = service.table.items
    for row in rows_of(items):
        if row.status == Status.INBOUND:
            continue
        pk, sk = keys.message(row.account, row.message_id)
        if row.who.person is not None:
            pk, sk = keys.receipt(row.account, row.message_id, row.who.person)
        item = items[pk, sk]
        prices = list(_prices(load(item), is_person=row.who.person is not None))
        sent[row.account].update(recipients=min(len(prices), 1), parts=len(prices), nanos=sum(prices))
    return sent


def _prices(item: Mapping[str, Any], *, is_person: bool) -> Iterator[int]:
    """What each try has cost, or may have."""
    if is_person:
        is_known = "carrierId" in item or item["status"] in _REPORTED
        was_sent = is_known or item.get("error") == problems.UNCONFIRMED.code
        for _ in range(was_sent + bool(item.get("isSentAgain"))):
            yield _price(item.get("billing"))
        return
    if "people" in item:
        return
    prices = [
        _price(item.get(f"billing{number}"))
        for number, each in enumerate(json.loads(item.get("attempts", "[]")), start=1)
        if "carrierId" in each or each.get("isReported") or each.get("error") == problems.UNCONFIRMED.code
    ]
    # A receipt may tell of a try that no worker has recorded: it costs what the price table says.
    yield from prices or [PRICE] * (item.get("status") in _REPORTED)


def _price(billing: str | None) -> int:
    price = json.loads(billing).get("price") if billing else None
    return nanos_of(price) if price else PRICE
