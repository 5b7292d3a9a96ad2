"""Vouchers, the sales and batches they came by, what was redeemed, designs and badges. Value stands in the ledger."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from goodword.business.models import Badge, Business, Location
from goodword.inbox.models import Event
from goodword.people.models import Contact
from goodword.work.models import Job, Ticket


class Kind(models.TextChoices):
    """Two instruments that never become one another (domain.md, Vouchers)."""

    SOLD = "sold"
    PROMOTIONAL = "promotional"


class State(models.TextChoices):
    STOCK = "stock"
    ACTIVE = "active"
    BOOKED = "booked"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    VOID = "void"


class Method(models.TextChoices):
    """How a voucher was paid for (domain.md); ``complimentary`` if and only if it is promotional (rulings 35)."""

    TILL = "till"
    CARD = "card"
    STRIPE = "stripe"
    BANK_TRANSFER = "bank_transfer"
    OTHER = "other"
    COMPLIMENTARY = "complimentary"


class SerialCounter(models.Model):
    """The next number of a prefix: drawn under its lock, so that the serials of a prefix have no gaps."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    prefix = models.CharField(max_length=12)
    next_number = models.BigIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "prefix"], name="voucher_serial_prefix_once")
        ]

    def __str__(self) -> str:
        return self.prefix


class Design(models.Model):
    """How cards and letters of vouchers look."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    layout = models.CharField(max_length=20)
    colour = models.CharField(max_length=9, blank=True, default="")
    second_colour = models.CharField(max_length=9, blank=True, default="")
    photo = models.CharField(max_length=200, blank=True, default="", help_text="a stored file's name; empty: none")
    heading = models.CharField(max_length=100, blank=True, default="")
    small_print = models.CharField(max_length=500, blank=True, default="")
    language = models.CharField(max_length=5, blank=True, default="", help_text="empty: the business's")
    is_default = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="no longer offered for choice")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "name"], name="voucher_design_name_once"),
            models.UniqueConstraint(fields=["business"], condition=Q(is_default=True), name="voucher_design_default"),
        ]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """Vouchers made together: a print run, a wave."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=100, blank=True, default="")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    prefix = models.CharField(max_length=12)
    count = models.IntegerField()
    value = models.BigIntegerField(null=True, blank=True, help_text="of each, smallest units; null: free choice")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["business", "-id"], name="voucher_batch_newest")]

    def __str__(self) -> str:
        return self.label or self.public_id


class Sale(models.Model):
    """What was paid for one voucher or many, and how; it and its vouchers point at each other (R23)."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    method = models.CharField(max_length=20, choices=Method.choices)
    reference = models.CharField(max_length=200, blank=True, default="", help_text="of the payment, where it was taken")
    reason = models.CharField(max_length=500, blank=True, default="", help_text="why it was given away")
    count = models.IntegerField()
    amount = models.BigIntegerField(help_text="of all its vouchers, smallest units of the business's currency")
    buyer = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="voucher_sales")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="voucher_sales")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["business", "-id"], name="voucher_sale_newest"),
            models.Index(fields=["business", "-at", "-id"], name="voucher_sale_latest"),
            models.Index(fields=["business", "reference"], condition=~Q(reference=""), name="voucher_sale_reference"),
        ]

    def __str__(self) -> str:
        return self.public_id


class Voucher(models.Model):
    """One voucher. Its balance is what is left in ``lot``, the newest heir; its dates are that lot's.

    The code is kept as an HMAC to find it by and sealed to be shown again by role (rulings 35); nothing holds it in
    clear. ``stock`` has a serial and a code, no value yet and no lot.
    """

    id = models.BigAutoField(primary_key=True)
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="vouchers", db_index=False)
    public_id = models.CharField(max_length=40)
    serial = models.CharField(max_length=40)
    prefix = models.CharField(max_length=12)
    number = models.BigIntegerField()
    code_index = models.CharField(max_length=64, help_text="HMAC-SHA256 of the code, hexadecimal")
    code_sealed = models.CharField(max_length=200, help_text="the code, encrypted")
    code_tail = models.CharField(max_length=4, help_text="its last characters, to tell cards apart")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    frozen_at = models.DateTimeField(null=True, blank=True, help_text="in dispute: nothing may be redeemed")
    currency = models.CharField(max_length=3)
    value = models.BigIntegerField(null=True, blank=True, help_text="face, smallest units; null in stock: chosen later")
    service = models.CharField(max_length=500, blank=True, default="", help_text="a named service: redeemed whole")
    lot = models.BigIntegerField(null=True, blank=True, help_text="ledger account")
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="first instant it is no longer valid; null: never"
    )
    policy = models.CharField(max_length=60, blank=True, default="", help_text="the law it was issued under")
    vat = models.CharField(max_length=10, blank=True, default="", help_text="single or multi purpose, fixed at issue")
    buyer = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="vouchers_bought", db_index=False
    )
    recipient = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="vouchers_received", db_index=False
    )
    message = models.CharField(max_length=1000, blank=True, default="")
    deliver_on = models.DateField(null=True, blank=True, help_text="when it is sent to the recipient")
    delivered_at = models.DateTimeField(null=True, blank=True, help_text="when that message was put in line")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="vouchers")
    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, null=True, blank=True, related_name="vouchers")
    design = models.ForeignKey(
        Design, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="vouchers")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", help_text="a lost card"
    )
    grant_key = models.CharField(max_length=40, blank=True, default="", help_text="the reward it was given for")
    badges = models.ManyToManyField(Badge, related_name="vouchers", blank=True)
    issued_at = models.DateTimeField(null=True, blank=True, help_text="when it became active")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="when it was redeemed, lapsed or voided")
    extended_at = models.DateTimeField(null=True, blank=True, help_text="when a person last moved its last day")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="when a word on its last day was put in line")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            # Not unique=True: that brings a second index for LIKE, which nobody asks of an id or a digest.
            models.UniqueConstraint(fields=["public_id"], name="voucher_public_id_once"),
            models.UniqueConstraint(fields=["code_index"], name="voucher_code_once"),
            models.UniqueConstraint(fields=["business", "serial"], name="voucher_serial_once"),
            models.UniqueConstraint(fields=["business", "prefix", "number"], name="voucher_number_once"),
            models.UniqueConstraint(fields=["lot"], condition=Q(lot__isnull=False), name="voucher_lot_once"),
            models.CheckConstraint(
                condition=Q(state__in=["stock", "void"]) | Q(lot__isnull=False, value__gt=0, issued_at__isnull=False),
                name="voucher_worth_in_a_lot",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["business", "-id"], name="voucher_newest"),
            models.Index(fields=["business", "state", "-id"], name="voucher_of_state"),
            models.Index(
                fields=["business", "expires_at"], condition=Q(state__in=["active", "booked"]), name="voucher_queue"
            ),
            models.Index(fields=["business", "issued_at"], name="voucher_lately"),
            models.Index(fields=["buyer"], condition=Q(buyer__isnull=False), name="voucher_of_buyer"),
            models.Index(fields=["recipient"], condition=Q(recipient__isnull=False), name="voucher_of_recipient"),
            models.Index(fields=["business", "grant_key"], condition=~Q(grant_key=""), name="voucher_of_reward"),
            models.Index(
                fields=["deliver_on"],
                condition=Q(deliver_on__isnull=False, delivered_at__isnull=True),
                name="voucher_to_deliver",
            ),
        ]

    def __str__(self) -> str:
        return self.serial


class Redemption(models.Model):
    """Value that was taken from a voucher, and what of it was given back."""

    id = models.BigAutoField(primary_key=True)
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+", db_index=False)
    public_id = models.CharField(max_length=40)
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="redemptions")
    units = models.BigIntegerField()
    returned = models.BigIntegerField(default=0, help_text="units given back")
    at = models.DateTimeField()
    lot = models.BigIntegerField(help_text="ledger account it was taken from")
    entry = models.BigIntegerField(help_text="ledger entry")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField(max_length=200, blank=True, default="")
    job = models.ForeignKey(
        Job, on_delete=models.PROTECT, null=True, blank=True, related_name="redemptions", db_index=False
    )
    ticket_source = models.CharField(max_length=200, blank=True, default="")
    ticket_name = models.CharField(max_length=2000, blank=True, default="", help_text="the ticket's external id")
    consumed = models.BooleanField(default=False, help_text="the ticket it was made for has closed with it")
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["public_id"], name="redemption_public_id_once"),
            models.CheckConstraint(
                condition=Q(units__gt=0, returned__gte=0, returned__lte=models.F("units")),
                name="voucher_redemption_returned_within",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["business", "-id"], name="redemption_newest"),
            models.Index(fields=["business", "at"], name="redemption_lately"),
            models.Index(fields=["job"], condition=Q(job__isnull=False), name="redemption_of_job"),
            models.Index(
                fields=["business", "ticket_source", "ticket_name"],
                condition=~Q(ticket_name=""),
                name="redemption_of_ticket",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class GuessCount(models.Model):
    """How often somebody asked in one stretch of time for vouchers that nobody was given. It names nobody: of who it
    was there is an HMAC, and the row goes when the time is over."""

    id = models.BigAutoField(primary_key=True)
    business = models.BigIntegerField(help_text="its key; 0: nobody knows which is meant")
    name = models.CharField(max_length=64, help_text="HMAC-SHA256 of who it was and when, hexadecimal")
    misses = models.IntegerField()
    most = models.IntegerField(help_text="with so many the door is closed")
    until = models.DateTimeField(help_text="when it opens again")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["business", "name"], name="guess_count_once")]
        indexes: ClassVar = [models.Index(fields=["until"], name="guess_count_over")]

    def __str__(self) -> str:
        return self.name
