"""After every failure, a command says what it asked, why that failed, and what to do next."""

from typing import Any, Final

import click
import httpx
import pytest

from herald_cli import exits
from herald_cli.main import cli
from tests.unit.cli.fake_api import FakeApi, Run, refused

OPERATION: Final = "comms_operation_01h9krwprkeee8fzqspvwy6nq8"
# Commands that call the API and read no file: their arguments, and the first route that each asks.
CALLS: Final[dict[tuple[str, ...], tuple[tuple[str, ...], str]]] = {
    ("send",): (("--to", "+12065550123", "--text", "Hi"), "POST /v1/Messages"),
    ("watch",): ((OPERATION,), f"GET /v1/Messages/Operations/{OPERATION}"),
    ("operations", "list"): ((), "GET /v1/Messages/Operations"),
    ("operations", "show"): ((OPERATION,), f"GET /v1/Messages/Operations/{OPERATION}"),
    ("operations", "cancel"): ((OPERATION, "--yes"), f"GET /v1/Messages/Operations/{OPERATION}"),
    ("operations", "pause"): ((OPERATION,), f"GET /v1/Messages/Operations/{OPERATION}"),
    ("operations", "resume"): ((OPERATION,), f"GET /v1/Messages/Operations/{OPERATION}"),
    ("operations", "errors"): ((OPERATION,), f"GET /v1/Messages/Operations/{OPERATION}/Errors"),
    ("operations", "export"): ((OPERATION, "--output", "x.csv"), "GET /v1/Messages"),
    ("operation",): ((OPERATION,), f"GET /v1/Messages/Operations/{OPERATION}"),
    ("messages",): ((), "GET /v1/Messages"),
    ("message",): (("m",), "GET /v1/Messages/m"),
    ("content", "list"): ((), "GET /v1/Content"),
    ("content", "show"): (("HX1",), "GET /v1/Content/HX1"),
    ("content", "delete"): (("HX1", "--yes"), "DELETE /v1/Content/HX1"),
    ("pools", "list"): ((), "GET /v1/SenderPools"),
    ("pools", "show"): (("p",), "GET /v1/SenderPools/p"),
    ("pools", "senders"): (("p",), "GET /v1/SenderPools/p/Senders"),
    ("pools", "add"): (("p", "s"), "POST /v1/SenderPools/p/Senders"),
    ("pools", "remove"): (("p", "s"), "DELETE /v1/SenderPools/p/Senders/s"),
    ("pools", "delete"): (("p", "--yes"), "DELETE /v1/SenderPools/p"),
    ("profiles", "show"): (("m", "p"), "GET /v1/MemoryStores/m/Profiles/p"),
    ("profiles", "delete"): (("m", "p", "--yes"), "DELETE /v1/MemoryStores/m/Profiles/p"),
    ("keywords", "show"): ((), "GET /v1/Keywords"),
    ("keywords", "reset"): (("--yes",), "DELETE /v1/Keywords"),
    ("sessions", "show"): (("s",), "GET /v1/Sessions/s"),
    ("sessions", "messages"): (("s",), "GET /v1/Messages"),
    ("suppressions", "list"): ((), "GET /v1/Suppressions"),
    ("suppressions", "add"): (("+12065550123",), "POST /v1/Suppressions"),
    ("suppressions", "writer"): (("m",), "GET /v1/Messages/m"),
    ("suppressions", "remove"): (("+12065550123",), "GET /v1/Suppressions"),
    ("suppressions", "export"): (("-",), "GET /v1/Suppressions"),
}
CASES: Final = pytest.mark.parametrize("path", CALLS, ids=" ".join)


def answered(api: FakeApi, path: tuple[str, ...], answer: Any) -> tuple[str, ...]:
    """Have the command's request answered; how to call it."""
    arguments, route = CALLS[path]
    api.answer(route, answer)
    return (*path, *arguments)


def test_every_command_of_these_groups_is_here() -> None:
    context = click.Context(cli)
    for name in {path[0] for path in CALLS if len(path) > 1}:
        group = cli.get_command(context, name)
        assert isinstance(group, click.Group)
        # Those that read a file first are tried with their files elsewhere.
        asking = {each for each in group.commands if each not in ("create", "put", "set", "import")}
        assert asking == {path[1] for path in CALLS if path[0] == name}


@CASES
def test_wrong_credentials(run: Run, api: FakeApi, path: tuple[str, ...]) -> None:
    result = run(*answered(api, path, refused((20003, "Authenticate", None), status=401)))

    assert result.exit_code == exits.REFUSED
    assert "Authenticate" in result.stderr
    assert f"{CALLS[path][1]} was refused with 401" in result.stderr
    assert "herald login" in result.stderr


@CASES
def test_what_is_not_there(run: Run, api: FakeApi, path: tuple[str, ...]) -> None:
    result = run(*answered(api, path, refused((20404, "The resource was not found.", None), status=404)))

    assert result.exit_code == exits.REFUSED
    assert "not found" in result.stderr
    assert f"{CALLS[path][1]} was refused with 404. Next: " in result.stderr


@CASES
def test_no_network(run: Run, api: FakeApi, path: tuple[str, ...]) -> None:
    result = run(*answered(api, path, httpx.ConnectError("name or service not known")))

    assert result.exit_code == exits.UNREACHED
    assert "no connection to https://api.test/v1: name or service not known" in result.stderr


@CASES
def test_no_stack(run: Run, api: FakeApi, path: tuple[str, ...]) -> None:
    result = run(*answered(api, path, httpx.Response(200, json={})), settings=False)

    assert result.exit_code == exits.USAGE
    assert "make run" in result.stderr
    assert "herald login" in result.stderr
    assert api.requests == []
