"""Prices out of a CSV file as carriers publish them: AWS's download, or one with the same kinds of columns.

Columns are found by their headers, and said: a country as an ISO code, a price of a message part in US
dollars, maybe a fee that comes on top, a channel, and a direction. Several rows of a country, as for its
networks or the kinds of senders, come to the dearest.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from herald.model.amounts import dollars_of, nanos_of
from herald.model.prices import KINDS

MOST_BYTES: Final = 10_000_000
_ISO: Final = re.compile(r"[A-Za-z]{2}")
_NUMBER: Final = re.compile(r"\d[\d,]*\.?\d*(?:[eE]-?\d+)?|\.\d+")
_COUNTRY: Final = re.compile(r"\biso\b|country.?code|alpha.?2", re.IGNORECASE)
_NAME: Final = re.compile(r"\bcountry\b|\bdestination\b", re.IGNORECASE)
_PRICE: Final = re.compile(r"price|\brate\b|\bcost\b", re.IGNORECASE)
_FEE: Final = re.compile(r"\bfees?\b|surcharge|pass.?through", re.IGNORECASE)
_KIND: Final = re.compile(r"channel|\btype\b|product|service|direction", re.IGNORECASE)
_CURRENCY: Final = re.compile(r"currency|price.?unit", re.IGNORECASE)
_NOT_DATA: Final = re.compile(r"inbound|monthly|set.?up|lease", re.IGNORECASE)
_SEPARATORS: Final = ",;\t"


class BadPricesError(Exception):
    """A file that has no prices; the text says what it lacks."""


@dataclass
class PriceFile:
    """What a file says: billionths of a US dollar by kind and country, and how it was read."""

    by_kind: dict[str, dict[str, int]] = field(default_factory=dict)
    how: str = ""
    rows: int = 0
    """Rows that have a price."""
    skipped: int = 0
    """Rows without a country or a price, or of another direction."""

    @property
    def countries(self) -> frozenset[str]:
        """All countries that have a price of some kind."""
        return frozenset(country for prices in self.by_kind.values() for country in prices)

    def dearest(self) -> tuple[str, str, str]:
        """The kind, the country and the US dollars of the dearest price."""
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


def read(content: bytes, kind: str = "SMS") -> PriceFile:
    """Read a file; `kind` is that of rows that name none. Raises BadPricesError."""
    if len(content) > MOST_BYTES:
        raise BadPricesError(f"the file is larger than {MOST_BYTES:,} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(map(str.strip, row))]
    number, columns = _columns(rows)
    titles = rows[number]
    found = PriceFile(how=_how(titles, columns))
    for row in rows[number + 1 :]:
        cells = [cell.strip() for cell in row] + [""] * (len(titles) - len(row))
        priced = _priced(cells, columns, kind)
        if priced is None:
            found.skipped += 1
            continue
        found.rows += 1
        its_kind, country, nanos = priced
        prices = found.by_kind.setdefault(its_kind, {})
        prices[country] = max(prices.get(country, 0), nanos)
    if not found.rows:
        raise BadPricesError(f"no row has a country and a price ({found.how})")
    return found


def _columns(rows: Sequence[Sequence[str]]) -> tuple[int, _Columns]:
    """The row with the headers, and the columns that matter. Raises BadPricesError."""
    for number, row in enumerate(rows[:20]):
        fees = [place for place, title in enumerate(row) if _FEE.search(title)]
        wanted = [place for place, title in enumerate(row) if _PRICE.search(title) and place not in fees]
        prices = [
            place for place in wanted if not _CURRENCY.search(row[place]) and not _NOT_DATA.search(row[place])
        ]
        countries = [place for pattern in (_COUNTRY, _NAME) for place in _places(row, pattern)]
        countries = [place for place in countries if _has_codes(rows[number + 1 :], place)]
        if prices and countries:
            currency = next(iter(_places(row, _CURRENCY)), None)
            kinds = [place for place in _places(row, _KIND) if place not in (*prices, *fees)]
            return number, _Columns(countries[0], prices, fees, kinds, currency)
    raise BadPricesError(
        "there is no row of headers with a country (ISO codes such as US, in a column like 'ISO') and a price"
        " (in a column like 'Price per message part (USD)')"
    )


def _places(row: Sequence[str], pattern: re.Pattern[str]) -> list[int]:
    return [place for place, title in enumerate(row) if pattern.search(title)]


def _has_codes(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Whether a column has ISO codes."""
    cells = [row[place].strip() for row in rows[:50] if place < len(row)]
    return sum(bool(_ISO.fullmatch(cell)) for cell in cells) * 2 > len(cells)


def _priced(cells: Sequence[str], columns: _Columns, otherwise: str) -> tuple[str, str, int] | None:
    """The kind, country and price of a row. Raises BadPricesError: it is not in US dollars."""
    country = cells[columns.country].upper()
    about = " ".join(cells[place] for place in columns.kinds)
    if not _ISO.fullmatch(country) or _NOT_DATA.search(about):
        return None
    currency = cells[columns.currency].upper() if columns.currency is not None else ""
    if currency not in ("", "USD", "US DOLLARS", "$"):
        raise BadPricesError(f"the price of {country} is in {currency}, and limits are in US dollars")
    known = [nanos for place in columns.prices if (nanos := _nanos(cells[place])) is not None]
    if not known:
        return None
    fees = sum(_nanos(cells[place]) or 0 for place in columns.fees)
    kind = next((name for name in KINDS if re.search(rf"\b{name}", about, re.IGNORECASE)), otherwise)
    kind = "MMS" if re.search(r"mms", about, re.IGNORECASE) else kind
    return kind, country, max(known) + fees


def _nanos(cell: str) -> int | None:
    """The price in a cell; None where it has none."""
    found = _NUMBER.search(cell.replace("$", ""))
    if found is None:
        return None
    try:
        return nanos_of(found[0].replace(",", ""))
    except ValueError as error:
        raise BadPricesError(str(error)) from error


def _how(titles: Sequence[str], columns: _Columns) -> str:
    """Which columns are read as what, for people."""

    def named(places: Sequence[int]) -> str:
        return ", ".join(repr(titles[place].strip()) for place in places)

    parts = [f"country from {named([columns.country])}", f"price from {named(columns.prices)}"]
    if columns.fees:
        parts.append(f"fees on top from {named(columns.fees)}")
    if columns.kinds:
        parts.append(f"channel from {named(columns.kinds)}")
    return "; ".join(parts)


def entries(
    by_kind: Mapping[str, Mapping[str, int]], country: str | None = None
) -> Iterator[tuple[str, str, str]]:
    """The prices of a table in order: kind, country and US dollars."""
    for kind, prices in sorted(by_kind.items()):
        for each, nanos in sorted(prices.items()):
            if country in (None, each):
                yield kind, each, dollars_of(nanos)
