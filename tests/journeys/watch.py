"""Clients that read during a run, and report impossible answers."""

from collections.abc import Mapping
from typing import Any, Final

from tests.sim.service import Service

_STATUSES: Final = ("scheduled", "queued", "sent", "delivered", "read", "undelivered", "failed", "canceled")
# Statuses that no count may be ahead of.
_REACHED: Final = ("sent", "delivered", "read", "undelivered", "failed", "canceled")
_IN_NO_INDEX: Final = ("SENT", "DELIVERED", "CANCELED")
_ORDER: Final = ("SCHEDULED", "PROCESSING", "COMPLETED", "CANCELED")
_MOST_PAGES: Final = 60


def counts(service: Service, account: str, operation_id: str, *, times: int, pause: float) -> None:
    """Look at an operation's counts, again and again."""
    seen = -1
    for _ in range(times):
        was_canceled = operation_id in service.canceled
        answer = service.request("GET", f"/Messages/Operations/{operation_id}", account)
        if answer.status == 200:
            _check_counts(service, operation_id, answer.body)
            status = answer.body["status"]
            if was_canceled and status != "CANCELED":
                service.complaints.append(f"{operation_id} was canceled and is shown as {status}")
            if _ORDER.index(status) < seen:
                service.complaints.append(f"{operation_id} is {status} after {_ORDER[seen]}")
            seen = _ORDER.index(status)
        elif answer.status == 404:
            service.complaints.append(f"{operation_id} was accepted and is not there")
        service.sleep(pause)


def _check_counts(service: Service, operation_id: str, body: Mapping[str, Any]) -> None:
    stats = body["stats"]
    sent = service.book.request_of(operation_id)
    total = len(sent.to) if sent else stats["total"]
    groups = sum("group" in each for each in sent.to) if sent else 0
    counted = sum(stats[name] for name in (*_STATUSES, "unaddressable"))
    if stats["total"] != total or not total - groups <= counted <= total or min(stats.values()) < 0:
        service.complaints.append(f"{operation_id} of {total} recipients is shown with {stats}")
    ever = dict.fromkeys(_REACHED, 0)
    for who, moments in service.witness.history.items():
        if who.person is None and who.operation_id == operation_id:
            for name in {moment.status.lower() for moment in moments} & set(_REACHED):
                ever[name] += 1
    if ahead := {name: stats[name] for name in _REACHED if stats[name] > ever[name]}:
        service.complaints.append(f"{operation_id} is shown with {ahead}, and never had more than {ever}")


def messages(service: Service, account: str, stranger: str, filters: Mapping[str, str], size: int) -> None:
    """Walk down a list while messages move: each at most once, each as the filters want it."""
    began = service.kernel.now
    found: list[str] = []
    token: str | None = ""
    for _ in range(_MOST_PAGES):
        query = {**filters, "pageSize": str(size), **({"pageToken": token} if token else {})}
        answer = service.request("GET", "/Messages", account, query=query)
        if answer.status != 200:
            if answer.status < 500 and not answer.is_lost:
                service.complaints.append(f"a page with {query} is answered {answer.status} {answer.body}")
            return
        for each in answer.body["messages"]:
            found.append(each["id"])
            if not _meets(each, filters):
                service.complaints.append(f"the list with {dict(filters)} has {each}")
        token = answer.body["pagination"]["next"]
        if not token:
            break
        _is_bound(service, stranger, query, token)
        service.sleep(0.05)
    if found != sorted(set(found), reverse=True):
        service.complaints.append(f"the list with {dict(filters)} is {found}")
    _check_complete(service, account, filters, set(found), began)


def _meets(message: Mapping[str, Any], filters: Mapping[str, str]) -> bool:
    tags = dict(each.split(":") for each in filters.get("tags", "").split(";") if each)
    operations = [each["id"] for each in message["related"] if each["name"] == "OPERATION"]
    return (
        filters.get("status") in (None, message["status"])
        and tags.items() <= message["tags"].items()
        and ("operationId" not in filters or filters["operationId"] in operations)
    )


def _is_bound(service: Service, stranger: str, query: Mapping[str, str], token: str) -> None:
    """A page token is of no use to another account, nor with other filters."""
    account_s = service.request("GET", "/Messages", stranger, query={**query, "pageToken": token})
    if account_s.status == 200:
        service.complaints.append("the token of one account is taken from another")


def _check_complete(
    service: Service, account: str, filters: Mapping[str, str], found: set[str], began: float
) -> None:
    """What was there before and stayed as the filters want it is in the list."""
    if set(filters) - {"status", "operationId"}:
        return
    # Messages of some statuses are found by no index, but by that of their operations.
    is_indexed = filters.get("status") not in _IN_NO_INDEX
    indexed = began - service.longest_lag - 0.5
    known = indexed if is_indexed else began
    for who, moments in list(service.witness.history.items()):
        if who.person is not None or service.witness.accounts[who] != account:
            continue
        if filters.get("operationId", who.operation_id) != who.operation_id:
            continue
        if moments[0].at > indexed and "operationId" not in filters:
            continue
        since = [moment for moment in moments if moment.at <= known]
        later = [moment for moment in moments if moment.at > known]
        wanted = filters.get("status")
        is_wanted = bool(since) and all(wanted in (None, moment.status) for moment in [since[-1], *later])
        if is_wanted and who.message_id not in found:
            service.complaints.append(f"the list with {dict(filters)} has not {who.message_id}")
