"""Further mistakes in single decisions of Herald, which were not found at first."""

from typing import Final

from tests.journeys.rewritten import Rewritten

_LIMITS: Final = "herald.store.limits"
_REPORTS: Final = "herald.store.reports"
_SETTLE: Final = "herald.sending.settle"
_SUPPRESSIONS: Final = "herald.store.suppressions"

_SENDING: Final = (
    Rewritten(
        "UsesUpItsTime",
        "a worker hands nothing over that it may have no time to record",
        "herald.sending.fan_out",
        "self._deadline = now + timedelta(seconds=seconds - HAND_OVER_SECONDS)",
        "self._deadline = now + timedelta(seconds=seconds)",
        ("slow-group",),
    ),
    Rewritten(
        "BeginsWithEachRepeat",
        "a task that another task has followed begins nothing when it comes again",
        "herald.store.chunks",
        "    if ticket:\n        newest",
        "    if False and ticket:\n        newest",
        ("throttled",),
    ),
    Rewritten(
        "BelievesWhatItReadFirst",
        "what a receipt has corrected meanwhile is not sent again",
        "herald.sending.fan_out",
        "if plan.message and plan.message.attempts}",
        "if plan.message and len(plan.message.attempts) > 1}",
        ("corrected-meanwhile",),
    ),
    Rewritten(
        "WaitsForTheLast",
        "a chunk goes on when the first of its messages may go out",
        "herald.sending.fan_out",
        "return max(min(waits, default=0), 0)",
        "return max(max(waits, default=0), 0)",
        ("quiet",),
    ),
)

_RECORDS: Final = (
    Rewritten(
        "CommitsWhatIsNotHeld",
        "a request is committed only while its key is held for it",
        "herald.store.idempotency",
        'done = Update(keyed.record, {"leaseUntil": None}, _held_for(operation.id))',
        'done = Update(keyed.record, {"leaseUntil": None}, _held_for(operation.id)[1:])',
        ("key",),
        "accept late",
    ),
    Rewritten(
        "LosesTheCostOfARepeat",
        "what a try has cost is kept, also while the next try waits",
        _REPORTS,
        "return _billed(item, receipt, Effect.OPENED)",
        "return Effect.OPENED",
        ("told-again",),
    ),
    Rewritten(
        "BelievesAFailureAgain",
        "a failure that is reported again says nothing of the next try",
        _REPORTS,
        'has_failed_before = item.get("failedTry", 0) >= receipt.attempt',
        "has_failed_before = False",
        ("failed-again",),
        "fan_out before",
    ),
)

_LATER: Final = (
    Rewritten(
        "GoesOnAMinuteLater",
        "a chunk whose time is a minute goes on in that minute",
        "herald.sending.dispatch",
        "if each.left and 0 < each.resumes_at <= task.at)",
        "if each.left and 0 < each.resumes_at < task.at)",
        ("quiet",),
    ),
    Rewritten(
        "NeverSettlesAfterADeath",
        "what a worker that died had announced is settled",
        "herald.sending.fan_out",
        "        if progress.intended:\n            # Also of rows",
        "        if opened:\n            # Also of rows",
        ("plain",),
        "fan_out after",
    ),
    Rewritten(
        "SettlesPeopleTooSoon",
        "each person of a group of unknown outcome waits for a receipt for as long as any other",
        _SETTLE,
        "if now - person.updated_at >= patience],",
        "if now - person.updated_at >= patience / 2],",
        ("unknown-later",),
    ),
    Rewritten(
        "ForgetsWhoWasReopened",
        "a person whom a worker has reopened before it died is sent to again",
        _SETTLE,
        "        if person.phase.is_to_be_sent and rows[person.message_id].phase.is_over",
        "        if False and person.phase.is_to_be_sent",
        ("group-sent-again",),
        "fan_out before",
    ),
    Rewritten(
        "BelievesAnUncertainFailure",
        "a failure that is not certain leads to no other address",
        _REPORTS,
        "return receipt.status is Status.UNDELIVERED and receipt.is_certain",
        "return receipt.status is Status.UNDELIVERED",
        ("fallback",),
    ),
    Rewritten(
        "BelievesAnUncertainFailureAtOnce",
        "a failure that is not certain, and is reported early, leads to no other address",
        "herald.store.messages",
        'item["status"] == Status.UNDELIVERED and item.get("error") != problems.UNKNOWN_ERROR.code',
        'item["status"] == Status.UNDELIVERED',
        ("early-failure",),
    ),
    Rewritten(
        "SettlesALaterTry",
        "what settles a try, and takes effect late, does not settle the next one",
        "herald.store.messages",
        '        equals("tries", len(row.attempts)),\n        equals("rank", RANK[row.status]),',
        '        equals("rank", RANK[row.status]),',
        ("sent-again",),
        "fan_out overtaken",
    ),
)

_KEPT: Final = (
    Rewritten(
        "NeverFreesAKey",
        "an idempotency key is kept for 24 hours, and free after that",
        "herald.store.idempotency",
        'compared("leaseUntil", "<=", now), compared("expiresAt", "<=", now)',
        'compared("leaseUntil", "<=", now), compared("leaseUntil", "<=", now)',
        ("same-key",),
    ),
    Rewritten(
        "RaisesNoRevision",
        "a pause that takes effect after a later request changes nothing",
        "herald.store.operations",
        'changed = fields | {"revision": operation.revision + 1, "updatedAt": now.isoformat()}',
        'changed = fields | {"revision": operation.revision, "updatedAt": now.isoformat()}',
        ("paused-shortly",),
        "accept late",
    ),
    Rewritten(
        "LosesThePersonsId",
        "a person's message is found by the carrier's id, also if its receipt came first",
        "herald.store.receipts",
        "        if item is None or not carrier:\n            return None",
        "        return None",
        ("group",),
    ),
    Rewritten(
        "LeavesItToTheStop",
        "a person whom the account has suppressed after a STOP stays suppressed",
        _SUPPRESSIONS,
        "return old._replace(source=source) if source is SuppressionSource.API else old",
        "return old",
        ("late-word",),
    ),
    Rewritten(
        "HearsTheLiftedStop",
        "a STOP that comes again after the account has lifted it changes nothing",
        _SUPPRESSIONS,
        "else _State(max(moment, old.at + 1), max(moment, old.arrived))",
        "else _State(old.at, old.arrived)",
        ("late-word",),
    ),
    Rewritten(
        "BelievesTheQueue",
        "a START that came before a STOP lifts nothing, in whichever order a queue hands them over",
        "herald.sending.inbound",
        "result, heard = _take_in(app, each, owner, words, arrived or now)",
        "result, heard = _take_in(app, each, owner, words, now)",
        ("late-word",),
    ),
    Rewritten(
        "BelievesTheCarriersClock",
        "a session ends after a day of silence, whatever the carrier's clock says",
        "herald.sending.inbound",
        "session_id=sessions.join(app.table, pair, identifier, arrival.at),",
        "session_id=sessions.join(app.table, pair, identifier, inbound.at),",
        ("silence",),
    ),
    Rewritten(
        "HandsNoStopsOn",
        "an account that gets a sender gets the STOPs that were said to it",
        "herald.operator.proving",
        "        if claimed.hands_on:\n",
        "        if claimed.hands_on and claimed.moved_from == heir:\n",
        ("moved",),
    ),
    Rewritten(
        "ForgetsWhatWasReleased",
        "what was reserved and not used can be used again",
        _LIMITS,
        "at_most(field, limit + self._released(month, field) - amount)",
        "at_most(field, limit - amount)",
        ("sharded",),
    ),
    Rewritten(
        "ReadsOneShard",
        "what was released in any shard can be used again",
        _LIMITS,
        "for month in months for stripe in range(shards)]",
        "for month in months for stripe in range(1)]",
        ("sharded",),
    ),
    Rewritten(
        "AuditsNoRefusal",
        "the audit log says what became of each request",
        "herald.api.audited",
        "        _end(event, Outcome.REFUSED, REFUSALS[type(refusal)])",
        "        pass",
        ("disabled",),
    ),
)

FURTHER_MISTAKES: Final = (*_SENDING, *_RECORDS, *_LATER, *_KEPT)
