"""Progress of long work on a terminal; silent anywhere else, so that a log holds no drawing."""

from __future__ import annotations

import sys
from collections.abc import Callable

REDRAW = 0.2  # seconds


class Progress:
    """One line on standard error that is written over.

    Args:
        clock: seconds that only rise, like ``time.monotonic``.
        shown: whether to draw; by default when standard error is a terminal.
    """

    def __init__(self, *, clock: Callable[[], float], shown: bool | None = None) -> None:
        self._clock = clock
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._began = self._drawn = clock()
        self._width = 0

    def tell(self, what: str, done: int, *, part: float | None = None) -> None:
        """Draw how many are done, how fast and, when ``part`` (0 to 1) is known, the time that is left."""
        now = self._clock()
        if not self._shown or now - self._drawn < REDRAW:
            return
        self._drawn = now
        spent = max(now - self._began, 1e-9)
        line = f"{what}: {done:,} ({done / spent:,.0f} a second)"
        if part:
            line += f", {part:.0%}, {spent * (1 - part) / part:,.0f} s left"
        self._draw(line)

    def restart(self) -> None:
        """Begin to count for the next stretch of work."""
        self._began = self._clock()

    def clear(self) -> None:
        """Wipe the line."""
        if self._width:
            self._draw("")
            self._width = 0

    def _draw(self, line: str) -> None:
        sys.stderr.write("\r" + line.ljust(self._width) + ("" if line else "\r"))
        sys.stderr.flush()
        self._width = len(line)
