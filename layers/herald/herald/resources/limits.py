"""/Limits and /Prices: what an account may send and has used, and what message parts cost. Herald's own."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field

from herald.api.endpoints import Request, Resource
from herald.api.shapes import Instant
from herald.model.amounts import dollars_of
from herald.model.limits import QUOTAS, LimitName, resets_at, shown
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
    def of(
        cls, name: LimitName, limit: int | None, used: int | None, at: datetime | None, *, own: bool
    ) -> Self:
        left = None if limit is None or used is None else max(limit - used, 0)
        texts = (None if number is None else shown(name, number) for number in (limit, used, left))
        return cls.model_validate(
            dict(zip(("limit", "used", "remaining"), texts, strict=True))
            | {"name": name, "resets_at": at, "is_default": not own}
        )


class LimitsOut(Wire):
    """`countries`: those that the account may send to; null: all."""

    limits: list[LimitOut]
    countries: Annotated[list[str] | None, _example(["CA", "US"])]


class PriceOut(Wire):
    """What a message part costs in a country, in US dollars."""

    kind: Annotated[str, _example("SMS")]
    country: Annotated[str, _example("US")]
    dollars: Annotated[str, _example("0.00581")]


class PricesOut(Wire):
    """The operator's price table; empty where none was imported."""

    prices: list[PriceOut]
    source: Annotated[str | None, _example("sms.csv")]
    imported_at: Instant | None


@routes.get(
    "/Limits",
    "ListLimits",
    "The limits of the account, what is used of them, and when they reset.",
    ours=True,
)
def list_limits(request: Request) -> LimitsOut:
    table, account, today = app().table, request.account, app().clock().date()
    own, use = limits.use(table, account, [today], accounts.shards(table, account))
    known = own.over(app().limits)
    found = []
    for name in LimitName:
        limit = known.get(name)
        counts = name in QUOTAS and limit is not None
        used, at = (use.of(name, today), resets_at(name, today)) if counts else (None, None)
        found.append(LimitOut.of(name, limit, used, at, own=name in own.numbers))
    return LimitsOut(limits=found, countries=sorted(known.countries) if known.countries else None)


@routes.get("/Prices", "ListPrices", "What a message part costs, by kind and country.", ours=True)
def list_prices(request: Request) -> PricesOut:
    known = limits.get_prices(app().table)
    prices = [
        PriceOut(kind=kind, country=country, dollars=dollars_of(nanos))
        for kind, by_country in sorted(known.by_kind.items())
        for country, nanos in sorted(by_country.items())
    ]
    return PricesOut(prices=prices, source=known.source or None, imported_at=known.imported_at)
