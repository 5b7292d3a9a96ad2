"""Sales in a browser: found, some of their cards ticked and printed; every page of it in several looks."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import expect

from goodword.business.models import Location
from goodword.flow.deliver import deliver
from goodword.inbox.models import Event
from goodword.outbox.models import Message
from goodword.vouchers import secrecy
from goodword.vouchers.finding import code_of
from goodword.vouchers.models import Sale, Voucher
from tests.browser import shots
from tests.browser.conftest import PASSWORD, sign_in
from tests.flow.vouchers import cast
from tests.vouchers.printing.prints import pages, scanned
from tests.web.console.counter import order
from tests.web.town import Town, lived_in, signed_in

pytestmark = pytest.mark.browser
KEPT = os.environ.get("GOODWORD_TEST_SHOTS", "")
LOOKS = [pytest.param(*look, id=name) for name, *look in shots.LOOKS]


def season() -> Town:
    """Return a town that has sold a wave, a few single ones, undone one and brought one along."""
    town = lived_in()
    shop, ann = town.business, town.contact("Ann").public_id
    for name, called in (("north", "Denver North"), ("south", "Boulder")):
        Location.objects.create(business=shop, external_id=name, name=called)
    paid = {"method": "bank_transfer", "reference": "INV-2026-0077 Berg & Daughters Landscaping"}
    cards = cast.made_by(cast.order(shop, "issued", now=town.now, kind="sold", value=4000, count=50, buyer=ann,
                                    payment=paid, location="north"))  # fmt: skip
    cast.redeem(shop, cards[49], 4000, now=town.now)
    cast.redeem(shop, cards[48], 1550, now=town.now)
    cast.order(shop, "voided", now=town.now, voucher=cards[47].public_id, reason="torn", refund={"method": "till"})
    Voucher.objects.filter(pk=cards[46].pk).update(code_sealed=secrecy.seal("BCDFGHJKLMNPQRST", index="another key"))
    wrong = cast.sell(shop, 2000, now=town.now, location="south", payment={"method": "card", "reference": "ch_1Nq"})
    cast.order(shop, "voided", now=town.now, voucher=wrong.public_id, reason="typed twice", refund={"method": "card"})
    cast.give(shop, 1500, now=town.now, buyer=town.contact("Bob").public_id)
    cast.order(shop, "brought", now=town.now, kind="sold", value=10000, balance=6000, expires_on="never",
               payment={"method": "other", "reference": "OLD-9"})  # fmt: skip
    return town


@pytest.mark.requirement("R7", "R23")
@pytest.mark.parametrize("size", [shots.DESK, shots.PHONE], ids=["desk", "phone"])
def test_a_sale_is_found_and_two_of_its_cards_are_printed(
    size: dict[str, int], open_browser: Callable[..., Any], transactional_db: None, tmp_path: Path
) -> None:
    page, town = open_browser(size), season()
    sign_in(page, town.staff("office").email, PASSWORD)
    page.goto("/console/vouchers")
    page.get_by_role("link", name="Sales", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sales of vouchers")
    page.get_by_role("searchbox", name="Buyer, payment’s reference").fill("INV-2026")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="50 vouchers").click()
    page.get_by_label("FERN-000050", exact=True).check()  # redeemed: cannot be printed
    page.get_by_label("FERN-000046", exact=True).check()
    page.get_by_label("FERN-000044", exact=True).check()
    page.get_by_role("button", name="Print the chosen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Print 2 cards")
    assert page.url.endswith("/console/print/vouchers")  # nothing of the choice stands in the address
    expect(page.get_by_text("These are not printed")).to_be_visible()
    expect(page.get_by_text("FERN-000050")).to_be_visible()
    assert not Event.objects.filter(type="voucher.printed").exists()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Make the PDF file").click()
    file = tmp_path / "cards.pdf"
    coming.value.save_as(file)
    got = sorted(address[-16:] for picture in pages(file.read_bytes(), dpi=200) for address in scanned(picture))
    chosen = Voucher.objects.filter(serial__in=["FERN-000044", "FERN-000046"])
    assert got == sorted(code_of(card).replace("-", "") for card in chosen)


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_the_pages_of_sales_are_without_fault_in_every_look(
    size: dict[str, int], theme: str, language: str, open_browser: Callable[..., Any], live_server: Any,
    transactional_db: None,
) -> None:  # fmt: skip
    town, page = season(), open_browser(size, theme=theme, language=language)
    gift = cast.sell(town.business, 5000, now=town.now, recipient={"name": "Max", "email": "max@example.com"})
    order(town, "voucher.sent", voucher=gift.public_id)
    deliver(now=town.now)
    message = Message.objects.get(template="voucher_delivery").public_id
    session = signed_in(town.owner).cookies[django_settings.SESSION_COOKIE_NAME].value
    named = {django_settings.SESSION_COOKIE_NAME: session, "django_language": language}
    page.context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in named.items()])
    wave = Sale.objects.get(count=50).public_id
    ann = town.contact("Ann").public_id
    faults = []
    for name, address in {
        "sales": "/console/vouchers/sales", "sales-none": "/console/vouchers/sales?period=yesterday",
        "sales-buyer": f"/console/vouchers/sales?buyer={ann}", "sale": f"/console/vouchers/sales/{wave}",
        "vouchers-of-sale": f"/console/vouchers?sale={wave}", "message": f"/console/messages/{message}",
    }.items():  # fmt: skip
        page.goto(address, wait_until="networkidle")
        faults += [f"{name}: {fault}" for fault in shots.faults_of(page, [])]
        _keep(page, name, size, theme, language)
    page.goto(f"/console/vouchers/sales/{wave}")
    page.locator("[data-check-all]").check()
    page.locator("form[data-choosing] button").click()
    page.wait_for_url("**/console/print/vouchers")
    faults += [f"print: {fault}" for fault in shots.faults_of(page, [])]
    _keep(page, "print", size, theme, language)
    assert faults == []


def _keep(page: Any, name: str, size: dict[str, int], theme: str, language: str) -> None:
    if KEPT:
        Path(KEPT).mkdir(parents=True, exist_ok=True)
        file = f"{name}.{'phone' if size == shots.PHONE else 'desk'}-{theme}-{language}.png"
        page.screenshot(path=Path(KEPT) / file, full_page=True)
