"""herald account, key and audit: what an operator does with accounts and credentials."""

import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from herald import runtime
from herald.model.access import Identity, Scope
from herald.operator import accounts, credentials
from herald.store import Keyring, authentication
from herald.store.table import Unavailable
from herald_cli import admin
from herald_cli.admin import Stack, StackError
from tests.unit.cli.fake_api import FakeApi, Run
from tests.world import SECRET, World

pytestmark = pytest.mark.simulated

KEY = Keyring(SECRET).credentials
PERSON = {"address": "+15005550140", "channel": "PHONE"}
ENVIRONMENT = re.compile(
    r"HERALD_BASE_URL=https://api\.test/v1\nHERALD_ACCOUNT_SID=(\w{2}[0-9a-f]{32})\nHERALD_AUTH_TOKEN=([0-9a-f]{64})\n"
)


@pytest.fixture
def stack(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A stack named herald, with the world's table."""

    def open_stack(name: str) -> Stack:
        if name != "herald":
            raise StackError(f"stack {name!r} cannot be opened")
        return Stack(
            client=runtime.app().table._client,
            table_name=world.table.name,
            secret=SECRET,
            api_url="https://api.test/v1",
            carrier="sandbox",
            carriers=frozenset({"sandbox"}),
        )

    monkeypatch.setattr(admin, "open_stack", open_stack)
    return world


def verify(world: World, sid: str, secret: str) -> Identity | None:
    return authentication.verify(world.table, KEY, sid, secret, world.aws.now)


def made(text: str) -> tuple[str, str]:
    """The SID and the secret in an environment file."""
    found = ENVIRONMENT.fullmatch(text)
    assert found, text
    return found[1], found[2]


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


# ------------------------------------------------------------------------------- keys


def test_a_key_is_created_and_listed(run: Run, stack: World) -> None:
    create = ("key", "create", "--account", stack.account, "--name", "shop")
    sid, secret = made(run(*create, "--scope", "send", "--scope", "read", "--expires", "90d").stdout)

    assert verify(stack, sid, secret) == Identity(stack.account, sid, frozenset({Scope.SEND, Scope.READ}))
    token, key = lines(run("key", "list", "--account", stack.account, "--json").stdout)
    assert (token["sid"], token["scopes"], token["lastUsed"]) == (stack.account, ["all"], None)
    assert (key["sid"], key["name"], key["scopes"], key["state"]) == (sid, "shop", ["read", "send"], "active")
    assert key["validUntil"] > key["createdAt"]
    assert key["lastUsed"].endswith(":00:00Z")
    shown = run("key", "list", "--account", stack.account).stdout
    assert re.search(rf"{sid} +active +read,send +\d{{4}}-\d\d-\d\d \d\dh .* shop", shown)
    assert not [each for each in (secret, "hash") if each in shown + json.dumps([token, key])]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--name", "x", "--account", "AC1", "--scope", "all"), "there is no account AC1"),
        (("--name", "x", "--account", "AC1"), "--scope"),
        (("--name", "x", "--account", "AC1", "--scope", "root"), "'root' is not one of"),
        (("--name", "x", "--account", "AC1", "--scope", "all", "--expires", "soon"), "is not a span"),
    ],
)
def test_a_key_that_cannot_be_made(run: Run, stack: World, arguments: tuple[str, ...], words: str) -> None:
    result = run("key", "create", *arguments)

    assert result.exit_code in (1, 2)
    assert words in result.stderr


def test_a_key_is_rotated_with_and_without_a_grace(run: Run, stack: World) -> None:
    sid, first = made(
        run("key", "create", "--account", stack.account, "--name", "x", "--scope", "all").stdout
    )

    rotated = run("key", "rotate", sid)
    second = made(rotated.stdout)[1]
    both = [verify(stack, sid, each) is not None for each in (first, second)]
    third = made(run("key", "rotate", sid, "--grace", "0m").stdout)[1]

    assert both == [True, True]
    assert "The secret before it works until 20" in rotated.stderr
    assert [verify(stack, sid, each) is not None for each in (first, second, third)] == [False, False, True]
    assert "there is no credential SK1" in run("key", "rotate", "SK1").stderr


def test_a_key_is_disabled_for_good_and_an_account_s_token_is_not(run: Run, stack: World) -> None:
    sid, secret = made(
        run("key", "create", "--account", stack.account, "--name", "x", "--scope", "all").stdout
    )

    results = [run("key", "disable", sid) for _ in range(2)]

    assert [each.stdout for each in results] == [f"{sid}: disabled\n"] * 2
    assert "within 60 s" in results[0].stderr
    assert verify(stack, sid, secret) is None
    assert f"{sid} is disabled: create another key" in run("key", "rotate", sid).stderr
    token = run("key", "disable", stack.account)
    assert (token.exit_code, f"herald account rotate {stack.account} --grace 0m" in token.stderr) == (1, True)
    assert verify(stack, stack.account, stack.auth_token)


def test_an_auth_token_is_rotated(run: Run, stack: World) -> None:
    sid, token = made(run("account", "rotate", stack.account, "--grace", "0m").stdout)

    assert sid == stack.account
    assert verify(stack, sid, token)
    assert verify(stack, sid, stack.auth_token) is None


# --------------------------------------------------------------------------- accounts


def test_accounts_are_listed_and_shown(run: Run, stack: World) -> None:
    other, _ = made(run("account", "create", "--name", "Ana's shop").stdout)
    stack.send("+15005550140", "+15005550140")
    accounts.disable(stack.table, other, stack.aws.now, audit_days=1)

    listed = lines(run("account", "list", "--json").stdout)
    shown = run("account", "show", stack.account).stdout
    [as_json] = lines(run("account", "show", stack.account, "--json").stdout)

    assert {each["sid"]: each["state"] for each in listed} == {stack.account: "active", other: "disabled"}
    assert f"{other}  disabled" in run("account", "list").stdout
    assert "waiting        2 messages of 1 operations" in shown
    assert as_json["waiting"] == {"operations": 1, "messages": 2}
    assert [each["sid"] for each in as_json["credentials"]] == [stack.account]
    assert run("account", "show", "AC1").stderr == "Error: there is no account AC1\n"


def test_an_account_is_disabled_and_what_waits_is_canceled(run: Run, stack: World) -> None:
    later = {"sendAt": [(stack.aws.now + timedelta(hours=2)).isoformat()]}
    operations = [stack.send("+15005550140"), stack.send("+15005550140", schedule=later)]

    asked = run("account", "disable", stack.account)
    before = accounts.get(stack.table, stack.account)
    result = run("account", "disable", stack.account, "--yes")
    again = run("account", "disable", stack.account, "--yes", "--json")
    stack.settle()

    assert (asked.exit_code, before and before.disabled_at) == (2, None)
    assert "2 operations with 2 messages that wait" in asked.stderr
    assert result.stdout == f"{stack.account}: disabled; 2 operations canceled\n"
    assert lines(again.stdout) == [{"sid": stack.account, "state": "disabled", "operationsCanceled": 0}]
    assert [stack.operation(each)["status"] for each in operations] == ["CANCELED"] * 2
    assert verify(stack, stack.account, stack.auth_token) is None
    assert run("account", "enable", stack.account).stdout == f"{stack.account}: enabled\n"
    assert verify(stack, stack.account, stack.auth_token)


def test_disabling_that_broke_off_goes_on_when_it_is_given_again(
    run: Run, stack: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from herald.sending import control

    operation = stack.send("+15005550140")

    def breaks_off(*_: Any) -> Any:
        raise Unavailable("busy")

    with monkeypatch.context() as patch:
        patch.setattr(control, "cancel_all", breaks_off)
        broke_off = run("account", "disable", stack.account, "--yes")
    assert (broke_off.exit_code, "give the command again" in broke_off.stderr) == (1, True)
    assert verify(stack, stack.account, stack.auth_token) is None

    result = run("account", "disable", stack.account, "--yes")

    assert "1 operations canceled" in result.stdout
    assert stack.operation(operation)["status"] == "CANCELED"


# ------------------------------------------------------------------------------- audit


def test_the_audit_log_has_commands_and_requests(run: Run, stack: World) -> None:
    sid, _ = made(run("key", "create", "--account", stack.account, "--name", "x", "--scope", "all").stdout)
    caller = Identity(stack.account, sid, frozenset(Scope))
    answer = stack.request(
        "POST", "/Messages", {"to": [PERSON], "content": {"text": "Hi"}}, account=stack.account, caller=caller
    )
    operation = answer.body["operationId"]
    run("key", "rotate", sid)
    run("key", "disable", sid)
    run("account", "rotate", stack.account)
    run("account", "disable", stack.account, "--yes")
    run("account", "enable", stack.account)

    everything = lines(run("audit", "--account", stack.account, "--json").stdout)
    shown = run("audit", "--account", stack.account, "--actor", sid).stdout

    # The command has the clock of this machine, the request that of the simulated AWS.
    assert [each["action"] for each in everything if each["actor"] == "operator"] == [
        "EnableAccount",
        "DisableAccount",
        "RotateToken",
        "DisableKey",
        "RotateKey",
        "CreateKey",
        "CreateAccount",
    ]
    assert [each["action"] for each in everything if each["actor"] == sid] == ["SendMessages"]
    assert {each["outcome"] for each in everything} == {"DONE"}
    assert re.search(rf"{sid} +SendMessages +done 202 +/Messages {operation}", shown)
    [of_resource] = lines(run("audit", "--account", stack.account, "--resource", operation, "--json").stdout)
    assert of_resource["action"] == "SendMessages"
    assert run("audit", "--account", stack.account, "--end", "2000-01-01").stdout == "no events\n"


def test_the_audit_log_is_read_with_the_account_s_own_credentials_too(run: Run, api: FakeApi) -> None:
    actor = "AC" + "1" * 32
    event = {
        "id": "AE" + "0" * 32,
        "actor": actor,
        "action": "DeleteContent",
        "path": "/Content/HX1",
        "outcome": "REFUSED",
        "status": 404,
        "createdAt": "2026-01-02T03:04:05.678Z",
    }
    page = {"auditEvents": [event], "pagination": {"self": "s", "next": "more"}}
    api.answer("GET /v1/AuditEvents", httpx.Response(200, json=page))

    result = run("audit", "--actor", actor, "--start", "2026-01-01")

    assert re.search(
        rf"2026-01-02 03:04:05 +{actor} +DeleteContent +refused 404 +/Content/HX1", result.stdout
    )
    assert "--all" in result.stderr
    assert dict(api.requests[0].url.params) == {
        "actor": actor,
        "startDate": "2026-01-01T00:00:00Z",
        "pageSize": "200",
    }


def test_a_profile_takes_a_key(run: Run, api: FakeApi) -> None:
    """A key's SID and secret instead of account SID and token."""
    api.answer(
        "GET /v1/Messages/Operations",
        httpx.Response(200, json={"operations": [], "pagination": {"next": None, "self": "x"}}),
    )
    sid = "SK" + "0" * 32

    kept = run("--base-url", "https://api.test/v1", "--account-sid", sid, "login", "--profile", "shop")

    assert kept.exit_code == 0, kept.output
    assert sid in run("config", settings=False).stdout
    [request] = api.requests
    assert httpx.BasicAuth(sid, "token")._auth_header == request.headers["Authorization"]


def test_credentials_can_be_asked_for_that_are_not_there(world: World) -> None:
    assert credentials.get(world.table, "SK1") is None
    assert credentials.of_account(world.table, "AC1") == []
