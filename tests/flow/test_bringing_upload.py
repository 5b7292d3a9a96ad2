"""A table is handed in: kept out of sight, read as it is written, and never trusted."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from goodword.business.models import Business
from goodword.config import env
from goodword.errors import Conflict, Invalid, NotFound
from goodword.flow import backing_up, bringing, bringing_undo, bringing_work
from goodword.flow.bringing import LEASE, begin, begin_check, carry_on, check, progress, run, stop, to_carry_on
from goodword.flow.bringing_file import drop_old, folder, give_back, open_upload, plain_name
from goodword.flow.bringing_mappings import forget_mapping, save_mapping, saved_mappings, use_mapping
from goodword.flow.bringing_sheet import refused_rows
from goodword.flow.bringing_upload import configure, discard, look, upload
from goodword.flow.demo import remove_demo
from goodword.flow.settle import settle
from goodword.inbox.models import Event, Import, ImportFault
from goodword.inbox.tables.forms import Form
from goodword.people.models import Contact
from goodword.reports.imports import GOING_ON, same_file
from tests.flow.story import NOW, fern
from tests.flow.test_bringing import CUSTOMERS, RECEIPTS, bring, brought, faults
from tests.flow.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def business(settings: Any, tmp_path: Path) -> Business:
    settings.DATA = tmp_path
    return fern()


def test_an_upload_lies_under_a_name_of_ours_that_only_this_user_can_read(business: Business) -> None:
    made = upload(
        business=business, stream=io.BytesIO(CUSTOMERS.encode()), name="../../etc/pass\u202ewd.csv", actor="u", now=NOW
    )
    (path,) = folder().iterdir()
    assert (made.file_name, path.name) == ("passwd.csv", made.stored)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder().stat().st_mode) & 0o077 == 0
    assert path.read_bytes() == CUSTOMERS.encode()
    assert plain_name("C:\\Users\\ann\\my clients.csv") == "my clients.csv"
    assert (plain_name("\x00\x07"), len(plain_name("x" * 900))) == ("table", 200)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_table"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01", "not_a_table"),
        (b"PK\x03\x04\x14\x00\x08", "not_a_table"),
    ],
)
def test_what_is_no_table_is_refused_and_not_kept(business: Business, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        upload(business=business, stream=io.BytesIO(content), name="x", actor="u", now=NOW)
    assert refusal.value.code == code
    assert list(folder().iterdir()) == []
    assert not Import.objects.exists()


def test_a_table_beyond_the_limit_is_refused_while_it_arrives(business: Business, settings: Any) -> None:
    settings.CONFIGURATION = env.read({"GOODWORD_IMPORT_MEGABYTES": "1"})

    class Endless(io.RawIOBase):
        read_bytes = 0

        def read(self, size: int = -1) -> bytes:
            self.read_bytes += size
            return b"a,b\n" * (size // 4)

    endless = Endless()
    with pytest.raises(Invalid) as refusal:
        upload(business=business, stream=endless, name="x", actor="u", now=NOW)  # type: ignore[arg-type]
    assert refusal.value.code == "file_too_large"
    assert endless.read_bytes < 4_000_000
    assert list(folder().iterdir()) == []


def test_exports_are_known_by_their_headers_and_any_file_can_be_told(business: Business) -> None:
    sample = (Path(__file__).parent.parent / "fixtures" / "tables" / "jobber" / "clients.csv").read_bytes()
    made = bring(business, sample)
    assert (made.kind, made.preset, made.source) == ("customers", "jobber", "jobber")
    assert look(made).faults == []
    plain = bring(business, "Who;When\nAnn;3.4.2026\n")
    assert (plain.kind, plain.mapping, look(plain).faults) == ("", {}, [("", "no_kind")])
    with pytest.raises(Invalid) as early:
        begin_check(plain, now=NOW)
    assert early.value.code == "mapping_not_ready"
    configure(plain, kind="customers", mapping={"name": "Who"}, form=Form("utf-8", ";", ",", "dmy"), source="paper")
    assert (look(plain).sample, look(plain).faults) == ([{"Who": "Ann", "When": "3.4.2026"}], [])
    assert check(plain, clock=lambda: NOW).stored_rows == 1
    for told, code in (
        ({"kind": "things"}, "unknown_kind"), ({"preset": "things"}, "unknown_preset"),
        ({"source": "goodword"}, "reserved_source"), ({"source": " "}, "bad_source"),
        ({"form": Form("ebcdic", ",", ".", "ymd")}, "unknown_form"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            configure(plain, **told)  # type: ignore[arg-type]
        assert refusal.value.code == code


def test_a_known_export_may_be_called_another_systems_and_stays_so(business: Business) -> None:
    sample = (Path(__file__).parent.parent / "fixtures" / "tables" / "jobber" / "clients.csv").read_bytes()
    made = bring(business, sample)
    told = dict(made.mapping)
    configure(made, kind="customers", preset="")
    assert (made.kind, made.preset, made.source, made.words) == ("customers", "", "import", {})
    configure(made, kind="receipts", preset="")
    assert (made.kind, made.preset, made.source) == ("receipts", "", "import")
    configure(made, kind="customers", preset="jobber")
    assert (made.preset, made.source, made.mapping) == ("jobber", "jobber", told)


def test_a_mapping_is_kept_for_the_next_file_of_the_business(business: Business) -> None:
    first = bring(
        business, "Who;Tel\nAnn;1\n", kind="customers", mapping={"name": "Who", "phone": "Tel"}, source="paper"
    )
    save_mapping(import_=first, name="  Our list ", now=NOW)
    second = use_mapping(bring(business, "Tel;Who\n3035550101;Bob\n"), name="Our list")
    assert (second.kind, second.mapping, second.source) == ("customers", {"name": "Who", "phone": "Tel"}, "paper")
    assert [each.name for each in saved_mappings(business=business)] == ["Our list"]
    with pytest.raises(NotFound):
        use_mapping(bring(fern("moss"), "Tel;Who\n1;Bob\n"), name="Our list")
    forget_mapping(business=business, kind="customers", name="Our list")
    assert saved_mappings(business=business) == []


def test_what_has_begun_is_neither_changed_nor_thrown_away(business: Business) -> None:
    done = brought(business, CUSTOMERS, kind="customers")
    for attempt in (
        lambda: configure(done, update=True),
        lambda: discard(done),
        lambda: begin(done, actor="u", now=NOW),
    ):
        with pytest.raises(Conflict) as refusal:
            attempt()
        assert refusal.value.code == "import_begun"
    draft = bring(business, CUSTOMERS, kind="customers")
    assert draft.number == done.number + 1
    discard(draft)
    assert list(folder().iterdir()) == []
    with pytest.raises(NotFound):
        open_upload(done)


def test_only_one_works_on_an_import_and_who_is_silent_too_long_loses_it(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_work, "BATCH", 1)
    begun = begin(bring(business, CUSTOMERS, kind="customers"), actor="u", now=NOW)
    met: list[str] = []

    def beside(import_: Import) -> None:
        other = Import.objects.get(pk=import_.pk)
        if import_.position == 1:
            assert to_carry_on(now=NOW) == []
            with pytest.raises(Conflict) as refusal:
                carry_on(other, clock=lambda: NOW)
            met.append(refusal.value.code)
        if import_.position == 2:
            later = NOW + LEASE + timedelta(seconds=1)
            assert [each.pk for each in to_carry_on(now=later)] == [import_.pk]
            assert carry_on(other, clock=lambda: later).state == "done"

    with pytest.raises(Conflict) as lost:
        carry_on(begun, clock=lambda: NOW, told=beside)
    assert (met, lost.value.code) == (["import_taken"], "import_taken")
    begun.refresh_from_db()
    assert (begun.state, begun.rows, begun.stored_rows, Contact.objects.count()) == ("done", 3, 3, 3)
    assert Event.objects.filter(batch=begun.number).count() == 3


def test_a_fault_nobody_foresaw_loses_nothing_and_is_tried_again_when_the_lease_is_over(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_work, "BATCH", 1)
    begun = begin(bring(business, CUSTOMERS, kind="customers"), actor="u", now=NOW)

    def broken(import_: Import) -> None:
        if import_.position == 2:
            raise RuntimeError("the disk is on fire")

    with pytest.raises(RuntimeError):
        carry_on(begun, clock=lambda: NOW, told=broken)
    assert to_carry_on(now=NOW) == []
    begun.refresh_from_db()
    assert (begun.position, begun.stored_rows) == (2, 2)
    later = NOW + LEASE + timedelta(seconds=1)
    assert carry_on(begun, clock=lambda: later).stored_rows == 3


def test_a_file_that_is_gone_fails_the_import_and_is_given_back(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_work, "BATCH", 1)
    begun = begin(bring(business, CUSTOMERS, kind="customers"), actor="u", now=NOW)

    def once(_: Import) -> None:
        raise bringing.Paused

    with pytest.raises(bringing.Paused):
        carry_on(begun, clock=lambda: NOW, told=once)
    (path,) = folder().iterdir()
    path.unlink()
    assert same_file(business=business, sha256=begun.sha256, states=GOING_ON) == begun
    with pytest.raises(NotFound):
        carry_on(begun, clock=lambda: NOW)
    begun.refresh_from_db()
    assert (begun.state, begun.code, begun.position) == ("failed", "upload_gone", 1)
    with pytest.raises(Invalid) as other:
        give_back(begun, io.BytesIO(RECEIPTS.encode()))
    assert other.value.code == "other_file"
    give_back(begun, io.BytesIO(CUSTOMERS.encode()))
    assert run(begun, actor="u", clock=lambda: NOW).stored_rows == 3


def test_an_import_is_stopped_and_counts_for_nothing_until_it_goes_on_or_is_undone(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_work, "BATCH", 1)
    begun = begin(bring(business, CUSTOMERS, kind="customers"), actor="u", now=NOW)

    def beside(import_: Import) -> None:
        stop(Import.objects.get(pk=import_.pk), actor="user:ann", now=NOW)

    with pytest.raises(Conflict) as lost:
        carry_on(begun, clock=lambda: NOW, told=beside)
    assert lost.value.code == "import_taken"
    begun.refresh_from_db()
    assert (begun.state, begun.code, begun.position, to_carry_on(now=NOW + timedelta(days=9))) == (
        "failed",
        "stopped",
        1,
        [],
    )
    assert settle(business=business, now=NOW + timedelta(days=9)) == 0
    with pytest.raises(Conflict) as over:
        stop(begun, actor="user:ann", now=NOW)
    assert over.value.code == "not_stoppable"
    assert run(begun, actor="u", clock=lambda: NOW).state == "done"
    assert Contact.objects.count() == 3
    draft = begin_check(bring(business, RECEIPTS, kind="receipts"), now=NOW)
    assert (draft.total_rows, stop(draft, actor="u", now=NOW).state) == (3, "draft")


def test_progress_tells_rate_and_time_left_of_the_step(business: Business) -> None:
    row = bring(business, CUSTOMERS, kind="customers")
    row.state, row.step_at, row.step_from, row.done_rows, row.total_rows = "recording", NOW, 100, 300, 500
    told = progress(row, now=NOW + timedelta(seconds=4))
    assert (told.done, told.total, told.rate, told.seconds_left) == (300, 500, 50.0, 4.0)
    row.total_rows = 0
    assert progress(row, now=NOW + timedelta(seconds=4)).seconds_left is None
    assert progress(row, now=NOW).rate == 0.0


def test_rows_that_belong_together_are_sorted_in_a_step_of_its_own_that_tells_how_far_it_is(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_work, "PULSE", 1)
    monkeypatch.setattr(bringing_work, "BATCH", 1)
    seen: list[tuple[str, bool, int, int]] = []

    def tell(import_: Import) -> None:
        told = progress(Import.objects.get(pk=import_.pk), now=NOW)  # as a page reads it
        seen.append((told.state, told.sorting, told.done, told.total))

    draft = bring(business, RECEIPTS + "\n\n", kind="receipts")
    assert draft.total_rows == 5  # lines; how many rows there are is known once they are sorted
    assert run(draft, actor="u", clock=lambda: NOW, told=tell).state == "done"
    assert seen == [
        ("recording", True, 0, 5), ("recording", True, 1, 5), ("recording", True, 2, 5),
        ("recording", False, 2, 3), ("recording", False, 3, 3), ("settling", False, 2, 2),
    ]  # fmt: skip
    seen.clear()
    assert run(bring(business, CUSTOMERS, kind="customers"), actor="u", clock=lambda: NOW, told=tell).state == "done"
    assert not any(sorting for _, sorting, *_ in seen)


def test_a_row_with_several_faults_is_counted_once_across_batches_and_runs(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_work, "BATCH", 1)
    bad = "Customer ID,Name,Phone,Email\nC1,Ann,12,nothing\nC2,Bob,13,none\nC3,Cy,+13035550103,\n"
    begun = begin(bring(business, bad, kind="customers"), actor="u", now=NOW)

    def once(_: Import) -> None:
        raise bringing.Paused

    for _ in range(3):
        with pytest.raises(bringing.Paused):
            carry_on(begun, clock=lambda: NOW, told=once)
    done = carry_on(begun, clock=lambda: NOW)
    assert (done.rows, done.refused_rows, done.stored_rows) == (3, 2, 1)
    assert faults(done) == [(1, "phone", "not_a_phone"), (1, "email", "not_an_email"),
                            (2, "phone", "not_a_phone"), (2, "email", "not_an_email")]  # fmt: skip
    assert done.reasons == {"not_a_phone": 2}


def test_uploads_that_nobody_began_and_files_of_nobody_go_after_a_while(business: Business) -> None:
    waiting, begun = bring(business, CUSTOMERS, kind="customers"), bring(business, RECEIPTS, kind="receipts")
    begin(begun, actor="u", now=NOW)
    stray = folder() / "imp_of_nobody"
    stray.write_bytes(b"x")
    os.utime(stray, (NOW.timestamp(), NOW.timestamp()))
    assert drop_old(now=NOW + timedelta(hours=1)) == 0
    assert len(list(folder().iterdir())) == 3
    assert drop_old(now=NOW + timedelta(days=31)) == 2
    waiting.refresh_from_db()
    assert (waiting.state, waiting.code) == ("failed", "upload_gone")
    assert [path.name for path in folder().iterdir()] == [begun.stored]


def test_the_file_of_a_stopped_import_goes_after_a_while_and_what_it_brought_can_be_undone(business: Business) -> None:
    begun = begin(bring(business, CUSTOMERS, kind="customers"), actor="u", now=NOW)

    def pause(import_: Import) -> None:
        raise bringing.Paused

    with pytest.raises(bringing.Paused):
        carry_on(begun, clock=lambda: NOW, told=pause)
    stopped = stop(begun, actor="u", now=NOW + timedelta(days=10))
    assert stopped.position == 3
    assert drop_old(now=NOW + timedelta(days=35)) == 0  # somebody dealt with it since
    assert drop_old(now=NOW + timedelta(days=41)) == 1
    stopped.refresh_from_db()
    assert (stopped.state, stopped.code, list(folder().iterdir())) == ("failed", "upload_gone", [])
    undone = bringing.undo(stopped, actor="u", clock=lambda: NOW + timedelta(days=42))
    assert (undone.state, Contact.objects.count()) == ("undone", 0)


def test_an_import_that_failed_while_it_was_undone_is_undone_and_never_goes_on(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = brought(business, CUSTOMERS, kind="customers")

    def broken(*_: Any, **__: Any) -> None:
        raise NotFound("upload_gone", "for the test")

    with monkeypatch.context() as patched:
        patched.setattr(bringing_undo, "settle_history", broken)
        with pytest.raises(NotFound):
            bringing.undo(done, actor="u", clock=lambda: NOW)
    done.refresh_from_db()
    assert (done.state, done.undo_step) == ("failed", 1)
    give_back(done, io.BytesIO(CUSTOMERS.encode()))
    with pytest.raises(Conflict, match="undone in part"):
        begin(done, actor="u", now=NOW)
    undone = bringing.undo(done, actor="u", clock=lambda: NOW)
    assert (undone.state, Contact.objects.filter(withdrawn_at=None).count()) == ("undone", 0)


def test_a_draft_that_began_meanwhile_is_not_changed_by_an_old_copy(business: Business) -> None:
    draft = bring(business, CUSTOMERS, kind="customers")
    begin(Import.objects.get(pk=draft.pk), actor="u", now=NOW)
    with pytest.raises(Conflict, match="meanwhile"):
        configure(draft, update=True)
    draft.refresh_from_db()
    assert (draft.state, draft.update) == ("recording", False)


def test_a_backup_has_the_import_and_not_the_file(business: Business, tmp_path: Path) -> None:
    draft = bring(business, CUSTOMERS, kind="customers")
    backing_up.make(to=tmp_path / "all.zip", now=NOW)
    with zipfile.ZipFile(tmp_path / "all.zip") as bundle:
        assert b"table.csv" in bundle.read("tables/inbox.Import.jsonl")
        assert not [name for name in bundle.namelist() if draft.stored in name]
        assert not [name for name in bundle.namelist() if b"Ann Archer" in bundle.read(name)]


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor == "sqlite", reason="means something on PostgreSQL only")
def test_of_many_who_take_an_import_up_at_once_one_does_it(business: Business) -> None:
    begun = begin(bring(business, CUSTOMERS, kind="customers"), actor="u", now=NOW)

    def taker() -> str:
        try:
            return carry_on(Import.objects.get(pk=begun.pk), clock=lambda: NOW).state
        except Conflict as refusal:
            return refusal.code

    answers = at_once(*[taker] * 6)
    assert answers.count("done") >= 1
    assert set(answers) <= {"done", "import_taken"}
    begun.refresh_from_db()
    assert (begun.state, begun.rows, begun.stored_rows) == ("done", 3, 3)
    assert (Contact.objects.count(), Event.objects.filter(batch=begun.number).count()) == (3, 3)


def test_a_demo_that_goes_takes_its_tables_along(business: Business) -> None:
    Business.objects.filter(pk=business.pk).update(is_demo=True)
    brought(business, CUSTOMERS.replace("(303) 555-0103", "12"), kind="customers")
    bring(business, RECEIPTS, kind="receipts")
    remove_demo()
    assert (Import.objects.count(), ImportFault.objects.count(), list(folder().iterdir())) == (0, 0, [])


TITLED = (
    "Invoices\nFrom 1 May to 31 May\n\nInvoice #,Date,Customer ID,Amount\nR1,2026-05-02,C1,10.00\nR2,2026-05-02,C2,x\n"
)


def test_titles_above_the_header_are_passed_over_and_rows_are_counted_from_below_it(business: Business) -> None:
    draft = bring(business, TITLED)
    assert (draft.kind, draft.form["header"], draft.total_rows) == ("receipts", 4, 2)
    assert draft.headers == ["Invoice #", "Date", "Customer ID", "Amount"]
    seen = look(draft)
    assert [cells for _, cells in seen.top][:4] == [["Invoices"], ["From 1 May to 31 May"], [], draft.headers]
    done = run(draft, actor="u", clock=lambda: NOW)
    assert (done.rows, done.stored_rows, faults(done)) == (2, 1, [(2, "amount", "not_money")])
    mended = b"".join(refused_rows(done)).decode("utf-8-sig").replace(",x,", ",11.00,")
    again = brought(business, mended, kind="receipts")
    assert (again.form["header"], again.stored_rows, again.refused_rows) == (1, 1, 0)


def test_another_row_named_as_the_header_has_the_columns_matched_anew(business: Business) -> None:
    draft = configure(bring(business, TITLED), form=Form("utf-8", ",", ".", "ymd", 1))
    assert (draft.headers, draft.mapping) == (["Invoices"], {})
    configure(draft, form=Form("utf-8", ",", ".", "ymd", 3))
    assert draft.headers == ["Invoice #", "Date", "Customer ID", "Amount"]
    assert draft.mapping == {"receipt": "Invoice #", "date": "Date", "customer_id": "Customer ID", "amount": "Amount"}
    for row, code in ((99, "unknown_form"), (20, "empty_table")):
        with pytest.raises(Invalid) as refused:
            configure(draft, form=Form("utf-8", ",", ".", "ymd", row))
        assert refused.value.code == code
        draft.refresh_from_db()
        assert draft.form["header"] == 3


def test_a_saved_mapping_leaves_the_header_where_it_stands_in_this_file(business: Business) -> None:
    save_mapping(import_=bring(business, TITLED), name="Till", now=NOW)
    draft = use_mapping(bring(business, TITLED.partition("\n")[2], kind="receipts"), name="Till")
    assert (draft.form["header"], draft.headers[0]) == (3, "Invoice #")
    assert run(draft, actor="u", clock=lambda: NOW).stored_rows == 1
