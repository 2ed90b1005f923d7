"""Numbers with a comma, which filters count as 0: `herald check` says so, and docs/liquid.md has the cure."""

from pathlib import Path

import pytest

from herald.content import Template
from tests.template import ROOT
from tests.unit.cli.fake_api import Run

GERMAN = (
    "{% assign cents = preis | replace: '.', '' | replace: ',', '.' | times: 100 | round %}"
    "{{ cents | divided_by: 100 | floor }},{{ cents | modulo: 100 | prepend: '00' | slice: -2, 2 }}"
)
PLAIN = (
    "{% assign cents = price | times: 100 | round %}"
    "{{ cents | divided_by: 100 | floor }}.{{ cents | modulo: 100 | prepend: '00' | slice: -2, 2 }}"
)


@pytest.fixture
def prices() -> str:
    Path("preis.csv").write_text(
        "telefon;name;preis\n+491711234567;Ada;5\n+491711234568;Bo;19,99\n+491711234569;Cy;1.299,00\n",
        encoding="utf-8",
    )
    return "preis.csv"


@pytest.mark.parametrize(
    "text", ["Preis {{ preis | times: 2 }}", "{{ preis|round: 2 }}", "{% if preis > 10 %}teuer{% endif %}x"]
)
def test_a_comma_that_makes_a_number_zero_is_said(run: Run, prices: str, text: str) -> None:
    result = run("check", prices, "--text", text)

    assert (
        "note: preis has a comma in 2 rows, and a filter or a comparison counts it as 0 (line 3: '19,99')"
        in (result.stdout)
    )


@pytest.mark.parametrize(
    "text",
    [
        "Preis {{ preis }}",
        "{{ preis | replace: ',', '.' | times: 2 }}",
        "{{ 2 | times: 3 }}",
    ],
)
def test_a_comma_that_is_only_shown_is_no_matter(run: Run, prices: str, text: str) -> None:
    assert "counts it as 0" not in run("check", prices, "--text", text).stdout


@pytest.mark.parametrize(
    ("recipe", "value", "shown"),
    [
        (GERMAN, "19,99", "19,99"),
        (GERMAN, "1.299,5", "1299,50"),
        (GERMAN, "5", "5,00"),
        (GERMAN, "0,05", "0,05"),
        (PLAIN, "19.9", "19.90"),
        (PLAIN, "5", "5.00"),
    ],
)
def test_the_recipes_for_money_show_two_digits(recipe: str, value: str, shown: str) -> None:
    assert Template(recipe).render({"preis": value, "price": value}) == shown
    assert recipe in (ROOT / "docs/liquid.md").read_text(encoding="utf-8").replace("%}\n", "%}").replace(
        "    ", ""
    )
