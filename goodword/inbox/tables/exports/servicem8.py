"""ServiceM8: clients, their contacts, jobs, and vouchers kept as jobs.

Verified: the names of the fields, as its API and its document templates have them (``generated_job_id``,
``company_uuid``, ``work_order_date``, ``payment_received_stamp``, ``is_primary_contact``, ...) and the four statuses.
Assumed: that a file has them as headers, with underscores or as words, and that a report calls the job's number “Job
Number”, the client “Client”.

A client's phone and e-mail stand with its contacts: bring the clients first, then the contacts, which keep the
client's name. Times without a zone are the business's; 0000-00-00 is never. A job is paid when a payment stamp says
so; “payment processed” means that it was sent to the accounts and is not looked at.
"""

from __future__ import annotations

from goodword.inbox.tables.kind import headings
from goodword.inbox.tables.layouts import Layout, Preset

CLIENTS = headings("""
customer_id: uuid
name: name, client
street: billing address, address
created: create date, created
""")

CONTACTS = headings("""
customer_id: company uuid
phone: mobile
other_phone: phone
email: email
""")

JOBS = headings("""
job: generated job id, job number
customer_id: company uuid
customer_name: company name, client
customer_phone: mobile, phone
customer_email: email
status: status
date: date
quote_date: quote date
booked_date: work order date
completed_date: completion date
invoiced_date: invoice sent stamp, invoice date
paid_date: payment received stamp
cancelled_date: unsuccessful date
total: total invoice amount
services: category
""")

VOUCHERS = headings("""
badges: badges, badge, job badges
serial: company name, client, client name, name
value: total invoice amount, total, invoice total
redeemed: payments, payments total, total payments, amount paid, payments received, paid
status: status
sold_on: quote date, date, job date
expires: queue expiry date, queue expiry, queue expires
buyer_name: billing contact, billing contact name, billing name
buyer_phone: billing contact mobile, billing mobile, billing contact phone, billing phone
buyer_email: billing contact email, billing email
recipient_name: job contact, job contact name, site contact
recipient_phone: job contact mobile, job mobile, job contact phone
recipient_email: job contact email, job email
reference: purchase order number, purchase order
""")
VOUCHER_STATES = {"quote": "active", "work order": "active", "completed": "redeemed", "unsuccessful": "void"}

STATUS = {"quote": "quote", "work order": "booked", "completed": "completed", "unsuccessful": "cancelled"}

PRESET = Preset(
    title="ServiceM8",
    source="servicem8",
    layouts=(
        Layout("customers", frozenset({"uuid", "name", "is individual"}), CLIENTS, assumed=True),
        Layout("customers", frozenset({"company uuid", "is primary contact", "first"}), CONTACTS, assumed=True),
        *(
            Layout("jobs", frozenset({job, "status", "work order date"}), JOBS, words={"status": STATUS}, assumed=True)
            for job in ("generated job id", "job number")
        ),
        *(
            Layout(
                "vouchers",
                frozenset({client, "status", badges, "queue expiry date", "billing contact"}),
                VOUCHERS,
                words={"status": VOUCHER_STATES},
                assumed=True,
            )
            for client in ("company name", "client")
            for badges in ("badges", "badge")
        ),
    ),
)
