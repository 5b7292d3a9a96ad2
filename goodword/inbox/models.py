"""Everything from outside, once (domain.md, Events), and what it led to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from goodword.business.models import Business


class State(models.TextChoices):
    RECORDED = "recorded"
    SETTLED = "settled"
    REFUSED = "refused"  # a command that was turned down; its code is the answer for ever
    SET_ASIDE = "set_aside"  # poisoned: visible on Problems, never stops the line


class Event(models.Model):
    """One event. (business, source, external_id) is unique for ever."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="events")
    public_id = models.CharField(max_length=40, unique=True)
    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=200, help_text="the event's own id, of its source")
    type = models.CharField(max_length=60)
    rank = models.SmallIntegerField(help_text="of the type, for the order of settling (rulings 3)")
    time = models.DateTimeField(help_text="when it happened in the world")
    recorded_at = models.DateTimeField(help_text="when we heard")
    data = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of type, time and data: repeat or conflict")
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECORDED)
    settled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, help_text="not before this, after a failure")
    code = models.CharField(max_length=60, blank=True, default="", help_text="why it was refused or set aside")
    error = models.TextField(blank=True, default="")
    actor = models.CharField(max_length=200, blank=True, default="", help_text="user or key behind a command")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "source", "external_id"], name="event_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["business", "time", "rank", "source", "external_id"],
                condition=models.Q(state="recorded"),
                name="event_unsettled",
            ),
            models.Index(fields=["business", "-id"], name="event_newest"),
            models.Index(
                fields=["business", "-id"], condition=models.Q(actor__startswith="user:"), name="event_by_staff"
            ),
            models.Index(fields=["business", "state"], condition=models.Q(state="set_aside"), name="event_set_aside"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.external_id}"


class Decision(models.Model):
    """The stored trace of one decision for one event (domain.md, Decision trace)."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=30, help_text="granted, reversed, refused, waiting, attributed, problem ...")
    programme = models.CharField(max_length=100, blank=True, default="")
    revision = models.IntegerField(null=True, blank=True)
    rule = models.CharField(max_length=100, blank=True, default="")
    contact = models.BigIntegerField(null=True, blank=True, help_text="the contact it is about")
    referral = models.BigIntegerField(null=True, blank=True)
    reward = models.BigIntegerField(null=True, blank=True)
    codes = models.JSONField(default=list)
    trace = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["business", "contact", "-id"], name="decision_contact"),
            models.Index(fields=["business", "referral", "-id"], name="decision_referral"),
            models.Index(fields=["business", "kind", "-id"], name="decision_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.rule}"


class IdempotencyKey(models.Model):
    """The first answer to a keyed write; keys never expire (api.md). Ids are stored, secrets are rendered again."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["business", "source", "key"], name="idempotency_once")]

    def __str__(self) -> str:
        return self.key
