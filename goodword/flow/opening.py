"""A new business: its book, its owner and its first API key, all or nothing."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from goodword.business import keys
from goodword.business.models import Business, Membership, Role, User
from goodword.business.particulars import read_particulars
from goodword.errors import Invalid
from goodword.flow.minting import mint_id
from goodword.ledger.opening import open_book

KEY_NAME, KEY_SOURCE = "first key", "api"
PASSWORD_BYTES = 15  # 20 characters, 120 bits


@dataclass(frozen=True, slots=True)
class Opened:
    """What a new business begins with. The password and the key are shown once; neither is kept.

    ``owner_password`` is empty when the owner had an account already: it stays as it is.
    """

    business: Business
    owner_email: str
    owner_password: str
    api_key: str


def open_business(
    *, name: str, currency: str, timezone: str, country: str, language: str, region: str = "",
    owner_email: str | None = None, now: datetime, demo: bool = False,
) -> Opened:  # fmt: skip
    """Open a business with its book, its owner and an API key with every scope.

    Args:
        currency: ISO 4217. timezone: IANA. country: ISO 3166-1 alpha-2. language: ``en``, ``sv`` or ``ar``.
        region: of the country, where its law differs (rulings 36), ``CA``; empty for none.
        owner_email: without one, ``owner@<slug>.example``, an address that can never be anybody's.

    Raises:
        Invalid: ``bad_name``, ``unknown_currency``, ``unknown_timezone``, ``unknown_country``, ``bad_region``,
            ``unknown_language``, ``bad_email``.
    """
    name = " ".join(name.split())
    _check(name=name, currency=currency, timezone=timezone, country=country, language=language, region=region)
    if owner_email is not None:
        check_email(owner_email)
    with transaction.atomic():
        slug = _free_slug(name)
        business = Business.objects.create(
            public_id=mint_id("biz", at=now), slug=slug, name=name, currency=currency, timezone=timezone,
            country=country, region=region, language=language, is_demo=demo, created_at=now,
        )  # fmt: skip
        open_book(business=business.pk)
        email = (owner_email or f"owner@{slug}.example").lower()
        password = give_owner(business, email, language=language, now=now)
        _, api_key = keys.make_key(
            business=business, name=KEY_NAME, source=KEY_SOURCE, scopes=keys.EVERY_SCOPE, now=now,
            entropy=secrets.token_bytes(keys.ENTROPY),
        )  # fmt: skip
    return Opened(business, email, password, api_key)


def give_owner(business: Business, email: str, *, language: str, now: datetime) -> str:
    """Make a person the owner of a business and return the password of a new account, empty where there was one."""
    owner, password = User.objects.filter(email=email).first(), ""
    if owner is None:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        owner = User.objects.create_user(email, password, language=language)
    Membership.objects.create(business=business, user=owner, role=Role.OWNER, created_at=now)
    return password


def slug_of(name: str) -> str:
    """Return a name as it stands in addresses: ``Fern Lawn Care`` is ``fern-lawn-care``; at most 50 characters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "business"


def _free_slug(name: str) -> str:
    slug = slug_of(name)
    taken = set(Business.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    number = 2
    wanted = slug
    while wanted in taken:
        wanted, number = f"{slug}-{number}", number + 1
    return wanted


def _check(**told: str) -> None:
    _, faults = read_particulars(told, country=told["country"])
    for name in ("name", "currency", "timezone", "country", "region", "language"):
        if name in faults:
            raise faults[name]


def check_email(email: str) -> None:
    """See that a text is an e-mail address.

    Raises:
        Invalid: ``bad_email``.
    """
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid("bad_email", f"“{email}” is no e-mail address", field="owner_email") from None
