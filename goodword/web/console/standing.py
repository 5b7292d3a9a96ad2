"""A customer's details and word: name and reach, consent by channel, complaint, block, the name others see."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword import identity
from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.reports.one_customer import Said, came_by
from goodword.reports.pipeline import named
from goodword.web.console.asking_form import Field, Form, form_page
from goodword.web.console.desk import Desk
from goodword.web.console.refusals import sentence_of
from goodword.web.console.sharing import back_to, customer_of
from goodword.web.showing import language_options

CHANNELS: dict[str, tuple[Promise, str]] = {
    "sms": (gettext_lazy("Text message"), "message-square"),
    "email": (gettext_lazy("E-mail"), "mail"),
    "leaderboard": (gettext_lazy("Public leaderboard"), "trophy"),
    "any": (gettext_lazy("Text and e-mail"), "send"),
}


def edit(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Ask for the details; only what was changed is told, so that nothing another system says is undone."""
    contact = customer_of(desk, ref)
    was = _shown(contact)
    form = _details_form(contact, was)
    if request.method != "POST":
        return form_page(request, desk, form, active="customers")
    sent = {name: request.POST.get(name, "").strip() for name in was}
    changed = {name for name in was if sent[name].splitlines() != was[name].splitlines()}
    faults = _faults(desk, sent, changed)
    if faults:
        return form_page(request, desk, form, active="customers", faults=faults)
    told: dict[str, Any] = {name: _listed(sent[name]) for name in changed & {"tags", "clubs"}}
    told |= {name: sent[name] or None for name in changed - {"tags", "clubs"}}
    if told:
        try:
            _save(desk, contact, told)
        except Refused as refusal:
            return form_page(request, desk, form, active="customers", faults={"": sentence_of(refusal, lang=desk.lang)})
    messages.success(request, _("Saved."))
    return redirect(back_to(contact))


def consent(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Ask what the customer said, on which channel, and how they told."""
    contact = customer_of(desk, ref)
    form = Form(
        title=_("What the customer said"), button=_("Save"), back=back_to(contact), back_text=named(contact),
        lead=_("The newest word counts. The older ones stay in the history."),
        fields=[
            Field("channel", _("What it is about"), kind="choice",
                  options=[{"value": code, "text": str(text)} for code, (text, _icon) in CHANNELS.items()]),
            Field("granted", _("What they said"), kind="choice",
                  options=[{"value": "yes", "text": _("Yes, they agree")}, {"value": "no", "text": _("No, stop")}]),
            Field("how", _("How they told"), required=True, help=_("For example: by phone, at the visit, by e-mail.")),
        ],
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="customers")
    how = request.POST.get("how", "").strip()
    if not how:
        faults = {"how": _("Say how they told: it is the proof.")}
        return form_page(request, desk, form, active="customers", faults=faults)
    granted = request.POST.get("granted") == "yes"
    data = {"channel": request.POST.get("channel", ""), "granted": granted, "how": how[:100]}
    return _told(request, desk, contact, form, "consent.changed", data)


def complaint(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Open a complaint or close it: nothing is asked of a customer who has one."""
    contact = customer_of(desk, ref)
    is_open = contact.complaint_open
    if is_open and "customers.block" not in desk.may:  # it may be about the one who would close it
        raise PermissionDenied
    lead = (
        _("From now on this customer may be asked to refer again.")
        if is_open
        else _("While it is open this customer is not asked to refer, and what waits to ask is taken back.")
    )
    form = Form(
        title=_("Close the complaint?") if is_open else _("Open a complaint?"), lead=lead, fields=[],
        hidden={"to": "no" if is_open else "yes"},
        button=_("Close the complaint") if is_open else _("Open a complaint"), back=back_to(contact),
        back_text=named(contact),
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="customers")
    return _told(request, desk, contact, form, "complaint.changed", {"open": _wanted(request, now=is_open)})


def block(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Block a customer from referring, or let them again."""
    contact = customer_of(desk, ref)
    lead = (
        _("New friends count again from now on.")
        if contact.blocked
        else _("New friends who come by this link are not counted for them. What was earned stays.")
    )
    form = Form(
        title=_("Let them refer again?") if contact.blocked else _("Block from referring?"), lead=lead, fields=[],
        hidden={"to": "no" if contact.blocked else "yes"},
        button=_("Let them refer") if contact.blocked else _("Block"), tone="primary" if contact.blocked else "error",
        back=back_to(contact), back_text=named(contact),
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="customers")
    _save(desk, contact, {"blocked": _wanted(request, now=contact.blocked)})
    messages.success(request, _("Saved."))
    return redirect(back_to(contact))


def _wanted(request: HttpRequest, *, now: bool) -> bool:
    """Return what the form that was pressed was for: pressed twice, or by two people, it is done and not undone."""
    return {"yes": True, "no": False}.get(request.POST.get("to", ""), not now)


def alias(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Ask for the name that the public leaderboard shows."""
    contact = customer_of(desk, ref)
    form = Form(
        title=_("Name on the public leaderboard"), button=_("Save"), back=back_to(contact), back_text=named(contact),
        lead=_("Shown only with the customer’s yes to the leaderboard. Empty: their initials."),
        fields=[Field("alias", _("Name"), initial=contact.alias)],
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="customers")
    data = {"alias": request.POST.get("alias", "").strip()}
    return _told(request, desk, contact, form, "alias.changed", data, field="alias")


def consent_line(said: Said) -> dict[str, Any]:
    """Return one word of a customer, as the page shows it."""
    text, icon = CHANNELS[said.channel]
    return {
        "channel": said.channel, "text": str(text), "icon": icon, "granted": said.granted, "at": said.at,
        "how": _("Kept in a merge") if said.how == "merge" else said.how, "actor": said.actor.removeprefix("user:"),
    }  # fmt: skip


def address_lines(address: Any) -> str:
    """Return an address as lines of text, however it was told."""
    if isinstance(address, dict):
        parts = (address.get(key) for key in (*identity.ADDRESS_PARTS, "country"))
        return "\n".join(str(part) for part in parts if part)
    return str(address or "")


def _told(
    request: HttpRequest, desk: Desk, contact: Any, form: Form, kind: str, data: dict[str, Any], *, field: str = ""
) -> HttpResponse:
    data = {"contact": contact.public_id, **data}
    try:
        submit(business=desk.business, type=kind, data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        faults = {field: sentence_of(refusal, lang=desk.lang)}
        return form_page(request, desk, form, active="customers", faults=faults)
    messages.success(request, _("Saved."))
    return redirect(back_to(contact))


def _save(desk: Desk, contact: Any, told: dict[str, Any]) -> None:
    data = {"contact": {"external_id": contact.public_id, **told}}
    submit(business=desk.business, type="contact.saved", data=data, actor=desk.actor, now=desk.now)


def _shown(contact: Any) -> dict[str, str]:
    return {
        "name": contact.name, "phone": contact.phone or "", "email": contact.email or "",
        "language": contact.language or "", "address": address_lines(contact.address),
        "tags": ", ".join(contact.tags), "clubs": ", ".join(contact.clubs),
    }  # fmt: skip


def _listed(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.replace("،", ",").split(",") if part.strip()))


def _faults(desk: Desk, sent: dict[str, str], changed: set[str]) -> dict[str, str]:
    faults = {}
    if not sent["name"] and "name" in changed:
        faults["name"] = _("Please give a name.")
    if sent["phone"] and "phone" in changed and not identity.phone(sent["phone"], country=desk.business.country):
        faults["phone"] = _("That phone number cannot be right.")
    if sent["email"] and "email" in changed and not identity.email(sent["email"]):
        faults["email"] = _("This e-mail address cannot be right.")
    return faults


def _details_form(contact: Any, was: dict[str, str]) -> Form:
    referrer = came_by(contact=contact)
    locked = _("Referred by %(name)s. This cannot be changed; an administrator can remove a wrong one.")
    languages = language_options(empty=_("As the business"))
    if was["language"] and was["language"] not in {option["value"] for option in languages}:
        languages.append({"value": was["language"], "text": was["language"]})
    return Form(
        title=_("Edit details"), button=_("Save"), back=back_to(contact), back_text=named(contact),
        lead=_("Your booking system may tell us anew; what it tells last counts."),
        notes=[locked % {"name": named(referrer.referrer)}] if referrer else [],
        fields=[
            Field("name", _("Name"), required=True, initial=was["name"]),
            Field("phone", _("Phone"), kind="tel", initial=was["phone"]),
            Field("email", _("E-mail"), kind="email", initial=was["email"]),
            Field("language", _("Language"), kind="choice", options=languages, initial=was["language"]),
            Field("address", _("Address"), kind="area", initial=was["address"]),
            Field("tags", _("Tags"), initial=was["tags"], help=_("Separated by commas.")),
            Field("clubs", _("Clubs"), initial=was["clubs"], help=_("Separated by commas.")),
        ],
    )  # fmt: skip
