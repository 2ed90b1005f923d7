"""The country of numbers that are written without one: a column of the file, `--country`, or `--plus`."""

import subprocess
import sys
from pathlib import Path

import pytest

from herald_cli import exits
from herald_cli.countries import region_of
from tests.unit.cli.fake_api import FakeApi, Run, accepted


def write(*rows: str, header: str = "name;telefon;land") -> str:
    Path("people.csv").write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return "people.csv"


def sent_to(api: FakeApi) -> list[str]:
    return [each["address"] for body in api.bodies for each in body["to"]]


LAND = (
    "Bob;(212) 555-0123;US",
    "Bea;(212) 555-0124;USA",
    "Tim;020 7946 0958;GB",
    "Joao;(11) 91234-5678;BR",
    "Priya;98765 43210;IN",
    "Uli;0664 1234567;AT",
    "Eva;+49 171 1234567;",
)
NUMBERS = [
    "+12125550123",
    "+12125550124",
    "+442079460958",
    "+5511912345678",
    "+919876543210",
    "+436641234567",
    "+491711234567",
]


@pytest.mark.parametrize("options", [(), ("--country", "DE")])
@pytest.mark.parametrize("header", ["land", "Country", "Pais", "País", "COUNTRY_CODE", "国家"])
def test_a_column_of_countries_decides(run: Run, api: FakeApi, header: str, options: tuple[str, ...]) -> None:
    api.answer("POST /v1/Messages", accepted())

    result = run("send", write(*LAND, header=f"name;telefon;{header}"), "--text", "Hi", *options)

    assert result.exit_code == 0, result.stderr
    assert sent_to(api) == NUMBERS
    column = f"the column {header!r} says the country of numbers that are written without one"
    assert f"note: {column}" in result.stderr
    assert "6 rows: country code added (line 2: '(212) 555-0123' -> +12125550123)" in result.stderr


def test_the_column_stays_a_variable_and_can_be_named(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())
    people = write("Bob;(212) 555-0123;Vereinigte Staaten", header="name;telefon;Wohnort des Kunden")

    result = run("send", people, "--text", "Hi {{ country }}", "--column", "country=Wohnort des Kunden")

    assert result.exit_code == 0, result.stderr
    assert sent_to(api) == ["+12125550123"]
    assert api.bodies[0]["to"][0]["variables"]["country"] == "Vereinigte Staaten"


def test_a_row_whose_country_is_none_is_named(run: Run, api: FakeApi) -> None:
    result = run("send", write(*LAND, "Xi;0171 2345678;Atlantis"), "--text", "Hi", "--country", "DE")

    assert result.exit_code == exits.FILE
    cause = (
        "'0171 2345678' is without a country code, and 'Atlantis' is not a country like DE, Germany or +49"
    )
    assert f"people.csv:9: {cause}" in result.stderr
    assert api.requests == []


def test_a_column_of_other_things_does_not_decide(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())

    result = run("send", write("Bob;0171 2345678;12 ha"), "--text", "Hi", "--country", "DE")

    assert result.exit_code == 0
    assert sent_to(api) == ["+491712345678"]


@pytest.mark.parametrize(
    ("words", "region"),
    [
        *[
            (each, "DE")
            for each in ("de", "DE", "Germany", "deutschland", "Alemania", "ドイツ", "+49", "49", "D")
        ],
        *[(each, "US") for each in ("USA", "us", "United States", "États-Unis", "+1", "001")],
        *[(each, "GB") for each in ("UK", "gb", "United Kingdom", "England", "44")],
        *[(each, None) for each in ("Atlantis", "12 ha", "", "X", "+999", "0")],
    ],
)
def test_a_country_is_known_by_its_names_and_codes(words: str, region: str | None) -> None:
    assert region_of(words) == region


def test_each_kind_of_change_is_shown_by_its_first_row(run: Run) -> None:
    people = write("a;+49 171 1234567", "b;0171 1234568", "c;0171 1234569", header="name;telefon")

    said = run("check", people, "--text", "Hi", "--country", "DE").stdout

    assert "note: 2 rows: country code added (line 3: '0171 1234568' -> +491711234568)" in said
    assert "note: 1 row: rewritten as E.164 (line 2: '+49 171 1234567' -> +491711234567)" in said


def test_digits_that_are_a_number_of_another_country_are_said(run: Run) -> None:
    people = write("a;0171 1234568", "b;44 7911 123456", header="name;telefon")

    said = run("check", people, "--text", "Hi", "--country", "DE").stdout

    which = "(line 3: '44 7911 123456' -> +49447911123456)"
    assert f"note: 1 row: may begin with the code of another country; --plus reads it so {which}" in said


# -------------------------------------------------------------------------- --plus


def test_numbers_that_lost_their_plus_can_be_sent_to(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())
    people = write(
        "a;491711234567", "b;44 7911 123456", "c;+12125550100", "d;4.91711234568E+11", header="name;telefon"
    )

    result = run("send", people, "--text", "Hi", "--plus")

    assert result.exit_code == 0, result.stderr
    assert sent_to(api) == ["+491711234567", "+447911123456", "+12125550100", "+491711234568"]
    assert "3 rows: + added (line 2: '491711234567' -> +491711234567)" in result.stderr


def test_plus_and_country_go_together(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())
    people = write("a;491711234567", "b;0171 1234568", header="name;telefon")

    run("send", people, "--text", "Hi", "--plus", "--country", "DE")

    assert sent_to(api) == ["+491711234567", "+491711234568"]


def test_plus_is_named_where_it_is_missing_and_does_not_invent_numbers(run: Run) -> None:
    people = write("a;491711234567", header="name;telefon")
    assert "or give --plus" in run("check", people, "--text", "Hi").stderr

    people = write("a;2125550100", header="name;telefon")
    assert "people.csv:2: '+2125550100' is too short" in run("check", people, "--text", "Hi", "--plus").stderr


def test_the_names_of_countries_do_not_load_those_of_all_areas() -> None:
    """Which takes seconds and 200 MB."""
    code = "import sys; from herald_cli.countries import region_of; print(region_of('Austria'), *sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert loaded.split()[0] == "AT"
    assert "phonenumbers.geodata.data0" not in loaded.split()
