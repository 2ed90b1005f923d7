"""The result for each recipient of an operation, as rows of a CSV or Parquet file."""

import csv
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from herald.model.ids import index_of
from herald_cli.client import Herald

Row = dict[str, Any]

COLUMNS: Final = (
    "line", "operationId", "index", "messageId", "address", "channel", "from", "status", "code", "reason",
    "attempts", "parts", "price", "priceUnit", "createdAt", "updatedAt",
)  # fmt: skip
UNADDRESSABLE: Final = "UNADDRESSABLE"
"""The status of a recipient that no sender reaches, and that has no message."""
# A spreadsheet takes a CSV file without this mark for one in an older encoding.
_ENCODING: Final = "utf-8-sig"


@dataclass(frozen=True)
class Wanted:
    """What an export has. `statuses`: only recipients in one of them; empty: all.

    `costs`: parts and price of every message. The API shows them with a single message, so each takes a
    request; without `costs` only messages that did not arrive are fetched, for their reasons.
    """

    statuses: Collection[str] = ()
    costs: bool = False

    def has(self, status: str) -> bool:
        """Whether a recipient in this status has a row."""
        return not self.statuses or status in self.statuses


@dataclass
class Costs:
    """The sums of what carriers have reported."""

    messages: int = 0
    parts: int = 0
    prices: dict[str, Decimal] = field(default_factory=dict)
    """By currency."""

    def add(self, row: Row) -> None:
        """Add a row of an export."""
        if row.get("parts") is None and row.get("price") is None:
            return
        self.messages += 1
        self.parts += row.get("parts") or 0
        if row.get("price") is not None:
            unit = row["priceUnit"] or ""
            self.prices[unit] = self.prices.get(unit, Decimal()) + Decimal(row["price"])

    def price(self) -> str:
        """The prices in words: `1.20 USD`."""
        return ", ".join(f"{amount} {unit}".strip() for unit, amount in sorted(self.prices.items()))


def rows_of(herald: Herald, operation_id: str, wanted: Wanted) -> list[Row]:
    """The rows of an operation, in the order of its request.

    There is one for each recipient: for each message, for each person of a group, and for each recipient that
    no sender reaches. `index` is the recipient's place in the request, from 0 on. A request has 10,000
    recipients at most.
    """
    rows: list[Row] = []
    # A message whose status changes meanwhile may be in two lists.
    seen: set[str] = set()
    # A list with a status is shorter; a person's status in a group is not the message's.
    statuses: Sequence[str | None] = (*sorted({*wanted.statuses, "GROUP"}),) if wanted.statuses else (None,)
    for status in statuses:
        if status == UNADDRESSABLE:
            continue
        for page in herald.pages("Messages", operationId=operation_id, status=status, pageSize=1000):
            for message in page["messages"]:
                if message["id"] in seen:
                    continue
                seen.add(message["id"])
                if len(message["to"]) > 1:
                    rows += _of_group(herald, operation_id, message)
                else:
                    rows.append(_of_message(herald, operation_id, message, costs=wanted.costs))
    if wanted.has(UNADDRESSABLE):
        for page in herald.pages(f"Messages/Operations/{operation_id}/Errors", pageSize=1000):
            rows += [
                _of_unaddressable(operation_id, error)
                for error in page["errors"]
                if error.get("messageId") is None
            ]
    return sorted((row for row in rows if wanted.has(row["status"])), key=lambda row: int(row["index"]))


def write(path: Path, kind: str, rows: Iterable[Row], separator: str = ",") -> int:
    """Write rows to a file, which appears when it is complete; return their number."""
    with _complete(path) as unfinished:
        return _write_csv(unfinished, rows, separator) if kind == ".csv" else _write_parquet(unfinished, rows)


def write_cells(path: Path, rows: Iterable[Sequence[str]], separator: str) -> None:
    """Write rows of cells as they are to a CSV file, which appears when it is complete."""
    with _complete(path) as unfinished, open(unfinished, "w", encoding=_ENCODING, newline="") as file:
        csv.writer(file, delimiter=separator, lineterminator="\n").writerows(rows)


@contextmanager
def _complete(path: Path) -> Iterator[str]:
    """A file to write to, that only its owner can read, and that gets its name at the end."""
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(descriptor)
    try:
        yield unfinished
    except BaseException:
        os.unlink(unfinished)
        raise
    os.replace(unfinished, path)


def _of_message(herald: Herald, operation_id: str, message: Any, *, costs: bool) -> Row:
    did_not_arrive = message["status"] in {"FAILED", "UNDELIVERED"}
    whole: Any = herald.message(message["id"]) if costs or did_not_arrive else message
    attempts = whole.get("attempts") or []
    error = whole.get("error") or (attempts[-1].get("error") if attempts else None)
    billed = [each["billing"] for each in attempts if each.get("billing")]
    return {
        **_of_any(operation_id, message),
        **_of_person(message["to"][0] if message["to"] else {}, message["status"], error, billed),
        "attempts": len(attempts) or None,
        "updatedAt": message["updatedAt"],
    }


def _of_group(herald: Herald, operation_id: str, message: Any) -> Iterator[Row]:
    """A row for each person of a group, whose results the receipts have."""
    for page in herald.pages(f"Messages/{quote(message['id'], safe='')}/Receipts", pageSize=1000):
        for receipt in page["receipts"]:
            billed = [receipt["billing"]] if receipt.get("billing") else []
            yield {
                **_of_any(operation_id, message),
                **_of_person(receipt["to"], receipt["status"], receipt.get("error"), billed),
                "updatedAt": receipt["updatedAt"],
            }


def _of_any(operation_id: str, message: Any) -> Row:
    return {
        "operationId": operation_id,
        # An older stack does not show the place; the id has it unless the request had a schedule.
        "index": message.get("index", index_of(message["id"])),
        "messageId": message["id"],
        "from": (message.get("from") or {}).get("address"),
        "createdAt": message["createdAt"],
    }


def _of_person(to: Any, status: str, error: Any, billed: Sequence[Any]) -> Row:
    """The columns of a person: where to, the result, and the cost of all attempts."""
    parts: list[int] = [each["parts"] for each in billed if each.get("parts") is not None]
    prices = [each for each in billed if each.get("price") is not None]
    return {
        "address": to.get("address"),
        "channel": to.get("channel"),
        "status": status,
        "code": (error or {}).get("code"),
        "reason": (error or {}).get("message"),
        "parts": sum(parts) if parts else None,
        "price": str(sum(Decimal(each["price"]) for each in prices)) if prices else None,
        "priceUnit": prices[-1].get("currency") if prices else None,
    }


def _of_unaddressable(operation_id: str, error: Any) -> Row:
    return {
        "operationId": operation_id,
        "index": error["index"],
        "address": error.get("address"),
        "channel": error.get("channel"),
        "status": UNADDRESSABLE,
        "code": error.get("code"),
        "reason": error.get("message"),
    }


def _write_csv(path: str, rows: Iterable[Row], separator: str) -> int:
    count = 0
    with open(path, "w", encoding=_ENCODING, newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", delimiter=separator, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: _guarded(row.get(name)) for name in COLUMNS})
            count += 1
    return count


def _guarded(value: Any) -> Any:
    """A cell that no spreadsheet treats as a formula: reasons may quote a recipient's variables."""
    if isinstance(value, str) and value[:1] in {"=", "@", "-"}:
        return f"'{value}"
    return "" if value is None else value


def _write_parquet(path: str, rows: Iterable[Row]) -> int:
    import polars

    texts = dict.fromkeys(COLUMNS, polars.String) | dict.fromkeys(_NUMBERS, polars.Int64)
    found = [{name: _typed(row.get(name), name in _NUMBERS) for name in COLUMNS} for row in rows]
    polars.DataFrame(found, schema=texts).write_parquet(path)
    return len(found)


_NUMBERS: Final = ("line", "index", "code", "attempts", "parts")


def _typed(value: Any, is_number: bool) -> Any:
    if value is None:
        return None
    return int(value) if is_number else str(value)
