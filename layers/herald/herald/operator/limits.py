"""Limits of accounts and prices of message parts, as an operator sets them (store.limits)."""

from collections.abc import Mapping
from datetime import datetime

from herald.model.prices import Prices
from herald.operator import audited
from herald.operator.audited import AUDIT_DAYS
from herald.store import keys
from herald.store.limits import prices_of
from herald.store.table import ConditionFailed, Item, Table
from herald.store.updates import Update, equals


def change(
    table: Table,
    account: str,
    fields: Mapping[str, int | str | None],
    now: datetime,
    *,
    audit_days: int = AUDIT_DAYS,
) -> None:
    """Set limits of an account by name: -1 is no limit; None: as the stack has it.

    `countries` is text: ISO codes with spaces between them, "" for all countries.
    """
    update = Update(keys.limits(account), fields, creates=True)
    audited.transact(table, account, "SetLimits", account, now, update, audit_days=audit_days)


class PricesChanged(Exception):
    """Another import changed the prices meanwhile."""


def put_prices(table: Table, new: Prices, *, only: bool = False) -> Prices:
    """Let prices hold for the kinds that they have; other kinds keep theirs, but with `only`. All then.

    Raises PricesChanged: nothing was changed.
    """
    item = table.get(keys.prices())
    before = prices_of(item)
    all_prices = Prices(
        new.by_kind if only else {**before.by_kind, **new.by_kind}, new.source, new.imported_at
    )
    seen = equals("importedAt", item and item["importedAt"])
    fields = _prices_item(all_prices)
    try:
        table.write(Update(keys.prices(), fields, (seen,), creates=True))
    except ConditionFailed as failed:
        # Written by an earlier try of this very call, whose answer was lost, or by another import.
        if not failed.item or failed.item["importedAt"] != fields["importedAt"]:
            raise PricesChanged("the prices were changed meanwhile") from None
    return all_prices


def _prices_item(prices: Prices) -> Item:
    return {
        "byKind": {kind: dict(each) for kind, each in prices.by_kind.items()},
        "source": prices.source,
        "importedAt": prices.imported_at.isoformat() if prices.imported_at else "",
    }
