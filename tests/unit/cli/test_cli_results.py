"""What the command shows of a send afterwards, on the real API: results, costs, replies."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from herald import runtime
from herald.model.ids import message_id
from herald.model.message import Billing, Receipt
from herald.model.status import Status
from herald.sending.receive import receive
from herald_cli import exits
from tests.builders import group
from tests.unit.cli.fake_api import OPERATION_ID, FakeApi, Run, a_whole_message, operation_answer
from tests.unit.inbound import an_inbound, shown
from tests.world import World

pytestmark = pytest.mark.simulated

ARRIVES, UNREACHABLE, REFUSED, SILENT = (f"+1500555{fate}" for fate in ("0100", "0101", "0110", "0140"))
SMS_ONLY = {"from": {"address": "+15005550006", "channel": "SMS"}}
LONDON, TOKYO, MUMBAI, NEW_YORK = "+442079460958", "+81312345678", "+919876543210", "+12125550123"


def rows_of(file: str = "report.csv", separator: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(Path(file).read_text("utf-8-sig").splitlines(), delimiter=separator))


def columns(rows: list[dict[str, str]], *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def exported(live: Run, *operation_ids: str, options: tuple[str, ...] = ()) -> list[dict[str, str]]:
    result = live("operations", "export", *operation_ids, "--output", "report.csv", *options)
    assert result.exit_code == 0, result.output
    return rows_of()


def words(output: str) -> list[str]:
    return [" ".join(line.split()) for line in output.splitlines()]


def send(world: World, *to: dict[str, Any] | str, **more: Any) -> str:
    recipients = [{"address": each, "channel": "PHONE"} if isinstance(each, str) else each for each in to]
    answer = world.post("/Messages", {"to": recipients, "content": {"text": "Hello"}, **more})
    assert answer.status == 202, answer.body
    world.settle()
    return str(answer.body["operationId"])


# -------------------------------------------------------------------- export


def test_an_export_has_the_order_of_the_file(world: World, live: Run) -> None:
    operation = send(world, ARRIVES, REFUSED, UNREACHABLE)

    found = exported(live, operation)

    assert columns(found, "index", "address", "status", "code") == [
        ("0", ARRIVES, "DELIVERED", ""),
        ("1", REFUSED, "FAILED", "21610"),
        ("2", UNREACHABLE, "UNDELIVERED", "30003"),
    ]


def test_a_spreadsheet_knows_the_encoding_of_an_export(world: World, live: Run) -> None:
    exported(live, send(world, ARRIVES))

    assert Path("report.csv").read_bytes().startswith(b"\xef\xbb\xbfline,operationId")


def test_an_export_of_a_send_in_local_time_has_every_line(world: World, live: Run) -> None:
    numbers = [NEW_YORK, TOKYO, LONDON, MUMBAI, "+12125550124"]
    Path("zones.csv").write_text("phone;name\n" + "".join(f"{each};x\n" for each in numbers))
    tomorrow = (world.aws.now + timedelta(days=2)).strftime("%Y-%m-%dT09:00:00")
    operation = send(world, *numbers, schedule={"sendAt": [tomorrow]})

    result = live("operations", "export", operation, "--output", "report.csv", "--file", "zones.csv")

    assert columns(rows_of(separator=";"), "line", "index", "address") == [
        (str(index + 2), str(index), number) for index, number in enumerate(numbers)
    ]
    assert result.stderr == "exported 5\n"


def test_an_export_has_a_row_for_each_person_of_a_group(world: World, live: Run) -> None:
    operation = send(world, ARRIVES, group("0100", "0101", "0110"))

    found = exported(live, operation)

    assert columns(found, "index", "address", "status", "code") == [
        ("0", ARRIVES, "DELIVERED", ""),
        ("1", ARRIVES, "DELIVERED", ""),
        ("1", UNREACHABLE, "UNDELIVERED", "30003"),
        ("1", REFUSED, "FAILED", "21610"),
    ]
    failed = exported(live, operation, options=("--status", "failed,undelivered"))
    assert columns(failed, "address") == [(UNREACHABLE,), (REFUSED,)]


def billed(world: World, operation: str, index: int, **cost: Any) -> None:
    """Let the carrier report what a message costs."""
    identifier = message_id(operation, index)
    report = Receipt(
        account=world.account,
        message_id=identifier,
        attempt=1,
        status=Status.DELIVERED,
        billing=Billing(network="Verizon", currency="USD", **cost),
    )
    receive(runtime.app(), [report])


def test_an_export_has_the_costs_and_their_sums(world: World, live: Run) -> None:
    operation = send(world, SILENT, SILENT, SILENT)
    billed(world, operation, 0, price="0.00883", parts=1)
    billed(world, operation, 1, price="0.01766", parts=2)

    result = live("operations", "export", operation, "--output", "report.csv", "--costs")

    assert columns(rows_of(), "index", "parts", "price", "priceUnit", "attempts") == [
        ("0", "1", "0.00883", "USD", "1"),
        ("1", "2", "0.01766", "USD", "1"),
        ("2", "", "", "", "1"),
    ]
    assert "reported cost: 2 recipients, 3 parts, 0.02649 USD" in result.stderr
    assert "2 parts, 0.01766 USD" in live("message", message_id(operation, 1)).stdout


def test_an_export_of_unbilled_messages_says_that_no_cost_is_known(world: World, live: Run) -> None:
    result = live("operations", "export", send(world, ARRIVES), "--output", "report.csv", "--costs")

    assert "no carrier has reported a cost" in result.stderr


FILE = f'Liste\nName;Handy;Ort\nJürgen;{REFUSED};Köln\nAda;{ARRIVES};\nBo;{UNREACHABLE};"a;b"\n'


def test_the_people_that_were_not_reached_are_a_file_that_can_be_sent(world: World, live: Run) -> None:
    Path("people.csv").write_text(FILE, encoding="cp1252")
    operation = live("send", "people.csv", "--text", "Hi", "--yes").stdout.strip()
    world.settle()

    result = live(
        *("operations", "export", operation, "--status", "FAILED,UNDELIVERED", "--status", "CANCELED"),
        *("--file", "people.csv", "--rows", "--output", "again.csv"),
    )

    assert result.exit_code == 0
    assert Path("again.csv").read_text("utf-8-sig").splitlines() == [
        "Name;Handy;Ort",
        f"Jürgen;{REFUSED};Köln",
        f'Bo;{UNREACHABLE};"a;b"',
    ]
    assert "2 recipients" in live("check", "again.csv", "--text", "Hi {{ Name }}").output


def test_a_message_that_may_have_arrived_is_not_sent_again(run: Run, api: FakeApi) -> None:
    Path("people.csv").write_text(f"Handy\n{REFUSED}\n{SILENT}\n")
    error = {"message": "x", "infoUrl": "https://x", "context": None}
    failed = [
        a_whole_message(
            place,
            status="FAILED",
            index=place,
            to=[{"address": address, "channel": "PHONE"}],
            error={"code": code, **error},
        )
        for place, (address, code) in enumerate([(REFUSED, 21610), (SILENT, 99001)])
    ]
    pagination = {"next": None, "self": "here"}
    api.answer("GET /v1/Messages", httpx.Response(200, json={"messages": failed, "pagination": pagination}))
    for each in failed:
        api.answer(f"GET /v1/Messages/{each['id']}", httpx.Response(200, json=each))
    api.answer(f"GET /v1/Messages/Operations/{OPERATION_ID}", operation_answer("COMPLETED", failed=2))

    result = run(
        *("operations", "export", OPERATION_ID, "--status", "FAILED"),
        *("--file", "people.csv", "--rows", "--output", "again.csv"),
    )

    assert Path("again.csv").read_text("utf-8-sig") == f"Handy\n{REFUSED}\n"
    assert "note: 1 row is left out: the message may have arrived (99001)" in result.stderr


def test_rows_of_another_file_are_not_taken_for_people(world: World, live: Run) -> None:
    Path("people.csv").write_text("Handy\n+12125550123\n")
    operation = send(world, REFUSED)

    result = live(
        *("operations", "export", operation, "--status", "FAILED"),
        *("--file", "people.csv", "--rows", "--output", "again.csv"),
    )

    assert result.exit_code == exits.LEFT
    assert "note: 1 row has no line" in result.stderr
    assert Path("again.csv").read_text("utf-8-sig") == "Handy\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--rows", "--status", "FAILED"), "--rows needs --file"),
        (("--rows", "--file", "people.csv"), "--rows needs --file, --status"),
        (("--file", "./report.csv"), "give another name"),
        (("--status", "LOST"), "'LOST' is none of CANCELED,"),
        (("--status", "GROUP"), "'GROUP' is none of"),
    ],
)
def test_an_export_that_cannot_be_made(live: Run, options: tuple[str, ...], message: str) -> None:
    for name in ("people.csv", "report.csv"):
        Path(name).write_text("Handy\n+12125550123\n")

    result = live("operations", "export", "comms_operation_01", "--output", "report.csv", *options)

    assert result.exit_code == exits.USAGE
    assert Path("report.csv").read_text() == "Handy\n+12125550123\n"
    assert message in result.stderr


def test_an_export_reads_the_file_from_a_pipe(world: World, live: Run) -> None:
    operation = send(world, REFUSED, ARRIVES)

    result = live(
        *(
            "operations",
            "export",
            operation,
            "--status",
            "FAILED",
            "--file",
            "-",
            "--rows",
            "--output",
            "a.csv",
        ),
        stdin=f"Handy,Name\n{REFUSED},Ada\n{ARRIVES},Bo\n".encode(),
    )

    assert result.exit_code == 0, result.output
    assert Path("a.csv").read_text("utf-8-sig") == f"Handy,Name\n{REFUSED},Ada\n"


def test_messages_are_found_by_a_tag_and_have_their_reasons(world: World, live: Run) -> None:
    tagged = send(world, ARRIVES, UNREACHABLE, tags={"list": "vip", "part": "one"})
    send(world, ARRIVES, tags={"list": "all"})

    found = words(live("messages", "--tag", "list:vip", "--tag", "part:one", "--details").stdout)

    assert [line.split()[0] for line in found[1:]] == [message_id(tagged, 1), message_id(tagged, 0)]
    assert "30003 The recipient's handset could not be reached." in found[1]


# ---------------------------------------------------------------- operations


def test_a_pause_is_shown(world: World, live: Run) -> None:
    operation = send(world, ARRIVES, schedule={"sendAt": [shown(world.aws.now + timedelta(days=1))]})
    live("operations", "pause", operation)

    assert words(live("operations", "show", operation).stdout)[0] == f"{operation} SCHEDULED paused"
    assert words(live("operations", "list").stdout)[1].endswith(" paused")


def test_messages_that_wait_for_quiet_hours_are_shown(world: World, live: Run) -> None:
    now = world.aws.now
    # From an hour after now to two hours after now: closed at this moment.
    hours = f"{(now + timedelta(hours=1)):%H}:00-{(now + timedelta(hours=2)):%H}:00"
    assert world.put("/QuietHours", {"open": hours}).status == 200
    operation = send(world, LONDON)

    first = words(live("operations", "show", operation).stdout)[0]

    assert first.endswith("1 waits for the end of quiet hours")


def test_a_dry_run_is_shown(world: World, live: Run) -> None:
    real = send(world, ARRIVES)
    tried = send(world, ARRIVES, delivery={"dryRun": True})

    listed = {line.split()[0]: line for line in words(live("operations", "list").stdout)[1:]}

    assert listed[tried].endswith(" dry run")
    assert "dry run" not in listed[real]
    assert words(live("watch", tried).stdout)[-1].endswith("dry run")


def test_a_group_is_counted_and_watching_it_ends(world: World, live: Run) -> None:
    operation = send(world, group("0100", "0101", "0110"))

    result = live("operations", "show", operation)

    assert "group 1 100.0%" in words(result.stdout)
    assert "the result for each person: herald operations export" in result.stderr
    assert live("watch", send(world, group("0110", "0110"))).exit_code == exits.LEFT
    watched = live("watch", operation)
    assert (words(watched.stdout)[-1].split(" settled")[0], watched.stderr) == ("0.0 s 1/1", "")
    errors = live("operations", "errors", operation)
    assert "the result for each person" in errors.stderr
    [message] = world.messages(operationId=operation)
    receipts = words(live("message", message["id"]).stdout)
    assert f"receipt {UNREACHABLE} PHONE UNDELIVERED" in receipts


# ------------------------------------------------------------------- replies


@pytest.fixture
def replies(world: World) -> None:
    for place, text in enumerate(("Wann geht es los?", "Bitte keine weiteren SMS", "STOP")):
        world.inbound(an_inbound(world.account, id=f"in-{place}", source=f"+4917112345{place:02}", text=text))
    world.settle()


@pytest.mark.usefixtures("replies")
def test_replies_are_listed_with_their_text(live: Run) -> None:
    found = words(live("messages", "--status", "INBOUND").stdout)

    assert found[0] == "id from received (UTC) keyword text"
    assert any(line.endswith("Wann geht es los?") for line in found)
    assert any(line.endswith("STOP? Bitte keine weiteren SMS") for line in found)
    assert any(line.endswith("STOP STOP") for line in found)


@pytest.mark.usefixtures("replies")
def test_replies_that_may_be_opt_outs_are_found(world: World, live: Run) -> None:
    [line] = words(live("messages", "--looks-like", "stop").stdout)[1:]

    assert "Bitte keine weiteren SMS" in line
    assert "looks like STOP" in words(live("message", line.split()[0]).stdout)


# --------------------------------------------------------------------- words


def test_a_recipient_that_no_sender_reaches_has_a_cure(world: World, live: Run) -> None:
    operation = send(world, {"address": "+12125550123", "channel": "WHATSAPP"}, **SMS_ONLY)

    errors = live("operations", "errors", operation)

    assert "99003" in errors.stdout
    assert "`herald sender add`" in errors.stdout
    assert "`herald sender add`" in live("watch", operation).stderr


@pytest.mark.parametrize("status", [403, 404])
def test_a_base_url_without_its_version_is_named(run: Run, api: FakeApi, status: int) -> None:
    gateway = httpx.Response(status, json={"message": "Missing Authentication Token"})
    api.answer("GET /Messages/Operations", gateway)

    result = run("--base-url", "https://api.test", "operations", "list")

    assert result.exit_code == exits.REFUSED
    assert "it ends with /v1" in result.stderr
    assert "see what this account has" not in result.stderr


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("suppressions", "list"), "no suppressions\n"),
        (("pools", "list"), "none\n"),
        (("content", "list"), "none\n"),
    ],
)
def test_an_empty_list_says_so(live: Run, command: tuple[str, ...], said: str) -> None:
    result = live(*command)

    assert (result.stdout, result.stderr) == ("", said)
