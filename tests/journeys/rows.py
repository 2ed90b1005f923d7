"""The rows of each recipient, read by ids and by the fields of the items."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.sim.recipients import Who, account_in, unreached, who_is
from tests.sim.requests import Key
from tests.sim.values import Item


class Row(NamedTuple):
    """A message, a recipient without one (`status` None), or one person of a group."""

    account: str
    who: Who
    status: str | None
    error: int | None
    tries: int
    people: int
    is_group: bool
    # In the request, where that is not the place in the operation.
    place: int | None
    # That it is to, and was tried by.
    addresses: frozenset[str]
    item: Item

    @property
    def message_id(self) -> str:
        return self.who.message_id

    @property
    def person(self) -> int | None:
        return self.who.person


def rows_of(items: Mapping[Key, Item]) -> Iterator[Row]:
    for key, item in items.items():
        who = who_is(key, item) or unreached(key, item)
        if who is None:
            continue
        details = json.loads(item["details"]["S"]) if "details" in item else {}
        yield Row(
            account=account_in(key),
            who=who,
            status=item["status"]["S"] if "status" in item else None,
            error=int(item["error"]["N"]) if "error" in item else None,
            tries=int(item["tries"]["N"]) if "tries" in item else 0,
            people=int(item["people"]["N"]) if "people" in item else 1,
            is_group="people" in item,
            place=details.get("place"),
            addresses=_addresses_in(item, details),
            item=item,
        )


def _addresses_in(item: Item, details: Mapping[str, Any]) -> frozenset[str]:
    attempts = json.loads(item["attempts"]["S"]) if "attempts" in item else []
    # The last try is what a message is shown with; before the first, what was planned.
    tried = [attempt["to"] for attempt in attempts] or [details["to"]] if "to" in details else []
    return frozenset(to["address"] for to in (*tried, *(details.get("group") or ())))
