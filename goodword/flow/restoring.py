"""Looks a backup over, and brings one back into an empty installation."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models, transaction

from goodword.business.models import Business, User
from goodword.errors import Conflict, Invalid
from goodword.flow import archive
from goodword.flow.backing_up import Tell
from goodword.flow.statistics import look_again
from goodword.flow.vouchers import rekeying
from goodword.ledger import checking, seal
from goodword.vouchers.models import Voucher

BATCH = 1000
Mend = Callable[[Any], None]


def check(path: Path) -> archive.Manifest:
    """Read a whole backup, compare every table and file with what the manifest says, and return the manifest.

    Raises:
        Invalid: ``not_a_backup``, ``other_format`` or ``damaged_backup``, with the part that is wrong.
    """
    with _opened(path) as bundle:
        told = _manifest(bundle)
        for table in told.tables:
            with bundle.open(_member(table.name)) as stream:
                rows, digest = _measure(stream)
            if (rows, digest) != (table.rows, table.sha256):
                raise _damaged(f"the table {table.name}")
        for name, digest in told.files.items():
            if hashlib.sha256(bundle.read(f"files/{name}")).hexdigest() != digest:
                raise _damaged(f"the file {name}")
        return told


def restore(*, path: Path, other_key: bool = False, tell: Tell = lambda _what, _done: None) -> archive.Manifest:
    """Bring a backup back into a migrated, empty database, all or nothing, and prove the books.

    Args:
        path: the backup, from either database.
        other_key: go on although the secret key is another one. Codes of vouchers are sealed anew when the backup holds
            its key; what else was made with the old one stays unreadable.
        tell: is told the name of a table and how many rows are done, in all.

    Raises:
        Invalid: what ``check`` raises; ``other_version`` when it was made by another version.
        Conflict: ``not_empty``, ``other_key``, ``file_exists``; ``books_do_not_hold`` when what was kept is not sound.
    """
    told = check(path)
    _may(told, other_key=other_key)
    with _opened(path) as bundle:
        with transaction.atomic(durable=True):
            if Business.objects.exists() or User.objects.exists():
                raise Conflict("not_empty", _NOT_EMPTY)
            _refuse_existing(told)
            done = 0
            known = {archive.label(model): model for model in archive.tables()}
            mend = _mending(bundle, told) if other_key else {}
            for table in told.tables:
                model = known[table.name]
                done = _fill(bundle, model, table, before=done, tell=tell, mend=mend.get(model))
            connection.check_constraints()
            set_sequences(list(known.values()))
            look_again()
            if faults := checking.faults(book=None):
                raise Conflict("books_do_not_hold", f"the books of this backup do not hold: {faults[0]}")
        _write_files(bundle, told)
        if told.key_included and not other_key:
            _write_key(bundle.read(archive.SECRET).decode())
    if gone := seal.missing():
        raise Conflict("seals_missing", f"seals are off: {', '.join(gone)}; run goodword django migrate")
    return told


_NOT_EMPTY = (
    "there are businesses or people here already; a backup is only brought back into an empty installation"
    " (an empty GOODWORD_DATA folder and database)"
)


def _may(told: archive.Manifest, *, other_key: bool) -> None:
    here = archive.migrations()
    if told.migrations != here:
        raise Invalid(
            "other_version",
            f"this backup was made by Goodword {told.version} with another shape of the tables:"
            " install that version, restore, then upgrade",
        )
    if told.key == archive.fingerprint(settings.SECRET_KEY) or other_key:
        return
    if not told.key_included:
        raise Conflict(
            "other_key",
            "the secret key is another one and the backup does not hold its own: set GOODWORD_SECRET_KEY to the key of"
            " the old installation, or say --other-key",
        )
    if not archive.key_is_a_file():
        raise Conflict("other_key", "GOODWORD_SECRET_KEY is set to another key: unset it, the backup brings its own")


def _fill(
    bundle: zipfile.ZipFile, model: type[models.Model], table: archive.Table, *, before: int, tell: Tell,
    mend: Mend | None,
) -> int:  # fmt: skip
    with bundle.open(_member(table.name)) as stream:
        return fill(model, table, stream, before=before, tell=tell, mend=mend)


def _mending(bundle: zipfile.ZipFile, told: archive.Manifest) -> dict[type[models.Model], Mend]:
    """Return what seals codes anew when another secret key goes on with a backup that holds its own."""
    if told.key == archive.fingerprint(settings.SECRET_KEY) or not told.key_included:
        return {}
    return {Voucher: rekeying.resealing(bundle.read(archive.SECRET).decode())}


def fill(
    model: type[models.Model], table: archive.Table, lines: Iterable[bytes], *, before: int, tell: Tell,
    mend: Mend | None = None,
) -> int:  # fmt: skip
    """Write the rows of one table, a thousand at a time; return how many rows are done in all.

    Args:
        mend: what changes a row before it is written.
    """
    done = before
    rows = (archive.row_of(model, table.columns, line) for line in lines)
    while batch := list(islice(rows, BATCH)):
        if mend is not None:
            for row in batch:
                mend(row)
        model._base_manager.bulk_create(batch)
        done += len(batch)
        tell(table.name, done)
    return done


def set_sequences(known: list[type[models.Model]]) -> None:
    """Let the next number of every table follow the highest that was brought."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), known):
            cursor.execute(statement)


def _refuse_existing(told: archive.Manifest) -> None:
    root = Path(settings.MEDIA_ROOT)
    for name in told.files:
        parts = PurePosixPath(name)
        if parts.is_absolute() or ".." in parts.parts or "\\" in name:
            raise _damaged(f"the file {name}")
        if (root / name).exists():
            raise Conflict("file_exists", f"{root / name} is there already; begin with an empty data folder")


def _write_files(bundle: zipfile.ZipFile, told: archive.Manifest) -> None:
    root = Path(settings.MEDIA_ROOT)
    for name in told.files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bundle.read(f"files/{name}"))
        path.chmod(0o600)


def _write_key(key: str) -> None:
    kept = Path(settings.DATA) / archive.SECRET
    draft = kept.with_name(f".{kept.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
        stream.write(key + "\n")
    draft.replace(kept)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as bundle:
            yield bundle
    except (zipfile.BadZipFile, KeyError, EOFError):
        raise Invalid("not_a_backup", "this file is no backup of Goodword, or it is damaged") from None


def _manifest(bundle: zipfile.ZipFile) -> archive.Manifest:
    return archive.read_manifest(bundle.read(archive.MANIFEST))


def _member(name: str) -> str:
    return f"tables/{name}.jsonl"


def _measure(stream: IO[bytes]) -> tuple[int, str]:
    digest, rows = hashlib.sha256(), 0
    for line in stream:
        digest.update(line)
        rows += 1
    return rows, digest.hexdigest()


def _damaged(part: str) -> Invalid:
    return Invalid("damaged_backup", f"this backup is damaged: {part} is not what was kept")
