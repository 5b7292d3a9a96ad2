"""Who may sign in and how: members of staff that were invited; what they do to their accounts is told as events."""

from __future__ import annotations

import base64
import hashlib
import logging
from smtplib import SMTPException
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from goodword.business.models import User
from goodword.flow.noting import note
from goodword.flow.second_step import spend
from goodword.outbox.links import reset_link

log = logging.getLogger(__name__)
# What allauth tells a person by mail, and which event it is.
NOTICES: dict[str, tuple[str, dict[str, Any]]] = {
    "account/email/password_changed": ("person.password_changed", {"how": "change"}),
    "account/email/password_reset": ("person.password_changed", {"how": "reset"}),
    "mfa/email/totp_activated": ("person.two_step_on", {}),
    "mfa/email/totp_deactivated": ("person.two_step_off", {"by": "person"}),
    "mfa/email/recovery_codes_generated": ("person.recovery_codes_made", {}),
}
WRONG_CODE = _("That code is not right. Take the one that the app shows now.")


class StaffAccounts(DefaultAccountAdapter):
    """Closes the sign-up page, speaks our words, and writes down who signed in, or tried to."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("The e-mail or the password is not right."),
        "enter_current_password": _("That is not the password you have now."),
        "incorrect_password": _("That is not your password."),
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": _("Too many attempts. Wait five minutes and try again."),
        "rate_limited": _("That was tried too often. Wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the adapter is called so
        """Say no to everybody."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - the adapter is called so
        """Lead back to the person's account."""
        return reverse("console:account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Lead to the public address, whatever host the one who asked for the mail named."""
        return reset_link(key)

    def post_login(self, request: HttpRequest, user: Any, **told: Any) -> HttpResponse:
        """Write the sign-in down; a browser without a language of its own takes the person's."""
        answer: HttpResponse = super().post_login(request, user, **told)
        steps = {record.get("method") for record in get_authentication_records(request, user)}
        note(person=user, type="person.signed_in", data={"two_step": "mfa" in steps}, now=timezone.now())
        if user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            secure = bool(settings.LANGUAGE_COOKIE_SECURE)
            answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, 31_536_000, samesite="Lax", secure=secure)
        return answer

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002 - called so
        """Write a wrong password down where somebody has that address; nobody is told whether somebody has."""
        person = User.objects.filter(email=str(credentials.get("email", "")).lower()).first()
        if person is not None:
            note(person=person, type="person.sign_in_failed", data={"step": "password"}, now=timezone.now())

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **named: Any) -> None:
        """Write down what the notice is about; it is mailed where that is switched on."""
        if template_prefix in NOTICES:
            kind, data = NOTICES[template_prefix]
            note(person=user, type=kind, data=dict(data), now=timezone.now())
        super().send_notification_mail(template_prefix, user, *args, **named)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send; a mail server that fails is logged, and the page answers as for an address that nobody has."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as fault:
            log.exception("the mail server refused a mail of the sign-in: %s", type(fault).__name__)


class SecondStep(DefaultMFAAdapter):
    """Keeps the secrets of the second step encrypted: a copy of the database alone signs nobody in."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        """Encrypt under a key made from the installation's secret."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt; with another secret than it was encrypted under this fails, and nobody gets in by it."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> Fernet:
    digest = hashlib.sha256(b"goodword second step\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


class _WrittenDown:
    """A form for a code that writes a wrong one down."""

    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Return the code when it is right and was not taken before."""
        try:
            code = str(super().clean_code())  # type: ignore[misc]  # of the form that this is mixed into
            if self.authenticator.type == Authenticator.Type.TOTP and not spend(person=self.user, code=code):
                raise ValidationError(WRONG_CODE, code="incorrect_code")
            return code
        except ValidationError:
            note(person=self.user, type="person.sign_in_failed", data={"step": "code"}, now=timezone.now())
            raise


class CodeAtSignIn(_WrittenDown, AuthenticateForm):
    """The code after the password."""


class CodeOnceMore(_WrittenDown, ReauthenticateForm):
    """The code before something that matters."""
