"""The options that say how a recipient file is read."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import click

from herald_cli.countries import Country
from herald_cli.recipients import Reading

# Not of the first versions: a reading without them is the same to an older journal.
_LATER: Final = frozenset({"plus", "numbers_only"})


plus_option = click.option(
    "--plus", is_flag=True, help="Numbers without + begin with their country code: 491701234567."
)


def file_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how a file is read."""
    for option in reversed(
        (
            click.option(
                "--column",
                "columns",
                multiple=True,
                metavar="NAME=HEADER",
                help="Which column is which: phone=Mobile, name='First name'; may be repeated.",
            ),
            click.option(
                "--country",
                type=Country(),
                metavar="GB",
                help="The country of numbers that are written without a country code.",
            ),
            plus_option,
            click.option("--encoding", help="Of a text file; else it is found out."),
            click.option("--sheet", help="Of a spreadsheet that has several."),
            click.option("--unique", is_flag=True, help="Send once to a number that is in several rows."),
        )
    ):
        command = option(command)
    return command


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how a file is read, and which of its rows are sent to."""
    skip_bad = click.option(
        "--skip-bad",
        is_flag=True,
        help="Leave out rows that cannot be sent, and write them to FILE.rejected.csv.",
    )
    allow_missing = click.option(
        "--allow-missing",
        multiple=True,
        metavar="VARIABLE",
        help="A variable of the text that no column has; may be repeated.",
    )
    return file_options(skip_bad(allow_missing(command)))


def reading_of(given: Mapping[str, Any]) -> Reading:
    """The reading that the options describe."""
    columns = {}
    for each in given["columns"]:
        name, equals, header = each.partition("=")
        if not (name and equals and header):
            raise click.BadParameter(f"{each!r} is not like phone=Mobile", param_hint="--column")
        columns[name.strip()] = header.strip()
    return Reading(
        channel=given["channel"],
        columns=columns,
        country=given["country"],
        plus=given["plus"],
        encoding=given["encoding"],
        sheet=given["sheet"],
        unique=given["unique"],
        skip_bad=given["skip_bad"],
    )


def identity_of(reading: Reading) -> dict[str, Any]:
    """What tells readings apart, also in the journal of a send that an earlier version has begun."""
    return {name: value for name, value in vars(reading).items() if value or name not in _LATER}
