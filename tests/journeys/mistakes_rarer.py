"""Mistakes in decisions that rarely matter: in repairs, groups, later pauses, races of counts and limits."""

from typing import Final

from tests.journeys.rewritten import Rewritten

_GROUPS: Final = "herald.sending.groups"
_HAND_OVER: Final = "herald.sending.hand_over"
_RECORD: Final = "herald.sending.record"
_REPAIR: Final = "herald.operator.repair"
_COUNTED: Final = "herald.store.counted"

_SENDING: Final = (
    Rewritten(
        "KeepsTheFirstAddressOnly",
        "the next address of a profile is tried after a refusal, also by a later worker",
        "herald.sending.people",
        "        addresses=row.addresses or (),\n",
        "        addresses=(row.addresses or ())[:1],\n",
        ("profile",),
    ),
    Rewritten(
        "WritesToBothSpellings",
        "a person who is in a group twice gets one message",
        _GROUPS,
        "return frozenset(person.person for person in chosen.values())",
        "return frozenset(person.person for person in people)",
        ("groups-canceled",),
    ),
    Rewritten(
        "ForgetsWhoWasRefused",
        "a group that is canceled after a person of it was refused has an attempt",
        _GROUPS,
        "    if said and not row.attempts:",
        "    if False and said:",
        ("groups-canceled",),
    ),
    Rewritten(
        "LeavesTheGroupOpen",
        "a group whose worker died comes to an end",
        _GROUPS,
        "    close(app, [row for row in rows if not row.phase.is_over])\n\n\ndef cancel",
        "\n\ndef cancel",
        ("group",),
        "fan_out before",
    ),
    Rewritten(
        "WaitsOnThroughTheResume",
        "the four hours of being turned away begin again with a Resume",
        _HAND_OVER,
        "waited(progress, app.seconds, resumed_at=resumed_at)",
        "waited(progress, app.seconds)",
        ("silent",),
    ),
    Rewritten(
        "WaitsForTheShortestPause",
        "a message that was turned away waits for as long as the carrier asks, whatever it asks for others",
        _RECORD,
        "self.retry_after = max(self.retry_after or 0, retry_after)",
        "self.retry_after = min(self.retry_after or retry_after, retry_after)",
        ("throttled",),
    ),
    Rewritten(
        "NeverForgivesTheCarrier",
        "a chunk that is turned away begins with short pauses again once all that waited was sent",
        "herald.sending.turns",
        "        return replace(progress, deferred_since=None, deferrals=0)",
        "        return progress",
        ("throttled",),
    ),
    Rewritten(
        "CountsOtherWaits",
        "a message is given up after four hours of the carrier's pauses, whatever else it has waited for",
        "herald.sending.turns",
        "return max(min(now, progress.retry_at) - max(",
        "return max(now - max(",
        ("lost",),
    ),
    Rewritten(
        "CountsFromTheFirstPause",
        "the time between two of the carrier's pauses does not count",
        "herald.sending.turns",
        "since + max(now - progress.retry_at, 0),",
        "since,",
        ("lost",),
    ),
    Rewritten(
        "WaitsForTheFirstOfAGroup",
        "each person of a group waits for as long as the carrier asks",
        _HAND_OVER,
        "NotSent(max(waits))",
        "NotSent(min(waits))",
        ("groups-canceled",),
    ),
    Rewritten(
        "NeverGivesUpAGroup",
        "people of a group that the carrier turns away for four hours fail",
        _HAND_OVER,
        "if isinstance(outcome, NotSent) and self._is_expired:",
        "if False:",
        ("silent",),
    ),
    Rewritten(
        "CompletesWhatHasBegun",
        "an operation that is over before it is due completes",
        "herald.store.operations",
        "    return _move(table, operation_id, _OPEN, OperationStatus.COMPLETED, now)",
        "    return _move(table, operation_id, _OPEN[1:], OperationStatus.COMPLETED, now)",
        ("silent",),
    ),
    Rewritten(
        "LeavesTheCompletedToTheNight",
        "a second route that waits for the morning goes out, also of an operation that is over",
        "herald.sending.dispatch",
        "    if operation is None or operation.status is OperationStatus.CANCELED or _is_held(operation):",
        "    if operation is None or operation.status is not OperationStatus.PROCESSING or operation.paused:",
        ("quiet",),
    ),
)

_RECORDS: Final = (
    Rewritten(
        "TakesTheOldestWord",
        "a person has the sender that the person wrote to last, whichever word arrives last",
        "herald.store.conversations",
        "is_newest = at_most(written, moment)",
        "is_newest = at_most(written, moment + 10**12)",
        ("kept-sender",),
    ),
    Rewritten(
        "TakesAnyStepForItsOwn",
        "workers that ask at once for the rest of a limit share it",
        "herald.store.chunks",
        'if (item.get("worker"), item.get("step")) == (progress.worker, progress.step + 1):',
        'if item.get("worker") == progress.worker:',
        ("one-second-route",),
    ),
    Rewritten(
        "SettlesWaitingAsTaken",
        "what is reserved for a message stays so while it waits, also when its worker's turn ends",
        "herald.sending.meter",
        "            if place in waiting:\n                amount = self._need",
        "            if False:\n                amount = self._need",
        ("local-time-limited",),
    ),
    Rewritten(
        "RecountSetsAnyway",
        "a repair sets no count that the stream has changed meanwhile",
        "herald.store.tallies",
        "moved |= {",
        "moved &= {",
        ("slowly",),
        orders=3,
    ),
    Rewritten(
        "ForgivesTooSoon",
        "a message that is turned away waits longer each time, also while others of its chunk are taken",
        "herald.sending.turns",
        "        if progress.deferred or not answered:",
        "        if not answered:",
        ("turned-away-beside-others",),
        orders=3,
    ),
    Rewritten(
        "RepairsNoPersonAgain",
        "a repair restarts a person of a group who is to be sent to again",
        "herald.operator.repair",
        "is_tried = each.state.tries or each.person is not None",
        "is_tried = each.state.tries",
        ("lost-again",),
    ),
    Rewritten(
        "ForgetsTheUnrecorded",
        "what the carrier has reported counts, also of a second route that no worker has recorded",
        "herald.sending.meter",
        "if row.unrecorded and len(known)",
        "if False and len(known)",
        ("fallback-limited",),
        "fan_out after",
    ),
    Rewritten(
        "ReleasesTheAnnounced",
        "what a worker that died may have sent is counted for as long as its outcome is unknown",
        "herald.sending.reckon",
        "    waiting = progress.left | progress.intended\n    after",
        "    waiting = progress.left\n    after",
        ("lost",),
        "fan_out after",
    ),
    Rewritten(
        "ReleasesTheDelayed",
        "what is reserved for a message stays so while it waits",
        "herald.sending.reckon",
        "    waiting = progress.left | progress.intended\n    after",
        "    waiting = progress.intended\n    after",
        ("one-second-route",),
        orders=4,
    ),
    Rewritten(
        "ReckonsOnce",
        "prices that the carrier tells within a day count",
        "herald.sending.dispatch",
        '    app.scheduler.put(f"{operation.id}-reckon"',
        '    False and app.scheduler.put(f"{operation.id}-reckon"',
        ("one-second-route",),
        orders=4,
    ),
    Rewritten(
        "BelievesOlderSums",
        "counts are right whichever of a repair and the stream writes last",
        "herald.store.tallies",
        'for name, packed in wanted.sums.items() if (item or {}).get(name, b"") < packed',
        'for name, packed in wanted.sums.items() if (item or {}).get(name, b"") != packed',
        ("slowly",),
        orders=5,
    ),
)

_SHOWN: Final = (
    Rewritten(
        "ListsWhatWasCountedSo",
        "a list by status has a message as soon as it has the status",
        _COUNTED,
        "return not ref.is_all_counted if state == NOTHING else state.may_be(self._wanted)",
        "return not ref.is_all_counted if state == NOTHING else state.status == self._wanted",
        ("watched",),
    ),
    Rewritten(
        "ListsWhatWasCounted",
        "a list by status has messages that are not counted yet",
        _COUNTED,
        "return not ref.is_all_counted if state == NOTHING else state.may_be(self._wanted)",
        "return False if state == NOTHING else state.may_be(self._wanted)",
        ("watched",),
    ),
)

_REPAIRS: Final = (
    Rewritten(
        "RepairsNothingUnsettled",
        "a repair settles unknown outcomes whose task was lost",
        _REPAIR,
        "for chunk in sorted(stuck.unsettled)]",
        "for chunk in ()]",
        ("lost",),
    ),
    Rewritten(
        "RepairsNoSecondRoute",
        "a repair tries the next addresses of messages whose task was lost",
        _REPAIR,
        "for chunk, places in sorted(stuck.again.items())",
        "for chunk, places in ()",
        ("lost",),
    ),
    Rewritten(
        "RepairsNothingCanceled",
        "a repair cancels the rest of an operation that was paused before",
        _REPAIR,
        "if operation.status is OperationStatus.CANCELED or not state.is_expanded:",
        "if not state.is_expanded:",
        ("lost",),
    ),
    Rewritten(
        "RepairsNoUse",
        "a repair has the use of limits reckoned up",
        _REPAIR,
        "if operation.metered and operation.is_over:",
        "if False:",
        ("lost",),
    ),
    Rewritten(
        "RepairsNoSchedule",
        "a repair makes the schedules again that were lost",
        _REPAIR,
        "    for number in stuck.dues:",
        "    for number in ():",
        ("lost",),
    ),
    Rewritten(
        "RecountsBeforeItLooks",
        "a repair sets no count that has changed since it read the messages",
        "herald.operator.recount",
        "    old = tallies.read(app.table, operation.id)\n"
        "    rows = block_rows.read(app.table, operation, blocks_of(operation))\n    moving",
        "    rows = block_rows.read(app.table, operation, blocks_of(operation))\n"
        "    old = tallies.read(app.table, operation.id)\n    moving",
        ("slowly",),
        orders=5,
    ),
)

RARER_MISTAKES: Final = (*_SENDING, *_RECORDS, *_SHOWN, *_REPAIRS)
