"""How fast a chunk's messages go out: each sender in its own slots, and no worker that waits.

A chunk reserves one slot in a sender's line (store.pacing) for all of its messages, and
another for messages that come to the sender later, because their first route has failed.
Messages that are not due yet go back on the queue with a delay. Within the slot the
messages are spread evenly: at most those of the next second go out at once, so
over any time a sender is ahead of its rate by at most one second's messages.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from herald.model.operation import Operation
from herald.sending.app import App
from herald.store import pacing
from herald.store.chunks import Slot

_AHEAD: Final = 1_000
# A worker that is later than this has lost its slot: catching up would exceed the rate.
_LATE: Final = 5_000


class Pace:
    def __init__(self, app: App, operation: Operation, slots: Mapping[str, tuple[Slot, ...]]) -> None:
        self._app = app
        self._account = operation.account
        self._rates = operation.rates
        self.slots = dict(slots)

    def is_paced(self, sender_id: str) -> bool:
        return sender_id in self._rates

    def reserve(self, wanted: Mapping[str, int]) -> None:
        """Reserve time for so many parts of each sender, as far as the chunk's slots do not suffice."""
        for sender_id, parts in wanted.items():
            if sender_id not in self._rates:
                continue
            slots = [slot for slot in self._slots(sender_id) if slot.at >= self._now() - _LATE]
            missing = parts - sum(slot.parts for slot in slots)
            if missing > 0:
                at = pacing.reserve(
                    self._app.table,
                    self._account,
                    sender_id,
                    milliseconds=self._time(sender_id, missing),
                    now=self._app.clock(),
                )
                slots.append(Slot(at, missing))
            self.slots[sender_id] = tuple(slots)

    def take(self, sender_id: str, parts: int) -> bool:
        """Whether a message may go now; if so, its part of the slot is used up."""
        if sender_id not in self._rates:
            return True
        slots = self._slots(sender_id)
        if not slots or slots[0].at > self._now() + _AHEAD:
            return False
        while parts and slots:
            used = min(parts, slots[0].parts)
            parts -= used
            rest = Slot(slots[0].at + self._time(sender_id, used), slots[0].parts - used)
            slots = (rest, *slots[1:]) if rest.parts else slots[1:]
        self.slots[sender_id] = slots
        return True

    def seconds_until(self, sender_ids: Iterable[str | None]) -> int:
        """Seconds until the first of these senders may send again; None: without a sender, at once."""
        slots = [self._slots(sender_id) for sender_id in set(sender_ids) if sender_id]
        first = min((some[0].at if some else 0 for some in slots), default=0)
        return max(-(-(first - self._now()) // 1000), 0)

    def _slots(self, sender_id: str) -> tuple[Slot, ...]:
        return self.slots.get(sender_id, ())

    def _time(self, sender_id: str, parts: int) -> int:
        return -(-parts * 1000 // self._rates[sender_id])

    def _now(self) -> int:
        return pacing.milliseconds_of(self._app.clock())
