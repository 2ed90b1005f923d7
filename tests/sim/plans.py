"""What goes wrong in a run: nothing, one thing at one call, or whatever a seed makes of it."""

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Final

from tests.sim.carrier import Fate
from tests.sim.edge import Call, Strike
from tests.sim.weather import GOOD, Weather, drawn

_ORDINARY: Final = Fate()
# What strikes a run: anything, deaths only, all but deaths, what is late only, or no death that is late.
_MIXES: Final = (
    tuple(Strike),
    (Strike.BEFORE, Strike.AFTER, Strike.POSTHUMOUS),
    tuple(Strike)[2:],
    (Strike.LATE, Strike.OVERTAKEN, Strike.POSTHUMOUS),
    tuple(Strike)[:6],
)


class Calm:
    """Nothing goes wrong, and everything takes a moment."""

    def __init__(self, fates: Mapping[str, Fate], weather: Weather = GOOD, order: int = 1) -> None:
        self._fates = fates
        # What comes first of what happens at about the same time follows from a number.
        self._random = Random(order)
        self.weather = weather
        # What went wrong that no call tells of.
        self.met: Counter[str] = Counter()

    @property
    def is_slow(self) -> bool:
        """Whether single calls take seconds at times."""
        return False

    @property
    def keeps_times(self) -> bool:
        """Whether no call takes longer than a function has to allow for."""
        return not self.weather.processor

    def calm(self) -> None:
        """From here on nothing goes wrong."""

    def lateness(self) -> float:
        """After how long a call takes effect that is late."""
        return self._random.uniform(*self.weather.late)

    def index_lag(self) -> float:
        """By how much an index is behind with a change."""
        return self.weather.index_lag * self._random.random() or self.receipt_delay()

    def throttles(self) -> bool:
        """Whether there is no free process for what a queue hands over."""
        return False

    def strike(self, call: Call) -> Strike | None:
        return None

    def latency(self) -> float:
        return self._random.uniform(0.001, 0.010)

    def function_delay(self) -> float:
        return self._random.uniform(0.001, 0.050)

    def skew(self) -> float:
        return 0.0

    def repeats(self) -> bool:
        return False

    def loses_response(self) -> bool:
        return False

    def fires(self) -> list[float]:
        return [30.0]

    def fate(self, address: str) -> Fate:
        return self._fates.get(address, _ORDINARY)

    def receipt_delay(self) -> float:
        return self._random.uniform(1.0, 3.0)

    def repeats_receipt(self) -> bool:
        return False

    def hang(self) -> float:
        return 12.0


class Once(Calm):
    """One thing goes wrong, at one call."""

    def __init__(
        self, fates: Mapping[str, Fate], number: int, strike: Strike, weather: Weather = GOOD
    ) -> None:
        super().__init__(fates, weather)
        self._number = number
        self._strike = strike

    def strike(self, call: Call) -> Strike | None:
        return self._strike if call.number == self._number else None


class Chaos(Calm):
    """Everything goes wrong, as often as the seed wants it, but no more than so many times.

    A service that is never left alone cannot be asked to come to an end.
    """

    def __init__(self, fates: Mapping[str, Fate], seed: int) -> None:
        super().__init__(fates, drawn(seed))
        self._random = random = Random(seed)
        # Most runs have few faults: those reach far. Some have many.
        self._left = random.choice((0, 1, 2, 3, 5, 8, 20))
        self._rate = random.choice((0.01, 0.03, 0.1, 0.3))
        self._repeats_left = random.choice((0, 0, 2, 5, 20))
        self._strikes = random.choice(_MIXES)
        self._slow = random.choice((0.0, 0.0, 0.01, 0.05))
        self._slowest = random.choice((2.0, 9.0))
        self._receipts_within = random.choice((0.5, 5.0, 120.0, 1_500.0))
        self._throttles_left = self.weather.throttles

    @property
    def is_slow(self) -> bool:
        return bool(self._slow)

    @property
    def keeps_times(self) -> bool:
        return False

    def calm(self) -> None:
        self._left = self._repeats_left = self._throttles_left = 0
        self._slow = 0.0

    def throttles(self) -> bool:
        if self._throttles_left and self._random.random() < 0.3:
            self._throttles_left -= 1
            self.met["throttled invocation"] += 1
            return True
        return False

    def strike(self, call: Call) -> Strike | None:
        if self._left and self._random.random() < self._rate:
            self._left -= 1
            return self._random.choice(self._strikes)
        return None

    def latency(self) -> float:
        if self._slow and self._random.random() < self._slow:
            return self._random.uniform(0.1, self._slowest)
        return self._random.uniform(0.001, 0.020)

    def function_delay(self) -> float:
        return self._random.choice((0.002, 0.010, 0.400)) * self._random.random()

    def skew(self) -> float:
        return self._random.uniform(-self.weather.clocks, self.weather.clocks)

    def repeats(self) -> bool:
        if self._repeats_left and self._random.random() < 0.1:
            self._repeats_left -= 1
            self.met["repeated or lost"] += 1
            return True
        return False

    def loses_response(self) -> bool:
        return self.repeats()

    def fires(self) -> list[float]:
        first = self._random.choice((0.0, 30.0, 59.0, 400.0))
        self.met["late schedule"] += first > 60
        fires = [first, first + self._random.uniform(0, 300)] if self._random.random() < 0.3 else [first]
        if not self.weather.fires_again:
            return fires
        self.met["schedule fires again"] += 1
        return [*fires, first + self.weather.fires_again]

    def receipt_delay(self) -> float:
        return self._random.uniform(0.0, self._receipts_within)

    def repeats_receipt(self) -> bool:
        return self._random.random() < 0.2

    def hang(self) -> float:
        return self._random.choice((5.0, 18.0, 28.0, 100.0))
