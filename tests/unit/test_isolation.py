"""What one account has, no other sees, changes or uses: for every endpoint and every id that it takes.

The cases are made from the declarations of endpoints. A new endpoint is among them by itself, and
one with an id or a body of a new kind fails until tests/isolation.py can make it.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest

from herald.api.endpoints import Caller, Endpoint
from herald.api.queries import Paged
from herald.model.access import Identity, Scope
from tests.endpoints import ALL, DESCRIBED
from tests.isolation import (
    BODIES,
    MAKERS,
    Household,
    body_of,
    ids_in_body,
    ids_in_path,
    ids_in_query,
    kind_of,
    path_of,
)
from tests.world import Response, World

pytestmark = pytest.mark.simulated

WITH_IDS = [each for each in DESCRIBED if each.parts]
PAGED = [each for each in DESCRIBED if each.query and issubclass(each.query, Paged)]
# It makes what is not there, in the account that asks.
MAKES = {"PutProfile"}
KEY = "SK" + "0" * 32


@pytest.fixture
def owner(world: World) -> Household:
    return Household(world, world.account)


@pytest.fixture
def stranger(world: World) -> Household:
    account, _ = world.new_account()
    return Household(world, account)


def named(endpoint: Endpoint) -> str:
    return endpoint.name


def items_of(world: World, account: str) -> dict[tuple[str, str], Any]:
    """All that the table holds, but what has this account in its key."""
    return {
        (item["pk"]["S"], item["sk"]["S"]): item for item in world.items() if account not in item["pk"]["S"]
    }


def ask(
    household: Household, endpoint: Endpoint, path: str, query: Mapping[str, str] | None = None
) -> Response:
    return household.call(endpoint.method, path, body_of(endpoint, household), query)


# ------------------------------------------------------------------------- ids in paths


@pytest.mark.parametrize("endpoint", WITH_IDS, ids=named)
def test_an_id_of_another_account_is_the_id_of_nothing(
    world: World, owner: Household, stranger: Household, endpoint: Endpoint
) -> None:
    own, foreign = ids_in_path(endpoint, stranger), ids_in_path(endpoint, owner)
    mixed = [
        dict(zip(own, choice, strict=True))
        for choice in product(*((own[name], foreign[name]) for name in own))
        if any(value == foreign[name] != own[name] for name, value in zip(own, choice, strict=True))
    ]
    assert mixed
    # Made before, for the body is the stranger's own.
    body = body_of(endpoint, stranger)
    before = items_of(world, stranger.account)

    answers = [stranger.call(endpoint.method, path_of(endpoint, ids), body) for ids in mixed]

    wanted = endpoint.status if endpoint.name in MAKES else 404
    assert [each.status for each in answers] == [wanted] * len(mixed)
    assert items_of(world, stranger.account) == before
    # The ids were real all the time.
    assert ask(owner, endpoint, path_of(endpoint, foreign)).status in (endpoint.status, 409)


# ----------------------------------------------------------------------- ids in queries


QUERIES = [(each, name) for each in DESCRIBED for name in ids_in_query(each)]


@pytest.mark.parametrize(("endpoint", "name"), QUERIES, ids=lambda each: getattr(each, "name", each))
def test_a_filter_by_an_id_of_another_account_finds_nothing(
    owner: Household, stranger: Household, endpoint: Endpoint, name: str
) -> None:
    identifier = owner.id(kind_of(endpoint, name))
    if name == "profile":
        owner.send(to=[{"profileId": identifier, "memoryStoreId": owner.id("memory store")}])
    query = {name: identifier}

    found, theirs = (ask(each, endpoint, endpoint.rule, query) for each in (owner, stranger))

    assert rows_in(found)
    assert rows_in(theirs) == []


def rows_in(answer: Response) -> list[Any]:
    """The rows of a page, whatever they are called."""
    assert answer.status == 200, answer.body
    [rows] = [value for name, value in answer.body.items() if name != "pagination"]
    return list(rows)


# ------------------------------------------------------------------------ ids in bodies


PERSON = {"address": "+12065550100", "channel": "PHONE"}


def _message(**more: Any) -> dict[str, Any]:
    return {"to": [PERSON], "content": {"text": "Hello"}, **more}


# A body with an id of another account, by the endpoint and the property.
BODY_IDS: dict[tuple[str, str], Any] = {
    ("SendMessages", "contentId"): lambda found: _message(content={"contentId": found}),
    ("SendMessages", "senderId"): lambda found: _message(**{"from": {"senderId": found}}),
    ("SendMessages", "senderPoolId"): lambda found: _message(**{"from": {"senderPoolId": found}}),
    ("SendMessages", "profileId"): lambda found: _message(
        to=[{"profileId": found, "memoryStoreId": "mem_store_00000000000000000000000000"}]
    ),
    # It belongs to no account: the profile in it does.
    ("SendMessages", "memoryStoreId"): None,
    ("CreateSenderPool", "senderId"): lambda found: {"senders": [{"senderId": found}]},
    ("AddSendersToSenderPool", "senderId"): lambda found: [{"senderId": found}],
    ("ResolveSenders", "senderPoolId"): lambda found: {
        "recipientAddresses": [PERSON],
        "senderPoolId": found,
    },
}


def test_every_id_in_a_body_is_tried() -> None:
    assert {(each.name, name) for each in DESCRIBED for name in ids_in_body(each)} == BODY_IDS.keys()


def test_every_body_and_every_kind_of_id_can_be_made() -> None:
    assert BODIES.keys() == {each.name for each in DESCRIBED if each.body}
    kinds = {kind_of(each, name) for each in DESCRIBED for name in (*ids_in_query(each), *ids_in_body(each))}
    assert kinds <= MAKERS.keys()


@pytest.mark.parametrize(
    ("name", "field"), [case for case, body in BODY_IDS.items() if body], ids=lambda each: str(each)
)
def test_an_id_of_another_account_in_a_body_is_of_no_use(
    world: World, owner: Household, stranger: Household, name: str, field: str
) -> None:
    [endpoint] = [each for each in DESCRIBED if each.name == name]
    body_with = BODY_IDS[name, field]
    identifier = owner.id(kind_of(endpoint, field))
    path = path_of(endpoint, ids_in_path(endpoint, stranger))
    before = items_of(world, stranger.account)

    answer = stranger.call(endpoint.method, path, body_with(identifier))

    known = items_of(world, stranger.account)
    assert {key: known.get(key) for key in before} == before
    if answer.status == 400:
        assert field in str(answer.body)
    elif name == "SendMessages":
        # The account knows nothing of the recipient.
        world.settle()
        stats = stranger.call("GET", f"/Messages/Operations/{answer.body['operationId']}").body["stats"]
        assert (stats["unaddressable"], stats["sent"], stats["delivered"]) == (1, 0, 0)
    else:
        operations = stranger.call("GET", "/SenderPools/Operations").body["operations"]
        assert (operations[0]["stats"]["created"], operations[0]["stats"]["failed"]) == (0, 1)


# -------------------------------------------------------------------------- page tokens


@pytest.mark.parametrize("endpoint", PAGED, ids=named)
def test_a_page_token_of_another_account_or_another_list_is_refused(
    owner: Household, stranger: Household, endpoint: Endpoint
) -> None:
    path = path_of(endpoint, ids_in_path(endpoint, owner))
    token = ask(owner, endpoint, path).body["pagination"]["self"]
    query = {"pageToken": token}

    assert ask(owner, endpoint, path, query).status == 200
    assert ask(stranger, endpoint, path, query).status == 400
    others = [each for each in PAGED if each is not endpoint and not each.parts]
    assert [ask(owner, each, each.rule, query).status for each in others] == [400] * len(others)


def test_a_page_token_of_another_account_in_a_body_is_refused(owner: Household, stranger: Household) -> None:
    search: dict[str, Any] = {"address": "+15005550006", "channel": "SMS"}
    token = owner.call("POST", "/Senders/Search", search).body["pagination"]["self"]
    body = {**search, "pageToken": token}

    assert owner.call("POST", "/Senders/Search", body).status == 200
    assert stranger.call("POST", "/Senders/Search", body).status == 400


# ------------------------------------------------------------------------------- scopes


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("endpoint", DESCRIBED, ids=named)
def test_a_key_may_do_what_its_scope_says(world: World, endpoint: Endpoint, scope: Scope) -> None:
    path = path_of(endpoint, examples_of(endpoint))
    caller = Identity(world.account, KEY, frozenset({scope}))
    body: Any = {} if endpoint.body else None
    before = world.items()

    answer = world.request(endpoint.method, path, body, account=world.account, caller=caller)

    assert (answer.status == 403) is (scope is not endpoint.scope)
    if answer.status == 403:
        [problem] = answer.body["errors"]
        assert problem["code"] == 20403
        assert f"{KEY} lacks the scope {endpoint.scope}," in problem["message"]
        assert world.items() == before


def examples_of(endpoint: Endpoint) -> dict[str, str]:
    parts = {path_name(name): part for name, part in endpoint.parts.items()}
    return {name: part.example for name, part in parts.items() if part}


def path_name(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def test_an_endpoint_needs_a_scope_exactly_if_it_takes_credentials() -> None:
    assert {
        each.name: each.scope for each in ALL if (each.scope is None) != (each.caller is not Caller.ACCOUNT)
    } == {}
    assert {each.name for each in DESCRIBED if each.method != "GET" and not each.is_change} == {
        "SearchSenders",
        "ResolveSenders",
    }
