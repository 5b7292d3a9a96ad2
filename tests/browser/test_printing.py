"""A manager makes a design beside its example, an office prints a wave: in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import expect

from goodword.inbox.models import Event
from goodword.vouchers.models import Design
from tests.browser.conftest import noticed, office
from tests.flow.vouchers import cast
from tests.vouchers.printing.prints import pages, scanned
from tests.web.town import found

pytestmark = pytest.mark.browser


def test_a_design_is_made_beside_its_example_and_a_wave_is_printed_with_it(
    open_browser: Callable[..., Any], transactional_db: None, live_server: Any, tmp_path: Path
) -> None:
    town = found()
    cast.order(town.business, "issued", now=town.now, kind="sold", value=5000, count=3, payment=cast.TILL)
    page = office(open_browser, town)
    page.goto("/console/settings/voucher-designs/new")
    example = page.get_by_role("img", name="An example voucher in this design")
    page.get_by_role("textbox", name="Name").fill("Spring")
    page.get_by_label("Look", exact=True).select_option("elegant")
    expect(example).to_have_attribute("src", re.compile("layout=elegant"))
    expect(example).to_have_js_property("naturalWidth", 1260)
    page.get_by_role("textbox", name="Heading").fill("A day off")
    expect(example).to_have_attribute("src", re.compile("heading=A[+]day[+]off"))
    assert not Design.objects.exists()
    page.get_by_role("button", name="Save").click()
    noticed(page, "Saved.")

    page.goto("/console/print/vouchers")
    page.get_by_role("link", name="3 cards").click()
    assert page.get_by_label("Design").locator("option:checked").inner_text() == "Spring"
    page.get_by_label("Sheet", exact=True).select_option("dl-a4")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Make the PDF file").click()
    file = tmp_path / "cards.pdf"
    coming.value.save_as(file)
    assert coming.value.suggested_filename == "vouchers-FERN-000001-to-FERN-000003.pdf"
    made = file.read_bytes()
    assert len(scanned(pages(made, dpi=200)[0])) == 3
    assert "A day off" in pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range()
    assert Event.objects.filter(type="voucher.printed").count() == 1
