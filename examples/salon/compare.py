"""``python -m examples.salon.compare --business SLUG --awards FILE``: live awards against a backtest's, to the unit."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SHARED = ("rule", "to", "holder", "kind", "asset", "units", "nth", "cut", "review")
TERMS = ("available_at", "expires_at")


def main(argv: list[str] | None = None) -> int:
    """Say that they are the same and return 0, or show the first differences and return 1."""
    parser = argparse.ArgumentParser(prog="python -m examples.salon.compare", description=__doc__)
    parser.add_argument("--business", required=True, metavar="SLUG")
    parser.add_argument("--awards", type=Path, required=True, metavar="FILE", help="of goodword backtest --awards")
    args = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goodword.config.settings")
    import django

    django.setup()
    wanted = [json.loads(line) for line in args.awards.read_text(encoding="utf-8").splitlines()]
    found = live_awards(args.business)
    for told, rows in (("only in the backtest", _only(wanted, found)), ("only live", _only(found, wanted))):
        for row in rows[:10]:
            sys.stderr.write(f"{told}: {row}\n")
    if _only(wanted, found) or _only(found, wanted):
        return 1
    sys.stdout.write(f"the same: {len(found)} awards, live and in the backtest, to the unit\n")
    return 0


def live_awards(slug: str) -> list[dict[str, Any]]:
    """Return what a business granted and reversed, in the words of a backtest's awards."""
    from goodword.inbox.models import Decision  # models can be imported only after django.setup()

    rows = Decision.objects.filter(business__slug=slug, kind__in=["granted", "reversed"]).select_related("event")
    return [
        {
            "action": "grant" if row.kind == "granted" else "reverse",
            "event": row.event.external_id,
            **{key: row.trace[key] for key in SHARED},
            **{key: _utc(row.trace[key]) for key in TERMS},
        }
        for row in rows.order_by("pk").iterator()
    ]


def _utc(text: str | None) -> str | None:
    if text is None:
        return None
    return datetime.fromisoformat(text).astimezone(UTC).isoformat().replace("+00:00", "Z")


def _only(these: list[dict[str, Any]], those: list[dict[str, Any]]) -> list[str]:
    mine, others = (Counter(json.dumps(row, sort_keys=True) for row in rows) for rows in (these, those))
    return sorted((mine - others).elements())


if __name__ == "__main__":
    raise SystemExit(main())
