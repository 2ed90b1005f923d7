"""The expiry of all items: DynamoDB deletes in any order, and nothing is sent any more."""

from collections.abc import Iterator
from typing import Final

from tests.journeys import invariants
from tests.sim.functions import TABLE
from tests.sim.recipients import MESSAGE, OPERATION
from tests.sim.requests import Key
from tests.sim.service import Service

_DAY: Final = 86_400.0


def check(service: Service) -> list[str]:
    """Let items expire, some sooner than others, while everything is delivered once more."""
    random = service.kernel.random
    sent = sum(map(len, service.carrier.handed_over.values()))
    ends = [end for key, end in _expiring(service) if OPERATION in key[0]]
    if not ends:
        return []
    # Operations have expired; what outlives them is there at first, or for all of this.
    later = random.choice((1.0, 10 * _DAY, 40 * _DAY))
    gone = list(_expiring(service))
    written = [place for place, (key, _) in enumerate(gone) if "total" in service.table.items[key]]
    if written and random.random() < 0.6:
        # DynamoDB deletes in no order: of an operation all may go but what its request has written.
        later = 40 * _DAY
        gone = gone[random.choice(written) + 1 :]
    else:
        gone = [each for each in gone if random.random() < 0.7]
    service.kernel.now = max(service.kernel.now, min(ends) + later)
    gone = [(key, end) for key, end in gone if end < service.kernel.now]
    for key, _ in gone:
        service.kernel.after(random.uniform(0, 300), lambda key=key: _delete(service, key))  # type: ignore[misc]
    invariants.deliver_again(service)
    service.run()
    wrong = list(service.failures)
    if sum(map(len, service.carrier.handed_over.values())) != sent:
        wrong.append("something was sent after it had expired")
    service.kernel.now = max([service.kernel.now, *(end for _, end in _expiring(service))]) + _DAY
    for key, _ in list(_expiring(service)):
        _delete(service, key)
    service.run()
    return wrong + [
        f"{key} is left for ever"
        for key in service.table.items
        if MESSAGE in str(key) or OPERATION in str(key)
    ]


def _expiring(service: Service) -> Iterator[tuple[Key, float]]:
    for key, item in service.table.items.items():
        if "expiresAt" in item:
            yield key, float(item["expiresAt"]["N"])


def _delete(service: Service, key: Key) -> None:
    names = {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
    service.table.delete_item({"TableName": TABLE, "Key": names})
