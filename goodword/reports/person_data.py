"""All we hold of one person, section by section, as rows that any program reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from goodword.business.models import Business
from goodword.flow.erasing import events_about, person_of, records_of
from goodword.flow.redacting import about
from goodword.ledger.opening import book_of
from goodword.ledger.reading import lots
from goodword.ledger.statements import statement
from goodword.outbox.models import Message
from goodword.people.models import Consent, Contact, Identity, Todo
from goodword.referrals.models import Referral, Share, Visit
from goodword.reports.customers import wallets_of
from goodword.rewards.models import Reward, StatusChange
from goodword.vouchers.models import Redemption, Sale, State, Voucher
from goodword.work.models import Appointment, Job, Reservation, Ticket

Row = dict[str, Any]
PROFILE = (
    "public_id", "name", "phone", "email", "language", "address", "company", "tags", "clubs", "partner", "blocked",
    "code", "alias", "complaint_open", "created_at", "enrolled_at", "asked_at", "erased_at",
)  # fmt: skip
# Not the code: the card may be in another's hands, and whoever reads the code can spend it.
VOUCHER = (
    "public_id", "serial", "kind", "state", "value", "currency", "service", "message", "issued_at", "expires_at",
    "ended_at",
)  # fmt: skip


def sections(*, business: Business, contact: Contact) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield each section's name and its rows; rows are read while they are taken, never all at once."""
    records = records_of(contact)
    own = {"contact__in": records}
    near = Q(friend__in=records) | Q(referrer__in=records)
    yield "profile", _rows(Contact.objects.filter(pk__in=[row.pk for row in records]), *PROFILE)
    yield "known_as", _rows(Identity.objects.filter(**own), "source", "external_id")
    yield "consents", _rows(Consent.objects.filter(**own), "channel", "granted", "at", "how")
    yield "referrals", _rows(
        Referral.objects.filter(near), "public_id", "friend__public_id", "referrer__public_id", "how", "arrived_at",
        "stage", "stages", "removed_at", "removed_reason",
    )  # fmt: skip
    yield "rewards", _rows(
        Reward.objects.filter(holder__in=records), "public_id", "rule", "kind", "asset", "units", "reversed_units",
        "text", "status", "at", "available_at", "expires_at", "code",
    )  # fmt: skip
    yield (
        "reward_changes",
        _rows(
            StatusChange.objects.filter(reward__holder__in=records),
            "reward__public_id",
            "was",
            "status",
            "at",
            "reason",
        ),
    )
    yield "ledger", _booked(business, contact)
    yield "jobs", _rows(
        Job.objects.filter(**own), "public_id", "source", "external_id", "status", "reached", "scores", "total",
        "services", "location", "created_at",
    )  # fmt: skip
    yield "tickets", _rows(
        Ticket.objects.filter(**own), "public_id", "source", "external_id", "state", "closed_at", "net", "gross",
        "content",
    )  # fmt: skip
    yield "appointments", _rows(Appointment.objects.filter(**own), "source", "external_id", "made", "at")
    yield "reservations", _rows(Reservation.objects.filter(**own), "source", "external_id", "sku")
    yield "messages", _rows(
        Message.objects.filter(**own), "public_id", "template", "channel", "to", "language", "subject", "body", "state",
        "created_at", "sent_at",
    )  # fmt: skip
    yield "vouchers_bought", _rows(Voucher.objects.filter(buyer__in=records), *VOUCHER, "sale__public_id")
    yield "vouchers_received", _rows(Voucher.objects.filter(recipient__in=records), *VOUCHER)
    yield "voucher_payments", _rows(
        Sale.objects.filter(buyer__in=records), "public_id", "at", "kind", "method", "reference", "reason", "count",
        "amount",
    )  # fmt: skip
    yield "vouchers_redeemed", _rows(
        Redemption.objects.filter(Q(voucher__recipient__in=records) | Q(job__contact__in=records)), "public_id",
        "voucher__serial", "at", "units", "returned", "voucher__currency", "job__public_id", "ticket_name",
    )  # fmt: skip
    yield "shares", _rows(Share.objects.filter(**own), "source", "channel", "at")
    yield "link_opened", _rows(Visit.objects.filter(**own), "day", "count")
    yield "notes", _rows(Todo.objects.filter(**own), "kind", "text", "created_at", "due_at", "done_at")
    yield "events", _told(business, records)


def open_vouchers(*, business: Business, contact: Contact) -> tuple[int, int]:
    """Return how many vouchers that a person bought or got are open, and what is left in all. Three statements."""
    theirs = Voucher.objects.filter(business=business, state__in=[State.ACTIVE, State.BOOKED])
    theirs = theirs.filter(Q(buyer__in=records_of(contact)) | Q(recipient__in=records_of(contact)))
    held = [lot for lot in theirs.values_list("lot", flat=True) if lot is not None]
    return len(held), sum(lot.units for lot in lots(book=book_of(business=business.pk), ids=held))


def _rows(query: Any, *columns: str) -> Iterator[Row]:
    yield from query.order_by("pk").values(*columns).iterator(chunk_size=500)


def _booked(business: Business, contact: Contact) -> Iterator[Row]:
    wallets = wallets_of(contact)
    if not wallets:
        return
    for line in statement(book=book_of(business=business.pk), wallets=wallets).lines:
        at: datetime = line.booked_at
        yield {
            "entry": line.entry, "recipe": line.recipe, "cause": line.cause, "booked_at": at, "kind": line.kind.value,
            "asset": line.asset, "change": line.change, "balance": line.balance,
        }  # fmt: skip


def _told(business: Business, records: list[Contact]) -> Iterator[Row]:
    """Return what we were told of the person; what was told of somebody else and names them is not theirs to have."""
    who = person_of(business, records)
    for row in events_about(business, who):
        if about(row.source, row.data, who):
            yield {
                "id": row.external_id, "source": row.source, "type": row.type, "time": row.time,
                "recorded_at": row.recorded_at, "data": row.data,
            }  # fmt: skip
