"""How a receipt was paid: amounts in columns of their own, or a word for the whole of it (api.md, Tender types).

What another system took as points, credit or a gift of its own is not ours to spend: it is told as ``promotional``,
which earns nothing and moves nothing here. A gift card was money when it was sold, so what it pays earns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from goodword.inbox.tables.kind import Cells, Field, headings

# What a word may mean, and the tender that it is.
TENDERS: dict[str, dict[str, str]] = {
    "cash": {"type": "cash"},
    "card": {"type": "card"},
    "bank_transfer": {"type": "bank_transfer"},
    "gift_card": {"type": "voucher", "instrument": "sold"},
    "promotional": {"type": "voucher", "instrument": "promotional"},
    "other": {"type": "other"},
}
AMOUNTS = {
    "paid_cash": "cash", "paid_card": "card", "paid_transfer": "bank_transfer", "paid_gift_card": "gift_card",
    "paid_promotional": "promotional", "paid_other": "other",
}  # fmt: skip

HEADS = headings("""
paid_by: payment method, payment methods, payment type, payment mode, method of payment, pay method, paid by, paid with,
    tender type, betalsätt, betalningssätt, betalningsmetod, betalningstyp, betalt med, طريقة الدفع, نوع الدفع
paid_cash: cash amount, paid cash, paid in cash, cash paid, kontantbelopp, betalt kontant
paid_card: card amount, paid card, paid by card, card paid, kortbelopp, betalt med kort
paid_transfer: bank transfer amount, paid by bank transfer, betalt via bank
paid_gift_card: gift card amount, paid gift card, paid by gift card, gift card redeemed, gift card payment, betalt med
    presentkort
paid_promotional: paid by points, paid with points, points payment, paid by credit, paid with store credit, betalt med
    poäng
paid_other: other amount, paid other, other tender, other payment, annat betalsätt
""")

WORDS = headings("""
cash: cash payment, kontant, kontanter, kontantbetalning, نقد, نقدا
card: credit card, debit card, credit, debit, credit debit card, card payment, visa, mastercard, master card, amex,
    american express, discover, maestro, diners, eftpos, apple pay, google pay, contactless, stripe, square, terminal,
    kort, kortbetalning, betalkort, kreditkort, bankkort, بطاقة, بطاقة ائتمان, مدى
bank_transfer: bank, transfer, wire, wire transfer, ach, bacs, sepa, direct debit, direct deposit, e transfer,
    etransfer, interac, zelle, faster payment, bankgiro, plusgiro, autogiro, banköverföring, överföring,
    حوالة, تحويل بنكي
gift_card: gift certificate, gift voucher, voucher, square gift card, presentkort, قسيمة هدية, بطاقة هدية
promotional: points, loyalty points, loyalty, reward points, reward, rewards, store credit, account credit, customer
    credit, promo, promo code, promotion, coupon, complimentary, gratis, poäng, bonuspoäng, tillgodohavande, kupong,
    نقاط
other: check, cheque, money order, paypal, venmo, cash app, swish, klarna, afterpay, financing, mixed, split, multiple,
    other tender, external, annat, övrigt, check payment, أخرى, شيك
""")
UNTOLD = ("none", "unpaid", "not paid", "on account", "invoice", "n a", "ingen", "obetald", "faktura")

FIELDS = (
    Field("paid_by", False, HEADS["paid_by"], "choice", tuple(TENDERS)),
    *(Field(name, False, HEADS[name], "money") for name in AMOUNTS),
)


def tenders_of(rows: Sequence[Cells], gross: Sequence[int]) -> list[dict[str, Any]]:
    """Return the tenders of a receipt; none where its rows tell nothing of it. Faults are put to the rows.

    Amounts go before a word: with them the word says what the other tender was. Else each row was paid as its word
    says. Where every row repeats the same amounts they are those of the receipt, not of the row.

    Args:
        gross: of each row, net and tax in smallest units.
    """
    words = [cells.choice("paid_by") for cells in rows]
    told = [{meant: cells.money(name) or 0 for name, meant in AMOUNTS.items()} for cells in rows]
    paid: dict[str, int] = {}
    if any(any(amounts.values()) for amounts in told):
        for amounts, word in zip(_of_the_receipt(told, sum(gross)), words, strict=False):
            for meant, amount in amounts.items():
                at = word or meant if meant == "other" else meant
                paid[at] = paid.get(at, 0) + amount
    else:
        for word, amount in zip(words, gross, strict=True):
            if word:
                paid[word] = paid.get(word, 0) + amount
    return [{**TENDERS[meant], "amount": paid[meant]} for meant in TENDERS if paid.get(meant)]


def _of_the_receipt(told: list[dict[str, int]], gross: int) -> list[dict[str, int]]:
    repeated = len(told) > 1 and all(amounts == told[0] for amounts in told)
    return told[:1] if repeated and sum(map(sum, (each.values() for each in told))) != gross else told
