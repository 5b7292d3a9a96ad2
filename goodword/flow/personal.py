"""What happened to a person's own account: the events change nothing of a business, its audit log tells them."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.inbox import models as inbox


def signed_in(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``person.signed_in {two_step}``: a member of staff signed in, with or without a second step."""


def sign_in_failed(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``person.sign_in_failed {step}``: somebody gave a wrong password, or a wrong code, for a member of staff."""


def password_changed(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``person.password_changed {how}``: a new password, by the person's own change or by a reset."""


def two_step_on(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``person.two_step_on {}``: from now on a code is asked for at sign-in."""


def two_step_off(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``person.two_step_off {by}``: the password alone signs in again."""


def codes_made(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``person.recovery_codes_made {}``: new recovery codes; the old ones work no more."""


def changed(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``person.changed {name, from, language}``: a member of staff has another name or language of the console."""
