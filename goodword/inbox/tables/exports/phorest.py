"""Phorest: vouchers and gift cards that are still good.

Verified, by the vendor's help pages: the columns of the report *Vouchers Outstanding* (Serial Number, Client, Branch
Sold, Remaining, Issue Date, Expiry Date), and that Branch Sold is left out where there is one branch. Verified, by
public programs that call its API: the names serialNumber, clientId, originalBalance, issueDate, expiryDate. Assumed:
remainingBalance, and that a table made from the API has these names as headers.

The report holds the vouchers with something left and does not say what they were worth at first: what is left counts
for both. A serial number of figures alone is the card's code. Each branch has to be a location of that name. With the
API's names a customer is known by Phorest's own id, so bring the customers first, with ``--source phorest``.
"""

from __future__ import annotations

from goodword.inbox.tables.kind import headings
from goodword.inbox.tables.layouts import Layout, Preset

OUTSTANDING = headings("""
code: serial number
buyer_name: client, client name
balance: remaining, remaining balance
sold_on: issue date
expires: expiry date
location: branch sold
""")

# Headers fold to small letters: ``serialNumber`` of the API is ``serialnumber``.
API = headings("""
code: serialnumber
buyer_id: clientid
value: originalbalance
balance: remainingbalance
sold_on: issuedate
expires: expirydate
""")

PRESET = Preset(
    title="Phorest",
    source="phorest",
    layouts=(
        Layout("vouchers", frozenset({"serial number", "remaining", "issue date", "expiry date"}), OUTSTANDING),
        Layout("vouchers", frozenset({"serialnumber", "remainingbalance", "expirydate"}), API, assumed=True),
    ),
)
