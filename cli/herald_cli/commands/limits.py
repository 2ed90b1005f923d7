"""`herald account limit`, `herald limits`, `herald prices ...`: what accounts may send, and what it costs."""

from datetime import UTC, datetime
from typing import IO, Any, Final

import click

from herald_cli import exits, show
from herald_cli.operator import plain_errors, stack_option
from herald_cli.outside import Outside, confirm, json_option, outside, print_json, yes_option

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

        try:
            number = nanos_of(words) if self._is_money else int(words.replace(",", "").replace("_", ""))
        except ValueError:
            number = 0
        if not 0 < number <= (_MOST * 10**6 if self._is_money else _MOST):
            self.fail(f"{value!r} is neither a number above 0, nor `none` or `default`", param, ctx)
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
    help="Countries (ISO 3166) that it may send to, by a real carrier.",
)
@json_option
@stack_option
def limit_command(
    account_sid: str, countries: str | None, as_json: bool, stack_name: str, **given: tuple[int | None] | None
) -> None:
    """Set what an account may send, or show it.

    A new limit holds from the next request on. What was reserved before stays reserved, so an account may
    have used more than a lower limit.
    """
    from herald.store import Table, accounts, limits
    from herald_cli import admin

    fields: dict[str, int | str | None] = {name: value[0] for name, value in given.items() if value}
    if countries is not None:
        fields["countries"] = _countries(countries)
    with plain_errors():
        stack = admin.open_stack(stack_name)
        app_limits = admin.open_app(stack_name).limits
        table = Table(stack.client, stack.table_name)
        if not accounts.exists(table, account_sid):
            raise admin.StackError(f"there is no account {account_sid}")
        if fields:
            limits.change(table, account_sid, fields)
        today = datetime.now(UTC).date()
        own, use = limits.use(table, account_sid, [today], accounts.shards(table, account_sid))
    known = own.over(app_limits)
    from herald.model.limits import QUOTAS, LimitName, resets_at, shown

    found = [
        {
            "name": name.value,
            "limit": None if (limit := known.get(name)) is None else shown(name, limit),
            "used": shown(name, use.of(name, today)) if name in QUOTAS and limit is not None else None,
            "resetsAt": resets_at(name, today).isoformat() if name in QUOTAS and limit is not None else None,
            "isDefault": name not in own.numbers,
        }
        for name in LimitName
    ]
    _show(
        {"limits": found, "countries": sorted(known.countries) if known.countries else None}, as_json=as_json
    )


def _countries(words: str) -> str | None:
    """Countries as the table keeps them: "" is all, and None those of the stack."""
    if words.strip().lower() in ("all", "none"):
        return ""
    if words.strip().lower() == "default":
        return None
    from phonenumbers import SUPPORTED_REGIONS

    codes = words.upper().replace(",", " ").split()
    wrong = [code for code in codes if code not in SUPPORTED_REGIONS]
    if wrong or not codes:
        named = ", ".join(wrong) or words
        raise click.BadParameter(f"{named!r} is no country such as US", param_hint="--countries")
    return " ".join(sorted(set(codes)))


@click.command("limits")
@click.option("--json", "as_json", is_flag=True, help="Print what the API answers.")
@outside
def limits_command(world: Outside, as_json: bool) -> None:
    """Show what the account may send, what it has used of that, and when it resets."""
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
        used = "" if each["used"] is None else f"  {each['used']} used, resets at {each['resetsAt']}"
        show.line(out, f"{each['name']:<18} {each['limit']}{source}{used}")
    countries = answer["countries"]
    show.line(out, f"{'countries':<18} {', '.join(countries) if countries else 'all'}")


@click.group()
def prices() -> None:
    """Import and show what message parts cost. Needs AWS credentials for the stack."""


@prices.command("import")
@click.argument("file", type=click.File("rb"), metavar="FILE")
@click.option(
    "--channel",
    type=click.Choice(("SMS", "MMS", "RCS", "WHATSAPP"), case_sensitive=False),
    default="SMS",
    show_default=True,
    help="Of rows that name none.",
)
@yes_option
@click.option("--dry-run", is_flag=True, help="Say what would be imported, and do nothing.")
@json_option
@stack_option
def import_prices(
    file: IO[bytes], channel: str, yes: bool, dry_run: bool, as_json: bool, stack_name: str
) -> None:
    """Import a CSV of prices, as AWS publishes it, in the place of the table that there is.

    It has a column with ISO codes of countries, and one or several with prices of a message part in US
    dollars. Several rows of a country come to the dearest; fees in columns of their own are added.
    """
    from herald.model.prices import Prices
    from herald.store import Table, limits
    from herald_cli import admin, price_file

    try:
        found = price_file.read(file.read(), channel.upper())
    except price_file.BadPricesError as error:
        raise click.ClickException(f"{file.name}: {error}.") from error
    kind, country, dollars = found.dearest()
    show.line(show.console(stderr=True), f"{file.name}: {found.how}")
    kinds = ", ".join(f"{len(each)} of {name}" for name, each in sorted(found.by_kind.items()))
    rows = f"{found.rows:,} rows, {found.skipped:,} skipped; {kinds}"
    show.line(show.console(stderr=True), f"{rows}; the dearest is {dollars} US dollars ({kind} to {country})")
    if as_json:
        countries = {name: len(each) for name, each in found.by_kind.items()}
        print_json(
            {"rows": found.rows, "skipped": found.skipped, "countries": countries, "readAs": found.how}
        )
    if dry_run:
        return
    confirm(
        f"Let these {len(found.countries)} countries take the place of the prices that there are?", yes=yes
    )
    with plain_errors():
        stack = admin.open_stack(stack_name)
        now = datetime.now(UTC)
        limits.put_prices(Table(stack.client, stack.table_name), Prices(found.by_kind, file.name, now))
    click.echo("imported; workers know the prices within a minute", err=True)


@prices.command("show")
@click.option("--country", metavar="US", help="Only of this country.")
@json_option
@stack_option
def show_prices(country: str | None, as_json: bool, stack_name: str) -> None:
    """Show the price table of the stack."""
    from herald.store import Table, limits
    from herald_cli import admin, price_file

    with plain_errors():
        stack = admin.open_stack(stack_name)
        known = limits.get_prices(Table(stack.client, stack.table_name))
    if not known.by_kind:
        click.echo("There is no price table: herald prices import FILE", err=True)
        raise click.exceptions.Exit(exits.LEFT)
    for kind, each, dollars in price_file.entries(known.by_kind, country.upper() if country else None):
        if as_json:
            print_json({"kind": kind, "country": each, "dollars": dollars})
        else:
            click.echo(f"{kind:<9} {each}  {dollars}")
