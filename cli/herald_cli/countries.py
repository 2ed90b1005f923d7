"""The countries of phone numbers, by their ISO codes."""

from typing import Any, Final

import click

from herald.model.zones import is_country

# Codes that people and price lists use instead of the ISO code.
_ALIASES: Final = {"UK": "GB", "EL": "GR"}


def code_of(words: str) -> str:
    """The ISO code that a code of a country stands for, such as GB for uk. Not every code is of a country."""
    code = words.strip().upper()
    return _ALIASES.get(code, code)


class Country(click.ParamType[str]):
    """A country of an option, as its ISO code."""

    name = "country"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The ISO code of what is given."""
        code = code_of(str(value))
        if not is_country(code):
            self.fail(f"{value!r} is not a country like GB", param, ctx)
        return code
