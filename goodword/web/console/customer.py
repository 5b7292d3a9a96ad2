"""The client log: link, balances with each lot's cause, rewards, referrals both ways, work, messages, consents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.flow.inviting_now import why_not
from goodword.ledger.chart import Kind
from goodword.ledger.reading import Balances
from goodword.money import Amount
from goodword.outbox.links import own_page, referral_link
from goodword.reports import correspondence, customer_log, one_customer, rewards, vouchers
from goodword.reports import customers as reading
from goodword.reports.customer_log import Happening
from goodword.reports.customers import Held
from goodword.reports.pipeline import named
from goodword.reports.worth import title
from goodword.web import in_hand, passing_on, showing
from goodword.web.console import sharing, standing
from goodword.web.console.desk import Desk, shown
from goodword.web.console.happenings import timeline
from goodword.web.console.listing import paged
from goodword.web.console.vouchers import line
from goodword.web.console.wording import letter, reward_line
from goodword.web.console.working import job_lines

HISTORY = 30
# What a customer can hold, as its lots name it.
KINDS = {Kind.CREDIT: "service_credit", Kind.POINTS: "points", Kind.PROMO_VOUCHER: "voucher",
         Kind.SOLD_VOUCHER: "voucher", Kind.GIFT_CARD: "gift_card", Kind.CASH: "cash", Kind.RIGHT: "discount",
         }  # fmt: skip


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show one customer, the part that ``?tab=`` names; the id of a record that was merged leads to the survivor."""
    contact = reading.customer(business=desk.business, public_id=ref)
    if contact is None:
        raise Http404
    if contact.public_id != ref:
        return redirect("console:customer", contact.public_id)
    tab = request.GET.get("tab", "")
    tab = tab if tab in PARTS and NEEDS.get(tab, "") in {"", *desk.may} else ""
    told = one_customer.around(business=desk.business, contact=contact, now=desk.now)
    context = {
        "customer": facts(desk, contact, told), "tab": tab, "tabs": _tabs(tab, desk), "referred_by": _referred_by(told),
        "can_enter": "work.enter" in desk.may and contact.erased_at is None,
        "can_edit": "customers.enter" in desk.may and contact.erased_at is None,
        "can_block": "customers.block" in desk.may and contact.erased_at is None,
        "can_attribute": "referrals.attribute" in desk.may and told.came_by is None and contact.erased_at is None,
        **PARTS[tab](request, desk, contact, told),
    }  # fmt: skip
    return shown(request, desk, "console/customer.html", context, active="customers")


def _overview(_request: HttpRequest, desk: Desk, contact: Any, told: one_customer.Around) -> dict[str, Any]:
    business = desk.business
    log, more = customer_log.of_contact(business=business, contact=contact, lang=desk.lang)
    value = _in_hand(desk, contact) if "rewards.see" in desk.may else {"balances": [], "rewards": []}
    log = [each for each in log if _may_read(desk, each)]
    why = "" if contact.erased_at else why_not(business=business, contact=contact, now=desk.now)
    return {
        "share": sharing.ways(desk, contact), "press": passing_on.opening(), **value,
        "vouchers": _vouchers(desk, contact, limit=5),
        "may_value": "rewards.see" in desk.may,
        "own_page": "" if contact.erased_at or "rewards.see" not in desk.may else own_page(contact.code),
        "referrals": told.sent, "jobs": job_lines(told.jobs, desk),
        "timeline": timeline(log[:8], currency=business.currency),
        "more_happened": (more or len(log) > 8) and "rewards.see" in desk.may,
        "can_send": "work.enter" in desk.may and contact.erased_at is None, "why_not": sharing.why(why),
    }  # fmt: skip


def _in_hand(desk: Desk, contact: Any) -> dict[str, Any]:
    balances, held = reading.holdings(business=desk.business, contact=contact, now=desk.now)
    found = rewards.of_contact(contact=contact, limit=5)
    return {"balances": _balances(desk, balances, held), "rewards": [reward_line(each, desk) for each in found]}


def _may_read(desk: Desk, happening: Happening) -> bool:
    """Say whether a line of the timeline is for this role: rewards and messages are not for everybody."""
    needed = {"reward": "rewards.see", "message": "messages.see"}.get(happening.kind, "")
    return not needed or needed in desk.may


def _value(request: HttpRequest, desk: Desk, contact: Any, _told: one_customer.Around) -> dict[str, Any]:
    balances, held = reading.holdings(business=desk.business, contact=contact, now=desk.now)
    page = rewards.all_of_contact(contact=contact, after=request.GET.get("after", ""))
    theirs = _vouchers(desk, contact, limit=30)
    return {
        "balances": _balances(desk, balances, held), "lots": [_lot(each, desk) for each in held],
        "rewards": [reward_line(r, desk) for r in page.rows], "vouchers": theirs,
        "bought": any(each["buyer_id"] == contact.public_id for each in theirs), **paged(request, after=page.next),
    }  # fmt: skip


def _vouchers(desk: Desk, contact: Any, *, limit: int) -> list[dict[str, Any]]:
    """Return what the customer bought or was given, with what is left in each; nothing for one who may not see it."""
    if "vouchers.see" not in desk.may:
        return []
    found = vouchers.of_contact(business=desk.business, contact=contact, now=desk.now, limit=limit)
    return [line(each) for each in found]


def _friends(request: HttpRequest, desk: Desk, contact: Any, _told: one_customer.Around) -> dict[str, Any]:
    page = one_customer.friends(business=desk.business, contact=contact, after=request.GET.get("after", ""))
    return {"referrals": page.rows, **paged(request, after=page.next)}


def _work(request: HttpRequest, desk: Desk, contact: Any, _told: one_customer.Around) -> dict[str, Any]:
    page = one_customer.jobs(contact=contact, after=request.GET.get("after", ""))
    currency = desk.business.currency
    return {
        "jobs": job_lines(page.rows, desk), **paged(request, after=page.next),
        "tickets": [
            {"name": row.external_id, "at": row.closed_at or row.created_at, "net": Amount(row.net, currency),
             "state": str(TICKET_STATES.get(row.state, row.state))}
            for row in one_customer.tickets(contact=contact)
        ],
        "appointments": [
            {"name": row.external_id, "at": row.at, "made": str(MADE.get(row.made or "", ""))}
            for row in one_customer.appointments(contact=contact)
        ],
        "reservations": [row.sku or row.external_id for row in one_customer.reservations(contact=contact)],
    }  # fmt: skip


def _messages(request: HttpRequest, desk: Desk, contact: Any, _told: one_customer.Around) -> dict[str, Any]:
    page = correspondence.all_of_contact(contact=contact, after=request.GET.get("after", ""))
    return {"sent_messages": [letter(m, desk) for m in page.rows], **paged(request, after=page.next)}


def _history(request: HttpRequest, desk: Desk, contact: Any, _told: one_customer.Around) -> dict[str, Any]:
    asked = request.GET.get("after", "")
    start = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 0
    log, more = customer_log.of_contact(
        business=desk.business, contact=contact, lang=desk.lang, start=start, count=HISTORY
    )
    after = str(start + HISTORY) if more else ""
    return {"timeline": timeline(log, currency=desk.business.currency), **paged(request, after=after)}


def _details(_request: HttpRequest, desk: Desk, contact: Any, _told: one_customer.Around) -> dict[str, Any]:
    counts, said = one_customer.consents(contact=contact)
    return {
        "details": {
            "language": showing.language(contact.language), "address": standing.address_lines(contact.address),
            "tags": contact.tags, "clubs": contact.clubs, "alias": contact.alias, "blocked": contact.blocked,
            "complaint_open": contact.complaint_open,
        },
        "consents": [standing.consent_line(each) for each in counts],
        "said": [standing.consent_line(each) for each in said],
        "can_merge": "customers.merge" in desk.may and contact.erased_at is None,
        "can_export": "contacts.export" in desk.may,
        "can_erase": "contacts.erase" in desk.may and contact.erased_at is None,
    }  # fmt: skip


# The parts of the page by the word in the address, in the order of their tabs.
PARTS: dict[str, Callable[[HttpRequest, Desk, Any, one_customer.Around], dict[str, Any]]] = {
    "": _overview, "value": _value, "friends": _friends, "work": _work, "messages": _messages, "history": _history,
    "details": _details,
}  # fmt: skip
NEEDS = {"value": "rewards.see", "messages": "messages.see", "history": "rewards.see"}
NAMES: dict[str, Promise] = {
    "": gettext_lazy("At a glance"),
    "value": gettext_lazy("Rewards and balance"),
    "friends": gettext_lazy("Friends sent"),
    "work": gettext_lazy("Work"),
    "messages": gettext_lazy("Messages"),
    "history": gettext_lazy("History"),
    "details": gettext_lazy("Details and consent"),
}
TICKET_STATES: dict[str, Promise] = {
    "open": gettext_lazy("Open"),
    "closed": gettext_lazy("Closed"),
    "adjusted": gettext_lazy("Adjusted"),
    "void": gettext_lazy("Voided"),
}
MADE: dict[str, Promise] = {
    "online": gettext_lazy("Booked online"),
    "prebooked": gettext_lazy("Booked at the visit before"),
    "staff": gettext_lazy("Booked by staff"),
}


def _tabs(current: str, desk: Desk) -> list[dict[str, Any]]:
    return [
        {"text": text, "url": f"?tab={name}" if name else "?", "count": None, "current": name == current}
        for name, text in NAMES.items()
        if NEEDS.get(name, "") in {"", *desk.may}
    ]


def facts(desk: Desk, contact: Any, told: one_customer.Around) -> dict[str, Any]:
    """Return the *customer* of templates/README.md."""
    link = referral_link(contact.code)
    return {
        "id": contact.public_id, "name": named(contact), "phone": contact.phone or "", "email": contact.email or "",
        "since": contact.created_at, "tags": [*contact.tags, *contact.clubs], "link": link, "code": contact.code,
        "qr_url": reverse("pages:qr", args=[contact.code]), "share_text": passing_on.words(desk.business.name),
        "link_opened": told.opened, "referrals": told.numbers.referrals, "closed": told.numbers.closed,
        "ask_stopped": "" if contact.erased_at else _stopped(contact, told), "erased_at": contact.erased_at,
    }  # fmt: skip


def _stopped(contact: Any, told: one_customer.Around) -> str:
    if contact.blocked:
        return _("This customer is blocked from referring.")
    if contact.complaint_open:
        return _("A complaint is open.")
    if told.unhappy:
        return _("The last score was low. Nothing is asked of an unhappy customer.")
    return _("The customer does not want to be written to.") if told.opted_out else ""


def _referred_by(told: one_customer.Around) -> dict[str, Any] | None:
    row = told.came_by
    if row is None:
        return None
    return {"name": named(row.referrer), "referral_id": row.public_id, "at": row.arrived_at, "how": row.how}


def _balances(desk: Desk, told: Balances, held: list[Held]) -> list[dict[str, Any]]:
    """Return the cards of what the customer has in hand, each with its lots."""
    found = in_hand.cards(told, held, currency=desk.business.currency, now=desk.now)
    return [card | {"lots": [_lot(each, desk) for each in card["held"]]} for card in found]


def _lot(each: Held, desk: Desk) -> dict[str, Any]:
    lot, reward = each.lot, each.reward
    if reward is None:
        cause, url = _("Entered by hand"), ""
    elif reward.referral is not None:
        friend = named(reward.referral.friend)
        cause = _("For recommending %(name)s") % {"name": friend} if reward.to == "referrer" else _("For a referral")
        url = reverse("console:referral", args=[reward.referral.public_id])
    else:
        cause, url = title(reward, business=desk.business, lang=desk.lang), ""
    notes = []
    state = lot.state(desk.now)
    if state == "pending":
        day = lot.terms.available_at
        notes.append(_("usable from %(day)s") % {"day": showing.moment(day)} if day else _("waits for a person"))
    if lot.terms.expires_at is not None:
        notes.append(_("until %(day)s") % {"day": showing.last_day(lot.terms.expires_at)})
    return {"amount": Amount(lot.units, lot.asset), "cause": cause, "url": url, "note": " · ".join(notes),
            "state": "pending" if state == "pending" else "issued", "kind": reward.kind if reward else KINDS[lot.kind],
            "available_at": lot.terms.available_at, "expires_at": lot.terms.expires_at,
            "last_day": lot.terms.expires_at - timedelta(microseconds=1) if lot.terms.expires_at else None}  # fmt: skip
