"""Receipts and invoices: one ``ticket.closed`` per receipt and customer, wherever its lines stand in the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from goodword import identity
from goodword.inbox.tables.contacts import NOBODY, contact_fields, contact_of, label_of
from goodword.inbox.tables.kind import Cells, Draft, Field, Kind, Later, headings, meanings
from goodword.inbox.tables.tenders import FIELDS as TENDER_FIELDS
from goodword.inbox.tables.tenders import UNTOLD, tenders_of
from goodword.inbox.tables.tenders import WORDS as TENDER_WORDS
from goodword.inbox.tables.values import smallest
from goodword.money import half_up, to_major

LINE_KINDS = ("service", "retail", "package", "membership", "gift_voucher", "package_use")
TAXES = ("tax", "tax_2", "tax_3")

HEADS = headings("""
receipt: receipt, receipt number, receipt no, receipt #, receipt id, invoice number, invoice no, invoice #, invoice
    id, invoice, ticket, ticket number, sale id, sale number, sale, transaction id, transaction, order number, order
    id, order, kvitto, kvittonummer, kvittonr, fakturanummer, fakturanr, faktura, رقم الفاتورة, رقم الإيصال, الفاتورة,
    الإيصال
date: date, receipt date, invoice date, issued date, sale date, transaction date, created, created at, closed at,
    datum, fakturadatum, köpdatum, التاريخ
time: time, sale time, tid, klockslag, الوقت
description: description, item, item name, product, service, product/service, line item, name, beskrivning, artikel,
    tjänst, produkt, الوصف, الصنف, الخدمة
sku: sku, code, item code, product code, service code, artikelnummer, artikelnr, رمز الصنف
kind: kind, type, line type, item type, itemization type, typ, النوع
quantity: quantity, qty, count, units, antal, الكمية
unit_price: unit price, price, rate, price per unit, à-pris, styckpris, pris, سعر الوحدة, السعر
discount: discount, discounts, discount amount, rabatt, الخصم
amount: amount, net, net amount, net sales, subtotal, sub total, line total, pre-tax total, net total, belopp, netto,
    المبلغ, الصافي
tax: tax, tax amount, sales tax, vat, gst, hst, moms, الضريبة
tax_2: tax 2, pst, qst
tax_3: tax 3
total: total, total ($), gross, total amount, gross total, amount with tax, total inc tax, totalt, summa, att betala,
    الإجمالي, المجموع
status: status, invoice status, state, الحالة
job: job, job id, job number, job no, job #, jobb, arbetsorder
location: location, branch, store, shop, butik, plats, الفرع
currency: currency, currency code, valuta, العملة
""")

FIELDS = (
    Field("receipt", True, HEADS["receipt"], "text"),
    Field("date", False, HEADS["date"], "datetime"),
    Field("time", False, HEADS["time"], "time"),
    *contact_fields(),
    Field("description", False, HEADS["description"], "text"),
    Field("sku", False, HEADS["sku"], "text"),
    Field("kind", False, HEADS["kind"], "choice", LINE_KINDS),
    Field("quantity", False, HEADS["quantity"], "quantity"),
    Field("unit_price", False, HEADS["unit_price"], "money"),
    Field("discount", False, HEADS["discount"], "money"),
    Field("amount", False, HEADS["amount"], "money"),
    Field("tax", False, HEADS["tax"], "money"),
    Field("tax_2", False, HEADS["tax_2"], "money"),
    Field("tax_3", False, HEADS["tax_3"], "money"),
    Field("total", False, HEADS["total"], "money"),
    *TENDER_FIELDS,
    Field("status", False, HEADS["status"], "choice", ("closed", "not_a_sale")),
    Field("job", False, HEADS["job"], "text"),
    Field("location", False, HEADS["location"], "text"),
    Field("currency", False, HEADS["currency"], "text"),
)

STATUSES = headings("""
closed: paid, complete, completed, sent, open, awaiting payment, past due, overdue, unpaid, due, partially paid, bad
    debt, payment, refund, betald, skickad, förfallen, obetald, مدفوعة, مستحقة
not_a_sale: draft, void, voided, cancelled, canceled, deleted, failed, utkast, makulerad, ملغاة, مسودة
""")
SORTS = headings("""
retail: product, goods, item, physical good, material, materials, vara, produkt, منتج
service: labor, labour, appointment service, appointments service, tjänst, arbete, خدمة
gift_voucher: gift card, gift certificate, voucher, presentkort, قسيمة هدية
""")


def build(rows: Sequence[Cells]) -> Draft | None:
    """Make one ticket of the rows of one receipt and customer."""
    first = rows[0]
    receipt = first.needed("receipt")
    contact, named = contact_of(first)
    lines: list[dict[str, Any]] = []
    gross: list[int] = []
    for cells in rows:
        if cells.choice("status") == "not_a_sale":
            cells.refuse("status", "not_a_sale")
        if (cells.text("currency") or cells.context.currency).upper() != cells.context.currency:
            cells.refuse("currency", "wrong_currency")
        line = _line(cells)
        if line is not None:
            lines.append(line)
            gross.append(half_up(Decimal(line["quantity"]) * line["unit_price"]) - line["discount"] + line["tax"])
    at = _time(rows)
    paid = tenders_of(rows, gross) if len(gross) == len(rows) else []
    if receipt is None or any(cells.faults for cells in rows):
        return None
    who = label_of(contact, named)
    name = f"{receipt}-{who}" if who else receipt  # two customers may share a receipt
    ticket = {
        "external_id": name, "contact": contact, "job": _any(rows, "job"), "currency": first.context.currency,
        "location": _any(rows, "location"), "lines": lines, "tenders": paid or None,
    }  # fmt: skip
    told = {key: value for key, value in ticket.items() if value is not None}
    event = Later("", "ticket.closed", at, {"ticket": told})
    return Draft(f"receipt:{name}", [event], sum(gross), [] if named is None else [named])


def _any(rows: Sequence[Cells], name: str) -> str | None:
    return next((text for cells in rows if (text := cells.text(name, longest=200)) is not None), None)


def _time(rows: Sequence[Cells]) -> datetime:
    """Return when the receipt was closed: the first time its rows tell; a line given back later stays its line."""
    told = [at for cells in rows if (at := cells.moment("date", "time")) is not None]
    return min(told, default=rows[0].context.fallback_time)


def _line(cells: Cells) -> dict[str, Any] | None:
    """Write a line, or None after its faults were put to the row.

    The net is the amount where the file tells it; else quantity × unit price - discount; else total - tax. A line whose
    parts contradict each other is refused. The taxes are added with all their decimals, then rounded once.
    """
    told = cells.quantity("quantity")
    quantity = Decimal(1) if told is None else told
    price, discount = cells.money("unit_price"), abs(cells.money("discount") or 0)
    taxes = [exact for name in TAXES if (exact := cells.exact(name)) is not None]
    tax = smallest(sum(taxes, Decimal()), currency=cells.context.currency, rounded=True)
    net, total = cells.money("amount"), cells.money("total")
    if cells.faults:
        return None
    if net is None and price is None:
        if total is None:
            cells.refuse("amount", "missing_value")
            return None
        net = total - tax
    if price is None:
        assert net is not None
        quantity, price, discount = *_priced(quantity, net), 0
    written = half_up(quantity * price) - discount
    if net is not None and written != net:
        _contradicts(cells, "amount", written, net)
        return None
    if total is not None and written + tax != total:
        _contradicts(cells, "total", written + tax, total)
        return None
    return _written(cells, quantity, price, discount, tax)


def _contradicts(cells: Cells, name: str, written: int, wanted: int) -> None:
    currency = cells.context.currency
    told = {"written": str(to_major(written, currency)), "wanted": str(to_major(wanted, currency))}
    cells.refuse(name, "line_does_not_add_up", **told)


def _priced(quantity: Decimal, net: int) -> tuple[Decimal, int]:
    """Return quantity and price of a line of which only the net is told: one piece where it does not divide."""
    if quantity and net % quantity == 0:
        return quantity, int(net / quantity)
    return Decimal(1), net


def _written(cells: Cells, quantity: Decimal, price: int, discount: int, tax: int) -> dict[str, Any]:
    description, sku = cells.text("description"), cells.text("sku", longest=200)
    known = cells.context.prices.get(identity.folded(description or ""))
    kind = cells.choice("kind") or (known[0] if known else "service")
    whole: Any = int(quantity) if quantity == quantity.to_integral_value() else str(quantity)
    line = {
        "kind": kind, "sku": sku or (known[1] if known else None), "description": description, "quantity": whole,
        "unit_price": price, "discount": discount, "tax": tax,
    }  # fmt: skip
    return {key: value for key, value in line.items() if value is not None}


KIND = Kind(
    "receipts",
    FIELDS,
    one_of=(("amount", "unit_price", "total"),),
    build=build,
    words={
        "status": meanings(STATUSES),
        "kind": meanings(SORTS),
        "paid_by": meanings({**TENDER_WORDS, "": UNTOLD}),
        "customer_id": NOBODY,
        "customer_name": NOBODY,
    },
    group_by=("receipt", "customer_id", "customer_phone", "customer_email", "customer_name"),
)
