"""`herald account limit`, `herald limits`, `herald prices ...`: the limits of accounts, and prices."""

import re
from datetime import UTC, datetime
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any, Final

import click

from herald.model.zones import is_country
from herald_cli import exits, show
from herald_cli.countries import Country, code_of
from herald_cli.operator import plain_errors, stack_option
from herald_cli.outside import Outside, confirm, json_option, outside, print_json, yes_option

if TYPE_CHECKING:
    from herald_cli.price_file import PriceFile

_NUMBERS: Final = {
    "requestsPerSecond": "--requests-a-second",
    "recipientsPerDay": "--recipients-a-day",
    "partsPerDay": "--parts-a-day",
    "dollarsPerDay": "--dollars-a-day",
    "dollarsPerMonth": "--dollars-a-month",
}
_HELP: Final = {
    "requestsPerSecond": "Requests to the API in a second.",
    "recipientsPerDay": "Recipients in a day (UTC), by a real carrier.",
    "partsPerDay": "Message parts in a day (UTC), by a real carrier.",
    "dollarsPerDay": "US dollars in a day (UTC), by the price table.",
    "dollarsPerMonth": "US dollars in a month (UTC), by the price table.",
}
_MOST: Final = 1_000_000_000
_MOST_DOLLARS: Final = 1_000_000
_THOUSANDS: Final = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


class LimitValue(click.ParamType[int]):
    """A number, `none` for no limit, or `default` for that of the stack."""

    name = "limit"

    def __init__(self, *, is_money: bool) -> None:
        self._is_money = is_money

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The limit as the table keeps it: -1 is none, and None that of the stack."""
        words = str(value).strip().lower()
        if words == "none":
            return (-1,)
        if words == "default":
            return (None,)
        from herald.model.amounts import nanos_of

        if self._is_money:
            words = words.removeprefix("$")
        if _THOUSANDS.fullmatch(words):
            words = words.replace(",", "")
        try:
            number = nanos_of(words) if self._is_money else int(words)
        except ValueError:
            number = 0
        if not 0 < number <= (_MOST_DOLLARS * 10**9 if self._is_money else _MOST):
            most = f"{_MOST_DOLLARS if self._is_money else _MOST:,}"
            self.fail(
                f"{value!r} is neither a number above 0 and up to {most}, nor `none` or `default`", param, ctx
            )
        return (number,)


def _number_options(command: Any) -> Any:
    for name, option in reversed(_NUMBERS.items()):
        kind = LimitValue(is_money=name.startswith("dollars"))
        command = click.option(option, name, type=kind, metavar="N|none|default", help=_HELP[name])(command)
    return command


@click.command("limit")
@click.argument("account_sid", metavar="AC...")
@_number_options
@click.option(
    "--countries",
    metavar="US,CA|all|default",
    help="Countries (ISO 3166) that the account may send to, by a real carrier.",
)
@json_option
@stack_option
def limit_command(
    account_sid: str, countries: str | None, as_json: bool, stack_name: str, **given: tuple[int | None] | None
) -> None:
    """Set or show the limits of an account.

    A new limit holds from the next request on. Earlier reservations stay, so an account may
    have used more than a lower limit; the command says so.
    """
    from herald.model.limits import MONEY, shown
    from herald.operator import limits
    from herald.store import accounts
    from herald.store.limits import get_prices, standings
    from herald_cli import admin

    fields: dict[str, int | str | None] = {name: value[0] for name, value in given.items() if value}
    if countries is not None:
        fields["countries"] = _countries(countries)
    with plain_errors():
        stack = admin.open_stack(stack_name)
        of_stack = admin.open_app(stack_name).limits
        table, now = admin.table_of(stack, account_sid), admin.now()
        if fields:
            limits.change(table, account_sid, fields, now, audit_days=stack.audit_days)
        shards = accounts.shards(table, account_sid)
        found, allowed = standings(table, account_sid, of_stack, now.date(), shards)
        has_prices = bool(get_prices(table).by_kind)
    listed = [
        {
            "name": each.name.value,
            **{
                name: None if number is None else shown(each.name, number)
                for name, number in (
                    ("limit", each.limit),
                    ("used", each.used),
                    ("remaining", each.remaining),
                )
            },
            "resetsAt": each.resets_at.isoformat() if each.resets_at else None,
            "isDefault": not each.is_own,
        }
        for each in found
    ]
    _show({"limits": listed, "countries": sorted(allowed) if allowed else None}, as_json=as_json)
    for each in found:
        if each.excess and each.limit is not None and each.resets_at:
            click.echo(
                f"note: {each.name} is exceeded by {shown(each.name, each.excess)}: requests are refused"
                f" until {_minute(each.resets_at)}. What was accepted before is sent.",
                err=True,
            )
    if not has_prices and any(each.name in MONEY and each.limit is not None for each in found):
        click.echo(
            "note: limits of dollars do not hold without a price table: herald prices import FILE", err=True
        )


def _countries(words: str) -> str | None:
    """Countries as the table keeps them: "" is all, and None those of the stack."""
    if words.strip().lower() in ("all", "none"):
        return ""
    if words.strip().lower() == "default":
        return None
    codes = [code_of(each) for each in words.replace(",", " ").split()]
    wrong = [code for code in codes if not is_country(code)]
    if wrong or not codes:
        named = ", ".join(wrong) or words
        raise click.BadParameter(f"{named!r} is no country such as US", param_hint="--countries")
    return " ".join(sorted(set(codes)))


@click.command("limits")
@click.option("--json", "as_json", is_flag=True, help="Print what the API answers.")
@outside
def limits_command(world: Outside, as_json: bool) -> None:
    """Show the account's limits, their use, and when they reset."""
    with world.connect() as herald:
        answer = herald.read("Limits")
    _show(answer, as_json=as_json)


def _show(answer: Any, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    out = show.console()
    for each in answer["limits"]:
        source = " (of the stack)" if each["isDefault"] else ""
        if each["limit"] is None:
            show.line(out, f"{each['name']:<18} no limit{source}")
            continue
        used = ""
        if each["used"] is not None:
            at = _minute(datetime.fromisoformat(each["resetsAt"]))
            used = f"  {each['used']} used, {each['remaining']} left, resets at {at}"
        show.line(out, f"{each['name']:<18} {each['limit']}{source}{used}")
    countries = answer["countries"]
    show.line(out, f"{'countries':<18} {', '.join(countries) if countries else 'all'}")
    if any(each["used"] is not None for each in answer["limits"]):
        show.line(out, "What the sandbox carries does not count.")


def _minute(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


@click.group()
def prices() -> None:
    """Import and show the prices of message parts. Needs AWS credentials for the stack."""


@prices.command("import")
@click.argument("file", type=click.File("rb"), metavar="FILE")
@click.option(
    "--channel",
    type=click.Choice(("SMS", "MMS", "RCS", "WHATSAPP"), case_sensitive=False),
    default="SMS",
    show_default=True,
    help="Of rows that name none.",
)
@click.option("--sheet", help="Of a spreadsheet that has several.")
@click.option("--only", is_flag=True, help="Drop the prices of channels that the file does not have.")
@yes_option
@click.option("--dry-run", is_flag=True, help="Say what would be imported, and do nothing.")
@json_option
@stack_option
def import_prices(
    file: IO[bytes],
    channel: str,
    sheet: str | None,
    only: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    stack_name: str,
) -> None:
    """Import prices from a CSV, as AWS publishes it, or from a spreadsheet.

    The file has a column with ISO codes of countries, and one or several with prices of a message part in US
    dollars. If a country has several rows, the most expensive counts; fees in columns of their own are added.
    The prices of a channel replace its old prices; other channels keep theirs.
    """
    from herald.model.prices import Prices
    from herald.operator import limits
    from herald_cli import admin, price_file

    try:
        found = price_file.read(file, file.name, channel.upper(), sheet)
    except price_file.BadPricesError as error:
        show.problem(show.console(stderr=True), f"{file.name}: {error}. Nothing was imported.")
        raise click.exceptions.Exit(exits.FILE) from error
    _say(file.name, found)
    kinds = sorted(found.by_kind)
    if not dry_run:
        rest = "all others go" if only else "other channels keep theirs"
        confirm(f"Let these be the prices of {', '.join(kinds)}? ({rest})", yes=yes)
        with plain_errors():
            table = admin.open_stack(stack_name).table
            new = Prices(found.by_kind, PurePath(file.name).name, admin.now())
            try:
                limits.put_prices(table, new, only=only)
            except limits.PricesChanged as error:
                raise admin.StackError(f"{error}: look at them, and give the command again") from error
        click.echo("imported; workers know the prices within a minute", err=True)
    if as_json:
        counts = {kind: len(found.by_kind[kind]) for kind in kinds}
        facts = {"rows": found.rows, "skipped": found.skipped, "countries": counts, "readAs": found.how}
        print_json({**facts, "unknownCountries": sorted(found.unknown), "imported": not dry_run})


def _say(name: str, found: "PriceFile") -> None:
    """Say how a file of prices was read."""
    notes = show.console(stderr=True)
    kind, country, dollars = found.dearest()
    kinds = ", ".join(f"{name} of {len(each):,} countries" for name, each in sorted(found.by_kind.items()))
    show.line(notes, f"{name}: read as {found.how}")
    show.line(notes, f"{found.rows:,} rows with a price, {found.skipped:,} skipped: {kinds}")
    show.line(notes, f"the dearest part costs {dollars} US dollars ({kind} to {country})")
    if found.unknown:
        show.line(notes, f"note: no countries by ISO 3166, and skipped: {', '.join(sorted(found.unknown))}")


@prices.command("show")
@click.option("--country", type=Country(), metavar="US", help="Only of this country.")
@json_option
@stack_option
def show_prices(country: str | None, as_json: bool, stack_name: str) -> None:
    """Show the price table of the stack."""
    from herald.store.limits import get_prices
    from herald_cli import admin, price_file

    with plain_errors():
        known = get_prices(admin.open_stack(stack_name).table)
    if not known.by_kind:
        click.echo("There is no price table: herald prices import FILE", err=True)
        raise click.exceptions.Exit(exits.LEFT)
    found = list(price_file.entries(known.by_kind, country))
    for kind, each, dollars in found:
        if as_json:
            print_json({"kind": kind, "country": each, "dollars": dollars})
        else:
            click.echo(f"{kind:<9} {each}  {dollars}")
    if not found:
        click.echo(
            f"There is no price for {country}: it counts as the dearest country of its channel.", err=True
        )
        raise click.exceptions.Exit(exits.LEFT)
    if known.imported_at:
        click.echo(
            f"last imported {_minute(known.imported_at)} from {show.printable(known.source)}", err=True
        )
