"""Vonigo: clients, work orders and invoices.

Nothing is verified: no public description of its files was found. The headers are what is likely. It is recognised by
the column Franchise beside Client ID; where a report names its columns otherwise, map them by hand and save the
mapping.
"""

from __future__ import annotations

from goodword.inbox.tables.kind import headings
from goodword.inbox.tables.layouts import Layout, Preset

CLIENTS = headings("""
customer_id: client id
name: client name, client
first_name: first name
last_name: last name
company: company, company name
phone: phone, cell phone, mobile phone
other_phone: home phone, work phone
email: email
street: address, street
city: city
region: state, province
postal_code: zip, postal code, zip/postal code
tags: labels
created: date created, created
referred_by: how did you hear about us, lead source, marketing campaign
""")

JOBS = headings("""
job: job id, work order id, work order #
customer_id: client id
customer_name: client name, client
customer_phone: phone
customer_email: email
status: status, work order status
date: date created, created
booked_date: date created, date booked
completed_date: date completed, date of service
total: total, total amount
services: service type, services
location: franchise
""")

INVOICES = headings("""
receipt: invoice id, invoice #
date: invoice date, date created
customer_id: client id
customer_name: client name, client
description: description, item
quantity: quantity
unit_price: unit price
amount: subtotal, amount
tax: tax, tax amount
total: total
status: status
location: franchise
""")

PRESET = Preset(
    title="Vonigo",
    source="vonigo",
    layouts=(
        Layout("customers", frozenset({"client id", "franchise", "email"}), CLIENTS, assumed=True),
        Layout("jobs", frozenset({"job id", "client id", "franchise", "status"}), JOBS, assumed=True),
        Layout("jobs", frozenset({"work order id", "client id", "franchise", "status"}), JOBS, assumed=True),
        Layout(
            "receipts",
            frozenset({"invoice id", "client id", "franchise", "invoice date", "status"}),
            INVOICES,
            assumed=True,
        ),
    ),
)
