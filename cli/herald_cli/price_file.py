"""Prices from a file as carriers publish it: AWS's CSV, or a table with the same kinds of columns.

Columns are found by their headers, and shown: a country as an ISO code, a price of a message part in US
dollars, maybe an additional fee, a channel, and a direction. If a country has several rows, for its
networks or the kinds of senders, the most expensive counts. A cell that may mean two prices is refused: a
decimal comma that is read as a separator of thousands makes a price a thousand times too high.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Final

from herald.model.amounts import dollars_of, nanos_of
from herald.model.prices import KINDS
from herald.model.zones import is_country
from herald_cli.countries import code_of
from herald_cli.files.tables import Line, Unreadable, open_table

MOST_BYTES: Final = 10_000_000
_HEADER_ROWS: Final = 20
_ISO: Final = re.compile(r"[A-Za-z]{2}")
_LONGEST_PRICE: Final = 100
_AMOUNT: Final = re.compile(
    r"(?:USD|US\s?\$|\$)?\s*(\d[\d.,]*(?:e[-+]?\d+)?|[.,]\d+)\s*(?:USD|US\s?\$|\$|US dollars?)?"
    r"\s*(?:(?:per|/|a)\s*[a-z ]+)?",
    re.IGNORECASE,
)
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
_COUNTRY: Final = re.compile(r"\biso\b|country.?code|alpha.?2", re.IGNORECASE)
_NAME: Final = re.compile(r"\bcountry\b|\bdestination\b", re.IGNORECASE)
_PRICE: Final = re.compile(r"price|\brate\b|\bcost\b", re.IGNORECASE)
_FEE: Final = re.compile(r"\bfees?\b|surcharge|pass.?through", re.IGNORECASE)
_KIND: Final = re.compile(r"channel|\btype\b|product|service|direction", re.IGNORECASE)
_CURRENCY: Final = re.compile(r"currency|price.?unit", re.IGNORECASE)
_FOREIGN: Final = re.compile(r"[€£¥₹]|\b(?:AUD|BRL|CAD|CHF|CNY|DKK|EUR|GBP|INR|JPY|NOK|SEK)\b", re.IGNORECASE)
_DOLLARS: Final = ("", "USD", "US$", "$", "US DOLLAR", "US DOLLARS")
_NOT_DATA: Final = re.compile(
    r"inbound|incoming|receiv|monthly|set.?up|lease|\bvoice|\bcalls?\b|\be-?mail|\bpush\b|\bfax",
    re.IGNORECASE,
)


class BadPricesError(Exception):
    """A file without prices, or with an ambiguous one; the text names the cause and the cure."""


@dataclass
class PriceFile:
    """The prices of a file: billionths of a US dollar by kind and country, and how the file was read."""

    by_kind: dict[str, dict[str, int]] = field(default_factory=dict)
    how: str = ""
    rows: int = 0
    """Rows that have a price."""
    skipped: int = 0
    """Rows without a country or a price, or of another direction or product."""
    unknown: set[str] = field(default_factory=set)
    """Codes of countries in which there are no phone numbers; their rows are skipped."""

    @property
    def countries(self) -> frozenset[str]:
        """All countries that have a price of some kind."""
        return frozenset(country for prices in self.by_kind.values() for country in prices)

    def dearest(self) -> tuple[str, str, str]:
        """The kind, the country and the US dollars of the highest price."""
        found = (
            (nanos, kind, country)
            for kind, prices in self.by_kind.items()
            for country, nanos in prices.items()
        )
        nanos, kind, country = max(found)
        return kind, country, dollars_of(nanos)


@dataclass(frozen=True)
class _Columns:
    country: int
    prices: Sequence[int]
    fees: Sequence[int]
    kinds: Sequence[int]
    currency: int | None


def read(file: IO[bytes], name: str, kind: str = "SMS", sheet: str | None = None) -> PriceFile:
    """Read a file; `kind` is the kind of rows that name none. Raises BadPricesError."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadPricesError(f"the file is larger than {MOST_BYTES:,} bytes")
    try:
        table = open_table(io.BytesIO(content), name, sheet=sheet)
        rows = [row for row in table.rows() if any(map(str.strip, row.cells))]
    except Unreadable as error:
        where = f"line {error.line}: " if error.line else ""
        raise BadPricesError(f"{where}{error}") from error
    number, columns = _columns(rows)
    titles = rows[number].cells
    found = PriceFile(how=f"{table.how}; {_how(titles, columns)}")
    for row in rows[number + 1 :]:
        cells = [cell.strip() for cell in row.cells] + [""] * (len(titles) - len(row.cells))
        try:
            _add(found, cells, columns, kind)
        except ValueError as error:
            raise BadPricesError(f"line {row.number}: {error}") from error
    if not found.rows:
        raise BadPricesError(f"no row has a country and a price ({found.how})")
    return found


def _columns(rows: Sequence[Line]) -> tuple[int, _Columns]:
    """The row with the headers, and the columns that matter. Raises BadPricesError."""
    for number, (_, row) in enumerate(rows[:_HEADER_ROWS]):
        fees = _places(row, _FEE)
        wanted = [place for place in _places(row, _PRICE) if place not in fees]
        prices = [
            place for place in wanted if not _CURRENCY.search(row[place]) and not _NOT_DATA.search(row[place])
        ]
        countries = [place for pattern in (_COUNTRY, _NAME) for place in _places(row, pattern)]
        countries = [place for place in countries if _has_codes(rows[number + 1 :], place)]
        if prices and countries:
            in_dollars = [place for place in prices if not _FOREIGN.search(row[place])]
            if not in_dollars:
                titles = _named(row, prices)
                raise BadPricesError(f"{titles} is not in US dollars: limits are, so convert it first")
            currency = next(iter(_places(row, _CURRENCY)), None)
            kinds = [place for place in _places(row, _KIND) if place not in (*prices, *fees)]
            return number, _Columns(countries[0], in_dollars, fees, kinds, currency)
    raise BadPricesError(
        "there is no row of headers with a country (ISO codes such as US, in a column like 'ISO') and a price"
        " (in a column like 'Price per message part (USD)')"
    )


def _places(row: Sequence[str], pattern: re.Pattern[str]) -> list[int]:
    return [place for place, title in enumerate(row) if pattern.search(title)]


def _has_codes(rows: Sequence[Line], place: int) -> bool:
    """Whether a column has ISO codes."""
    cells = [row.cells[place].strip() for row in rows[:50] if place < len(row.cells)]
    return sum(bool(_ISO.fullmatch(cell)) for cell in cells) * 2 > len(cells)


def _add(found: PriceFile, cells: Sequence[str], columns: _Columns, otherwise: str) -> None:
    """Count a row, and keep its price if it is the highest of its country. Raises ValueError."""
    country = code_of(cells[columns.country])
    about = " ".join(cells[place] for place in columns.kinds)
    prices = [] if _NOT_DATA.search(about) else [_nanos(cells[place]) for place in columns.prices]
    known = [nanos for nanos in prices if nanos is not None]
    if known and _ISO.fullmatch(country) and not is_country(country):
        found.unknown.add(country)
    if not known or not is_country(country):
        found.skipped += 1
        return
    currency = cells[columns.currency].upper() if columns.currency is not None else ""
    if currency not in _DOLLARS:
        raise ValueError(f"the price of {country} is in {currency}, and limits are in US dollars")
    found.rows += 1
    nanos = max(known) + sum(_nanos(cells[place]) or 0 for place in columns.fees)
    kind = next((name for name in KINDS if re.search(rf"\b{name}", about, re.IGNORECASE)), otherwise)
    kind = "MMS" if re.search(r"mms", about, re.IGNORECASE) else kind
    of_kind = found.by_kind.setdefault(kind, {})
    of_kind[country] = max(of_kind.get(country, 0), nanos)


def _nanos(cell: str) -> int | None:
    """The price in a cell; None if it has none. Raises ValueError: it is ambiguous, or not in dollars."""
    if not any(letter.isdigit() for letter in cell):
        return None
    found = _AMOUNT.fullmatch(cell) if len(cell) <= _LONGEST_PRICE else None
    if found is None:
        raise ValueError(f"{cell!r} is no price in US dollars such as 0.0075")
    return nanos_of(_decimal(found[1]))


def _decimal(words: str) -> str:
    """A number with a decimal point, from one with a point or a comma. Raises ValueError."""
    if "," not in words:
        return words
    if "." in words:
        # The last mark is the decimal mark.
        marks = ",." if words.rindex(",") < words.rindex(".") else ".,"
        return words.replace(marks[0], "").replace(marks[1], ".")
    if _THOUSANDS.fullmatch(words):
        raise ValueError(f"{words!r} may be a decimal number or thousands: write it with a decimal point")
    return words.replace(",", ".")


def _how(titles: Sequence[str], columns: _Columns) -> str:
    """How the columns are read, for people."""
    parts = [
        f"country from {_named(titles, [columns.country])}",
        f"price from {_named(titles, columns.prices)}",
    ]
    if columns.fees:
        parts.append(f"fees on top from {_named(titles, columns.fees)}")
    if columns.kinds:
        parts.append(f"channel from {_named(titles, columns.kinds)}")
    return "; ".join(parts)


def _named(titles: Sequence[str], places: Sequence[int]) -> str:
    return ", ".join(repr(titles[place].strip()) for place in places)


def entries(
    by_kind: Mapping[str, Mapping[str, int]], country: str | None = None
) -> Iterator[tuple[str, str, str]]:
    """The prices of a table in order: kind, country and US dollars."""
    for kind, prices in sorted(by_kind.items()):
        for each, nanos in sorted(prices.items()):
            if country in (None, each):
                yield kind, each, dollars_of(nanos)
