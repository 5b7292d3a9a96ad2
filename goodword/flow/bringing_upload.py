"""A table is handed in as a draft and it is settled how it is read: nothing of it counts before it is checked and
recorded. The file itself is kept by :mod:`goodword.flow.bringing_file`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Max

from goodword.business.models import Business
from goodword.errors import Conflict, Invalid, Refused
from goodword.flow.bringing_begun import ALTERABLE
from goodword.flow.bringing_file import drop_upload, folder, form_of, keep, open_upload, plain_name, sample_of
from goodword.flow.minting import mint_id
from goodword.flow.record import COMMANDS
from goodword.inbox.models import Event, Import
from goodword.inbox.tables import kinds, presets, reading
from goodword.inbox.tables.forms import Form, check_form
from goodword.inbox.tables.kind import CONSTANT

State = Import.State
OWN = "import"  # the source of a table that is no known system's
CONFIGURED = ("form", "headers", "kind", "preset", "source", "mapping", "words", "prices", "update", "state", "code")


class Look(NamedTuple):
    """What a page or the command line shows of an upload before anything is decided.

    Args:
        doubts: codes of what could not be told for sure: ``dates_ambiguous``, ``decimal_ambiguous`` ...
        faults: (field, code) of the mapping; empty when it can be checked.
        sample: the first rows, by header.
        top: the first rows of the file, among which the header is, each with its place.
    """

    form: Form
    doubts: list[str]
    headers: list[str]
    faults: list[tuple[str, str]]
    sample: list[dict[str, str]]
    top: list[tuple[int, list[str]]]


def upload(
    *, business: Business, stream: BinaryIO, name: str, actor: str, now: datetime, kind: str = "", preset: str = ""
) -> Import:
    """Take a table in as a draft: keep it, find out how it is written, what it is and which column means what.

    Args:
        stream: its bytes; read once, at most ``GOODWORD_IMPORT_MEGABYTES`` of them.
        name: what the sender calls it, for people; never used as a path.
        kind: of ``kinds.KINDS``; found out by the headers when empty.
        preset: of ``presets.PRESETS``; likewise.

    Returns:
        the draft; its ``kind`` stays empty, and its mapping too, when neither was told or found out.

    Raises:
        Invalid: ``file_too_large``, ``empty_table``, ``not_a_table``, ``unknown_kind``, ``unknown_preset``.
    """
    stored = mint_id("imp", at=now)
    path = folder() / stored
    try:
        size, digest, lines = keep(stream, path)
        form = reading.detect(sample_of(path))
        with path.open("rb") as kept:
            headers = reading.header(kept, form)
        _check_names(kind, preset)
        row = Import(
            business=business, source=OWN, file_name=plain_name(name), stored=stored, size=size, sha256=digest,
            form=msgspec.to_builtins(form), headers=headers, total_rows=max(lines - form.header, 0), actor=actor,
            created_at=now, terms=_terms(business, now),
        )  # fmt: skip
        _recognise(row, kind=kind, preset=preset or None)
        _number(row)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return row


def configure(
    import_: Import,
    *,
    kind: str | None = None,
    preset: str | None = None,
    source: str | None = None,
    form: Form | None = None,
    mapping: Mapping[str, str] | None = None,
    words: Mapping[str, Mapping[str, str]] | None = None,
    prices: Mapping[str, tuple[str, str]] | None = None,
    update: bool | None = None,
) -> Import:
    """Change how a draft is read; what is None stays. It is a draft again: what a check found holds no more.

    Another kind or preset brings its own mapping, unless one is given too; other headers, read in another way, are
    matched anew, beside what was matched by a name that is still there. An empty preset is none, whatever the headers
    speak for.

    Raises:
        Invalid: ``unknown_kind``, ``unknown_preset``, ``unknown_form``, ``bad_source``, ``reserved_source``; a
            mapping's own faults are told by :func:`look`.
        Conflict: ``import_begun``: it is recorded already, or somebody works on it.
        NotFound: ``upload_gone``.
    """
    if import_.state not in ALTERABLE or import_.position:
        raise Conflict("import_begun", "this import has begun; undo it and bring the file again")
    if form is not None and msgspec.to_builtins(check_form(form)) != import_.form:
        with open_upload(import_) as kept:
            headers = reading.header(kept, form)
        import_.form = msgspec.to_builtins(form)
        _rename(import_, headers)
    if kind is not None or preset is not None:
        _check_names(kind or "", preset or "")
        _recognise(import_, kind=kind or import_.kind, preset=preset)
    if source is not None:
        import_.source = checked_source(source)
    if mapping is not None:
        import_.mapping = {field: column for field, column in mapping.items() if column}
    if words is not None:
        import_.words = {field: dict(told) for field, told in words.items()}
    if prices is not None:
        import_.prices = {description: list(told) for description, told in prices.items()}
    if update is not None:
        import_.update = update
    import_.state, import_.code = State.DRAFT, ""
    with transaction.atomic():
        now_is = Import.objects.select_for_update().get(pk=import_.pk)
        if now_is.state not in ALTERABLE or now_is.position:
            raise Conflict("import_begun", "this import began meanwhile")
        import_.save(update_fields=CONFIGURED)
    return import_


def look(import_: Import, *, rows: int = 5) -> Look:
    """Return how an upload is read, what is doubtful or wrong about it, and its first rows.

    Raises:
        NotFound: ``upload_gone``.
    """
    form = form_of(import_)
    with open_upload(import_) as kept:
        beginning = kept.read(reading.SAMPLE)
        doubts, top = reading.doubts(beginning, form), reading.top(beginning, form.encoding, form.delimiter)
        kept.seek(0)
        sample = [row.cells for row in islice(reading.rows(kept, form), rows)]
    faults = kinds.faults_of(import_.kind, import_.mapping, import_.headers) if import_.kind else [("", "no_kind")]
    layout = presets.layout_of(import_.preset, import_.kind, import_.headers) if import_.preset else None
    if layout is not None and layout.assumed:
        doubts.append("columns_assumed")
    return Look(form, doubts, list(import_.headers), faults, sample, top)


def discard(import_: Import) -> None:
    """Throw a draft away, its file too.

    Raises:
        Conflict: ``import_begun``.
    """
    with transaction.atomic():
        found = Import.objects.select_for_update().filter(pk=import_.pk).first()
        if found is None:
            return
        begun = Event.objects.filter(business_id=found.business_id, batch=found.number).exists()
        if found.state not in ALTERABLE or found.position or begun:
            raise Conflict("import_begun", "this import has begun; undo it")
        drop_upload(found)
        found.delete()


def checked_source(source: str) -> str:
    """Return whose external ids a table has.

    Raises:
        Invalid: ``bad_source``, ``reserved_source``.
    """
    plain = source.strip()
    if not plain or len(plain) > 100 or not plain.isprintable():
        raise Invalid("bad_source", "the source is a name of 1 to 100 characters", field="source")
    if plain == COMMANDS:
        raise Invalid("reserved_source", f"the source {COMMANDS} is for commands of Goodword itself; name another")
    return plain


def _terms(business: Business, now: datetime) -> dict[str, Any]:
    """Fix what rows are read by, so that a run that is taken up again reads them the same."""
    told = {"currency": business.currency, "zone": business.timezone, "country": business.country}
    return {**told, "now": now.isoformat()}


def _check_names(kind: str, preset: str) -> None:
    if kind and kind not in kinds.KINDS:
        raise Invalid("unknown_kind", f"the kinds of tables are {', '.join(sorted(kinds.KINDS))}", field="kind")
    if preset and preset not in presets.PRESETS:
        raise Invalid("unknown_preset", f"the known exports are {', '.join(sorted(presets.PRESETS))}", field="preset")


def _recognise(row: Import, *, kind: str, preset: str | None) -> None:
    """Fill in kind, source, mapping and words by the preset told, or found out when it is None, else by the headers."""
    found = presets.recognise(row.headers) if preset != "" else None
    if found is not None and preset in (None, found[0]) and kind in ("", found[1]):
        preset, kind = found
    if preset == "" and row.preset:
        row.source = OWN
    row.kind, row.preset, row.mapping, row.words = kind, preset or "", {}, {}
    if preset:
        row.source = presets.PRESETS[preset].source
        row.mapping = presets.mapping_of(preset, kind, row.headers) if kind else {}
        row.words = {field: dict(words) for field, words in presets.words_of(preset, kind, row.headers).items()}
    row.kind = row.kind or ("" if preset else kinds.likely(row.headers))
    if row.kind and not row.mapping:
        row.mapping = kinds.guess(row.kind, row.headers)


def _rename(row: Import, headers: list[str]) -> None:
    """Take over what the columns are called now that the file is read in another way."""
    if headers == row.headers:
        return
    kept, words = row.mapping, row.words
    row.headers = headers
    _recognise(row, kind=row.kind, preset=row.preset or None)
    row.mapping |= {field: at for field, at in kept.items() if at.startswith(CONSTANT) or at in headers}
    row.words |= words


def _number(row: Import) -> None:
    """Give the import the next number of its business; of two at once one tries again."""
    for last in (False, False, False, True):
        row.number = _highest(row.business_id) + 1
        try:
            with transaction.atomic():
                row.save(force_insert=True)
            return
        except IntegrityError:
            row.pk = None
            if last:
                raise Refused("busy", "several files arrive at once; try again") from None


def _highest(business: int) -> int:
    """Return the highest number an import ever had: also one that began and was thrown away lives on in event ids."""
    rows = Import.objects.filter(business=business).aggregate(n=Max("number"))["n"] or 0
    batches = Event.objects.filter(business=business).exclude(batch=None).aggregate(n=Max("batch"))["n"] or 0
    begun = Event.objects.filter(business=business, source=COMMANDS, type="import.begun")
    told = (int(data["import"]) for data in begun.values_list("data", flat=True).iterator())
    return int(max(rows, batches, *told))
