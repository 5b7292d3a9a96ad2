"""API keys: making, knowing again, revoking. Only the SHA-256 of a key is kept; a key is shown once, when made."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from goodword.business.models import ApiKey, Business
from goodword.errors import Conflict, Invalid, NotFound

PREFIX = "gw_"
ENTROPY = 32  # bytes: 256 bits, so a plain fast digest is enough and no key can be guessed
SHOWN = 9  # characters of a key that may be shown afterwards
USE_NOTED_EVERY = timedelta(minutes=1)

# What a key may do. docs/reference/permissions.md tells each; a test compares them.
SCOPES: dict[str, str] = {
    "events:read": "Read events and what was decided for them.",
    "events:write": "Send events.",
    "contacts:read": "Read contacts, their balances, statements and referral links.",
    "contacts:write": "Create, change and merge contacts.",
    "referrals:read": "Read referrals and the leaderboard.",
    "referrals:write": "Say who referred whom.",
    "referrals:admin": "Remove a referral that was logged wrongly; its rewards are reversed.",
    "rewards:read": "Read rewards.",
    "rewards:write": "Override the status of a reward, with a reason.",
    "messages:read": "Read messages: to whom, what, and what became of them.",
    "programmes:read": "Read programmes and their terms.",
    "programmes:write": "Write drafts of programmes and publish them.",
    "vouchers:read": "Read vouchers, batches, sales and redemptions.",
    "vouchers:write": "Sell, give, stock and change vouchers; see their codes.",
    "vouchers:redeem": "Redeem vouchers, book them and give redemptions back.",
    "books:read": "Read the trial balance, the liability and the entries.",
}
EVERY_SCOPE: tuple[str, ...] = tuple(SCOPES)

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH = 43  # 62^43 > 2^256
_KEY = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_LENGTH}}}")
_SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


def make_key(
    *, business: Business, name: str, source: str, scopes: Iterable[str], now: datetime, entropy: bytes
) -> tuple[ApiKey, str]:
    """Make a key and return its row and the key itself, which is not kept and cannot be shown again.

    Args:
        name: what people call it, 1 to 100 characters.
        source: what its events are filed under; fixed for ever and unique in the business (rulings 7).
        scopes: words of ``SCOPES``.
        entropy: ``ENTROPY`` random bytes.

    Raises:
        Invalid: ``unknown_scope``, ``bad_key_name``, ``bad_source``.
        Conflict: ``source_taken``: another key of the business bears this source, revoked ones included.
    """
    secret = secret_of(entropy)
    key = file_key(
        business=business, name=name, source=source, scopes=scopes, prefix=secret[:SHOWN], digest=digest_of(secret),
        now=now,
    )  # fmt: skip
    return key, secret


def file_key(
    *, business: Business, name: str, source: str, scopes: Iterable[str], prefix: str, digest: str, now: datetime
) -> ApiKey:
    """File a key of which only the digest is known; ``make_key`` says what is taken and what is refused."""
    wanted = set(scopes)
    unknown = sorted(wanted - set(SCOPES))
    if unknown:
        raise Invalid("unknown_scope", f"no scope “{unknown[0]}”; take of {', '.join(SCOPES)}", scopes=unknown)
    if not 1 <= len(name.strip()) <= 100 or "\x00" in name:
        raise Invalid("bad_key_name", "a key's name has 1 to 100 characters")
    if source == "goodword" or not _SOURCE.fullmatch(source):
        raise Invalid("bad_source", "a source is small letters, digits, dot, hyphen and _; “goodword” is ours")
    told = {
        "name": name.strip(),
        "prefix": prefix,
        "digest": digest,
        "scopes": [scope for scope in SCOPES if scope in wanted],
        "created_at": now,
    }
    key, made = ApiKey.objects.get_or_create(business=business, source=source, defaults=told)
    if not made:
        raise Conflict("source_taken", f"another key of this business has the source “{source}”")
    return key


def secret_of(entropy: bytes) -> str:
    """Return the key that ``ENTROPY`` random bytes make: ``gw_`` and 43 letters and digits."""
    if len(entropy) != ENTROPY:
        raise ValueError(f"a key needs {ENTROPY} random bytes")
    number, text = int.from_bytes(entropy, "big"), ""
    for _ in range(_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        text += _ALPHABET[digit]
    return PREFIX + text


def digest_of(secret: str) -> str:
    """Return the SHA-256 of a key, hexadecimal: all that is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def verify(secret: str) -> ApiKey | None:
    """Return the living key with its business; ``None`` for one nobody was given or that was revoked. One statement.

    The look-up is by digest, so the time it takes tells nothing about the key.
    """
    if not _KEY.fullmatch(secret):
        return None
    return ApiKey.objects.select_related("business").filter(digest=digest_of(secret), revoked_at__isnull=True).first()


def note_use(*, key: ApiKey, now: datetime) -> None:
    """Write down that the key was used, at most once a minute, so that reading stays reading."""
    if key.last_used_at is None or now - key.last_used_at >= USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        key.last_used_at = now


def revoke(*, business: Business, key: int, now: datetime) -> ApiKey:
    """End a key for ever and return it; ending it again changes nothing.

    Raises:
        NotFound: ``key_not_found``.
    """
    ApiKey.objects.filter(business=business, pk=key, revoked_at__isnull=True).update(revoked_at=now)
    found = ApiKey.objects.filter(business=business, pk=key).first()
    if found is None:
        raise NotFound("key_not_found", "This business has no such key.")
    return found
