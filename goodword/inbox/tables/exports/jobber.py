"""Jobber: the clients export, the Jobs report and the Invoices report.

Verified, by headers that several public projects keep in their tests: all clients columns; of the jobs report Job #,
Client name, Client email, Title, Job status, Created date, Completed date or Closed date, Total ($) or Total revenue
($); of the invoices report all columns. Assumed: Client phone in the jobs report, Subtotal and Tax in the invoices
report.

A client has a row for each property and an id of its own in no other report, so clients are told apart by name and
phone or e-mail, and the second row of a client is ``repeated_row``. Dates are written “Mar 15, 2026” or 03/15/2026,
an empty one as a stroke. The invoices report tells the total alone: where it has no subtotal the tax is part of the
net. How an invoice was paid it does not tell.
"""

from __future__ import annotations

from goodword.inbox.tables.kind import headings
from goodword.inbox.tables.layouts import Layout, Preset

CLIENTS = headings("""
name: display name
first_name: first name
last_name: last name
company: company name
phone: main phone #s
other_phone: mobile phone #s, home phone #s, work phone #s
email: e-mails
street: service street 1, billing street 1
street_2: service street 2, billing street 2
city: service city, billing city
region: service state, service province, billing state, billing province
postal_code: service zip code, service zip, service postal code, billing zip code, billing zip
tags: tags
created: created date
referred_by: cft[referred by], lead source
""")

JOBS = headings("""
job: job #
customer_name: client name
customer_phone: client phone, client phone number
customer_email: client email
status: job status, status
date: created date
booked_date: created date
completed_date: completed date, closed date
total: total ($), total revenue ($)
services: title, job title
""")

INVOICES = headings("""
receipt: invoice #
date: issued date, created date
customer_name: client name
customer_phone: client phone, client phone number
customer_email: client email
description: subject
amount: subtotal ($), pre-tax total ($)
tax: tax ($), tax amount ($)
total: total ($)
status: status
""")

PRESET = Preset(
    title="Jobber",
    source="jobber",
    layouts=(
        Layout("customers", frozenset({"j id", "display name", "e mails"}), CLIENTS),
        Layout("jobs", frozenset({"job number", "client name", "title"}), JOBS),
        Layout("receipts", frozenset({"invoice number", "client name", "issued date"}), INVOICES),
    ),
)
