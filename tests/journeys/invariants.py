"""The promises that must hold once all work has ended, after any faults.

The rows are read from the table, only by their ids and fields, and then
compared with the API's answers (`shown`). The carrier's record shows how messages were sent
(`sending`). A fault does not excuse other recipients: a worker that died or was killed accounts
for one group of its chunk, and no more.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final

from herald.model.status import Status
from tests.journeys import ends, searched, sending, shown
from tests.journeys.rows import Row, rows_of
from tests.sim import carrier
from tests.sim.asked import Sent
from tests.sim.recipients import OPERATION, Address, Who, one_spelling, operations_in, requests_of
from tests.sim.service import RETENTION_DAYS, START_AGAIN, STOP, Service
from tests.sim.values import Item

# What a repeated event may change: how often a chunk was begun, which worker was the last, and its lease.
_BOOKKEEPING: Final = frozenset(
    {"begun", "generation", "leaseUntil", "parent", "rival", "step", "ticket", "worker"}
)
# The least number of faults after which a message that is tried five times can be a dead letter.
_DEADLY: Final = 3
_DAY: Final = 86_400
# From the clock of the function that accepts a request until it is committed, at most.
_A_WHILE: Final = 180.0
_OPERATION: Final = re.compile(rf"{OPERATION}\w+")
_NEXT: Final = {
    "SCHEDULED": ("PROCESSING", "COMPLETED", "CANCELED"),
    "PROCESSING": ("COMPLETED", "CANCELED"),
}


def check(service: Service) -> list[str]:
    """All broken promises of a run whose work has ended. The check changes the run."""
    service.calm()
    wrong = list(_dead_letters(service))
    redrive(service)
    operations = operations_in(service.table.items)
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    people = []
    received = []
    for row in rows_of(service.table.items):
        if row.status == Status.INBOUND:
            received.append(row.account)
        elif row.who.person is None:
            rows[row.who.operation_id].append(row)
        else:
            people.append(row)
    places = {row.message_id: row.place for some in rows.values() for row in some}
    people = [row._replace(place=places.get(row.message_id)) for row in people]
    wrong += service.edge.invalid + service.carrier.wrongs + service.failures + service.complaints
    written = sorted(str(inbound.account) for inbound in service.written.values())
    if sorted(received) != written:
        wrong.append(f"{len(written)} messages were written, and there are {len(received)} of them")
    wrong += _words(service)
    wrong += _sessions(service)
    wrong += _requests(service, operations)
    wrong += [f"rows of no operation: {identifier}" for identifier in rows if identifier not in operations]
    for identifier, item in operations.items():
        wrong += _operation(service, identifier, item, rows[identifier])
    wrong += ends.check(service, operations, rows, people)
    wrong += sending.check(service)
    wrong += _stopped(service, operations, rows)
    wrong += _kept(service, operations, rows)
    wrong += [f"{queue.name} is not empty" for queue in service.queues.all() if queue.messages]
    if service.metrics["ReceiptIgnored"] < service.forged:
        wrong.append("forged receipts were not counted")
    # What is wrong with the table need not be told again of what the API shows of it.
    wrong = wrong or [*shown.check(service, operations, rows, people)]
    return wrong or searched.check(service, people)


def replay(service: Service) -> list[str]:
    """Deliver everything again that was ever delivered; what that has changed, and must not."""
    before = {key: _lasting(item) for key, item in service.table.items.items()}
    claims, tasks = _claims(service), service.queues["ChunkQueue"].sent
    last, begun = _last_tickets(tasks), len(tasks)
    handed_over = sum(map(len, service.carrier.handed_over.values()))
    turned = service.witness.turned
    deliver_again(service)
    service.run()
    after = {key: _lasting(item) for key, item in service.table.items.items()}
    wrong = [
        f"replaying has changed {key}: {_difference(before.get(key), after.get(key))}"
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    ]
    if sum(map(len, service.carrier.handed_over.values())) != handed_over:
        wrong.append("replaying has sent something")
    if service.witness.turned != turned:
        wrong.append("a word that came again was heard again")
    may_begin = Counter(
        task["operationId"]
        for task in _chunk_tasks(tasks[begun:])
        if task.get("ticket", 0) in (0, last[task["operationId"], task["chunk"]])
    )
    wrong += [
        f"chunks of {identifier} were begun {number} times, by {may_begin[identifier]} tasks"
        for identifier, number in (_claims(service) - claims).items()
        if number > may_begin[identifier]
    ]
    return wrong + service.edge.invalid + service.failures


def _claims(service: Service) -> Counter[str]:
    """How often chunks were begun, by operation."""
    found: Counter[str] = Counter()
    for (pk, _), item in service.table.items.items():
        if "generation" in item and (operation := _OPERATION.search(pk)):
            found[operation[0]] += int(item["generation"]["N"])
    return found


def _last_tickets(tasks: Iterable[str]) -> Counter[tuple[str, int]]:
    """The last ticket of each chunk. Another task has followed each task with an earlier one."""
    last: Counter[tuple[str, int]] = Counter()
    for task in _chunk_tasks(tasks):
        chunk = task["operationId"], task["chunk"]
        last[chunk] = max(last[chunk], task.get("ticket", 0))
    return last


def _chunk_tasks(tasks: Iterable[str]) -> list[dict[str, Any]]:
    """The tasks that begin a chunk, or continue it."""
    return [task for task in map(json.loads, tasks) if task["task"] == "fan_out"]


def deliver_again(service: Service) -> None:
    """Let queues and the stream deliver everything again that they have ever delivered."""
    for queue in service.queues.all():
        if queue.source:
            for body in list(queue.sent):
                queue.put(body, delay=service.kernel.random.uniform(0, 900))
    for source in service.stream_sources:
        for records in list(source.delivered):
            source.again(records)


def redrive(service: Service) -> None:
    """Send dead letters back, as an operator does."""
    for queue in service.queues.all():
        if queue.dead_letters and queue.dead_letters.messages:
            for message in list(queue.dead_letters.messages.values()):
                queue.dead_letters.delete(message)
                queue.put(message.body)
    service.run()


# ------------------------------------------------------------------------------ requests


def _dead_letters(service: Service) -> Iterator[str]:
    if service.queues["StreamDeadLetters"].messages:
        yield "changes of the table were given up"
    faults = len(service.edge.struck) + service.deaths + sum(service.plan.met.values())
    faults += service.edge.faults["write given up"]
    # A table without capacity refuses statements in company one by one, for as long as it has none.
    faults = max(faults, service.struck_ends)
    for queue in service.queues.all():
        if queue.dead_letters and queue.dead_letters.messages and faults < _DEADLY:
            bodies = [message.body for message in queue.dead_letters.messages.values()]
            yield f"dead letters of {queue.name} after {faults} faults: {bodies}"


def _requests(service: Service, operations: dict[str, Item]) -> Iterator[str]:
    """Each request made the operations in its answers, and no other."""
    by_mark = dict(requests_of(service.sent, lambda each: (each.account, each.mark)))
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for identifier, item in operations.items():
        account = item["account"]["S"]
        known = [mark for of, mark in by_mark if of == account and f"Hello {mark}." in item["content"]["S"]]
        if len(known) != 1:
            yield f"{identifier} of {account} is of no request"
            continue
        found[account, known[0]].add(identifier)
    for mark, requests in by_mark.items():
        yield from _request(mark[1], requests, found[mark], operations)


def _request(mark: str, requests: list[Sent], found: set[str], operations: dict[str, Item]) -> Iterator[str]:
    """`requests` have the same body, and maybe the same key."""
    accepted = {str(each.response.body["operationId"]) for each in requests if each.response.status == 202}
    most = len(accepted) + sum(each.response.is_lost for each in requests)
    if missing := accepted - found:
        yield f"request {mark} was accepted and is not there: {missing}"
    if len(found) > (1 if requests[0].key else most):
        yield f"request {mark} is there {len(found)} times, and was accepted {len(accepted)} times"
    if requests[0].key and len(accepted) > 1:
        yield f"request {mark} has a key and was accepted as {accepted}"
    for identifier in found:
        total = int(operations[identifier]["total"]["N"])
        if total != len(requests[0].to):
            yield f"{identifier} has {total} recipients instead of {len(requests[0].to)}"


# ---------------------------------------------------------------------------- operations


def _operation(service: Service, identifier: str, item: Item, rows: list[Row]) -> Iterator[str]:
    total = int(item["total"]["N"])
    if len({row.who for row in rows}) != len(rows):
        yield f"{identifier} has a message and an unaddressable of the same recipient"
    if len(rows) != total:
        yield f"{identifier} has {len(rows)} rows for {total} recipients"
    if any(row.account != item["account"]["S"] for row in rows):
        yield f"{identifier} has rows of another account"
    if item["status"]["S"] not in ("COMPLETED", "CANCELED"):
        yield f"{identifier} is {item['status']['S']} in the end"
    states = service.witness.operations[identifier]
    for (_, before), (_, after) in pairwise(states):
        if after not in _NEXT.get(before, ()):
            yield f"{identifier} went from {before} to {after}"
    if identifier in service.canceled and item["status"]["S"] != "CANCELED":
        yield f"{identifier} was canceled and is {item['status']['S']}"


def _stopped(service: Service, operations: dict[str, Item], rows: dict[str, list[Row]]) -> Iterator[str]:
    """A sender that the carrier stopped is stopped in the operation, unless its worker could not write it.

    Then no row says of a try that its sender was stopped.
    """
    for identifier, some in rows.items():
        for row in some:
            for attempt in json.loads(row.item["attempts"]["S"]) if "attempts" in row.item else ():
                stopped = operations[identifier].get("stopped", {}).get("M", {})
                if attempt.get("error") == carrier.STOP and attempt["sender"]["senderId"] not in stopped:
                    yield f"{row.message_id} has a try by a stopped sender, which {identifier} does not stop"
    for (message_id, _), handed_over in service.carrier.handed_over.items():
        identifier = Who(message_id).operation_id
        stopped = operations[identifier].get("stopped", {}).get("M", {})
        for each in handed_over:
            is_heard = each.kind == carrier.STOP_SENDER and each.is_known and not each.may_be_no_try
            if is_heard and each.message.sender.sender_id not in stopped:
                yield f"{identifier} goes on with {each.message.sender.sender_id}, which was stopped"


def _kept(service: Service, operations: dict[str, Item], rows: dict[str, list[Row]]) -> Iterator[str]:
    """An operation is kept from the last time that something of it is due, and all that belongs to it.

    A chunk whose progress is forgotten before its operation would be sent again.
    """
    least: dict[str, int] = {}
    slack = _A_WHILE + 2 * service.weather.clocks
    for identifier, item in operations.items():
        least[identifier] = until = int(item["expiresAt"]["N"])
        [(committed, _), *_] = service.witness.operations[identifier]
        recipients = (ends.recipient_of(service, item, row) for row in rows[identifier])
        last = max([committed, *(each.due for each in recipients if each and each.due)])
        # Where people are not written to at night, what is due then is due in the morning.
        night = _DAY if item["account"]["S"] in service.hours else 0
        if not -slack < until - last - RETENTION_DAYS * _DAY < slack + night:
            yield f"{identifier} is kept for {(until - last) / _DAY:.1f} days"
    for (pk, sk), item in service.table.items.items():
        found = _OPERATION.search(pk) or _OPERATION.search(sk)
        if (
            found
            and found[0] in least
            and "expiresAt" in item
            and int(item["expiresAt"]["N"]) < least[found[0]]
        ):
            yield f"{pk} {sk} is not kept for as long as its operation"


def _sessions(service: Service) -> Iterator[str]:
    """A session is of one person."""
    writers: defaultdict[str, set[str]] = defaultdict(set)
    for item in service.table.items.values():
        if item.get("status", {}).get("S") == Status.INBOUND:
            person = json.loads(item["details"]["S"])["to"]["address"]
            writers[item["sessionKey"]["S"]].add(one_spelling(person))
    for session, people in writers.items():
        if len(people) > 1:
            yield f"{session} is of {len(people)} people"


def _words(service: Service) -> Iterator[str]:
    """A person whose latest keyword is STOP is suppressed, after START not; at one instant, STOP counts."""
    said: dict[Address, tuple[float, bool]] = {}
    for identifier, inbound in service.written.items():
        if inbound.text in (STOP, START_AGAIN) and inbound.account and inbound.person:
            address = Address.of(inbound.account, inbound.person.channel, inbound.person.address)
            word = service.said[identifier], inbound.text == STOP
            said[address] = max(said.get(address, word), word)
    for address, lifted in service.lifted.items():
        said[address] = max(said.get(address, (0.0, False)), (lifted, False))
    for address in service.left_alone:
        said[address] = 0.0, True
    for address, (_, is_suppressed) in said.items():
        if service.witness.is_suppressed(address) != is_suppressed:
            yield f"{address} is {'not ' if is_suppressed else ''}suppressed"
    for key, item in service.table.items.items():
        if "since" in item and "expiresAt" in item:
            yield f"{key} is suppressed, and expires"


# -------------------------------------------------------------------------------- replay


def _lasting(item: Item) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in _BOOKKEEPING}


def _difference(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Any:
    old, new = before or {}, after or {}
    return {
        name: (old.get(name), new.get(name))
        for name in old.keys() | new.keys()
        if old.get(name) != new.get(name)
    }


__all__ = ["Row", "check", "deliver_again", "redrive", "replay", "rows_of"]
