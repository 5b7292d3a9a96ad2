"""A person forgotten is forgotten in tables too: refused rows, saved mappings, files that wait."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from goodword.business.models import Business
from goodword.errors import Refused
from goodword.flow import bringing_work
from goodword.flow.bringing import begin, run
from goodword.flow.bringing_file import folder
from goodword.flow.bringing_mappings import save_mapping
from goodword.flow.bringing_sheet import refused_rows
from goodword.flow.submit import submit
from goodword.inbox.models import Import, ImportFault, SavedMapping
from tests.flow.story import NOW, fern
from tests.flow.test_bringing import CUSTOMERS, bring, brought, ticking, who

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def business(settings: Any, tmp_path: Path) -> Business:
    settings.DATA = tmp_path
    return fern()


def erase(business: Business, name: str) -> None:
    data = {"contact": who(business, name).public_id, "reason": "asked by letter"}
    submit(business=business, type="contact.erased", data=data, actor="user:cy", now=NOW)


def test_refused_rows_mappings_and_waiting_files_know_nothing_of_an_erased_person(business: Business) -> None:
    brought(business, CUSTOMERS, kind="customers")
    bad = (
        "Customer ID,Name,Phone,Referred by\n"
        "X1,Dee Dale,12,Bob Baker\nX2,BOB BAKER,3,\nC2,B.,3,\nX4,Eve Earl,4,303-555-0102\n"
    )
    refused = brought(business, bad, kind="customers", words={"referred_by": {"bob baker": ""}})
    save_mapping(import_=refused, name="bob baker's list", now=NOW)
    sales = brought(business, "Receipt,Customer ID,Amount,Status\nR1,C1,5,Bob Baker\n", kind="receipts")
    assert sales.unknown == {"status": {"column": "Status", "words": ["Bob Baker"]}}
    waiting = bring(business, "Customer ID,Name\nX5,Bob Baker\n", kind="customers")
    other = bring(business, "Customer ID,Name\nX6,Bobby Bakerson\n", kind="customers")
    assert len(list(folder().iterdir())) == 2
    erase(business, "C2")
    table = b"".join(refused_rows(refused)).decode()
    assert "baker" not in table.lower()
    assert "0102" not in table
    assert "Dee Dale" in table
    assert "B." not in table
    assert "baker" not in str(list(ImportFault.objects.values())).lower()
    assert "baker" not in str(list(SavedMapping.objects.values())).lower()
    assert "bob" not in str(Import.objects.get(pk=refused.pk).words).lower()
    assert "bob" not in str(Import.objects.get(pk=sales.pk).unknown).lower()
    waiting.refresh_from_db()
    other.refresh_from_db()
    assert (waiting.state, waiting.code, waiting.stored) == ("failed", "upload_gone", "")
    assert (other.state, len(list(folder().iterdir()))) == ("draft", 1)


def test_nobody_is_erased_out_of_a_table_that_is_being_recorded(business: Business) -> None:
    brought(business, CUSTOMERS, kind="customers")
    running = bring(business, "Customer ID,Name\nX5,Bob Baker\n", kind="customers")
    begin(running, actor="user:ann", now=NOW)
    with pytest.raises(Refused) as refusal:
        erase(business, "C2")
    assert refusal.value.code == "import_running"
    assert who(business, "C2").name == "Bob Baker"


def test_an_erasure_while_an_import_settles_takes_its_file_and_the_import_comes_to_its_end(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = "Customer ID,Name,Phone\nX1,Cy Cole,\nX2,Di Dole,no phone\n"
    running = bring(business, table, kind="customers")
    Import.objects.filter(pk=running.pk).update(file_name="Cy Cole.csv")
    running.refresh_from_db()
    keep = bringing_work.keep_cells

    def erased_first(*args: Any, **more: Any) -> None:
        erase(business, "X1")
        keep(*args, **more)

    monkeypatch.setattr(bringing_work, "keep_cells", erased_first)
    done = run(running, actor="user:ann", clock=ticking)
    assert (done.state, done.code, done.stored, done.stored_rows, done.refused_rows) == ("done", "", "", 1, 1)
    assert (done.money_booked, done.faults.get().cells) == (0, None)
    assert "Cole" not in done.file_name
    assert list(folder().iterdir()) == []
