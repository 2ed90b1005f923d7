"""Receipts of carriers for messages that they accepted.

A failure reopens the row if there is another route, and then puts a task for it
on the queue. If the process dies in between, the receipt comes again and finds the reopened row.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aws_lambda_powertools.metrics import MetricUnit

from herald.model.amounts import nanos_told
from herald.model.ids import index_of, operation_id_of
from herald.model.message import Billing, Receipt
from herald.model.operation import CHUNK_SIZE
from herald.model.status import RANK
from herald.sending.app import App
from herald.store import reports
from herald.store.reports import Effect
from herald.store.table import Unavailable
from herald.tasks import FanOut, enqueue
from herald.telemetry import count, logger, measure


class _Subject(NamedTuple):
    """The subject of a receipt: a message, or one person of a group."""

    account: str
    message_id: str
    person: int | None


def receive_batch(app: App, batch: Sequence[Sequence[Receipt]]) -> dict[int, Exception | None]:
    """Apply the receipts of several queue messages together; return the places of failed messages, and why.

    None: the table was too busy. If an error fails all, each message is tried alone, so that
    none holds up the others.
    """
    receipts = [receipt for message in batch for receipt in message]
    places = [place for place, message in enumerate(batch) for _ in message]
    try:
        return {places[left]: None for left in receive(app, receipts)} if receipts else {}
    except Exception as failure:
        if len(batch) == 1:
            logger.exception("receipts not applied")
            return {0: failure}
    alone = {place: receive_batch(app, [message]) for place, message in enumerate(batch)}
    return {place: failed[0] for place, failed in alone.items() if failed}


def receive(app: App, receipts: Sequence[Receipt]) -> set[int]:
    """Apply receipts to messages; return the places of receipts that the table was too busy for.

    A receipt that is repeated, out of order, or for no message of the account that it
    names changes nothing and is counted.
    """
    left: set[int] = set()
    effects: Counter[Effect] = Counter()
    failed: list[Receipt] = []
    price = 0.0
    for together in merged(receipts):
        some = list(together)
        found = reports.apply_many(app.table, some, now=app.clock())
        for receipt, effect in zip(some, found, strict=True):
            if isinstance(effect, Unavailable):
                left.update(together[receipt])
                continue
            effects[effect] += 1
            # Several receipts of one attempt count as one.
            effects[Effect.IGNORED] += len(together[receipt]) - 1
            if effect is Effect.OPENED:
                failed.append(receipt)
            if effect is not Effect.IGNORED:
                price += _dollars(receipt.billing)
    _send_again(app, failed)
    applied = effects[Effect.MOVED] + effects[Effect.OPENED]
    count("ReceiptApplied", applied)
    count("ReceiptIgnored", effects[Effect.IGNORED])
    if price:
        measure("PriceReported", round(price, 5), MetricUnit.NoUnit)
    logger.info("receipts applied", applied=applied, ignored=effects[Effect.IGNORED], left=len(left))
    return left


def _dollars(billing: Billing | None) -> float:
    """The cost of a message, if the carrier reports it in US dollars."""
    if billing is None or not billing.price or billing.currency != "USD":
        return 0.0
    return (nanos_told(billing.price) or 0) / 1e9


def merged(receipts: Sequence[Receipt]) -> list[dict[Receipt, list[int]]]:
    """Receipts in groups that are applied one after the other, each with the places that it merges.

    All receipts of one attempt become one: the farthest, with the cost if it is known. The attempts
    of one message come in their order, each in a group of its own.
    """
    tries: defaultdict[_Subject, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, each in enumerate(receipts):
        tries[_Subject(each.account, each.message_id, each.person)][each.attempt].append(place)
    groups: list[dict[Receipt, list[int]]] = []
    for by_attempt in tries.values():
        for number, (_, places) in enumerate(sorted(by_attempt.items())):
            if number == len(groups):
                groups.append({})
            groups[number][_farthest([receipts[place] for place in places])] = places
    return groups


def _farthest(receipts: Sequence[Receipt]) -> Receipt:
    """The merged receipts of one attempt, independent of their order.

    Of two failures the uncertain one counts: better one attempt too few than a duplicate.
    """
    farthest = max(receipts, key=lambda each: (RANK[each.status], not each.is_certain))
    known = [each.billing for each in receipts if each.billing]
    if len(receipts) == 1 or not known:
        return farthest
    billing = Billing.model_validate(
        {name: value for each in known for name, value in each.model_dump(by_alias=False).items() if value},
        strict=False,
    )
    return farthest.model_copy(update={"billing": billing})


def _send_again(app: App, failed: Iterable[Receipt]) -> None:
    """Enqueue the chunks of messages whose rows wait for another route."""
    places: defaultdict[tuple[str, str, int], set[int]] = defaultdict(set)
    for receipt in failed:
        chunk, place = divmod(index_of(receipt.message_id), CHUNK_SIZE)
        places[receipt.account, operation_id_of(receipt.message_id), chunk].add(place)
    for (account, operation_id, chunk), some in places.items():
        task = FanOut(operation_id=operation_id, chunk=chunk, again=tuple(sorted(some)))
        enqueue(app.chunk_queue, [task], account=account)
        count("MessageRerouted", len(some))
