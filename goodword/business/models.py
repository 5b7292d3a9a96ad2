"""The tenant and who may act in it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.timezone import now


class Business(models.Model):
    """One tenant. Everything that carries ``business`` belongs to exactly one; nothing ever crosses."""

    public_id = models.CharField(max_length=40, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    timezone = models.CharField(max_length=60)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=10, blank=True, default="")
    language = models.CharField(max_length=5, default="en")
    website = models.URLField(blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    address = models.TextField(blank=True, default="", help_text="as it stands on pages and papers, in lines")
    privacy_url = models.URLField(blank=True, default="")
    colour = models.CharField(max_length=9, blank=True, default="")
    logo = models.CharField(max_length=200, blank=True, default="", help_text="a stored file's name; empty: none")
    photo = models.CharField(max_length=200, blank=True, default="", help_text="a stored file's name; empty: none")
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="the latest instant at which something was settled; under the settle lock"
    )

    class Meta:
        verbose_name_plural = "businesses"

    def __str__(self) -> str:
        return self.name


class Location(models.Model):
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="locations")
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True, default="")
    address = models.TextField(blank=True, default="")
    region = models.CharField(max_length=10, blank=True, default="", help_text="empty: the business's")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="no longer offered for choice; history keeps it")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["business", "external_id"], name="location_once")]

    def __str__(self) -> str:
        return self.name


class Setting(models.Model):
    """A dated setting: the newest with ``since`` not after the instant asked for is in force."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="settings")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    since = models.DateTimeField(default=now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["business", "key", "-since"], name="setting_latest")]

    def __str__(self) -> str:
        return self.key


class UserManager(BaseUserManager["User"]):
    """Users are known by their e-mail."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractUser):
    """A member of staff who signs in with an e-mail and a password."""

    username = None  # type: ignore[assignment]  # Django's own way to drop the field
    email = models.EmailField(unique=True)
    language = models.CharField(max_length=5, blank=True, default="")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[misc,assignment]  # AbstractUser types its own manager

    def __str__(self) -> str:
        return self.email


class Role(models.TextChoices):
    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    OFFICE = "office"
    TECHNICIAN = "technician"
    VIEWER = "viewer"


class Membership(models.Model):
    """Gives a user a role in a business."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["business", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id}"


class Invitation(models.Model):
    """Asks a person to join a business in a role; the secret of its link is only known by its digest."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="invitations")
    public_id = models.CharField(max_length=40, unique=True)
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    language = models.CharField(max_length=5, blank=True, default="")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the link's secret, hexadecimal")
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["business", "-id"], name="invitation_newest")]

    def __str__(self) -> str:
        return self.public_id


class ApiKey(models.Model):
    """A machine's sign-in: its ``source`` is fixed when it is made and unique in the business (rulings 7)."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=100)
    source = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, help_text="what may be shown of the key")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the key, hexadecimal")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["business", "source"], name="api_key_source_once")]

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """The last sign of life of a worker; ``/readyz`` and ``doctor`` read it."""

    name = models.CharField(max_length=60, unique=True)
    seen_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class Badge(models.Model):
    """A label with a colour, as job management systems have them; reports group by it (R16, R25)."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="badges")
    public_id = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    colour = models.CharField(max_length=9)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="no longer offered for choice; history keeps it")
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["business", "name"], name="badge_name_once")]

    def __str__(self) -> str:
        return self.name
