"""One voucher: what it is worth and why to the cent, whose it is, how it was paid, what happened; and what may be done.

The code is hidden until somebody who may see it presses for it; that press is an event (rulings 35).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.flow.vouchers import terms
from goodword.flow.vouchers.printable import PRINTABLE
from goodword.money import Amount
from goodword.reports import badges as badge_reading
from goodword.reports import voucher_log
from goodword.reports import vouchers as reading
from goodword.reports.audit import known_of
from goodword.reports.pipeline import named
from goodword.reports.voucher_log import Booked
from goodword.reports.vouchers import Line
from goodword.reports.vouchers_law import Standing, standing_of
from goodword.vouchers import finding, life
from goodword.vouchers.models import Voucher
from goodword.web import showing
from goodword.web.console import deeds
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import sentence_of
from goodword.web.console.statements import CAUSES
from goodword.web.console.vouchers import line

ICONS: dict[str, tuple[str, str]] = {
    "voucher.issued": ("banknote-check", "success"),
    "voucher.activated": ("banknote-check", "success"),
    "voucher.stocked": ("printer", ""),
    "voucher.redeemed": ("check", "primary"),
    "voucher.restored": ("undo-2", "warning"),
    "voucher.booked": ("calendar-check", ""),
    "voucher.unbooked": ("calendar-clock", ""),
    "voucher.extended": ("calendar-days", ""),
    "voucher.voided": ("ban", "error"),
    "voucher.spoiled": ("ban", "error"),
    "voucher.replaced": ("copy", "warning"),
    "voucher.frozen": ("lock", "warning"),
    "voucher.unfrozen": ("shield-check", ""),
    "voucher.assigned": ("contact-round", ""),
    "voucher.cashed_out": ("wallet", ""),
    "voucher.badged": ("flag", ""),
    "voucher.sent": ("send", ""),
    "voucher.delivered": ("send", "success"),
    "voucher.reminded": ("bell", ""),
    "voucher.code_shown": ("eye", ""),
    "voucher.printed": ("printer", ""),
}


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show one voucher."""
    return _page(request, desk, found(desk, ref))


def code(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show it with its code, and write down that it was looked at."""
    each = found(desk, ref)
    try:
        told = finding.code_of(each.row)
        submit(business=desk.business, type="voucher.code_shown", data={"voucher": ref}, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        messages.error(request, sentence_of(refusal, lang=desk.lang))
        return redirect("console:voucher", ref)
    return no_referrer(_page(request, desk, each, code=told))


def badge(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Give a voucher the badges that are ticked, and those alone; closed ones it bears stay."""
    each = found(desk, ref)
    wanted = set(request.POST.getlist("badge"))
    offered = {b.public_id for b in badge_reading.badges(business=desk.business)}
    borne = {b.public_id for b in each.row.badges.all()}
    add, remove = sorted(wanted - borne), sorted((borne & offered) - wanted)
    if add or remove:
        data = {"voucher": ref, "add": add, "remove": remove}
        try:
            submit(business=desk.business, type="voucher.badged", data=data, actor=desk.actor, now=desk.now)
        except Refused as refusal:
            messages.error(request, sentence_of(refusal, lang=desk.lang))
            return redirect("console:voucher", ref)
        messages.success(request, _("Saved."))
    return redirect("console:voucher", ref)


def found(desk: Desk, ref: str) -> Line:
    """Return the voucher of an address; 404 for another business's or none."""
    each = reading.one(business=desk.business, public_id=ref, now=desk.now)
    if each is None:
        raise Http404
    return each


def no_referrer(answer: HttpResponse) -> HttpResponse:
    """Tell no other site the address of a page that shows a code (rulings 35); no page of the console is cached."""
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _page(request: HttpRequest, desk: Desk, each: Line, *, code: str = "") -> HttpResponse:
    row = each.row
    offered = badge_reading.badges(business=desk.business)
    borne = {b.pk for b in row.badges.all()}
    beside = reading.of_sale(sale=row.sale, now=desk.now) if row.sale else None
    later = reading.later(row)
    itself = {row.pk, row.replaces_id, later.pk if later else None}  # a lost card and its new one are one voucher
    context = {
        "voucher": line(each), "facts": _facts(each, desk), "code": code,
        "tail": row.code_tail, "may_code": "vouchers.codes" in desk.may, "message": row.message,
        "sale": sale_facts(row.sale, desk) if row.sale else None,
        "beside": [line(other) for other in beside.rows if other.row.pk not in itself][:8] if beside else [],
        "sale_url": reverse("console:sale", args=[row.sale.public_id]) if row.sale else "",
        "booked": [_step(each_step, row, desk) for each_step in voucher_log.booked(business=desk.business, row=row)],
        "history": history(row, desk), "ways": ways(each, desk), "main": _main(each, desk),
        "badges": [{"id": b.public_id, "name": b.name, "colour": b.colour, "on": b.pk in borne} for b in offered],
        "can_change": "vouchers.change" in desk.may, "replaces": row.replaces, "later": later,
    }  # fmt: skip
    return shown(request, desk, "console/voucher.html", context, active="vouchers")


def history(row: Voucher, desk: Desk) -> list[dict[str, Any]]:
    """Return every event that touched a voucher, each in one sentence, the latest first."""
    rows = voucher_log.happened(business=desk.business, row=row)
    known = known_of(business=desk.business, rows=rows, lang=desk.lang)
    told = []
    for event in rows:
        icon, tone = ICONS.get(event.type, ("circle-dot", ""))
        told.append({"icon": icon, "tone": tone, "title": deeds.sentence(event, known), "detail": "", "at": event.time,
                     "url": ""})  # fmt: skip
    return told


def sale_facts(sale: Any, desk: Desk) -> dict[str, Any]:
    """Return the *sale* of templates/README.md: how it was paid, with what it points at (R23)."""
    return {
        "id": sale.public_id, "at": sale.at, "kind": sale.kind, "method": sale.method, "reference": sale.reference,
        "reason": sale.reason, "count": sale.count, "amount": Amount(sale.amount, desk.business.currency),
        "buyer": named(sale.buyer) if sale.buyer else "", "buyer_id": sale.buyer.public_id if sale.buyer else "",
        "ticket": sale.ticket.external_id if sale.ticket else "",
        "location": sale.location.name if sale.location else "",
    }  # fmt: skip


def _step(each: Booked, row: Voucher, desk: Desk) -> dict[str, Any]:
    """Return one entry of the books in words."""
    step, spent = each.step, each.redemption
    said = str(CAUSES.get(step.recipe, _("Correction")))
    if step.recipe == "grant":
        said = _("Given away")
    elif step.recipe == "sale":
        said = _("Sold")
    elif step.recipe == "move_to_heir" and step.change:
        said = _("Moved to the new card")
    detail = ""
    if spent is not None:
        detail = " · ".join(filter(None, (", ".join(spent.job.services) if spent.job else "", spent.ticket_name,
                                          spent.location.name if spent.location else "")))  # fmt: skip
    seen = spent is not None and "vouchers.redeem" in desk.may
    return {"at": step.booked_at, "cause": said, "detail": detail, "change": Amount(step.change, row.currency),
            "balance": Amount(step.balance, row.currency),
            "url": reverse("console:redemption", args=[spent.public_id]) if spent and seen else ""}  # fmt: skip


def _facts(each: Line, desk: Desk) -> list[dict[str, str]]:
    row = each.row
    see = "customers.see" in desk.may

    def person(contact: Any) -> tuple[str, str]:
        if contact is None:
            return "", ""
        return named(contact), reverse("console:customer", args=[contact.public_id]) if see else ""

    ends = showing.last_day(row.expires_at) if row.expires_at else _("no end") if row.lot is not None else ""
    job = row.job
    told: list[tuple[str, tuple[str, str]]] = [
        (_("Buyer"), person(row.buyer)),
        (_("Recipient"), person(row.recipient)),
        (_("Service"), (row.service, "")),
        (_("Issued"), (showing.moment(row.issued_at) if row.issued_at else "", "")),
        (_("Last day"), (ends, "")),
        (_("Job"), ((", ".join(job.services) or job.external_id or job.public_id) if job else "",
                    person(job.contact)[1] if job and job.contact else "")),
        (_("Sent"), (showing.moment(row.delivered_at) if row.delivered_at else "", "")),
        (_("To be sent on"), (showing.day(row.deliver_on) if row.deliver_on and not row.delivered_at else "", "")),
        (_("Location"), (row.location.name if row.location else "", "")),
        (_("Printed as"), (row.batch.label if row.batch else "", "")),
        (_("Design"), (row.design.name if row.design else "", "")),
        (_("Law"), (_law(each, desk), "")),
        (_("Id"), (row.public_id, "")),
    ]  # fmt: skip
    return [{"term": term, "text": text, "url": url} for term, (text, url) in told if text]


def _law(each: Line, desk: Desk) -> str:
    """Return what the law it was sold under says, and whether the holder may have the rest in money today."""
    law = _law_of(each, desk)
    if law is None:
        return ""
    due = _("The holder may ask for what is left in money.") if law.cash_out_due else ""
    return " ".join(filter(None, (law.rule, law.cash_out, due)))


def _law_of(each: Line, desk: Desk) -> Standing | None:
    today = terms.today(desk.business, desk.now)
    return standing_of(business=desk.business, voucher=each.row, balance=each.balance, today=today, lang=desk.lang)


def _allowed(rule: Callable[..., Any], *told: Any, **more: Any) -> bool:
    try:
        rule(*told, **more)
    except Refused:
        return False
    return True


def ways(each: Line, desk: Desk) -> list[dict[str, str]]:
    """Return what may be done with a voucher as it stands, by the rules of its life and of the role."""
    row, standing, now = each.row, each.standing, desk.now
    change, void = "vouchers.change" in desk.may, "vouchers.void" in desk.may
    live = row.state in life.OPEN
    told = [
        ("voucher_assign", _("Buyer, recipient, message"), "contact-round", change and row.state != "void"),
        ("voucher_extend", _("Extend"), "calendar-days",
         change and row.lot is not None and row.state not in ("void", "redeemed") and row.expires_at is not None),
        ("voucher_send", _("Send to the recipient"), "send", change and _reached(row.recipient)
         and _allowed(life.check_usable, standing, at=now)),
        ("voucher_replace", _("Replace a lost card"), "copy", change and _allowed(life.replace, standing, at=now)),
        ("voucher_freeze", _("Put on hold"), "lock", void and live and row.frozen_at is None),
        ("voucher_unfreeze", _("Release the hold"), "shield-check",
         void and row.frozen_at is not None and row.state != "void"),
        ("voucher_cash_out", _("Pay out what is left"), "wallet",
         void and _allowed(life.cash_out, standing, at=now) and cash_due(each, desk)),
        ("voucher_void", _("Cancel or refund"), "ban", void and _allowed(life.void, standing)),
    ]  # fmt: skip
    return [
        {"url": reverse(f"console:{name}", args=[row.public_id]), "text": text, "icon": icon}
        for name, text, icon, may in told
        if may
    ]


def _reached(contact: Any) -> bool:
    return contact is not None and bool(contact.phone or contact.email)


def cash_due(each: Line, desk: Desk) -> bool:
    """Say whether the law it was sold under gives its holder what is left in cash today (domain.md, Vouchers)."""
    law = _law_of(each, desk)
    return law is not None and law.cash_out_due


def _main(each: Line, desk: Desk) -> list[dict[str, str]]:
    """Return the ways that stand first: to use it, to book it, to print it; those pages that there are."""
    row, standing = each.row, each.standing
    usable = _allowed(life.check_usable, standing, at=desk.now) and each.balance > 0
    told = [
        ("voucher_redeem", _("Redeem"), "check", "vouchers.redeem" in desk.may and usable),
        ("voucher_book", _("Book a job"), "calendar-check", "vouchers.redeem" in desk.may and usable),
        ("voucher_print", _("Print"), "printer", "vouchers.codes" in desk.may and row.state in PRINTABLE),
    ]
    links = [(address_of(name, row.public_id), text, icon) for name, text, icon, may in told if may]
    if row.state == "stock" and "vouchers.sell" in desk.may:
        links.insert(
            0, (f"{reverse('console:stock_sell')}?serials={row.serial}", _("Sell this card"), "banknote-check")
        )
    return [{"url": url, "text": text, "icon": icon} for url, text, icon in links if url]


def address_of(name: str, ref: str) -> str:
    """Return where a page of one voucher is; nothing while there is no such page."""
    try:
        return reverse(f"console:{name}", args=[ref])
    except NoReverseMatch:
        return ""
