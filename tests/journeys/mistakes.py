"""Mistakes in single decisions of Herald: each breaks one promise, and has to be found.

Each changes what one line decides, or the order of two writes, and nothing that a type
checker would see. `journeys` are where it shows; where none is named, seeds find it.
"""

from typing import Final

from tests.journeys.mistakes_further import FURTHER_MISTAKES
from tests.journeys.mistakes_more import MORE_MISTAKES
from tests.journeys.mistakes_rarer import RARER_MISTAKES
from tests.journeys.rewritten import Rewritten

_FAN_OUT: Final = "herald.sending.fan_out"
_HAND_OVER: Final = "herald.sending.hand_over"
_TURNS: Final = "herald.sending.turns"
_RECEIVE: Final = "herald.sending.receive"
_CHUNKS: Final = "herald.store.chunks"
_IDEMPOTENCY: Final = "herald.store.idempotency"
_MESSAGES: Final = "herald.store.messages"
_REPORTS: Final = "herald.store.reports"
_TALLIES: Final = "herald.store.tallies"

_SENDING: Final = (
    Rewritten(
        "SendsBeforeItsTime",
        "nothing is sent before its time",
        _FAN_OUT,
        "return is_completed or self._due is None or self._due <= self._app.clock()",
        "return True",
        ("soon", "scheduled"),
    ),
    Rewritten(
        "IgnoresAPause",
        "a paused operation sends nothing",
        _FAN_OUT,
        "return not self._operation.paused",
        "return True",
        ("paused", "held"),
    ),
    Rewritten(
        "SendsTheGroupThatItLookedUp",
        "a worker that has read of a cancel or a pause sends nothing more",
        _FAN_OUT,
        "            if not self._goes_on():\n                break\n            group =",
        "            group =",
        ("held", "canceled", "paused"),
    ),
    Rewritten(
        "GoesOnWithoutTheStop",
        "a sender that was stopped in an operation sends nothing more in it",
        _FAN_OUT,
        "hand_over.stopped |= self._operation.stopped",
        "pass",
        ("stopped",),
    ),
    Rewritten(
        "GivesUpAfterMinutes",
        "a message that is turned away is tried for four hours",
        _HAND_OVER,
        "> _PATIENCE_SECONDS",
        "> _PATIENCE_SECONDS / 24",
        ("silent",),
    ),
    Rewritten(
        "NeverGivesUp",
        "a message that is turned away fails after four hours, and its operation ends",
        _HAND_OVER,
        "> _PATIENCE_SECONDS",
        "> _PATIENCE_SECONDS * 1_000_000",
        ("silent",),
    ),
    Rewritten(
        "TriesEachSpelling",
        "a number that has failed is not tried again in another spelling",
        "herald.sending.plans",
        "person.addresses if person.is_group else distinct(person.addresses)",
        "person.addresses",
        ("one-number",),
    ),
    Rewritten(
        "TakesAWaitForAnAnswer",
        "a worker that only waits for a rate does not begin with short pauses and four hours again",
        _TURNS,
        "if progress.deferred or not answered:",
        "if progress.deferred:",
        ("turned-away-at-a-rate",),
    ),
    Rewritten(
        "ForgetsSinceWhenItWaits",
        "four hours are counted from the first time that a message was turned away",
        _TURNS,
        "deferred_since=now if since is None else since + max(now - progress.retry_at, 0),",
        "deferred_since=now,",
        ("silent",),
    ),
    Rewritten(
        "TriesAgainAtOnce",
        "a message that was turned away waits for as long as the carrier asks",
        _TURNS,
        "retry_at=now + min(max(retry_after, 1) << min(deferrals - 1, 10), MAX_DELAY),",
        "retry_at=now,",
        ("throttled", "corrected"),
    ),
    Rewritten(
        "NeverWaitsLonger",
        "each time that a message is turned away it waits twice as long",
        _TURNS,
        "max(retry_after, 1) << min(deferrals - 1, 10)",
        "max(retry_after, 1)",
        ("unknown-later",),
    ),
    Rewritten(
        "SendsAsFastAsItCan",
        "a sender keeps its rate",
        "herald.sending.pace",
        "if not slots or slots[0].at > self._now() + _AHEAD:",
        "if not slots:",
        ("many",),
    ),
    Rewritten(
        "TakesItsPlaceTwice",
        "all chunks of a sender share its rate",
        "herald.store.pacing",
        'adds={"nextAt": milliseconds}',
        'adds={"nextAt": 0}',
        ("many",),
    ),
    Rewritten(
        "WakesLate",
        "a scheduled message goes out within its minute",
        "herald.sending.dispatch",
        "delay=whole_seconds(wait))",
        "delay=whole_seconds(wait) + 120)",
        ("soon",),
    ),
    Rewritten(
        "ForgetsThatItWasWoken",
        "a chunk whose wake-up is used up is sent, whatever a worker's clock says",
        _FAN_OUT,
        "(self._is_due() or self._progress.woken)",
        "self._is_due()",
    ),
    Rewritten(
        "SchedulesInGreenwich",
        "a time without a zone is that of the recipient's number",
        "herald.sending.timetable",
        "self._schedule.due(zone)",
        "self._schedule.due(UTC)",
        ("local-time",),
    ),
    Rewritten(
        "ForgetsSummerTime",
        "a local time is that of the day on which it is",
        "herald.model.schedule",
        "at.replace(tzinfo=zone)",
        "at.replace(tzinfo=timezone(zone.utcoffset(datetime(2026, 1, 1)) or timedelta()))",
        ("local-time",),
    ),
    Rewritten(
        "BeginsWithTheLastAddress",
        "a recipient's addresses are tried in their order",
        "herald.model.routes",
        "return [Route(sender, to) for to in addresses for sender in chosen if sender.reaches(to)]",
        "return [Route(sender, to) for to in reversed(addresses) for sender in chosen if sender.reaches(to)]",
        ("three-routes",),
    ),
    Rewritten(
        "LeavesAnAddressOut",
        "no address of a recipient is left out",
        _HAND_OVER,
        "route, more = routes[0], len(routes) > 1",
        "route, more = routes[-1], len(routes) > 1",
        ("three-routes",),
    ),
    Rewritten(
        "TriesWhatHasFailed",
        "an address that has failed is not tried again",
        "herald.sending.plans",
        "for attempt in chain(attempts, tries)",
        "for attempt in chain((), tries)",
        ("fallback", "three-routes"),
    ),
    Rewritten(
        "ForgetsTheNextAddress",
        "a message that is reported as failed goes to the next address",
        _HAND_OVER,
        "[*tries, self._try(route, carrier_id=carrier_id)], more)",
        "[*tries, self._try(route, carrier_id=carrier_id)], False)",
        ("fallback", "three-routes"),
    ),
    Rewritten(
        "MissesAnEarlyFailure",
        "a failure that is reported before the hand-over is recorded leads to the next address",
        _MESSAGES,
        "        if more and has_failed:\n",
        "        if False and more and has_failed:\n",
        ("three-routes", "early-failure"),
    ),
    Rewritten(
        "GivesUpEverybodyAtOnce",
        "each message of unknown outcome waits for its receipt for as long as any other",
        "herald.sending.settle",
        "patience = timedelta(seconds=app.unconfirmed_seconds)",
        "patience = timedelta()",
        ("unknown-later",),
    ),
    Rewritten(
        "TakesOverWhatIsAlive",
        "a chunk is one worker's for as long as the worker may live",
        _CHUNKS,
        '"leaseUntil": now + lease_seconds,',
        '"leaseUntil": now + lease_seconds // 30,',
    ),
    Rewritten(
        "SendsBeforeItIntends",
        "a recipient is announced before the hand-over, so that a worker that dies texts no person twice",
        _CHUNKS,
        '        "pending": _bits(progress.pending),\n'
        '        "deferred": _bits(progress.deferred),\n'
        '        "intended": _bits(progress.intended),\n',
        '        "pending": _bits(progress.pending | progress.intended),\n'
        '        "deferred": _bits(progress.deferred),\n'
        '        "intended": _bits(()),\n',
        ("plain",),
        "fan_out after",
    ),
    Rewritten(
        "ForgetsWhoWasTurnedAway",
        "no recipient that the carrier turns away is forgotten",
        _CHUNKS,
        '        "deferred": _bits(progress.deferred),\n',
        '        "deferred": _bits(()),\n',
        ("throttled",),
    ),
    Rewritten(
        "KnowsNoSteps",
        "progress that is written late changes nothing",
        _CHUNKS,
        'return (equals("generation", progress.generation), equals("step", progress.step or None))',
        'return (equals("generation", progress.generation),)',
        ("sent-again", "plain"),
        "fan_out overtaken",
    ),
    Rewritten(
        "SendsWhatHasExpired",
        "after the retention nothing is sent",
        _FAN_OUT,
        "if operation is None or operation.has_expired(app.clock()):",
        "if operation is None:",
        ("expired",),
    ),
)

_RECORDS: Final = (
    Rewritten(
        "LosesTheSession",
        "a message to a person who has written lately is in the session",
        "herald.sending.sessions",
        "return self._open.get(self._pair(route))",
        "return None",
        ("answered",),
    ),
    Rewritten(
        "ForgetsWhoHasWritten",
        "what goes to somebody who has written lately is in the session",
        "herald.store.conversations",
        "item[keys.SK] == keys.SUPPRESSION and keys.KEPT_UNTIL in item",
        "keys.KEPT_UNTIL not in item",
        ("answered",),
    ),
    Rewritten(
        "ReadsWhatWas",
        "a worker decides by what is there now, such as a STOP of a moment ago",
        "herald.store.table",
        'for key in keys], "ConsistentRead": True}}',
        'for key in keys], "ConsistentRead": False}}',
    ),
    Rewritten(
        "SharesASession",
        "a session is one person's",
        "herald.store.sessions",
        "self.sender.channel, self.sender.address, self.person.address)",
        'self.sender.channel, self.sender.address, "")',
        ("answered",),
    ),
    Rewritten(
        "LosesTags",
        "a message has the tags of its request",
        "herald.sending.plans",
        "tags=dict(rendered.tags),",
        "tags={},",
        ("tags",),
    ),
    Rewritten(
        "LosesTheCost",
        "what a try has cost is kept",
        _REPORTS,
        "    if receipt.billing is None:\n        return {}\n",
        "    return {}\n",
        ("plain",),
    ),
    Rewritten(
        "MixesUpTheCost",
        "what a try has cost is kept with that try",
        _REPORTS,
        "billing_name(receipt.attempt) if",
        "billing_name(1) if",
        ("three-routes", "fallback"),
    ),
    Rewritten(
        "TakesOneReceiptOfAnEvent",
        "each receipt of an event counts",
        _RECEIVE,
        "receipts = [receipt for message in batch for receipt in message]\n"
        "    places = [place for place, message in enumerate(batch) for _ in message]\n",
        "receipts = [receipt for message in batch for receipt in message[:1]]\n"
        "    places = [place for place, message in enumerate(batch) for _ in message[:1]]\n",
        ("together",),
    ),
    Rewritten(
        "TakesTheFirstOfATry",
        "of several receipts of a try the farthest counts",
        _RECEIVE,
        "farthest = max(receipts,",
        "farthest = min(receipts,",
        ("together",),
    ),
    Rewritten(
        "AnswersBeforeItIsKept",
        "a callback is answered with a success only for what is on the queue",
        "herald.resources.callbacks",
        "        runtime.receipt_queue().send([queued.receipts(carrier, [report.receipt])])\n",
        "        try:\n"
        "            runtime.receipt_queue().send([queued.receipts(carrier, [report.receipt])])\n"
        "        except Exception:\n"
        "            logger.exception('not kept')\n",
        ("calls-back",),
        "http_callback refused",
    ),
    Rewritten(
        "CountsWhatIsOld",
        "counts follow the latest state of a message, however often they are told",
        "herald.model.block",
        "            if state <= _state_at(places, more, place):\n",
        "            if state == _state_at(places, more, place):\n",
        ("read-again",),
    ),
    Rewritten(
        "OverwritesCounts",
        "two that count at once lose nothing",
        _TALLIES,
        'Update(key, fields, (equals("version", item.get("version")),))',
        "Update(key, fields, ())",
        ("split",),
        orders=40,
    ),
    Rewritten(
        "WaitsForWhatNeverWaited",
        "an operation without waiting messages is completed",
        "herald.model.change",
        "return (self.old is None or self.old.is_waiting) and not self.new.is_waiting",
        "return self.old is not None and self.old.is_waiting and not self.new.is_waiting",
        ("silent",),
    ),
    Rewritten(
        "RepairsCountsOnly",
        "repair sets going what is stuck",
        "herald.operator.repair",
        "    due = {chunk for chunk in stuck.chunks if",
        "    stuck.chunks.clear()\n    due = {chunk for chunk in stuck.chunks if",
        ("restored-early",),
    ),
)

_SHOWN: Final = (
    Rewritten(
        "SharesKeys",
        "an idempotency key is one account's",
        "herald.store.keys",
        'return Key(f"IDEMPOTENCY#{account_sid}#{key}", "IDEMPOTENCY")',
        'return Key(f"IDEMPOTENCY#{key}", "IDEMPOTENCY")',
        ("same-key",),
    ),
    Rewritten(
        "ForgetsAKeyTooSoon",
        "an idempotency key is kept for 24 hours",
        _IDEMPOTENCY,
        '"expiresAt": now + KEPT_SECONDS,',
        '"expiresAt": now + KEPT_SECONDS // 24,',
        ("same-key",),
    ),
    Rewritten(
        "TakesAnotherBodyOfAKey",
        "an idempotency key is of one request",
        _IDEMPOTENCY,
        '    if item["requestHash"] != keyed.request:\n        raise KeyReused\n',
        "",
        ("same-key",),
    ),
    Rewritten(
        "KnowsASpellingAndNoPerson",
        "a STOP holds under every spelling of a number",
        "herald.model.addresses",
        "return numbers.key_of_number(self.address)",
        "return self.address",
        ("words",),
    ),
    Rewritten(
        "TrustsACarriersClock",
        "a carrier's time is bounded by the arrival",
        "herald.store.arrivals",
        "<= now.at <= now.arrived",
        "<= now.at",
        ("words",),
    ),
    Rewritten(
        "HearsAWordAgain",
        "a STOP that is brought again after a newer START changes nothing",
        "herald.store.suppressions",
        "        if at < old.at and arrived <= old.arrived:\n            return old\n",
        "",
        ("opted-out",),
    ),
    Rewritten(
        "ListsWhatHasMovedOn",
        "what a list shows meets its filters",
        "herald.store.lists",
        "and self.status in (None, message.status)",
        "and True",
        ("watched", "behind"),
    ),
    Rewritten(
        "TakesTokensOfOthers",
        "a page token is of no use to another account",
        "herald.api.tokens",
        "if version != _VERSION or fingerprint != _fingerprint(scope):",
        "if version != _VERSION:",
        ("watched",),
    ),
    Rewritten(
        "ShowsTheLastAgain",
        "a list has each message once",
        "herald.store.pages",
        "high = min(high, just_below(after))",
        "high = min(high, after)",
        ("watched",),
    ),
    Rewritten(
        "HidesWhoIsUnreachable",
        "an operation's errors have each recipient that it could not reach",
        "herald.store.failures",
        "            keys.unaddressable_key(account, shard),\n",
        "",
        ("silent",),
    ),
    Rewritten(
        "GivesBackWhatAReceiptTellsOf",
        "what was sent counts for the limits, also where only a receipt tells of it",
        "herald.sending.meter",
        "if not taken and row.status in _REPORTED:",
        "if not taken and row.status in ():",
        ("plain-limited",),
        "fan_out after",
    ),
    Rewritten(
        "KeepsCountsForEver",
        "everything of an operation expires",
        _TALLIES,
        '.get("version", 0) + 1, "expiresAt": expires_at, **sums}',
        '.get("version", 0) + 1, **sums}',
        ("expired",),
    ),
)

MISTAKES: Final = (*_SENDING, *_RECORDS, *_SHOWN, *MORE_MISTAKES, *FURTHER_MISTAKES, *RARER_MISTAKES)
