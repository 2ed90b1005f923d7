"""The account: recipients lost, people texted twice, and whether the counts are right."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bench.soak.clients import Request
from herald.model.ids import operation_id_of
from herald_cli.client import Herald, MessageMetadata

_POLL_SECONDS: Final = 2.0
_UNCONFIRMED: Final = 99001


@dataclass
class Account:
    """Numbers of recipients unless it says otherwise."""

    recipients: int = 0
    operations: int = 0
    # Accepted, and without a message; or with a message that never ends.
    lost: int = 0
    # Accepted by the carrier more than once.
    doubled: int = 0
    # With a message that contradicts the carrier's record.
    wrong: int = 0
    # Operations whose counts are not those of their messages.
    miscounted: int = 0
    # Failed with 99001, and how many of them the carrier had accepted.
    unconfirmed: int = 0
    unconfirmed_taken: int = 0
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.wrong or self.miscounted)


def wait_for_the_end(
    herald: Herald, requests: Iterable[Request], patience: float, progress: Callable[[str], None]
) -> list[str]:
    """Wait until every operation is completed; return those that are not when the patience ends."""
    until = time.monotonic() + patience
    waiting = [each.operation_id for each in requests]
    while waiting and time.monotonic() < until:
        waiting = [each for each in waiting if herald.operation(each)["status"] != "COMPLETED"]
        progress(f"{len(waiting)} operations are not completed")
        if waiting:
            time.sleep(_POLL_SECONDS)
    return waiting


def settle(
    herald: Herald, requests: Iterable[Request], taken: Mapping[str, int], progress: Callable[[str], None]
) -> Account:
    """Compare the accepted requests with the API's messages, and these with the carrier's record."""
    account = Account()
    # In one walk: a list for each operation would take longer than the load did.
    shown: defaultdict[str, defaultdict[str, list[MessageMetadata]]] = defaultdict(lambda: defaultdict(list))
    for message in herald.messages(pageSize=1000):
        shown[operation_id_of(message["id"])][message["to"][0]["address"]].append(message)
    progress(f"{sum(map(len, shown.values()))} messages listed")
    for request in requests:
        account.operations += 1
        account.recipients += len(request.numbers)
        found = shown[request.operation_id]
        for number in request.numbers:
            _add(account, herald, found[number], taken.get(number, 0))
        statuses = Counter(message["status"] for messages in found.values() for message in messages)
        account.statuses += statuses
        stats = herald.operation(request.operation_id)["stats"]
        counted = {status: stats[status.lower()] for status in statuses}  # type: ignore[literal-required]
        account.miscounted += counted != statuses or stats["total"] != len(request.numbers)
        if account.operations % 100 == 0:
            progress(f"{account.operations} operations looked at")
    account.doubled = sum(each > 1 for each in taken.values())
    return account


def _add(account: Account, herald: Herald, messages: list[MessageMetadata], taken: int) -> None:
    if len(messages) != 1 or messages[0]["status"] == "QUEUED":
        account.lost += 1
        return
    status = messages[0]["status"]
    if status == "FAILED":
        attempts = herald.message(messages[0]["id"])["attempts"]
        error = attempts[-1]["error"] if attempts else None
        if error and error["code"] == _UNCONFIRMED:
            account.unconfirmed += 1
            account.unconfirmed_taken += taken
        else:
            account.wrong += taken != 0
    else:
        account.wrong += taken != 1
