"""The use of an account's limits by an attempt to send a message.

Only messages of real carriers count: the sandbox sends nothing, and neither does a dry run.
"""

from collections.abc import Callable, Sequence
from typing import Final
from weakref import WeakKeyDictionary

from herald.carriers import sandbox
from herald.model.addresses import REACHES, AddressChannel, MessageAddress, Sender, SenderChannel
from herald.model.amounts import NOTHING, Amount, highest
from herald.model.operation import Operation
from herald.model.parts import parts_of
from herald.model.prices import Prices
from herald.model.zones import country_of
from herald.sending.app import App
from herald.store import limits
from herald.store.table import Table

# Prices are read again after this many seconds.
_PRICES_SECONDS: Final = 60


class Tariff:
    """The charges of an operation's attempts. `carrier` is that of senders that name none.

    Without `prices` the charges have no money.
    """

    def __init__(
        self,
        operation: Operation,
        carrier: str,
        prices: Prices | None,
        country_of: Callable[[str], str | None] = country_of,
    ) -> None:
        self._operation = operation
        self._carrier = carrier
        self._prices = prices
        self._country_of = country_of
        plain = parts_of(operation.content, operation.template).plain
        self._has_media = bool(plain and plain.get("media"))
        self._kinds: dict[AddressChannel, set[str]] = {}
        for sender in operation.senders:
            if self.counts(sender):
                for channel in AddressChannel:
                    if REACHES[sender.channel] is channel:
                        self._kinds.setdefault(channel, set()).add(self._kind(sender.channel))
        self._known: dict[tuple[AddressChannel | None, str | None, int], Amount] = {}

    def counts(self, sender: Sender) -> bool:
        """Whether the messages of a sender count."""
        named = self._operation.settings_of(sender.sender_id).carrier or self._carrier
        return named != sandbox.NAME and not self._operation.is_dry_run

    def of(self, sender: Sender, to: MessageAddress, parts: int) -> Amount:
        """The charge of one attempt, to one person."""
        if not self.counts(sender):
            return NOTHING
        return Amount(1, parts, parts * self._price(self._kind(sender.channel), self._country(to)))

    def most(self, to: MessageAddress | None, sms_parts: int) -> Amount:
        """The charge of the most expensive attempt of any sender to one person; None: to any address.

        `sms_parts`: how many parts the text is as an SMS.
        """
        return self._most(to.channel if to else None, self._country(to), sms_parts)

    def most_of(self, addresses: Sequence[MessageAddress], sms_parts: int) -> Amount:
        """The charge of the most expensive attempt of any sender to one of a person's addresses."""
        # Most addresses of a person cost the same, and a request may have 100,000.
        country_of: Callable[[str], str | None] = self._country_of if self._prices else lambda _: None
        kinds = {(to.channel, country_of(to.address)) for to in addresses}
        return highest(self._most(channel, country, sms_parts) for channel, country in kinds)

    def _most(self, channel: AddressChannel | None, country: str | None, sms_parts: int) -> Amount:
        key = channel, country, sms_parts
        if key not in self._known:
            kinds = self._kinds.get(channel, ()) if channel else set().union(*self._kinds.values())
            parts = {kind: sms_parts if kind == "SMS" else 1 for kind in kinds}
            self._known[key] = highest(
                Amount(1, number, number * self._price(kind, country)) for kind, number in parts.items()
            )
        return self._known[key]

    def _kind(self, channel: SenderChannel) -> str:
        return "MMS" if channel is SenderChannel.SMS and self._has_media else channel.value

    def _country(self, to: MessageAddress | None) -> str | None:
        return self._country_of(to.address) if to and self._prices else None

    def _price(self, kind: str, country: str | None) -> int:
        return self._prices.of(kind, country) if self._prices else 0


def tariff_of(app: App, operation: Operation, country_of: Callable[[str], str | None] = country_of) -> Tariff:
    """The tariff of an operation, with the operator's prices where its account has a limit of money."""
    prices = _prices(app.table, app.clock().timestamp()) if operation.priced else None
    return Tariff(operation, app.carrier_name, prices, country_of)


# The price tables that were read, and when, in seconds.
_known: Final[WeakKeyDictionary[Table, tuple[float, Prices]]] = WeakKeyDictionary()


def forget() -> None:
    """Drop the cached prices; for tests that change them."""
    _known.clear()


def _prices(table: Table, now: float) -> Prices:
    """The operator's prices, at most a minute old; `now` in seconds."""
    read_at, prices = _known.get(table, (float("-inf"), None))
    if prices is None or not 0 <= now - read_at < _PRICES_SECONDS:
        prices = limits.get_prices(table)
        _known[table] = now, prices
    return prices
