"""Who brought whom, and how far it went."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from goodword.business.models import Business
from goodword.inbox.models import Event
from goodword.people.models import Contact
from goodword.work.models import Job


class Referral(models.Model):
    """A friend, a referrer and how it was learnt. Never edited; an admin may remove a wrong one."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="referrals")
    public_id = models.CharField(max_length=40, unique=True)
    friend = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="referrals_as_friend")
    referrer = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="referrals_as_referrer")
    how = models.CharField(max_length=20)
    arrived_at = models.DateTimeField()
    created_at = models.DateTimeField()
    is_new = models.BooleanField()
    household = models.BooleanField(default=False, help_text="same address: listed for a person to review")
    pins = models.JSONField(default=list, help_text="[revision id, referrer eligible] (promise-lock)")
    stages = models.JSONField(default=dict)
    waits = models.JSONField(default=list)
    stage = models.CharField(max_length=20, default="attributed", help_text="the furthest stage reached now")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="a job of the friend was invoiced (R92, R113)")
    closing_job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_code = models.CharField(max_length=40, blank=True, default="")
    removed_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["friend"], condition=models.Q(removed_at=None), name="one_live_referral")
        ]
        indexes: ClassVar = [
            models.Index(fields=["business", "-id"], name="referral_newest"),
            models.Index(fields=["business", "stage", "-id"], name="referral_stage"),
            models.Index(fields=["referrer", "-id"], name="referral_of_referrer"),
            models.Index(
                fields=["business", "referrer", "closed_at"],
                condition=models.Q(closed_at__isnull=False, removed_at=None),
                name="referral_closed",
            ),
            models.Index(fields=["business", "arrived_at"], name="referral_arrived"),
        ]

    def __str__(self) -> str:
        return self.public_id


class Share(models.Model):
    """A link was passed on: by the system, a technician, staff or the customer (R123)."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="shares")
    source = models.CharField(max_length=20, help_text="automatic, technician, staff or customer")
    channel = models.CharField(max_length=20)
    at = models.DateTimeField()
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="who did it; empty: ours"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["business", "source", "at", "event"], name="share_source"),
            models.Index(fields=["contact", "-at"], name="share_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.channel}"


class Visit(models.Model):
    """A link was opened. No personal data: a day, a code's owner, a count."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="visits")
    day = models.DateField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["contact", "day"], name="visit_day_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.day}"
