"""The audit log: who did what and when, as sentences, narrowed by person, kind, time and words; as a file, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from goodword.reports import audit as reading
from goodword.web.console.deeds import KINDS, address, sentence
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import paged
from goodword.web.console.menu import settings_tabs
from goodword.web.console.periods import WORDS, Period, period_of
from goodword.web.console.sheets import sheet

ICONS = {"person": "lock", "member": "users-round", "key": "key-round", "reward": "gift", "referral": "handshake",
         "programme": "book-open-text", "todo": "list-checks", "backup": "hard-drive-download",
         "export": "file-down"}  # fmt: skip


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what staff did, newest first."""
    people = reading.actors(business=desk.business)
    wanted, period = _wanted(request, desk, people)
    page = reading.deeds(business=desk.business, wanted=wanted, after=request.GET.get("after", ""))
    known = reading.known_of(business=desk.business, rows=page.rows, lang=desk.lang)
    kept = {name: value for name, value in request.GET.items() if name != "after" and value}
    file = reverse("console:audit_sheet")
    context = {
        "tabs": settings_tabs(desk.may, current="audit"),
        "deeds": [
            {"text": sentence(row, known), "url": address(row, known), "at": row.recorded_at,
             "icon": ICONS.get(row.type.split(".")[0], "circle-dot"), "warn": row.type == "person.sign_in_failed"}
            for row in page.rows
        ],
        "people": [{"value": "", "text": _("Everybody")}] + [{"value": key, "text": name} for key, name, _e in people],
        "kinds": [{"value": "", "text": _("Everything")}] + [{"value": k, "text": v[0]} for k, v in KINDS.items()],
        "periods": [{"value": word, "text": text} for word, text in WORDS.items()], "period": period,
        "person": request.GET.get("person", ""), "kind": request.GET.get("kind", ""),
        "query": request.GET.get("q", ""), "narrowed": bool(kept),
        "sheet_url": f"{file}?{urlencode(kept)}" if kept else file, **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/audit.html", context, active="settings")


def as_sheet(request: HttpRequest, desk: Desk) -> Any:
    """Return what the page would show, all of it, as a CSV file."""
    wanted, _period = _wanted(request, desk, reading.actors(business=desk.business))
    return sheet("audit-log", [_("When"), _("Who"), _("What"), _("Kind")], _lines(desk, wanted))


def _lines(desk: Desk, wanted: reading.Wanted) -> Iterator[list[Any]]:
    for rows in reading.every_deed(business=desk.business, wanted=wanted):
        with translation.override(desk.lang):  # the file is made while it is sent: the page's language is gone by then
            known = reading.known_of(business=desk.business, rows=rows, lang=desk.lang)
            told = [_line(row, known) for row in rows]
        yield from told


def _line(row: Any, known: reading.Known) -> list[Any]:
    email = row.actor.removeprefix(reading.STAFF)
    text = sentence(row, known).replace("\u2068", "").replace("\u2069", "")
    return [row.recorded_at, known.people.get(email, email), text, row.type]


def _wanted(request: HttpRequest, desk: Desk, people: list[tuple[str, str, str]]) -> tuple[reading.Wanted, Period]:
    asked = request.GET
    period = period_of(asked, now=desk.now, zone=ZoneInfo(desk.business.timezone), default="all")
    email = next((email for key, _name, email in people if key == asked.get("person", "")), "")
    kinds = KINDS[asked["kind"]][1] if asked.get("kind", "") in KINDS else ()
    return reading.Wanted(email, kinds, period.start, period.end, asked.get("q", "")), period
