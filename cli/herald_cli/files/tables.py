"""Any recipient file as rows of text cells.

CSV, TSV, XLSX, XLS, XLSB, ODS and JSON lines. Text files are read lazily, in little memory. A
spreadsheet is read whole by its library; its formats end at 1,048,576 rows.
"""

import contextlib
import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import PurePath
from typing import IO, Any, Final, NamedTuple

from herald_cli.files import text

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_SHEETS: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
_LONGEST_CELL: Final = 100_000


class Line(NamedTuple):
    """Cells of a row, and the number of the row as an editor or a spreadsheet shows it."""

    number: int
    cells: list[str]


class Unreadable(ValueError):
    """The file cannot be read; the text names the cause and the cure. `line` 0: no single line is wrong."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Table:
    """A file that can be read any number of times."""

    name: str
    how: str
    """How it is read, for the person that sends it: `Windows-1252, separated by semicolons`."""
    rows: Callable[[], Iterator[Line]]
    """All rows, the header among them, from the first on. Raises Unreadable under way."""
    separator: str = ","
    """Of its cells; a comma for what is no CSV file."""


def open_table(file: IO[bytes], name: str, *, encoding: str | None = None, sheet: str | None = None) -> Table:
    """The table in a file that can be rewound. Raises Unreadable."""
    file.seek(0)
    start = file.read(64 * 1024)
    file.seek(0)
    suffix = PurePath(name).suffix.lower()
    if not start.strip():
        raise Unreadable("the file is empty")
    if start.startswith((_ZIP, _OLE)) or suffix in _SHEETS:
        return _sheet(file, name, sheet)
    if start.lstrip(b"\xef\xbb\xbf").lstrip().upper().startswith(b"BEGIN:VCARD"):
        raise Unreadable("a vCard is no table: export the contacts as CSV")
    if start.startswith(b"%PDF"):
        raise Unreadable("a PDF is no table: save the list as CSV or XLSX")
    if suffix in {".jsonl", ".ndjson", ".json"} or start.lstrip(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return _json_lines(file, name)
    return _separated(file, name, encoding)


# ---------------------------------------------------------------------- text


def _separated(file: IO[bytes], name: str, encoding: str | None) -> Table:
    try:
        chosen = encoding or text.encoding_of(file)
        "".encode(chosen)
    except text.UnknownEncoding as error:
        raise Unreadable(str(error)) from None
    except LookupError:
        raise Unreadable(
            f"there is no encoding {encoding!r}: give one such as utf-8 or windows-1252"
        ) from None
    first = []
    for line in _lines(file, chosen):
        first.append(line)
        if len(first) == 100:
            break
    separator = text.separator_of(first)
    # In words: a semicolon before the semicolon of a sentence is not seen.
    how = f"{text.name_of(chosen)}, separated by {text.SEPARATORS.get(separator, repr(separator))}"
    if all(separator not in line for line in first):
        how = f"{text.name_of(chosen)}, one column"
    return Table(name, how, lambda: _csv_rows(file, chosen, separator), separator)


def _csv_rows(file: IO[bytes], encoding: str, separator: str) -> Iterator[Line]:
    reader = csv.reader(_lines(file, encoding), delimiter=separator, strict=True)
    before = 0
    try:
        for cells in reader:
            # A quoted cell may hold line breaks: its row begins after the row before it.
            number, before = before + 1, reader.line_num
            if number == 1 and re.fullmatch(r"sep=.?", separator.join(cells).strip(), re.IGNORECASE):
                continue
            yield Line(number, cells)
    except UnicodeDecodeError as error:
        bad = error.object[error.start : error.start + 1].hex()
        raise Unreadable(
            f"the byte 0x{bad} is not {text.name_of(encoding)}: "
            "save the file as CSV UTF-8, or give --encoding",
            reader.line_num + 1,
        ) from None
    except csv.Error as error:
        raise Unreadable(_csv_cause(error), before + 1) from None


def _csv_cause(error: csv.Error) -> str:
    words = str(error)
    if "unexpected end of data" in words:
        return "a quotation mark opens here and is never closed"
    if "expected after" in words:
        return 'a quotation mark stands inside a quoted cell: write it twice, as in "Ada ""the"" Countess"'
    if "field larger" in words:
        return "a cell is larger than 131,072 characters: a quotation mark is probably missing"
    return words


def _lines(file: IO[bytes], encoding: str) -> Iterator[str]:
    """The lines of a file, decoded lazily; a line may end in CR, LF or both."""
    file.seek(0)
    reader = io.TextIOWrapper(file, encoding=encoding, newline=None)
    try:
        for line in reader:
            yield line.removeprefix("\ufeff")
    finally:
        # The wrapper must not close the file, which it does not own; the owner may have closed it already.
        with contextlib.suppress(ValueError):
            reader.detach()


# ---------------------------------------------------------------- JSON lines


def _json_lines(file: IO[bytes], name: str) -> Table:
    names: dict[str, None] = {}
    for number, each in _objects(file):
        names |= dict.fromkeys(each)
        if len(names) > 1000:
            raise Unreadable("the objects have more than 1,000 different names", number)
    header = list(names)

    def rows() -> Iterator[Line]:
        yield Line(0, header)
        for number, each in _objects(file):
            yield Line(number, [_cell(each.get(key)) for key in header])

    return Table(name, "JSON lines", rows)


def _objects(file: IO[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    file.seek(0)
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line.decode("utf-8-sig"))
        except (UnicodeDecodeError, ValueError) as error:
            raise Unreadable(f"the line is not a JSON object: {error}", number) from None
        if not isinstance(value, dict):
            raise Unreadable('the line is not a JSON object such as {"address": "+15005550100"}', number)
        variables = value.pop("variables", None)
        yield number, {**(variables if isinstance(variables, dict) else {}), **value}


# -------------------------------------------------------------- spreadsheets


def _sheet(file: IO[bytes], name: str, wanted: str | None) -> Table:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(file)
        names = book.sheet_names
        visible = [each.name for each in book.sheets_metadata if str(each.visible).endswith("Visible")]
    except (CalamineError, ValueError, OSError) as error:
        raise Unreadable(f"the spreadsheet cannot be read ({error}): save it again as XLSX or CSV") from None
    if wanted is not None and wanted not in names:
        raise Unreadable(f"there is no sheet {wanted!r}: there are {', '.join(map(repr, names))}")
    full = [each for each in visible or names if _is_full(book.get_sheet_by_name(each).to_python(nrows=1))]
    if wanted is None and len(full) > 1:
        raise Unreadable(
            f"the file has several sheets ({', '.join(full)}): give --sheet, such as --sheet {full[0]!r}"
        )
    if not full and wanted is None:
        raise Unreadable("the spreadsheet is empty")
    chosen = wanted or full[0]
    how = f"spreadsheet, sheet {chosen!r}"

    def rows() -> Iterator[Line]:
        sheet = book.get_sheet_by_name(chosen)
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            yield Line(number, [_cell(each) for each in cells])

    return Table(name, how, rows)


def _is_full(rows: Sequence[Sequence[Any]]) -> bool:
    return any(_cell(each).strip() for row in rows for each in row)


def _cell(value: Any) -> str:
    """A cell's value as text: a number without exponent or needless fraction, a date as 2026-12-24."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return _number(value)
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case str() | int():
            return str(value)
    return json.dumps(value, ensure_ascii=False)[:_LONGEST_CELL]


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return repr(value)
