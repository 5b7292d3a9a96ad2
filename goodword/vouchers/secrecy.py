"""How codes are kept: an HMAC to find a voucher by, and the code encrypted to show it again (rulings 35).

The keys come from the installation's secret by HKDF (RFC 5869), each for its one purpose. A copy of the database alone
tells no code and cannot be searched for one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from goodword import codes
from goodword.codes import BEARER_LENGTH
from goodword.errors import Refused

CODE_LENGTH = BEARER_LENGTH  # 15 random characters of 29: 72 bits
TAIL = 4
_NONCE = 12  # bytes, as AES-GCM wants them
_VERSION = b"\x01"


def index_of(code: str) -> str:
    """Return what a voucher is found by: HMAC-SHA256 of a normalised code, hexadecimal."""
    key, _ = _keys(settings.SECRET_KEY)
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()


def index_of_other(code: str, *, business: str) -> str:
    """Return what a voucher is found by whose code another system gave out: such a code is its business's alone."""
    return index_of(f"{business}\x1f{code}")


def veiled(text: str) -> str:
    """Return what stands for somebody who is not to be named: HMAC-SHA256 of ``text``, hexadecimal."""
    return hmac.digest(_veil(settings.SECRET_KEY), text.encode(), "sha256").hex()


def seal(code: str, *, index: str, steady: bool = False) -> str:
    """Return a code encrypted (AES-256-GCM), bound to its ``index``, as text.

    Args:
        steady: the same code is sealed the same again, so that an order that is repeated has the same content; the
            nonce is then derived from the index, which no other code has.
    """
    _, box = _keys(settings.SECRET_KEY)
    nonce = hashlib.sha256(index.encode()).digest()[:_NONCE] if steady else secrets.token_bytes(_NONCE)
    return base64.b64encode(_VERSION + nonce + box.encrypt(nonce, code.encode(), index.encode())).decode()


def unseal(sealed: str, *, index: str, secret: str | None = None) -> str:
    """Return the code that was sealed.

    Args:
        secret: the installation's secret it was sealed under, where that is not this one's.

    Raises:
        Refused: ``code_unreadable``: it was sealed under another secret than this installation's.
    """
    _, box = _keys(secret or settings.SECRET_KEY)
    raw = base64.b64decode(sealed)
    try:
        return box.decrypt(raw[1 : 1 + _NONCE], raw[1 + _NONCE :], index.encode()).decode()
    except InvalidTag:
        raise Refused(
            "code_unreadable", "the code was kept under another secret key; bring back the key it was made with"
        ) from None


def is_readable(sealed: str, *, index: str) -> bool:
    """Say whether a code was sealed under this installation's secret."""
    try:
        unseal(sealed, index=index)
    except Refused:
        return False
    return True


class Kept(NamedTuple):
    """A code as it is kept: what it is found by, itself encrypted, its last characters."""

    found_by: str
    sealed: str
    tail: str


def keep(code: str, *, business: str, steady: bool = False) -> Kept:
    """Return how a code is kept, ours or one that another system gave out.

    Args:
        code: as ``codes.read`` or ``codes.read_other`` returns it.
        business: our id of the business whose voucher it is.
        steady: as for :func:`seal`.
    """
    index = index_of(code) if is_ours(code) else index_of_other(code, business=business)
    return Kept(index, seal(code, index=index, steady=steady), tail_of(code))


def is_ours(code: str) -> bool:
    """Say whether a text is a code as we give them out: its length and check character are right."""
    try:
        codes.read(code, length=CODE_LENGTH)
    except codes.Mistyped:
        return False
    return True


def tail_of(code: str) -> str:
    """Return the last characters of a code, to tell cards apart; of a short one fewer."""
    return code[-min(TAIL, len(code) // TAIL) :]


@lru_cache(maxsize=2)
def _keys(secret: str) -> tuple[bytes, AESGCM]:
    return _derived(secret, b"goodword voucher index"), AESGCM(_derived(secret, b"goodword voucher seal"))


@lru_cache(maxsize=2)
def _veil(secret: str) -> bytes:
    return _derived(secret, b"goodword guesses")


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
