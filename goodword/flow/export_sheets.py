"""The spreadsheets of an export: one literal line a column, for people; what programs bring in again is ``jsonl/``.

A column's source is the way to it from the row. ``reached.paid`` looks into a JSON object, ``$total`` is money of the
business in major units, ``$units@asset`` is money or a count, whatever the asset says, ``=currency`` the business's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import models

from goodword.business.models import Business, Location, Membership, Setting
from goodword.engine.events import LineData
from goodword.flow import export_books as books
from goodword.flow.export_books import Rows
from goodword.ledger import listing
from goodword.money import Amount
from goodword.outbox.models import Message, Wording
from goodword.people.models import Consent, Contact, Identity, Todo
from goodword.programmes.models import Revision
from goodword.referrals.models import Referral, Share, Visit
from goodword.rewards.models import Reward, StatusChange
from goodword.vouchers.models import Redemption, Sale, Voucher
from goodword.work.models import Appointment, Job, Reservation, Ticket

CHUNK = 2000
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+[+Z]")
LINES = ("kind", "description", "sku", "quantity")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One CSV file: what it is about, in a line of the README; its head; its rows as they stand at an instant."""

    about: str
    head: Sequence[str]
    rows: Callable[[Business, datetime], Rows]


def _table(about: str, model: type[models.Model], columns: dict[str, str], *, way: str = "business") -> Sheet:
    """Return the sheet of a model's rows: column heads and their sources."""
    sources = [_read(source) for source in columns.values()]
    paths = list(dict.fromkeys(path for wanted, _ in sources for path in wanted)) or ["pk"]

    def rows(business: Business, _now: datetime) -> Rows:
        found = model._default_manager.filter(**{way: business}).order_by("pk").values_list(*paths)
        for values in found.iterator(chunk_size=CHUNK):
            told = dict(zip(paths, values, strict=True))
            yield [take(told, business) for _, take in sources]

    return Sheet(about, list(columns), rows)


def _read(source: str) -> tuple[list[str], Callable[[dict[str, Any], Business], Any]]:
    """Return which values a source needs and what makes the cell of them."""
    if source == "=currency":
        return [], lambda _told, business: business.currency
    if source.startswith("$"):
        path, _, asset = source[1:].partition("@")
        return (
            [path, *([asset] if asset else [])],
            lambda told, business: (
                None if told[path] is None else Amount(told[path], told[asset] if asset else business.currency)
            ),
        )
    path, _, key = source.partition(".")
    if key:
        return [path], lambda told, _business: _inner((told[path] or {}).get(key))
    return [path], lambda told, _business: _plain(told[path])


def _plain(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _inner(value: Any) -> Any:
    """Return a value of a JSON object; an instant there is text."""
    return datetime.fromisoformat(value) if isinstance(value, str) and INSTANT.match(value) else value


def _tickets(business: Business) -> Iterator[tuple[str, dict[str, Any]]]:
    found = Ticket.objects.filter(business=business).order_by("pk")
    for ticket, content in found.values_list("public_id", "content").iterator(chunk_size=CHUNK):
        yield ticket, content or {}


def _ticket_lines(business: Business, _now: datetime) -> Rows:
    for ticket, content in _tickets(business):
        for number, told in enumerate(content.get("lines") or (), start=1):
            line = msgspec.convert(told, LineData, strict=False)
            money = [Amount(units, business.currency) for units in (line.unit_price, line.discount, line.tax, line.net)]
            yield [ticket, number, line.kind, line.description, line.sku, line.quantity, *money, business.currency]


def _tenders(business: Business, _now: datetime) -> Rows:
    for ticket, content in _tickets(business):
        for number, told in enumerate(content.get("tenders") or (), start=1):
            yield [ticket, number, told.get("type"), Amount(told.get("amount", 0), business.currency),
                   business.currency]  # fmt: skip


SHEETS: dict[str, Sheet] = {
    "csv/customers.csv": _table("Every customer, lead, referrer and partner", Contact, {
        "id": "public_id", "name": "name", "phone": "phone", "email": "email", "language": "language",
        "address": "address", "company": "company", "tags": "tags", "clubs": "clubs", "partner": "partner",
        "blocked": "blocked", "referral_code": "code", "alias": "alias", "merged_into": "merged_into__public_id",
        "created_at": "created_at", "first_work_at": "first_work_at", "enrolled_at": "enrolled_at",
        "asked_at": "asked_at", "complaint_open": "complaint_open", "erased_at": "erased_at",
    }),
    "csv/customer_ids.csv": _table("The names by which other systems know a customer", Identity, {
        "customer": "contact__public_id", "source": "source", "external_id": "external_id",
    }),
    "csv/balances.csv": Sheet(
        "What every customer has and owes now: points as a count (1 point is 0.01 of the currency), the rest as money",
        ["customer", "name", "points_pending", "points_redeemable", "credit_pending", "credit_redeemable",
         "vouchers_pending", "vouchers_redeemable", "gift_cards_pending", "gift_cards_redeemable", "cash_pending",
         "cash_redeemable", "owed", "owed_points", "currency"],
        books.balances_now,
    ),
    "csv/consents.csv": _table("Every yes and no to being written to; the newest of a channel counts", Consent, {
        "customer": "contact__public_id", "channel": "channel", "granted": "granted", "at": "at", "how": "how",
        "noted_by": "actor",
    }),
    "csv/jobs.csv": _table("Pieces of work", Job, {
        "id": "public_id", "source": "source", "external_id": "external_id", "customer": "contact__public_id",
        "status": "status", "total": "$total", "currency": "=currency", "services": "services", "location": "location",
        "completed_at": "reached.completed", "invoiced_at": "reached.invoiced", "paid_at": "reached.paid",
        "scores": "scores", "created_at": "created_at",
    }),
    "csv/tickets.csv": _table("Sales: receipts and invoices, as they stand after every adjustment", Ticket, {
        "id": "public_id", "source": "source", "external_id": "external_id", "customer": "contact__public_id",
        "state": "state", "closed_at": "closed_at", "net": "$net", "gross": "$gross", "currency": "=currency",
        "job": "names_job__public_id", "location": "content.location", "created_at": "created_at",
    }),
    "csv/ticket_lines.csv": Sheet(
        "The lines of those sales",
        ["ticket", "line", *LINES, "unit_price", "discount", "tax", "net", "currency"], _ticket_lines,
    ),
    "csv/ticket_tenders.csv": Sheet(
        "How they were paid", ["ticket", "tender", "type", "amount", "currency"], _tenders,
    ),
    "csv/appointments.csv": _table("Appointments and how they were made", Appointment, {
        "source": "source", "external_id": "external_id", "customer": "contact__public_id", "made": "made", "at": "at",
    }),
    "csv/reservations.csv": _table("Products put aside", Reservation, {
        "source": "source", "external_id": "external_id", "customer": "contact__public_id", "sku": "sku",
    }),
    "csv/referrals.csv": _table("Who sent whom, and how far it went; removed ones too", Referral, {
        "id": "public_id", "friend": "friend__public_id", "friend_name": "friend__name",
        "referrer": "referrer__public_id", "referrer_name": "referrer__name", "how": "how", "stage": "stage",
        "arrived_at": "arrived_at", "closed_at": "closed_at", "new_customer": "is_new", "same_household": "household",
        "removed_at": "removed_at", "removed_code": "removed_code", "removed_reason": "removed_reason",
    }),
    "csv/shares.csv": _table("Every time a referral link was passed on", Share, {
        "customer": "contact__public_id", "source": "source", "channel": "channel", "at": "at",
    }),
    "csv/link_visits.csv": _table("How often a referral link was opened on a day", Visit, {
        "customer": "contact__public_id", "day": "day", "count": "count",
    }),
    "csv/rewards.csv": _table("Every reward that was promised, and what became of it", Reward, {
        "id": "public_id", "customer": "holder__public_id", "customer_name": "holder__name",
        "referral": "referral__public_id", "ticket": "ticket__public_id", "programme": "revision__programme__slug",
        "revision": "revision__number", "rule": "rule", "to": "to", "stage": "stage", "kind": "kind", "asset": "asset",
        "amount": "$units@asset", "taken_back": "$reversed_units@asset", "worth": "$worth", "currency": "=currency",
        "text": "text", "status": "status", "earned_at": "at", "available_at": "available_at",
        "expires_at": "expires_at", "issued_at": "issued_at", "discount_code": "code",
    }),
    "csv/reward_changes.csv": _table("Every change of a reward's status: who, when and why", StatusChange, {
        "reward": "reward__public_id", "was": "was", "status": "status", "at": "at", "by": "actor", "reason": "reason",
    }, way="reward__business"),
    "csv/vouchers.csv": _table("Vouchers, without their codes; what is left of each is in books/lots.csv", Voucher, {
        "id": "public_id", "serial": "serial", "kind": "kind", "state": "state", "value": "$value@currency",
        "currency": "currency", "service": "service", "expires_at": "expires_at", "lot": "lot",
        "buyer": "buyer__public_id", "recipient": "recipient__public_id", "message": "message",
        "sale": "sale__public_id", "job": "job__public_id", "replaces": "replaces__serial", "issued_at": "issued_at",
        "ended_at": "ended_at",
    }),
    "csv/voucher_sales.csv": _table("What was paid for vouchers, and how, or why they were given away", Sale, {
        "id": "public_id", "at": "at", "kind": "kind", "method": "method", "reference": "reference",
        "reason": "reason", "count": "count", "amount": "$amount", "currency": "=currency",
        "buyer": "buyer__public_id", "ticket": "ticket__public_id", "by": "actor",
    }),
    "csv/redemptions.csv": _table("What was redeemed of vouchers, and given back", Redemption, {
        "id": "public_id", "voucher": "voucher__serial", "at": "at", "amount": "$units@voucher__currency",
        "given_back": "$returned@voucher__currency", "currency": "voucher__currency", "job": "job__public_id",
        "ticket_source": "ticket_source", "ticket": "ticket_name", "by": "actor",
    }),
    "csv/messages.csv": _table("Messages that were written, sent or are waiting", Message, {
        "id": "public_id", "customer": "contact__public_id", "template": "template", "channel": "channel",
        "address": "to", "language": "language", "subject": "subject", "body": "body", "state": "state", "note": "note",
        "created_at": "created_at", "due_at": "due_at", "sent_at": "sent_at",
    }),
    "csv/todos.csv": _table("What the staff were asked to do", Todo, {
        "id": "public_id", "kind": "kind", "customer": "contact__public_id", "text": "text", "created_at": "created_at",
        "due_at": "due_at", "done_at": "done_at", "done_by": "done_by",
    }),
    "csv/programmes.csv": _table("Published programmes; the documents themselves are in programmes/", Revision, {
        "programme": "programme__slug", "name": "programme__name", "revision": "number", "starts_at": "starts_at",
        "published_at": "published_at", "published_by": "published_by", "ended_at": "programme__ended_at",
    }, way="programme__business"),
    "csv/wordings.csv": _table("Your own words for messages; the newest counts, an empty one is ours", Wording, {
        "template": "template", "language": "language", "subject": "subject", "body": "body", "since": "since",
    }),
    "csv/settings.csv": _table("Settings, each from when on", Setting, {
        "key": "key", "value": "value", "since": "since",
    }),
    "csv/locations.csv": _table("Locations", Location, {
        "external_id": "external_id", "name": "name", "phone": "phone", "address": "address", "closed_at": "closed_at",
    }),
    "csv/team.csv": _table("Who works with it; nobody's password is here", Membership, {
        "email": "user__email", "first_name": "user__first_name", "last_name": "user__last_name", "role": "role",
        "since": "created_at",
    }),
    "books/accounts.csv": Sheet(
        "Every account of the ledger; totals in smallest units, where an account carries any",
        listing.ACCOUNTS, lambda business, _now: books.accounts(business),
    ),
    "books/lots.csv": Sheet(
        "Every grant of value: whose it is and what is left of it",
        ["account", "customer", "kind", "asset", "given", "used", "left", "available_at", "expires_at", "heir_of",
         "grant_key"],
        lambda business, _now: books.lots(business),
    ),
    "books/entries.csv": Sheet(
        "Every entry: its cause and its three times", listing.ENTRIES, lambda business, _now: books.entries(business),
    ),
    "books/transfers.csv": Sheet(
        "Every transfer: from the debit account to the credit account",
        ["id", "entry_id", "debit_account", "credit_account", "units", "amount", "asset"],
        lambda business, _now: books.transfers(business),
    ),
    "books/trial_balance.csv": Sheet(
        "All accounts by kind; the balances of one asset sum to zero",
        ["kind", "asset", "debits", "credits", "balance"], lambda business, _now: books.trial(business),
    ),
    "books/liability.csv": Sheet(
        "What is owed to customers, by instrument",
        ["kind", "asset", "pending", "redeemable", "past_its_date", "total"], books.owed_to_holders,
    ),
}  # fmt: skip
