"""Recipient files as people have them: each is read, or its cause and cure are named."""

import datetime
import io
import json
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest

from herald_cli.recipients import BadRecipientsError, Reading, RecipientFile
from tests.unit.cli.sheets import ods, xlsx

ADA = "+12065550123"
BOB = "+12065550124"


def opened(content: bytes | str, name: str = "people.csv", **reading: Any) -> RecipientFile:
    data = content.encode() if isinstance(content, str) else content
    return RecipientFile(io.BytesIO(data), Reading(**reading), name)


def rows(file: RecipientFile) -> list[tuple[str, Mapping[str, str]]]:
    return [(row.recipient["address"], row.recipient.get("variables", {})) for row in file]


def causes(content: bytes | str, name: str = "people.csv", **reading: Any) -> list[str]:
    with pytest.raises(BadRecipientsError) as caught:
        opened(content, name, **reading)
    return [problem.message for problem in caught.value.problems]


# ------------------------------------------------------ encodings and separators


@pytest.mark.parametrize(
    ("content", "how", "name"),
    [
        (f"address;name\r\n{ADA};Ada\r\n".encode(), "UTF-8, separated by semicolons", "Ada"),
        (f"address\tname\n{ADA}\tAda\n".encode(), "UTF-8, separated by tabs", "Ada"),
        (f"address|name\n{ADA}|Ada\n".encode(), "UTF-8, separated by bars", "Ada"),
        (f"sep=;\naddress;name\n{ADA};Ada\n".encode(), "UTF-8, separated by semicolons", "Ada"),
        (f"address,name\r{ADA},Ada\r".encode(), "UTF-8, separated by commas", "Ada"),
        (f"address,name\n{ADA},Zoë\n".encode("cp1252"), "Windows-1252, separated by commas", "Zoë"),
        (
            f"Telefon;Name\r\n{ADA};Jürgen Groß\r\n".encode("cp1252"),
            "Windows-1252, separated by semicolons",
            "Jürgen Groß",
        ),
        (f"address,name\n{ADA},Zoë\n".encode("utf-16"), "UTF-16, separated by commas", "Zoë"),
        (f"address,name\n{ADA},Zoë\n".encode("utf-16-le"), "UTF-16, separated by commas", "Zoë"),
        (f"\ufeffaddress,name\n{ADA},Zoë\n".encode(), "UTF-8, separated by commas", "Zoë"),
        (
            f"電話番号,名前\n{ADA},山田太郎\n{BOB},鈴木花子\n".encode("cp932"),
            "Shift JIS, separated by commas",
            "山田太郎",
        ),
        (
            f"телефон;имя\n{ADA};Екатерина\n{BOB};Дмитрий\n".encode("cp1251"),
            "Windows-1251, separated by semicolons",
            "Екатерина",
        ),
        (
            f'address;name\n{ADA};"Lovelace; Ada, Countess"\n'.encode(),
            "UTF-8, separated by semicolons",
            "Lovelace; Ada, Countess",
        ),
    ],
)
def test_text_files_are_read_and_it_is_said_how(content: bytes, how: str, name: str) -> None:
    file = opened(content)

    assert file.table.how == how
    address, variables = rows(file)[0]
    assert address == ADA
    assert list(variables.values()) == [name]


def test_a_short_file_of_russian_numbers_is_not_western() -> None:
    file = opened("address,name\n+77010000123,Айгуль\n".encode("cp1251"))

    assert rows(file) == [("+77010000123", {"name": "Айгуль"})]


def test_the_encoding_can_be_given() -> None:
    file = opened("address,name\n+12065550123,Ђорђе\n".encode("cp1251"), encoding="cp1251")

    assert rows(file) == [(ADA, {"name": "Ђорђе"})]


def test_an_encoding_that_is_none_is_named() -> None:
    assert causes("address\n+12065550123\n", encoding="utf-9") == [
        "there is no encoding 'utf-9': give one such as utf-8 or windows-1252"
    ]


# --------------------------------------------------------------- spreadsheets


def test_numbers_of_a_spreadsheet_are_whole() -> None:
    file = opened(
        xlsx(["Mobile", "Points", "Day", "VIP"], [12065550123, 7.0, datetime.date(2026, 12, 24), True]),
        "people.xlsx",
        country="US",
    )

    assert rows(file) == [(ADA, {"Points": "7", "Day": "2026-12-24", "VIP": "TRUE"})]
    assert file.table.how == "spreadsheet, sheet 'Sheet1'"


def test_ods_is_read() -> None:
    file = opened(ods(["Telefon", "Vorname"], ["+49 1512 3456789", "Jürgen"]), "leute.ods")

    assert rows(file) == [("+4915123456789", {"Vorname": "Jürgen"})]


def test_several_sheets_are_asked_about() -> None:
    book = openpyxl.Workbook()
    for title, number in (("May", ADA), ("June", BOB)):
        sheet = book.create_sheet(title)
        sheet.append(["phone"])
        sheet.append([number])
    data = io.BytesIO()
    book.save(data)

    assert causes(data.getvalue(), "people.xlsx") == [
        "the file has several sheets (May, June): give --sheet, such as --sheet 'May'"
    ]
    assert rows(opened(data.getvalue(), "people.xlsx", sheet="June")) == [(BOB, {})]


def test_the_lines_of_a_spreadsheet_are_those_it_shows() -> None:
    with pytest.raises(BadRecipientsError) as caught:
        opened(xlsx(["phone"], [ADA], ["x"], top=2), "people.xlsx")

    assert [problem.line for problem in caught.value.problems] == [5]


def test_a_spreadsheet_that_is_broken_is_named() -> None:
    [cause] = causes(b"PK\x03\x04 and nothing else", "people.xlsx")

    assert cause.startswith("the spreadsheet cannot be read")


# ----------------------------------------------------------------- JSON lines


def test_json_lines_are_read() -> None:
    lines = [{"address": ADA, "name": "Ada"}, {"address": BOB, "variables": {"name": "Bob"}}]

    file = opened("\n".join(map(json.dumps, lines)), "people.jsonl")

    assert rows(file) == [(ADA, {"name": "Ada"}), (BOB, {"name": "Bob"})]


# -------------------------------------------------------------------- columns


@pytest.mark.parametrize(
    "header",
    [
        "Address",
        "phone",
        "Phone Number",
        "Mobile",
        "E-Mail;Handynummer",
        "Teléfono",
        "電話番号",
        "номер телефона",
        "Portable",
        "Cell #",
    ],
)
def test_the_column_of_the_numbers_is_found(header: str) -> None:
    before, _, _ = header.rpartition(";")
    cells = f"a@example.org;{ADA}" if before else ADA

    assert rows(opened(f"{header}\n{cells}\n"))[0][0] == ADA


def test_a_file_without_a_header_is_read() -> None:
    file = opened(f"{ADA}\n{BOB}\n", "numbers.txt")

    assert [address for address, _ in rows(file)] == [ADA, BOB]
    assert "the file has no header" in file.columns.hints[0]


def test_columns_can_be_given() -> None:
    content = f"Home,Mobile,First name\n{BOB},{ADA},Ada\n"

    file = opened(content, columns={"phone": "Mobile", "name": "First name"})

    assert rows(file) == [(ADA, {"Home": BOB, "name": "Ada"})]


def test_a_column_that_is_not_there_is_named() -> None:
    assert causes(f"Home,Mobile\n{BOB},{ADA}\n", columns={"phone": "Cell"}) == [
        "there is no column 'Cell': the columns are 'Home', 'Mobile'"
    ]


def test_odd_columns_are_said() -> None:
    file = opened(f"address,First Name,x,x,,opt_out\n{ADA},Ada,1,2,z,yes\n")

    assert rows(file)[0][1] == {"First_Name": "Ada", "opt_out": "yes"}
    assert [hint.split(":")[0] for hint in file.columns.hints] == [
        "column 5 has no name and is left out",
        "the column 'opt_out' does not keep anybody from being sent to",
        "the column 'First Name' is {{ First_Name }} in a text",
        "several columns are called 'x' and are left out",
    ]


# -------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("cell", "country", "number"),
    [
        ("+1 (206) 555-0123", None, ADA),
        ("0012065550123", None, ADA),
        ("'+12065550123", None, ADA),
        ('"=""+12065550123"""', None, ADA),
        ("tel:+1-206-555-0123", None, ADA),
        ("\u202a+12065550123\u202c", None, ADA),
        ("+1\u00a0206\u2011555\u20110123", None, ADA),
        ("07700 900123", "GB", "+447700900123"),
        ("447700900123", "GB", "+447700900123"),
        ("+44 (0)7700 900123", None, "+447700900123"),
        ("+4407700900123", None, "+447700900123"),
        ("0151 23456789", "DE", "+4915123456789"),
        ("090-1234-5678", "JP", "+819012345678"),
        ("０９０－１２３４－５６７８", "JP", "+819012345678"),
        ("＋８１（９０）１２３４－５６７８", None, "+819012345678"),
        ("٠٥٠١٢٣٤٥٦٧", "AE", "+971501234567"),
        ("०९८१२३४५६७८", "IN", "+919812345678"),
        ("0151/23456789", "DE", "+4915123456789"),
        ("+49 (0)151/234567-81", None, "+4915123456781"),
        ("Tel. 0151 23456789", "DE", "+4915123456789"),
        ("919812345678", "IN", "+919812345678"),
        ("9198123456", "IN", "+919198123456"),
        ("393471234567", "IT", "+393471234567"),
        ("12065550123", "US", ADA),
        ("Mobil: 0151 23456789", "DE", "+4915123456789"),
        ("(206) 555-0123", "US", ADA),
        ("+5215512999888", None, "+5215512999888"),
        ("+553199998888", None, "+553199998888"),
    ],
)
def test_numbers_as_people_write_them(cell: str, country: str | None, number: str) -> None:
    assert rows(opened(f"address\n{cell}\n", country=country)) == [(number, {})]


@pytest.mark.parametrize(
    ("cell", "country"),
    [
        ("Room 2026", "DE"),
        ("Mum 206 555 0123", "US"),
        ("1-800-FLOWERS", "US"),
        ("0151 23456789 (privat)", "DE"),
        ("+12065550123 mum", None),
    ],
)
def test_digits_beside_words_are_no_number(cell: str, country: str | None) -> None:
    [found] = causes(f"address,name\n{cell},x\n", country=country)

    assert found == f"{cell!r} has words beside a number, or is none: keep the number alone"


def test_digits_that_may_be_two_numbers_are_refused() -> None:
    found = causes("address,name\n4915123456780,x\n", country="DE")

    assert found == ["'4915123456780' may be +4915123456780 or +494915123456780: write it with +"]


@pytest.mark.parametrize(
    "cell", ["2026-12-03", "2026-12-03T14:30:00", "03.12.2026", "12/3/2026", "3.12.2026 14:30"]
)
def test_a_date_is_no_number_of_a_country(cell: str) -> None:
    assert causes(f"address,name\n{cell},x\n", country="DE") == [f"{cell!r} is a date, no phone number"]


@pytest.mark.parametrize(
    ("cell", "cause"),
    [
        ("4.47701E+11", "4.47701E+11: the spreadsheet has rounded this number."),
        ("4,47701E+11", "4,47701E+11: the spreadsheet has rounded this number."),
        ("07700 900123", "'07700 900123' is without a country code: give --country"),
        (
            "447700900123",
            "'447700900123' is without +: write +447700900123 (or give --plus) if it begins with a country "
            "code, else give --country",
        ),
        ("(206) 555-0123", "'(206) 555-0123' is without a country code: give --country"),
        ("+1206555012", "'+1206555012' is too short"),
        ("+99912345678", "'+99912345678' begins with a country code that no country has"),
        (f"{ADA}; {BOB}", f"2 numbers in one cell ({ADA}, {BOB}): keep one of them"),
        ("+1 206-555-0123 ::: +1 206-555-0124", "2 numbers in one cell"),
        ("+1206555٠123", "'+1206555٠123' has the digit U+0660 ARABIC-INDIC DIGIT ZERO: write 0 to 9"),
        ("0151/23456789/0151 23456780", "2 numbers in one cell (23456789, 0151 23456780): keep one of them"),
        ("٠٥٠१२३४५६७", "'٠٥٠१२३४५६७' has the digit U+0660 ARABIC-INDIC DIGIT ZERO: write 0 to 9"),
        ("+1206555012³", "'+1206555012³' has the digit U+00B3 SUPERSCRIPT THREE: write 0 to 9"),
        ("+12065550123 ext. 7", "'+12065550123 ext. 7' has an extension"),
        ("n/a", "'n/a' is no phone number"),
        ("nobody\u200b", "'nobody' is no phone number (the cell has U+200B ZERO WIDTH SPACE)"),
    ],
)
def test_a_number_that_cannot_be_read_is_told_why(cell: str, cause: str) -> None:
    quoted = cell.replace('"', '""')

    [found] = causes(f'address,name\n"{quoted}",x\n')

    assert found.startswith(cause)


# ------------------------------------------------------ titles above the header

TITLED: list[list[Any]] = [
    ["Customers of November 2026"],
    [],
    ["No", "Mobile", "Name"],
    [1, ADA, "Ada"],
    [2, BOB, "Bob"],
]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (xlsx(*TITLED), "people.xlsx"),
        (
            b"Customers of November 2026\n\nNo,Mobile,Name\n1,+12065550123,Ada\n2,+12065550124,Bob\n",
            "people.csv",
        ),
        (
            b"Customers of November 2026,,\n,,\nNo,Mobile,Name\n1,+12065550123,Ada\n2,+12065550124,Bob\n",
            "p.csv",
        ),
    ],
)
@pytest.mark.parametrize("country", [None, "DE"])
def test_a_title_above_the_header_is_left_out_and_said(
    content: bytes, name: str, country: str | None
) -> None:
    file = opened(content, name, country=country)

    assert rows(file) == [(ADA, {"No": "1", "Name": "Ada"}), (BOB, {"No": "2", "Name": "Bob"})]
    assert file.columns.hints[0] == "the row 'Customers of November 2026' above the header left out"
    assert [row.line for row in file] == [4, 5]


def test_several_rows_above_the_header_are_left_out() -> None:
    file = opened(
        "Export\nof;today\nKunde;Tel. privat;Ort\nAda;+12065550123;Rom\n", columns={"phone": "tel. privat"}
    )

    assert rows(file) == [(ADA, {"Kunde": "Ada", "Ort": "Rom"})]
    assert file.columns.hints[0] == "2 rows from 'Export' on above the header left out"


@pytest.mark.parametrize(
    "content",
    [
        # A row of a person that has a number is above no header.
        f"{BOB}\nphone,name\n{ADA},Ada\n",
        # As wide as the header: it may be a header itself.
        f"a,b\nphone,name\n{ADA},Ada\n",
    ],
)
def test_a_row_that_may_be_data_is_never_left_out(content: str) -> None:
    assert causes(content)


# --------------------------------------------------------------- what is found


def test_duplicates_are_counted_and_can_be_left_out() -> None:
    content = f"address\n{ADA}\n{BOB}\n+1 206 555 0123\n{ADA}\n"

    assert opened(content).found.duplicates == 2
    assert opened(content).found.first_duplicate == (4, 2)
    unique = opened(content, unique=True)
    assert (unique.count, [address for address, _ in rows(unique)]) == (2, [ADA, BOB])


def test_bad_rows_can_be_left_out() -> None:
    file = opened(f"address,name\n{ADA},Ada\nn/a,x\n{BOB},Bob\n", skip_bad=True)

    assert (file.count, [address for address, _ in rows(file)]) == (2, [ADA, BOB])
    assert [(bad.line, list(bad.cells)) for bad in file.rejected()] == [(3, ["n/a", "x"])]


def test_empty_cells_and_placeholders_are_counted() -> None:
    file = opened(f"address,name\n{ADA},\n{BOB}, \u00a0 \n{ADA},N/A\n{BOB},#N/A\n{BOB}\n")

    assert (file.found.empty["name"], file.found.placeholders["name"]) == (3, 2)


def test_rows_of_separators_are_nothing() -> None:
    assert rows(opened(f"address,name\n{ADA},Ada\n,\n,\n   \n")) == [(ADA, {"name": "Ada"})]


def test_a_character_that_no_phone_shows_is_named() -> None:
    assert causes(f"address,name\n{ADA},A\0da\n") == ["name has the character U+0000"]
