"""Team: who is in, who is invited, another role, a way back in, removal."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.business.models import Business, Invitation, Role
from goodword.errors import Refused
from goodword.flow.admitting import invite as send_invitation
from goodword.flow.admitting import renew as send_anew
from goodword.flow.resetting import link_for_member
from goodword.flow.submit import submit
from goodword.outbox.links import join_link
from goodword.reports import team as reading
from goodword.reports.team import Seat
from goodword.web.console.asking_form import Field, Form, form_page
from goodword.web.console.desk import Desk, shown
from goodword.web.console.menu import settings_tabs
from goodword.web.console.once import shown_once
from goodword.web.console.refusals import sentence_of
from goodword.web.console.team_mail import mail_invitation
from goodword.web.labels import ROLE_NAMES
from goodword.web.showing import language_options, moment

# What a role is for, beside its name where one is chosen.
ROLE_HELP: dict[str, Promise] = {
    "owner": gettext_lazy("Everything, and who owns the business."),
    "admin": gettext_lazy("Everything but owners: programmes, people, keys, corrections."),
    "manager": gettext_lazy("The daily work, programmes and their terms."),
    "office": gettext_lazy("The daily work: customers, referrals, rewards, messages."),
    "technician": gettext_lazy("Customers and their links, on the phone at the customer’s door; no figures."),
    "viewer": gettext_lazy("Sees everything, changes nothing."),
}


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show who is in and who is invited."""
    context = {
        "tabs": settings_tabs(desk.may, current="team"), "team": reading.team(business=desk.business),
        "invited": [_invited(row, desk) for row in reading.invited(business=desk.business)],
        "roles": [{"text": ROLE_NAMES[role], "help": ROLE_HELP[role]} for role in Role.values], "me": desk.person.pk,
    }  # fmt: skip
    return shown(request, desk, "console/team.html", context, active="settings")


def invite(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask whom to invite in which role; show the link once and mail it where mail goes out."""
    form = Form(
        title=_("Invite somebody"), button=_("Make the invitation"), back=reverse("console:team"), back_text=_("Team"),
        lead=_("They get a link that works for seven days. You can copy it and hand it over yourself."),
        fields=[
            Field("email", _("E-mail"), kind="email", required=True),
            Field("role", _("Role"), kind="choice", options=_roles(desk), initial="office"),
            Field("language", _("Language"), kind="choice", options=language_options(), initial=desk.lang),
        ],
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="settings")
    return _invited_now(request, desk=desk, form=form)


@reauthentication_required
def _invited_now(request: HttpRequest, *, desk: Desk, form: Form) -> HttpResponse:
    email, role, language = (request.POST.get(name, "").strip() for name in ("email", "role", "language"))
    try:
        made, secret = send_invitation(
            business=desk.business, email=email, role=role, language=language, actor=desk.actor, now=desk.now
        )
    except Refused as refusal:
        place = "role" if refusal.code in ("owners_only", "unknown_role") else "email"
        return form_page(request, desk, form, active="settings", faults={place: sentence_of(refusal, lang=desk.lang)})
    return _link_shown(request, desk, made, secret)


def renew(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Give an invitation a new link."""
    invitation = _invitation(desk.business, ref)
    form = Form(
        title=_("A new link for %(email)s?") % {"email": invitation.email}, button=_("Make a new link"),
        back=reverse("console:team"), back_text=_("Team"), fields=[],
        lead=_("The old link stops working at once; the new one works for seven days."),
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="settings")
    return _renewed(request, desk=desk, ref=ref, form=form)


@reauthentication_required
def _renewed(request: HttpRequest, *, desk: Desk, ref: str, form: Form) -> HttpResponse:
    try:
        made, secret = send_anew(business=desk.business, public_id=ref, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        return form_page(request, desk, form, active="settings", faults={"": sentence_of(refusal, lang=desk.lang)})
    return _link_shown(request, desk, made, secret)


def withdraw(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = _invitation(desk.business, ref)
    form = Form(
        title=_("Withdraw the invitation of %(email)s?") % {"email": invitation.email}, button=_("Withdraw"),
        tone="error", back=reverse("console:team"), back_text=_("Team"), fields=[], lead=_("Its link stops working."),
    )  # fmt: skip
    done = _("The invitation is withdrawn.")
    return _acted(request, desk, form, kind="invitation.withdrawn", data={"invitation": ref}, done=done)


def one(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show one member of staff, and what can be done."""
    seat = _member(desk.business, ref)
    free = desk.role == "owner" or seat.role != "owner"
    context = {
        "seat": seat, "roles": _roles(desk), "can_change": free, "is_me": seat.person == desk.person.pk,
        "last_owner": seat.role == "owner" and reading.owners(business=desk.business) == 1,
        "can_reset": "people.reset" in desk.may and seat.person != desk.person.pk,
    }  # fmt: skip
    return shown(request, desk, "console/member.html", context, active="settings")


def role(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Give somebody another role."""
    seat = _member(desk.business, ref)
    form = Form(
        title=_("Another role for %(name)s") % {"name": seat.name}, button=_("Save"), back_text=seat.name,
        back=reverse("console:member", args=[ref]),
        fields=[Field("role", _("Role"), kind="choice", options=_roles(desk), initial=seat.role)],
    )  # fmt: skip
    data = {"member": ref, "role": request.POST.get("role", "")}
    done = _("Saved. It holds from the next page they open.")
    return _acted(request, desk, form, kind="member.role_changed", data=data, done=done, field="role")


def remove(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Take somebody out of the team."""
    seat = _member(desk.business, ref)
    form = Form(
        title=_("Remove %(name)s from the team?") % {"name": seat.name}, button=_("Remove"), tone="error",
        back=reverse("console:member", args=[ref]), back_text=seat.name, fields=[],
        lead=_("They can no longer open this business. What they did stays in the audit log."),
    )  # fmt: skip
    done = _("%(name)s is no longer in the team.") % {"name": seat.name}
    return _acted(request, desk, form, kind="member.removed", data={"member": ref}, done=done)


def reset(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show an owner, once, a link by which a member of staff chooses a new password."""
    seat = _member(desk.business, ref)
    back = reverse("console:member", args=[ref])
    form = Form(
        title=_("A new password for %(name)s?") % {"name": seat.name}, button=_("Make the link"), back=back,
        back_text=seat.name, fields=[],
        lead=_("You get a link to hand over. With it %(name)s chooses a new password.") % {"name": seat.name},
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="settings")
    return _reset_link(request, desk=desk, seat=seat, form=form)


@reauthentication_required
def _reset_link(request: HttpRequest, *, desk: Desk, seat: Seat, form: Form) -> HttpResponse:
    try:
        _person, link = link_for_member(business=desk.business, member=str(seat.id), actor=desk.actor, now=desk.now)
    except Refused as refusal:
        return form_page(request, desk, form, active="settings", faults={"": sentence_of(refusal, lang=desk.lang)})
    return shown_once(
        request, desk, title=_("The link for %(name)s") % {"name": seat.name}, value=link, label=_("One-time link"),
        lead=_("Hand it over yourself. It works once, for 24 hours, and is not shown again."), back=form.back,
        back_text=seat.name,
    )  # fmt: skip


def _acted(
    request: HttpRequest, desk: Desk, form: Form, *, kind: str, data: dict[str, Any], done: str, field: str = ""
) -> HttpResponse:
    if request.method != "POST":
        return form_page(request, desk, form, active="settings")
    try:
        submit(business=desk.business, type=kind, data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        return form_page(request, desk, form, active="settings", faults={field: sentence_of(refusal, lang=desk.lang)})
    messages.success(request, done)
    return redirect("console:team")


def _link_shown(request: HttpRequest, desk: Desk, invitation: Invitation, secret: str) -> HttpResponse:
    link = join_link(secret)
    mailed = mail_invitation(invitation=invitation, link=link, inviter=reading.name_of(desk.person))
    lead = _("The link works until %(until)s and is not shown again.") % {"until": moment(invitation.expires_at)}
    if mailed:
        lead = f"{lead} {_('It is on its way by e-mail too.')}"
    return shown_once(
        request, desk, title=_("The invitation of %(email)s") % {"email": invitation.email}, lead=lead, value=link,
        label=_("The invitation’s link"), back=reverse("console:team"), back_text=_("Team"),
    )  # fmt: skip


def _roles(desk: Desk) -> list[dict[str, str]]:
    given = [role for role in Role.values if role != "owner" or desk.role == "owner"]
    return [{"value": role, "text": str(ROLE_NAMES[role])} for role in given]


def _invited(row: Invitation, desk: Desk) -> dict[str, Any]:
    return {
        "id": row.public_id, "email": row.email, "role": ROLE_NAMES[row.role], "until": row.expires_at,
        "over": row.expires_at <= desk.now, "can_change": desk.role == "owner" or row.role != "owner",
    }  # fmt: skip


def _member(business: Business, ref: str) -> Seat:
    found = reading.seat(business=business, ref=ref)
    if found is None:
        raise Http404
    return found


def _invitation(business: Business, ref: str) -> Invitation:
    found = reading.invitation(business=business, ref=ref)
    if found is None:
        raise Http404
    return found
