"""What a text may cost is counted, before it is read and while it renders; never timed."""

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from liquid import lex

from herald.content import Checker, Template, Unrenderable, liquid, problem_with
from herald.content.filters import FILTERS
from herald.content.liquid_cost import WORK, Budget
from herald.content.liquid_guard import MAX_SIGNS, MAX_SIGNS_IN_ALL, MAX_TAG, Malformed, prepared


def spent(source: str, **variables: str) -> int:
    """The work of a text that renders."""
    budget = Budget()
    Template(source).render(variables, budget)
    return WORK - budget.left


# --------------------------------------------------------------------- before it is read


@pytest.mark.parametrize(
    "source",
    [
        "{{" * 5_000,
        "{%" * 5_000,
        "{{a" * 3_000,
        "{% if a" * 1_000,
        "{% raw %}" * 1_000,
        "{% doc %}" * 1_000,
        "{{" + " " * 9_990 + "}}",
        "{%" + " " * 9_990 + "%}",
        "{{-" + "-" * 9_000 + "}}",
        "{{ " + "(" * 9_000 + " }}",
        "{{ " + "['a" * 3_000 + " }}",
        "{{ a" + " | upcase" * 1_000 + " }}",
        "{% liquid" + "\n" + "assign a = 1\n" * 700 + "%}",
    ],
)
def test_a_source_whose_reading_takes_the_square_of_its_length_is_not_read(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lex, "_tokenize_template", pytest.fail)
    monkeypatch.setattr(liquid._BOX, "from_string", pytest.fail)

    found = problem_with(source)

    assert found
    with pytest.raises(Unrenderable):
        Template(source)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{" + " " * 1_900 + "a }}", "{{a}}"),
        ("{{ a" + " " * 1_900 + "}}", "{{a}}"),
        ("{{-  a  -}}", "{{-a-}}"),
        ("{%-\n\tif a\n-%}b{%  endif  %}", "{%-if a-%}b{%endif%}"),
        ("{{ '}' }}", "{{'}'}}"),
        ("a } b { c", "a } b { c"),
        ("{% raw %} {{ x {% y {% endraw %}", "{%raw%} {{ x {% y {%endraw%}"),
        ("{{ -1 }}", "{{ -1}}"),
    ],
)
def test_a_tag_loses_its_blanks_and_nothing_else(source: str, text: str) -> None:
    assert prepared(source)[0] == text


TAGS = [
    "{{a}}",
    "{{ a -}}",
    "{{- a }}",
    "{% if a %}",
    "{%- endif -%}",
    "{% raw %}",
    "{% endraw %}",
    " x ",
    "\n",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(TAGS), max_size=8).map("".join))
def test_what_is_prepared_is_read_as_it_was(source: str) -> None:
    if source.count("{% raw %}") > source.count("{% endraw %}"):
        return
    with suppress(Malformed):
        text, _ = prepared(source)
        assert _tokens(text) == _tokens(source)


def _tokens(text: str) -> Any:
    """The tokens of a text."""
    try:
        return [(token.kind, token.value.strip("{}%- ")) for token in liquid._BOX.tokenizer()(text)]
    except Exception as error:
        return type(error)


def test_all_texts_of_a_request_have_one_limit() -> None:
    text = "{{ a }}" + "{% if b %}c{% endif %}" * 400
    checker = Checker()

    found = [checker.problem_with(text) for _ in range(MAX_SIGNS_IN_ALL // 1_000)]

    assert found[0] is None
    assert found[-1] is not None
    assert str(MAX_SIGNS_IN_ALL) in found[-1]


def test_the_limits_are_told() -> None:
    assert str(MAX_TAG) in str(problem_with("{{ '" + "x" * MAX_TAG + "' }}"))
    assert str(MAX_SIGNS) in str(problem_with("{{ a.b }}" * MAX_SIGNS))


# ---------------------------------------------------------------------- while it renders


def grown(character: str) -> str:
    """A variable `a` of 4,608 characters."""
    twice = "{%capture a%}{{a}}{{a}}{%endcapture%}"
    return "{%capture a%}" + character * 9 + "{%endcapture%}" + twice * 9


TOO_MUCH = [
    # The text of 459 characters that once stopped its chunk for ever; and with a filter that takes it.
    grown("'") + "{%for i in (1..92)%}{%capture b%}{{i}}{{a}}{%endcapture%}{%assign c=b|date:''%}{%endfor%}x",
    grown("'") + "{%for i in (1..92)%}{%capture b%}{{i}}{{a}}{%endcapture%}{%assign c=b|upcase%}{%endfor%}x",
    "{%for i in (1..900)%}{%case 1%}{%when " + "2," * 400 + "2%}x{%endcase%}{%endfor%}y",
    "{%for i in (1..900)%}{%if " + " or ".join(["1==2"] * 150) + "%}x{%endif%}{%endfor%}y",
    "{%if (1..1000000000) contains 'a'%}x{%endif%}y",
    "{%for i in (1..1000000000000) limit:2 offset:100000000000%}x{%endfor%}y",
    "{%assign l='"
    + "a," * 900
    + "'|split:','%}{%for i in (1..900)%}{%if l contains 'x'%}x{%endif%}{%endfor%}y",
    grown("a") + "{%for i in (1..900)%}{%assign l=a|split:''|sort%}{%endfor%}x",
    grown("a") + "{%assign l=a|split:','%}" + "{%assign l=l|concat:l%}" * 9 + "{%assign m=l|uniq%}x",
    "{{ '9' " + "| times: 999999999 " * 60 + "}}",
    "{{ '1e999999999' | plus: 1 }}",
    "{{ '1e999999999' | split: ',' | sum }}",
    "{%for i in (1..1000)%}{%for j in (1..1)%}" + "{{i}}" * 40 + "{%endfor%}{%endfor%}",
    "{%for i in (1..900)%}{%capture a%}" + "x" * 900 + "{%endcapture%}{%endfor%}y",
    "{%tablerow i in (1..1000) cols:1%}{{i}}{{i}}{{i}}{%endtablerow%}",
]


@pytest.mark.parametrize("source", TOO_MUCH, ids=range(len(TOO_MUCH)))
def test_what_costs_too_much_fails_by_a_count(source: str) -> None:
    assert problem_with(source) is None
    with pytest.raises(Unrenderable):
        Template(source).render({})


# Each filter is asked about each: runs that a regular expression may try in all of their parts.
RUNS = ("1", "_", " ", "\n", "<", "a", "1.", "0x", "&", "%4", ".", "-", "é", "2026-", "<!--")


@pytest.mark.parametrize("unit", RUNS)
def test_no_filter_takes_the_square_of_the_length_of_a_text(unit: str) -> None:
    """A square takes 200 ms and more at this length, and every filter may be asked 40 times."""
    variables = {"v": (unit * 4_900)[:4_900], "w": "x"}
    slow = {}
    for name in FILTERS:
        for source in (f"{{{{ v | {name} }}}}", f"{{{{ w | {name}: v }}}}", f"{{{{ v | {name}: v, v }}}}"):
            template = Template(source)
            if (took := min(seconds(template, variables) for _ in range(2))) > 0.05:
                slow[source] = took

    assert slow == {}


def seconds(template: Template, variables: dict[str, str]) -> float:
    start = time.process_time()
    with suppress(Unrenderable):
        template.render(variables)
    return time.process_time() - start


def test_what_is_repeated_is_paid_for_as_often() -> None:
    once, *more = (spent(f"{{%for i in (1..{times})%}}a{{{{ i }}}}b{{%endfor%}}") for times in (1, 10, 100))

    assert [each / once > 9 for each in more] == [False, True]
    assert spent("{%case 1%}{%when 1,1,1,1%}abc{%endcase%}") > spent("{%case 1%}{%when 1%}abc{%endcase%}")


def test_the_same_text_costs_the_same_each_time() -> None:
    template = Template("{%for i in (1..9)%}{{ i | times: 2 }}{%endfor%}")
    budgets = [Budget(), Budget()]

    for budget in budgets:
        template.render({}, budget)

    assert budgets[0].left == budgets[1].left < WORK


def test_a_text_as_people_write_it_costs_a_small_part() -> None:
    text = (
        "Hi {{ name | default: 'there' | capitalize }}, {% if vip == 'yes' %}dear customer, {% endif %}"
        "your order {{ order }} of {{ date | date: '%-d %B' }} is on its way: {{ url }}"
    )

    cost = spent(text, name="Ada", order="A-1", date="2026-12-01", url="https://x", vip="yes")

    assert cost < WORK / 100
