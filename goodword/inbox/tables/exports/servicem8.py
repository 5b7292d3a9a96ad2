"""ServiceM8: clients, their contacts, and jobs.

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

STATUS = {"quote": "quote", "work order": "booked", "completed": "completed", "unsuccessful": "cancelled"}

PRESET = Preset(
    title="ServiceM8",
    source="servicem8",
    layouts=(
        Layout("customers", frozenset({"uuid", "name", "is individual"}), CLIENTS),
        Layout("customers", frozenset({"company uuid", "is primary contact", "first"}), CONTACTS),
        Layout("jobs", frozenset({"generated job id", "status", "work order date"}), JOBS, words={"status": STATUS}),
        Layout("jobs", frozenset({"job number", "status", "work order date"}), JOBS, words={"status": STATUS}),
    ),
)
