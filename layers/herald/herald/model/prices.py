"""The prices of message parts, by channel and country, in the operator's price table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

# What prices are of. An MMS, and a message by RCS or WhatsApp, count as one part.
KINDS: Final = ("SMS", "MMS", "RCS", "WHATSAPP")


@dataclass(frozen=True)
class Prices:
    """Billionths of a US dollar by kind and country (ISO code).

    A country without a price costs the highest price of its kind, and a kind without prices the
    highest of all, because an unknown price needs an upper bound. `source` is the name of the file.
    """

    by_kind: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    source: str = ""
    imported_at: datetime | None = None

    def of(self, kind: str, country: str | None) -> int:
        """The price of a part; 0 if the table is empty."""
        known = self.by_kind.get(kind, {}).get(country or "")
        return self._dearest(kind) if known is None else known

    def _dearest(self, kind: str) -> int:
        return self._dearest_by_kind.get(kind, max(self._dearest_by_kind.values(), default=0))

    @cached_property
    def _dearest_by_kind(self) -> dict[str, int]:
        return {kind: max(prices.values()) for kind, prices in self.by_kind.items() if prices}
