"""The first business of an installation, opened by its owner at a screen."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from goodword.business.models import Business, User
from goodword.errors import Conflict, Invalid
from goodword.flow.opening import Opened, open_business


def may_start() -> bool:
    """Say whether anybody may open the first business: there is none yet but a demo."""
    return not Business.objects.filter(is_demo=False).exists()


def start_own(
    *, name: str, currency: str, timezone: str, country: str, language: str, email: str, password: str, now: datetime
) -> tuple[Opened, User]:
    """Open a business whose owner chose the password.

    Raises:
        Conflict: ``already_started`` when there is a business, ``email_taken`` when the address has an account.
        Invalid: ``bad_password``, and what ``open_business`` refuses.
    """
    try:
        validate_password(password)
    except ValidationError as fault:
        raise Invalid("bad_password", " ".join(fault.messages), field="password") from None
    with transaction.atomic():
        if not may_start():
            raise Conflict("already_started", "this installation has its business already; sign in")
        if User.objects.filter(email=email.lower()).exists():
            raise Conflict("email_taken", "this e-mail address has an account already", field="email")
        opened = open_business(
            name=name, currency=currency, timezone=timezone, country=country, language=language, owner_email=email,
            now=now,
        )  # fmt: skip
        owner = User.objects.get(email=opened.owner_email)
        owner.set_password(password)
        owner.save(update_fields=["password"])
    return opened, owner
