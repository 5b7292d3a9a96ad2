"""Pieces of work and sales, as the events told them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from goodword.business.models import Business
from goodword.people.models import Contact


class Job(models.Model):
    """A piece of work. ``reports`` are its status reports in time order; ``external_id`` is empty when the job
    stands for a ticket that names none (rulings 15)."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="jobs")
    public_id = models.CharField(max_length=40, unique=True)
    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=2000, null=True, blank=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="jobs", db_index=False
    )  # its index is job_of_contact
    status = models.CharField(max_length=20, blank=True, default="")
    reports = models.JSONField(default=list)
    reached = models.JSONField(default=dict)
    scores = models.JSONField(default=list)
    total = models.BigIntegerField(null=True, blank=True)
    services = models.JSONField(default=list)
    location = models.CharField(max_length=2000, null=True, blank=True)
    details_at = models.DateTimeField(null=True, blank=True)
    invoiced_at = models.DateTimeField(null=True, blank=True, help_text="as ``reached`` says, for sums over many jobs")
    survey_token = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["business", "source", "external_id"], name="job_once")]
        indexes: ClassVar = [
            models.Index(fields=["business", "-id"], name="job_newest"),
            models.Index(fields=["business", "details_at"], name="job_lately"),
            models.Index(fields=["contact", "invoiced_at", "total"], name="job_of_contact"),
        ]

    def __str__(self) -> str:
        return self.external_id or self.public_id


class Ticket(models.Model):
    """A sale. ``content`` is what it says now; ``closed_at`` is null while an adjustment waits for the closing."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="tickets")
    public_id = models.CharField(max_length=40, unique=True)
    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=2000)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    state = models.CharField(max_length=10, help_text="open, closed, adjusted or void")
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_event = models.CharField(max_length=200, blank=True, default="")
    content = models.JSONField(null=True)
    names_job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    job = models.OneToOneField(
        Job,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_for",
        help_text="it stands for this job",
    )
    pins = models.JSONField(default=list, help_text="revisions in force at the closing")
    holder = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    holder_traits = models.JSONField(default=list)
    score = models.SmallIntegerField(null=True, blank=True)
    spends = models.JSONField(default=list)
    net = models.BigIntegerField(default=0)
    gross = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "source", "external_id"], name="ticket_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["business", "-id"], name="ticket_newest"),
            models.Index(fields=["business", "closed_at"], name="ticket_lately"),
        ]

    def __str__(self) -> str:
        return self.external_id


class Appointment(models.Model):
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="appointments")
    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=2000)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments")
    made = models.CharField(max_length=20, null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    told = models.BooleanField(default=False)
    tickets = models.ManyToManyField(Ticket, related_name="appointments")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "source", "external_id"], name="appointment_once")
        ]

    def __str__(self) -> str:
        return self.external_id


class Reservation(models.Model):
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="reservations")
    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=2000)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="reservations")
    sku = models.CharField(max_length=2000, null=True, blank=True)
    told = models.BooleanField(default=False)
    tickets = models.ManyToManyField(Ticket, related_name="reservations")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "source", "external_id"], name="reservation_once")
        ]

    def __str__(self) -> str:
        return self.external_id
