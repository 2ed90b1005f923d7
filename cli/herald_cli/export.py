"""The result for each recipient of an operation, as rows of a CSV or Parquet file."""

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from herald.model.ids import index_of
from herald_cli.client import Herald

Row = dict[str, Any]

COLUMNS: Final = (
    "line", "operationId", "index", "messageId", "address", "channel", "from", "status", "code", "reason",
    "attempts", "parts", "price", "priceUnit", "createdAt", "updatedAt",
)  # fmt: skip


def rows_of(herald: Herald, operation_id: str) -> Iterator[Row]:
    """A row for each message of an operation and for each recipient that no sender reaches.

    `index` is the recipient's place in the request, from 0 on. The details of a message are fetched only
    if it did not arrive, because each takes a request.
    """
    for page in herald.pages("Messages", operationId=operation_id, pageSize=1000):
        for message in page["messages"]:
            yield _of_message(herald, operation_id, message)
    for page in herald.pages(f"Messages/Operations/{operation_id}/Errors", pageSize=1000):
        for error in page["errors"]:
            if error.get("messageId") is None:
                yield _of_unaddressable(operation_id, error)


def write(path: Path, kind: str, rows: Iterable[Row]) -> int:
    """Write rows to a file, which appears when it is complete; return their number."""
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(descriptor)
    try:
        count = _write_csv(unfinished, rows) if kind == ".csv" else _write_parquet(unfinished, rows)
    except BaseException:
        os.unlink(unfinished)
        raise
    os.replace(unfinished, path)
    return count


def _of_message(herald: Herald, operation_id: str, message: Any) -> Row:
    did_not_arrive = message["status"] in {"FAILED", "UNDELIVERED"}
    whole: Any = herald.message(message["id"]) if did_not_arrive else message
    attempts = whole.get("attempts") or []
    error = whole.get("error") or (attempts[-1].get("error") if attempts else None) or {}
    to = message["to"][0] if message["to"] else {}
    price = whole.get("price") or {}
    return {
        "operationId": operation_id,
        "index": index_of(message["id"]),
        "messageId": message["id"],
        "address": to.get("address"),
        "channel": to.get("channel"),
        "from": (message.get("from") or {}).get("address"),
        "status": message["status"],
        "code": error.get("code"),
        "reason": error.get("message"),
        "attempts": len(attempts) or None,
        "parts": whole.get("parts"),
        "price": price.get("amount") if isinstance(price, dict) else price,
        "priceUnit": price.get("currency") if isinstance(price, dict) else None,
        "createdAt": message["createdAt"],
        "updatedAt": message["updatedAt"],
    }


def _of_unaddressable(operation_id: str, error: Any) -> Row:
    context = str(error.get("context") or "")
    digits = "".join(letter for letter in context if letter.isdigit())
    return {
        "operationId": operation_id,
        "index": int(digits or 0),
        "address": error.get("address"),
        "channel": error.get("channel"),
        "status": "UNADDRESSABLE",
        "code": error.get("code"),
        "reason": error.get("message"),
    }


def _write_csv(path: str, rows: Iterable[Row]) -> int:
    count = 0
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
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

    texts = dict.fromkeys(COLUMNS, polars.String) | {
        "line": polars.Int64,
        "index": polars.Int64,
        "code": polars.Int64,
    }
    texts |= {"attempts": polars.Int64, "parts": polars.Int64}
    found = [{name: _typed(row.get(name), name in _NUMBERS) for name in COLUMNS} for row in rows]
    polars.DataFrame(found, schema=texts).write_parquet(path)
    return len(found)


_NUMBERS: Final = frozenset({"line", "index", "code", "attempts", "parts"})


def _typed(value: Any, is_number: bool) -> Any:
    if value is None:
        return None
    return int(value) if is_number else str(value)
