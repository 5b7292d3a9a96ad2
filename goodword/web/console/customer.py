"""One customer: link, balances with each lot's cause, rewards, referrals both ways, work, messages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.ledger.chart import Kind
from goodword.ledger.reading import Balances
from goodword.money import POINTS, Amount
from goodword.outbox.links import referral_link
from goodword.reports import correspondence, customer_log, one_customer, rewards
from goodword.reports import customers as reading
from goodword.reports.customers import Held
from goodword.reports.pipeline import named
from goodword.reports.worth import title
from goodword.web import showing
from goodword.web.console.desk import Desk, shown
from goodword.web.console.happenings import timeline
from goodword.web.console.wording import letter, reward_line
from goodword.web.console.working import job_lines

# What a customer can hold, as its card says it: title and icon.
INSTRUMENTS = {Kind.CREDIT: "wallet", Kind.POINTS: "coins", Kind.PROMO_VOUCHER: "ticket-percent",
               Kind.GIFT_CARD: "gift", Kind.CASH: "banknote-check"}  # fmt: skip


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show one customer; the id of a record that was merged leads to the survivor."""
    contact = reading.customer(business=desk.business, public_id=ref)
    if contact is None:
        raise Http404
    if contact.public_id != ref:
        return redirect("console:customer", contact.public_id)
    business = desk.business
    told = one_customer.around(business=business, contact=contact, now=desk.now)
    balances, held = reading.holdings(business=business, contact=contact, now=desk.now)
    log = customer_log.of_contact(business=business, contact=contact, lang=desk.lang)
    context = {
        "customer": _facts(desk, contact, told),
        "share": _share(desk, contact),
        "balances": _balances(desk, balances, held),
        "rewards": [reward_line(r, desk) for r in rewards.of_contact(contact=contact)],
        "referrals": told.sent,
        "jobs": job_lines(told.jobs, desk),
        "sent_messages": [letter(m, desk) for m in correspondence.of_contact(contact=contact)],
        "timeline": timeline(log, currency=business.currency),
        "referred_by": _referred_by(told),
        "can_send": False,
        "can_enter": "work.enter" in desk.may,
        "can_attribute": "referrals.attribute" in desk.may and told.came_by is None,
    }
    return shown(request, desk, "console/customer.html", context, active="customers")


def _facts(desk: Desk, contact: Any, told: one_customer.Around) -> dict[str, Any]:
    link = referral_link(contact.code)
    return {
        "id": contact.public_id, "name": named(contact), "phone": contact.phone or "", "email": contact.email or "",
        "since": contact.created_at, "tags": [*contact.tags, *contact.clubs], "link": link, "code": contact.code,
        "qr_url": reverse("pages:qr", args=[contact.code]), "share_text": _share_text(desk), "link_opened": told.opened,
        "referrals": told.numbers.referrals, "closed": told.numbers.closed, "ask_stopped": _stopped(contact, told),
    }  # fmt: skip


def _stopped(contact: Any, told: one_customer.Around) -> str:
    if contact.blocked:
        return _("This customer is blocked from referring.")
    if contact.complaint_open:
        return _("A complaint is open.")
    if told.unhappy:
        return _("The last score was low. Nothing is asked of an unhappy customer.")
    return _("The customer does not want to be written to.") if told.opted_out else ""


def _share_text(desk: Desk) -> str:
    return _("I can recommend %(business)s. Here is my link:") % {"business": desk.business.name}


def _share(desk: Desk, contact: Any) -> list[dict[str, str]]:
    """Return links that open the phone's own apps with the text ready (R123); nothing is sent by us."""
    own = _("Hello! Here is your link to recommend %(business)s:") % {"business": desk.business.name}
    text = quote(f"{own} {referral_link(contact.code)}")
    digits = (contact.phone or "").lstrip("+")
    ways = [("message-square", _("Text message"), f"sms:{contact.phone}?&body={text}" if contact.phone else ""),
            ("message-circle", "WhatsApp", f"https://wa.me/{digits}?text={text}" if digits else ""),
            ("mail", _("E-mail"), f"mailto:{contact.email}?subject={quote(desk.business.name)}&body={text}"
             if contact.email else "")]  # fmt: skip
    return [{"icon": icon, "text": words, "url": url} for icon, words, url in ways if url]


def _referred_by(told: one_customer.Around) -> dict[str, Any] | None:
    row = told.came_by
    if row is None:
        return None
    return {"name": named(row.referrer), "referral_id": row.public_id, "at": row.arrived_at, "how": row.how}


def _balances(desk: Desk, told: Balances, held: list[Held]) -> list[dict[str, Any]]:
    """Return a card for credit always, and one for everything else the customer holds."""
    currency = desk.business.currency
    keys = [(Kind.CREDIT, currency), *[key for key in told.held if key[0] in INSTRUMENTS]]
    titles = {Kind.CREDIT: _("Service credit"), Kind.POINTS: _("Points"), Kind.PROMO_VOUCHER: _("Vouchers"),
              Kind.GIFT_CARD: _("Gift cards"), Kind.CASH: _("Pay-outs")}  # fmt: skip
    cards = []
    for kind, asset in dict.fromkeys(keys):
        balance = told.of(kind, asset)
        lots = [each for each in held if each.lot.kind == kind and each.lot.asset == asset]
        waits = [each.lot.terms.available_at for each in lots if each.lot.state(desk.now) == "pending"]
        owed = told.owed.get(asset, 0) if kind in (Kind.CREDIT, Kind.POINTS) else 0
        cards.append(
            {
                "title": titles[kind], "icon": INSTRUMENTS[kind], "redeemable": Amount(balance.redeemable, asset),
                "pending": Amount(balance.pending, asset), "pending_until": min(filter(None, waits), default=None),
                "value": Amount(balance.value, currency) if asset == POINTS and balance.value else None,
                "owed": Amount(owed, asset), "lots": [_lot(each, desk) for each in lots],
            }
        )  # fmt: skip
    return cards


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
    if lot.state(desk.now) == "pending":
        day = lot.terms.available_at
        notes.append(_("usable from %(day)s") % {"day": showing.moment(day)} if day else _("waits for a person"))
    if lot.terms.expires_at is not None:
        notes.append(_("until %(day)s") % {"day": showing.day(lot.terms.expires_at)})
    return {"amount": Amount(lot.units, lot.asset), "cause": cause, "url": url, "note": " · ".join(notes)}
