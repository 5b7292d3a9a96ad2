"""Makes an export: the whole data of one business as open files, as it stood at one instant."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from goodword import __version__
from goodword.business import pictures
from goodword.business.models import Business
from goodword.engine.events import TYPES
from goodword.flow import archive, export_archive, export_books
from goodword.flow.backing_up import Tell, new_zip, snapshot
from goodword.flow.export_archive import Manifest, Part, pictures_of
from goodword.flow.export_readme import readme
from goodword.flow.export_sheets import SHEETS
from goodword.flow.record import COMMANDS
from goodword.flow.spreadsheet import csv_lines, exact
from goodword.inbox.models import Event
from goodword.programmes.models import Revision
from goodword.vouchers.models import Voucher

CHUNK = 2000


def make(*, business: Business, to: Path, now: datetime, tell: Tell = lambda _what, _done: None) -> Manifest:
    """Write an export of one business to ``to`` and return its manifest. The file appears whole or not at all.

    Everything is read in one snapshot, whatever is written meanwhile; nobody is held up; memory stays bounded. The file
    holds personal data and the codes of vouchers in clear, but no password, key, session, invitation or second step,
    and nothing of another business.

    Args:
        to: a path whose folder exists.
        tell: is told the name of a part and how many lines are done, in all.

    Raises:
        Conflict: ``backup_exists``.
        Refused: ``disk_full``.
        OSError: the folder cannot be written.
    """
    with new_zip(to) as bundle:
        return _write(bundle, business, now=now.astimezone(UTC), tell=tell)


def made(*, business: Business, row: Event, now: datetime) -> None:
    """``export.made {}``: an owner had an export of the business made from the console."""


def downloaded(*, business: Business, row: Event, now: datetime) -> None:
    """``export.downloaded {file}``: an owner took an export away."""


def removed(*, business: Business, row: Event, now: datetime) -> None:
    """``export.removed {file}``: an owner removed an export."""


def restored(*, business: Business, row: Event, now: datetime) -> None:
    """``export.restored {made_at, version}``: the business was brought in from an export."""


class _Parts:
    """Writes the files of an export one after the other and remembers what proves each."""

    def __init__(self, bundle: zipfile.ZipFile, tell: Tell) -> None:
        self._bundle, self._tell, self._done = bundle, tell, 0
        self.told: dict[str, Part] = {}

    def add(self, name: str, pieces: Iterable[bytes]) -> int:
        """Write one file and return of how many pieces it was."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self._bundle.open(name, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                digest.update(piece)
                size += len(piece)
                count += 1
                if count % CHUNK == 0:
                    self._tell(name, self._done + count)
        self._done += count
        self._tell(name, self._done)
        self.told[name] = Part(size, digest.hexdigest())
        return count


def _write(bundle: zipfile.ZipFile, business: Business, *, now: datetime, tell: Tell) -> Manifest:
    parts, tables = _Parts(bundle, tell), list[archive.Table]()
    with snapshot():
        business.refresh_from_db()
        for model, way in export_archive.tables():
            name = archive.label(model)
            path = export_archive.member(name)
            rows = parts.add(path, export_archive.lines(model, way, business=business))
            columns = [each.attname for each in archive.columns(model)]
            tables.append(archive.Table(name, columns, rows, parts.told[path].sha256))
        for path, sheet in SHEETS.items():
            lines = csv_lines(sheet.head, sheet.rows(business, now), write=exact)
            parts.add(path, (line.encode() for line in lines))
        parts.add("events.jsonl", _events(business))
        parts.add("commands.jsonl", _commands(business))
        for path, document in _documents(business):
            parts.add(path, [document.encode()])
        instants = export_books.instants(business, now=now)
        parts.add(export_archive.PROOF, export_books.proof(business, instants=instants, now=now))
        applied = export_archive.migrations()
    for name in pictures_of(business):
        path_of_it = pictures.path_of(name)
        if path_of_it is not None:
            parts.add(f"files/{name}", [path_of_it.read_bytes()])
    codes = parts.told[export_archive.member(archive.label(Voucher))].bytes > 0
    text = readme(business, now=now, names=sorted(parts.told), vouchers=codes)
    parts.add(export_archive.README, [text.encode()])
    told = Manifest(
        kind=export_archive.KIND, format=export_archive.FORMAT, version=__version__, made_at=now.isoformat(),
        business={"public_id": business.public_id, "slug": business.slug, "name": business.name,
                  "currency": business.currency},
        migrations=applied, instants=[each.isoformat() for each in instants], tables=tables, parts=parts.told,
    )  # fmt: skip
    bundle.writestr(export_archive.MANIFEST, json.dumps(asdict(told), indent=1, ensure_ascii=False))
    return told


def _outside(row: Event) -> bool:
    return row.type in TYPES and row.source != COMMANDS


def _events(business: Business) -> Iterator[bytes]:
    """Yield every event from outside as ``POST /events`` takes it, as recorded first to last."""
    for row in _rows(business):
        if _outside(row):
            yield archive.json_line(
                {"id": row.external_id, "source": row.source, "type": row.type, "time": row.time, "data": row.data}
            )


def _commands(business: Business) -> Iterator[bytes]:
    """Yield what people ordered and the clock did: our own events, with who and what came of it."""
    for row in _rows(business):
        if not _outside(row):
            yield archive.json_line({
                "id": row.external_id, "source": row.source, "type": row.type, "time": row.time,
                "recorded_at": row.recorded_at, "actor": row.actor, "state": row.state, "code": row.code,
                "data": export_archive.openly(row.type, row.data),
            })  # fmt: skip


def _rows(business: Business) -> Iterator[Event]:
    return Event.objects.filter(business=business).order_by("pk").iterator(chunk_size=CHUNK)


def _documents(business: Business) -> Iterator[tuple[str, str]]:
    revisions = Revision.objects.filter(programme__business=business).select_related("programme")
    for row in revisions.order_by("pk").iterator(chunk_size=100):
        slug = row.programme.slug
        name = slug if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", slug) else row.programme.public_id
        yield f"programmes/{name}.{row.number}.yaml", row.document
