"""Numbers told beside their limit."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence

ROUNDS = 5


def middle(seconds: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(seconds)


def machine() -> str:
    """Say what this was measured on, without names."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the start"


def line(what: str, ours: float, limit: float, *, unit: str = "/s", of: str = "") -> None:
    """Print a rate, its limit and their ratio."""
    print(f"  {what:<34} {ours:>10,.0f}{unit}   {of:<18} {limit:>10,.0f}{unit}   ratio {ours / limit:.2f}", flush=True)
