"""Liquid is LiquidJS: Herald makes the same of a template, but for what docs/liquid.md lists.

liquidjs.json holds what LiquidJS itself answered (npm package liquidjs, with TZ=UTC).
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from herald.content import Template, Unrenderable, problem_with

_HERE: Final = Path(__file__)
_ANSWERS: Final = json.loads(_HERE.with_name("liquidjs.json").read_text())
_ERROR: Final = "error"


class Difference(NamedTuple):
    template: str
    variables: dict[str, str]
    liquidjs: str
    herald: str


@cache
def differences() -> tuple[Difference, ...]:
    """The table of docs/liquid.md. A column without code is an empty text."""
    page = (_HERE.parents[2] / "docs" / "liquid.md").read_text()
    rows = re.findall(r"^\| (`.+) \|$", page.split("## Differences", 1)[1], re.MULTILINE)
    found = []
    for row in rows:
        template, variables, liquidjs, herald, _ = (
            _code(each) for each in re.split(r"(?<!\\)\|", row.replace("|", " | ", 0), maxsplit=4)
        )
        found.append(Difference(template, json.loads(variables or "{}"), liquidjs, herald))
    return tuple(found)


def _code(cell: str) -> str:
    text = cell.strip().replace("\\|", "|")
    return text[1:-1] if text.startswith("`") else text


def rendered(template: str, variables: dict[str, str]) -> str:
    try:
        return Template(template).render(variables)
    except Unrenderable:
        return _ERROR


def answers() -> list[tuple[str, dict[str, str], str]]:
    """Templates, their variables, and what LiquidJS makes of them."""
    common: dict[str, str] = _ANSWERS["variables"]
    return [
        *((template, common, answer) for template, answer in _ANSWERS["templates"]),
        *(
            (template, variables, _ERROR if answer is None else answer)
            for template, variables, answer in _ANSWERS["templates with variables"]
        ),
    ]


def test_there_is_no_difference_but_those_that_are_listed() -> None:
    listed = {each.template for each in differences()}

    different = {
        template: (answer, ours)
        for template, variables, answer in answers()
        if (ours := rendered(template, variables)) != answer
    }

    assert {template: found for template, found in different.items() if template not in listed} == {}
    assert len(answers()) > 2_300


def test_what_renders_is_accepted() -> None:
    """A check reads a template once more: one in ten has to do."""
    some = answers()[::10]

    wrong = {text: found for text, _, answer in some if answer != _ERROR and (found := problem_with(text))}

    assert wrong.keys() <= {each.template for each in differences()}


@pytest.mark.parametrize("difference", differences(), ids=lambda each: each.template)
def test_each_difference_that_is_listed_is_one(difference: Difference) -> None:
    known: dict[str, str] = {template: answer for template, _, answer in answers()}
    variables = difference.variables or dict[str, Any](_ANSWERS["variables"])

    assert rendered(difference.template, variables) == difference.herald
    assert difference.herald != difference.liquidjs
    assert known.get(difference.template, difference.liquidjs) == difference.liquidjs
