"""In runs without faults: lists by other filters, messages by a carrier's id, groups, and the audit log.

The filters are of what the list of all of an account's messages shows, so the two must agree.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from tests.journeys.rows import Row
from tests.journeys.shown import walk
from tests.sim import carrier
from tests.sim.plans import Calm
from tests.sim.service import Service

# So many messages are looked for by the carrier's ids, and so many groups are looked at.
_LOOKED_FOR: Final = 4
_PAGE: Final = 100
_SMALL_PAGE: Final = 5
# Of requests that can be read. A body that can not be read asks for no change.
_AUDITED: Final = (202, 403, 409, 429)


def check(service: Service, people: Sequence[Row]) -> list[str]:
    """The wrong answers. Where something went wrong nothing is asked: an answer would tell no more."""
    wrong: list[str] = []
    if type(service.plan) is not Calm:
        return wrong

    def read() -> None:
        for account in sorted({sent.account for sent in service.sent}):
            wrong.extend(_audited(service, account))
            wrong.extend(_listed(service, account))
        wrong.extend(_sought(service))
        wrong.extend(_received(service, people))

    service.act("searcher", read)
    service.run()
    return wrong + service.failures


def _audited(service: Service, account: str) -> Iterator[str]:
    """Each request that an account's client was answered has an event, with its outcome."""
    events = walk(service, account, "/AuditEvents", "auditEvents", {}, _SMALL_PAGE)
    ids = [each["id"] for each in events]
    if ids != sorted(set(ids), reverse=True):
        yield f"the audit log of {account} is {ids}"
    if unknown := [each for each in events if each["outcome"] == "UNKNOWN"]:
        yield f"the audit log of {account} does not know what became of {unknown}"
    ended = [(each["outcome"], each.get("status"), each.get("resourceId")) for each in events]
    for sent in service.sent:
        status = sent.response.status
        if sent.account == account and status in _AUDITED:
            wanted = "REFUSED", status, None
            if status == 202:
                wanted = "DONE", status, sent.response.body["operationId"]
            if wanted not in ended:
                yield f"the audit log of {account} has not {wanted}"


def _listed(service: Service, account: str) -> Iterator[str]:
    """Each list with a filter has of all messages those that the filter is of, in the same order."""
    everything = walk(service, account, "/Messages", "messages", {}, _PAGE)
    for filters, wanted in _filters(everything):
        found = walk(service, account, "/Messages", "messages", filters, _SMALL_PAGE)
        if [each["id"] for each in found] != wanted:
            yield f"the list of {account} with {filters} has {[each['id'] for each in found]}, not {wanted}"


def _filters(messages: Sequence[Any]) -> Iterator[tuple[dict[str, str], list[str]]]:
    """Filters, and the ids of the messages that they are of."""
    if not messages:
        return
    middle = messages[len(messages) // 2]["createdAt"]
    at = datetime.fromisoformat(middle)
    times = {each["id"]: datetime.fromisoformat(each["createdAt"]) for each in messages}
    yield {"startDate": middle}, [name for name, time in times.items() if time > at]
    yield {"endDate": middle}, [name for name, time in times.items() if time < at]
    for status in sorted({each["status"] for each in messages}):
        yield {"status": status}, [each["id"] for each in messages if each["status"] == status]
    for name, kind in (("sessionId", "SESSION"), ("operationId", "OPERATION")):
        related = {each["id"]: _related(each, kind) for each in messages}
        if some := sorted(set().union(*related.values())):
            yield {name: some[0]}, [each for each, known in related.items() if some[0] in known]
    profiles = {each["id"]: {to.get("profileId") for to in each["to"]} for each in messages}
    if named := sorted(set().union(*profiles.values()) - {None}):
        yield {"profile": named[0]}, [each for each, known in profiles.items() if named[0] in known]


def _related(message: Mapping[str, Any], kind: str) -> set[str]:
    return {each["id"] for each in message["related"] if each["name"] == kind}


def _sought(service: Service) -> Iterator[str]:
    """A message is found by the carrier's id of its last try, or of that to a person of a group."""
    last = [some[-1] for some in service.carrier.handed_over.values() if some]
    taken = [each for each in last if each.kind == carrier.ACCEPT and each.is_known]
    for each in [*taken[: _LOOKED_FOR // 2], *taken[-_LOOKED_FOR // 2 :]]:
        message = each.message
        identifier = carrier.id_of(message)
        answer = service.request("GET", f"/Messages/Seek/{identifier}", message.account)
        if not answer.headers.get("Location", "").endswith(f"/{message.message_id}"):
            yield f"{message.message_id} is not found by {identifier}: {answer.status} {dict(answer.headers)}"


def _received(service: Service, people: Sequence[Row]) -> Iterator[str]:
    """Each person of a group is shown with the status of the person's own."""
    for identifier in sorted({row.message_id for row in people})[:_LOOKED_FOR]:
        rows = sorted(
            (row for row in people if row.message_id == identifier), key=lambda row: row.person or 0
        )
        shown = walk(service, rows[0].account, f"/Messages/{identifier}/Receipts", "receipts", {}, 2)
        if [each["status"] for each in shown] != [row.status for row in rows]:
            yield f"the people of {identifier} are {[row.status for row in rows]}, and shown as {shown}"
