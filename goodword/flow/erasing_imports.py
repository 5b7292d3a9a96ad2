"""A person forgotten in tables that were brought in: refused rows, saved mappings and files that wait.

A file cannot be changed without becoming another one: where an upload that waits names the person it is removed whole,
and the staff bring it again without them.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from goodword.business.models import Business
from goodword.errors import NotFound, Refused
from goodword.flow import redacting
from goodword.flow.bringing_file import drop_upload, form_of, open_upload
from goodword.flow.redacting import GONE, Person
from goodword.inbox.models import Import, ImportFault, SavedMapping

CHUNK, TOKENS = 500, 40
STATE = Import.State


def forget(business: Business, who: Person) -> None:
    """Take the person out of what is kept of the business's imports.

    Raises:
        Refused: ``import_running``: a table that names them is being recorded at this moment.
    """
    for row in Import.objects.filter(business=business).exclude(stored=""):
        if _named_in_file(row, who):
            if row.state in (STATE.RECORDING, STATE.CHECKING):
                raise Refused("import_running", "a table that names this customer is being brought in; try again later")
            drop_upload(row)
            if row.state in (STATE.DRAFT, STATE.CHECKED):
                Import.objects.filter(pk=row.pk).update(state=STATE.FAILED, code="upload_gone")
    for fault in _faults(business, who):
        fault.value = redacting.scrubbed(fault.value, who.parts)
        fault.facts = _scrubbed(fault.facts, who)
        fault.cells = _cells(fault.cells, who)
        fault.save(update_fields=["value", "facts", "cells"])
    for each in Import.objects.filter(business=business).filter(
        _speaks("file_name", who)
        | _in_json("words", who)
        | _in_json("mapping", who)
        | _in_json("prices", who)
        | _in_json("unknown", who)
    ):
        each.file_name = redacting.scrubbed(each.file_name, who.parts)
        each.words, each.mapping = _scrubbed(each.words, who), _scrubbed(each.mapping, who)
        each.prices, each.unknown = _scrubbed(each.prices, who), _scrubbed(each.unknown, who)
        each.save(update_fields=["file_name", "words", "mapping", "prices", "unknown"])
    for kept in SavedMapping.objects.filter(business=business):
        before = (kept.name, kept.words, kept.mapping)
        kept.name = redacting.scrubbed(kept.name, who.parts)
        kept.words, kept.mapping = _scrubbed(kept.words, who), _scrubbed(kept.mapping, who)
        if before != (kept.name, kept.words, kept.mapping):
            kept.save(update_fields=["name", "words", "mapping"])


def _named_in_file(import_: Import, who: Person) -> bool:
    """Say whether a line of the upload holds a name, address, e-mail or number of the person. Bounded memory."""
    found = who.whole
    if found is None:
        return False
    try:
        stream = open_upload(import_)
    except NotFound:
        return False
    encoding = form_of(import_).encoding
    with stream, io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline=None) as text:
        while line := text.readline(CHUNK * 2_000):
            if found.search(line):
                return True
    return False


def _faults(business: Business, who: Person) -> Iterator[ImportFault]:
    """Yield the faults that may speak of the person; every one is looked at once."""
    tokens = sorted({*who.words, *(number[-4:] for number in who.phones), *who.ids})
    seen: set[int] = set()
    query = ImportFault.objects.filter(business=business)
    query = query.annotate(_cells=Cast("cells", TextField()), _facts=Cast("facts", TextField()))
    for start in range(0, len(tokens), TOKENS):
        wanted = Q()
        for token in tokens[start : start + TOKENS]:
            for spelt in {token, json.dumps(token)[1:-1]}:
                wanted |= Q(_cells__icontains=spelt) | Q(_facts__icontains=spelt) | Q(value__icontains=spelt)
        for row in query.filter(wanted).iterator(chunk_size=CHUNK):
            if row.pk not in seen:
                seen.add(row.pk)
                yield row


def _cells(cells: Any, who: Person) -> Any:
    """Return the cells of a row; of one that names the person by an id only the ids stay."""
    if not isinstance(cells, dict):
        return cells
    ids = {name for name in who.ids if not redacting.is_personal(name, who)}
    if any(cell.strip() in ids for cell in cells.values()):
        return {name: cell if not cell or cell.strip() in ids else GONE for name, cell in cells.items()}
    return _scrubbed(cells, who)


def _scrubbed(value: Any, who: Person) -> Any:
    """Scrub every string of a value, the keys of words and price lists too."""
    found: re.Pattern[str] | None = who.parts
    if isinstance(value, dict):
        return {redacting.scrubbed(str(key), found): _scrubbed(each, who) for key, each in value.items()}
    if isinstance(value, list):
        return [_scrubbed(each, who) for each in value]
    return redacting.scrubbed(value, found) if isinstance(value, str) else value


def _speaks(column: str, who: Person) -> Q:
    wanted = Q(pk=None)
    for word in {part for text in who.words for part in text.split() if len(part) > 1}:
        wanted |= Q(**{f"{column}__icontains": word})
    return wanted


def _in_json(column: str, who: Person) -> Q:
    wanted = Q(pk=None)
    for word in {part for text in who.words for part in text.split() if len(part) > 1}:
        wanted |= Q(**{f"{column}__icontains": word}) | Q(**{f"{column}__icontains": json.dumps(word)[1:-1]})
    return wanted
