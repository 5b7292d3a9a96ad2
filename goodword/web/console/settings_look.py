"""Settings, Look: logo, colour and photo, with the page that a friend sees as it will be."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from goodword.business import pictures
from goodword.business.particulars import colour as read_colour
from goodword.engine.wording import friend_offer
from goodword.errors import Invalid, Refused
from goodword.flow.changing import change_business
from goodword.flow.picturing import change_picture, remove_picture
from goodword.reports.programmes import document_of, programmes
from goodword.web import brand, showing
from goodword.web.console.desk import Desk, shown
from goodword.web.console.menu import settings_tabs
from goodword.web.console.refusals import sentence_of
from goodword.web.media import url_of

OURS = "#0b6b57"  # the look without a colour of one's own (assets/theme.css)
PICTURES = ("logo", "photo")


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the look and change it; ``?colour=`` shows another one, unsaved."""
    if request.method != "POST":
        return _page(request, desk, colour=request.GET.get("colour", desk.business.colour))
    removed = request.POST.get("remove", "")
    if removed:
        return _remove(request, desk, removed)
    colour = request.POST.get("colour", "")
    if colour.lower() == OURS and not desk.business.colour:
        colour = ""
    sent = {which: _read(file) for which in PICTURES if (file := request.FILES.get(which)) is not None}
    faults = _faults(colour, sent)
    if faults:
        return _page(request, desk, colour=colour, faults=faults)
    who: dict[str, Any] = {"business": desk.business, "actor": desk.actor, "now": desk.now}
    changed = bool(change_business(wanted={"colour": colour}, **who))
    for which, data in sent.items():
        changed = change_picture(which=which, data=data, **who) or changed
    messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
    return redirect("console:settings_look")


def _read(file: Any) -> bytes:
    """Read an upload no further than it may reach."""
    data: bytes = file.read(pictures.MOST_BYTES + 1)
    return data


def _faults(colour: str, sent: dict[str, bytes]) -> dict[str, Refused]:
    """Judge everything before anything is kept."""
    faults: dict[str, Refused] = {}
    try:
        read_colour(colour)
    except Invalid as fault:
        faults["colour"] = fault
    for which, data in sent.items():
        try:
            pictures.remade(data, which=which)
        except Invalid as fault:
            faults[which] = fault
    return faults


def _remove(request: HttpRequest, desk: Desk, removed: str) -> HttpResponse:
    if removed in PICTURES:
        remove_picture(business=desk.business, which=removed, actor=desk.actor, now=desk.now)
    elif removed == "colour":
        change_business(business=desk.business, wanted={"colour": ""}, actor=desk.actor, now=desk.now)
    messages.success(request, _("Saved."))
    return redirect("console:settings_look")


def _page(request: HttpRequest, desk: Desk, *, colour: str, faults: dict[str, Refused] | None = None) -> HttpResponse:
    try:
        seen = read_colour(colour) or OURS
    except Invalid:
        seen = desk.business.colour or OURS
    told = {name: [sentence_of(fault, lang=desk.lang)] for name, fault in (faults or {}).items()}
    business = desk.business
    ours = seen == OURS and not business.colour
    context = {
        "tabs": settings_tabs(desk.may, current="settings_look"), "colour": seen,
        "sheet": "" if ours else seen.lstrip("#"),
        "own_colour": bool(business.colour), "words": [] if ours else _words(seen),
        "ours": ours, "faults": told, "offer": _offer(desk),
        "name": business.name, "phone_shown": showing.phone(business.phone), "logo_url": url_of(business.logo),
        "photo_url": url_of(business.photo),
    }  # fmt: skip
    return shown(request, desk, "console/look.html", context, active="settings", status=422 if told else 200)


def _words(colour: str) -> list[dict[str, Any]]:
    """Say how readable the colour is on light and on dark pages, and what is made of it there."""
    titles = {"light": _("On light pages"), "dark": _("On dark pages")}
    said = []
    for name, judged in brand.judged(colour.lstrip("#")).items():
        words = {"ratio": showing.number(int(judged.ratio * 10) / 10), "used": judged.used}
        if judged.readable:
            text = _("Contrast %(ratio)s to 1: easy to read. It is used as it is.") % words
        elif name == "light":
            text = _("Contrast %(ratio)s to 1; reading needs 4.5. There we make it darker: %(used)s.") % words
        else:
            text = _("Contrast %(ratio)s to 1; reading needs 4.5. There we make it lighter: %(used)s.") % words
        said.append({"title": titles[name], "text": text, "readable": judged.readable, "theme": name})
    return said


def _offer(desk: Desk) -> str:
    for line in programmes(business=desk.business, now=desk.now):
        if line.current is not None:
            document = document_of(line.current)
            if any(rule.to == "friend" for rule in document.rules):
                return friend_offer(document, desk.lang).rstrip(".")
    return _("A good word is worth a lot to us")
