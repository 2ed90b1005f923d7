"""A preview of a request: samples, message parts, and the characters that make a text expensive.

Texts are rendered as Herald renders them, by the same code.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from herald.content import Personalizer, Rendered
from herald.model.addresses import SenderChannel
from herald.model.amounts import nanos_of
from herald.model.problems import UNRENDERABLE
from herald.model.segments import Encoding, encoding_of, not_in_gsm_7, parts_of_text
from herald.model.zones import country_of
from herald_cli.recipients import Row

SAMPLES: Final = 3


@dataclass
class Preview:
    """The preview of a file: what each of its rows would get."""

    samples: list[tuple[str, str]] = field(default_factory=list)
    """Number and text of the first recipients."""
    rows: int = 0
    parts: int = 0
    most_parts: int = 0
    encodings: Counter[str] = field(default_factory=Counter)
    """Recipients by the encoding of their text."""
    dear: Counter[str] = field(default_factory=Counter)
    """Recipients by each character that is not in the GSM-7 alphabet."""
    nanos: int | None = None
    """What the rows cost in billionths of a US dollar, by the price table; None without one."""
    unpriced: int = 0
    """Recipients in countries without a price, who count as the dearest."""
    failing: int = 0
    """Recipients whose message would fail: it does not render, or it is too long."""
    first_failure: tuple[int, str] | None = None
    """The line of the first of them, and why."""


def preview(
    personalizer: Personalizer, rows: Iterable[Row], prices: Mapping[str, int] | None = None
) -> Preview:
    """Render a message for each row.

    `prices`: billionths of a US dollar that a part costs, by country.
    """
    found = Preview(nanos=0 if prices else None)
    for row in rows:
        found.rows += 1
        rendered = personalizer.render(row.recipient.get("variables", {}))
        if rendered.problem:
            found.failing += 1
            found.first_failure = found.first_failure or (row.line, _why(rendered))
            continue
        text = _text_of(rendered)
        if text is None:
            continue
        parts, encoding, dear = _parts(text)
        found.parts += parts
        if prices:
            _add_price(found, prices, parts, row.recipient["address"])
        found.most_parts = max(found.most_parts, parts)
        found.encodings[encoding] += 1
        found.dear.update(dear)
        if len(found.samples) < SAMPLES:
            found.samples.append((row.recipient["address"], text))
    return found


def _text_of(rendered: Rendered) -> str | None:
    """The text of an SMS; of a message that no SMS can show, its text for another channel, if it has one."""
    shown = rendered.shown.get(SenderChannel.SMS) or next(iter(rendered.shown.values()))
    return shown.text


def _why(rendered: Rendered) -> str:
    """Why a message would fail."""
    if rendered.problem in (None, UNRENDERABLE):
        return rendered.reason or ""
    return rendered.problem.message


def prices_in(answer: Any) -> dict[str, int]:
    """The prices of SMS in an answer of GET /Prices, by country."""
    listed = answer["prices"] if answer else ()
    return {each["country"]: nanos_of(each["dollars"]) for each in listed if each["kind"] == "SMS"}


def _add_price(found: Preview, prices: Mapping[str, int], parts: int, number: str) -> None:
    price = prices.get(country_of(number) or "")
    if price is None:
        found.unpriced += 1
        price = max(prices.values())
    found.nanos = (found.nanos or 0) + parts * price


@lru_cache(maxsize=16)
def _parts(text: str) -> tuple[int, Encoding, frozenset[str]]:
    """The parts and the encoding of a text, and the characters that make it UCS-2."""
    return parts_of_text(text), encoding_of(text), not_in_gsm_7(text)


def named(letter: str) -> str:
    """A character for a person: ’ (U+2019 RIGHT SINGLE QUOTATION MARK)."""
    shown = letter if letter.isprintable() else " "
    return f"{shown} (U+{ord(letter):04X} {unicodedata.name(letter, 'without a name')})"
