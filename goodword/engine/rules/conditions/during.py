"""``during: 06-01..08-31`` every year (may wrap the new year), or ``2026-11-20..2026-12-24``; ends included."""

from __future__ import annotations

import re
from datetime import date

from goodword.engine.durations import Dates, Season, in_season
from goodword.engine.facts import Check, RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import Reading, scalar
from goodword.engine.rules.conditions.kind import ConditionKind, outcome
from goodword.engine.rules.rule import During

_YEARLY = re.compile(r"([0-9]{2})-([0-9]{2}) ?\.\. ?([0-9]{2})-([0-9]{2})")
_DATES = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2}) ?\.\. ?([0-9]{4})-([0-9]{2})-([0-9]{2})")
_EXAMPLE = "06-01..08-31 or 2026-11-20..2026-12-24"
_LEAP = 2024  # 29 February is a day of a season


def read(node: Node, reading: Reading) -> During | None:
    """Read a season or a span of dates."""
    word = scalar(node, reading, f"a season like {_EXAMPLE}")
    if word is None:
        return None
    try:
        if yearly := _YEARLY.fullmatch(word):
            first, last = (date(_LEAP, int(yearly[i]), int(yearly[i + 1])) for i in (1, 3))
            return During(Season((first.month, first.day), (last.month, last.day)))
        if dates := _DATES.fullmatch(word):
            first, last = (date(int(dates[i]), int(dates[i + 1]), int(dates[i + 2])) for i in (1, 4))
            if last < first:
                reading.faults.at(node, f"“{word}” ends before it begins", f"{last}..{first}")
                return None
            return During(Dates(first, last))
    except ValueError:
        reading.faults.at(node, f"“{word}” names a day that does not exist", _EXAMPLE)
        return None
    reading.faults.at(node, f"“{word}” is not a season", _EXAMPLE)
    return None


def check(params: During, facts: RuleFacts) -> Check:
    """Hold when the local date lies in it."""
    return outcome("during", wanted=spell(params), found=facts.local_date.isoformat(),
                   held=in_season(facts.local_date, params.season))  # fmt: skip


def spell(params: During) -> str:
    """Return the season as the document writes it."""
    season = params.season
    if isinstance(season, Dates):
        return f"{season.first}..{season.last}"
    return f"{season.first[0]:02}-{season.first[1]:02}..{season.last[0]:02}-{season.last[1]:02}"


KIND = ConditionKind(
    read=read,
    check=check,
    schema={
        "type": "string",
        "pattern": r"^([0-9]{4}-)?[0-9]{2}-[0-9]{2} ?\.\. ?([0-9]{4}-)?[0-9]{2}-[0-9]{2}$",
        "description": "days of every year, 06-01..08-31, or dates, 2026-11-20..2026-12-24; ends included",
    },
)
