"""What is done together: everybody gets their own answer, a fault is nobody's answer, nobody waits for ever."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from goodword.flow.vouchers import together
from goodword.flow.vouchers.together import Together


def test_who_comes_while_one_is_at_work_is_done_in_the_next_group() -> None:
    groups: list[list[int]] = []
    begun, go_on = Event(), Event()

    def double(works: Sequence[int]) -> list[int | None]:
        groups.append(list(works))
        if len(groups) == 1:
            begun.set()
            assert go_on.wait(10)
        return [work * 2 for work in works]

    line: Together[int, int] = Together(most=3)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(line.do, "a", 0, double)
        assert begun.wait(10)
        others = [pool.submit(line.do, "a", n, double) for n in range(1, 6)]
        elsewhere = pool.submit(line.do, "b", 50, lambda works: list(works))
        assert elsewhere.result(10) == 50  # another key does not wait
        while len(line._lines["a"]) < 5:
            pass
        go_on.set()
        assert first.result(10) == 0
        assert sorted(str(each.result(10)) for each in others) == ["10", "2", "4", "6", "8"]
    assert [len(group) for group in groups] == [1, 3, 2]
    assert line._lines == {}


def test_a_fault_reaches_the_leader_and_answers_nobody_else() -> None:
    begun, go_on = Event(), Event()
    runs: list[int] = []

    def fail(works: Sequence[int]) -> list[int | None]:
        runs.append(len(works))
        if len(runs) == 1:
            begun.set()
            assert go_on.wait(10)
            return [1]
        raise ZeroDivisionError

    line: Together[int, int] = Together(most=5)
    with ThreadPoolExecutor(4) as pool:
        pool.submit(line.do, "a", 0, fail)
        assert begun.wait(10)
        others = [pool.submit(line.do, "a", n, fail) for n in (1, 2)]
        while len(line._lines["a"]) < 2:
            pass
        go_on.set()
        faults = [each.exception(10) for each in others]
    assert sorted(str(type(fault)) for fault in faults) == ["<class 'NoneType'>", "<class 'ZeroDivisionError'>"]
    assert line._lines == {}


def test_who_waits_too_long_goes_away_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "PATIENCE", 0.05)
    begun, go_on = Event(), Event()

    def slow(works: Sequence[int]) -> list[int | None]:
        begun.set()
        assert go_on.wait(10)
        return list(works)

    line: Together[int, int] = Together(most=5)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(line.do, "a", 1, slow)
        assert begun.wait(10)
        assert line.do("a", 2, slow) is None
        go_on.set()
        assert first.result(10) == 1
    assert line._lines == {}
