"""Housecall Pro: the customers export and an exported jobs report.

Verified, by the vendor's own help page on exported reports: Invoice Number, Created At, Date, End Time, Travel
Duration, On Job Duration, Customer, First Name, Last Name, Email, Company, Mobile Phone, Home Phone, Customer Tags,
Address, Street, Street Line 2, City, State. Assumed: Status, Finished, Paid and the amount's column, and the whole
customers export. The words for a job's status are those of its API.

Amounts are in major units here, unlike in its API. A customer has no id in the jobs report, so customers are told
apart by name and phone or e-mail.
"""

from __future__ import annotations

from goodword.inbox.tables.kind import headings
from goodword.inbox.tables.layouts import Layout, Preset

CUSTOMERS = headings("""
name: display name
first_name: first name
last_name: last name
company: company
phone: mobile number, mobile phone
other_phone: home number, home phone, work number
email: email
street: street, address
street_2: street line 2
city: city
region: state
postal_code: zip, zip code
tags: tags, customer tags
created: created at, customer created at
referred_by: lead source
""")

JOBS = headings("""
job: invoice number
customer_name: customer
customer_phone: mobile phone, home phone
customer_email: email
status: status, job status
booked_date: created at
completed_date: finished, finished at, completed at
invoiced_date: invoice sent, invoice sent at
paid_date: paid, paid at, payment date
total: amount, job amount, total, invoice total
services: line items, description
""")

STATUS = {
    "needs scheduling": "booked", "scheduled": "booked", "in progress": "booked", "complete rated": "completed",
    "complete unrated": "completed", "user canceled": "cancelled", "pro canceled": "cancelled", "finished": "completed",
}  # fmt: skip

PRESET = Preset(
    title="Housecall Pro",
    source="housecall_pro",
    layouts=(
        Layout("customers", frozenset({"display name", "mobile number", "home number"}), CUSTOMERS),
        Layout("jobs", frozenset({"invoice number", "on job duration", "customer"}), JOBS, words={"status": STATUS}),
    ),
)
