"""``python -m tests.closing_lines``: pytest's last line of each run of ``make test``, together."""

from __future__ import annotations

import re
from pathlib import Path

RUNS = ("sqlite", "postgres", "browser")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def closing_line(text: str) -> str:
    """Return the last line that says anything."""
    lines = [_COLOUR.sub("", line).strip() for line in text.splitlines()]
    return next((line for line in reversed(lines) if line), "no output")


def main(folder: Path) -> None:
    """Print one line per run."""
    for run in RUNS:
        log = folder / f"{run}.log"
        print(f"{run:>10}: {closing_line(log.read_text()) if log.exists() else 'NOT RUN'}")


if __name__ == "__main__":
    main(Path("var/test"))
