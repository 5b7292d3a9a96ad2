"""Tell what a backtest gave: the awards as a file, the summary as JSON, and both as a table for a person."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from goodword.backtest.runner import Backtest
from goodword.engine.durations import spell
from goodword.engine.world import Settings
from goodword.errors import Invalid
from goodword.money import digits, to_major


def summary_of(found: Backtest, settings: Settings) -> dict[str, Any]:
    """Return the JSON summary (programme-format.md) and the settings that were used."""
    return {
        **found.summary(),
        "zone": settings.zone.key,
        "country": settings.country,
        "points_hold": spell(settings.points_hold),
        "household": settings.household,
        "currency": settings.currency,
    }


def awards_writer(path: Path) -> Callable[[Backtest], None]:
    """Return what writes the awards to ``path``, all or nothing; asked for early, so that a bad path is told early.

    Raises:
        Invalid: ``unwritable_file``.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise Invalid("unwritable_file", f"{path}: no file can be written there")
    if not os.access(path.parent, os.W_OK):
        raise Invalid("unwritable_file", f"{path.parent}: may not be written to")
    return lambda found: write_awards(found, path)


def write_awards(found: Backtest, path: Path) -> None:
    """Write one award a line, by event time, then rule, then holder (rulings 39); the file appears whole."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        encoder = msgspec.json.Encoder()
        with os.fdopen(handle, "wb") as stream:
            for award in found.awards():
                stream.write(encoder.encode(award))
                stream.write(b"\n")
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def table(summary: dict[str, Any], *, name: str) -> list[str]:
    """Return the summary as lines for a person: what was given by rule, what was refused and why."""
    currency, country = summary["currency"], summary["country"] or "no country"
    lines = [
        f"{name}: {summary['events']:,} events, {summary['first'] or '—'} to {summary['last'] or '—'}",
        f"zone {summary['zone']}, {country}, {currency}, points held {summary['points_hold']}, "
        f"household {summary['household']}",
        "",
    ]
    rows = [
        (rule, shown(units, asset, currency))
        for rule, assets in summary["totals"].items()
        for asset, units in assets.items()
    ]
    lines += _columns([("rule", "given less taken back"), *rows]) if rows else ["no rule gave anything"]
    lines += ["", f"granted {summary['granted']:,}   reversed {summary['reversed']:,}   holders {summary['holders']:,}"]
    if summary["refused"]:
        refused = sorted(summary["refused"].items(), key=lambda pair: (-pair[1], pair[0]))
        lines += ["", *_columns([("refused because", "times"), *((code, f"{count:,}") for code, count in refused)])]
    return lines


def shown(units: int, asset: str, currency: str) -> str:
    """Return an amount as a person reads it; ``asset`` is named as in the awards (rulings 39)."""
    if asset == currency:
        return f"{to_major(units, currency):,.{digits(currency)}f} {currency}"
    if asset == "discount":
        return f"discounts of {units / 100:g} % together"
    return f"{units:,} {'rewards of its own kind' if asset == 'custom' else asset}"


def _columns(rows: list[tuple[str, str]]) -> list[str]:
    wide, right = (max(len(row[i]) for row in rows) for i in (0, 1))
    return [f"  {left:<{wide}}  {value:>{right}}" for left, value in rows]
