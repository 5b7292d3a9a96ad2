"""What an export of one business holds and what it withholds: its parts, its tables, its manifest.

The rows are those of a backup (``archive``), of one business only and without what opens a door: no passwords, keys,
invitations, sessions, second steps. ``jsonl/`` is what is brought in again; everything else is there to be read. Codes
of vouchers are in it, in clear: cards in customers' hands have to work wherever it is brought in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from goodword.business.models import Business
from goodword.errors import Invalid
from goodword.flow import archive
from goodword.flow.demo import belongings
from goodword.flow.vouchers import rekeying
from goodword.inbox.models import Event
from goodword.vouchers.models import Design, Voucher

KIND, FORMAT = "goodword-export", 1
MANIFEST, README, PROOF = "manifest.json", "README.txt", "books/proof.jsonl"
# Who may sign in is for the new installation to say: these tables belong to a business and stay at home.
WITHHELD = frozenset({"business.Membership", "business.Invitation", "business.ApiKey"})
# The digests of keys and invitation links, which these commands carry.
SECRETS: dict[str, frozenset[str]] = {
    "key.made": frozenset({"digest"}),
    "member.invited": frozenset({"digest"}),
    "invitation.renewed": frozenset({"digest"}),
}
LEDGER = {
    "ledger.Book": "business_id", "ledger.Wallet": "book__business_id", "ledger.Account": "book__business_id",
    "ledger.Entry": "book__business_id", "ledger.Transfer": "entry__book__business_id",
}  # fmt: skip
# One level of folders, and of characters only those that no file system reads as anything else.
NAME = re.compile(r"(?:(?:csv|jsonl|books|programmes)/)?[A-Za-z0-9][A-Za-z0-9_.-]{0,150}")
PICTURE = re.compile(r"files/[A-Za-z0-9_-]{1,80}/[A-Za-z0-9_-]{1,80}\.(?:png|jpg)")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an export: its size and what proves it."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export says of itself. ``instants`` are those at which ``PROOF`` tells the books."""

    kind: str
    format: int
    version: str
    made_at: str
    business: dict[str, str]
    migrations: list[str]
    instants: list[str]
    tables: list[archive.Table] = field(default_factory=list)
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return sum(table.rows for table in self.tables)


def pictures_of(business: Business) -> list[str]:
    """Return the names of all stored pictures of a business: its logo, its photo, those of its voucher designs."""
    photos = Design.objects.filter(business=business).exclude(photo="").order_by("pk").values_list("photo", flat=True)
    return list(dict.fromkeys(filter(None, (business.logo, business.photo, *photos))))


def tables() -> list[tuple[type[models.Model], str]]:
    """Return the models whose rows are exported, each after those it points at, with its way to the business."""
    ways = {archive.label(model): way for model, way in belongings()} | {"business.Business": "pk"} | LEDGER
    return [
        (model, ways[name])
        for model in archive.tables()
        if (name := archive.label(model)) in ways and name not in WITHHELD
    ]


def lines(model: type[models.Model], way: str, *, business: Business) -> Iterator[bytes]:
    """Yield the rows of one business as lines of JSON, without secrets, but with the codes of its vouchers in clear."""
    changes = {Event: _without_secrets, Voucher: rekeying.opened}
    change = changes[model]() if model in changes else None
    return archive.lines(model, where={way: business.pk}, change=change)


def openly(kind: str, data: Any) -> Any:
    """Return what an event tells, without what opens a door."""
    hidden = SECRETS.get(kind)
    return {key: value for key, value in data.items() if key not in hidden} if hidden else data


def _without_secrets() -> archive.Change:
    names = [each.attname for each in archive.columns(Event)]
    kind, data = names.index("type"), names.index("data")

    def change(row: Sequence[Any]) -> Sequence[Any]:
        told = list(row)
        told[data] = openly(told[kind], told[data])
        return told

    return change


def migrations() -> list[str]:
    """Return what shapes the exported tables: the migrations of their apps."""
    apps = {model._meta.app_label for model, _ in tables()}
    return [name for name in archive.migrations() if name.partition(".")[0] in apps]


def member(name: str) -> str:
    """Return where the rows of a table stand in the file."""
    return f"jsonl/{name}.jsonl"


def read_manifest(text: bytes) -> Manifest:
    """Read a manifest and see that every name in it is one that an export has.

    Raises:
        Invalid: ``not_an_export``, ``other_format``, ``damaged_export``.
    """
    try:
        told = json.loads(text)
        if told["kind"] != KIND:
            raise not_an_export()
        if told["format"] != FORMAT:
            raise Invalid(
                "other_format",
                f"this export has format {told['format']}, made by Goodword {told.get('version')}; this Goodword reads"
                f" {FORMAT}: bring it in with that version or a newer one",
            )
        tables = [archive.Table(**each) for each in told["tables"]]
        parts = {name: Part(**each) for name, each in told["parts"].items()}
        read = Manifest(**{**told, "tables": tables, "parts": parts})
        sizes = [table.rows for table in tables] + [part.bytes for part in parts.values()]
        if any(type(size) is not int or size < 0 for size in sizes):
            raise not_an_export()
        moments = [datetime.fromisoformat(each) for each in (read.made_at, *read.instants)]
        texts = [*read.migrations, *(read.business[name] for name in ("public_id", "slug", "name"))]
        if any(each.tzinfo is None for each in moments) or not all(isinstance(each, str) for each in texts):
            raise not_an_export()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise not_an_export() from None
    for name in read.parts:
        if not (NAME.fullmatch(name) or PICTURE.fullmatch(name)) or ".." in name:
            raise damaged(f"“{name[:80]}” is no name of a file of ours")
    return read


def not_an_export() -> Invalid:
    """Return the refusal of a file that is something else."""
    return Invalid("not_an_export", "this file is no export of Goodword, or it is damaged: take another copy")


def damaged(what: str) -> Invalid:
    """Return the refusal of an export that is not what was written."""
    return Invalid("damaged_export", f"this export is damaged: {what}; take another copy")
