"""What was meant as a variable and is none is told before it is sent: cause and cure."""

from typing import Any

import pytest

from tests.world import World

NAME = "{{ name }}"
WEAK = [
    *(
        "%FIRSTNAME%",
        "[FIRSTNAME]",
        "[FIRSTNAME],",
        "<FIRSTNAME>",
        "#FIRSTNAME#",
        "@FIRSTNAME@",
        "$FIRSTNAME",
    ),
    *("|FIRSTNAME|", "$FIRSTNAME$", "«FIRSTNAME»", "【FIRSTNAME】", "[%FIRSTNAME%]", "[user.FIRSTNAME]"),
    *("__FIRSTNAME__", "&FIRSTNAME;", "＜FIRSTNAME＞"),
]


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


def answer_to(world: World, text: str, **variables: str) -> Any:
    to = [{"address": "+12065550100", "channel": "PHONE", "variables": variables}]
    return world.post("/Messages", {"to": to, "content": {"text": text}})


def without_audit(items: list[Any]) -> list[Any]:
    """A request that is well formed and refused is in the audit log."""
    return [item for item in items if not item["pk"]["S"].startswith("AUDIT")]


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("Hi {name}", NAME),
        ("Hi { name }!", NAME),
        ("Hi ${name}", NAME),
        ("Hi {First Name}", '{{ ["First Name"] }}'),
        ("Hi ((name))", NAME),
        ("Hi [[name]]", NAME),
        ("Hi <<name>>", NAME),
        ("Hi %%name%%", NAME),
        ("Hi *|FNAME|*", "{{ FNAME }}"),
        ("Hi {{{name}}}", NAME),
        ("{{ name }}, {name}", NAME),
        ("Hi ${Twilio.Profile.firstName}", "{{ firstName }}"),
        # Whatever the name is.
        ("Hi {!Contact.FirstName}", '{{ ["Contact.FirstName"] }}'),
        ("Hi {#var#}", "{{ var }}"),
        ("Hi {$plan}, {plan|there}", "{{ plan }}"),
        ("Hi {plan|there}", "{{ plan }}"),
        ("Hi {plan}}", "{{ plan }}"),
        ("Hi {{ plan }}}", "a brace too many"),
        ("Hi <%= plan %>", "{{ plan }}"),
        ("Hi ｛｛plan｝｝", "{{ plan }}"),
        ("Hi |*PLAN*|", "{{ PLAN }}"),
        ("Hi [[First Name|friend]]", '{{ ["First Name"] }}'),
        ("Hi {{ contact.first_name | default: 'there' }}", "{{ first_name }}"),
        # Where the name is a usual one, or that of a variable.
        *((f"Hi {each}", "FIRSTNAME") for each in WEAK),
        ("Hi [Kurs Name]", '{{ ["kurs name"] }}'),
        ("Hi %KURS_NAME%", '{{ ["kurs name"] }}'),
        ("Hi {1}", "{{ 1 }}"),
        ("Hi {{ First Name }}", '{{ ["First Name"] }}'),
        ("Hi {{ First Name | default: 'x' }}", '{{ ["First Name"] }}'),
        ("Hi {{ name | default: ‘there’ }}", "'you'"),
        ("Hi {{ name | default: “there” }}", "'you'"),
        ("Hi {{ first–name }}", "write - for it"),
        ("Hi {{ name ｜ default： 'you' }}", "write | for it"),
        ("{% if name == ’x’ %}a{% endif %}", "straight"),
        ("Hi {{ name", "}}"),
    ],
)
def test_what_is_meant_as_a_variable_is_a_400_that_names_the_cure(world: World, text: str, cure: str) -> None:
    before = without_audit(world.items())

    answer = answer_to(world, text, name="Ada", **{"kurs name": "Yoga", "1": "one"})

    assert answer.status == 400
    [error] = answer.body["errors"]
    assert error["context"] == "$.content.text"
    assert cure in error["message"]
    assert without_audit(world.items()) == before


CONTENT: dict[str, Any] = {
    "$.content.text": {"content": {"text": "Hi {{1}}"}},
    "$.content.media[1].url": {
        "content": {"media": [{"url": "https://x.example/a"}, {"url": "https://x.example/{{1}}"}]}
    },
    "$.content.modules[0].sms.text": {
        "content": {"modules": [{"sms": {"text": "{{ 1 | default: 'you' }}"}}]}
    },
    "$.content.modules[0].rcs.text": {"content": {"modules": [{"rcs": {"text": "Hi {{-1-}}"}}]}},
    "$.tags.list": {"content": {"text": "Hi"}, "tags": {"list": "{{1}}"}},
}


@pytest.mark.parametrize("path", CONTENT)
def test_a_position_that_no_recipient_has_is_a_400_wherever_it_stands(world: World, path: str) -> None:
    to = [{"address": "+12065550199", "channel": "PHONE", "variables": {"name": "Ada"}}]
    before = without_audit(world.items())

    answer = world.post("/Messages", {"to": to, **CONTENT[path]})

    assert answer.status == 400
    [error] = answer.body["errors"]
    assert error["context"] == path
    assert "is a variable of no recipient: give recipients the variable 1" in error["message"]
    assert without_audit(world.items()) == before
    # As soon as one of them has it, it is a variable.
    given = [{**to[0], "variables": {"1": "Ada"}}]
    assert world.post("/Messages", {"to": given, **CONTENT[path]}).status == 202


@pytest.mark.parametrize(
    ("text", "variables", "status"),
    [
        ("Hi {{1}}", {"2": "x"}, 400),
        ("Hi {{ 1 | default: 'x' }}", {"2": "x"}, 202),
        ("{% raw %}{{1}}{% endraw %}", {}, 202),
        ("{{ 5 | times: n }} {{ 1.5 }} {% for i in (1..2) %}{{ i }}{% endfor %}", {"n": "2"}, 202),
    ],
)
def test_a_number_in_liquid_is_a_number(
    world: World, text: str, variables: dict[str, str], status: int
) -> None:
    assert answer_to(world, text, **variables).status == status


@pytest.mark.parametrize(
    "text",
    [
        "50% off {}",
        "set {1, 2, 3}",
        "a ( (b) ) c",
        "it is 5 < 6 << 7",
        "smile :{) and :-}",
        "100%% sure",
        "{% raw %}Hi {name} ((name)){% endraw %}",
        "call f(g(x))",
        '{"a": 1}',
        "[1] [2]",
        "<3 you, 100% cotton, 50% off [Sale]",
        "[Link] <b>now</b> #sale# $USD$ @herald @you",
        "https://x.example/$name?a=%20name%20",
        "<#> Your code is 123456 FA+9qCX9VSu",
        "<<< SALE >>> %% 20 %%",
        "Call *100# or [STOP to end]",
        "【公司】 验证码 1234",
        "Price: {5} ｛｝ |a|b|",
        "{{ name }} {}}",
        "{{ plan }} [Plan]",
    ],
)
def test_other_signs_are_text(world: World, text: str) -> None:
    assert answer_to(world, text, plan="Yoga").status == 202


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("Hi {{1}}, see you on {{2}}", {"1": "Ada", "2": "Monday"}, "Hi Ada, see you on Monday"),
        ("Hi {{ name | default: 'there' }}", {"name": " \u00a0\u200b "}, "Hi there"),
        ("Hi {{ name | default: 'there' }}", {"name": "\u200c\u2800\u3164"}, "Hi there"),
        ("Hi {{ name }}!", {"name": "می\u200c"}, "Hi می\u200c!"),
        ("Hi {{ name }}!", {"name": " Ada\u00a0"}, "Hi Ada!"),
        ("Hi {{ name | default: 'there' }}", {"name": "${Twilio.Profile.firstName}"}, "Hi there"),
        ("नमस्ते {{ नाम }}", {"नाम": "राम"}, "नमस्ते राम"),
        ("{{ größe }} {{ имя }} {{ 名前 }}", {"größe": "L", "имя": "Анна", "名前": "花"}, "L Анна 花"),
        ('Hi {{ ["First Name"] }}', {"First Name": "Ada"}, "Hi Ada"),
        ("{% if points > 100 %}VIP{% else %}hello{% endif %}", {"points": "150"}, "VIP"),
    ],
)
def test_variables_mean_what_the_sender_meant(
    world: World, text: str, variables: dict[str, str], expected: str
) -> None:
    answer = answer_to(world, text, **variables)
    assert answer.status == 202
    world.settle()

    [message] = world.messages(operationId=answer.body["operationId"])

    assert world.get(f"/Messages/{message['id']}").body["content"] == {"text": expected}
