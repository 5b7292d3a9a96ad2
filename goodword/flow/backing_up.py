"""Makes a backup: everything of an installation as it stood at one instant, in one file."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from goodword import __version__
from goodword.business.models import Business
from goodword.errors import Conflict, Refused
from goodword.flow import archive
from goodword.inbox.models import Event

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
Tell = Callable[[str, int], None]


def folder() -> Path:
    """Return where backups are kept: only this system's user may look in."""
    path = Path(settings.DATA) / "backups"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def name_for(now: datetime) -> str:
    """Return the name of a backup made at ``now``."""
    return f"goodword-{now.astimezone(UTC):%Y%m%d-%H%M%S}Z.zip"


def make(*, to: Path, now: datetime, tell: Tell = lambda _what, _done: None) -> archive.Manifest:
    """Write a backup to ``to`` and return its manifest. The file appears whole or not at all.

    Every table is read in one snapshot, so the books balance in it whatever is written meanwhile; nobody is held up.
    Memory stays bounded. The file holds personal data and, when it is kept in the data folder, the secret key.

    Args:
        to: a path whose folder exists.
        tell: is told the name of a table and how many rows are done, in all.

    Raises:
        Conflict: ``backup_exists``.
        Refused: ``disk_full``.
        OSError: the folder cannot be written.
    """
    with new_zip(to) as bundle:
        return _write(bundle, now=now, tell=tell)


@contextmanager
def new_zip(to: Path) -> Iterator[zipfile.ZipFile]:
    """Give a zip to fill; it appears at ``to``, readable by its owner alone, when the block ends well, or not at all.

    Raises:
        Conflict: ``backup_exists``.
        Refused: ``disk_full``.
        OSError: the folder cannot be written.
    """
    if to.exists():
        raise Conflict("backup_exists", f"{to} is there already; it is never written over")
    draft = to.with_name(f".{to.name}.{os.getpid()}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
                yield bundle
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(to)
    except OSError as fault:
        if fault.errno in FULL:
            raise Refused("disk_full", f"the disk is full: make room in {to.parent} and begin again") from None
        raise
    finally:
        draft.unlink(missing_ok=True)


def made(*, business: Business, row: Event, now: datetime) -> None:
    """``backup.made {}``: an owner had a backup made from the console."""


def downloaded(*, business: Business, row: Event, now: datetime) -> None:
    """``backup.downloaded {file}``: an owner took a backup away."""


def removed(*, business: Business, row: Event, now: datetime) -> None:
    """``backup.removed {file}``: an owner removed a backup."""


def _write(bundle: zipfile.ZipFile, *, now: datetime, tell: Tell) -> archive.Manifest:
    key = settings.SECRET_KEY
    with snapshot():
        kept: list[archive.Table] = []
        for model in archive.tables():
            kept.append(_table(bundle, model, before=sum(table.rows for table in kept), tell=tell))
        applied = archive.migrations()
    files = dict(_files(bundle))
    included = archive.key_is_a_file()
    if included:
        bundle.writestr(archive.SECRET, key)
    told = archive.Manifest(
        format=archive.FORMAT, version=__version__, made_at=now.astimezone(UTC).isoformat(), database=connection.vendor,
        migrations=applied, key=archive.fingerprint(key), key_included=included, tables=kept, files=files,
    )  # fmt: skip
    bundle.writestr(archive.MANIFEST, json.dumps(asdict(told), indent=1))
    return told


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything inside as it stood at the block's first statement, and hold nobody up.

    SQLite's transactions of ours take the writer's lock at once; here a reader's snapshot (WAL) is all that is wanted.
    """
    wrapper: Any = connection
    usual = getattr(wrapper, "transaction_mode", None)
    if connection.vendor == "sqlite":
        wrapper.transaction_mode = "DEFERRED"
    try:
        with transaction.atomic(durable=True):
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            wrapper.transaction_mode = usual


def _table(bundle: zipfile.ZipFile, model: type[models.Model], *, before: int, tell: Tell) -> archive.Table:
    name, digest, rows = archive.label(model), hashlib.sha256(), 0
    with bundle.open(f"tables/{name}.jsonl", "w", force_zip64=True) as member:
        for line in archive.lines(model):
            member.write(line)
            digest.update(line)
            rows += 1
            if rows % 2000 == 0:
                tell(name, before + rows)
    tell(name, before + rows)
    return archive.Table(name, [each.attname for each in archive.columns(model)], rows, digest.hexdigest())


def _files(bundle: zipfile.ZipFile) -> Iterable[tuple[str, str]]:
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")) if root.exists() else ():
        if path.is_file() and not path.is_symlink():
            name = path.relative_to(root).as_posix()
            content = path.read_bytes()
            bundle.writestr(f"files/{name}", content)
            yield name, hashlib.sha256(content).hexdigest()
