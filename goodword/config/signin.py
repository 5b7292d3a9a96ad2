"""Who may sign in: members of staff that were invited, nobody by signing up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccounts(DefaultAccountAdapter):
    """Closes the sign-up page; owners and admins invite (goodword/web/console)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the adapter is called so
        """Say no to everybody."""
        return False
