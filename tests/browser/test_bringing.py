"""A small table is brought in without a command line: matched, looked over, booked, proved, undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from goodword.flow.bringing import carry_on
from goodword.inbox.models import Import
from goodword.people.models import Contact
from tests.browser.conftest import office
from tests.web.town import lived_in

pytestmark = pytest.mark.browser

TABLE = """\
No;Who;Mobile;Since;Heard from
C1;Ivy Archer;(303) 555-0101;03/04/2025;
C2;Jon Baker;(303) 555-0102;04/05/2025;Ivy Archer
C3;Kit Cole;12;05/06/2025;
"""


def worked() -> None:
    """Do what the worker does."""
    carry_on(Import.objects.select_related("business").get(), clock=timezone.now)


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


@pytest.mark.requirement("R2", "R135")
def test_a_table_is_brought_in_from_the_first_click_to_the_proof_and_undone(open_browser: Callable[..., Any]) -> None:
    page = office(open_browser, lived_in())
    before = Contact.objects.count()
    page.goto("/console/imports")
    page.get_by_role("link", name="Choose a file").first.click()
    page.get_by_label("The file: choose it, or drag it here").set_input_files(
        {"name": "customers.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    page.get_by_label("What it holds").select_option("customers")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("cannot be told from these dates")).to_be_visible()
    page.get_by_text("more that the file may have").click()
    since = page.get_by_label("Customer since")
    since.select_option(label="Since")
    expect(page.get_by_text("April 3, 2025")).to_be_visible()
    page.get_by_label("Dates").focus()
    page.get_by_label("Dates").select_option("mdy")
    expect(page.get_by_text("March 4, 2025")).to_be_visible()  # without a press of any button
    expect(page.get_by_label("Dates")).to_be_focused()
    page.get_by_label("Name", exact=True).select_option(label="Who")
    expect(page.get_by_role("row", name="Name Who Ivy Archer")).to_be_visible()
    page.get_by_label("Customer number", exact=True).select_option(label="No")
    expect(page.get_by_role("row", name="Customer number No C1")).to_be_visible()
    expect(page.get_by_text("No telephone number can be read here.")).to_be_visible()
    page.get_by_label("Who referred them: name, phone or e-mail").select_option(label="Heard from")
    expect(page.get_by_role("row", name="Who referred them: name").get_by_text("Ivy Archer")).to_be_visible()
    page.get_by_role("button", name="Look all rows over").click()
    expect(page.get_by_text("Nothing is booked yet")).to_be_visible()
    expect(page.get_by_text(re.compile("Jon Baker.*, referred by .*Ivy Archer"))).to_be_visible()
    assert Contact.objects.filter(name="Jon Baker").count() == 0
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download to mend").click()
    assert "Kit Cole" in Path(kept.value.path()).read_text(encoding="utf-8-sig")
    page.get_by_role("link", name="Bring in 2 rows").click()
    page.get_by_role("button", name="Bring in").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    worked()
    expect(page.get_by_text("Nothing was lost")).to_be_visible()  # the page looks again by itself
    assert Contact.objects.filter(name="Jon Baker").count() == 1
    page.get_by_role("link", name="Undo this import").click()
    page.get_by_label("Type the number of the import").fill("1")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="What was brought in is being taken back")).to_be_visible()
    worked()
    expect(page.get_by_text("The books hold nothing of it any more.")).to_be_visible()
    assert Contact.objects.filter(withdrawn_at=None, name="Jon Baker").count() == 0
    assert Contact.objects.filter(withdrawn_at=None).count() == before
