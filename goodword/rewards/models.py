"""What rules promised, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from goodword.business.models import Business
from goodword.inbox.models import Event
from goodword.people.models import Contact
from goodword.programmes.models import Revision
from goodword.referrals.models import Referral
from goodword.work.models import Ticket


class Status(models.TextChoices):
    PENDING = "pending"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    REVERSED = "reversed"
    EXPIRED = "expired"
    DECLINED = "declined"


class Reward(models.Model):
    """A promise that a rule made for an event (domain.md, Rewards). Its value is the ledger lot ``lot``."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="rewards")
    public_id = models.CharField(max_length=40, unique=True)
    holder = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="rewards")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="rewards")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="rewards")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="rewards")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="rewards")
    rule = models.CharField(max_length=100)
    to = models.CharField(max_length=20)
    stage = models.CharField(max_length=20, blank=True, default="")
    kind = models.CharField(max_length=20)
    asset = models.CharField(max_length=10)
    units = models.BigIntegerField()
    reversed_units = models.BigIntegerField(default=0)
    worth = models.BigIntegerField(default=0, help_text="smallest units of the currency (rulings 20)")
    text = models.TextField(blank=True, default="")
    nth = models.IntegerField(null=True, blank=True)
    at = models.DateTimeField()
    available_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    cut = models.BooleanField(default=False)
    review = models.BooleanField(default=False, help_text="household match: a person decides")
    status = models.CharField(max_length=10, choices=Status.choices)
    lot = models.BigIntegerField(help_text="ledger account; follows its heirs")
    code = models.CharField(max_length=30, null=True, blank=True, unique=True, help_text="of a discount")
    granted_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["business", "-id"], name="reward_newest"),
            models.Index(fields=["business", "status", "-id"], name="reward_status"),
            models.Index(fields=["holder", "-id"], name="reward_holder"),
            models.Index(fields=["business", "kind", "-id"], name="reward_kind"),
            # What may wait for a person: reports/waiting.py says the same words.
            models.Index(
                fields=["business", "at"],
                condition=~models.Q(status__in=("redeemed", "reversed", "expired", "declined"))
                & (models.Q(kind__in=("custom", "gift_card", "cash", "voucher")) | models.Q(review=True)),
                name="reward_waiting",
            ),
            # Covers what the overview sums.
            models.Index(fields=["business", "at", "status", "worth"], name="reward_earned"),
            models.Index(fields=["available_at"], condition=models.Q(status="pending"), name="reward_due"),
        ]

    def __str__(self) -> str:
        return self.public_id


class StatusChange(models.Model):
    """Every change of a reward's status, with who, when and why."""

    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="changes")
    status = models.CharField(max_length=10, choices=Status.choices)
    was = models.CharField(max_length=10, blank=True, default="")
    at = models.DateTimeField()
    actor = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["reward", "id"], name="status_change_reward")]

    def __str__(self) -> str:
        return f"{self.was} {self.status}"


class Use(models.Model):
    """What a limit or budget has given out in one period (rulings 20, 46)."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    programme = models.CharField(max_length=100)
    rule = models.CharField(max_length=100, blank=True, default="")
    per = models.CharField(max_length=12)
    subject = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    period = models.CharField(max_length=12)
    count = models.IntegerField(default=0)
    measure = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["business", "programme", "rule", "per", "subject", "period"],
                condition=models.Q(subject__isnull=False),
                name="use_once",
            ),
            models.UniqueConstraint(
                fields=["business", "programme", "rule", "per", "period"],
                condition=models.Q(subject=None),
                name="use_shared_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["subject"], name="use_subject")]

    def __str__(self) -> str:
        return f"{self.rule} {self.period}"
