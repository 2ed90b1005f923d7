"""What AWS, the carrier and the clocks are like for the whole of a run.

A plan decides which single calls go wrong. The weather is what lies behind all calls: how far
reads see the past, how many writes a partition takes, whose clock is wrong. Most runs have
good weather but for one or two things, so that each kind is met often and alone.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

_MINUTE: Final = 60.0
_HOUR: Final = 3_600.0


@dataclass(frozen=True, kw_only=True)
class Weather:
    """Seconds, unless a field says otherwise; the defaults are what nothing is wrong with."""

    # By how much reads that do not ask for consistency may be behind.
    stale: float = 0.0
    # By how much an index is behind, where that is not the plan's own habit.
    index_lag: float = 0.0
    # Between which limits a late call takes effect after it was made.
    late: tuple[float, float] = (0.05, 20.0)
    # Write units that a partition key takes each second; 0 is no limit.
    writes_per_second: int = 0
    # What the SDK of a process has left for trying again: each further try costs 5.
    retry_quota: int = 500
    # Processor time between two calls of a process, at most.
    processor: float = 0.0
    # Whether the carrier reports all that it has to say of a try in one event.
    together: bool = False
    # The carrier gathers receipts of all messages and brings them every so often; 0: at once.
    burst: float = 0.0
    # Whether the carrier calls the API (`/Callbacks`) instead of a queue.
    calls_back: bool = False
    # By how much the carrier's clock is ahead.
    carrier_clock: float = 0.0
    # By how much a worker's clock may be ahead or behind.
    clocks: float = 0.0
    # How many deliveries of a queue find no free process.
    throttles: int = 0
    # After how long a schedule fires once more; 0: it does not.
    fires_again: float = 0.0
    # When DynamoDB splits its largest item collection by sort key; 0: never.
    split_at: float = 0.0
    # When the table is restored from a backup, with a new stream; 0: never.
    restore_at: float = 0.0
    # When records of the stream come again, in batches with other borders; 0: never.
    redelivered_at: float = 0.0
    # Whether everything expires in the end, and DynamoDB deletes it in any order.
    expires: bool = False
    # From when to when DynamoDB refuses every call of a function.
    outage: tuple[float, float] = (0.0, 0.0)

    def kinds(self) -> dict[str, bool]:
        """What of it holds for a whole run, by name."""
        return {
            "reads behind": self.stale > 0,
            "index minutes behind": self.index_lag > 60,
            "writes limited": self.writes_per_second > 0,
            "slow processor": self.processor > 0,
            "receipts together": self.together or self.burst > 0,
            "carrier calls back": self.calls_back,
            "carrier's clock wrong": self.carrier_clock != 0,
            "clocks beyond the lease": self.clocks > 45,
            "everything expires": self.expires,
            "outage of the table": self.outage[1] > 0,
        }


GOOD: Final = Weather()


def drawn(seed: int) -> Weather:
    """The weather of a seed: each kind of trouble in about every twelfth run."""
    random = Random(f"weather {seed}")

    def seldom[T](some: T, otherwise: T, chance: float = 0.08) -> T:
        return some if random.random() < chance else otherwise

    moment = random.choice((0.05, 0.2, 0.5, 1.0, 3.0, 10.0, 100.0, 950.0))
    return Weather(
        stale=seldom(random.choice((0.2, 1.0, 3.0)), 0.0),
        index_lag=seldom(random.choice((5.0, 2 * _MINUTE, 10 * _MINUTE)), 0.0),
        late=random.choice(((0.05, 1.0), (0.05, 20.0), (1.0, 60.0))),
        writes_per_second=seldom(random.choice((3, 8, 25)), 0, 0.1),
        retry_quota=random.choice((500, 500, 10, 0)),
        processor=seldom(random.choice((0.05, 0.5, 1.5)), 0.0),
        together=random.random() < 0.2,
        burst=seldom(random.choice((0.5, 5.0, 30.0)), 0.0, 0.12),
        calls_back=random.random() < 0.1,
        carrier_clock=seldom(random.choice((-5 * _HOUR, -90.0, 120.0, 7 * _HOUR)), 0.0, 0.1),
        clocks=random.choice((0.0, 0.0, 0.0, 0.0, 1.5, 1.5, 20.0, 120.0)),
        throttles=seldom(random.choice((1, 3, 8)), 0, 0.1),
        fires_again=seldom(random.choice((_HOUR, 4 * _HOUR)), 0.0, 0.3),
        split_at=seldom(moment, 0.0, 0.12),
        restore_at=seldom(moment, 0.0, 0.04),
        redelivered_at=seldom(moment, 0.0, 0.12),
        expires=random.random() < 0.1,
        outage=seldom(random.choice(((0.3, 10.0), (2.0, 60.0), (1.0, 600.0))), (0.0, 0.0)),
    )
