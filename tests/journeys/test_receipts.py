"""What receipts cost: for 10,000 messages no more than a write for each, and counts by the batch."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import batched
from typing import Any

import pytest

from herald.model.ids import message_id, operation_id_of
from herald.model.message import Receipt
from herald.model.status import Status
from herald.store import keys
from herald.store.table import load
from herald.store.tallies import counts_in
from tests.journeys import invariants
from tests.journeys.journeys import SMS, number, person
from tests.sim.carrier import Fate
from tests.sim.edge import Edge, Handler
from tests.sim.functions import TABLE
from tests.sim.plans import Calm
from tests.sim.recipients import operations_in
from tests.sim.service import Service, installed

MESSAGES = 10_000
# As a carrier brings them.
RECEIPTS_A_MESSAGE = 50


@pytest.fixture(autouse=True)
def in_virtual_time() -> Iterator[None]:
    with installed(chunk_size=100, group_size=25):
        yield


class Counts:
    """How often each function makes each call, and to what."""

    def __init__(self) -> None:
        self.made: Counter[tuple[str, str, str]] = Counter()
        self.processes: set[str] = set()

    def __call__(self, edge: Edge, operation: str, request: Mapping[str, Any], do: Handler) -> Any:
        process = edge.kernel.process
        assert process
        sort = request.get("Key", {}).get("sk", {}).get("S", "")
        kind = "message" if sort.startswith("comms_message_") else sort.split("#")[0]
        self.processes.add(process.name)
        self.made[process.name.split(" ")[0], operation, kind] += 1
        return do(request)


class Silent(Calm):
    """A carrier that takes everything and tells nothing by itself."""

    def fate(self, address: str) -> Fate:
        return Fate(reports=())


def test_receipts_for_10000_messages_are_written_in_company_and_counted_by_the_batch() -> None:
    counts = Counts()
    service = Service(1, Silent({}), counts)
    service.begin()
    account = service.accounts[0]
    message_ids = _sent_long_ago(service, account)
    counts.made.clear()
    counts.processes.clear()

    for some in batched(message_ids, RECEIPTS_A_MESSAGE, strict=False):
        service.carrier.put(
            *(Receipt(account=account, message_id=each, attempt=1, status=Status.DELIVERED) for each in some)
        )
    service.run()

    written = counts.made.pop(("receive", "BatchExecuteStatement", ""))
    assert MESSAGES / 25 <= written <= MESSAGES / 10
    counted = counts.made.pop(("tally", "BatchExecuteStatement", ""))
    read = counts.made.pop(("tally", "BatchGetItem", ""))
    # Nothing else is written or read for them: no message has stopped waiting.
    assert counts.made == Counter()
    invocations = sum(process.startswith("tally ") for process in counts.processes)
    # The blocks, and the head with the sums.
    assert read <= 2 * invocations
    # Blocks, and then their sums in the head; once more where another has counted meanwhile.
    assert counted <= 8 * invocations
    assert counted + read < MESSAGES / 20
    rows = Counter(row.status for row in invariants.rows_of(service.table.items))
    assert rows == {Status.DELIVERED: MESSAGES}
    assert _counts(service) == {Status.DELIVERED: MESSAGES, Status.SENT: 0}


def _sent_long_ago(service: Service, account: str) -> list[str]:
    """Let an operation have as many messages that the carrier took; their ids."""
    service.act("client", lambda: _send(service, account, [person(0)]))
    service.run()
    [key] = [key for key in service.table.items if key[0].startswith("MESSAGES#")]
    row, operation_id = service.table.items[key], operation_id_of(key[1])
    service.table.update_item(
        {
            "TableName": TABLE,
            "Key": {"pk": {"S": keys.operation(operation_id).pk}, "sk": {"S": keys.OPERATION}},
            "UpdateExpression": "SET #total = :total",
            "ExpressionAttributeNames": {"#total": "total"},
            "ExpressionAttributeValues": {":total": {"N": str(MESSAGES)}},
        }
    )
    message_ids = [message_id(operation_id, index) for index in range(MESSAGES)]
    for pk, sk in (keys.message(account, each) for each in message_ids):
        service.table.put_item({"TableName": TABLE, "Item": {**row, "pk": {"S": pk}, "sk": {"S": sk}}})
    service.run()
    assert _counts(service) == {Status.SENT: MESSAGES, Status.DELIVERED: 0}
    return message_ids


def _counts(service: Service) -> dict[Status, int]:
    """What the head of the only operation says."""
    [head] = [item for (_, sort), item in service.table.items.items() if sort == keys.HEAD]
    counts = counts_in(load(head))
    return {status: counts[status] for status in (Status.SENT, Status.DELIVERED)}


def _send(service: Service, account: str, to: list[Any]) -> None:
    assert service.send(account, to, mark="many", **SMS)


def test_receipts_that_are_forged_change_nothing_and_are_counted() -> None:
    service = Service(1, Silent({}))
    service.begin()
    ours, theirs = service.accounts[:2]
    service.act("client", lambda: _send(service, ours, [person(0), person(1)]))
    service.run()
    before = dict(service.table.items)
    [known, _] = [row.message_id for row in invariants.rows_of(before)]
    unknown = known[:-3] + "00z"

    service.carrier.put(
        Receipt(account=theirs, message_id=known, attempt=1, status=Status.READ),
        Receipt(account=ours, message_id=unknown, attempt=1, status=Status.DELIVERED),
        Receipt(account=ours, message_id=known, attempt=1, person=3, status=Status.DELIVERED),
        Receipt(account="AC" + "0" * 32, message_id=known, attempt=1, status=Status.UNDELIVERED),
    )
    service.run()

    assert service.table.items == before
    assert service.metrics["ReceiptIgnored"] == 4
    assert service.metrics["ReceiptApplied"] == 0


@pytest.mark.parametrize(
    ("order", "end"),
    [
        ((Status.READ, Status.DELIVERED, Status.SENT), Status.READ),
        ((Status.DELIVERED, Status.UNDELIVERED), Status.DELIVERED),
        ((Status.UNDELIVERED, Status.DELIVERED), Status.DELIVERED),
        ((Status.DELIVERED, Status.DELIVERED, Status.DELIVERED), Status.DELIVERED),
    ],
)
def test_receipts_in_any_order_end_in_the_right_status(order: tuple[Status, ...], end: Status) -> None:
    service = Service(1, Silent({}))
    service.begin()
    account = service.accounts[0]
    service.act("client", lambda: _send(service, account, [person(0)]))
    service.run()
    [row] = invariants.rows_of(service.table.items)

    for status in order:
        service.carrier.put(Receipt(account=account, message_id=row.message_id, attempt=1, status=status))
        service.run()

    assert [each.status for each in invariants.rows_of(service.table.items)] == [end]


def test_the_carriers_first_receipt_is_here_before_the_row_of_its_message() -> None:
    # No worker has made the row, so nothing was handed over, and what is told of it is not believed.
    service = Service(1, Calm({}))
    service.begin()
    account = service.accounts[0]

    def tell() -> None:
        if not (operations := operations_in(service.table.items)):
            service.kernel.after(0.001, tell)
            return
        [operation_id] = operations
        first = f"comms_message_{operation_id.removeprefix('comms_operation_')}000"
        service.carrier.put(
            Receipt(account=account, message_id=first, attempt=1, status=Status.SENT),
            Receipt(account=account, message_id=first, attempt=1, status=Status.DELIVERED),
        )

    service.act("client", lambda: _send(service, account, [person(0), person(1)]))
    tell()
    service.run()

    assert service.metrics["ReceiptIgnored"] == 2
    assert sum(map(len, service.carrier.handed_over.values())) == 2
    assert invariants.check(service) == []


def test_a_receipt_before_our_own_write_of_the_hand_over_holds() -> None:
    # The carrier answers seconds after its receipt was worked on.
    service = Service(1, Calm({number(0): Fate(is_early=True)}))
    service.begin()
    service.act("client", lambda: _send(service, service.accounts[0], [person(0)]))
    service.run()

    first = [
        each.what
        for each in service.kernel.trace
        if each.who.startswith("receive") and "comms_message_" in each.what
    ]
    assert first
    assert [each.status for each in invariants.rows_of(service.table.items)] == [Status.DELIVERED]
    assert invariants.check(service) == []
