"""GET /Messages: sizes of pages, and the tokens that lead from one to the next."""

import base64
import string
from collections.abc import Sequence
from typing import Any

import pytest

from herald.model.status import Status
from herald.store import messages
from tests.unit.rows import (
    LATE,
    MIDDLE,
    NOON,
    a_message,
    an_operation_id,
    count,
    put_operations,
    put_rows,
    thirty_messages,
)
from tests.world import World

OTHER = "AC" + "0" * 32


@pytest.fixture(scope="module")
def world(shared_world: World) -> World:
    rows = thirty_messages(shared_world.account)
    put_rows(shared_world.table, rows)
    put_operations(shared_world.table, rows)
    count(shared_world.table, rows)
    return shared_world


def listed(world: World, **query: str) -> list[str]:
    return [message["id"] for message in world.messages(**query)]


def is_refused(world: World, token: str, *, account: str = "", **query: str) -> bool:
    """Whether a list answers that this is no token of its pages."""
    answer = world.get("/Messages", {"pageToken": token, **query}, account=account)
    return answer.status == 400 and [error["context"] for error in answer.body["errors"]] == ["$.pageToken"]


def page(world: World, token: str | None = None, **query: str) -> Any:
    answer = world.get("/Messages", {**query, **({"pageToken": token} if token is not None else {})})
    assert answer.status == 200, answer.body
    return answer.body


def tokens_of(body: Any) -> tuple[str, str]:
    return body["pagination"]["self"], body["pagination"]["next"]


@pytest.mark.parametrize(
    "query", [{}, {"status": "QUEUED"}, {"status": "SENT"}, {"operationId": MIDDLE}], ids=str
)
@pytest.mark.parametrize("size", ["1", "2", "3", "1000"])
def test_pages_of_every_size_give_each_message_once(world: World, query: dict[str, str], size: str) -> None:
    assert listed(world, pageSize=size, **query) == listed(world, **query)


def test_a_page_has_as_many_messages_as_were_asked_for(world: World) -> None:
    sizes: list[int] = []
    token: str | None = ""
    while token is not None:
        body = page(world, token, pageSize="7")
        sizes.append(len(body["messages"]))
        token = body["pagination"]["next"]

    assert sizes == [7, 7, 7, 7, 2]


def test_a_page_that_is_just_full_is_the_last(world: World) -> None:
    assert page(world, pageSize="30")["pagination"]["next"] is None


def test_fifty_are_on_a_page_by_default(world: World) -> None:
    account, _ = world.new_account()
    operation = an_operation_id(NOON, 7)
    messages.put(world.table, (a_message(operation, n, Status.SENT, account=account) for n in range(51)))

    body = world.get("/Messages", account=account).body

    assert len(body["messages"]) == 50
    assert body["pagination"]["next"]


def test_self_is_the_token_of_the_page_it_is_on(world: World) -> None:
    first = page(world, pageSize="4")
    second = page(world, first["pagination"]["next"], pageSize="4")

    assert page(world, tokens_of(first)[0], pageSize="4") == first
    assert page(world, tokens_of(second)[0], pageSize="4") == second
    assert tokens_of(second)[0] == tokens_of(first)[1]


def test_the_page_size_may_change_from_page_to_page(world: World) -> None:
    first = page(world, pageSize="4")
    second = page(world, first["pagination"]["next"], pageSize="9")
    third = page(world, second["pagination"]["next"])

    found = [message["id"] for body in (first, second, third) for message in body["messages"]]
    assert found == [message.id for message in thirty_messages(world.account)]


def test_an_empty_token_is_the_first_page(world: World) -> None:
    assert page(world, "", pageSize="4") == page(world, pageSize="4")


def test_a_token_tells_nothing_of_the_account_or_the_table(world: World) -> None:
    token = page(world, pageSize="4")["pagination"]["next"]

    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert world.account.encode() not in raw
    assert b"#" not in raw[16:]


FILTERS: Sequence[dict[str, str]] = (
    {},
    {"status": "SENT"},
    {"status": "FAILED"},
    {"operationId": MIDDLE},
    {"operationId": LATE},
    {"startDate": "2026-01-01T00:00:00Z"},
    {"endDate": "2027-01-01T00:00:00Z"},
    {"startDate": "2026-01-01T00:00:00Z", "status": "SENT"},
)


@pytest.mark.parametrize("query", FILTERS, ids=str)
def test_a_token_is_of_no_use_with_other_filters(world: World, query: dict[str, str]) -> None:
    for token in tokens_of(page(world, pageSize="1", **query)):
        for other in FILTERS:
            if other not in ({}, query):
                assert is_refused(world, token, **other)


@pytest.mark.parametrize("query", FILTERS, ids=str)
def test_a_token_alone_goes_on_with_its_own_filters(world: World, query: dict[str, str]) -> None:
    first = page(world, pageSize="1", **query)
    own, following = tokens_of(first)

    assert page(world, own, pageSize="1") == first
    assert page(world, following, pageSize="1") == page(world, following, pageSize="1", **query)


def test_the_order_of_tags_does_not_matter_to_a_token(world: World) -> None:
    own, _ = tokens_of(page(world, pageSize="1", tags="a:1;b:2;c:3;"))

    assert page(world, own, pageSize="1", tags="c:3;a:1;b:2;")["messages"] == []
    assert is_refused(world, own, tags="a:1;b:2;")


def test_a_token_is_of_no_use_to_another_account(world: World) -> None:
    for token in tokens_of(page(world, pageSize="4")):
        assert is_refused(world, token, account=OTHER)


def test_a_token_is_refused_when_any_character_is_another(world: World) -> None:
    token = page(world, pageSize="4")["pagination"]["next"]

    for place, character in enumerate(token):
        for other in ("A" if character != "A" else "B", "=", "é"):
            changed = token[:place] + other + token[place + 1 :]
            assert is_refused(world, changed)


def test_a_token_has_one_spelling(world: World) -> None:
    """The last character of some tokens has bits to spare, which base64 would leave unread."""
    token = page(world, pageSize="4")["pagination"]["self"]

    others = set(string.ascii_letters + string.digits + "-_") - {token[-1]}

    assert [other for other in others if not is_refused(world, token[:-1] + other)] == []


def test_a_token_is_refused_when_it_is_cut_or_goes_on(world: World) -> None:
    token = page(world, pageSize="4")["pagination"]["next"]
    cut = [token[:end] for end in range(1, len(token))]

    for changed in (*cut, token[1:], token + "A", token + "=", token + "\n", " " + token, token * 2):
        assert is_refused(world, changed)
