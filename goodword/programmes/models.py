"""Programmes and their immutable revisions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from goodword.business.models import Business


class Programme(models.Model):
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="programmes")
    public_id = models.CharField(max_length=40, unique=True)
    slug = models.CharField(max_length=100, help_text="the document's id")
    name = models.CharField(max_length=200)
    draft = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["business", "slug"], name="programme_once")]

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """One published document, in force from ``starts_at`` until the next one's (rulings 12). Never edited."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="revisions")
    number = models.IntegerField()
    document = models.TextField()
    starts_at = models.DateTimeField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "number"], name="revision_once")]

    def __str__(self) -> str:
        return f"{self.programme_id}.{self.number}"
