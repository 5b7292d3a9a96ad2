"""Messages that wait to leave, in the same transaction as their cause."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from goodword.business.models import Business
from goodword.inbox.models import Event
from goodword.people.models import Contact


class State(models.TextChoices):
    QUEUED = "queued"
    SENT = "sent"
    LOCAL = "local"  # no provider set: kept here for a person to see and send
    HELD = "held"  # waits for a consent or an address
    CANCELLED = "cancelled"
    SET_ASIDE = "set_aside"


class Message(models.Model):
    """One message to one contact. ``key`` is determined by its cause: the same cause never writes twice."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="messages")
    public_id = models.CharField(max_length=40, unique=True)
    key = models.CharField(max_length=200)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="messages")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    template = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    to = models.CharField(max_length=2000, blank=True, default="")
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=500, blank=True, default="")
    body = models.TextField()
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    note = models.CharField(max_length=500, blank=True, default="", help_text="why it waits or failed")
    due_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["business", "key"], name="message_once")]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(state="queued"), name="message_due"),
            models.Index(fields=["business", "-id"], name="message_newest"),
            models.Index(fields=["contact", "-id"], name="message_contact"),
            models.Index(fields=["business", "state", "-id"], name="message_state"),
        ]

    def __str__(self) -> str:
        return self.public_id


class Wording(models.Model):
    """A business's own words for one message; the newest row counts, an empty ``body`` goes back to ours."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="wordings")
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=500, blank=True, default="")
    body = models.TextField(blank=True, default="")
    since = models.DateTimeField()
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["business", "template", "language", "-since"], name="wording_latest")]

    def __str__(self) -> str:
        return f"{self.template} {self.language}"
