"""Everything from outside, once (domain.md, Events), and what it led to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from goodword.business.models import Business


class State(models.TextChoices):
    RECORDED = "recorded"
    SETTLED = "settled"
    REFUSED = "refused"  # a command that was turned down; its code is the answer for ever
    SET_ASIDE = "set_aside"  # poisoned: visible on Problems, never stops the line


class Subject(models.Func):
    """The voucher or the sale of vouchers that the data of a command name: its history is found by it."""

    output_field = models.CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Read it out of the text."""
        told = "coalesce(json_extract(%(expressions)s, '$.voucher'), json_extract(%(expressions)s, '$.sale'))"
        return self.as_sql(compiler, connection, template=told, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Read it out of the document."""
        told = "coalesce(%(expressions)s ->> 'voucher', %(expressions)s ->> 'sale')"
        return self.as_sql(compiler, connection, template=told, **extra)


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
    batch = models.IntegerField(null=True, blank=True, help_text="number of the import that brought it")

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
            models.Index(
                fields=["business", "batch", "id"], condition=models.Q(batch__isnull=False), name="event_of_import"
            ),
            models.Index(
                "business", Subject("data"), condition=models.Q(type__startswith="voucher."), name="event_of_voucher"
            ),
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


class Import(models.Model):
    """One table brought in: how it is written and read, how far it has come, what it brought (flow/bringing.py).

    The upload itself lies in a private folder and goes when the import is done or undone.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        CHECKING = "checking"
        CHECKED = "checked"
        RECORDING = "recording"
        SETTLING = "settling"
        DONE = "done"
        FAILED = "failed"
        UNDOING = "undoing"
        UNDONE = "undone"

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="imports")
    number = models.IntegerField(help_text="1, 2, 3 in a business; part of the ids of its events")
    kind = models.CharField(max_length=20, blank=True, default="")
    preset = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=200, help_text="whose external ids the table has")
    file_name = models.CharField(max_length=200, help_text="as the sender calls it; never a path of ours")
    stored = models.CharField(max_length=100, blank=True, default="", help_text="in GOODWORD_DATA/imports; empty: gone")
    size = models.BigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    form = models.JSONField(help_text="encoding, delimiter, decimal, dates, header")
    headers = models.JSONField(default=list)
    mapping = models.JSONField(default=dict, help_text="field name to column, or to =value")
    words = models.JSONField(default=dict)
    prices = models.JSONField(default=dict, help_text="what price lists call a description: line kind, sku")
    terms = models.JSONField(default=dict, help_text="currency, zone and country it is read by, and the hour of upload")
    update = models.BooleanField(default=False, help_text="what is known with other content is changed, not refused")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    code = models.CharField(max_length=60, blank=True, default="", help_text="why it failed")
    rows = models.IntegerField(default=0)
    stored_rows = models.IntegerField(default=0)
    refused_rows = models.IntegerField(default=0)
    known_rows = models.IntegerField(default=0)
    passed_rows = models.IntegerField(default=0, help_text="of the refused: those in which there is nothing for us")
    reasons = models.JSONField(default=dict, help_text="rows by the code of why they were refused")
    warnings = models.JSONField(default=dict, help_text="stored rows by the code of what is worth knowing of them")
    unknown = models.JSONField(default=dict, help_text="by field: its column, and words in it that nobody knew; capped")
    money_in = models.BigIntegerField(default=0, help_text="what the stored rows bring, in smallest units")
    money_booked = models.BigIntegerField(null=True, blank=True, help_text="read back from the books when it is done")
    points_in = models.BigIntegerField(default=0)
    points_booked = models.BigIntegerField(null=True, blank=True)
    done_rows = models.IntegerField(default=0, help_text="of the present step")
    total_rows = models.IntegerField(default=0, help_text="of the present step; 0: not known yet")
    step_at = models.DateTimeField(
        null=True, blank=True, help_text="when the present step began, or was taken up again"
    )
    step_from = models.IntegerField(default=0, help_text="rows of the step that were done then")
    sorting = models.BooleanField(
        default=False, help_text="rows that belong together are still being found; done_rows counts those read"
    )
    position = models.IntegerField(default=0, help_text="outcomes recorded: where a run that was killed goes on")
    undo_step = models.SmallIntegerField(default=0, help_text="0 events, 1 settling, 2 people")
    undone_to = models.BigIntegerField(default=0, help_text="the last event that this step has dealt with")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True, help_text="the last sign of life of who works on it")
    holder = models.CharField(max_length=60, blank=True, default="", help_text="who works on it")
    actor = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["business", "number"], name="import_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["beat_at"],
                condition=models.Q(state__in=("checking", "recording", "settling", "undoing")),
                name="import_in_hand",
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.number}"


class ImportFault(models.Model):
    """A row that was not taken and why, with its cells, so that it can be mended and brought again.

    Of an undone import: what was left as it is, and why; there is no row then.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="faults")
    undoing = models.BooleanField(default=False)
    row = models.IntegerField(default=0, help_text="1 is the first under the header")
    field = models.CharField(max_length=60, blank=True, default="")
    code = models.CharField(max_length=60)
    value = models.CharField(max_length=500, blank=True, default="")
    facts = models.JSONField(default=dict)
    cells = models.JSONField(null=True, blank=True, help_text="with the first fault of a row")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["of", "undoing", "row", "id"], name="import_fault_row")]

    def __str__(self) -> str:
        return f"{self.row} {self.code}"


class SavedMapping(models.Model):
    """How a business's tables of one kind are read, kept under a name for the next one."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=200)
    form = models.JSONField()
    mapping = models.JSONField()
    words = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "kind", "name"], name="saved_mapping_once")
        ]

    def __str__(self) -> str:
        return self.name
