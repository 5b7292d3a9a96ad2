"""Requests that want the same thing of one process at once are done together: one lock, one commit, an answer each.

A voucher that many tills redeem is one row; each holding it through a commit of its own would make the others wait for
the disk. Who comes while a group is at work forms the next one, led by the first who waits.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")
PATIENCE = 15.0  # seconds; whoever waits longer asks by themselves


@dataclass(slots=True, eq=False)
class _Turn(Generic[Work, Result]):
    work: Work
    ready: Event = field(default_factory=Event)
    leads: bool = False
    result: Result | None = None


class Together(Generic[Work, Result]):
    """Lines of work, one for each key; ``most`` are done in one go."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._guard = Lock()
        self._lines: dict[Hashable, list[_Turn[Work, Result]]] = {}

    def do(self, key: Hashable, work: Work, run: Callable[[Sequence[Work]], Sequence[Result | None]]) -> Result | None:
        """Return what ``run`` made of ``work``, alone or in a group; None when it made nothing of it.

        Args:
            run: does a group and returns a result for each; what it raises reaches the leader alone, the others get
                None.
        """
        turn: _Turn[Work, Result] = _Turn(work)
        with self._guard:
            line = self._lines.get(key)
            if line is None:
                self._lines[key] = []  # somebody is at work; who comes now waits here
            else:
                line.append(turn)
        if line is not None:
            if not turn.ready.wait(PATIENCE) and not self._left(key, turn):
                return None
            if not turn.leads:
                return turn.result
        return self._led(key, turn, run)

    def _led(
        self, key: Hashable, turn: _Turn[Work, Result], run: Callable[[Sequence[Work]], Sequence[Result | None]]
    ) -> Result | None:
        with self._guard:
            line = self._lines[key]
            group = [turn, *line[: self._most - 1]]
            del line[: self._most - 1]
        try:
            for each, result in zip(group, run([each.work for each in group]), strict=True):
                each.result = result
        finally:
            for each in group[1:]:
                each.ready.set()
            self._hand_over(key)
        return turn.result

    def _hand_over(self, key: Hashable) -> None:
        with self._guard:
            line = self._lines[key]
            if not line:
                del self._lines[key]
                return
            first = line.pop(0)
            first.leads = True
            first.ready.set()

    def _left(self, key: Hashable, turn: _Turn[Work, Result]) -> bool:
        """Take a turn that waited too long out of its line; say whether it was made ready meanwhile."""
        with self._guard:
            line = self._lines.get(key, [])
            if turn in line:
                line.remove(turn)
            return turn.ready.is_set()
