"""API keys and auth tokens: what they are accepted for, until when, and what is kept of their use."""

import base64
import io
from datetime import datetime, timedelta
from typing import Any

import pytest

from herald.model.access import Identity, Scope
from herald.operator import accounts, credentials
from herald.store import Keyring, authentication, keys
from herald.store.credentials import Credential
from herald.store.table import Item
from herald.store.updates import Update
from herald.telemetry import logger
from tests.sim import Faults
from tests.world import SECRET, Response, World, invoke

pytestmark = pytest.mark.simulated

KEY = Keyring(SECRET).credentials
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ARN = "arn:aws:execute-api:us-east-1:123456789012:abc123/v1/GET/Messages"


def create(
    world: World, *granted: str, lasts: timedelta | None = None, name: str = "shop"
) -> tuple[str, str]:
    """A new key's SID and secret."""
    now = world.aws.now
    until = now + lasts if lasts else None
    return credentials.create_key(
        world.table, KEY, world.account, now, name=name, granted=granted, valid_until=until, audit_days=1
    )


def verify(world: World, sid: str, secret: str, after: timedelta = timedelta()) -> Identity | None:
    return authentication.verify(world.table, KEY, sid, secret, world.aws.now + after)


def known(world: World, sid: str) -> Credential:
    found = credentials.get(world.table, sid)
    assert found
    return found


def rotate(world: World, sid: str, grace: timedelta, now: datetime | None = None) -> str:
    return credentials.rotate(world.table, KEY, known(world, sid), grace, now or world.aws.now, audit_days=1)


def authorize(sid: str, secret: str) -> Any:
    credentials = base64.b64encode(f"{sid}:{secret}".encode()).decode()
    return invoke("authorize", {"methodArn": ARN, "headers": {"Authorization": f"Basic {credentials}"}})


def call(world: World, sid: str, secret: str, method: str, path: str, body: Any = None) -> Response:
    """A request as API Gateway hands it on: with what the authorizer said of its credentials."""
    answer = authorize(sid, secret)
    assert answer["policyDocument"]["Statement"][0]["Effect"] == "Allow"
    context = answer["context"]
    caller = Identity(context["account"], context["key"], frozenset(map(Scope, context["scopes"].split())))
    return world.request(method, path, body, account=context["account"], caller=caller)


# ---------------------------------------------------------------------------- accepted


@pytest.mark.parametrize(
    ("granted", "scopes"),
    [
        (["send"], {"send"}),
        (["read", "configure"], {"read", "configure"}),
        (["all"], {"send", "read", "configure"}),
    ],
)
def test_a_key_has_the_scopes_that_it_was_granted(world: World, granted: list[str], scopes: set[str]) -> None:
    sid, secret = create(world, *granted)

    assert verify(world, sid, secret) == Identity(world.account, sid, frozenset(map(Scope, scopes)))
    assert verify(world, sid, "another") is None
    assert verify(world, world.account, secret) is None
    assert verify(world, sid, world.auth_token) is None


def test_a_key_acts_for_its_account_within_its_scope(world: World) -> None:
    sid, secret = create(world, "send")
    body = {"to": [{"address": "+12065550100", "channel": "PHONE"}], "content": {"text": "Hi"}}

    sent = call(world, sid, secret, "POST", "/Messages", body)
    read = call(world, sid, secret, "GET", "/Messages")

    assert sent.status == 202
    assert world.operation(sent.body["operationId"])["stats"]["recipients"] == 1
    assert (read.status, read.body["errors"][0]["code"]) == (403, 20403)
    assert read.body["errors"][0]["message"] == (
        f"The key {sid} lacks the scope read, which this request needs; it has: send."
    )


def test_a_key_ends_when_it_expires(world: World) -> None:
    sid, secret = create(world, "all", lasts=DAY)

    assert verify(world, sid, secret, DAY - timedelta(seconds=1))
    assert verify(world, sid, secret, DAY) is None


def test_a_disabled_key_is_refused_and_the_others_are_not(world: World) -> None:
    (sid, secret), other = create(world, "all"), create(world, "all")

    assert credentials.disable(world.table, known(world, sid), world.aws.now, audit_days=1)
    assert not credentials.disable(world.table, known(world, sid), world.aws.now, audit_days=1)

    assert verify(world, sid, secret) is None
    assert verify(world, *other)
    assert verify(world, world.account, world.auth_token)


def test_every_credential_of_a_disabled_account_is_refused_until_it_is_enabled(world: World) -> None:
    key = create(world, "all")

    assert accounts.disable(world.table, world.account, world.aws.now, audit_days=1)
    refused = [verify(world, *key), verify(world, world.account, world.auth_token)]
    assert accounts.enable(world.table, world.account, world.aws.now, audit_days=1)

    assert refused == [None, None]
    assert verify(world, *key)
    assert verify(world, world.account, world.auth_token)


def test_an_authorizer_of_before_let_in_auth_tokens_only(world: World) -> None:
    """What it answered is cached for a while when the functions are of today already."""
    event = {"account": world.account, "principalId": world.account}
    from herald.api import identity
    from tests.world import http_event

    request = http_event("GET", "/Messages", world.account)
    request["requestContext"]["authorizer"] = event
    from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

    found = identity.of(APIGatewayProxyEvent(request))

    assert found == Identity(world.account, world.account, frozenset(Scope))


# ----------------------------------------------------------------------------- rotated


@pytest.mark.parametrize("is_key", [True, False], ids=["key", "token"])
def test_both_secrets_work_until_the_grace_is_over(world: World, is_key: bool) -> None:
    sid, old = create(world, "read") if is_key else (world.account, world.auth_token)
    scopes = known(world, sid).granted

    new = rotate(world, sid, HOUR)

    assert verify(world, sid, old)
    assert verify(world, sid, new)
    assert verify(world, sid, old, HOUR) is None
    assert verify(world, sid, new, HOUR)
    assert known(world, sid).granted == scopes


def test_without_a_grace_the_old_secret_ends_at_once(world: World) -> None:
    sid, old = create(world, "read")

    new = rotate(world, sid, timedelta())

    assert (verify(world, sid, old), verify(world, sid, new) is None) == (None, False)


def test_a_second_rotation_ends_the_first_secret(world: World) -> None:
    sid, first = create(world, "read")

    second = rotate(world, sid, DAY)
    third = rotate(world, sid, DAY)

    assert verify(world, sid, first) is None
    assert verify(world, sid, second)
    assert verify(world, sid, third)
    # A secret whose grace is over does not come back by a rotation.
    fourth = rotate(world, sid, DAY, world.aws.now + 2 * DAY)
    assert verify(world, sid, second, 2 * DAY) is None
    assert verify(world, sid, third, 2 * DAY)
    assert verify(world, sid, fourth, 2 * DAY)


def test_of_two_rotations_at_once_one_is_refused_and_no_secret_is_lost(world: World) -> None:
    sid, old = create(world, "read")
    seen = known(world, sid)

    new = rotate(world, sid, DAY)
    with pytest.raises(credentials.Changed):
        credentials.rotate(world.table, KEY, seen, DAY, world.aws.now, audit_days=1)

    assert verify(world, sid, old)
    assert verify(world, sid, new)


def test_a_rotation_does_not_revive_a_disabled_key(world: World) -> None:
    sid, _ = create(world, "read")
    credentials.disable(world.table, known(world, sid), world.aws.now, audit_days=1)

    new = rotate(world, sid, DAY)

    assert verify(world, sid, new) is None


# --------------------------------------------------------------------------- last used


def test_the_use_is_kept_to_the_hour_by_one_write_an_hour(world: World) -> None:
    sid, secret = create(world, "all")
    hour = world.aws.now.replace(minute=0, second=0, microsecond=0) + HOUR
    written: list[Any] = []
    write = world.table.write

    def noted(change: Update, **more: Any) -> Item:
        written.append(change.key)
        return write(change, **more)

    world.table.write = noted  # type: ignore[method-assign]

    assert known(world, sid).last_used is None
    for minutes in (0, 1, 59, 60, 61):
        assert authentication.verify(world.table, KEY, sid, secret, hour + timedelta(minutes=minutes))
    assert authentication.verify(world.table, KEY, sid, "wrong", hour + 3 * HOUR) is None

    assert written == [keys.use(sid)] * 2
    assert known(world, sid).last_used == hour + HOUR


def test_a_use_that_cannot_be_noted_refuses_no_request(world: World, faults: Faults) -> None:
    from herald.store.table import Unavailable

    sid, secret = create(world, "all")

    def busy(*_: Any, **__: Any) -> Any:
        raise Unavailable("busy")

    world.table.write = busy  # type: ignore[method-assign]

    assert verify(world, sid, secret)
    assert known(world, sid).last_used is None


# --------------------------------------------------------------------------- kept, told


def test_the_secret_is_neither_kept_nor_logged_and_the_key_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    for each in logger.handlers:
        monkeypatch.setattr(each, "stream", log)
    sid, secret = create(world, "send")

    call(world, sid, secret, "GET", "/Messages")
    call(world, sid, secret, "POST", "/Messages", {})

    lines = [line for line in log.getvalue().splitlines() if '"request answered"' in line]
    assert len(lines) == 2
    assert all(f'"key":"{sid}"' in line and f'"account":"{world.account}"' in line for line in lines)
    assert ['"status":403' in lines[0], '"endpoint":"ListMessages"' in lines[0]] == [True, True]
    assert secret not in log.getvalue()
    assert secret not in str(world.items())
    # The next request's lines do not name this one's key.
    world.get("/Messages")
    assert sid not in log.getvalue().splitlines()[-1]


def test_the_credentials_of_an_account_are_listed_oldest_first(world: World) -> None:
    first, second = create(world, "send", name="one")[0], create(world, "read", name="two")[0]
    world.new_account()

    found = credentials.of_account(world.table, world.account)

    assert [each.sid for each in found[:1]] == [world.account]
    assert {each.sid: (each.name, each.granted) for each in found[1:]} == {
        first: ("one", ("send",)),
        second: ("two", ("read",)),
    }
    assert "hashes" not in repr(found)
