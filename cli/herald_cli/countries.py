"""The countries of phone numbers, by their ISO codes."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Final

import click

from herald.model.zones import is_country
from herald_cli.files.text import folded

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


# What files have in a column of countries, besides the names and codes that libphonenumber knows.
_IN_FILES: Final = {
    "usa": "US",
    "vereinigtestaaten": "US",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "greatbritain": "GB",
    "grossbritannien": "GB",
    "holland": "NL",
    "d": "DE",
    "a": "AT",
    "f": "FR",
    "i": "IT",
    "ger": "DE",
    "deu": "DE",
    "aut": "AT",
    "che": "CH",
    "sui": "CH",
    "gbr": "GB",
    "fra": "FR",
    "ita": "IT",
    "esp": "ES",
    "prt": "PT",
    "nld": "NL",
    "bel": "BE",
    "pol": "PL",
    "bra": "BR",
    "mex": "MX",
    "can": "CA",
    "ind": "IN",
    "aus": "AU",
    "jpn": "JP",
    "chn": "CN",
    "zaf": "ZA",
    "tur": "TR",
    "are": "AE",
}
_CALLING_CODE: Final = re.compile(r"(?:\+|00)?([1-9][0-9]{0,2})", re.ASCII)


@lru_cache(maxsize=1024)
def region_of(words: str) -> str | None:
    """The ISO code of a country that a cell of a file names: `DE`, `Germany`, `Alemania` or `+49`."""
    import phonenumbers

    if is_country(code := code_of(words)):
        return code
    if calling := _CALLING_CODE.fullmatch(words.strip()):
        region = phonenumbers.region_code_for_country_code(int(calling[1]))
        return region if is_country(region) else None
    name = folded(words)
    return _IN_FILES.get(name) or _names().get(name)


@cache
def _names() -> dict[str, str]:
    """The countries by their names in all languages, without the names that two of them have."""
    found: dict[str, set[str]] = {}
    for region, by_language in _locale_data().items():
        for name in by_language.values():
            # A star is before a language whose name it shares.
            if not name.startswith("*") and is_country(region):
                found.setdefault(folded(name), set()).add(region)
    return {name: next(iter(regions)) for name, regions in found.items() if len(regions) == 1}


def _locale_data() -> Mapping[str, Mapping[str, str]]:
    """The names of countries by language, by country, as libphonenumber has them.

    Its package also has the names of all areas: to import that takes seconds and 200 MB.
    """
    import phonenumbers

    path = Path(phonenumbers.__file__).parent / "geodata/locale.py"
    spec = spec_from_file_location("phonenumbers.geodata.locale", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    data: Mapping[str, Mapping[str, str]] = module.LOCALE_DATA
    return data
