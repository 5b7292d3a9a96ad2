"""The first answer to a keyed write, kept for ever (api.md, Idempotency-Key).

Key and effect are one transaction. The effect's event besides bears a name that the key determines (``event_name``), so
that the log of events tells which request it came from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import IntegrityError, transaction

from goodword.business.models import Business
from goodword.errors import Conflict, Invalid
from goodword.inbox.models import IdempotencyKey

LONGEST = 255


class Answer(NamedTuple):
    """A status and a body that holds ids, never secrets."""

    status: int
    body: dict[str, Any]


def read_key(text: str | None) -> str | None:
    """Return the key of a header, with or without the quotes of a structured field; None when there is none.

    Raises:
        Invalid: ``bad_idempotency_key``: empty, longer than 255 characters or not printable ASCII.
    """
    if text is None:
        return None
    key = text.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if not 1 <= len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise Invalid("bad_idempotency_key", f"Idempotency-Key is 1 to {LONGEST} printable ASCII characters")
    return key


def digest_of(*, method: str, address: str, body: bytes) -> str:
    """Return the SHA-256 that tells the same request from another one under the same key."""
    parts = (method.encode(), address.encode(), body)
    return hashlib.sha256(b"".join(len(p).to_bytes(8, "big") + p for p in parts)).hexdigest()


def event_name(*, source: str, key: str) -> str:
    """Return the id of the event that a keyed command of this source makes: the same key, the same event."""
    digest = hashlib.sha256(f"{source} {key}".encode()).hexdigest()  # a source holds no space
    return f"key-{digest}"


def first_answer(*, business: Business, source: str, key: str, digest: str) -> Answer | None:
    """Return the answer that was given to this key before.

    Raises:
        Conflict: ``idempotency_conflict``: the key was used for another request.
    """
    row = IdempotencyKey.objects.filter(business=business, source=source, key=key).first()
    if row is None:
        return None
    if row.digest != digest:
        raise Conflict("idempotency_conflict", "this Idempotency-Key was used before for another request")
    return Answer(row.status, msgspec.json.decode(row.body))


def answer_once(
    *, business: Business, source: str, key: str, digest: str, now: datetime, perform: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """Perform a write and keep its answer in one transaction; return the answer, and whether it was given before.

    The key is claimed first: a second request with it waits for the first one's end and then gets its answer. Whatever
    ``perform`` raises undoes the claim with the effect.

    Raises:
        Conflict: ``idempotency_conflict``.
    """
    scope: dict[str, Any] = {"business": business, "source": source, "key": key, "digest": digest}
    first = first_answer(**scope)
    if first is not None:
        return first, True
    row = IdempotencyKey(**scope, status=0, body="", created_at=now)
    with transaction.atomic():
        if not _inserted(row):
            told = first_answer(**scope)
            assert told is not None
            return told, True
        answer = perform()
        row.status, row.body = answer.status, _text(answer.body)
        row.save(update_fields=["status", "body"])
    return answer, False


def keep_answer(
    *, business: Business, source: str, key: str, digest: str, status: int, body: Mapping[str, Any], now: datetime
) -> Answer:
    """Keep the answer of a write whose parts are safe to repeat by themselves, and return the one that counts."""
    row = IdempotencyKey(
        business=business, source=source, key=key, digest=digest, status=status, body=_text(body), created_at=now
    )
    if not _inserted(row):
        told = first_answer(business=business, source=source, key=key, digest=digest)
        assert told is not None
        return told
    return Answer(status, dict(body))


def _text(body: Mapping[str, Any]) -> str:
    """Return the body as text: a JSON column may change the order of keys, and the first answer is told unchanged."""
    return msgspec.json.encode(body).decode()


def _inserted(row: IdempotencyKey) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # of two requests at once the one written down first counts
        return False
    return True
