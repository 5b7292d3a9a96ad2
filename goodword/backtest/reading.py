"""Read what a backtest needs: the events' file and the settings it is to assume."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo, available_timezones

import msgspec
import phonenumbers
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from goodword.backtest.runner import read_events
from goodword.engine.durations import Duration, parse_duration
from goodword.engine.events import Event
from goodword.engine.world import Settings
from goodword.errors import Invalid, Refused

HOUSEHOLDS = ("review", "refuse", "allow")
TELL_EVERY = 10_000


class Reading(msgspec.Struct):
    """What a file held: its events and, apart, the refusals, each with its line in ``facts['line']``."""

    events: list[Event | Refused] = []
    refused: list[Refused] = []


def read_history(lines: BinaryIO, *, currency: str, told: Callable[[int], None] | None = None) -> Reading:
    """Read one event a line, in any order; a bad line never stops the others.

    Args:
        currency: of the programme; events in another one are refused ``wrong_currency``.
        told: hears every ``TELL_EVERY`` lines how many were read.
    """
    found = Reading()
    for place, event in enumerate(read_events(lines, currency=currency)):
        if told is not None and place % TELL_EVERY == 0:
            told(place)
        found.events.append(event)
        if isinstance(event, Refused):
            found.refused.append(event)
    return found


def zone_named(name: str) -> ZoneInfo:
    """Return an IANA time zone.

    Raises:
        Invalid: ``unknown_timezone``.
    """
    if name not in available_timezones():
        raise Invalid("unknown_timezone", f"--timezone {name}: no IANA time zone; write it like America/Denver")
    return ZoneInfo(name)


def country_named(code: str) -> str:
    """Return an ISO 3166 country code in capitals.

    Raises:
        Invalid: ``unknown_country``.
    """
    if not re.fullmatch("[A-Za-z]{2}", code) or code.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise Invalid("unknown_country", f"--country {code}: no ISO 3166 country; write it like US")
    return code.upper()


def read_settings(path: Path) -> tuple[Duration | None, str | None]:
    """Return ``points_hold`` and ``household`` of a settings file (YAML or JSON), None for what it leaves out.

    Raises:
        Invalid: ``invalid_settings``, saying the key and what to write instead.
    """
    try:
        told = YAML(typ="safe", pure=True).load(path.read_bytes().decode("utf-8-sig"))
    except (YAMLError, UnicodeDecodeError, RecursionError) as fault:
        raise Invalid("invalid_settings", f"{path}: no YAML or JSON: {str(fault).splitlines()[0]}") from None
    if told is None:
        told = {}
    if not isinstance(told, dict):
        raise Invalid("invalid_settings", f"{path}: write keys and values, like points_hold: 24h")
    unknown = sorted(str(key) for key in told if key not in ("points_hold", "household"))
    if unknown:
        raise Invalid("invalid_settings", f"{path}: unknown key “{unknown[0]}”; there are points_hold and household")
    household = told.get("household")
    if household is not None and household not in HOUSEHOLDS:
        raise Invalid("invalid_settings", f"{path}: household is one of {', '.join(HOUSEHOLDS)}, not {household}")
    if told.get("points_hold") is None:
        return None, household
    try:
        return parse_duration(str(told["points_hold"])), household
    except Refused as refusal:
        write = refusal.facts.get("write", "24h")
        raise Invalid("invalid_settings", f"{path}: points_hold: {refusal.detail}; write {write}") from None


def settings_for(*, currency: str, timezone: str | None, country: str | None, file: Path | None) -> Settings:
    """Return the settings of a backtest without a business: UTC, no country guessed, points held 24h.

    Raises:
        Invalid: ``unknown_timezone``, ``unknown_country`` or ``invalid_settings``.
    """
    zone = zone_named(timezone) if timezone is not None else ZoneInfo("UTC")
    region = country_named(country) if country is not None else None
    points_hold, household = read_settings(file) if file is not None else (None, None)
    changes: dict[str, Any] = {}
    if points_hold is not None:
        changes["points_hold"] = points_hold
    if household is not None:
        changes["household"] = household
    return Settings(zone=zone, currency=currency, country=region, **changes)
