"""Writes in company: several go together, none waits for long, and each has its own result."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, cast

import pytest

from herald.store import company
from herald.store.company import Company
from herald.store.keys import Key
from herald.store.table import ConditionFailed, Result, Table, Unavailable, Update
from herald.timing import LINGER_SECONDS


class Writes:
    """Stands in for a table: it keeps what it was given in each call."""

    def __init__(self, result: Callable[[Update], Result] = lambda change: None) -> None:
        self.calls: list[list[str]] = []
        self._result = result

    def update_many(self, changes: Sequence[Update], *, goes_on: Any) -> list[Result]:
        self.calls.append([change.key.sk for change in changes])
        return [self._result(change) for change in changes]

    @property
    def company(self) -> Company:
        return Company(cast(Table, self), lambda: True)


def change(number: int) -> Update:
    return Update(Key("p", str(number)), {"n": number}, ())


def written(to: Company, numbers: Sequence[int]) -> list[BaseException | None]:
    """What became of writes by a thread each, all at once."""
    with ThreadPoolExecutor(len(numbers)) as pool:
        return [future.exception() for future in [pool.submit(to.write, change(n)) for n in numbers]]


def test_twenty_five_writes_are_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company, "LINGER_SECONDS", 60)
    table = Writes()

    assert written(table.company, range(25)) == [None] * 25

    assert [sorted(call, key=int) for call in table.calls] == [[str(number) for number in range(25)]]


def test_more_are_more_calls_and_no_write_is_left_behind() -> None:
    table = Writes()

    assert written(table.company, range(60)) == [None] * 60

    assert max(map(len, table.calls)) <= 25
    assert sorted(int(key) for call in table.calls for key in call) == list(range(60))


def test_a_write_waits_for_others_no_longer_than_it_lingers(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float | None] = []

    class Noted(Event):
        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout)
            return super().wait(timeout)

    monkeypatch.setattr(company, "Event", Noted)
    table = Writes()

    table.company.write(change(1))

    assert waited == [LINGER_SECONDS]
    assert table.calls == [["1"]]


def test_a_slow_carrier_does_not_hold_up_what_is_known_of_the_others() -> None:
    table, is_slow = Writes(), Event()
    to = table.company

    def send_slowly() -> None:
        is_slow.wait()
        to.write(change(2))

    with ThreadPoolExecutor(2) as pool:
        late = pool.submit(send_slowly)
        pool.submit(to.write, change(1)).result(timeout=30)
        was_known = [list(call) for call in table.calls]
        is_slow.set()
        late.result(timeout=30)

    assert was_known == [["1"]]
    assert table.calls == [["1"], ["2"]]


def test_each_write_has_its_own_result() -> None:
    def result(change: Update) -> Result:
        if change.fields["n"] % 3 == 0:
            return ConditionFailed({"n": change.fields["n"]})
        return Unavailable("busy") if change.fields["n"] % 3 == 1 else None

    found = written(Writes(result).company, range(24))

    kinds = [ConditionFailed, Unavailable, type(None)]
    assert [type(each) for each in found] == [kinds[number % 3] for number in range(24)]
    assert [each.item for each in found if isinstance(each, ConditionFailed)] == [
        {"n": number} for number in range(0, 24, 3)
    ]


def test_a_call_that_fails_leaves_no_thread_waiting() -> None:
    def fail(change: Update) -> Result:
        time.sleep(0)
        raise RuntimeError("no such table")

    found = written(Writes(fail).company, range(10))

    assert {type(each) for each in found} <= {RuntimeError, Unavailable}
    assert None not in found
