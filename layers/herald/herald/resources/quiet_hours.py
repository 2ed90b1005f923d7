"""/QuietHours: when messages may arrive, in the time of each recipient. Herald's own."""

from typing import Self

from herald.api.endpoints import Request, Resource
from herald.api.shapes import Instant
from herald.model.quiet import CountryHours, KeptQuietHours, QuietHours
from herald.model.wire import Wire
from herald.model.zones import is_country
from herald.runtime import app
from herald.store import quiet
from herald.telemetry import logger

routes = Resource("QuietHours")


class QuietHoursOut(Wire):
    """The hours that are open; `open` null: all of them. `isDefault` when the countries are Herald's."""

    open: str | None
    countries: dict[str, CountryHours]
    is_default: bool
    updated_at: Instant | None

    @classmethod
    def of(cls, kept: KeptQuietHours) -> Self:
        given = kept.given
        return cls(
            open=given.open if given else None,
            countries=dict(given.by_country) if given else {},
            is_default=given is not None and given.countries is None,
            updated_at=kept.updated_at,
        )


@routes.get("/QuietHours", "FetchQuietHours", "The hours in which messages may arrive.", ours=True)
def fetch_quiet_hours(request: Request) -> QuietHoursOut:
    return QuietHoursOut.of(quiet.get(app().table, request.account))


@routes.put(
    "/QuietHours",
    "PutQuietHours",
    "Sets the hours in which messages may arrive, in the time of each recipient.",
    ours=True,
    context=lambda: {"is_country": is_country},
)
def put_quiet_hours(request: Request, body: QuietHours) -> QuietHoursOut:
    kept = quiet.put(app().table, request.account, body, app().clock())
    logger.info("quiet hours put", account=request.account)
    return QuietHoursOut.of(kept)


@routes.delete("/QuietHours", "DeleteQuietHours", "Lets messages arrive at any time.", ours=True)
def delete_quiet_hours(request: Request) -> None:
    # Deleting quiet hours that do not exist is no error: messages may arrive at any time.
    quiet.delete(app().table, request.account)
    logger.info("quiet hours deleted", account=request.account)
