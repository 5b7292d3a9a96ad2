"""Progress on a terminal."""

from __future__ import annotations

import pytest

from goodword.worker.telling import Progress


def test_on_a_terminal_the_count_the_rate_and_the_time_left_are_drawn_over_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    seconds = iter([0.0, 0.1, 10.0, 20.0])
    progress = Progress(clock=lambda: next(seconds), shown=True)
    progress.tell("read", 1, part=0.01)  # too soon to draw
    progress.tell("read", 5_000, part=0.25)
    progress.tell("read", 12_000)
    progress.clear()
    out, err = capsys.readouterr()
    assert out == ""
    first, second, wiped = err.split("\r")[1:4]
    assert first == "read: 5,000 (500 a second), 25%, 30 s left"
    assert second == "read: 12,000 (600 a second)".ljust(len(first))
    assert wiped.strip() == ""
    assert "\n" not in err


def test_anywhere_else_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = iter([0.0, 10.0, 20.0])
    progress = Progress(clock=lambda: next(seconds))
    progress.tell("read", 5_000, part=0.25)
    progress.clear()
    assert capsys.readouterr() == ("", "")
