"""The pages of signing in, each by name: allauth's that we use, and nothing in the place of those we do not."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView


def unused(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view is called so
    """Answer 404: allauth names the address in its own code, and we have no such page."""
    raise Http404


UNUSED = {
    "email/": "account_email",
    "confirm-email/": "account_email_verification_sent",
    "password/set/": "account_set_password",
    "login/code/confirm/": "account_confirm_login_code",
}
urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", never_cache(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", never_cache(account.password_change), name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        never_cache(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("2fa/", RedirectView.as_view(pattern_name="console:account"), name="mfa_index"),
    path("2fa/authenticate/", never_cache(second_step.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", never_cache(second_step.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", never_cache(app.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", never_cache(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", never_cache(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    *[path(address, unused, name=name) for address, name in UNUSED.items()],
]
