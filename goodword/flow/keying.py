"""API keys by command: filed with the digest of a secret that is shown once, and ended for ever."""

from __future__ import annotations

from datetime import datetime

from goodword.business import keys
from goodword.business.models import Business
from goodword.errors import Invalid, NotFound
from goodword.flow.authority import refuse_unless_allowed
from goodword.inbox import models as inbox


def make_key(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``key.made {name, source, scopes, prefix, digest}``: a machine may sign in; its source is fixed for ever.

    Raises:
        Invalid: ``no_scope``, ``unknown_scope``, ``bad_key_name``, ``bad_source``.
        Conflict: ``source_taken``.
        Refused: ``not_permitted``.
    """
    refuse_unless_allowed(business, row)
    told = row.data
    if not told.get("scopes"):
        raise Invalid("no_scope", "a key needs at least one scope", field="scopes")
    keys.file_key(
        business=business, name=told["name"], source=told["source"], scopes=told["scopes"], prefix=told["prefix"],
        digest=told["digest"], now=now,
    )  # fmt: skip


def revoke_key(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``key.revoked {key}``: the key works no more, from this moment and for ever.

    Raises:
        NotFound: ``key_not_found``.
        Refused: ``not_permitted``.
    """
    refuse_unless_allowed(business, row)
    ref = str(row.data.get("key", ""))
    if not (ref.isascii() and ref.isdecimal() and len(ref) <= 18):
        raise NotFound("key_not_found", "This business has no such key.")
    key = keys.revoke(business=business, key=int(ref), now=now)
    row.data = {**row.data, "name": key.name, "source": key.source}
    row.save(update_fields=["data"])
