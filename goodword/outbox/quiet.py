"""Quiet hours: nothing leaves at night, by the clock on the business's wall. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def out_of_quiet(at: datetime, *, zone: ZoneInfo, quiet_from: str, quiet_until: str) -> datetime:
    """Return ``at``, or the end (UTC) of the quiet hours it falls in.

    Args:
        quiet_from: ``21:00``; from that minute on it is quiet. The same as ``quiet_until``: never quiet.
        quiet_until: ``08:00``; the first minute that is not. Before ``quiet_from`` it is the next morning's.
    """
    start, end = time.fromisoformat(quiet_from), time.fromisoformat(quiet_until)
    local = at.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    if start == end:
        return at
    if start < end:
        quiet, days = start <= clock < end, 0
    else:
        quiet, days = clock >= start or clock < end, 1 if clock >= start else 0
    if not quiet:
        return at
    return datetime.combine(local.date() + timedelta(days=days), end, tzinfo=zone).astimezone(UTC)
