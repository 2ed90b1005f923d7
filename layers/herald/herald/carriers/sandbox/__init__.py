"""The carrier that sends nothing: a new stack's default, and every test's.

The last four digits of a number that begins with +1500555 decide what happens; a message to any
other number is delivered. Receipts come through the receipt queue, as
with real carriers, `sandbox_receipt_seconds` after the hand-over; a dry run has
none. The sandbox keeps nothing.

| number       | what happens                                                        |
|--------------|---------------------------------------------------------------------|
| +15005550100 | delivered                                                           |
| +15005550101 | undelivered, 30003 (unreachable)                                    |
| +15005550102 | undelivered, 30005 (unknown handset)                                |
| +15005550103 | undelivered, 30007 (filtered)                                       |
| +15005550110 | refused at the hand-over, 21610 (opted out): FAILED                 |
| +15005550111 | refused at the hand-over, 21408 (region not enabled): FAILED        |
| +15005550120 | turned away once for want of capacity, then accepted and delivered  |
| +15005550130 | accepted; delivered 30 s later than the others                      |
| +15005550140 | accepted; no receipt ever comes, so it stays SENT                   |
| +15005550150 | the hand-over never answers, and nothing was sent                   |
| +15005550151 | the hand-over never answers, but it was sent: a receipt comes       |
| +15005550160 | delivered, then read                                                |

The sandbox refuses what carriers refuse, so that a rehearsal shows it: an SMS of more than 10
parts with 63021; media whose URL is not https or names a host that is not public with 21620,
and media whose name has the ending of an unsupported kind of file with 12300.

The sandbox makes no inbound messages by itself. A message of this form on the inbound queue, as the
command `herald inbound` puts it there, is a text to the sender `to`:

    {"carrier": "sandbox", "inbound": [
      {"account": "AC…", "id": "1", "from": "+12065550100", "to": "+15005550006",
       "channel": "SMS", "text": "Hi", "media": ["https://…"], "at": "2026-01-02T03:04:05Z"}]}

`text` and `media` may be left out, and `account` too, if only one account has the
sender; all accounts have the sandbox's own. Equal account, id and time mean the same message.
"""

from collections.abc import Iterator
from ipaddress import ip_address
from itertools import groupby
from mimetypes import guess_type
from threading import Lock
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from herald.carriers import queued
from herald.carriers.kind import Kind
from herald.carriers.protocol import (
    Accepted,
    NotSent,
    OutboundMessage,
    Outcome,
    Rejected,
    Unknown,
    as_said,
)
from herald.carriers.surroundings import Surroundings
from herald.model import problems
from herald.model.addresses import SANDBOX, SANDBOX_NUMBERS, SenderChannel
from herald.model.batches import batched
from herald.model.inbound import Inbound
from herald.model.message import Receipt
from herald.model.problems import Problem, problem_of
from herald.model.segments import parts_on
from herald.model.status import Status
from herald.tasks import Queue

_MAGIC_PREFIX: Final = SANDBOX_NUMBERS
_SLOWER_SECONDS: Final = 30
_READ_SECONDS: Final = 2
_THROTTLED_SECONDS: Final = 2
_RECEIPTS_A_MESSAGE: Final = 50
_MOST_PARTS: Final = 10
_MEDIA_KINDS: Final = ("image/", "audio/", "video/")
_OTHER_MEDIA: Final = ("application/pdf", "text/calendar", "text/vcard", "text/x-vcard")
_PRIVATE_NAMES: Final = (".local", ".localhost", ".internal", ".invalid", ".test")


class _Report(NamedTuple):
    """A receipt to send, `later` seconds after the usual time."""

    status: Status
    error: int | None = None
    later: int = 0


class _Fate(NamedTuple):
    """The behaviour of a number; `outcome` None: accepted."""

    outcome: Outcome | None = None
    reports: tuple[_Report, ...] = ()
    throttled_first: bool = False


_DELIVERED: Final = (_Report(Status.DELIVERED),)

_FATES: Final[dict[str, _Fate]] = {
    "0100": _Fate(reports=_DELIVERED),
    "0101": _Fate(reports=(_Report(Status.UNDELIVERED, problems.UNREACHABLE.code),)),
    "0102": _Fate(reports=(_Report(Status.UNDELIVERED, problems.UNKNOWN_HANDSET.code),)),
    "0103": _Fate(reports=(_Report(Status.UNDELIVERED, problems.FILTERED.code),)),
    "0110": _Fate(Rejected(problems.OPTED_OUT.code)),
    "0111": _Fate(Rejected(problems.REGION_NOT_ENABLED.code)),
    "0120": _Fate(reports=_DELIVERED, throttled_first=True),
    "0130": _Fate(reports=(_Report(Status.DELIVERED, later=_SLOWER_SECONDS),)),
    "0140": _Fate(),
    "0150": _Fate(Unknown()),
    "0151": _Fate(Unknown(), _DELIVERED),
    "0160": _Fate(reports=(*_DELIVERED, _Report(Status.READ, later=_READ_SECONDS))),
}
_ORDINARY: Final = _Fate(reports=_DELIVERED)


NAME: Final = SANDBOX


class Sandbox:
    name = NAME

    def __init__(self, receipts: Queue, receipt_seconds: int) -> None:
        self._receipts = receipts
        self._receipt_seconds = receipt_seconds
        self._reports: list[tuple[int, Receipt]] = []
        self._lock = Lock()

    def send(self, message: OutboundMessage) -> Outcome:
        if problem := _refusal(message):
            return as_said(Rejected(problem.code), problem.code, problem.message)
        fate = _fate(message.to.address)
        if fate.throttled_first and message.deferrals == 0:
            return NotSent(_THROTTLED_SECONDS)
        if not message.is_dry_run:
            with self._lock:
                self._reports += _reports(message, fate)
        if isinstance(fate.outcome, Rejected):
            return as_said(fate.outcome, fate.outcome.code, problem_of(fate.outcome.code).message)
        return fate.outcome or Accepted(_carrier_id(message))

    def flush(self) -> None:
        """Put the receipts of sent messages on the receipt queue, many to a queue message."""
        with self._lock:
            reports, self._reports = self._reports, []
        reports.sort(key=lambda report: report[0])
        for later, group in groupby(reports, key=lambda report: report[0]):
            bodies = [
                queued.receipts(self.name, (each for _, each in some))
                for some in batched(group, _RECEIPTS_A_MESSAGE)
            ]
            self._receipts.send(bodies, delay=self._receipt_seconds + later)


def build(surroundings: Surroundings) -> Sandbox:
    return Sandbox(surroundings.receipts, surroundings.sandbox_receipt_seconds)


def inbound(*messages: Inbound) -> str:
    """Such messages as a text for the inbound queue."""
    return queued.inbound(NAME, messages)


def _refusal(message: OutboundMessage) -> Problem | None:
    """Why carriers would refuse a message, if they would."""
    is_sms = message.sender.channel is SenderChannel.SMS
    if is_sms and parts_on(SenderChannel.SMS, message.text, message.media) > _MOST_PARTS:
        return problems.INVALID_CONTENT
    return next(filter(None, map(_refusal_of_media, message.media)), None)


def _refusal_of_media(url: str) -> Problem | None:
    parts = urlsplit(url)
    if parts.scheme.lower() != "https" or not _is_public(parts.hostname or ""):
        return problems.INVALID_MEDIA
    kind, _ = guess_type(parts.path)
    if kind is not None and not kind.startswith(_MEDIA_KINDS) and kind not in _OTHER_MEDIA:
        return problems.MEDIA_TYPE
    return None


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.rstrip(".").endswith(_PRIVATE_NAMES)


def _carrier_id(message: OutboundMessage) -> str:
    person = "" if message.person is None else f"-{message.person}"
    return f"sandbox-{message.message_id}-{message.attempt}{person}"


def _fate(address: str) -> _Fate:
    if not address.startswith(_MAGIC_PREFIX):
        return _ORDINARY
    return _FATES.get(address.removeprefix(_MAGIC_PREFIX), _ORDINARY)


def _reports(message: OutboundMessage, fate: _Fate) -> Iterator[tuple[int, Receipt]]:
    for report in fate.reports:
        yield (
            report.later,
            Receipt(
                account=message.account,
                message_id=message.message_id,
                attempt=message.attempt,
                person=message.person,
                status=report.status,
                error=report.error,
            ),
        )


CARRIER: Final = Kind[None](build=build)
