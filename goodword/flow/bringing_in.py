"""Looks an export over, and brings its business into an empty installation: whole, equal, or not at all.

The file comes from outside and is trusted in nothing: names, sizes and digests are compared before a row is read, no
more is unpacked than the file may sensibly hold, and nothing in it says where anything is written.
"""

from __future__ import annotations

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import IO

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction

from goodword import __version__, codes
from goodword.business import pictures
from goodword.business.models import Business
from goodword.errors import Conflict, Invalid
from goodword.flow import archive, export_archive, export_books
from goodword.flow.authority import STAFF
from goodword.flow.backing_up import Tell
from goodword.flow.export_archive import Manifest, damaged, not_an_export, pictures_of
from goodword.flow.opening import check_email, give_owner
from goodword.flow.restoring import fill, set_sequences
from goodword.flow.submit import submit
from goodword.flow.vouchers import rekeying
from goodword.inbox.models import Event
from goodword.ledger import checking, seal
from goodword.vouchers.models import Voucher

BLOCK = 1 << 16
MOST_MANIFEST = 1 << 20
LONGEST_LINE = 1 << 25
MOST_TIMES, SMALL = 200, 1 << 26  # rows unpack to 5 to 20 times their size; 200 times is made to fill a disk


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """The business that is here now. The password is shown once; empty when the owner had an account already."""

    business: Business
    owner_email: str
    owner_password: str
    manifest: Manifest
    sources: list[str]


def check(path: Path) -> Manifest:
    """Read a whole export, compare every file with what the manifest says, and return the manifest.

    Raises:
        Invalid: ``not_an_export``, ``other_format`` or ``damaged_export``, with the part that is wrong.
    """
    with _opened(path) as bundle:
        told = _manifest(bundle)
        _judge(bundle, told, size=path.stat().st_size)
        for name, part in told.parts.items():
            with bundle.open(name) as stream:
                if _measure(stream) != (part.bytes, part.sha256):
                    raise damaged(f"{name} is not what was written")
        for table in told.tables:
            part_of_it = told.parts.get(export_archive.member(table.name))
            if part_of_it is None or part_of_it.sha256 != table.sha256:
                raise damaged(f"the table {table.name} is not there")
        return told


def bring_in(
    *, path: Path, owner_email: str, now: datetime, tell: Tell = lambda _what, _done: None
) -> BroughtIn:  # fmt: skip
    """Bring the business of an export into a migrated database without businesses, all or nothing, and prove it.

    Args:
        owner_email: who owns it here; an account of that address is made, unless there is one.
        tell: is told the name of a table and how many rows are done, in all.

    Raises:
        Invalid: what ``check`` raises; ``bad_email``; ``other_version`` when the tables have another shape.
        Conflict: ``not_empty``; ``file_exists``; ``books_do_not_hold`` or ``books_differ``: nothing was kept.
    """
    check_email(owner_email)
    told = check(path)
    _may(told)
    with _opened(path) as bundle, transaction.atomic(durable=True):
        if Business.objects.exists():
            raise Conflict("not_empty", _NOT_EMPTY)
        with _contradictions():
            business = _rows(bundle, told, tell=tell)
        _prove(bundle, told, business)
        password = give_owner(business, owner_email.lower(), language=business.language, now=now)
        submit(
            business=business, type="export.restored", data={"made_at": told.made_at, "version": told.version},
            actor=f"{STAFF}{owner_email.lower()}", now=now,
        )  # fmt: skip
        _pictures(bundle, told, business)
    sources = Event.objects.filter(business=business).exclude(source="goodword").values_list("source", flat=True)
    return BroughtIn(business, owner_email.lower(), password, told, sorted(set(sources.order_by().distinct())))


_NOT_EMPTY = (
    "there is a business here already; an export is only brought into an empty installation: begin with another"
    " GOODWORD_DATA folder and database (goodword demo remove takes a demo away)"
)


def _may(told: Manifest) -> None:
    here = export_archive.migrations()
    if told.migrations == here:
        return
    if set(told.migrations) > set(here):
        advice = f"upgrade this Goodword ({__version__}) to that version first"
    else:
        advice = "install that version, bring it in there, then upgrade"
    raise Invalid(
        "other_version", f"this export was made by Goodword {told.version} with another shape of the tables: {advice}"
    )


def _judge(bundle: zipfile.ZipFile, told: Manifest, *, size: int) -> None:
    """See that the zip holds the files of the manifest and nothing else, each of the size it says, none a link."""
    known: set[str] = set()
    for info in bundle.infolist():
        name = info.filename
        if name in known or (name != export_archive.MANIFEST and name not in told.parts):
            raise damaged(f"“{name[:80]}” does not belong in it")
        known.add(name)
        if stat.S_ISLNK(info.external_attr >> 16) or info.flag_bits & 1:
            raise damaged(f"{name} is a link or locked by a password")
        if name in told.parts and info.file_size != told.parts[name].bytes:
            raise damaged(f"{name} is not as long as it should be")
    if missing := sorted(set(told.parts) - known):
        raise damaged(f"{missing[0]} is not there")
    whole = sum(part.bytes for part in told.parts.values())
    if whole > max(SMALL, MOST_TIMES * size):
        raise damaged(f"it unpacks to more than {MOST_TIMES} times its size, as none of ours does")


def _rows(bundle: zipfile.ZipFile, told: Manifest, *, tell: Tell) -> Business:
    wanted = [model for model, _ in export_archive.tables()]
    if [table.name for table in told.tables] != [archive.label(model) for model in wanted]:
        raise damaged("its tables are not ours")
    done = 0
    for model, table in zip(wanted, told.tables, strict=True):
        if table.columns != [each.attname for each in archive.columns(model)]:
            raise damaged(f"the columns of {table.name} are not ours")
        with bundle.open(export_archive.member(table.name)) as stream:
            mend = _sealed_here if model is Voucher else None
            done = fill(model, table, _lines(stream), before=done, tell=tell, mend=mend)
    connection.check_constraints()
    set_sequences(wanted)
    businesses = list(Business.objects.all()[:2])
    if [each.public_id for each in businesses] != [told.business["public_id"]]:
        raise damaged("it does not hold exactly one business")
    return businesses[0]


def _sealed_here(row: Voucher) -> None:
    """Seal a code that came in clear under this installation's secret: cards go on working."""
    try:
        rekeying.seal_here(row)
    except codes.Mistyped:
        raise damaged("the code of a voucher in it is none of ours") from None


def _prove(bundle: zipfile.ZipFile, told: Manifest, business: Business) -> None:
    """Prove the books, and that they are those of the old installation at every instant that it told."""
    if seal.missing():
        seal.apply()
    if faults := checking.faults(book=None):
        raise Conflict("books_do_not_hold", f"the books of this export do not hold: {faults[0]}")
    if export_archive.PROOF not in told.parts:
        raise damaged("the proof of its books is not there")
    instants = [datetime.fromisoformat(each) for each in told.instants]
    here = export_books.proof(business, instants=instants, now=datetime.fromisoformat(told.made_at).astimezone(UTC))
    with bundle.open(export_archive.PROOF) as stream:
        for there, mine in zip_longest(_lines(stream), here):
            if there != mine:
                line = (mine or there or b"").decode(errors="replace")[:200].strip()
                raise Conflict("books_differ", f"the books are not those of the old installation, nothing kept: {line}")


def _pictures(bundle: zipfile.ZipFile, told: Manifest, business: Business) -> None:
    """Write every picture; the last step before all of it counts."""
    for name in pictures_of(business):
        if f"files/{name}" not in told.parts:
            continue
        if not name.startswith(f"{business.public_id}/") or told.parts[f"files/{name}"].bytes > pictures.MOST_BYTES:
            raise damaged(f"files/{name} is no picture of ours")
        try:
            pictures.bring(bundle.read(f"files/{name}"), name=name)
        except ValueError:
            raise damaged(f"files/{name} is no picture of ours") from None
        except FileExistsError as fault:
            raise Conflict("file_exists", f"{fault.filename} is there; begin with an empty data folder") from None
        except BaseException:
            pictures.drop_all(business.public_id)
            raise


def _manifest(bundle: zipfile.ZipFile) -> Manifest:
    if bundle.getinfo(export_archive.MANIFEST).file_size > MOST_MANIFEST:
        raise not_an_export()
    with bundle.open(export_archive.MANIFEST) as stream:
        return export_archive.read_manifest(stream.read(MOST_MANIFEST + 1))


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as bundle:
            yield bundle
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError):
        raise not_an_export() from None


@contextmanager
def _contradictions() -> Iterator[None]:
    """Say in a line what the database or a value of a row refused: a whole file that was never ours."""
    try:
        yield
    except (IntegrityError, DataError, ValidationError, ValueError, TypeError, RecursionError) as fault:
        raise damaged(f"its rows contradict one another ({' '.join(str(fault).split())[:120]})") from None


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise damaged("a line in it is longer than any of ours")
        yield line


def _measure(stream: IO[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while block := stream.read(BLOCK):
        digest.update(block)
        size += len(block)
    return size, digest.hexdigest()
