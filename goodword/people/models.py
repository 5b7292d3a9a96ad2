"""People and companies the business knows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from goodword.business.models import Business
from goodword.inbox.models import Event


class Contact(models.Model):
    """A customer, lead, referrer or partner. ``merged_into`` keeps a loser's id and link working for ever."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="contacts")
    public_id = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=2000, blank=True, default="")
    phone = models.CharField(max_length=40, null=True, blank=True, help_text="E.164 where it can be")
    email = models.CharField(max_length=2000, null=True, blank=True)
    language = models.CharField(max_length=20, null=True, blank=True)
    address = models.JSONField(null=True, blank=True)
    address_key = models.CharField(max_length=500, null=True, blank=True)
    company = models.JSONField(null=True, blank=True)
    tags = models.JSONField(default=list, blank=True)
    clubs = models.JSONField(default=list, blank=True)
    partner = models.BooleanField(default=False)
    blocked = models.BooleanField(default=False)
    code = models.CharField(max_length=20, unique=True, help_text="of the permanent referral link /r/<code>")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    first_work_at = models.DateTimeField(null=True, blank=True)
    ordinals = models.JSONField(default=dict, blank=True)
    arrival = models.JSONField(null=True, blank=True, help_text="first arrival: time, newness, pinned revisions")
    created_at = models.DateTimeField(default=timezone.now)
    enrolled_at = models.DateTimeField(null=True, blank=True, help_text="when the customer was first asked to refer")
    asked_at = models.DateTimeField(null=True, blank=True, help_text="the latest invitation")
    complaint_open = models.BooleanField(default=False)
    alias = models.CharField(max_length=40, blank=True, default="", help_text="how the public leaderboard names them")
    erased_at = models.DateTimeField(null=True, blank=True, help_text="personal data removed; the books stay")
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="the import that alone knew of them was undone"
    )
    search_key = models.TextField(blank=True, default="", help_text="all it is found by, folded (goodword/identity.py)")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["business", "phone"], name="contact_phone"),
            models.Index(fields=["business", "email"], name="contact_email"),
            models.Index(fields=["business", "name"], name="contact_name"),
            models.Index(fields=["business", "-id"], name="contact_newest"),
        ]

    def __str__(self) -> str:
        return self.name or self.public_id


def listed(prefix: str = "") -> models.Q:
    """Return what is true of contacts that are listed, found and asked: survivors, and none that were withdrawn.

    Args:
        prefix: of the path to the contact, like ``contact__``.
    """
    return models.Q(**{f"{prefix}merged_into": None, f"{prefix}withdrawn_at": None})


class Identity(models.Model):
    """The name a source knows a contact by."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="identities")
    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=2000)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "source", "external_id"], name="identity_once")
        ]
        verbose_name_plural = "identities"

    def __str__(self) -> str:
        return self.external_id


class WalletOwner(models.Model):
    """Dated ownership of a ledger wallet (rulings 10): merging adds a row, no value moves."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    wallet = models.BigIntegerField(help_text="ledger wallet")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="wallets")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wallet"], condition=models.Q(until=None), name="wallet_one_owner")
        ]
        indexes: ClassVar = [models.Index(fields=["contact", "until"], name="wallet_of_contact")]

    def __str__(self) -> str:
        return str(self.wallet)


class Consent(models.Model):
    """What a contact said about being written to; the newest row of a channel and purpose counts."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="consents")
    channel = models.CharField(max_length=20, help_text="email, sms, any or leaderboard")
    granted = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)
    how = models.CharField(max_length=100, blank=True, default="")
    actor = models.CharField(max_length=200, blank=True, default="", help_text="who wrote it down")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["contact", "channel", "-at"], name="consent_latest")]

    def __str__(self) -> str:
        return f"{self.channel} {self.granted}"


class Todo(models.Model):
    """Something a person of the staff should do for a customer, such as call and thank; its cause makes it once."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="todos")
    public_id = models.CharField(max_length=40, unique=True)
    key = models.CharField(max_length=200, help_text="determined by its cause: the same cause never asks twice")
    kind = models.CharField(max_length=30, help_text="thank, call_back, or note for one written by hand")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="todos")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    facts = models.JSONField(default=dict)
    text = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["business", "key"], name="todo_once")]
        indexes: ClassVar = [
            models.Index(fields=["business", "due_at"], condition=models.Q(done_at=None), name="todo_open")
        ]

    def __str__(self) -> str:
        return self.public_id
