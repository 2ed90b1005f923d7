"""`herald account export`: everything that an account can read of its own, as files."""

import csv
import stat
from pathlib import Path
from typing import Any

import httpx
import polars
import pytest

from herald_cli.account_export import KINDS
from tests.unit.cli.fake_api import FakeApi, Run, a_message, a_whole_message
from tests.world import World

KEYS = {"sender-pools": "senderPools", "content": "contents"}
MESSAGE = a_message(
    1, status="FAILED", to=[{"address": "+12065550100", "channel": "PHONE"}], tags={"note": "=unreachable"}
)
PERSON = {"address": "+12065550101", "channel": "PHONE"}
RECEIVED = a_message(2, **{"status": "INBOUND", "from": PERSON})


def page(name: str, *rows: Any, token: str | None = None) -> httpx.Response:
    return httpx.Response(
        200, json={KEYS.get(name, name): list(rows), "pagination": {"next": token, "self": "here"}}
    )


@pytest.fixture
def full(api: FakeApi) -> FakeApi:
    """An API of an account with two pages of messages, and nothing else."""
    for name, path in KINDS.items():
        if name != "messages":
            api.answer(f"GET /v1/{path}", page(name))
    api.answer("GET /v1/Messages", page("messages", MESSAGE, token="next"), page("messages", RECEIVED))
    return api


def test_a_file_for_each_kind_has_a_row_for_each_item(run: Run, full: FakeApi, tmp_path: Path) -> None:
    result = run("account", "export", "data")

    assert result.exit_code == 0, result.output
    folder = tmp_path / "data"
    assert {each.name for each in folder.iterdir()} == {f"{name}.csv" for name in KINDS}
    with (folder / "messages.csv").open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["id"], first["status"]) == (MESSAGE["id"], "FAILED")
    assert first["to"] == '[{"address": "+12065550100", "channel": "PHONE"}]'
    assert first["tags.note"] == "'=unreachable"
    # A number stays one, and a column that a row has not is empty.
    assert (second["from.address"], second["from.senderId"]) == ("+12065550101", "")
    assert stat.S_IMODE((folder / "messages.csv").stat().st_mode) == 0o600


def test_parquet_has_what_there_is_as_it_is(run: Run, full: FakeApi, tmp_path: Path) -> None:
    assert run("account", "export", "data", "--format", "parquet").exit_code == 0

    found = polars.read_parquet(tmp_path / "data/messages.parquet")
    assert found["tags.note"].to_list() == ["=unreachable", None]
    assert polars.read_parquet(tmp_path / "data/senders.parquet").height == 0


def test_details_are_asked_for_message_by_message(run: Run, full: FakeApi, tmp_path: Path) -> None:
    for number in (1, 2):
        whole = a_whole_message(number)
        full.answer(f"GET /v1/Messages/{whole['id']}", httpx.Response(200, json=whole))

    assert run("account", "export", "data", "--details").exit_code == 0

    assert polars.read_csv(tmp_path / "data/messages.csv")["content.text"].to_list() == ["Hi", "Hi"]


def test_a_file_takes_its_place_when_it_is_whole(run: Run, api: FakeApi, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/messages.csv").write_text("of the last time")
    api.answer("GET /v1/Messages", page("messages", MESSAGE, token="next"), httpx.Response(403, json={}))

    assert run("account", "export", "data").exit_code != 0

    assert [each.name for each in (tmp_path / "data").iterdir()] == ["messages.csv"]
    assert (tmp_path / "data/messages.csv").read_text() == "of the last time"


def test_every_kind_is_a_list_of_the_api(world: World) -> None:
    world.send("+12065550100")

    for path in KINDS.values():
        answer = world.get(f"/{path}", {"pageSize": "1000"})
        assert answer.status == 200
        assert len([each for each in answer.body.values() if isinstance(each, list)]) == 1
