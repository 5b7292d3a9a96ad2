"""The five tables of the ledger. Private to this package: others read by ``reading`` and write by ``posting``."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from goodword.ledger.chart import CHART, HOLDERS, HOUSE, LOTS, Kind

_LOTS = sorted(kind.value for kind in LOTS)
_HOUSE = sorted(kind.value for kind in HOUSE)
_HOLDERS = sorted(kind.value for kind in HOLDERS)


class Book(models.Model):
    """The books of one business. ``open_from`` is the first instant that is not closed (month lock, rulings 5)."""

    id = models.BigAutoField(primary_key=True)
    business_id = models.BigIntegerField()
    open_from = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business_id"], name="ledger_book_business_once")]


class Wallet(models.Model):
    """What lots belong to; which contact it belongs to is dated and told elsewhere (rulings 10)."""

    id = models.BigAutoField(primary_key=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=40, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["public_id"], name="ledger_wallet_public_id_once")]


class Entry(models.Model):
    """The transfers of one cause, under one key that the cause determines."""

    id = models.BigAutoField(primary_key=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    recipe = models.CharField(max_length=40)
    event_id = models.BigIntegerField(null=True)
    cause = models.CharField(max_length=200)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    booked_at = models.DateTimeField()
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "key"], name="ledger_entry_key_once"),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="ledger_entry_reversed_once"
            ),
            models.CheckConstraint(
                condition=Q(booked_at__gte=F("occurred_at")), name="ledger_entry_not_booked_before_it_occurred"
            ),
            models.CheckConstraint(condition=~Q(key=""), name="ledger_entry_has_key"),
        ]
        indexes = [
            models.Index(fields=["book", "id"], name="ledger_entry_of_book"),
            models.Index(fields=["event_id"], condition=Q(event_id__isnull=False), name="ledger_entry_of_event"),
        ]


class Account(models.Model):
    """A lot, a holder's debt, or a house account.

    Lots and debts belong to a wallet and carry running totals; house accounts carry none, so that the hot path never
    queues for one row. ``available_at`` NULL: not before a person releases it. ``expires_at`` NULL: never.
    """

    id = models.BigAutoField(primary_key=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_index=False)
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    kind = models.CharField(max_length=20)
    asset = models.CharField(max_length=10)
    available_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    grant_key = models.CharField(max_length=200, default="")
    debits = models.BigIntegerField(null=True)
    credits = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=sorted(kind.value for kind in CHART)), name="ledger_account_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=_HOUSE, wallet__isnull=True, debits__isnull=True, credits__isnull=True)
                | Q(kind__in=_HOLDERS, wallet__isnull=False, debits__gte=0, credits__gte=0),
                name="ledger_account_totals_where_held",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=_LOTS) | Q(credits__gte=F("debits")), name="ledger_lot_not_below_zero"
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.OWED.value) | Q(debits__gte=F("credits")), name="ledger_owed_not_beyond_zero"
            ),
            models.UniqueConstraint(
                fields=["book", "kind", "asset"], condition=Q(wallet__isnull=True), name="ledger_account_house_once"
            ),
            models.UniqueConstraint(
                fields=["wallet", "asset"], condition=Q(kind=Kind.OWED.value), name="ledger_account_owed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["wallet", "id"], condition=Q(wallet__isnull=False), name="ledger_account_of_wallet"),
            models.Index(fields=["opened_by"], condition=Q(opened_by__isnull=False), name="ledger_account_opened_by"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="ledger_account_heirs"),
            models.Index(fields=["book", "grant_key"], condition=~Q(grant_key=""), name="ledger_account_of_grant"),
            models.Index(
                fields=["book", "expires_at"],
                condition=Q(expires_at__isnull=False, credits__gt=F("debits")),
                name="ledger_account_to_lapse",
            ),
        ]


class Transfer(models.Model):
    """``units`` of ``asset`` from ``debit`` to ``credit``: one row, two accounts, so imbalance cannot be expressed."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    units = models.BigIntegerField()
    asset = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(units__gt=0), name="ledger_transfer_units_above_zero"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="ledger_transfer_two_accounts"),
        ]
        indexes = [
            models.Index(fields=["debit", "id"], name="ledger_transfer_of_debit"),
            models.Index(fields=["credit", "id"], name="ledger_transfer_of_credit"),
        ]
