"""An account of the doctor's own, which sends by the sandbox and checks every sum.

Nothing leaves AWS: the account has one sender, of the carrier `sandbox`, and its recipients are
numbers of the sandbox. At the end its rows are deleted. If a sum is wrong the rows stay for inspection,
until they expire or the next canary begins; the credential is deleted in any case.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from herald.model.addresses import SANDBOX, SenderChannel
from herald.model.ids import BLOCK_SIZE, message_id
from herald.operator import accounts
from herald.store import Keyring, Table, keys
from herald.store.parties import Parties
from herald_cli import admin
from herald_cli.client import ApiError, Herald, HeraldError
from herald_cli.doctor.findings import Check, Verdict, failure, ok, unchecked, warning

ADDRESS: Final = "+15005550006"
SENDER: Final = {"address": ADDRESS, "channel": "SMS"}
RECIPIENTS: Final = 300
# Recipients of a task (template.yaml).
_OF_A_CHUNK: Final = 100
# What 300 recipients come to: those with a fate of their own (README.md), one that no sender
# reaches, and the others, to which it is delivered.
SUMS: Final = {
    "total": 300,
    "recipients": 300,
    "attempts": 299,
    "unaddressable": 1,
    "scheduled": 0,
    "queued": 0,
    "sent": 0,
    "delivered": 294,
    "read": 1,
    "undelivered": 2,
    "failed": 2,
    "canceled": 0,
}
_FATES: Final = ("0101", "0102", "0110", "0111", "0160")
_FEW: Final = 10
_DUE_SECONDS: Final = 15
_AFTER_DUE_SECONDS: Final = 10
_PAUSE_SECONDS: Final = 0.5
# The age at which the rows of another canary are deleted.
_ABANDONED_AFTER: Final = timedelta(hours=1)
_LOW, _HIGH = " ", "~"

RecordSums = Callable[[str, Mapping[str, int]], None]


class Canary:
    """The account, and the operations that it made. Entering makes the account."""

    def __init__(
        self,
        client: Any,
        table: str,
        secret: str,
        base_url: str,
        *,
        patience: float,
        token_secret: str = "",
        record: RecordSums = lambda name, stats: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        connect: Callable[..., Herald] = Herald,
    ) -> None:
        self._client, self._table_name, self._secret = client, table, secret
        self.table = Table(client, table)
        # By which addresses its messages are found is under a hash that needs this secret.
        self._parties = Parties(Keyring(token_secret).parties) if token_secret else None
        self.patience, self.record, self.clock, self.sleep = patience, record, clock, sleep
        self._base_url, self._connect = base_url, connect
        self.account_sid, self.auth_token = "", ""
        self.operations: list[str] = []
        self.is_right = True
        self._herald: Herald | None = None
        self._keys: list[keys.Key] = []

    @property
    def herald(self) -> Herald:
        if self._herald is None:
            self._herald = self._connect(self._base_url, self.account_sid, self.auth_token)
        return self._herald

    def make(self) -> None:
        """Delete the rows of an earlier canary, and make an account with a sender of the sandbox."""
        now = datetime.now(UTC)
        for item in list(self.table.query(keys.DOCTOR, low="AC", high="AC~")):
            if datetime.fromisoformat(item["createdAt"]) < now - _ABANDONED_AFTER:
                delete(self.table, item["sk"], item.get("operations", ()), parties=self._parties)
        self.account_sid, self.auth_token = accounts.create(
            self.table, Keyring(self._secret).credentials, "herald doctor", now
        )
        self.table.put_new(keys.doctor(self.account_sid), {"createdAt": now.isoformat(), "operations": []})
        admin.add_sender(self._client, self._table_name, self.account_sid, ADDRESS, "SMS", carrier=SANDBOX)

    def send(self, to: list[Any], **more: Any) -> str:
        """Have an operation accepted, twice with one key: the second time it is the same."""
        request: Any = {"from": SENDER, "to": to, "content": {"text": "herald doctor"}, **more}
        key = f"doctor-{self.account_sid}-{len(self.operations)}"
        self._keys.append(keys.idempotency(self.account_sid, key))
        operation_id = self.herald.send(request, key)["operationId"]
        self.operations.append(operation_id)
        self.table.update_fields(keys.doctor(self.account_sid), {"operations": self.operations})
        again = self.herald.send(request, key)["operationId"]
        if again != operation_id:
            self.operations.append(again)
            raise Wrong("the same request with the same Idempotency-Key became two operations")
        return operation_id

    def wait(
        self, operation_id: str, wanted: Mapping[str, int], status: str
    ) -> tuple[Mapping[str, int], float]:
        """The sums when they are as wanted, or when the patience ends; and the seconds until then.

        Raises Wrong if at some moment the sums do not add up.
        """
        began = self.clock()
        while True:
            operation = self.herald.operation(operation_id)
            stats: Mapping[str, int] = operation["stats"]  # type: ignore[assignment]
            if (found := _sum(stats)) != stats["total"]:
                raise Wrong(f"{found:,} recipients are counted of {stats['total']:,}")
            seconds = self.clock() - began
            is_there = operation["status"] == status and not _difference(stats, wanted)
            if is_there or seconds > self.patience:
                return stats, seconds
            self.sleep(_PAUSE_SECONDS)

    def clean_up(self) -> Iterator[Verdict]:
        """Delete the account and its rows; if a sum is wrong, only the credential."""
        if not self.account_sid:
            return
        if self._herald is not None:
            self._herald.close()
        self.table.delete(keys.credential(self.account_sid))
        if not self.is_right:
            yield warning(
                f"the rows of the canary stay, so that they can be looked at: {', '.join(self.operations)}",
                "The next --canary deletes them when they are an hour old.",
            )
            return
        delete(self.table, self.account_sid, self.operations, self._keys, self._parties)
        yield ok("the account of the canary, its operations and messages are deleted; logs and metrics stay")


class Wrong(Exception):
    """A sum is wrong; the text says how."""


def delete(
    table: Table, account_sid: str, operations: Any, others: Any = (), parties: Parties | None = None
) -> None:
    """Delete all rows of an account that the doctor made, the account last."""
    senders = [
        each[keys.SK] for each in _rows(table, keys.account(account_sid).pk) if "SENDER#" in each[keys.SK]
    ]
    partitions = [
        keys.messages(account_sid, 0),
        *keys.audit_partitions(account_sid),
        # One shard, so one stripe; the month is the sort key.
        keys.usage(account_sid, "").pk,
        keys.released(account_sid, "", 0).pk,
        *(keys.operation(each).pk for each in operations),
        *(keys.chunk(each, number).pk for each in operations for number in range(RECIPIENTS // _OF_A_CHUNK)),
        *(keys.channel_postings(account_sid, channel, 0) for channel in SenderChannel),
    ]
    found = [keys.Key(row[keys.PK], row[keys.SK]) for each in partitions for row in _rows(table, each)]
    found += [keys.pacing(account_sid, each.removeprefix("SENDER#")) for each in senders]
    found += _parties_of(parties, account_sid, operations) if parties else []
    table.delete_many([*found, *others, keys.use(account_sid), keys.credential(account_sid)])
    owner = keys.address_owner(SenderChannel.SMS, ADDRESS)
    if (table.get(owner) or {}).get("account") == account_sid:
        table.delete(owner)
    table.delete_many(
        keys.Key(row[keys.PK], row[keys.SK]) for row in _rows(table, keys.account(account_sid).pk)
    )
    table.delete(keys.doctor(account_sid))


def _parties_of(parties: Parties, account_sid: str, operations: Any) -> list[keys.Key]:
    """The keys by which messages of the canary's sender are found; some of these items do not exist."""
    sender = parties.partition(account_sid, keys.Party.FROM, ADDRESS)
    return [
        keys.Key(sender, message_id(each, index))
        for each in operations
        for index in range(0, RECIPIENTS, _OF_A_CHUNK)
    ]


def _rows(table: Table, partition: str) -> list[Any]:
    return list(table.query(partition, low=_LOW, high=_HIGH, keys_only=True))


def _sum(stats: Mapping[str, int]) -> int:
    names = (
        "unaddressable",
        "scheduled",
        "queued",
        "sent",
        "delivered",
        "read",
        "undelivered",
        "failed",
        "canceled",
    )
    return sum(stats[name] for name in names)


def _difference(stats: Mapping[str, int], wanted: Mapping[str, int]) -> list[str]:
    return [f"{name} is {stats[name]}, not {count}" for name, count in wanted.items() if stats[name] != count]


def recipients() -> list[dict[str, str]]:
    """300 numbers of the sandbox: five with a fate, one that no sender reaches, 294 that get it."""
    plain = [f"+1500555{number}" for number in range(5000, 5000 + RECIPIENTS - len(_FATES) - 1)]
    to = [{"address": each, "channel": "PHONE"} for each in [*plain, *(f"+1500555{fate}" for fate in _FATES)]]
    return [*to, {"address": "+15005559999", "channel": "WHATSAPP"}]


def _judged(
    canary: Canary, name: str, operation_id: str, wanted: Mapping[str, int], status: str, right: str
) -> Iterator[Verdict]:
    """Wait for the sums of an operation, and return whether they are right."""
    stats, seconds = canary.wait(operation_id, wanted, status)
    canary.record(name, stats)
    if wrong := _difference(stats, wanted):
        canary.is_right = False
        yield failure(
            f"{right}: after {seconds:.0f} seconds {', '.join(wrong)}",
            f"Look at the checks `event-sources` and `ages`; then herald repair {operation_id}",
        )
    else:
        yield ok(f"{right}: every sum is right after {seconds:.0f} seconds")


def _guarded(run: Callable[[Canary], Iterator[Verdict]]) -> Callable[[Canary], Iterator[Verdict]]:
    """The check, which fails if a sum is wrong or the API refuses."""

    def guarded(canary: Canary) -> Iterator[Verdict]:
        if not canary.account_sid:
            yield unchecked("the canary has no account")
            return
        try:
            yield from run(canary)
        except Wrong as wrong:
            canary.is_right = False
            yield failure(str(wrong), "Tell us, with the transcript (--record): it is an error in Herald.")
        except ApiError as error:
            canary.is_right = False
            yield failure(f"the API refuses the canary ({error})", "Look at the checks of the API.")
        except HeraldError as error:
            canary.is_right = False
            yield failure(
                f"the API does not answer the canary ({type(error).__name__})", "Check the network."
            )

    return guarded


@_guarded
def send(canary: Canary) -> Iterator[Verdict]:
    operation_id = canary.send(recipients())
    right = f"{RECIPIENTS} recipients"
    verdicts = list(_judged(canary, "canary-send", operation_id, SUMS, "COMPLETED", right))
    if canary.is_right:
        listed = [each["id"] for each in canary.herald.messages(operationId=operation_id, pageSize=1000)]
        pages = canary.herald.pages(f"Messages/Operations/{operation_id}/Errors", pageSize=1000)
        found = len(listed), len({*listed}), sum(len(page["errors"]) for page in pages)
        messages = RECIPIENTS - SUMS["unaddressable"]
        if found != (messages, messages, SUMS["failed"] + SUMS["unaddressable"]):
            raise Wrong(f"{found[1]} messages and {found[2]} errors are listed, of {messages} and 3")
    yield from verdicts


@_guarded
def schedule(canary: Canary) -> Iterator[Verdict]:
    """While the operation is paused nothing is sent at the due time; after the resume everything is."""
    due = datetime.now(UTC) + timedelta(seconds=_DUE_SECONDS)
    operation_id = canary.send(recipients()[:_FEW], schedule={"sendAt": [_instant(due)]})
    canary.herald.act(operation_id, "Pause")
    canary.sleep(_DUE_SECONDS + _AFTER_DUE_SECONDS)
    stats: Any = canary.herald.operation(operation_id)["stats"]
    canary.record("canary-schedule, paused", {"waiting": stats["scheduled"] + stats["queued"]})
    if stats["scheduled"] + stats["queued"] != _FEW:
        raise Wrong(f"{_FEW - stats['scheduled'] - stats['queued']} messages of a paused operation were sent")
    canary.herald.act(operation_id, "Resume")
    wanted = {"total": _FEW, "attempts": _FEW, "delivered": _FEW}
    right = "scheduled, paused while it was due, resumed"
    yield from _judged(canary, "canary-schedule", operation_id, wanted, "COMPLETED", right)


@_guarded
def cancel(canary: Canary) -> Iterator[Verdict]:
    due = datetime.now(UTC) + timedelta(hours=1)
    operation_id = canary.send(recipients()[:_FEW], schedule={"sendAt": [_instant(due)]})
    canary.herald.act(operation_id, "Cancel")
    wanted = {"total": _FEW, "attempts": 0, "canceled": _FEW}
    yield from _judged(canary, "canary-cancel", operation_id, wanted, "CANCELED", "scheduled, and canceled")


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


CHECKS: Final[tuple[Check[Canary], ...]] = (
    Check("canary-send", "300 recipients of the sandbox, every sum", send),
    Check("canary-schedule", "a schedule that is paused while it is due, and resumed", schedule),
    Check("canary-cancel", "a schedule that is canceled", cancel),
    Check("canary-cleanup", "whether what the canary made is deleted", Canary.clean_up),
)
assert RECIPIENTS > BLOCK_SIZE  # noqa: S101 (two blocks of counts are summed)
