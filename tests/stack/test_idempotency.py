"""Idempotency-Key on the deployed stack, and the table's transactions as it has them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from herald.model import problems
from herald.store import Table
from herald.store.keys import Key
from herald.store.table import NewItem, Unmet
from herald.store.updates import Update, equals, present
from tools.stack import LocalStack


def post(stack: LocalStack, key: str, text: str = "Hello") -> httpx.Response:
    return httpx.post(
        f"{stack.base_url}/Messages",
        json={"to": [{"address": "+15005550100", "channel": "PHONE"}] * 300, "content": {"text": text}},
        headers={"Idempotency-Key": key},
        auth=(stack.account_sid, stack.auth_token),
        timeout=60,
    )


def operations(stack: LocalStack) -> set[str]:
    with httpx.Client(base_url=stack.base_url, auth=(stack.account_sid, stack.auth_token)) as api:
        page = api.get("/Messages/Operations", params={"pageSize": 100}).json()
    return {each["id"] for each in page["operations"]}


def test_the_same_request_again_has_the_same_answer(stack: LocalStack) -> None:
    key = str(uuid4())

    first, second, other = post(stack, key), post(stack, key), post(stack, key, "Good bye")

    assert (first.status_code, second.status_code) == (202, 202), first.text + second.text
    assert second.json() == first.json()
    assert second.headers["Location"] == first.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["errors"][0]["code"]) == (409, problems.KEY_REUSED.code)


def test_a_request_that_is_sent_by_many_at_once_is_one_operation(stack: LocalStack) -> None:
    before, key = operations(stack), str(uuid4())

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(stack, key), range(8)))

    accepted = {each.json()["operationId"] for each in answers if each.status_code == 202}
    others = [each for each in answers if each.status_code != 202]
    assert operations(stack) - before == accepted
    assert len(accepted) == 1
    assert all(each.headers["Retry-After"] == "3" for each in others)
    assert {each.json()["errors"][0]["code"] for each in others} <= {problems.KEY_IN_USE.code}
    assert post(stack, key).json()["operationId"] in accepted


@pytest.fixture
def table(stack: LocalStack) -> Table:
    return Table(stack.client("dynamodb"), stack.outputs["TableName"])


def test_a_transaction_is_done_once_or_not_at_all(stack: LocalStack, table: Table) -> None:
    """As moto has it, and beyond that: what is repeated with its token is not done again."""
    one, two = Key(f"TEST#{uuid4()}", "1"), Key(f"TEST#{uuid4()}", "2")
    parts = (
        NewItem(one, {"n": 1}),
        Update(two, {"gone": None}, (equals("n", 1), present("gone"))),
    )

    with pytest.raises(Unmet):
        table.transact(*parts)
    assert table.get(one) is None

    table.put_new(two, {"n": 1, "gone": True})
    sent: list[dict[str, Any]] = []
    table._client.meta.events.register(
        "provide-client-params.dynamodb.TransactWriteItems", lambda params, **_: sent.append(dict(params))
    )
    table.transact(*parts)
    assert table.get(one) == {"pk": one.pk, "sk": one.sk, "n": 1}
    assert table.get(two) == {"pk": two.pk, "sk": two.sk, "n": 1}

    table._client.transact_write_items(**sent[0])
    with pytest.raises(Unmet):
        table.transact(*parts)
