"""Timely: the report *Customer gift voucher details*, a row for each voucher.

Verified, by the vendor's own help pages: the columns Customer, Gift Voucher, Recipient, Status, Code, Amount (what it
was issued for), that a voucher without an end says Never, and the states Active, Redeemed, Deleted, Not paid, Expired,
which stand in the row only where there is something to say. Assumed: that the last day has a column of its own, the
columns of what was redeemed and what is left, and the day of the sale.

A file that tells neither what was redeemed nor what is left is not recognised: a part-used voucher would come with all
of its value. *Gift Voucher* is the template, not a service, and is not read. One that was not paid for is refused.
"""

from __future__ import annotations

from goodword.inbox.tables.kind import headings
from goodword.inbox.tables.layouts import Layout, Preset

DETAILS = headings("""
code: code, gift voucher code, voucher code
status: status
value: amount, issued amount
redeemed: redeemed, redeemed amount, amount redeemed
balance: remaining, balance, remaining balance, amount remaining
sold_on: date issued, issue date, issued, date, invoice date
expires: expiry, expiry date, expires
buyer_name: customer, customer name
recipient_name: recipient, recipient name
location: location
""")
STATES = {
    "active": "active", "redeemed": "redeemed", "partially redeemed": "active", "deleted": "void", "voided": "void",
    "not paid": "unpaid", "unpaid": "unpaid", "expired": "expired",
}  # fmt: skip

PRESET = Preset(
    title="Timely",
    source="timely",
    layouts=(
        *(
            Layout(
                "vouchers",
                frozenset({"customer", "gift voucher", "recipient", "code", "amount", part}),
                DETAILS,
                words={"status": STATES},
                assumed=True,
            )
            for part in ("redeemed", "remaining", "balance")
        ),
    ),
)
