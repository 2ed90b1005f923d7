"""Liquid in a box: what a client's template can do, and what it cannot."""

import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from herald.content import Personalizer, Rendered, Shown, Template, Unrenderable, problem_with
from herald.model import problems
from herald.model.addresses import SenderChannel
from herald.model.content import MediaUrl, TextWithMedia


@pytest.mark.parametrize(
    ("source", "variables", "expected"),
    [
        ("Hi {{ name }}", {"name": "Ana"}, "Hi Ana"),
        ("Hi {{ name | default: 'you' }}", {}, "Hi you"),
        ("Hi {{ name | default: '' }}!", {}, "Hi !"),
        ("Hi {{ name | default: 'you' }}", {"name": ""}, "Hi you"),
        ('Hi {{ name | default: "you" }}', {}, "Hi you"),
        ("{% if vip %}Sir{% else %}you{% endif %}", {}, "you"),
        ("{% unless vip == 'yes' %}you{% endunless %}", {"vip": "yes"}, ""),
        ("{% case size %}{% when 'L' %}large{% else %}small{% endcase %}", {"size": "L"}, "large"),
        ("{{ name | upcase | truncate: 2, '' }}", {"name": "ana"}, "AN"),
        ("{{ 1 }} {{ 2 }}", {}, "1 2"),
        ("{% raw %}{{ name }}{% endraw %}", {}, "{{ name }}"),
        ("{{ name }}", {"name": "Ana", "spare": "x"}, "Ana"),
        ("{% for i in (1..3) %}{{ i }}{% endfor %}", {}, "123"),
    ],
)
def test_what_the_guides_show_works(source: str, variables: dict[str, str], expected: str) -> None:
    assert problem_with(source) is None
    assert Template(source).render(variables) == expected


@given(st.text(st.characters(codec="utf-8")))
def test_a_value_is_text_whatever_is_in_it(value: str) -> None:
    assert Template("<{{ name }}>").render({"name": value}) == f"<{value}>"


@pytest.mark.parametrize(
    "value", ["{{ secret }}", "{% raw %}", "{{ 'a' | upcase }}", "{% assign a = 1 %}", "}}"]
)
def test_liquid_in_a_value_is_inert(value: str) -> None:
    assert Template("{{ name }}").render({"name": value, "secret": "x"}) == value


@pytest.mark.parametrize(
    "source",
    [
        "{{ name",
        "{% if name %}",
        "{% endif %}",
        "{% for %}x{% endfor %}",
        "{{ name | }}",
        "{{ name | shout }}",
        "{% if name %}{{ name | shout }}{% endif %}",
        "{% include 'other' %}",
        "{% render 'other' %}",
        "{% extends 'other' %}",
        "{% shout %}",
    ],
)
def test_a_template_that_is_wrong_for_everyone_is_told_before(source: str) -> None:
    found = problem_with(source)

    assert found
    assert "\n" not in found


@pytest.mark.parametrize(
    ("source", "variables"),
    [
        ("{{ name }}", {}),
        ("{{ name | upcase }}", {}),
        ("{{ name.first }}", {"name": "Ana"}),
        # Python's own errors in filters are the template's, not ours.
        ("{{ n | round }}", {"n": "1e999"}),
        ("{{ n | plus: 1 | ceil }}", {"n": "1e999"}),
        ("{{ n | sum }}", {"n": "Infinity"}),
        ("{{ n | modulo: 0 }}", {"n": "1"}),
        ("{{ n | to_integer }}", {"n": "abc"}),
        ("{{ 1 | divided_by: n }}", {"n": "0"}),
        ("{{ (1..99999999999999999999) | size }}", {}),
    ],
)
def test_a_text_that_cannot_be_rendered_for_a_recipient_is_unrenderable(
    source: str, variables: dict[str, str]
) -> None:
    assert problem_with(source) is None
    with pytest.raises(Unrenderable):
        Template(source).render(variables)


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in (1..1001) %}x{% endfor %}",
        "{% for i in (1..100) %}{% for j in (1..100) %}x{% endfor %}{% endfor %}",
        "{% for i in (1..1000000000) %}{% endfor %}",
        "{% for i in (1..900) %}" + "x" * 1_000 + "{% endfor %}",
        "{% assign a = 'aaaaaaaa' %}{% for i in (1..99) %}{% assign a = a | append: a %}{% endfor %}{{ a }}",
        "{{ 'aaaaaaaaaa'" + " | replace: 'a', 'aaaaaaaaaa'" * 12 + " | size }}",
        "{{ (1..100000000) | join | size }}",
        "{{ (1..100000000) | reverse | first }}",
    ],
)
def test_loops_variables_filters_and_output_are_bounded(source: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(Unrenderable):
            Template(source).render({})
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 50_000_000


@pytest.mark.parametrize(
    "source", ["{{ 'now' | date: '%s' }}", "{{ 'today' | date: '%Y' }}", "{{ now }}", "{{ today }}"]
)
def test_there_is_no_clock_so_that_a_text_reads_the_same_each_time(source: str) -> None:
    with pytest.raises(Unrenderable):
        Template(source).render({})


def test_a_variable_may_be_called_now() -> None:
    assert Template("{{ now }}").render({"now": "noon"}) == "noon"


PIECES = st.sampled_from(
    ["{{", "}}", "{%", "%}", " name ", "|", "upcase", "round", "slice: -9", "date: '%Y'", "for i in (1..9)",
     "endfor", "if", "endif", "==", "nil", "'x'", "1.5", "[0]", ".size", "assign a =", "text", "split: ''",
     "sort", "map: 'a'", "where: 'a', 1", "times: 1e9", "divided_by: 0", "raw", "endraw", "\n", "-"]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=12).map(" ".join), st.text(max_size=5))
def test_no_template_does_anything_but_render_or_say_why_not(source: str, value: str) -> None:
    if problem_with(source) is None:
        with suppress(Unrenderable):
            assert isinstance(Template(source).render({"name": value, "a": value}), str)


# ------------------------------------------------------------------------ personalizer


def rendered(text: str | None, variables: dict[str, str], *media: str, **tags: str) -> Rendered:
    content: dict[str, object] = {} if text is None else {"text": text}
    if media:
        content["media"] = tuple(MediaUrl(url=url) for url in media)
    return Personalizer(TextWithMedia.model_validate(content), tags).render(variables)


def test_text_media_and_tags_are_rendered_with_the_recipient_s_variables() -> None:
    found = rendered("Hi {{ n }}", {"n": "Ana"}, "https://x/{{ n }}", "https://x", t="{{ n }}", u="v")

    shown = Shown(text="Hi Ana", media=("https://x/Ana", "https://x"))
    assert found.shown == dict.fromkeys(SenderChannel, shown)
    assert (found.tags, found.problem, found.reason) == ({"t": "Ana", "u": "v"}, None, None)


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (rendered("{{ n }}", {"n": "x" * 1600}), None),
        (rendered("{{ n }}", {"n": "x" * 1601}), problems.TEXT_TOO_LONG),
        (rendered("{{ n }}", {}), problems.UNRENDERABLE),
        (rendered("{{ n | default: '' }}", {}), problems.UNRENDERABLE),
        (rendered("{{ n | default: '' }}", {}, "https://x"), None),
        (rendered(None, {}, "https://x/{{ n }}"), problems.UNRENDERABLE),
        (rendered(None, {}, "{{ n | default: '' }}"), problems.UNRENDERABLE),
        (rendered("Hi", {"n": "not a tag"}, t="{{ n }}"), problems.UNRENDERABLE),
        (rendered("Hi", {"n": "x" * 257}, t="{{ n }}"), problems.UNRENDERABLE),
        (rendered("Hi", {"n": ""}, t="{{ n }}"), problems.UNRENDERABLE),
        (rendered("Hi", {"n": "x" * 256}, t="{{ n }}"), None),
        (rendered("Hi", {}, t="{{ n }}"), problems.UNRENDERABLE),
    ],
)
def test_what_cannot_be_sent_says_why(found: Rendered, problem: problems.Problem | None) -> None:
    assert found.problem == problem


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Hi ",
                "{{ a }}",
                "{{ a | default: 'x' }}",
                '{{ b | default: "" }}',
                "{{- b -}}",
                "\r\n {{ c }}!",
                "100% %s %(a)s",
            ]
        ),
        min_size=1,
        max_size=6,
    ).map("".join),
    st.dictionaries(
        st.sampled_from("abc"), st.sampled_from(["", " ", "Ada", "{{ a }}", "x" * 3_000, "é" * 900])
    ),
)
def test_a_template_without_a_program_renders_as_one_with_it(source: str, variables: dict[str, str]) -> None:
    def rendered(text: str) -> str:
        try:
            return Template(text).render(variables)
        except Unrenderable as error:
            return f"error: {error}"

    # A comment is a program, and shows nothing.
    assert rendered(source) == rendered(source + "{% comment %}{% endcomment %}")
