"""What AWS may do and seldom does: split an item collection, restore a table, apply a write late.

Each case is a journey without any other fault. A case that Herald does not stand yet is marked
as a known failure, strictly: the change that mends it has to take the mark away.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, Final
from zlib import crc32

import pytest
from botocore.exceptions import ClientError

from herald.model.message import Receipt
from herald.model.status import Status
from tests.journeys import invariants
from tests.journeys.journeys import SMS, control, group, number, person
from tests.sim.carrier import ACCEPT, RAISE_TAKEN, REJECT, STOP_SENDER, UNREACHABLE, Fate, HandOver
from tests.sim.edge import Call, Edge, Handler, Mutation, Strike
from tests.sim.plans import Calm
from tests.sim.requests import Key
from tests.sim.service import Service, after, installed
from tests.sim.stream import SHARDS

# Where only the order of events decides, so many orders are tried.
ORDERS: Final = 40
WRITES: Final = frozenset(
    {
        *("PutItem", "UpdateItem", "DeleteItem"),
        *("BatchWriteItem", "TransactWriteItems", "BatchExecuteStatement"),
    }
)


@pytest.fixture(scope="module", autouse=True)
def in_virtual_time() -> Iterator[None]:
    with installed():
        yield


class Ordered(Calm):
    """Nothing goes wrong; what comes first follows from a number."""

    def __init__(self, fates: Mapping[str, Fate], order: int) -> None:
        super().__init__(fates)
        self._random = Random(order)


def begun(order: int, fates: Mapping[str, Fate] | None = None, mutation: Mutation | None = None) -> Service:
    service = Service(order, Ordered(fates or {}, order), mutation)
    service.begin()
    return service


def send(service: Service, to: list[Any]) -> None:
    assert service.send(service.accounts[0], to, mark="one", **SMS)


def run_with(service: Service, to: list[Any]) -> None:
    """Let a client send, and everything happen that follows."""
    service.act("client", lambda: send(service, to))
    service.run()


# ---------------------------------------------------- an item collection that was split


def _below_a_sort_key(key: Key) -> int:
    """Sort keys in capital letters in one shard, and the others in the next one."""
    return (crc32(key[0].encode()) + (key[1] < "a")) % SHARDS


def _item_by_item(key: Key) -> int:
    return crc32(" ".join(key).encode()) % SHARDS


def _mixed(places: int) -> list[Any]:
    """Recipients of whom every third cannot be addressed."""
    return [
        person(place) if place % 3 else {"address": number(place), "channel": "WHATSAPP"}
        for place in range(places)
    ]


@pytest.mark.parametrize("shard_of", [_below_a_sort_key, _item_by_item])
def test_counts_are_right_when_a_partition_key_is_in_several_shards(shard_of: Callable[[Key], int]) -> None:
    for order in range(ORDERS):
        service = begun(order)
        service.stream.shard_of = shard_of
        run_with(service, _mixed(40))

        assert invariants.check(service) == []


@pytest.mark.parametrize("first", [0, 1])
def test_counts_are_right_when_shards_have_sequence_numbers_of_their_own(first: int) -> None:
    for order in range(ORDERS):
        service = begun(order)
        service.stream.shard_of = _below_a_sort_key
        service.stream.ahead = [900_000 * (shard % 2 == first) for shard in range(SHARDS)]
        run_with(service, _mixed(40))

        assert invariants.check(service) == []


# -------------------------------------------------------------- a table that was restored


def test_counts_are_right_after_a_restore_to_a_new_stream_and_a_repair() -> None:
    late = {number(place): Fate(delays=(100.0,)) for place in range(0, 30, 2)}
    service = begun(1, late)

    def operator() -> None:
        service.sleep(50)
        service.stream.begin_anew()
        service.sleep(150)
        service.repair()

    service.act("client", lambda: send(service, _mixed(30)))
    service.act("operator", operator)
    service.run()

    assert invariants.check(service) == []


# ------------------------------------------------------------ two receipts of the same try


def _handed_over(service: Service) -> HandOver:
    [[hand_over]] = service.carrier.handed_over.values()
    return hand_over


def _receipt(hand_over: HandOver, status: Status) -> Receipt:
    hand_over.reported.append(status)
    return Receipt(
        account=hand_over.message.account,
        message_id=hand_over.message.message_id,
        attempt=hand_over.message.attempt,
        status=status,
        error=UNREACHABLE if status is Status.UNDELIVERED else None,
    )


def _in_one_event(service: Service, failed: Receipt, sent: Receipt) -> None:
    service.carrier.put(failed, sent)


def _in_two_workers(service: Service, failed: Receipt, sent: Receipt) -> None:
    """As two batches of the queue, to two workers at once, as seed 9000401 found at first."""
    queue = service.queues["ReceiptQueue"]
    for receipt in (failed, sent):
        service.carrier.put(receipt)
        assert queue.source
        queue.source._hand_over()


@pytest.mark.parametrize("bring", [_in_one_event, _in_two_workers])
def test_a_failure_receipt_beside_a_sent_of_the_same_try_opens_the_next_route(
    bring: Callable[[Service, Receipt, Receipt], None],
) -> None:
    for order in range(ORDERS):
        service = begun(order, {number(0): Fate((RAISE_TAKEN,), ())})

        def client(service: Service = service) -> None:
            send(service, [person(0, 1)])
            service.sleep(5)
            hand_over = _handed_over(service)
            bring(service, _receipt(hand_over, Status.UNDELIVERED), _receipt(hand_over, Status.SENT))

        service.act("client", client)
        service.run()

        tried = [each.message.to.address for some in service.carrier.handed_over.values() for each in some]
        assert tried == [number(0), number(1)]
        assert invariants.check(service) == []


# ------------------------------------------------------------- writes that take effect late


class _Late:
    """The first try of a call times out; the SDK's second one goes through, and then the first does."""

    def __init__(self, chosen: Callable[[str, Mapping[str, Any]], bool], nth: int, seconds: float) -> None:
        self.fired = False
        self.seen: Counter[str] = Counter()
        self._chosen = chosen
        self._left = nth
        self._seconds = seconds

    def __call__(self, edge: Edge, operation: str, request: Mapping[str, Any], do: Handler) -> Any:
        answer = do(request)
        if operation in WRITES and self._chosen(operation, request):
            self.seen[operation] += 1
            self._left -= 1
            if self._left == -1:
                self.fired = True
                edge.kernel.after(self._seconds, lambda: self._again(edge, operation, request))
        return answer

    def _again(self, edge: Edge, operation: str, request: Mapping[str, Any]) -> None:
        edge.kernel.note(f"{operation} takes effect late", "aws")
        try:
            edge.call("dynamodb", operation, request)
        except ClientError as error:
            edge.kernel.note(f"  {error.response['Error']['Code']}", "aws")


def _late_writes(chosen: Callable[[str, Mapping[str, Any]], bool], fates: Mapping[str, Fate]) -> Counter[str]:
    """How many writes of each kind did harm, each by itself, when they took effect late."""
    harmful: Counter[str] = Counter()
    nth, fired = 0, True
    while fired:
        late = _Late(chosen, nth, 40.0)
        service = begun(1, fates, late)
        run_with(service, [person(0, 1), *map(person, range(2, 6))])
        wrong = invariants.check(service)
        fired = late.fired
        if fired and wrong:
            harmful[wrong[0]] += 1
        nth += 1
    assert nth > 3, "there were such writes"
    return harmful


_FALLBACK: Final = {number(0): Fate((REJECT,)), number(3): Fate((RAISE_TAKEN,))}


def _is_batch(operation: str, request: Mapping[str, Any]) -> bool:
    return operation in ("BatchWriteItem", "BatchExecuteStatement")


def _is_single(operation: str, request: Mapping[str, Any]) -> bool:
    return not _is_batch(operation, request)


def test_a_batch_of_writes_that_takes_effect_late_changes_nothing() -> None:
    assert _late_writes(_is_batch, _FALLBACK) == {}


def test_a_single_write_that_takes_effect_late_changes_nothing() -> None:
    assert _late_writes(_is_single, _FALLBACK) == {}


class _LateProgress:
    """The first try of a chunk's progress takes effect once the worker has recorded the next one."""

    def __init__(self, nth: int) -> None:
        self.fired = False
        self._nth = nth
        self._first: Mapping[str, Any] | None = None

    def __call__(self, edge: Edge, operation: str, request: Mapping[str, Any], do: Handler) -> Any:
        answer = do(request)
        if operation == "UpdateItem" and "pending" in str(request):
            self._nth -= 1
            if self._nth == -1:
                self._first = request
            elif self._first:
                late, self._first = self._first, None
                self.fired = True
                edge.kernel.after(0.0, lambda: self._again(edge, late))
        return answer

    def _again(self, edge: Edge, request: Mapping[str, Any]) -> None:
        edge.kernel.note("progress takes effect late", "aws")
        try:
            edge.call("dynamodb", "UpdateItem", request)
        except ClientError as error:
            edge.kernel.note(f"  {error.response['Error']['Code']}", "aws")


class _DiesAfterwards(Calm):
    """The worker dies when it has handed over a message after a late write."""

    def __init__(self, late: _LateProgress) -> None:
        # Nothing is reported that could tell the next worker who was sent to.
        super().__init__({number(place): Fate(reports=()) for place in range(4)})
        self._late = late
        self._has_struck = False

    def strike(self, call: Call) -> Strike | None:
        if self._late.fired and call.service == "carrier" and not self._has_struck:
            self._has_struck = True
            return Strike.AFTER
        return None


def test_progress_that_takes_effect_late_before_its_worker_dies_sends_nothing_twice() -> None:
    for nth in range(2):
        late = _LateProgress(nth)
        service = Service(1, _DiesAfterwards(late), late)
        service.begin()
        run_with(service, [person(place) for place in range(4)])

        assert late.fired
        assert invariants.check(service) == []


def test_progress_that_takes_effect_late_after_its_worker_has_finished_sends_nothing_twice() -> None:
    for nth in range(2):
        late = _LateProgress(nth)
        service = begun(1, mutation=late)
        run_with(service, [person(place) for place in range(4)])

        assert late.fired
        assert invariants.check(service) + invariants.replay(service) == []


# ------------------------------------------------------------ a stop that was not written


class _StopRefused:
    """The first write of a sender's stop is refused, for all of the SDK's tries."""

    def __init__(self) -> None:
        self.fired = False

    def __call__(self, edge: Edge, operation: str, request: Mapping[str, Any], do: Handler) -> Any:
        if self.fired or "stopped." not in str(request.get("UpdateExpression")):
            return do(request)
        self.fired = True
        assert edge.kernel.process
        edge.kernel.process.was_struck = True
        code = "ProvisionedThroughputExceededException"
        raise ClientError({"Error": {"Code": code, "Message": "Rate exceeded"}}, operation)


def test_no_message_fails_for_a_sender_s_stop_that_was_not_written() -> None:
    """As seed 9001995 found at first: the group's other people fail of what is not in the table."""
    for order in range(ORDERS):
        refused = _StopRefused()
        service = begun(order, {number(3): Fate((STOP_SENDER,))}, refused)
        run_with(service, [group(0, 1, 2), person(3)])

        assert refused.fired
        assert invariants.check(service) == []


def test_a_sender_whose_stop_was_not_written_is_tried_again() -> None:
    """As seed 9100711 found at first: by then the carrier takes it, and the row has that try only."""
    refused = _StopRefused()
    service = begun(1, {number(0): Fate((STOP_SENDER, ACCEPT))}, refused)
    run_with(service, [person(0)])

    assert refused.fired
    [tries] = service.carrier.handed_over.values()
    assert [each.kind for each in tries] == [STOP_SENDER, ACCEPT]
    assert invariants.check(service) == []


# ------------------------------------------------------------------ a pause that comes late


class _LatePause:
    """The first try of a pause takes effect when the operation has been resumed."""

    def __init__(self) -> None:
        self.fired = False

    def __call__(self, edge: Edge, operation: str, request: Mapping[str, Any], do: Handler) -> Any:
        answer = do(request)
        if operation == "UpdateItem" and "#paused" in str(request) and {"BOOL": True} in _values(request):
            edge.kernel.after(5.0, lambda: self._again(edge, request))
        return answer

    def _again(self, edge: Edge, request: Mapping[str, Any]) -> None:
        self.fired = True
        edge.kernel.note("the pause takes effect late", "aws")
        try:
            edge.call("dynamodb", "UpdateItem", request)
        except ClientError as error:
            edge.kernel.note(f"  {error.response['Error']['Code']}", "aws")


def _values(request: Mapping[str, Any]) -> list[Any]:
    return list(request.get("ExpressionAttributeValues", {}).values())


def test_a_pause_that_takes_effect_after_the_resume_pauses_nothing() -> None:
    late = _LatePause()
    service = begun(1, mutation=late)
    account = service.accounts[0]

    def client() -> None:
        operation = service.send(account, [person(0)], mark="one", schedule={"sendAt": [after(60)]}, **SMS)
        assert operation
        control(service, account, operation, "Pause")
        control(service, account, operation, "Resume")

    service.act("client", client)
    service.run()

    assert late.fired
    assert invariants.check(service) == []
