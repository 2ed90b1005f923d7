"""The accounts that requests are measured with: what an account has decides what its requests cost.

plain    a sender of each channel, and nothing else
limited  every kind of limit, countries and prices; quiet hours with several countries; a pool of
         300 senders of a real carrier; a template with variables

A body names the pool and the template by POOL and TEMPLATE, which are the same in every run.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from bench.edge import Edge
from bench.scenarios import account_of, post_of

POOL: Final = f"comms_senderpool_{'0' * 26}"
TEMPLATE: Final = f"HX{'0' * 32}"
_MEMBERS: Final = 300
# Some that share a calling code with others, some that do not. A number that begins otherwise is refused.
_COUNTRIES: Final = "CA DE FR GB GG IM IN IT JE JM KZ MA NO RE RU SJ US VA"
_PRICED: Final = (*_COUNTRIES.split(), "AX", "BR", "ES", "FI", "MX", "NG")
_MUCH: Final = 1_000_000_000
_OPEN: Final = "00:00-23:59"
# As many as are put together for each recipient before a request is accepted.
_VARIABLES: Final = 50

Post = Callable[[str, str, str], dict[str, Any]]


def made(edge: Edge) -> dict[str, Post]:
    """Accounts by name, each as what makes an event of method, path and body."""
    return {
        "plain": partial(post_of, account_of(edge)),
        "limited": partial(post_of, _limited(edge), key=True),
    }


def of_route(posts: Mapping[str, Post], route: str) -> Post:
    """The account of a route such as `POST /Messages limited`."""
    return posts[next((name for name in route.split()[2:] if name in posts), "plain")]


def _limited(edge: Edge) -> str:
    from herald.model.addresses import SenderChannel
    from herald.model.pools import SenderPool
    from herald.model.prices import KINDS, Prices
    from herald.model.quiet import CountryHours, QuietHours
    from herald.model.senders import OperatorSender
    from herald.model.templates import ContentTemplate
    from herald.operator import limits
    from herald.runtime import app
    from herald.store import pools, quiet, senders, templates

    table, now, account = app().table, datetime.now(UTC), account_of(edge)
    numbers = ("recipientsPerDay", "partsPerDay", "dollarsPerDay", "dollarsPerMonth", "requestsPerSecond")
    limits.change(table, account, {**dict.fromkeys(numbers, _MUCH * 1_000), "countries": _COUNTRIES}, now)
    prices = {kind: {country: len(kind) * 1_000 for country in _PRICED} for kind in KINDS}
    limits.put_prices(table, Prices(prices, "bench", now))
    hours = {country: CountryHours(open=_OPEN, sunday="12:00-20:00") for country in _PRICED}
    quiet.put(table, account, QuietHours(open=_OPEN, countries=hours), now)
    pools.put(table, account, SenderPool(id=POOL, name="bench", updated_at=now))
    members = [
        senders.add(
            table,
            account,
            OperatorSender(
                channel=channel,
                address=f"+1206555{number:04}" if channel is not SenderChannel.RCS else f"agent_{number}",
                carrier="twilio",
                parts_per_second=10,
            ),
            now,
        )
        for number in range(_MEMBERS // 3)
        for channel in SenderChannel
    ]
    pools.add_members(table, POOL, members)
    text = " ".join(f"{{{{{number}}}}}" for number in range(1, _VARIABLES + 1))
    template = {
        "id": TEMPLATE,
        "friendlyName": "bench",
        "variables": {str(number): "x" for number in range(1, _VARIABLES + 1)},
        "types": {"twilio/text": {"body": text}},
        "createdAt": now,
    }
    templates.put(table, account, ContentTemplate.model_validate(template, strict=False))
    edge.changes.clear()
    return account
