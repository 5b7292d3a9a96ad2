"""Receipts and invoices: one ticket.closed per receipt and customer, wherever its lines stand in the file."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from goodword import identity
from goodword.inbox.tables.contacts import contact_fields, contact_of
from goodword.inbox.tables.kind import Cells, Draft, Field, Kind, Later
from goodword.inbox.tables.values import smallest
from goodword.money import half_up

LINE_KINDS = ("service", "retail", "package", "membership", "gift_voucher", "package_use")
TAXES = ("tax", "tax_2", "tax_3")

FIELDS = (
    Field("receipt", True, ("receipt", "receipt number", "receipt no", "receipt id", "invoice", "invoice number", "invoice no",
                            "invoice id", "ticket", "ticket number", "sale", "sale id", "sale number", "transaction id",
                            "transaction", "order", "order number", "kvitto", "kvittonummer", "faktura", "fakturanummer",
                            "رقم الفاتورة", "رقم الايصال", "الفاتورة", "الايصال"), "text"),
    Field("date", False, ("date", "receipt date", "invoice date", "issued date", "sale date", "transaction date", "created",
                          "created at", "closed at", "datum", "fakturadatum", "kopdatum", "التاريخ"), "datetime"),
    Field("time", False, ("time", "sale time", "tid", "klockslag", "الوقت"), "time"),
    *contact_fields(),
    Field("description", False, ("description", "item", "item name", "product", "service", "product service", "line item",
                                 "name", "beskrivning", "artikel", "tjanst", "produkt", "الوصف", "الصنف", "الخدمة"), "text"),
    Field("sku", False, ("sku", "code", "item code", "product code", "service code", "artikelnummer", "رمز الصنف"), "text"),
    Field("kind", False, ("kind", "type", "line type", "item type", "typ", "النوع"), "choice", LINE_KINDS),
    Field("quantity", False, ("quantity", "qty", "count", "units", "antal", "الكمية"), "quantity"),
    Field("unit_price", False, ("unit price", "price", "rate", "price per unit", "a pris", "styckpris", "pris", "سعر الوحدة",
                                "السعر"), "money"),
    Field("discount", False, ("discount", "discounts", "discount amount", "rabatt", "الخصم"), "money"),
    Field("amount", False, ("amount", "net", "net amount", "net sales", "subtotal", "sub total", "line total", "pre tax total",
                            "net total", "belopp", "netto", "المبلغ", "الصافي"), "money"),
    Field("tax", False, ("tax", "tax amount", "sales tax", "vat", "gst", "hst", "moms", "الضريبة"), "money"),
    Field("tax_2", False, ("tax 2", "pst", "qst"), "money"),
    Field("tax_3", False, ("tax 3",), "money"),
    Field("total", False, ("total", "gross", "total amount", "gross total", "amount with tax", "total inc tax", "totalt", "summa",
                           "att betala", "الاجمالي", "المجموع"), "money"),
    Field("status", False, ("status", "invoice status", "state", "الحالة"), "choice", ("closed", "not_a_sale")),
    Field("job", False, ("job", "job id", "job number", "job no", "jobb", "arbetsorder"), "text"),
    Field("location", False, ("location", "branch", "store", "shop", "butik", "plats", "الفرع"), "text"),
    Field("currency", False, ("currency", "currency code", "valuta", "العملة"), "text"),
)  # fmt: skip

STATUS_WORDS = {
    "paid": "closed", "closed": "closed", "complete": "closed", "completed": "closed", "sent": "closed", "open": "closed",
    "awaiting payment": "closed", "past due": "closed", "overdue": "closed", "unpaid": "closed", "due": "closed",
    "partially paid": "closed", "betald": "closed", "skickad": "closed", "forfallen": "closed", "مدفوعة": "closed",
    "draft": "not_a_sale", "void": "not_a_sale", "voided": "not_a_sale", "cancelled": "not_a_sale", "canceled": "not_a_sale",
    "deleted": "not_a_sale", "failed": "not_a_sale", "utkast": "not_a_sale", "makulerad": "not_a_sale", "ملغاة": "not_a_sale",
    "مسودة": "not_a_sale",
}  # fmt: skip
KIND_WORDS = {
    "product": "retail", "goods": "retail", "retail": "retail", "item": "retail", "labor": "service", "labour": "service",
    "material": "retail", "materials": "retail", "gift card": "gift_voucher", "gift certificate": "gift_voucher",
    "voucher": "gift_voucher", "tjanst": "service", "vara": "retail", "produkt": "retail", "presentkort": "gift_voucher",
    "خدمة": "service", "منتج": "retail", "قسيمة هدية": "gift_voucher",
}  # fmt: skip


def build(rows: Sequence[Cells]) -> Draft | None:
    """Make one ticket of the rows of one receipt and customer."""
    first = rows[0]
    receipt = first.needed("receipt")
    contact, named = contact_of(first)
    lines, money = [], 0
    for cells in rows:
        if cells.choice("status") == "not_a_sale":
            cells.refuse("status", "not_a_sale")
        line = _line(cells)
        if line is not None:
            lines.append(line)
            money += half_up(Decimal(line["quantity"]) * line["unit_price"]) - line["discount"] + line["tax"]
    at = _time(rows)
    if receipt is None or any(cells.faults for cells in rows):
        return None
    name = ticket_name(receipt, contact, named)
    ticket = {
        "external_id": name, "contact": contact, "job": first.text("job", longest=200),
        "currency": (first.text("currency") or first.context.currency).upper(),
        "location": first.text("location", longest=200), "lines": lines,
    }  # fmt: skip
    told = {key: value for key, value in ticket.items() if value is not None}
    return Draft(
        f"receipt:{name}", [Later("", "ticket.closed", at, {"ticket": told})], money,
        [] if named is None else [named],
    )  # fmt: skip


def ticket_name(receipt: str, contact: Any, named: Any) -> str:
    """Return the ticket's own name: the receipt's number with the customer, because two may share a receipt."""
    who = next(iter(contact.values())) if isinstance(contact, dict) else contact
    who = identity.folded(named.value) if named is not None else who
    return f"{receipt}-{who}"[:200] if who else receipt


def _time(rows: Sequence[Cells]) -> Any:
    """Return when the receipt was closed: its latest row that tells it."""
    told = [at for cells in rows if (at := cells.moment("date", "time")) is not None]
    return max(told, default=rows[0].context.fallback_time)


def _line(cells: Cells) -> dict[str, Any] | None:
    """Write a line, or None after its faults were put to the row.

    The net is the amount where the file tells it; else quantity × unit price - discount; else total - tax. A line whose
    parts contradict each other is refused. A net that its quantity does not divide is written as one piece.
    """
    quantity = cells.quantity("quantity")
    quantity = Decimal(1) if quantity is None else quantity
    price, discount = cells.money("unit_price"), abs(cells.money("discount") or 0)
    taxes = [cells.exact(name) for name in TAXES]
    tax = smallest(sum((t for t in taxes if t is not None), Decimal()), currency=cells.context.currency, rounded=True)
    net, total = cells.money("amount"), cells.money("total")
    if cells.faults:
        return None
    if net is None and price is None and total is not None:
        net = total - tax
    if net is None and price is None:
        cells.refuse("amount", "missing_value")
        return None
    if price is None:
        assert net is not None
        quantity, price, discount = _priced(quantity, net)
    elif net is not None and half_up(quantity * price) - discount != net:
        cells.refuse(
            "amount", "line_does_not_add_up", quantity=str(quantity), unit_price=price, discount=discount, net=net
        )
        return None
    written = half_up(quantity * price) - discount
    if total is not None and written + tax != total:
        cells.refuse("total", "total_differs", net=written, tax=tax, total=total)
        return None
    return _written(cells, quantity, price, discount, tax)


def _priced(quantity: Decimal, net: int) -> tuple[Decimal, int, int]:
    """Return quantity, price and discount of a line of which only the net is told."""
    if quantity and net % quantity == 0:
        return quantity, int(net / quantity), 0
    return Decimal(1), net, 0


def _written(cells: Cells, quantity: Decimal, price: int, discount: int, tax: int) -> dict[str, Any]:
    description, sku = cells.text("description"), cells.text("sku", longest=200)
    known = cells.context.prices.get(" ".join((description or "").lower().split()))
    kind = cells.choice("kind") or (known[0] if known else "service")
    whole: Any = int(quantity) if quantity == quantity.to_integral_value() else str(quantity)
    line = {"kind": kind, "sku": sku or (known[1] if known else None), "description": description, "quantity": whole,
            "unit_price": price, "discount": discount, "tax": tax}  # fmt: skip
    return {key: value for key, value in line.items() if value is not None}


KIND = Kind(
    "receipts",
    FIELDS,
    one_of=(("amount", "unit_price", "total"),),
    build=build,
    words={"status": STATUS_WORDS, "kind": KIND_WORDS, "customer_id": {"walk_in": "", "walk-in": "", "walk in": "", "cash": ""},
           "customer_name": {"walk_in": "", "walk-in": "", "walk in": "", "cash customer": ""}},
    group_by=("receipt", "customer_id", "customer_phone", "customer_email", "customer_name"),
)  # fmt: skip
