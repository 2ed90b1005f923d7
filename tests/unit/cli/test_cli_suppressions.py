"""`herald suppressions ...` against a fake API."""

import csv
import io
import json
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from herald_cli import exits
from tests.unit.cli.fake_api import FakeApi, FakeClock, Run, a_whole_message, refused

PATH = "/v1/Suppressions"
BUSY = refused((20503, "Service unavailable.", None), status=503)


def a_suppression(number: int, channel: str = "PHONE") -> dict[str, str]:
    return {
        "id": f"comms_suppression_{number:026}",
        "address": f"+1206555{number:04}",
        "channel": channel,
        "source": "STOP",
        "createdAt": "2026-01-02T03:04:05.000Z",
    }


def a_page(*numbers: int, next_token: str | None = None) -> httpx.Response:
    found = [a_suppression(number) for number in numbers]
    return httpx.Response(200, json={"suppressions": found, "pagination": {"next": next_token, "self": "x"}})


def adds(known: Sequence[str] = ()) -> Callable[[httpx.Request], httpx.Response]:
    """An API that knows some numbers, and takes each number of a request once."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked = {each["address"] for each in json.loads(request.content)["suppressions"]}
        added = len(asked - set(known))
        return httpx.Response(200, json={"suppressions": [], "added": added, "known": len(asked) - added})

    return answer


def write(content: str, name: str = "out.csv") -> str:
    Path(name).write_text(content, encoding="utf-8")
    return name


def posted(api: FakeApi) -> list[Any]:
    return [[each["address"] for each in body["suppressions"]] for body in api.bodies]


# -------------------------------------------------------------------------------- writer


def received(number: int, channel: str = "PHONE", status: str = "INBOUND") -> httpx.Response:
    writer = {"address": f"+1206555{number:04}", "channel": channel}
    return httpx.Response(200, json=a_whole_message(number, **{"status": status, "from": writer}))


def test_writer_suppresses_who_wrote_each_message_once(run: Run, api: FakeApi) -> None:
    api.answer("GET /v1/Messages/m1", received(1))
    api.answer("GET /v1/Messages/m2", received(2, "WHATSAPP"))
    api.answer(f"POST {PATH}", adds(["+12065550002"]))

    result = run("suppressions", "writer", "m1", "m2", "m1")

    assert (result.exit_code, result.stdout) == (0, "added 1, known 1\n")
    assert api.bodies[-1] == {
        "suppressions": [
            {"address": "+12065550001", "channel": "PHONE"},
            {"address": "+12065550002", "channel": "WHATSAPP"},
        ],
        # So that a START of the person lifts it.
        "source": "IMPORT",
    }
    assert len(api.requests) == 3


def test_writer_of_a_message_that_was_sent_changes_nothing(run: Run, api: FakeApi) -> None:
    api.answer("GET /v1/Messages/m1", received(1))
    api.answer("GET /v1/Messages/m2", received(2, status="DELIVERED"))

    result = run("suppressions", "writer", "m1", "m2")

    assert result.exit_code == 1
    assert "m2 was not received: nothing was changed" in result.stderr
    assert [request.method for request in api.requests] == ["GET", "GET"]


def test_writer_of_an_unknown_message_changes_nothing(run: Run, api: FakeApi) -> None:
    api.answer("GET /v1/Messages/m1", refused((20404, "Not found.", None), status=404))

    result = run("suppressions", "writer", "m1")

    assert result.exit_code != 0
    assert "Not found." in result.stderr
    assert len(api.requests) == 1


# ---------------------------------------------------------------------------------- list


def test_list_prints_a_page_and_how_to_go_on(run: Run, api: FakeApi) -> None:
    api.answer(f"GET {PATH}", a_page(2, 1, next_token="more"))

    result = run(
        *("suppressions", "list", "--channel", "phone", "--address", "+12065550001"),
        *("--start", "2026-01-01", "--end", "2026-02-01T00:00:00Z", "--page-size", "2", "--page-token", "t"),
    )

    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["+12065550002", "+12065550001"]
    assert "--page-token more" in result.stderr
    assert dict(api.requests[0].url.params) == {
        "channel": "PHONE",
        "address": "+12065550001",
        "startDate": "2026-01-01T00:00:00Z",
        "endDate": "2026-02-01T00:00:00Z",
        "pageSize": "2",
        "pageToken": "t",
    }


def test_list_all_follows_the_pages(run: Run, api: FakeApi) -> None:
    api.answer(f"GET {PATH}", a_page(3, next_token="more"), a_page(), a_page(1))
    api.answers[f"GET {PATH}"][1] = a_page(next_token="again")

    result = run("suppressions", "list", "--all", "--json")

    assert [json.loads(line)["address"] for line in result.stdout.splitlines()] == [
        "+12065550003",
        "+12065550001",
    ]
    assert [request.url.params.get("pageToken") for request in api.requests] == [None, "more", "again"]


# ------------------------------------------------------------------------- add and remove


def test_add_posts_the_numbers_once_each(run: Run, api: FakeApi) -> None:
    api.answer(f"POST {PATH}", adds(known=["+12065550002"]))

    result = run(
        "suppressions", "add", "+12065550001", "+12065550002", "+12065550001", "--channel", "WHATSAPP"
    )

    assert result.exit_code == 0
    assert result.stdout == "added 1, known 1\n"
    assert api.bodies == [
        {
            "suppressions": [
                {"address": "+12065550001", "channel": "WHATSAPP"},
                {"address": "+12065550002", "channel": "WHATSAPP"},
            ],
            "source": "API",
        }
    ]


@pytest.mark.parametrize("command", ["add", "remove"])
def test_a_number_that_is_none_is_told_before_anything_is_done(run: Run, api: FakeApi, command: str) -> None:
    result = run("suppressions", command, "+12065550001", "206")

    assert result.exit_code == 2
    assert "'206' is no phone number" in result.stderr
    assert api.requests == []


def test_remove_finds_numbers_and_deletes_them(run: Run, api: FakeApi) -> None:
    api.answer(f"GET {PATH}", a_page(1), a_page())
    api.answer(f"DELETE {PATH}/{a_suppression(1)['id']}", httpx.Response(204))

    result = run("suppressions", "remove", "+12065550001", "+12065550002")

    assert result.exit_code == 0
    assert result.stdout == "removed 1\n"
    assert result.stderr == "+12065550002 was not suppressed\n"
    assert [dict(each.url.params) for each in api.requests if each.method == "GET"] == [
        {"address": "+12065550001", "channel": "PHONE"},
        {"address": "+12065550002", "channel": "PHONE"},
    ]


def test_what_another_has_removed_meanwhile_is_no_error(run: Run, api: FakeApi) -> None:
    api.answer(f"GET {PATH}", a_page(1))
    api.answer(f"DELETE {PATH}/{a_suppression(1)['id']}", refused((20404, "Not there.", None), status=404))

    result = run("suppressions", "remove", "+12065550001")

    assert (result.exit_code, result.stdout) == (0, "removed 0\n")


# --------------------------------------------------------------------------------- import


def test_import_adds_all_lines_in_batches(run: Run, api: FakeApi) -> None:
    api.answer(f"POST {PATH}", adds(known=["+12065550007"]))
    file = write("name,address\n" + "".join(f"Ana,+1206555{number:04}\n" for number in range(2_500)))

    result = run("suppressions", "import", file)

    assert result.exit_code == 0
    assert result.stdout == "added 2,499, known 1\n"
    assert [len(some) for some in posted(api)] == [1_000, 1_000, 500]
    assert {body["source"] for body in api.bodies} == {"IMPORT"}
    assert [address for some in posted(api) for address in some] == [f"+1206555{n:04}" for n in range(2_500)]
    assert "lines 1,002 to 2,001 taken" in result.stderr


def test_import_hears_a_line_whatever_its_other_columns_hold(run: Run, api: FakeApi) -> None:
    api.answer(f"POST {PATH}", adds())
    file = write(f"phone,note\n12065550001,{'x' * 4_000}\n12065550002,a\0b\n")

    result = run("suppressions", "import", file, "--plus")

    assert result.exit_code == 0, result.stderr
    assert posted(api) == [["+12065550001", "+12065550002"]]


def test_import_takes_the_channel_of_each_line(run: Run, api: FakeApi) -> None:
    api.answer(f"POST {PATH}", adds())
    file = write("address,channel,source,createdAt\n+12065550001,WHATSAPP,STOP,x\n+12065550002,,API,x\n")

    assert run("suppressions", "import", file, "--source", "carrier").exit_code == 0

    assert api.bodies == [
        {
            "suppressions": [
                {"address": "+12065550001", "channel": "WHATSAPP"},
                {"address": "+12065550002", "channel": "PHONE"},
            ],
            "source": "CARRIER",
        }
    ]


def test_bad_lines_are_told_and_the_others_added(run: Run, api: FakeApi) -> None:
    api.answer(f"POST {PATH}", adds())
    file = write("address\n+12065550001\n206\n+12065550001\n+12065550002,x\n+12065550003\n")

    result = run("suppressions", "import", file)

    assert result.exit_code == 1
    assert posted(api) == [["+12065550001", "+12065550001", "+12065550003"]]
    assert result.stdout == "added 2, known 1, invalid 2\n"
    assert f"{file}:3: '206' is no phone number\n" in result.stderr
    assert f"{file}:5: 2 cells, but the header has 1: quote a cell that has separators\n" in result.stderr


def test_of_very_many_bad_lines_the_first_are_told(run: Run, api: FakeApi) -> None:
    result = run("suppressions", "import", write("address\n" + "x\n" * 50))

    assert (result.exit_code, result.stdout) == (exits.FILE, "added 0, known 0, invalid 50\n")
    assert "out.csv:21:" in result.stderr
    assert "out.csv:22:" not in result.stderr
    assert "... and 30 more" in result.stderr


@pytest.mark.parametrize("line", ["1", "3"])
def test_a_file_without_a_column_of_numbers_is_refused(run: Run, api: FakeApi, line: str) -> None:
    file = write("name\nAda\nBob\n")

    result = run("suppressions", "import", file, "--from-line", line)

    assert result.exit_code == exits.FILE
    assert "no column is known to hold the numbers" in result.stderr


def test_an_import_that_stopped_says_where_and_goes_on_there(
    run: Run, api: FakeApi, clock: FakeClock
) -> None:
    api.answer(f"POST {PATH}", adds(), BUSY)
    file = write("address\n" + "".join(f"+1206555{number:04}\n" for number in range(2_500)))

    result = run("suppressions", "import", file)

    assert result.exit_code == exits.REFUSED
    assert result.stdout == "added 1,000, known 0\n"
    assert "Lines before 1002 were taken. Go on with --from-line 1002." in result.stderr
    assert len(clock.slept) == 4
    api.requests.clear()
    api.answers.clear()
    api.answer(f"POST {PATH}", adds())

    result = run("suppressions", "import", file, "--from-line", "1002")

    assert (result.exit_code, result.stdout) == (0, "added 1,500, known 0\n")
    assert posted(api)[0][0] == "+12065551000"


def test_an_answer_that_got_lost_is_asked_for_again(run: Run, api: FakeApi) -> None:
    api.answer(f"POST {PATH}", httpx.ReadTimeout("lost"), BUSY, adds(known=["+12065550001"]))

    result = run("suppressions", "import", write("address\n+12065550001\n"))

    assert (result.exit_code, result.stdout) == (0, "added 0, known 1\n")
    assert len(api.requests) == 3


def test_what_the_api_refuses_is_told_with_its_line(run: Run, api: FakeApi) -> None:
    api.answer(f"POST {PATH}", refused((21614, "Not a number.", "$.suppressions[1].address")))

    result = run("suppressions", "import", write("address\n+12065550001\n+12065550002\n"))

    assert result.exit_code == exits.REFUSED
    assert "$.suppressions[1].address  21614  Not a number. (line 3)" in result.stderr


def test_import_reads_a_pipe(run: Run, api: FakeApi) -> None:
    api.answer(f"POST {PATH}", adds())

    result = run("suppressions", "import", "-", stdin=b"address\n+12065550001\n")

    assert (result.exit_code, result.stdout) == (0, "added 1, known 0\n")


# --------------------------------------------------------------------------------- export


def test_export_writes_all_pages_and_import_reads_them(run: Run, api: FakeApi) -> None:
    api.answer(f"GET {PATH}", a_page(3, 2, next_token="more"), a_page(1))

    result = run("suppressions", "export", "out.csv", "--channel", "PHONE")

    assert result.exit_code == 0
    assert result.stderr == "exported 3\n"
    rows = list(csv.DictReader(io.StringIO(Path("out.csv").read_text(encoding="utf-8"))))
    expected = [{name: value for name, value in a_suppression(n).items() if name != "id"} for n in (3, 2, 1)]
    assert rows == expected
    assert stat.S_IMODE(Path("out.csv").stat().st_mode) == 0o600
    assert dict(api.requests[0].url.params) == {"pageSize": "1000", "channel": "PHONE"}
    api.answer(f"POST {PATH}", adds())
    assert run("suppressions", "import", "out.csv").stdout == "added 3, known 0\n"


def test_export_to_the_standard_output(run: Run, api: FakeApi) -> None:
    api.answer(f"GET {PATH}", a_page(1))

    result = run("suppressions", "export", "-")

    assert result.stdout.splitlines() == [
        "address,channel,source,createdAt",
        "+12065550001,PHONE,STOP,2026-01-02T03:04:05.000Z",
    ]


def test_an_export_that_stops_leaves_what_was_there(run: Run, api: FakeApi) -> None:
    write("before\n")
    api.answer(f"GET {PATH}", a_page(1, next_token="more"), refused((20500, "Oh.", None), status=500))

    result = run("suppressions", "export", "out.csv")

    assert result.exit_code == exits.REFUSED
    assert [(path.name, path.read_text()) for path in Path().iterdir()] == [("out.csv", "before\n")]
