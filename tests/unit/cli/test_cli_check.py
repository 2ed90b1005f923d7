"""`herald check` and `herald send` say the same of a file and a message, and both before anything is sent."""

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from herald.model.templates import ContentTemplate, Types
from herald.resources.content import ContentOut
from herald_cli import exits
from tests.unit.cli.fake_api import FakeApi, Run, accepted

TWO = "address,name\n+12125550100,Ana\n+12125550101,Bo\n"
# 15 January 2027, 08:00 UTC.
NOW = 1.8e9
CONTENT_ID = "HX" + "0" * 32


@pytest.fixture
def people() -> str:
    Path("people.csv").write_text(TWO, encoding="utf-8")
    return "people.csv"


REFUSED = {
    ("--text", "Hi {name}"): (exits.USAGE, "{name} would be sent as it is: write {{ name }}"),
    ("--text", "Hi [name]"): (exits.USAGE, "[name] would be sent as it is: write {{ name }}"),
    ("--text", "x" * 1601): (exits.USAGE, "exceeds the 1600 character limit"),
    ("--text", "{{ name | money }}"): (exits.USAGE, "the text is not valid Liquid: "),
    ("--text", "Hi {{ name | default: ‘you’ }}"): (
        exits.USAGE,
        "write straight ones, as in {{ name | default: 'you' }}",
    ),
    ("--text", "Hi {% if name %}"): (exits.USAGE, "the text is not valid Liquid: "),
    ("--text", "Hi {{ nmae | default: 'x' }}"): (exits.FILE, "no column is called so (is it 'name'?)"),
    ("--text", "Hi {{1}}"): (exits.FILE, "the text names {{ 1 }}, and no column is called so"),
    ("--text", "Hi {{1}}", "--allow-missing", "1"): (exits.USAGE, "{{1}} is a variable of no recipient"),
    ("--text", "Hi", "--tag", "list:{{1}}"): (exits.FILE, "the text names {{ 1 }}"),
    ("--text", "Hi", "--tag", "list:a b"): (exits.USAGE, "a tag's value must be 1 to 256 of the characters"),
    ("--text", "Hi", "--schedule", "tomorrow 9:00"): (
        exits.USAGE,
        "--schedule: the first must be an RFC 3339",
    ),
    ("--text", "Hi", "--schedule", "2027-03-01T09:00:00Z"): (exits.USAGE, "must be at most 30 days ahead"),
    ("--text", "Hi", "--schedule", "2027-01-10T09:00:00"): (
        exits.USAGE,
        "not be more than 24 hours in the past",
    ),
    ("--media", "x.png", "--text", "Hi"): (exits.USAGE, "must be a URL that begins with https:// or http://"),
    ("--content-id", "HX1"): (exits.USAGE, "is not the id of a content template"),
    ("--text", "{{ name }}" + "x" * 1600): (exits.FILE, "The message of no recipient can be sent"),
}


@pytest.mark.parametrize("options", REFUSED, ids=lambda each: " ".join(each)[:40])
def test_what_the_api_would_refuse_is_refused_by_both_before_anything_is_sent(
    run: Run, api: FakeApi, people: str, options: tuple[str, ...]
) -> None:
    api.answer("POST /v1/Messages", accepted())
    code, cause = REFUSED[options]

    checked, sent = run("check", people, *options), run("send", people, *options)

    assert (checked.exit_code, sent.exit_code) == (code, code)
    for result in (checked, sent):
        assert cause in " ".join(result.stderr.split())
        assert "Nothing was sent." in result.stderr
    assert api.requests == []


def test_check_for_programs_names_the_problems(run: Run, people: str) -> None:
    result = run("check", people, "--text", "Hi {name}", "--json")

    assert result.exit_code == exits.USAGE
    [(path, message)] = json.loads(result.stdout)["problems"].items()
    assert (path, "write {{ name }}" in message) == ("$.content.text", True)


def test_rows_whose_message_would_fail_are_not_counted(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())
    Path("people.csv").write_text(
        f"address,name\n+12125550100,Ana\n+12125550101,\n+12125550102,{'x' * 1600}\n", encoding="utf-8"
    )

    for command in ("check", "send"):
        result = run(command, "people.csv", "--text", "Hi {{ name }}")
        said = result.stdout if command == "check" else result.stderr

        assert result.exit_code == 0
        assert "note: the messages of 2 rows would fail: line 3: variable 'name' is missing" in said
        assert "1 recipient to send to, and 2 whose message would fail" in said


@pytest.mark.parametrize("name", ["text", "tag"])
def test_a_number_is_a_variable_where_a_column_has_it(run: Run, api: FakeApi, name: str) -> None:
    api.answer("POST /v1/Messages", accepted())
    Path("people.csv").write_text("+12125550100,Ana\n+12125550101,Bo\n", encoding="utf-8")
    options = {"text": ("--text", "Hi {{2}}"), "tag": ("--text", "Hi {{2}}", "--tag", "list:{{2}}")}[name]

    result = run("check", "people.csv", *options)

    assert result.exit_code == 0
    assert "  +12125550100  Hi Ana" in result.stdout
    assert "columns that the text does not use" not in result.stdout
    assert run("send", "people.csv", *options).exit_code == 0


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (["2027-01-16T09:00:00Z"], "scheduled for Sat 16 Jan 2027, 09:00 UTC"),
        (["2027-01-16T09:00:00+01:00"], "scheduled for Sat 16 Jan 2027, 09:00 UTC+01:00"),
        (["2027-01-16T09:00:30"], "scheduled for Sat 16 Jan 2027, 09:00:30 in each recipient's time zone"),
        (
            ["2027-01-16T09:00:00Z", "2027-01-17T09:00:00Z"],
            "scheduled for Sat 16 Jan 2027, 09:00 UTC; only the first --schedule counts",
        ),
    ],
)
def test_the_schedule_is_repeated(
    run: Run, api: FakeApi, people: str, schedule: list[str], said: str
) -> None:
    api.answer("POST /v1/Messages", accepted())
    options = [word for each in schedule for word in ("--schedule", each)]

    assert said in run("check", people, "--text", "Hi", *options).stdout.splitlines()
    assert said in run("send", people, "--text", "Hi", *options).stderr.splitlines()


# ---------------------------------------------------------------- parts and price


def test_parts_and_price_are_of_all_rows(run: Run, api: FakeApi) -> None:
    price = {"country": "US", "kind": "SMS", "dollars": "0.01"}
    prices = {"prices": [price], "source": "x", "importedAt": None}
    api.answer("GET /v1/Prices", httpx.Response(200, json=prices))
    rows = "".join(f"+1212{number:07}\n" for number in range(2_000_000, 2_010_002))
    Path("many.csv").write_text(f"address\n{rows}", encoding="utf-8")

    said = run("check", "many.csv", "--text", "Hi").stdout.splitlines()

    assert "10,002 SMS parts (at most 1 a message; 10,002 GSM-7)" in said
    assert "100.02 US dollars as SMS, by the price table" in said


def test_a_template_is_previewed_as_it_is_sent(run: Run, api: FakeApi, people: str) -> None:
    chips = {"body": "Hi {{name}}", "actions": [{"title": "Yes"}]}
    template = ContentTemplate(
        id=CONTENT_ID,
        created_at=datetime(2026, 1, 2, tzinfo=UTC),
        friendly_name="hello {{x}}",
        variables={"1": "you"},
        types=Types.model_validate(
            {"twilio/text": {"body": "Hi {{name}} and {{1}}"}, "twilio/quick-reply": chips}, strict=False
        ),
    )
    # As the API answers.
    api.answer(
        f"GET /v1/Content/{CONTENT_ID}",
        httpx.Response(200, content=ContentOut.of(template).model_dump_json()),
    )

    result = run("check", people, "--content-id", CONTENT_ID)

    assert result.exit_code == 0, result.stderr
    assert "  +12125550100  Hi Ana and you" in result.stdout
    assert "2 SMS parts (at most 1 a message; 2 GSM-7)" in result.stdout


# --------------------------------------------------------------------- text files


@pytest.mark.parametrize(
    ("content", "how"),
    [
        ("Grüße {{ name }}\r\n".encode("cp1252"), "Windows-1252"),
        ("Grüße {{ name }}\r\n".encode("utf-16"), "UTF-16"),
        ("Grüße {{ name }}\n".encode("utf-16-le"), "UTF-16"),
        (b"\xef\xbb\xbf" + "Grüße {{ name }}\n".encode(), None),
        ("Grüße {{ name }}".encode(), None),
    ],
)
def test_a_text_file_is_read_in_any_encoding(
    run: Run, api: FakeApi, people: str, content: bytes, how: str | None
) -> None:
    api.answer("POST /v1/Messages", accepted())
    Path("text.txt").write_bytes(content)

    result = run("send", people, "--text-file", "text.txt")

    assert api.bodies[0]["content"] == {"text": "Grüße {{ name }}"}
    assert (f"note: text.txt: read as {how}" in result.stderr) == (how is not None)


def test_a_text_file_of_no_known_encoding_is_refused(run: Run, api: FakeApi, people: str) -> None:
    Path("text.txt").write_bytes(b"\xff\xfe\x00\xd8")

    result = run("send", people, "--text-file", "text.txt")

    assert result.exit_code == exits.USAGE
    assert "text.txt: " in result.stderr
    assert "save it as UTF-8" in result.stderr
    assert api.requests == []
