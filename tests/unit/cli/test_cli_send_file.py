"""`herald send FILE` and `herald check FILE`: what is said, what is asked, and what is never sent twice."""

import csv
import json
from pathlib import Path

import httpx
import pytest

from herald_cli import exits
from herald_cli.journal import KEY_SECONDS
from tests.unit.cli.fake_api import (
    OPERATION_ID,
    FakeApi,
    FakeClock,
    Run,
    a_message,
    accepted,
    an_error,
    no_errors,
    operation_answer,
    refused,
)

TWO = "address,name\n+12125550100,Ana\n+12125550101,Bo\n"
TEXT = "Hi {{ name }}"
SECOND_ID = OPERATION_ID[:-1] + "9"


def write(content: str, name: str = "people.csv") -> str:
    Path(name).write_text(content, encoding="utf-8")
    return name


def keys(api: FakeApi) -> list[str]:
    return [request.headers["Idempotency-Key"] for request in api.requests if request.method == "POST"]


# ------------------------------------------------------------ columns and text


def test_what_will_be_sent_is_said_before(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())

    result = run("send", write(TWO), "--text", "Hi {{ name }} – bye")

    assert result.exit_code == 0
    said = result.stderr.splitlines()
    assert said[0] == "people.csv: read as UTF-8, separated by commas; numbers from the column 'address'"
    assert "  +12125550100  Hi Ana – bye" in said
    assert "2 SMS parts (at most 1 a message; 2 UCS-2)" in said
    assert any("– (U+2013 EN DASH) in 2 rows makes the text UCS-2" in line for line in said)
    assert "2 recipients to send to" in said


@pytest.mark.parametrize("country", ["XX", "GBR", "44", "Germany"])
def test_a_country_that_is_none_is_refused(run: Run, api: FakeApi, country: str) -> None:
    result = run("send", write("address\n2065550123\n"), "--text", "Hi", "--country", country)

    assert result.exit_code == exits.USAGE
    assert f"{country!r} is not a country like GB" in result.stderr
    assert api.requests == []


def test_the_united_kingdom_is_known_by_both_codes(run: Run) -> None:
    people = write("address\n07700 900123\n")

    said = [run("check", people, "--country", code, "--text", "Hi").stdout for code in ("UK", "gb")]

    assert said[0] == said[1]
    assert "+447700900123  Hi" in said[0]


def test_a_variable_without_a_column_is_an_error(run: Run, api: FakeApi) -> None:
    result = run("send", write(TWO), "--text", "Hi {{ nmae | default: 'there' }}")

    assert result.exit_code == exits.FILE
    assert "names {{ nmae }}, and no column is called so (is it 'name'?)" in result.stderr
    assert api.requests == []


def test_a_variable_without_a_column_can_be_allowed(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())

    result = run(
        *("send", write(TWO), "--text", "Hi {{ nick | default: name }}", "--allow-missing", "nick"),
    )

    assert result.exit_code == 0


@pytest.mark.parametrize("header", ["Name", "NAME", " name "])
def test_a_column_that_differs_in_case_is_taken_and_said(run: Run, api: FakeApi, header: str) -> None:
    api.answer("POST /v1/Messages", accepted())

    result = run("send", write(f"address,{header}\n+12125550100,Ana\n"), "--text", TEXT)

    assert api.bodies[0]["to"][0]["variables"] == {"name": "Ana"}
    if header.strip() != "name":
        assert f"the column {header.strip()!r} is taken for {{{{ name }}}}" in result.stderr


def test_unused_columns_duplicates_and_empty_cells_are_said(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())
    file = write("address,name,city\n+12125550100,Ana,X\n+1 212 555 0100,,Y\n")

    result = run("send", file, "--text", "Hi {{ name | default: 'there' }}")

    assert "columns that the text does not use: city" in result.stderr
    assert "name is empty in 1 row" in result.stderr
    assert "1 row with a number of an earlier row (line 3 has the number of line 2)" in result.stderr
    assert len(api.bodies[0]["to"]) == 2


def test_unique_sends_once_to_a_number(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())

    run("send", write("address\n+12125550100\n+12125550100\n"), "--text", "Hi", "--unique")

    assert [each["address"] for each in api.bodies[0]["to"]] == ["+12125550100"]


def test_bad_rows_can_be_left_out_and_are_written_down(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())
    file = write("address,name\n+12125550100,Ana\n4.4E+11,Bo\n")

    result = run("send", file, "--text", TEXT, "--skip-bad")

    assert result.exit_code == 0
    rejected = Path("people.csv.rejected.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rejected[0] == "line,reason,address,name"
    assert rejected[1].startswith('3,"4.4E+11: the spreadsheet has rounded')
    assert rejected[1].endswith(",4.4E+11,Bo")


def test_a_spreadsheet_opens_the_rejected_rows_as_it_opened_the_file(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())
    Path("de.csv").write_text("Handy;Name\n+4915112345678;Ana\nx;Jürgen\n", encoding="cp1252")

    run("send", "de.csv", "--text", "Hi", "--skip-bad")

    rejected = Path("de.csv.rejected.csv").read_bytes()
    assert rejected.startswith(b"\xef\xbb\xbfline;reason;Handy;Name\n3;")
    assert rejected.endswith(";x;Jürgen\n".encode())


def test_liquid_that_does_not_parse_is_an_error(run: Run, api: FakeApi) -> None:
    result = run("send", write(TWO), "--text", "Hi {% if name %}")

    assert result.exit_code == exits.USAGE
    assert "the text is not valid Liquid" in result.stderr
    assert api.requests == []


def test_check_sends_nothing(run: Run, api: FakeApi) -> None:
    result = run("check", write(TWO), "--text", TEXT)

    assert result.exit_code == 0
    assert "  +12125550101  Hi Bo" in result.stdout
    assert api.requests == []


def test_check_is_for_programs_too(run: Run) -> None:
    found = json.loads(run("check", write(TWO), "--text", "{{ x }}", "--json").stdout)

    assert (found["recipients"], found["missingVariables"]) == (2, ["x"])


# --------------------------------------------------------------- once, not twice


def test_the_same_file_and_text_is_not_sent_again(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())
    run("send", write(TWO), "--text", TEXT)

    again = run("send", "people.csv", "--text", TEXT)

    assert again.exit_code == exits.USAGE
    assert "this file was sent with this text before" in again.stderr
    assert OPERATION_ID in again.stderr
    assert len(keys(api)) == 1


def test_the_same_file_is_sent_again_when_it_is_asked_for(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())
    run("send", write(TWO), "--text", TEXT)

    assert run("send", "people.csv", "--text", TEXT, "--again").exit_code == 0
    assert len(set(keys(api))) == 2


def test_a_send_that_was_interrupted_goes_on_where_it_was(run: Run, api: FakeApi) -> None:
    file = write("address\n" + "".join(f"+1212{number:07}\n" for number in range(2_000_000, 2_025_000)))
    api.answer("POST /v1/Messages", accepted(), httpx.ReadTimeout("lost"))
    first = run("send", file, "--text", "Hi")
    tried = keys(api)
    api.answers.clear()
    api.requests.clear()
    api.answer("POST /v1/Messages", accepted(SECOND_ID))

    second = run("send", file, "--text", "Hi")

    assert (first.exit_code, second.exit_code) == (exits.UNREACHED, 0)
    # The request in doubt is made again under its own key; the first is not made again.
    assert keys(api)[0] == tried[-1] != tried[0]
    assert [len(body["to"]) for body in api.bodies] == [10_000, 5_000]
    assert second.stdout.splitlines() == [OPERATION_ID, SECOND_ID, SECOND_ID]


def test_all_operations_of_a_large_file_share_a_tag(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted(), accepted(SECOND_ID))
    file = write("address\n" + "".join(f"+1212{number:07}\n" for number in range(2_000_000, 2_010_001)))

    run("send", file, "--text", "Hi", "--tag", "campaign:x")

    first, second = (body["tags"] for body in api.bodies)
    assert first == second
    assert first["campaign"] == "x"
    assert set(first) == {"campaign", "batch"}


def test_what_was_refused_was_not_taken(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", refused((21617, "Too long.", "$.content.text")), accepted())
    run("send", write(TWO), "--text", TEXT)

    assert run("send", "people.csv", "--text", TEXT).exit_code == 0
    assert len(keys(api)) == 2


def test_after_a_day_only_the_operator_can_tell(run: Run, api: FakeApi, clock: FakeClock) -> None:
    api.answer("POST /v1/Messages", httpx.ReadTimeout("lost"))
    run("send", write(TWO), "--text", TEXT)
    tried = len(keys(api))
    clock.now += KEY_SECONDS + 60

    result = run("send", "people.csv", "--text", TEXT)

    assert result.exit_code == exits.LEFT
    assert "lines 2 to 3 were under way" in result.stderr.replace("\n", " ")
    assert len(keys(api)) == tried


# ------------------------------------------------------------------- watching


@pytest.mark.parametrize(
    ("counts", "options", "code"),
    [
        ({"delivered": 2}, [], 0),
        ({"delivered": 1, "failed": 1}, [], 0),
        ({"failed": 2}, [], exits.LEFT),
        ({"undelivered": 1, "unaddressable": 1}, [], exits.LEFT),
        ({"delivered": 99, "failed": 1}, ["--fail-on", "any"], exits.LEFT),
        ({"delivered": 95, "failed": 5}, ["--fail-on", "5%"], 0),
        ({"delivered": 94, "failed": 6}, ["--fail-on", "5%"], exits.LEFT),
    ],
)
def test_the_exit_code_says_whether_messages_arrived(
    run: Run, api: FakeApi, counts: dict[str, int], options: list[str], code: int
) -> None:
    api.answer(
        f"GET /v1/Messages/Operations/{OPERATION_ID}", operation_answer("COMPLETED", OPERATION_ID, **counts)
    )
    page = {"errors": [an_error()], "pagination": {"next": None, "self": "here"}}
    api.answer(f"GET /v1/Messages/Operations/{OPERATION_ID}/Errors", httpx.Response(200, json=page))

    result = run("watch", OPERATION_ID, *options)

    assert result.exit_code == code
    if "failed" in counts:
        assert "30003  Unreachable." in result.stderr


def test_a_script_with_many_characters_is_told_of_in_one_line(run: Run, tmp_path: Path) -> None:
    Path("people.csv").write_text("address,name\n+819012345678,田中\n", encoding="utf-8")

    result = run("check", "people.csv", "--text", "{{ name }}様、こんにちは")

    told = [line for line in result.stdout.splitlines() if "UCS-2: 70" in line]
    assert len(told) == 1
    assert told[0].startswith("note: 9 characters (、 こ ち に は ん 中 様 ...): each makes the text UCS-2")


def test_a_title_with_a_space_is_named_as_the_text_has_to_write_it(run: Run) -> None:
    Path("people.csv").write_text("First Name,address\nAda,+12065550123\n", encoding="utf-8")

    result = run("check", "people.csv", "--text", "Hi {{ First Name }}")

    assert result.exit_code == exits.USAGE
    assert "write {{ First_Name }}" in result.stderr


# ------------------------------------------------------------------ export with lines

NATIONAL = "Phone,Name\n(206) 555-0123,Ada\nn/a,Nobody\n(206) 555-0124,Bob\n(206) 555-0123,Ada\n"


def exported(api: FakeApi, *addresses: str) -> None:
    """Let an operation have messages to these numbers, the first place first."""
    listed = [
        a_message(index, to=[{"address": each, "channel": "PHONE"}]) for index, each in enumerate(addresses)
    ]
    page = {"messages": listed, "pagination": {"next": None, "self": "here"}}
    api.answer("GET /v1/Messages", httpx.Response(200, json=page))
    api.answer(f"GET /v1/Messages/Operations/{OPERATION_ID}/Errors", no_errors())
    api.answer(
        f"GET /v1/Messages/Operations/{OPERATION_ID}", operation_answer("COMPLETED", delivered=len(listed))
    )


def lines_of(run: Run, *options: str) -> tuple[list[tuple[str, str]], str]:
    """The lines and addresses of an export, and what was said."""
    result = run(
        "operations", "export", OPERATION_ID, "--output", "out.csv", "--file", "people.csv", *options
    )
    assert result.exit_code == 0, result.stderr
    rows = csv.DictReader(Path("out.csv").read_text("utf-8-sig").splitlines())
    return [(row["line"], row["address"]) for row in rows], result.stderr


def test_an_export_reads_the_file_as_the_send_did(run: Run, api: FakeApi) -> None:
    exported(api, "+12065550123", "+12065550124", "+12065550123")
    write(NATIONAL)

    found, said = lines_of(run, "--country", "US")

    assert found == [("2", "+12065550123"), ("4", "+12065550124"), ("5", "+12065550123")]
    assert said == "exported 3\n"


def test_an_export_gives_no_wrong_line_where_the_file_was_read_otherwise(run: Run, api: FakeApi) -> None:
    exported(api, "+12065550123", "+12065550999")
    write(NATIONAL)

    found, said = lines_of(run, "--country", "US", "--unique")

    assert found == [("2", "+12065550123"), ("", "+12065550999")]
    assert "note: 1 row has no line: the file has another number at their place." in said


def test_an_export_with_a_file_that_cannot_be_read_says_why(run: Run, api: FakeApi) -> None:
    write(NATIONAL)

    result = run("operations", "export", OPERATION_ID, "--output", "out.csv", "--file", "people.csv")

    assert result.exit_code == exits.FILE
    assert "people.csv:2: '(206) 555-0123' is without a country code: give --country" in result.stderr
    assert not Path("out.csv").exists()
