"""The API's answers once all work has ended: counts, lists, messages and their attempts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from herald.model import problems
from herald.model.status import Status
from tests.journeys import ends
from tests.journeys.rows import Row
from tests.sim import carrier
from tests.sim.asked import Response
from tests.sim.plans import Calm
from tests.sim.recipients import one_spelling
from tests.sim.service import Service
from tests.sim.values import Item

_COUNTED: Final = ("scheduled", "queued", "sent", "delivered", "read", "undelivered", "failed", "canceled")
# The API is asked for so many messages one by one, and for the messages of so many addresses. Without faults
# there are few runs, so more is asked: what is wrong in one message must not depend on the draw.
_LOOKED_AT: Final = 3
_LOOKED_AT_IN_CALM: Final = 60
_ADDRESSES_IN_CALM: Final = 20
_MOST_PAGES: Final = 200
# After so many seconds without a message a session is over; a carrier's clock may be hours behind.
_SILENCE: Final = 86_400.0
_ABOUT: Final = 1_800.0
_CLOCKS_AND_SUCH: Final = 6 * 3_600.0


class _Shown(NamedTuple):
    """The API's answers, by operation and by message."""

    operations: dict[str, Response]
    lists: dict[str, list[Any]]
    errors: dict[str, list[Any]]
    messages: dict[str, Response]
    # Lists of an account, by filters.
    filtered: dict[tuple[str, tuple[tuple[str, str], ...]], list[Any]]


def check(
    service: Service,
    operations: Mapping[str, Item],
    rows: Mapping[str, Sequence[Row]],
    people: Sequence[Row],
) -> Iterator[str]:
    """The API's wrong answers."""
    shown = _read(service, operations, rows)
    for identifier, item in operations.items():
        some = rows.get(identifier, ())
        yield from _counts(identifier, int(item["total"]["N"]), some, shown.operations[identifier])
        yield from _list(service, item, some, shown.lists[identifier])
        yield from _errors(identifier, some, shown.errors[identifier])
    of = {row.message_id: row for some in rows.values() for row in some}
    for message_id, answer in shown.messages.items():
        row = of[message_id]
        yield from _message(service, operations[row.who.operation_id], row, answer)
    for (account, filters), found in shown.filtered.items():
        yield from _filtered(service, account, dict(filters), found, operations, of)
    yield from service.failures


# -------------------------------------------------------------------------------- reading


def walk(
    service: Service, account: str, path: str, what: str, query: Mapping[str, str], size: int
) -> list[Any]:
    """All pages of a list, one after the other."""
    found: list[Any] = []
    token: str | None = ""
    for _ in range(_MOST_PAGES):
        asked = {**query, "pageSize": str(size), **({"pageToken": token} if token else {})}
        answer = service.request("GET", path, account, query=asked)
        if answer.status != 200:
            service.failures.append(f"GET {path} {asked} is answered {answer.status} {answer.body}")
            return found
        if len(answer.body[what]) > size:
            service.failures.append(f"GET {path} {asked} has {len(answer.body[what])} entries")
        found += answer.body[what]
        token = answer.body["pagination"]["next"]
        if not token:
            return found
    service.failures.append(f"GET {path} {query} has no end")
    return found


def _read(service: Service, operations: Mapping[str, Item], rows: Mapping[str, Sequence[Row]]) -> _Shown:
    shown = _Shown({}, {}, {}, {}, {})
    random = service.kernel.random
    # Indexes have caught up by then.
    service.kernel.now += service.longest_lag + 1.0
    before = service.kernel.now

    def read() -> None:
        for identifier, item in operations.items():
            account = item["account"]["S"]
            path = f"/Messages/Operations/{identifier}"
            shown.operations[identifier] = service.request("GET", path, account)
            size = random.choice((1_000, 1_000, 3))
            query = {"operationId": identifier}
            shown.lists[identifier] = walk(service, account, "/Messages", "messages", query, size)
            shown.errors[identifier] = walk(service, account, f"{path}/Errors", "errors", {}, size)
        messages = [row for some in rows.values() for row in some if row.status is not None]
        is_calm = type(service.plan) is Calm
        most = _LOOKED_AT_IN_CALM if is_calm else _LOOKED_AT
        for row in random.sample(messages, min(most, len(messages))):
            shown.messages[row.message_id] = service.request(
                "GET", f"/Messages/{row.message_id}", row.account
            )
        asked = [
            (account, filters)
            for account in sorted({item["account"]["S"] for item in operations.values()})
            for filters in _asked_for(service, account, [row for some in rows.values() for row in some])
        ]
        for account, filters in asked:
            key = account, tuple(filters.items())
            shown.filtered[key] = walk(
                service, account, "/Messages", "messages", filters, random.choice((1_000, 2))
            )

    service.act("reader", read)
    service.run()
    assert service.kernel.now >= before
    return shown


def _asked_for(service: Service, account: str, rows: Sequence[Row]) -> Iterator[dict[str, str]]:
    """The filters with which an account's messages are listed."""
    yield _some_filters(service, account, rows)
    if type(service.plan) is Calm:
        for address in _addresses(account, rows)[:_ADDRESSES_IN_CALM]:
            yield {"to": address}


def _addresses(account: str, rows: Sequence[Row]) -> list[str]:
    return sorted(set().union(*(row.addresses for row in rows if row.account == account)))


def _some_filters(service: Service, account: str, rows: Sequence[Row]) -> dict[str, str]:
    """Filters of a list that have something to do with what an account has sent."""
    random = service.kernel.random
    tags = [sent.more["tags"] for sent in service.sent if sent.account == account and "tags" in sent.more]
    filters: dict[str, str] = {}
    if random.random() < 0.6:
        known = sorted(
            {moments[-1].status for who, moments in service.witness.history.items() if who.person is None}
        )
        filters["status"] = random.choice(known or ["SENT"])
    if tags and random.random() < 0.6:
        filters["tags"] = "".join(f"{name}:{value};" for name, value in random.choice(tags).items())
    if random.random() < 0.3:
        filters["channel"] = random.choice(("SMS", "WHATSAPP"))
    addresses = _addresses(account, rows)
    if addresses and random.random() < 0.3:
        filters["to"] = random.choice(addresses)
    return filters


# ------------------------------------------------------------------------------- comparing


def _counts(identifier: str, total: int, rows: Sequence[Row], answer: Response) -> Iterator[str]:
    if answer.status != 200:
        yield f"{identifier} is shown as {answer.status}"
        return
    counted = Counter(row.status for row in rows if row.status)
    expected = {name: counted[Status(name.upper())] for name in _COUNTED}
    expected |= {
        "total": total,
        "unaddressable": sum(row.status is None for row in rows),
        "recipients": sum(row.people for row in rows),
        "attempts": sum(row.tries for row in rows),
    }
    stats = answer.body["stats"]
    if different := {
        name: (stats.get(name), value) for name, value in expected.items() if stats.get(name) != value
    }:
        yield f"{identifier} counts (shown, rows): {different}"


def _list(service: Service, operation: Item, rows: Sequence[Row], found: list[Any]) -> Iterator[str]:
    """An operation's list has each of its messages once, the last one first, each with its recipient."""
    expected = sorted((row.message_id for row in rows if row.status is not None), reverse=True)
    ids = [each["id"] for each in found]
    if ids != expected:
        yield f"the list of {operation['id']['S']} has {ids} instead of {expected}"
        return
    by_id = {row.message_id: row for row in rows}
    for each in found:
        row = by_id[each["id"]]
        if each["status"] != row.status:
            yield f"{row.message_id} is {row.status} and listed as {each['status']}"
        recipient = ends.recipient_of(service, operation, row)
        addresses = {known["address"] for known in recipient.addresses} if recipient else set()
        if not {to["address"] for to in each["to"] if "address" in to} <= addresses:
            yield f"{row.message_id} is listed as to {each['to']}, and its recipient has {addresses}"


def _errors(identifier: str, rows: Sequence[Row], found: list[Any]) -> Iterator[str]:
    """The errors of an operation are its failed messages and those that it could not make."""
    failed = sorted(row.message_id for row in rows if row.status == "FAILED")
    if sorted(each["messageId"] for each in found if each["messageId"]) != failed:
        yield f"the errors of {identifier} are {found}, and {failed} have failed"
    without = sum(each["messageId"] is None for each in found)
    if without != sum(row.status is None for row in rows):
        yield f"the errors of {identifier} have {without} recipients without a message"
    contexts = Counter(each["context"] for each in found)
    if any(number > 1 for number in contexts.values()):
        yield f"the errors of {identifier} have a place twice: {contexts}"


def _message(service: Service, operation: Item, row: Row, answer: Response) -> Iterator[str]:
    if answer.status != 200:
        yield f"{row.message_id} is shown as {answer.status}"
        return
    body, recipient = answer.body, ends.recipient_of(service, operation, row)
    assert recipient
    sent = recipient.sent
    if body["status"] != row.status:
        yield f"{row.message_id} is {row.status} and shown as {body['status']}"
    error = body["error"] and body["error"]["code"]
    if error != row.error:
        yield f"{row.message_id} has the error {row.error} and is shown with {error}"
    if body["tags"] != sent.more.get("tags", {}):
        yield f"{row.message_id} has the tags {body['tags']} instead of {sent.more.get('tags', {})}"
    if body["content"].get("text") != f"Hello {sent.mark}. {recipient.place}":
        yield f"{row.message_id} has the text of somebody else: {body['content']}"
    shown = body["scheduledFor"] and datetime.fromisoformat(body["scheduledFor"]).timestamp()
    # What is past for the function that accepts the request is due then, by that clock. A client repeats a
    # request until an outage is over.
    outage = service.weather.outage[1]
    is_later = recipient.due is not None and recipient.due > sent.at + 60 + service.weather.clocks + outage
    if is_later and shown != recipient.due:
        yield f"{row.message_id} is shown as scheduled for {body['scheduledFor']}"
    chunk = row.who.operation_id, row.who.number // service.sizes.chunk
    is_harmed = bool(service.bad_ends[chunk] or service.overlaps[chunk])
    # Of a sender that is another account's no try is handed over.
    is_harmed |= row.error == problems.SENDER_NOT_OWNED.code
    if not row.is_group and not is_harmed:
        yield from _attempts(service, row, body["attempts"])
        yield from _session(service, row, body)


def _attempts(service: Service, row: Row, attempts: list[Any]) -> Iterator[str]:
    """Each try that the carrier did not turn away is an attempt, with its address, outcome and price."""
    handed_over = service.carrier.handed_over.get((row.message_id, None), [])
    tries = [each for each in handed_over if each.kind != carrier.TURN_AWAY]
    if len(attempts) < len(tries):
        tries = [each for each in tries if not each.may_be_no_try]
    if len(attempts) != len(tries):
        yield f"{row.message_id} is shown with {len(attempts)} attempts instead of {len(tries)}"
        return
    for shown, each in zip(attempts, tries, strict=True):
        if [to["address"] for to in shown["to"]] != [each.message.to.address]:
            yield f"{row.message_id} is shown as sent to {shown['to']}, not to {each.message.to.address}"
        price = shown.get("billing", {}).get("price")
        if price != each.price:
            yield f"a try of {row.message_id} has cost {each.price} and is shown with {price}"
        code = shown["error"] and shown["error"]["code"]
        wanted = {carrier.REJECT: carrier.REFUSAL, carrier.STOP_SENDER: carrier.STOP}.get(each.kind)
        # The last attempt has the message's own error: that it waited too long for its next address,
        # that the sender of that was stopped, or that its person has opted out.
        not_tried = (carrier.STOP, problems.OPTED_OUT.code)
        is_last = each is tries[-1] and (each is not handed_over[-1] or code in not_tried)
        if wanted and code != wanted and not is_last:
            yield f"a try of {row.message_id} was refused with {wanted} and is shown with {code}"


def _session(service: Service, row: Row, body: Mapping[str, Any]) -> Iterator[str]:
    """A message to a person who had written lately is in the session of the person's message."""
    handed_over = service.carrier.handed_over.get((row.message_id, None), [])
    last = handed_over[-1] if handed_over else None
    if last is None or last.kind != carrier.ACCEPT:
        return
    sender = last.message.sender.address
    # A message stays in the session of an address that it was taken for before.
    tried = {each.message.to.address for each in handed_over}
    related = [each["id"] for each in body["related"] if each["name"] == "SESSION"]
    wrote = [
        inbound
        for inbound in service.written.values()
        if (inbound.account, inbound.to) == (row.account, sender) and inbound.source in tried
    ]
    known = [
        who
        for who, moments in service.witness.history.items()
        if moments[0].status == "INBOUND"
        and service.witness.accounts[who] == row.account
        and moments[0].at < last.process.started
    ]
    if related and not wrote:
        yield f"{row.message_id} is in a session of somebody who never wrote"
    met = [service.said[inbound.id] for inbound in wrote]
    met += [
        each.began
        for some in service.carrier.handed_over.values()
        for each in some
        if (each.message.account, each.message.sender.address) == (row.account, sender)
        and each.message.to.address in tried
    ]
    silence = min((last.began - at for at in met if at < last.began), default=0.0)
    if related and silence > _SILENCE + _ABOUT:
        yield f"{row.message_id} is in a session after {silence / 3_600:.0f} hours of silence"
    has_written = any(
        inbound.source == last.message.to.address
        and last.began - service.said[inbound.id] < _SILENCE - _CLOCKS_AND_SUCH
        for inbound in wrote
    )
    if (
        not related
        and has_written
        and len(known) == len([each for each in service.written.values() if each.account == row.account])
    ):
        yield f"{row.message_id} is in no session, and its recipient had written before"


def _filtered(
    service: Service,
    account: str,
    filters: Mapping[str, str],
    found: list[Any],
    operations: Mapping[str, Item],
    rows: Mapping[str, Row],
) -> Iterator[str]:
    """A list with filters has the matching messages, each once, newest first."""
    inbound = [
        who.message_id
        for who, moments in service.witness.history.items()
        if moments[0].status == "INBOUND" and service.witness.accounts[who] == account
    ]
    tags = dict(each.split(":") for each in filters.get("tags", "").split(";") if each)
    expected = []
    for row in rows.values():
        recipient = ends.recipient_of(service, operations[row.who.operation_id], row)
        has_tags = recipient and tags.items() <= recipient.sent.more.get("tags", {}).items()
        is_to = "to" not in filters or one_spelling(filters["to"]) in map(one_spelling, row.addresses)
        if row.account == account and row.status is not None and has_tags and is_to:
            expected.append((row.message_id, row.status))
    if not tags and "to" not in filters:
        expected += [(identifier, "INBOUND") for identifier in inbound]
    status, channel = filters.get("status"), filters.get("channel")
    if channel == "WHATSAPP":
        expected = []
    wanted = sorted((each for each, is_now in expected if status in (None, is_now)), reverse=True)
    if [each["id"] for each in found] != wanted:
        yield f"the list of {account} with {dict(filters)} has {[each['id'] for each in found]}, not {wanted}"
