"""/Limits and /Prices: an account's limits and their use, and prices of message parts. Herald's own."""

from typing import Annotated, Any, Self

from pydantic import Field

from herald.api.endpoints import Request, Resource
from herald.api.shapes import Instant
from herald.model.amounts import dollars_of
from herald.model.limits import LimitName, shown
from herald.model.wire import Wire
from herald.runtime import app
from herald.store import accounts, limits

routes = Resource("Limits")


def _example(value: Any) -> Any:
    return Field(json_schema_extra={"examples": [value]})


class LimitOut(Wire):
    """Money is in US dollars, as a decimal number; everything else is a whole number."""

    name: LimitName
    limit: Annotated[str | None, _example("1000")]
    used: Annotated[str | None, _example("412")]
    remaining: Annotated[str | None, _example("588")]
    resets_at: Instant | None
    is_default: bool

    @classmethod
    def of(cls, standing: limits.Standing) -> Self:
        numbers = {"limit": standing.limit, "used": standing.used, "remaining": standing.remaining}
        name = standing.name
        return cls.model_validate(
            {each: None if number is None else shown(name, number) for each, number in numbers.items()}
            | {"name": name, "resets_at": standing.resets_at, "is_default": not standing.is_own}
        )


class LimitsOut(Wire):
    """`countries`: those that the account may send to; null: all."""

    limits: list[LimitOut]
    countries: Annotated[list[str] | None, _example(["CA", "US"])]


class PriceOut(Wire):
    """The price of a message part in a country, in US dollars."""

    kind: Annotated[str, _example("SMS")]
    country: Annotated[str, _example("US")]
    dollars: Annotated[str, _example("0.00581")]


class PricesOut(Wire):
    """The operator's price table; empty if none was imported."""

    prices: list[PriceOut]
    source: Annotated[str | None, _example("sms.csv")]
    imported_at: Instant | None


@routes.get(
    "/Limits",
    "ListLimits",
    "The limits of the account, their use, and when they reset.",
    ours=True,
)
def list_limits(request: Request) -> LimitsOut:
    table, account = app().table, request.account
    shards = accounts.shards(table, account)
    found, countries = limits.standings(table, account, app().limits, app().clock().date(), shards)
    return LimitsOut(limits=list(map(LimitOut.of, found)), countries=sorted(countries) if countries else None)


@routes.get("/Prices", "ListPrices", "The prices of message parts, by kind and country.", ours=True)
def list_prices(request: Request) -> PricesOut:
    known = limits.get_prices(app().table)
    prices = [
        PriceOut(kind=kind, country=country, dollars=dollars_of(nanos))
        for kind, by_country in sorted(known.by_kind.items())
        for country, nanos in sorted(by_country.items())
    ]
    return PricesOut(prices=prices, source=known.source or None, imported_at=known.imported_at)
