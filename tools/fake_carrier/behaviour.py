"""How the fake carrier answers: as a healthy carrier, or as configured."""

import random
from collections import Counter
from enum import StrEnum
from threading import Lock
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Answer(StrEnum):
    """ACCEPT: accepts it. REFUSE: not to this recipient (opted out). STOP: no such sender.

    THROTTLE: not now. HANG: takes it, and answers too late. DROP: takes it, and hangs up
    without an answer. FAIL: breaks down, having taken it or not; this one has not.
    """

    ACCEPT = "accept"
    REFUSE = "refuse"
    STOP = "stop"
    THROTTLE = "throttle"
    HANG = "hang"
    DROP = "drop"
    FAIL = "fail"


TAKEN: Final = (Answer.ACCEPT, Answer.HANG, Answer.DROP)
Rate = Annotated[float, Field(ge=0, le=1)]


class Behaviour(BaseModel):
    """`numbers`: always one answer to a number, or one for each try, and then ACCEPT.

    `rates`: how many of all other tries get an answer; which ones follows from `seed`.
    `events`: what is reported of a number, in place of its delivery; none for "".
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    seed: int = 0
    numbers: dict[str, Answer | list[Answer]] = Field(default_factory=dict)
    rates: dict[Answer, Rate] = Field(default_factory=dict)
    delay_seconds: Annotated[float, Field(ge=0)] = 0
    hang_seconds: Annotated[float, Field(ge=0)] = 12
    whatsapp_numbers: dict[str, str] = Field(
        default_factory=lambda: {"+15005550006": "phone-number-id-00000000000000000000000000000001"}
    )
    events: dict[str, str] = Field(default_factory=dict)


class Director:
    """Decides each answer, for all threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tries: Counter[str] = Counter()
        self.behaviour = Behaviour()

    def direct(self, behaviour: Behaviour) -> None:
        """Behave as given from now on."""
        with self._lock:
            self.behaviour = behaviour
            self._tries.clear()

    def decide(self, number: str) -> Answer:
        with self._lock:
            behaviour = self.behaviour
            turn = self._tries[number]
            self._tries[number] += 1
        match behaviour.numbers.get(number):
            case Answer() as always:
                return always
            case list() as turns:
                return turns[turn] if turn < len(turns) else Answer.ACCEPT
        return self.drawn(number, turn)

    def drawn(self, number: str, turn: int) -> Answer:
        """What a number gets for its try `turn` (from 0) by the rates: the same for all who ask."""
        behaviour = self.behaviour
        drawn = random.Random(f"{behaviour.seed}/{number}/{turn}").random()  # noqa: S311
        for answer, rate in behaviour.rates.items():
            if drawn < rate:
                return answer
            drawn -= rate
        return Answer.ACCEPT
