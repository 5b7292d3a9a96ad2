"""A code of the app signs in once, whichever process looks: the last one is kept beside the secret (RFC 6238, 5.2)."""

from __future__ import annotations

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction

from goodword.business.models import User

LAST = "last_counter"  # beside the secret: the half minute of the newest code that was taken


def spend(*, person: User, code: str) -> bool:
    """Take a code that is right and newer than every one that was taken before; say whether it was.

    A code is right for a minute and a half (``MFA_TOTP_TOLERANCE``). Whoever looks over a shoulder could use it once
    more in that time.
    """
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(user=person, type=Authenticator.Type.TOTP)
        row = rows.first()
        if row is None:
            return False
        secret = decrypt(row.data["secret"])
        meant = [
            counter
            for counter in yield_hotp_counters_from_time()
            if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter)))
        ]
        if not meant or max(meant) <= row.data.get(LAST, 0):
            return False
        row.data[LAST] = max(meant)
        row.save(update_fields=["data"])
    return True
