"""``goodword import KIND FILE``: bring a table in; what was killed goes on with the same command."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from goodword.business.models import Business
from goodword.errors import Conflict, Invalid
from goodword.flow import bringing
from goodword.flow.bringing_file import digest_of, form_of, give_back
from goodword.flow.bringing_mappings import use_mapping
from goodword.flow.bringing_prices import read_prices
from goodword.flow.bringing_sheet import Sheet, reconciliation, refused_rows
from goodword.flow.bringing_upload import configure, discard, look, upload
from goodword.inbox.models import Import
from goodword.inbox.tables.forms import DATES, DECIMALS, DELIMITERS, ENCODINGS, Form
from goodword.inbox.tables.kinds import KINDS
from goodword.inbox.tables.presets import PRESETS
from goodword.money import to_major
from goodword.reports.imports import GOING_ON, same_file, unknown_words
from goodword.reports.row_faults import WARNINGS, row_sentence
from goodword.worker.choosing import the_business
from goodword.worker.telling import Progress

ACTOR = "command line"
SHOWN = 20
PATIENCE = 90  # seconds to wait for the lease of a run that died elsewhere
NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "point": "."}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What it is, how it is read, and what is to be done with what does not fit."""
    kinds = ", ".join(sorted(KINDS))
    parser.add_argument("kind", metavar="KIND", help=f"what the rows are: {kinds}")
    parser.add_argument("file", metavar="FILE", help="the table: CSV with a header, in any usual encoding")
    parser.add_argument("--business", metavar="SLUG", help="default: the only one")
    parser.add_argument(
        "--preset", metavar="NAME", help=f"whose export it is: {', '.join(sorted(PRESETS))}; default: found out"
    )
    parser.add_argument(
        "--mapping", metavar="NAME|FILE", help="a saved mapping, or a JSON file with mapping, words, form"
    )
    parser.add_argument("--set", metavar="FIELD=COLUMN", action="append", default=[], dest="fields",
                        help="match a field with a column; FIELD==VALUE: every row has it; FIELD=: none")  # fmt: skip
    parser.add_argument("--source", metavar="NAME", help="whose ids the table has (default: the preset's, else import)")
    parser.add_argument("--dates", choices=DATES, help="order of day, month and year; default: found out")
    parser.add_argument("--decimal", choices=DECIMALS, help="the decimal mark; default: found out")
    parser.add_argument(
        "--delimiter", metavar="MARK", help="what stands between cells (tab for a tab); default: found out"
    )
    parser.add_argument("--encoding", metavar="NAME", help="default: found out")
    parser.add_argument(
        "--header-row", metavar="N", type=int, help="the row of the columns' names, from 1; default: found out"
    )
    parser.add_argument("--prices", metavar="[LINE_KIND=]FILE", action="append", default=[],
                        help="a price list: what descriptions on receipts are, with their codes")  # fmt: skip
    parser.add_argument("--update", action="store_true", help="change what is known with other content, not refuse it")
    parser.add_argument("--dry-run", action="store_true", help="say what would be refused, and store nothing")
    parser.add_argument("--refused", metavar="OUT.csv", help="write the refused rows there, each with why")
    parser.add_argument("--json", action="store_true", help="print the sheet as JSON")


def run(args: argparse.Namespace) -> int:
    """Bring the table in; return 0 when every row fits, 1 when some were refused."""
    if args.kind not in KINDS:
        raise Invalid("unknown_kind", f"“{args.kind}” is no kind of table; take one of {', '.join(sorted(KINDS))}")
    business = the_business(args.business)
    progress = Progress(clock=time.monotonic)
    teller = Teller(progress)
    try:
        done = _brought(args, business, teller)
    finally:
        progress.clear()
    sheet = reconciliation(done)
    if args.refused:
        _write(done, Path(args.refused))
    _faults(done, args.refused)
    print(as_json(done, sheet) if args.json else as_text(business, done, sheet, dry=args.dry_run))
    if args.dry_run:
        discard(done)
    return 1 if done.refused_rows > done.passed_rows or sheet.unsettled else 0


def _brought(args: argparse.Namespace, business: Business, teller: Teller) -> Import:
    with Path(args.file).open("rb") as stream:
        begun = None
        if not args.dry_run:
            begun = same_file(business=business, sha256=digest_of(stream), states=GOING_ON)
        if begun is not None:
            print(f"{business.slug}: import {begun.number} of this file goes on", file=sys.stderr)
            if begun.state == Import.State.RECORDING:
                give_back(begun, stream)
            return _patiently(begun, teller)
        draft = upload(
            business=business, stream=stream, name=Path(args.file).name, actor=ACTOR, now=_now(), kind=args.kind,
            preset=args.preset or "",
        )  # fmt: skip
    try:
        _configure(draft, args)
        _detected(draft)
        if args.dry_run:
            return bringing.check(draft, clock=_now, told=teller.tell)
        bringing.begin(draft, actor=ACTOR, now=_now())
    except BaseException:
        draft.refresh_from_db()
        if draft.state in (Import.State.DRAFT, Import.State.FAILED) and not draft.position:
            discard(draft)
        raise
    return bringing.carry_on(draft, clock=_now, told=teller.tell)


def _patiently(import_: Import, teller: Teller) -> Import:
    """Go on with an import; whoever died with it on another machine keeps it for a minute."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return bringing.carry_on(import_, clock=_now, told=teller.tell)
        except Conflict:
            if time.monotonic() > until:
                raise
            time.sleep(1)


def _configure(draft: Import, args: argparse.Namespace) -> None:
    words: dict[str, Any] | None = None
    mapping: dict[str, str] | None = None
    if args.mapping:
        if Path(args.mapping).is_file():
            told = _mapping_file(Path(args.mapping))
            mapping, words = told.get("mapping"), told.get("words")
            if told.get("form"):
                configure(draft, form=msgspec.convert({**draft.form, **told["form"]}, Form))
        else:
            use_mapping(draft, name=args.mapping)
    form = _form(form_of(draft), args)
    if form != form_of(draft):
        configure(draft, form=form)
    fields = dict(mapping if mapping is not None else draft.mapping)
    for each in args.fields:
        field, mark, column = each.partition("=")
        if not mark:
            raise Invalid("bad_set", f"“{each}”: write FIELD=COLUMN")
        fields[field.strip()] = column
    configure(
        draft, mapping=fields, words=words, source=args.source, prices=_prices(args.prices) or None, update=args.update
    )  # fmt: skip


def _form(form: Form, args: argparse.Namespace) -> Form:
    told = {"dates": args.dates, "decimal": args.decimal, "encoding": args.encoding, "header": args.header_row}
    if args.delimiter:
        told["delimiter"] = NAMES.get(args.delimiter, args.delimiter.replace("\\t", "\t"))
    if args.encoding and args.encoding not in ENCODINGS:
        raise Invalid("unknown_form", f"the encodings are {', '.join(ENCODINGS)}")
    if told.get("delimiter") and told["delimiter"] not in DELIMITERS:
        raise Invalid("unknown_form", "the delimiter is a comma, a semicolon, a pipe or tab")
    return msgspec.structs.replace(form, **{name: value for name, value in told.items() if value is not None})


def _mapping_file(path: Path) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, Any]])
    except msgspec.MsgspecError as fault:
        raise Invalid("bad_mapping_file", f"{path}: {fault}") from None
    if unknown := sorted(set(told) - {"mapping", "words", "form"}):
        raise Invalid("bad_mapping_file", f"{path}: unknown key “{unknown[0]}”; there are mapping, words and form")
    return told


def _prices(lists: list[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    with ExitStack() as files:
        for each in lists:
            kind, mark, path = each.rpartition("=")
            stream = files.enter_context(Path(path).open("rb"))
            for description, told in read_prices(stream, kind=kind if mark else "service").items():
                found.setdefault(description, told)
    return found


def _detected(draft: Import) -> None:
    """Say how the file is read, and what is doubtful about it; nobody is asked."""
    seen = look(draft, rows=0)
    mark = {value: name for name, value in NAMES.items()}.get(seen.form.delimiter, seen.form.delimiter)
    whose = f" of {draft.preset}" if draft.preset else ""
    print(
        f"read as {draft.kind}{whose}: {seen.form.encoding}, {mark}, decimal {seen.form.decimal},"
        f" dates {seen.form.dates}{f', header in row {seen.form.header}' if seen.form.header > 1 else ''}",
        file=sys.stderr,
    )
    matched = ", ".join(f"{field} ← {column}" for field, column in draft.mapping.items())
    print(f"columns: {matched or 'none'}", file=sys.stderr)
    for code in seen.doubts:
        print(f"in doubt: {code}", file=sys.stderr)


class Teller:
    """Draws how far an import has come, on a terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._step = ""

    def tell(self, import_: Import) -> None:
        """Draw; a new step begins to count anew."""
        step = "sorting" if import_.sorting else str(import_.state)
        if step != self._step:
            self._progress.restart()
            self._step = step
        total = import_.total_rows
        part = min(import_.done_rows / total, 1.0) if total else None
        self._progress.tell(step, import_.done_rows, part=part)


def _faults(done: Import, kept: str | None) -> None:
    wanted = done.faults.filter(undoing=False).exclude(code="with_row").order_by("row", "pk")
    for fault in wanted[:SHOWN]:
        where = f" at {fault.field}" if fault.field else ""
        value = f" “{fault.value}”" if fault.value else ""
        said = row_sentence(fault.code, fault.facts)
        print(f"row {fault.row}: {fault.code}{where}{value}: {said}", file=sys.stderr)
    if done.refused_rows:
        reasons = ", ".join(f"{code} {count:,}" for code, count in sorted(done.reasons.items()))
        where = f"; all of them are in {kept}" if kept else "; --refused FILE keeps them"
        print(f"goodword: refused: {reasons}{where}", file=sys.stderr)
    _unknown_words(done)
    column = done.mapping.get("customer_name", "")
    if "contact_unknown" in done.reasons and column and "customer_id" not in done.mapping:
        hint = f'--set customer_id="{column}" --set customer_name='
        print(f"goodword: if “{column}” holds numbers or codes, and not names: {hint}", file=sys.stderr)


def _unknown_words(done: Import) -> None:
    """Say which words of the file nobody knows: of all its rows, and as many as one can read."""
    for field in (field.name for field in KINDS[done.kind].fields if field.choices):
        words = unknown_words(done, field)
        if words:
            more = ", and more" if len(words) > SHOWN else ""
            listed = ", ".join(f"“{word}”" for word in words[:SHOWN])
            print(f"goodword: words of {field} that are not known: {listed}{more}; --mapping FILE says what they mean",
                  file=sys.stderr)  # fmt: skip


def _said(field: str, code: str, facts: Mapping[str, Any]) -> str:
    return f"{field}: {row_sentence(code, facts)}" if field else row_sentence(code, facts)


def _write(done: Import, path: Path) -> None:
    draft = path.with_name(f".{path.name}.partial")
    with draft.open("wb") as stream:
        stream.writelines(refused_rows(done, say=_said))
    draft.replace(path)


def as_text(business: Business, import_: Import, sheet: Sheet, *, dry: bool = False) -> str:
    """Return the reconciliation sheet in a few lines."""
    name = "dry run" if dry else f"import {import_.number}"
    lines = [
        f"{business.slug}: {name} of {import_.file_name}: {sheet.rows:,} rows in = {sheet.stored:,} stored"
        f" + {sheet.refused:,} refused + {sheet.known:,} known"
    ]
    if sheet.money_in or sheet.money_booked:
        booked = "" if sheet.money_booked is None else f", {_money(sheet.money_booked, sheet.currency)} booked"
        lines.append(f"money: {_money(sheet.money_in, sheet.currency)} in{booked}")
    if sheet.points_in or sheet.points_booked:
        lines.append(f"points: {sheet.points_in:,} in" + ("" if dry else f", {sheet.points_booked or 0:,} booked"))
    lines += [f"take note: {count:,} rows: {code}: {WARNINGS[code]}" for code, count in sorted(sheet.warnings.items())]
    if sheet.attributed or sheet.attributions_refused:
        refused = ", ".join(f"{code} {count:,}" for code, count in sorted(sheet.attributions_refused.items()))
        lines.append(f"referrals: {sheet.attributed:,} attributed" + (f"; not taken: {refused}" if refused else ""))
    if sheet.unsettled:
        lines.append(f"{sheet.unsettled:,} events are not settled yet; the worker tries them again")
    return "\n".join(lines)


def as_json(import_: Import, sheet: Sheet) -> str:
    """Return the sheet for a program."""
    return json.dumps({"import": import_.number, "state": import_.state, **sheet._asdict(), "holds": sheet.holds})


def _money(units: int, currency: str) -> str:
    return f"{to_major(units, currency):,} {currency}"


def _now() -> datetime:
    return datetime.now(UTC)
