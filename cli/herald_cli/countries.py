"""The countries of phone numbers, by their ISO codes."""

from typing import Any, Final

import click

# Codes that people and price lists use instead of the ISO code.
_ALIASES: Final = {"UK": "GB", "EL": "GR"}


def code_of(words: str) -> str:
    """The ISO code that a code of a country stands for, such as GB for uk. Not every code is `is_known`."""
    code = words.strip().upper()
    return _ALIASES.get(code, code)


def is_known(code: str) -> bool:
    """Whether phone numbers exist that belong to the country."""
    from phonenumbers import SUPPORTED_REGIONS

    return code in SUPPORTED_REGIONS


class Country(click.ParamType[str]):
    """A country of an option, as its ISO code."""

    name = "country"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The ISO code of what is given."""
        code = code_of(str(value))
        if not is_known(code):
            self.fail(f"{value!r} is not a country like GB", param, ctx)
        return code
