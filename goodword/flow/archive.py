"""What a backup holds: which tables, in which order, and how a row becomes a line of JSON and a row again.

One zip, the same for both databases, so that a SQLite installation can be brought back into PostgreSQL:
``manifest.json``, ``tables/<app>.<Model>.jsonl`` (a JSON array a row), ``files/`` (uploads), ``secret_key``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

from goodword.errors import Invalid

Change = Callable[[Sequence[Any]], Sequence[Any]]
FORMAT = 1
MANIFEST, SECRET = "manifest.json", "secret_key"
# Made anew by ``migrate``, or worth nothing elsewhere: who is signed in signs in again.
LEFT_OUT = frozenset({
    "contenttypes.ContentType", "auth.Permission", "auth.Group", "auth.Group_permissions", "business.User_groups",
    "business.User_user_permissions", "sessions.Session", "business.Heartbeat",
    "vouchers.GuessCount",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a backup: its columns in order, its rows and the SHA-256 of its lines."""

    name: str
    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    version: str
    made_at: str
    database: str
    migrations: list[str]
    key: str
    key_included: bool
    tables: list[Table] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return sum(table.rows for table in self.tables)


def label(model: type[models.Model]) -> str:
    """Return the name a table bears in a backup."""
    return f"{model._meta.app_label}.{model._meta.object_name}"


def tables() -> list[type[models.Model]]:
    """Return the models that are kept, each after those it points at."""
    wanted = {
        model: None
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and label(model) not in LEFT_OUT
    }
    order: dict[type[models.Model], None] = {}

    def place(model: type[models.Model]) -> None:
        for each in model._meta.concrete_fields:
            target = each.related_model
            if isinstance(target, type) and target is not model and target in wanted and target not in order:
                place(target)
        order.setdefault(model)

    for model in wanted:
        place(model)
    return list(order)


def columns(model: type[models.Model]) -> list[Any]:
    """Return the fields that are kept of a model, in their order."""
    return list(model._meta.concrete_fields)


def lines(
    model: type[models.Model], *, where: Mapping[str, Any] | None = None, change: Change | None = None,
    chunk: int = 2000,
) -> Iterator[bytes]:  # fmt: skip
    """Yield the rows of a table as lines of JSON, by primary key.

    Args:
        where: only these rows; every row without it.
        change: what becomes of a row's values before they are written, in the order of ``columns``.
    """
    names = [each.attname for each in columns(model)]
    rows = model._base_manager.filter(**(where or {})).order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=chunk):
        yield json_line(change(row) if change is not None else row)


def json_line(value: Any) -> bytes:
    """Return a value as one line of JSON: times in ISO 8601, decimals as text."""
    return _WRITER.encode(value).encode() + b"\n"


def row_of(model: type[models.Model], names: Sequence[str], line: bytes) -> models.Model:
    """Return the unsaved row that a line holds."""
    known = {each.attname: each for each in columns(model)}
    values = json.loads(line)
    return model(**{name: _value(known[name], value) for name, value in zip(names, values, strict=True)})


def migrations() -> list[str]:
    """Return the migrations that this database has, sorted."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def fingerprint(key: str) -> str:
    """Return what tells whether two installations have the same secret key, and nothing of the key."""
    return hmac.new(key.encode(), b"goodword backup", hashlib.sha256).hexdigest()[:16]


def read_manifest(text: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        Invalid: ``not_a_backup`` or ``other_format``.
    """
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise Invalid("other_format", f"this backup has format {told['format']}; this Goodword reads {FORMAT}")
        return Manifest(**{**told, "tables": [Table(**each) for each in told["tables"]]})
    except (ValueError, KeyError, TypeError):
        raise Invalid("not_a_backup", "this file is no backup of Goodword, or it is damaged") from None


@cache
def key_is_a_file() -> bool:
    """Say whether the secret key is the one that is kept in the data folder."""
    return settings.CONFIGURATION.secret_key is None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"{type(value).__name__} has no place in a backup")


# PostgreSQL does not keep the order of an object's keys: sorted, the same row is the same line on both databases.
_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_plain)


def _value(column: Any, value: Any) -> Any:
    if isinstance(column, models.JSONField):
        return models.Value(None, models.JSONField()) if value is None and not column.null else value
    if isinstance(column, models.BinaryField):
        return base64.b64decode(value) if value is not None else None
    target = column.target_field if column.remote_field else column
    return target.to_python(value)
