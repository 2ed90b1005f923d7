"""What a recipient's variables make of content: text, or the reason why there is none."""

from typing import Any

import pytest

from herald.content import Personalizer, Template, Unrenderable
from herald.model.content import CONTENT
from tests.world import World

UNRENDERABLE = 99002
TOO_LONG = 21617
RCS_AGENT = {"address": "herald_sandbox_agent", "channel": "RCS"}


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


def message_with(world: World, content: Any, variables: dict[str, str], **more: Any) -> Any:
    """The only message of a request, after everything happened."""
    to = [{"address": "+12065550100", "channel": "PHONE", "variables": variables}]
    answer = world.post("/Messages", {"to": to, "content": content, **more})
    assert answer.status == 202, answer.body
    world.settle()
    [message] = world.messages(operationId=answer.body["operationId"])
    return world.get(f"/Messages/{message['id']}").body


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("Hi {{ name }}", {"name": "Ana"}, "Hi Ana"),
        ("Hi {{ name }}", {"name": "{{ spare }}", "spare": "x"}, "Hi {{ spare }}"),
        ("Hi {{ name }}", {"name": "{% if %}", "spare": "x"}, "Hi {% if %}"),
        ("Hi{{ name | default: '' }}", {}, "Hi"),
        ("Hi {{ name | default: 'you' }}", {"name": ""}, "Hi you"),
        ("{% if vip %}Dear {% endif %}{{ name }}", {"name": "Ana"}, "Ana"),
        ("{% unless vip %}a{% else %}b{% endunless %}", {"vip": "yes"}, "b"),
        ("{% case n %}{% when '1' %}one{% else %}many{% endcase %}", {"n": "1"}, "one"),
        ("{% for word in words %}{{ word }};{% endfor %}", {"words": "a"}, "a;"),
        ("{{ list | split: ',' | join: ' and ' }}", {"list": "a,b"}, "a and b"),
        ("{{ at | date: '%d.%m.' }}", {"at": "2030-04-01"}, "01.04."),
        ("{% raw %}{{ name }}{% endraw %}", {}, "{{ name }}"),
        ("{{ 1 }}", {}, "1"),
        ("Hi {{1}}, see you on {{ 2 }}", {"1": "Ada", "2": "Monday"}, "Hi Ada, see you on Monday"),
        ("{{ 1 | default: 'you' }}", {"1": "Ada"}, "Ada"),
        ("{{ 2 | default: 'you' }}", {"1": "Ada"}, "you"),
    ],
)
def test_liquid_is_rendered_with_the_recipients_variables(
    text: str, variables: dict[str, str], expected: str
) -> None:
    personalizer = Personalizer(CONTENT.validate_python({"text": text}), {})

    rendered = personalizer.render(variables)

    assert rendered.problem is None
    assert rendered.resolved == {"text": expected}


@pytest.mark.parametrize(
    ("content", "variables", "code", "reason"),
    [
        ({"text": "Hi {{ name }}"}, {}, UNRENDERABLE, "variable 'name' is missing and has no default"),
        ({"text": "Hi {{ name | upcase }}"}, {}, UNRENDERABLE, "variable 'name' is missing"),
        ({"text": "Hi {{ name.first }}"}, {"name": "Ana"}, UNRENDERABLE, "variable 'name.first' is missing"),
        ({"text": "{{ now }}"}, {}, UNRENDERABLE, "variable 'now' is missing"),
        (
            {"media": [{"url": "https://example.org/{{ file }}"}]},
            {},
            UNRENDERABLE,
            "variable 'file' is missing",
        ),
        ({"text": "{{ a }}"}, {"a": ""}, UNRENDERABLE, "there is neither text nor media to send"),
        (
            {"text": "Hi", "media": [{"url": "{{ a }}"}]},
            {"a": ""},
            UNRENDERABLE,
            "media.0.url: ",
        ),
        ({"text": "Hi {{ a }}"}, {"a": "x" * 1598}, TOO_LONG, "in text"),
        ({"text": "{{ a | round }}"}, {"a": "1e999"}, UNRENDERABLE, ""),
        ({"modules": [{"rcs": {"text": "{{ a }}" * 2}}]}, {"a": "x" * 1537}, UNRENDERABLE, "text: must have"),
        (
            {
                "modules": [
                    {
                        "rcs": {
                            "text": "Hi",
                            "suggestions": [{"reply": {"text": "{{ a }}", "postbackData": "ok"}}],
                        }
                    }
                ]
            },
            {"a": "x" * 26},
            UNRENDERABLE,
            "suggestions.0.reply.text: must have at most 25 characters",
        ),
        (
            {"modules": [{"rcs": {"text": "{{ name }}"}}, {"sms": {"text": "Hi"}}]},
            {},
            UNRENDERABLE,
            "variable 'name' is missing",
        ),
    ],
)
def test_content_that_cannot_be_sent_tells_why(
    content: Any, variables: dict[str, str], code: int, reason: str
) -> None:
    rendered = Personalizer(CONTENT.validate_python(content, strict=False), {}).render(variables)

    assert rendered.problem is not None
    assert rendered.problem.code == code
    assert rendered.reason is not None
    assert reason in rendered.reason
    assert not rendered.shown


def test_an_empty_text_beside_media_is_left_out(world: World) -> None:
    content = {"text": "{{ a | default: '' }}", "media": [{"url": "https://example.org/a.png"}]}

    message = message_with(world, content, {})

    assert message["status"] == "DELIVERED"
    assert message["content"] == {"media": [{"url": "https://example.org/a.png"}]}


def test_one_recipients_problem_is_its_own(world: World) -> None:
    to = [
        {"address": "+12065550100", "channel": "PHONE", "variables": {"name": "Ana"}},
        {"address": "+12065550101", "channel": "PHONE"},
    ]
    body = {"to": to, "content": {"text": "Hi {{ name }}"}, "tags": {"campaign": "spring"}}

    operation_id = world.post("/Messages", body).body["operationId"]
    world.settle()

    failed, delivered = world.messages(operationId=operation_id)
    assert (failed["status"], delivered["status"]) == ("FAILED", "DELIVERED")
    assert failed["tags"] == {"campaign": "spring"}
    message = world.get(f"/Messages/{failed['id']}").body
    assert message["attempts"] == []
    assert message["content"] == {"text": "Hi {{ name }}"}
    assert message["error"]["code"] == UNRENDERABLE
    assert message["error"]["message"].endswith(": variable 'name' is missing and has no default")
    [error] = world.get(f"/Messages/Operations/{operation_id}/Errors").body["errors"]
    assert (error["code"], error["context"]) == (UNRENDERABLE, "$.to[1]")
    assert "'name'" in error["message"]


def test_a_text_that_is_too_long_for_sms_may_be_sent_through_rcs(world: World) -> None:
    content = {"modules": [{"rcs": {"text": "{{ a }}"}}]}

    message = message_with(world, content, {"a": "x" * 2900}, **{"from": RCS_AGENT})

    assert message["status"] == "DELIVERED"


LOOP = "{% for i in (1..9) %}"
HOSTILE = [
    LOOP * 20 + "x" + "{% endfor %}" * 20,
    "{% for i in (1..1000000000) %}x{% endfor %}",
    "{% tablerow i in (1..1000000000) %}x{% endtablerow %}",
    "{% for i in (1..500) %}{{ a | split: '' | sort | uniq | join: '' }}{% endfor %}",
    "{{ a" + " | replace: 'a', a" * 500 + " }}",
    "{{ a" + " | split: '' | uniq | join: ''" * 300 + " | size }}",
    "{{ d" + " | date: '%c'" * 700 + " }}",
    "{{ 9" + " | times: 99999999" * 500 + " | size }}",
    "{{ (1..100000000) | join: ',' }}",
    "{% assign b = a %}{% for i in (1..50) %}"
    + "{% capture b %}{{ b }}{{ b }}{% endcapture %}" * 200
    + "{% endfor %}",
    "{% for i in (1..49) %}" + "".join(f"{{% assign a{n} = 1 %}}" for n in range(400)) + "{% endfor %}",
    "{% for i in (1..50) %}" + "{% if 1 and 1 and 1 and 1 and 1 and 1 %}{% endif %}" * 190 + "{% endfor %}",
    "{% cycle 'a', 'b' %}{% increment n %}" * 270,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_template_ends_by_a_count(text: str) -> None:
    assert len(text) <= 10_000

    with pytest.raises(Unrenderable):
        Template(text).render({"a": "ab" * 450, "d": "2030-01-01"})


def test_many_hostile_texts_of_one_recipient_share_one_bound() -> None:
    text = "{% for i in (1..400) %}{{ a | upcase | downcase | size }}{% endfor %}"
    content = {"text": text, "media": [{"url": text}] * 10}
    personalizer = Personalizer(CONTENT.validate_python(content, strict=False), {})

    rendered = personalizer.render({"a": "a" * 2000})

    assert rendered.reason == "the content takes too much work to render"


@pytest.mark.parametrize(
    "text",
    [
        "{{ a.__class__ }}",
        "{{ a['__class__'] }}",
        "{{ 'now' | date: '%Y' }}",
        "{% include 'a' %}",
        "{% render 'a' %}",
    ],
)
def test_nothing_but_the_variables_is_within_reach(text: str) -> None:
    with pytest.raises(Unrenderable):
        Template(text).render({"a": "x"})
