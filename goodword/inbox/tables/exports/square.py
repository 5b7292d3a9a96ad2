"""Square: the item details export (a row for each line of a sale), the transactions export (a row for each sale, with
how it was paid), the customer directory, and gift cards.

Verified, by headers that several public projects keep in their tests: all columns of the item details and of the
transactions. Assumed: those of the customer directory (Square Customer ID, Reference ID, First Name, ...), the words of
Itemization Type, that a refund is a row of its own, and the words of Other Tender Type, which are the shop's.

Customers are known by Square's own id, which both files have. Net Sales is the line's net; a refund is a line of its
own, negative. A gift card sold is a ``gift_voucher``. Tips are not in the net, and earn nothing.

Item details do not say how a sale was paid; transactions do (Card, Cash, Square Gift Card, Other Tender), but not what
was sold: all of it is ``service``, and gift cards sold are not in it. Both have the same Transaction ID, so bring one
of them: transactions where other tenders were points or credit, which earn nothing, else item details.

Gift cards are a row for each card: its number (GAN), its state, what is left of it and, where the file has it, what was
redeemed; together they are what it was loaded with. The states are those of its API (ACTIVE, DEACTIVATED, BLOCKED,
PENDING); the headers are assumed. Amounts have to be in dollars, as pages show them: a table made from the API, with
``balance_money`` in cents, is not recognised, nor is one of single activities (ACTIVATE, LOAD, REDEEM).
"""

from __future__ import annotations

from goodword.inbox.tables.kind import headings
from goodword.inbox.tables.layouts import Layout, Preset

ITEMS = headings("""
receipt: transaction id
date: date
time: time
customer_id: customer id
customer_name: customer name
description: item
sku: sku
kind: itemization type
quantity: qty
amount: net sales
tax: tax
location: location
status: event type
""")

TRANSACTIONS = headings("""
receipt: transaction id
date: date
time: time
customer_id: customer id
customer_name: customer name
description: description
amount: net sales
tax: tax
paid_cash: cash
paid_card: card
paid_gift_card: square gift card
paid_other: other tender
paid_by: other tender type
location: location
status: event type
""")

CUSTOMERS = headings("""
customer_id: square customer id
first_name: first name
last_name: last name
company: company name
phone: phone number
email: email address
street: street address 1
street_2: street address 2
city: city
region: state
postal_code: postal code, zip code
created: first visit, created at
tags: groups
""")

CARDS = headings("""
code: gan, gift card number, gift card account number, card number
status: state, status
balance: balance, current balance, remaining balance
redeemed: redeemed, amount redeemed, total redeemed
sold_on: activated at, activation date, date activated, created at, date created
expires: expiration date, expires
buyer_id: customer id, square customer id
buyer_name: customer name, purchaser, purchaser name
buyer_email: customer email, purchaser email
recipient_name: recipient, recipient name
recipient_email: recipient email
currency: currency
""")
CARD_STATES = {
    "active": "active", "deactivated": "void", "blocked": "blocked", "pending": "unpaid", "not activated": "unpaid",
}  # fmt: skip

KINDS = {
    "physical good": "retail", "item": "retail", "appointments service": "service", "appointment service": "service",
    "service": "service", "custom amount": "service", "gift card": "gift_voucher", "food and beverage": "retail",
    "digital": "retail", "other": "retail", "membership": "membership",
}  # fmt: skip
EVENTS = {"payment": "closed", "refund": "closed"}

PRESET = Preset(
    title="Square",
    source="square",
    layouts=(
        Layout(
            "receipts",
            frozenset({"transaction id", "net sales", "price point name"}),
            ITEMS,
            words={"kind": KINDS, "status": EVENTS},
        ),
        Layout(
            "receipts",
            frozenset({"transaction id", "total collected", "net total", "square gift card"}),
            TRANSACTIONS,
            words={"status": EVENTS},
        ),
        Layout("customers", frozenset({"square customer id", "first name", "email address"}), CUSTOMERS, assumed=True),
        *(
            Layout(
                "vouchers", frozenset({number, state, "balance"}), CARDS, words={"status": CARD_STATES}, assumed=True
            )
            for number, state in (("gan", "state"), ("gan", "status"), ("gift card account number", "state"))
        ),
    ),
)
