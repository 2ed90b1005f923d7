"""The column that holds the numbers, and the variables' names of the others.

A header is recognised by its words in many languages; if it is not, the first rows decide. The command
shows each guess to the user; `--column` overrides it.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from herald_cli.countries import region_of
from herald_cli.files.text import folded

ADDRESS: Final = "address"
CHANNEL: Final = "channel"
COUNTRY: Final = "country"
_ROLES: Final = {
    "address": ADDRESS,
    "phone": ADDRESS,
    "number": ADDRESS,
    "channel": CHANNEL,
    "country": COUNTRY,
}
_PHONE_WORDS: Final = [
    "address",
    "phone",
    "phonenumber",
    "phoneno",
    "phonenr",
    "mobile",
    "mobilephone",
    "mobilenumber",
    "mobileno",
    "cell",
    "cellphone",
    "cellnumber",
    "cellular",
    "telephone",
    "telephonenumber",
    "tel",
    "telno",
    "number",
    "msisdn",
    "to",
    "recipient",
    "contactnumber",
    "smsnumber",
    "whatsapp",
    "whatsappnumber",
    "primaryphone",
    "phone1value",
    "telefon",
    "telefonnummer",
    "telefonnr",
    "handy",
    "handynummer",
    "handynr",
    "mobil",
    "mobilnummer",
    "mobiltelefon",
    "rufnummer",
    "mobilfunk",
    "telefono",
    "telefonomovil",
    "numerodetelefono",
    "movil",
    "celular",
    "numerodecelular",
    "numero",
    "telefone",
    "telemovel",
    "telephoneportable",
    "portable",
    "numerodetelephone",
    "mobiele",
    "gsm",
    "gsmnummer",
    "telefoonnummer",
    "mobielnummer",
    "cellulare",
    "numeroditelefono",
    "numertelefonu",
    "komorka",
    "telefonkomorkowy",
    "telefonni",
    "mobilni",
    "telefonszam",
    "телефон",
    "мобильный",
    "мобильныйтелефон",
    "номертелефона",
    "номер",
    "сотовый",
    "電話",
    "電話番号",
    "携帯",
    "携帯電話",
    "携帯番号",
    "携帯電話番号",
    "手机",
    "手机号",
    "手机号码",
    "电话",
    "电话号码",
    "手機",
    "電話號碼",
    "전화",
    "전화번호",
    "휴대폰",
    "휴대전화",
    "휴대폰번호",
    "هاتف",
    "رقمالهاتف",
    "جوال",
    "الجوال",
    "τηλεφωνο",
    "κινητο",
    "फ़ोन",
    "मोबाइल",
    "โทรศัพท์",
    "เบอร์โทร",
    "sodienthoai",
    "dienthoai",
]
_OPT_OUT_WORDS: Final = [
    "optout",
    "optedout",
    "unsubscribe",
    "unsubscribed",
    "donotcontact",
    "dnc",
    "stop",
    "abgemeldet",
    "desuscrito",
    "desabonne",
]
_COUNTRY_WORDS: Final = [
    *("country", "countrycode", "countryname", "countryiso", "isocountry", "nation", "land", "landercode"),
    *("landesvorwahl", "landeskennung", "landeskurzel", "pais", "codigopais", "codigodepais", "pays"),
    *("codepays", "paese", "nazione", "maa", "kraj", "zeme", "krajina", "orszag", "tara", "ulke", "negara"),
    *(
        "страна",
        "країна",
        "χωρα",
        "国",
        "国名",
        "国家",
        "國家",
        "국가",
        "나라",
        "देश",
        "البلد",
        "الدولة",
        "ประเทศ",
    ),
]
_MOSTLY: Final = 0.8
_HEADER_ROWS: Final = 10
_VARIABLE: Final = re.compile(r"[^\w\-]+")


class Ambiguous(ValueError):
    """It is unclear which column is which; the text says which option decides."""


@dataclass(frozen=True)
class Columns:
    """The columns of a row by their meaning."""

    address: int
    channel: int | None
    variables: Mapping[str, int]
    """By the name that a text uses: `First Name` is `First_Name`."""
    has_header: bool
    titles: Sequence[str]
    """The header's words, or the numbers of the columns where there is no header."""
    hints: Sequence[str] = field(default=())
    country: int | None = None
    """The column of the countries of the numbers that are written without one."""
    above: int = 0
    """Rows above the header, such as a title; blank ones are not counted."""


def find(
    sample: Sequence[Sequence[str]],
    is_number: Callable[[str], bool],
    given: Mapping[str, str] | None = None,
) -> Columns:
    """The columns of a file, from its first rows.

    `given`: a header (or the position of a column, from 1 on) for `address`, `channel` or a variable's name.
    Raises Ambiguous.
    """
    if not sample:
        raise Ambiguous("there are no rows")
    if above := _rows_above(sample, is_number, given or {}):
        found = find(sample[above:], is_number, given)
        title = next(filter(None, map(_plain, sample[0])), "")
        left_out = f"the row {title!r}" if above == 1 else f"{above} rows from {title!r} on"
        return replace(found, above=above, hints=[f"{left_out} above the header left out", *found.hints])
    first = [_plain(cell) for cell in sample[0]]
    has_header = not any(is_number(cell) for cell in first)
    width = max(len(row) for row in sample)
    titles = first if has_header else [str(n) for n in range(1, width + 1)]
    body = sample[1:] if has_header else sample
    hints: list[str] = [] if has_header else ["the file has no header: its columns are called 1, 2, ..."]
    chosen = _given(titles, given or {})
    address = chosen.pop(ADDRESS, None)
    if address is None:
        address, hint = _address(titles, body, is_number, has_header=has_header)
        hints += hint
    channel = chosen.pop(CHANNEL, None)
    if channel is None:
        channel = next((at for at, title in enumerate(titles) if folded(title) == CHANNEL), None)
    # It stays a variable.
    country = chosen.get(COUNTRY, _country(titles, body))
    if country is not None:
        hints.append(
            f"the column {titles[country]!r} says the country of numbers that are written without one"
        )
    variables = _variables(titles, body, {address, channel}, chosen, hints)
    return Columns(address, channel, variables, has_header, titles, hints, country)


def _rows_above(
    sample: Sequence[Sequence[str]], is_number: Callable[[str], bool], given: Mapping[str, str]
) -> int:
    """The number of rows above the header: rows of fewer cells, before a row that names the numbers."""
    wanted = {ADDRESS, *_PHONES, *map(folded, given.values())}
    widest = 0
    for number, row in enumerate(sample[:_HEADER_ROWS]):
        width = sum(map(bool, map(str.strip, row)))
        if width > max(widest, 1) and any(folded(_plain(cell)) in wanted for cell in row):
            return number
        if any(map(is_number, row)):
            return 0
        widest = max(widest, width)
    return 0


def _given(titles: Sequence[str], given: Mapping[str, str]) -> dict[str, int]:
    """The columns that `--column` names."""
    chosen = {}
    for name, wanted in given.items():
        role = _ROLES.get(name.lower(), name)
        exact = [at for at, title in enumerate(titles) if title == wanted]
        near = exact or [at for at, title in enumerate(titles) if folded(title) == folded(wanted)]
        if not near and wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(titles):
            near = [int(wanted) - 1]
        if len(near) != 1:
            problem = "there is no column" if not near else "there are several columns"
            raise Ambiguous(f"{problem} {wanted!r}: the columns are {_listed(titles)}")
        chosen[role] = near[0]
    return chosen


def _address(
    titles: Sequence[str],
    body: Sequence[Sequence[str]],
    is_number: Callable[[str], bool],
    *,
    has_header: bool,
) -> tuple[int, list[str]]:
    """The column of the numbers, and how it was recognised if no `address` names it."""
    exact = [at for at, title in enumerate(titles) if title == ADDRESS]
    if len(exact) == 1:
        return exact[0], []
    named = [at for at, title in enumerate(titles) if has_header and folded(title) in _PHONES]
    if len(named) == 1:
        return named[0], []
    full = [at for at in named or range(len(titles)) if _is_mostly(body, at, is_number)]
    if len(full) == 1:
        return full[0], []
    candidates = full or named
    if len(candidates) > 1:
        raise Ambiguous(
            f"several columns may hold the numbers ({_listed([titles[at] for at in candidates])}): "
            f"give --column phone={titles[candidates[0]]!r}, or another of them"
        )
    raise Ambiguous(
        f"no column is known to hold the numbers (the columns are {_listed(titles)}): "
        "give --column phone=NAME"
    )


def _country(titles: Sequence[str], body: Sequence[Sequence[str]]) -> int | None:
    """The first column that is called a country and that holds countries."""
    for at, title in enumerate(titles):
        if folded(title) in _COUNTRIES and _is_mostly(body, at, lambda cell: region_of(cell) is not None):
            return at
    return None


def _is_mostly(body: Sequence[Sequence[str]], at: int, is_one: Callable[[str], bool]) -> bool:
    cells = [row[at] for row in body if at < len(row) and row[at].strip()]
    return bool(cells) and sum(map(is_one, cells)) >= _MOSTLY * len(cells)


def _variables(
    titles: Sequence[str],
    body: Sequence[Sequence[str]],
    taken: set[int | None],
    chosen: Mapping[str, int],
    hints: list[str],
) -> dict[str, int]:
    variables = dict(chosen)
    by_name: dict[str, list[int]] = {}
    for at, title in enumerate(titles):
        if at in taken or at in chosen.values():
            continue
        cells = [row[at] for row in body if at < len(row) and row[at].strip()]
        if not title:
            if cells:
                hints.append(f"column {at + 1} has no name and is left out")
            continue
        if folded(title) in _OPT_OUTS and cells:
            hints.append(
                f"the column {title!r} does not keep anybody from being sent to: filter the file first"
            )
        by_name.setdefault(_VARIABLE.sub("_", title).strip("_") or title, []).append(at)
    for name, places in by_name.items():
        if len(places) > 1 or name in variables:
            hints.append(f"several columns are called {titles[places[0]]!r} and are left out")
            continue
        variables[name] = places[0]
        if name != titles[places[0]]:
            hints.append(f"the column {titles[places[0]]!r} is {{{{ {name} }}}} in a text")
    return variables


def _plain(cell: str) -> str:
    """A header without invisible marks, and with plain blanks."""
    visible = "".join(letter for letter in cell if unicodedata.category(letter) not in {"Cf", "Cc"})
    return " ".join(visible.split())


def _listed(titles: Sequence[str]) -> str:
    shown = [repr(title) for title in titles if title][:12]
    return ", ".join(shown) + (", ..." if len(titles) > len(shown) else "")


# Folded as headers are, so that accents and the parts of letters agree.
_PHONES: Final = frozenset(map(folded, _PHONE_WORDS))
_COUNTRIES: Final = frozenset(map(folded, _COUNTRY_WORDS))
_OPT_OUTS: Final = frozenset(map(folded, _OPT_OUT_WORDS))
