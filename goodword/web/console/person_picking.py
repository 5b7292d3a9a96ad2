"""Somebody named in a form: found while typing, or made new; a hundred alike are told apart before one is taken.

The text is posted, never in an address. Works without scripts: then whoever may be meant is shown with the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from goodword.reports import candidates
from goodword.reports import customers as reading
from goodword.reports.candidates import Candidate
from goodword.reports.pipeline import named
from goodword.web.console.desk import Desk

PLACES = ("buyer", "recipient")
NEW = "new"


@dataclass(frozen=True, slots=True)
class Picked:
    """What a form says of one person: ``ref`` is what a command takes; ``found`` are those who may be meant."""

    place: str
    text: str = ""
    chosen: str = ""
    reach: str = ""
    ref: Any = None
    found: list[Candidate] = field(default_factory=list)
    fault: str = ""

    @property
    def new(self) -> bool:
        """Say whether somebody new is meant."""
        return bool(self.text) and self.chosen == NEW


def search(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Answer while somebody types: who may be meant, and the choice of somebody new."""
    place = request.POST.get("place", "")
    place = place if place in PLACES else PLACES[0]
    text = request.POST.get(place, "").strip()
    found = _found(desk, text)
    exact = [each for each in found if each.exact]
    chosen = exact[0].id if len(exact) == 1 else "" if found else NEW
    context = {"person": Picked(place, text, chosen, found=found)}
    return render(request, "console/person_found.html", context)


def asked(request: HttpRequest, desk: Desk, place: str) -> Picked:
    """Return who a posted form names: the one who was chosen, the only one of exactly that name, or somebody new."""
    text, chosen = request.POST.get(place, "").strip(), request.POST.get(f"{place}_id", "")
    reach = request.POST.get(f"{place}_reach", "").strip()
    if not text:
        return Picked(place)
    found = _found(desk, text)
    if chosen == NEW or (not chosen and not found):
        return Picked(place, text, NEW, reach, _new(text, reach), found)
    if chosen:
        known = reading.customer(business=desk.business, public_id=chosen)
        if known is not None:
            return Picked(place, text, chosen, reach, chosen, found or candidates.of(contacts=[known], text=text))
    exact = [each for each in found if each.exact]
    if len(exact) == 1:
        return Picked(place, text, exact[0].id, reach, exact[0].id, found)
    return Picked(place, text, "", reach, None, found, _("Say who is meant: one of these, or somebody new."))


def known(place: str, contact: Any) -> Picked:
    """Return a person who is known as a form begins with them; nobody for none."""
    if contact is None:
        return Picked(place)
    found = candidates.of(contacts=[contact])
    return Picked(place, named(contact), contact.public_id, ref=contact.public_id, found=found)


def _found(desk: Desk, text: str) -> list[Candidate]:
    return candidates.candidates(business=desk.business, text=text, limit=5) if len(text) > 1 else []


def _new(text: str, reach: str) -> dict[str, str]:
    """Return somebody new as a command takes them: the text is a name, unless it is a phone number or an address."""
    told: dict[str, str] = {}
    for said in (text, reach):
        if not said:
            continue
        if "@" in said:
            told["email"] = said
        elif len(re.sub(r"\D", "", said)) >= 6 and not re.search(r"[^\W\d_]", said):
            told["phone"] = said
        else:
            told.setdefault("name", said)
    return told
