import json
import re
from pathlib import Path

import httpx
import pytest

from examples.make_recipients import FILE, SANDBOX, recipients
from herald_cli import exits
from herald_cli.recipients import RecipientFile
from tests.unit.cli.fake_api import (
    MESSAGE_ID,
    OPERATION_ID,
    SENDER_ID,
    FakeApi,
    FakeClock,
    Run,
    a_message,
    a_page,
    a_whole_message,
    accepted,
    no_errors,
    operation_answer,
    refused,
)

SECOND_ID = OPERATION_ID[:-1] + "9"


def write(content: str) -> str:
    Path("people.csv").write_text(content, encoding="utf-8")
    return "people.csv"


# ------------------------------------------------------------------ settings


def local_file(**changes: str) -> None:
    Path(".herald").mkdir()
    content = {"baseUrl": "https://local.test/v1", "accountSid": "AC2", "authToken": "t", **changes}
    Path(".herald/local.json").write_text(json.dumps(content), encoding="utf-8")


def test_options_come_before_the_environment(run: Run, api: FakeApi) -> None:
    api.answer(f"GET /v2/Messages/Operations/{OPERATION_ID}", operation_answer())

    assert run("--base-url", "https://other.test/v2", "operation", OPERATION_ID).exit_code == 0
    assert str(api.requests[0].url).startswith("https://other.test/v2/")


def test_the_environment_comes_before_the_local_file(run: Run, api: FakeApi) -> None:
    local_file()
    api.answer(f"GET /v1/Messages/Operations/{OPERATION_ID}", operation_answer())

    assert run("operation", OPERATION_ID).exit_code == 0
    assert api.requests[0].url.host == "api.test"


def test_the_local_file_is_used_when_nothing_is_given(run: Run, api: FakeApi) -> None:
    local_file()
    api.answer(f"GET /v1/Messages/Operations/{OPERATION_ID}", operation_answer())

    assert run("operation", OPERATION_ID, settings=False).exit_code == 0
    assert api.requests[0].url.host == "local.test"


def test_without_settings_it_says_how_to_get_some(run: Run) -> None:
    result = run("operation", OPERATION_ID, settings=False)

    assert result.exit_code == exits.USAGE
    assert "Start a stack with `make run`" in result.stderr


def test_the_local_token_does_not_go_to_another_url(run: Run, api: FakeApi) -> None:
    local_file()

    result = run("--base-url", "https://other.test/v1", "operation", OPERATION_ID, settings=False)

    assert result.exit_code == exits.USAGE
    assert "--account-sid (HERALD_ACCOUNT_SID) and HERALD_AUTH_TOKEN" in result.stderr
    assert api.requests == []


def test_a_base_url_must_be_one(run: Run) -> None:
    result = run("--base-url", "api.test", "operation", OPERATION_ID)

    assert result.exit_code == exits.USAGE
    assert "does not begin with http" in result.stderr


# ---------------------------------------------------------------------- send


def test_send_posts_the_rows_of_a_file(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())
    file = write("address,name\n+12125550100,Ana\n+12125550101,\n")

    result = run("send", "--csv", file, "--text", "Hi {{ name | default: 'there' }}")

    assert result.exit_code == 0
    assert result.stdout == f"{OPERATION_ID}\n"
    assert api.bodies == [
        {
            "to": [
                {"address": "+12125550100", "channel": "PHONE", "variables": {"name": "Ana"}},
                {"address": "+12125550101", "channel": "PHONE"},
            ],
            "content": {"text": "Hi {{ name | default: 'there' }}"},
        }
    ]


def test_send_says_all_that_was_asked(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())

    result = run(
        *("send", "--to", "+12125550100", "--to", "+12125550101", "--channel", "whatsapp"),
        *("--from", "+15005550006", "--from-channel", "WHATSAPP", "--text", "Hi"),
        *("--media", "https://example.org/a.png", "--tag", "campaign:spring", "--tag", "region:EMEA"),
    )

    assert result.exit_code == 0
    assert api.bodies == [
        {
            "to": [
                {"address": "+12125550100", "channel": "WHATSAPP"},
                {"address": "+12125550101", "channel": "WHATSAPP"},
            ],
            "from": {"address": "+15005550006", "channel": "WHATSAPP"},
            "content": {"text": "Hi", "media": [{"url": "https://example.org/a.png"}]},
            "tags": {"campaign": "spring", "region": "EMEA"},
        }
    ]


@pytest.mark.parametrize(("options", "delivery"), [(["--dry-run"], {"dryRun": True}), ([], None)])
def test_a_dry_run_is_asked_for(
    run: Run, api: FakeApi, options: list[str], delivery: dict[str, bool] | None
) -> None:
    api.answer("POST /v1/Messages", accepted())

    run("send", "--to", "+12125550100", "--text", "Hi", *options)

    [body] = api.bodies
    assert body.get("delivery") == delivery


def test_more_rows_than_a_request_may_have_become_several(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted(), accepted(SECOND_ID))
    file = write("address\n" + "+12125550100\n" * 10_001)

    result = run("send", "--csv", file, "--text", "Hi")

    assert result.stdout.splitlines() == [OPERATION_ID, SECOND_ID]
    assert [len(body["to"]) for body in api.bodies] == [10_000, 1]


def test_nothing_is_sent_when_a_row_is_bad(run: Run, api: FakeApi) -> None:
    file = write("address\n" + "+12125550100\n" * 10_000 + "nobody\n")

    result = run("send", "--csv", file, "--text", "Hi")

    assert result.exit_code == exits.FILE
    assert result.stderr.splitlines() == [
        "people.csv:10002: 'nobody' is no phone number",
        "Nothing was sent.",
        "To send to the other rows: --skip-bad",
    ]
    assert api.requests == []


def test_bad_rows_that_are_not_shown_are_counted(run: Run) -> None:
    result = run("send", "--csv", write("address\n+12125550100\n" + "nobody\n" * 1025), "--text", "Hi")

    assert result.stderr.splitlines()[-3:-1] == ["... and 1,005 more", "Nothing was sent."]


def test_a_file_can_come_through_a_pipe(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())

    assert run("send", "--csv", "-", "--text", "Hi", stdin=b"address\n+12125550100\n").exit_code == 0
    assert api.bodies[0]["to"] == [{"address": "+12125550100", "channel": "PHONE"}]


def test_errors_are_printed_one_a_line_with_the_line_of_the_file(run: Run, api: FakeApi) -> None:
    message = "The address specified in the request is not a valid phone number." + " Long." * 20
    api.answer(
        "POST /v1/Messages",
        refused(
            (21614, message, "$.to[1].address"), (21617, "Too long.", "$.content.text"), (400, "No.", None)
        ),
    )
    file = write('address,name\n+12125550100,"a\nb"\n+12125550101,c\n')

    result = run("send", "--csv", file, "--text", "Hi")

    assert result.exit_code == exits.REFUSED
    assert result.stdout == ""
    assert result.stderr.splitlines()[-4:] == [
        f"$.to[1].address  21614  {message} (line 4)",
        "$.content.text  21617  Too long.",
        "400  No.",
        "Nothing was sent.",
    ]


def test_errors_of_a_later_request_say_what_was_accepted(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted(), refused((21614, "No number.", "$.to[1].address")))
    file = write("address\n" + "+12125550100\n" * 10_002)

    result = run("send", "--csv", file, "--text", "Hi")

    assert result.exit_code == exits.REFUSED
    assert result.stdout == f"{OPERATION_ID}\n"
    assert result.stderr.splitlines()[-5:-1] == [
        "10,000 recipients accepted in 0.0 s",
        "$.to[1].address  21614  No number. (line 10003)",
        "Accepted, in the operations above: 10,000 recipients, those before line 10,002.",
        "The rest was not sent.",
    ]


def test_no_connection_is_said_plainly(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", httpx.ConnectError("[Errno 111] Connection refused"))

    result = run("send", "--to", "+12125550100", "--text", "Hi")

    assert result.exit_code == exits.UNREACHED
    assert result.stderr.splitlines() == [
        "Error: no connection to https://api.test/v1: [Errno 111] Connection refused",
        "Nothing was sent.",
    ]


def test_a_lost_answer_is_not_taken_for_a_refusal(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", httpx.ReadTimeout("timed out"))

    result = run("send", "--csv", write("address\n+12125550100\n+12125550101\n"), "--text", "Hi")

    assert result.exit_code == exits.UNREACHED
    assert "unknown whether the API took lines 2 to 3" in result.stderr
    assert "Nothing was sent" not in result.stderr


def test_recipients_without_a_file_are_sent_again_with_the_key_that_is_told(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", httpx.ReadTimeout("timed out"))
    first = run("send", "--to", "+12125550100", "--text", "Hi")
    [told] = re.findall(r"--idempotency-key=\S+", " ".join(first.stderr.split()))
    tried = {request.headers["Idempotency-Key"] for request in api.requests}

    api.answers, api.requests = {}, []
    api.answer("POST /v1/Messages", accepted())
    again = run("send", "--to", "+12125550100", "--text", "Hi", told)

    assert (first.exit_code, again.exit_code) == (exits.UNREACHED, 0)
    assert {request.headers["Idempotency-Key"] for request in api.requests} == tried
    assert len(tried) == 1


def test_leaving_while_sending_promises_nothing(run: Run, api: FakeApi) -> None:
    def interrupt(request: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    api.answer("POST /v1/Messages", interrupt)

    result = run("send", "--to", "+12125550100", "--text", "Hi")

    assert result.exit_code == 130
    assert "unknown whether the API took the request" in result.stderr
    assert api.requests[0].headers["Idempotency-Key"].removesuffix(".0") in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--text", "Hi"], "Give a file, or --to."),
        (["--to", "+12125550100"], "Give --text"),
        (["--to", "12125550100", "--text", "Hi"], "without +: write +12125550100"),
        (["--to", "+12125550100", "--text", "Hi", "--from", "+15005550006"], "go together"),
        (["--to", "+12125550100", "--text", "Hi", "--tag", "x"], "is not like campaign:spring"),
    ],
)
def test_arguments_that_make_no_request(run: Run, arguments: list[str], message: str) -> None:
    result = run("send", *arguments)

    assert result.exit_code == 2
    assert message in result.stderr


def test_send_and_watch(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())
    api.answer(
        f"GET /v1/Messages/Operations/{OPERATION_ID}",
        operation_answer(queued=1),
        operation_answer("COMPLETED", delivered=1),
    )

    result = run("send", "--to", "+12125550100", "--text", "Hi", "--watch")

    assert result.exit_code == 0
    assert "1/1 settled" in result.stdout


# --------------------------------------------------------------------- watch


def test_watch_prints_a_line_when_counts_change(run: Run, api: FakeApi) -> None:
    api.answer(
        f"GET /v1/Messages/Operations/{OPERATION_ID}",
        operation_answer(queued=3),
        operation_answer(queued=2, sent=1),  # half a second later: too soon for another line
        operation_answer("COMPLETED", sent=2, failed=1),
        operation_answer("COMPLETED", delivered=2, failed=1),
    )

    api.answer(f"GET /v1/Messages/Operations/{OPERATION_ID}/Errors", no_errors())

    result = run("watch", OPERATION_ID)

    assert result.exit_code == 0
    assert [" ".join(line.split()) for line in result.stdout.splitlines()] == [
        "0.0 s 0/3 settled queued 3 sent 0 delivered 0 undelivered 0 failed 0",
        "1.0 s 1/3 settled queued 0 sent 2 delivered 0 undelivered 0 failed 1",
        "1.5 s 3/3 settled queued 0 sent 0 delivered 2 undelivered 0 failed 1",
    ]


def test_watch_gives_the_command_that_shows_what_was_undelivered(run: Run, api: FakeApi) -> None:
    api.answer(
        f"GET /v1/Messages/Operations/{OPERATION_ID}",
        operation_answer("COMPLETED", delivered=1, undelivered=2),
    )
    api.answer(f"GET /v1/Messages/Operations/{OPERATION_ID}/Errors", no_errors())

    result = run("watch", OPERATION_ID)

    assert "2  undelivered; to see them:" in result.stderr
    assert f"herald messages --status UNDELIVERED --operation {OPERATION_ID}\n" in result.stderr


def test_watch_says_when_it_gives_up(run: Run, api: FakeApi, clock: FakeClock) -> None:
    api.answer(f"GET /v1/Messages/Operations/{OPERATION_ID}", operation_answer("COMPLETED", sent=1200))

    result = run("watch", OPERATION_ID, "--patience", "4")

    assert result.exit_code == 0
    assert result.stderr == "Stopped waiting: the carrier has not reported on 1,200 messages, and may yet.\n"
    assert 4 <= sum(clock.slept) < 6


def test_leaving_says_that_the_operation_goes_on(
    run: Run, api: FakeApi, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(clock, "sleep", interrupt)
    api.answer(f"GET /v1/Messages/Operations/{OPERATION_ID}", operation_answer(queued=1))

    result = run("watch", OPERATION_ID)

    assert result.exit_code == 130
    assert (
        result.stderr
        == f"Stopped watching. The operation goes on; see it with: herald watch {OPERATION_ID}\n"
    )


def test_watching_what_is_not_there(run: Run, api: FakeApi) -> None:
    api.answer(
        f"GET /v1/Messages/Operations/{OPERATION_ID}",
        refused((20404, "The resource was not found.", None), status=404),
    )

    result = run("watch", OPERATION_ID)

    assert result.exit_code == exits.REFUSED
    assert result.stderr.startswith("20404  The resource was not found.\n")


# ------------------------------------------------------------------- reading


def test_operation(run: Run, api: FakeApi) -> None:
    api.answer(
        f"GET /v1/Messages/Operations/{OPERATION_ID}",
        operation_answer("COMPLETED", delivered=3, failed=1, attempts=3),
    )

    result = run("operation", OPERATION_ID)

    assert OPERATION_ID in result.stdout
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["delivered", "3", "75.0%"] in rows
    assert ["total", "4"] in rows
    assert ["attempts", "3"] in rows


def test_message_shows_content_and_attempts_but_no_control_characters(run: Run, api: FakeApi) -> None:
    error = {"code": 30003, "message": "Unreachable [destination].", "infoUrl": "https://x", "context": None}
    attempt = {
        "from": {"address": "+15005550006", "channel": "SMS", "senderId": SENDER_ID},
        "to": [],
        "status": "UNDELIVERED",
        "attemptedAt": "2026-01-02T03:04:05Z",
        "infoUrl": "https://x",
        "error": error,
    }
    message = a_whole_message(content={"text": "Hi [bold]Žofia[/bold] \x1b[31m"}, attempts=[attempt])
    api.answer(f"GET /v1/Messages/{MESSAGE_ID}", httpx.Response(200, json=message))

    result = run("message", MESSAGE_ID)

    assert "Hi [bold]Žofia[/bold] \N{REPLACEMENT CHARACTER}[31m" in result.stdout
    assert "30003  Unreachable [destination]." in result.stdout


def test_messages_prints_a_table_and_how_to_go_on(run: Run, api: FakeApi) -> None:
    api.answer("GET /v1/Messages", a_page(1, 2, next_token="t1"))

    result = run(
        *("messages", "--operation", OPERATION_ID, "--status", "delivered", "--page-size", "2"),
        *("--start", "2026-01-02", "--end", "2026-01-02T03:00:00+01:00"),
    )

    assert [line.split() for line in result.stdout.splitlines()] == [
        ["id", "to", "from", "status", "updated", "(UTC)"],
        [a_message(1)["id"], "+12125550001", "+15005550006", "DELIVERED", "01-02", "03:04:06"],
        [a_message(2)["id"], "+12125550002", "+15005550006", "DELIVERED", "01-02", "03:04:06"],
    ]
    assert result.stderr == "More: --page-token t1\n"
    assert dict(api.requests[0].url.params) == {
        "operationId": OPERATION_ID,
        "status": "DELIVERED",
        "startDate": "2026-01-02T00:00:00Z",
        "endDate": "2026-01-02T02:00:00Z",
        "pageSize": "2",
    }


def test_all_messages_follow_the_pages(run: Run, api: FakeApi) -> None:
    api.answer("GET /v1/Messages", a_page(1, next_token="t1"), a_page(2))

    result = run("messages", "--all", "--json", "--page-token", "t0")

    assert [json.loads(line) for line in result.stdout.splitlines()] == [a_message(1), a_message(2)]
    assert [request.url.params["pageToken"] for request in api.requests] == ["t0", "t1"]


def test_a_list_of_several_pages_has_one_header(run: Run, api: FakeApi) -> None:
    api.answer("GET /v1/Messages", a_page(1, next_token="t1"), a_page(2))

    assert len(run("messages", "--all").stdout.splitlines()) == 3


def test_no_messages(run: Run, api: FakeApi) -> None:
    api.answer("GET /v1/Messages", a_page())

    assert run("messages").stdout == "no messages\n"


def test_a_date_that_is_none(run: Run, api: FakeApi) -> None:
    result = run("messages", "--start", "yesterday")

    assert result.exit_code == 2
    assert "is not a date like" in result.stderr


# ---------------------------------------------------------------------- demo


def test_demo(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())
    api.answer(
        f"GET /v1/Messages/Operations/{OPERATION_ID}",
        operation_answer(queued=2),
        operation_answer("COMPLETED", sent=2),
        operation_answer("COMPLETED", delivered=2, attempts=2),
    )
    api.answer("GET /v1/Messages", a_page(1, 2))

    result = run("demo", "--csv", write("address,name,order\n+12125550100,Ana,1\n+12125550101,Bo,2\n"))

    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["delivered", "2", "100.0%"] in rows
    assert ["all", "sent", "0.5", "s", "4", "a", "second"] in rows
    assert ["all", "settled", "1.0", "s", "2", "a", "second"] in rows
    assert dict(api.requests[-1].url.params) == {"operationId": OPERATION_ID, "pageSize": "10"}


def test_the_example_file_is_what_its_script_makes() -> None:
    with FILE.open("rb") as file:
        rows = [row.recipient for row in RecipientFile(file)]

    assert [(row["address"], row.get("variables", {}).get("name", "")) for row in rows] == [
        (address, name) for address, name, _ in recipients()
    ]


def test_the_example_numbers_are_fictional() -> None:
    addresses = [address for address, *_ in recipients()]

    fictional = [address for address in addresses if address not in SANDBOX]
    assert len(addresses) == 10_000
    assert {number: addresses.count(number) for number in SANDBOX} == SANDBOX
    assert len(set(fictional)) == len(fictional)
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", address) for address in fictional)
