"""`herald send FILE`: a file is not sent a second time with the same content, whatever the options are."""

from pathlib import Path

import httpx
import pytest

from herald_cli import exits
from tests.unit.cli.fake_api import OPERATION_ID, FakeApi, Run, accepted, refused

FILE = "address,name\n+12125550100,Ana\n+12125550101,Bo\n"
TEXT = "Hi {{ name }}"
SECOND_ID = OPERATION_ID[:-1] + "9"
NO_PRICES: dict[str, object] = {"prices": [], "source": None, "importedAt": None}
OTHER_OPTIONS = [
    ("--skip-bad",),
    ("--unique",),
    ("--country", "DE"),
    ("--column", "phone=address"),
    ("--tag", "a:b"),
    ("--channel", "WHATSAPP"),
    ("--schedule", "2027-01-20T09:00:00Z"),
    ("--from", "+15005550006", "--from-channel", "SMS"),
    ("--allow-missing", "nick", "--encoding", "utf-8"),
]


@pytest.fixture
def people() -> str:
    Path("people.csv").write_text(FILE, encoding="utf-8")
    return "people.csv"


@pytest.fixture
def many() -> str:
    numbers = "".join(f"+1212{number:07}\n" for number in range(2_000_000, 2_010_001))
    Path("many.csv").write_text(f"address\n{numbers}", encoding="utf-8")
    return "many.csv"


def keys(api: FakeApi) -> list[str]:
    return [request.headers["Idempotency-Key"] for request in api.requests if request.method == "POST"]


@pytest.mark.parametrize("options", OTHER_OPTIONS, ids=" ".join)
def test_other_options_do_not_send_a_file_again(
    run: Run, api: FakeApi, people: str, options: tuple[str, ...]
) -> None:
    api.answer("POST /v1/Messages", accepted())
    run("send", people, "--text", TEXT)

    again = run("send", people, "--text", TEXT, *options)

    assert again.exit_code == exits.USAGE
    assert "this file was sent with this text before" in again.stderr
    assert "with other options" in again.stderr
    assert OPERATION_ID in again.stderr
    assert len(keys(api)) == 1


def test_another_key_of_the_account_does_not_send_a_file_again(run: Run, api: FakeApi, people: str) -> None:
    """Which account a key belongs to, the command does not know."""
    api.answer("POST /v1/Messages", accepted())
    run("send", people, "--text", TEXT)

    again = run("--account-sid", "SK1", "send", people, "--text", TEXT)

    assert again.exit_code == exits.USAGE
    assert "with other options or credentials" in again.stderr
    assert len(keys(api)) == 1
    # Another stack, such as the one of `make run` on which a file is tried first, is another matter.
    api.answer("POST /v2/Messages", accepted())
    api.answer("GET /v2/Prices", httpx.Response(200, json=NO_PRICES))
    assert run("--base-url", "https://api.test/v2", "send", people, "--text", TEXT).exit_code == 0


def test_other_options_and_again_send_a_file_again(run: Run, api: FakeApi, people: str) -> None:
    api.answer("POST /v1/Messages", accepted())
    run("send", people, "--text", TEXT)

    assert run("send", people, "--text", TEXT, "--unique", "--again").exit_code == 0
    assert len(set(keys(api))) == 2
    # Both sends are known from now on.
    assert run("send", people, "--text", TEXT).exit_code == exits.USAGE
    assert run("send", people, "--text", TEXT, "--skip-bad").exit_code == exits.USAGE
    assert len(keys(api)) == 2


def test_another_text_and_another_file_are_sent(run: Run, api: FakeApi, people: str) -> None:
    api.answer("POST /v1/Messages", accepted())
    run("send", people, "--text", TEXT)
    assert run("send", people, "--text", "Hello {{ name }}").exit_code == 0

    Path(people).write_text(FILE + "+12125550102,Cy\n", encoding="utf-8")

    assert run("send", people, "--text", TEXT).exit_code == 0
    assert len(set(keys(api))) == 3


def test_a_dry_run_is_no_send(run: Run, api: FakeApi, people: str) -> None:
    api.answer("POST /v1/Messages", accepted())

    codes = [
        run("send", people, "--text", TEXT, *options).exit_code
        for options in (["--dry-run"], ["--unique", "--dry-run"], [], ["--skip-bad", "--dry-run"])
    ]

    assert codes == [0, 0, 0, 0]
    assert run("send", people, "--text", TEXT, "--unique").exit_code == exits.USAGE


def test_a_send_that_the_api_refused_is_no_send(run: Run, api: FakeApi, people: str) -> None:
    api.answer("POST /v1/Messages", refused((21606, "No such sender.", "$.from")), accepted())
    run("send", people, "--text", TEXT)

    assert run("send", people, "--text", TEXT, "--unique").exit_code == 0


def test_an_unfinished_send_with_other_options_is_named_and_not_begun_again(
    run: Run, api: FakeApi, many: str
) -> None:
    api.answer("POST /v1/Messages", accepted(), httpx.ReadTimeout("lost"))
    run("send", many, "--text", "Hi")
    made = len(keys(api))

    other = run("send", many, "--text", "Hi", "--skip-bad")

    assert other.exit_code == exits.USAGE
    assert len(keys(api)) == made
    said = " ".join(other.stderr.split())
    assert "is unfinished: 10,000 recipients were accepted" in said
    assert "The same command as then, with the same options and credentials, sends the rest." in said
    # Which it does.
    api.answers.clear()
    api.answer("POST /v1/Messages", accepted(SECOND_ID))
    assert run("send", many, "--text", "Hi").exit_code == 0
    assert len(api.bodies[-1]["to"]) == 1


def test_a_send_of_which_no_answer_came_is_not_begun_again_with_other_options(
    run: Run, api: FakeApi, people: str
) -> None:
    api.answer("POST /v1/Messages", httpx.ReadTimeout("lost"))
    run("send", people, "--text", TEXT)
    made = len(keys(api))

    other = run("send", people, "--text", TEXT, "--unique")

    assert other.exit_code == exits.USAGE
    assert "is unfinished" in other.stderr
    assert len(keys(api)) == made


def test_a_send_whose_requests_would_have_other_rows_is_not_resumed(
    run: Run, api: FakeApi, many: str, tmp_path: Path
) -> None:
    """As when another version of the command began it, and took other rows for one person's."""
    api.answer("POST /v1/Messages", accepted(), httpx.ReadTimeout("lost"))
    run("send", many, "--text", "Hi")
    made = len(keys(api))
    kept = (tmp_path.parent / f"{tmp_path.name}-herald").rglob("*.jsonl")
    [journal] = [path for path in kept if not path.name.endswith(".sends.jsonl")]
    journal.write_text(journal.read_text().replace('"last": 10001', '"last": 10002'))

    result = run("send", many, "--text", "Hi")

    assert result.exit_code == exits.LEFT
    said = " ".join(result.stderr.split())
    assert "its request had lines 2 to 10,002 (10,000 recipients) where this one has lines 2 to" in said
    assert len(keys(api)) == made


def test_an_answer_of_no_to_again_leaves_the_file_sent(
    run: Run, api: FakeApi, people: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.answer("POST /v1/Messages", accepted())
    run("send", people, "--text", TEXT)
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda self: True)

    assert run("send", people, "--text", TEXT, "--again", stdin=b"n\n").exit_code != 0

    assert run("send", people, "--text", TEXT, "--yes").exit_code == exits.USAGE
    assert len(keys(api)) == 1


def test_a_refused_repetition_leaves_the_file_sent(run: Run, api: FakeApi, people: str) -> None:
    api.answer("POST /v1/Messages", accepted(), refused((20429, "Limit.", None), status=403), accepted())
    run("send", people, "--text", TEXT)
    run("send", people, "--text", TEXT, "--again")

    plain = run("send", people, "--text", TEXT)

    assert plain.exit_code == exits.USAGE
    assert OPERATION_ID in plain.stderr
    assert run("send", people, "--text", TEXT, "--again").exit_code == 0


def test_a_refusal_in_the_middle_says_how_to_send_the_rest(run: Run, api: FakeApi, many: str) -> None:
    api.answer("POST /v1/Messages", accepted(), refused((400, "No.", "$.to[0]")))

    result = run("send", many, "--text", "Hi")

    assert result.exit_code == exits.REFUSED
    said = " ".join(result.stderr.split())
    assert "Accepted, in the operations above: 10,000 recipients, those before line 10,002." in said
    assert (
        "The same command sends the rest. A corrected file is a new file, which would be sent to all" in said
    )
    assert "keep the header and the lines from 10,002 on only, or cancel the operations above first" in said
