"""The file that was handed in: kept until its import is done or undone, and how it is written.

It lies in a private folder of the data folder under a name of ours, readable by this system's user alone. It is not
part of a backup; what is left of it are its digest and the cells of refused rows.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import msgspec
from django.conf import settings
from django.db.models import Q

from goodword.errors import Invalid, NotFound
from goodword.flow.bringing_begun import ALTERABLE
from goodword.flow.minting import mint_id
from goodword.inbox.models import Import
from goodword.inbox.tables import reading
from goodword.inbox.tables.forms import Form

State = Import.State
CHUNK = 1 << 20
LONGEST_NAME = 200
WAITS = timedelta(days=30)  # an upload that nobody began, or had go on
STRAYS = timedelta(days=1)  # a file whose upload was cut off


def folder() -> Path:
    """Return where uploads lie: only this system's user may look in."""
    path = Path(settings.DATA) / "imports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def keep(stream: Iterable[bytes] | BinaryIO, path: Path) -> tuple[int, str, int]:
    """Write the stream to a new file, 0600, and return its size, SHA-256 and lines; too much of it is refused."""
    most = settings.CONFIGURATION.import_megabytes * 1_000_000
    digest, size, lines = hashlib.sha256(), 0, 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(handle, "wb") as kept:
        while part := stream.read(CHUNK):  # type: ignore[union-attr]  # an upload of Django is no BinaryIO by name
            size, lines = size + len(part), lines + part.count(b"\n")
            if size > most:
                kept.close()
                path.unlink(missing_ok=True)
                raise Invalid("file_too_large", f"a table may have {most // 1_000_000} MB", most=most)
            digest.update(part)
            kept.write(part)
        kept.flush()
        os.fsync(kept.fileno())
    return size, digest.hexdigest(), lines


def open_upload(import_: Import) -> BinaryIO:
    """Open what was handed in.

    Raises:
        NotFound: ``upload_gone``: it is kept until the import is done, and not in backups.
    """
    try:
        if not import_.stored:
            raise FileNotFoundError
        return (folder() / import_.stored).open("rb")
    except FileNotFoundError:
        raise NotFound("upload_gone", "the file is no longer kept here; bring it again") from None


def form_of(import_: Import) -> Form:
    """Return how the file is written."""
    return msgspec.convert(import_.form, Form)


def drop_upload(import_: Import) -> None:
    """Remove what was handed in; its name, size and digest stay."""
    if import_.stored:
        (folder() / import_.stored).unlink(missing_ok=True)
        import_.stored = ""
        import_.save(update_fields=["stored"])


def drop_old(*, now: datetime) -> int:
    """Remove uploads that nobody began or had go on for ``WAITS``, and files no import knows; return how many.

    Their names, sizes and digests stay: they can be brought again. What was recorded of one that was stopped can still
    be undone, or go on when its file is given back.
    """
    quiet = Q(step_at=None) | Q(step_at__lt=now - WAITS)
    old = Import.objects.filter(quiet, state__in=ALTERABLE, created_at__lt=now - WAITS).exclude(stored="")
    gone = 0
    for row in old:
        drop_upload(row)
        Import.objects.filter(pk=row.pk, state__in=ALTERABLE).update(state=State.FAILED, code="upload_gone")
        gone += 1
    known = set(Import.objects.exclude(stored="").values_list("stored", flat=True))
    for path in folder().iterdir():
        if path.name not in known and path.stat().st_mtime < (now - STRAYS).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def give_back(import_: Import, stream: BinaryIO) -> None:
    """Put the file of an import that lost it back: the same bytes.

    Raises:
        Invalid: ``other_file``.
    """
    stored = import_.stored or mint_id("imp", at=import_.created_at)
    path = folder() / stored
    _, digest, _ = keep(stream, path)
    if digest != import_.sha256:
        path.unlink(missing_ok=True)
        raise Invalid("other_file", "that is not the file this import was begun with")
    import_.stored = stored
    import_.save(update_fields=["stored"])


def digest_of(stream: BinaryIO) -> str:
    """Return the SHA-256 of a stream, which is rewound."""
    digest = hashlib.sha256()
    while part := stream.read(CHUNK):
        digest.update(part)
    stream.seek(0)
    return digest.hexdigest()


def plain_name(name: str) -> str:
    """Return a file's name as people see it: its last part, without marks nobody can see, cut to length."""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    plain = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    return plain.strip()[-LONGEST_NAME:] or "table"


def sample_of(path: Path) -> bytes:
    """Return the beginning of a file, as much as detection looks at."""
    with path.open("rb") as kept:
        return kept.read(reading.SAMPLE)
