"""What must hold once everything has come to rest, whatever went wrong before.

The rows are read as the table has them, and the counts as the API shows them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from herald.model import problems
from herald.model.addresses import AddressChannel, MessageAddress
from herald.model.ids import index_of
from herald.model.status import Status
from tests.sim import carrier
from tests.sim.carrier import HandOver
from tests.sim.requests import Key
from tests.sim.service import CHUNK_SIZE, GROUP_SIZE, START_AGAIN, STOP, Response, Sent, Service
from tests.sim.values import Item
from tests.sim.witness import SUCCESSES, operation_of, suppression_of

_MESSAGE: Final = "comms_message_"
_COUNTED: Final = ("scheduled", "queued", "sent", "delivered", "read", "undelivered", "failed", "canceled")
# What a repeated event may change: who worked on a chunk last, and until when it is theirs.
_BOOKKEEPING: Final = frozenset({"generation", "leaseUntil", "ticket", "parent"})
# So many faults it takes until a message that is tried five times can be a dead letter.
_DEADLY: Final = 3


class Row(NamedTuple):
    """A message, a recipient without one, or (`person`) one person of a group."""

    account: str
    message_id: str
    person: int | None
    status: str | None
    error: int | None
    tries: int
    people: int
    is_group: bool
    # In the request, where that is not the place in the operation.
    place: int | None


def check(service: Service) -> list[str]:
    """Everything that is wrong with a run that has come to rest. It is not the same run afterwards."""
    service.plan.calm()
    wrong = list(_dead_letters(service))
    redrive(service)
    operations = _operations(service)
    answers = _read(service, operations)
    rows = defaultdict(list)
    people = []
    received = []
    for row in rows_of(service.table.items):
        if row.status == Status.INBOUND:
            received.append(row.account)
        elif row.person is None:
            rows[f"comms_operation_{row.message_id[len(_MESSAGE) : len(_MESSAGE) + 26]}"].append(row)
        else:
            people.append(row)
    wrong += service.edge.invalid + service.carrier.wrongs + service.failures
    written = sorted(str(inbound.account) for inbound in service.written.values())
    if sorted(received) != written:
        wrong.append(f"{len(written)} messages were written, and there are {len(received)} of them")
    wrong += _words(service)
    wrong += _requests(service, operations)
    wrong += [f"rows of no operation: {identifier}" for identifier in rows if identifier not in operations]
    for identifier, item in operations.items():
        wrong += _operation(identifier, item, rows[identifier], answers[identifier])
    for row in [*people, *(row for some in rows.values() for row in some if not row.is_group)]:
        wrong += _ends_well(service, operations, row)
    wrong += _overrun(service)
    wrong += _stopped(service, operations)
    wrong += [f"{queue.name} is not empty" for queue in service.queues.all() if queue.messages]
    if service.metrics["ReceiptIgnored"] < service.forged:
        wrong.append("forged receipts were not counted")
    return wrong


def replay(service: Service) -> list[str]:
    """Deliver everything again that was ever delivered; what that has changed, and must not."""
    before = {key: _lasting(item) for key, item in service.table.items.items()}
    handed_over = sum(map(len, service.carrier.handed_over.values()))
    for queue in service.queues.all():
        if queue.source:
            for body in list(queue.sent):
                queue.put(body, delay=service.kernel.random.uniform(0, 900))
    for source in service.stream_sources:
        for records in list(source.delivered):
            source.again(records)
    service.run()
    after = {key: _lasting(item) for key, item in service.table.items.items()}
    wrong = [
        f"replaying has changed {key}: {_difference(before.get(key), after.get(key))}"
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    ]
    if sum(map(len, service.carrier.handed_over.values())) != handed_over:
        wrong.append("replaying has sent something")
    return wrong + service.edge.invalid + service.failures


def redrive(service: Service) -> None:
    """What an operator does with dead letters: put them back."""
    for queue in service.queues.all():
        if queue.dead_letters and queue.dead_letters.messages:
            for message in list(queue.dead_letters.messages.values()):
                queue.dead_letters.delete(message)
                queue.put(message.body)
    service.run()


def rows_of(items: dict[Key, Item]) -> Iterator[Row]:
    for (partition, sort), item in items.items():
        if not partition.startswith("MESSAGES#"):
            continue
        message_id, _, person = sort.partition("#")
        yield Row(
            account=partition.split("#")[1],
            message_id=message_id,
            person=int(person) if person else None,
            status=item["status"]["S"] if "status" in item else None,
            error=int(item["error"]["N"]) if "error" in item else None,
            tries=int(item["tries"]["N"]) if "tries" in item else 0,
            people=int(item["people"]["N"]) if "people" in item else 1,
            is_group="people" in item,
            place=int(item["place"]["N"]) if "place" in item else None,
        )


# ------------------------------------------------------------------------------ requests


def _dead_letters(service: Service) -> Iterator[str]:
    if service.queues["StreamDeadLetters"].messages:
        yield "changes of the table were given up"
    faults = len(service.edge.struck) + service.deaths
    for queue in service.queues.all():
        if queue.dead_letters and queue.dead_letters.messages and faults < _DEADLY:
            bodies = [message.body for message in queue.dead_letters.messages.values()]
            yield f"dead letters of {queue.name} after {faults} faults: {bodies}"


def _operations(service: Service) -> dict[str, Item]:
    return {item["id"]["S"]: item for (_, sort), item in service.table.items.items() if sort == "OPERATION"}


def _read(service: Service, operations: Iterable[str]) -> dict[str, Response]:
    """Operations as the API shows them to their accounts."""
    answers: dict[str, Response] = {}
    items = _operations(service)

    def read() -> None:
        for identifier in operations:
            account = items[identifier]["account"]["S"]
            answers[identifier] = service.request("GET", f"/Messages/Operations/{identifier}", account)

    service.act("reader", read)
    service.run()
    return answers


def _requests(service: Service, operations: dict[str, Item]) -> Iterator[str]:
    """Each request is the operations that its answers say, and no other."""
    by_mark: defaultdict[str, list[Sent]] = defaultdict(list)
    for sent in service.sent:
        by_mark[sent.mark].append(sent)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for identifier, item in operations.items():
        [mark] = [mark for mark in by_mark if f"Hello {mark}." in item["content"]["S"]] or [""]
        found[mark].add(identifier)
    for identifier in found.pop("", set()):
        yield f"{identifier} is of no request"
    for mark, requests in by_mark.items():
        accepted = {
            str(each.response.body["operationId"]) for each in requests if each.response.status == 202
        }
        most = len(accepted) + sum(each.response.is_lost for each in requests)
        if missing := accepted - found[mark]:
            yield f"request {mark} was accepted and is not there: {missing}"
        if len(found[mark]) > (1 if requests[0].key else most):
            yield f"request {mark} is there {len(found[mark])} times, and was accepted {len(accepted)} times"
        if requests[0].key and len(accepted) > 1:
            yield f"request {mark} has a key and was accepted as {accepted}"
        for identifier in found[mark]:
            total = int(operations[identifier]["total"]["N"])
            if total != len(requests[0].to):
                yield f"{identifier} has {total} recipients instead of {len(requests[0].to)}"


# ---------------------------------------------------------------------------- operations


def _operation(identifier: str, item: Item, rows: list[Row], answer: Response) -> Iterator[str]:
    total = int(item["total"]["N"])
    if len({row.message_id for row in rows}) != len(rows):
        yield f"{identifier} has a message and an unaddressable of the same recipient"
    if len(rows) != total:
        yield f"{identifier} has {len(rows)} rows for {total} recipients"
    if any(row.account != item["account"]["S"] for row in rows):
        yield f"{identifier} has rows of another account"
    if item["status"]["S"] not in ("COMPLETED", "CANCELED"):
        yield f"{identifier} is {item['status']['S']} in the end"
    if answer.status != 200:
        yield f"{identifier} is shown as {answer.status}"
        return
    stats = answer.body["stats"]
    counted = Counter(row.status for row in rows if row.status)
    expected = {name: counted[Status(name.upper())] for name in _COUNTED}
    expected |= {
        "total": total,
        "unaddressable": sum(row.status is None for row in rows),
        "recipients": sum(row.people for row in rows),
        "attempts": sum(row.tries for row in rows),
    }
    if different := {
        name: (stats.get(name), value) for name, value in expected.items() if stats.get(name) != value
    }:
        yield f"{identifier} counts (shown, rows): {different}"


# ---------------------------------------------------------------------------- recipients


def _ends_well(service: Service, operations: dict[str, Item], row: Row) -> Iterator[str]:
    """Whether a message, or a person of a group, ends as what the carrier knows has it."""
    if row.status is None:
        return
    handed_over = service.carrier.handed_over.get((row.message_id, row.person), [])
    identifier = f"comms_operation_{row.message_id[len(_MESSAGE) : len(_MESSAGE) + 26]}"
    operation = operations.get(identifier, {})
    is_harmed = (identifier, index_of(row.message_id) // CHUNK_SIZE) in service.harmed
    expected = _expected(handed_over, is_harmed, _held_back(service, operation, row))
    shown = [
        f"try {each.message.attempt}: {each.kind}, reported {[*map(str, each.reported)]}"
        for each in handed_over
    ]
    if (row.status, row.error) not in expected and (row.status, None) not in expected:
        yield f"{row.message_id} {row.person} is {row.status} {row.error} after {shown}"
    tries = sum(each.kind != carrier.TURN_AWAY for each in handed_over)
    if row.person is None and not is_harmed and row.tries != tries:
        yield f"{row.message_id} has {row.tries} tries after {shown}"


type _End = tuple[str, int | None]
_UNCONFIRMED: Final = problems.UNCONFIRMED.code
_CODES: Final = {carrier.REJECT: carrier.REFUSAL, carrier.STOP_SENDER: carrier.STOP}


def _held_back(service: Service, operation: Item, row: Row) -> set[_End]:
    """How a recipient may end whom the carrier has not got: canceled, suppressed, or the sender stopped."""
    ends: set[_End] = set()
    if operation.get("status", {}).get("S") == "CANCELED":
        ends.add(("CANCELED", None))
    if operation.get("stopped", {}).get("M"):
        ends.add(("FAILED", carrier.STOP))
    suppressed = service.witness.ever_suppressed
    if suppressed and any(
        suppression_of(row.account, each) in suppressed for each in _addresses(service, operation, row)
    ):
        ends.add(("FAILED", problems.OPTED_OUT.code))
    return ends


def _addresses(service: Service, operation: Item, row: Row) -> list[MessageAddress]:
    """Where the request wants a recipient, or a person of a group, to be written to."""
    text = operation["content"]["S"]
    to = next(sent.to for sent in service.sent if f"Hello {sent.mark}." in text)
    recipient = to[index_of(row.message_id) if row.place is None else row.place]
    if "profileId" in recipient:
        shown = service.profiles[row.account, recipient["profileId"]]
    else:
        shown = recipient.get("group", recipient).get("addresses") or [recipient]
    addresses = [
        MessageAddress(address=each["address"], channel=AddressChannel(each["channel"])) for each in shown
    ]
    return addresses if row.person is None else addresses[row.person : row.person + 1]


def _expected(handed_over: list[HandOver], is_harmed: bool, held_back: set[_End]) -> set[_End]:
    """Status and error (None: any) in which a row may end. `is_harmed`: a worker of its chunk was struck."""
    # Whoever dies with a recipient in hand leaves it to be unconfirmed.
    unconfirmed: set[_End] = {("FAILED", _UNCONFIRMED)} if is_harmed else set()
    if not handed_over:
        return held_back | unconfirmed
    last = handed_over[-1]
    taken = [each for each in handed_over if each.taken]
    # Until the next try is recorded, a receipt of the one before may still be of success.
    arrived: set[_End] = {
        (str(status), None) for each in taken for status in each.reported if status in SUCCESSES
    }
    if last.taken:
        best = last.best_report
        if best is not None:
            # Whoever dies with the next try in hand leaves that one unconfirmed.
            return arrived - _of(last) | {(str(best), None)} | (unconfirmed if last.has_failed else set())
        return (
            arrived
            | unconfirmed
            | {("SENT", None)}
            | (set() if last.is_known else {("FAILED", _UNCONFIRMED)})
        )
    if not is_harmed and taken and taken[-1].best_report in SUCCESSES:
        since = handed_over[handed_over.index(taken[-1]) + 1 :]
        if all(each.kind == carrier.TURN_AWAY for each in since):
            return {(str(taken[-1].best_report), None)}
    ends = held_back | unconfirmed | arrived
    if taken and taken[-1].has_failed:
        ends.add(("UNDELIVERED", None))
    if any(each.kind in carrier.AMBIGUOUS for each in handed_over):
        ends.add(("FAILED", _UNCONFIRMED))
    # Who was turned away waits, and does not fail of it.
    if last.kind in _CODES:
        ends.add(("FAILED", _CODES[last.kind]))
    return ends


def _of(hand_over: HandOver) -> set[_End]:
    return {(str(status), None) for status in hand_over.reported}


def _stopped(service: Service, operations: dict[str, Item]) -> Iterator[str]:
    """A sender that the carrier stopped is stopped in the operation, unless the one who heard it has died."""
    for (message_id, _), some in service.carrier.handed_over.items():
        [identifier] = operation_of(message_id)[0].split("#")[1:]
        stopped = operations[identifier].get("stopped", {}).get("M", {})
        for each in some:
            is_heard = each.kind == carrier.STOP_SENDER and each.is_known
            if is_heard and each.message.sender.sender_id not in stopped:
                yield f"{identifier} goes on with {each.message.sender.sender_id}, which was stopped"


def _words(service: Service) -> Iterator[str]:
    """Who wrote STOP last is suppressed, and who wrote START last is not; at one instant, STOP counts."""
    said: dict[Key, tuple[datetime, bool]] = {}
    for inbound in service.written.values():
        if inbound.text in (STOP, START_AGAIN) and inbound.account and inbound.person:
            key = suppression_of(inbound.account, inbound.person)
            word = inbound.at, inbound.text == STOP
            said[key] = max(said.get(key, word), word)
    for key, (_, is_suppressed) in said.items():
        if ("since" in service.table.items.get(key, {})) != is_suppressed:
            yield f"{key} is {'not ' if is_suppressed else ''}suppressed"


def _overrun(service: Service) -> Iterator[str]:
    """After a cancel no more is sent than the workers had begun with."""
    for identifier, (at, workers) in service.cancels.items():
        late = {
            each.message.message_id
            for some in service.carrier.handed_over.values()
            for each in some
            if each.began > at and each.message.message_id[len(_MESSAGE) :].startswith(identifier[16:])
        }
        if len(late) > workers * GROUP_SIZE:
            yield f"{identifier}: {len(late)} sent after it was canceled, by {workers} workers"


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
