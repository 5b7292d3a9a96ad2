"""What an undoing leaves as it is: all of it is listed, before and after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from goodword.business.models import Business
from goodword.flow.bringing import undo
from goodword.flow.bringing_undo_plan import undo_preview
from goodword.inbox.models import Import
from goodword.ledger.chart import Kind
from goodword.ledger.checking import faults as faults_of_the_books
from goodword.people.models import Contact
from tests.flow.story import NOW, closed, fern, pending_and_usable, tell
from tests.flow.test_bringing import CUSTOMERS, RECEIPTS, brought, ticking, who
from tests.histories import PROGRAMMES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def left(import_: Import) -> list[tuple[str, str]]:
    return sorted(import_.faults.filter(undoing=True).values_list("code", "value"))


def points(business: Business) -> int:
    return sum(pending_and_usable(business, who(business, "C1"), Kind.POINTS, "points"))


def test_rewards_that_their_rule_keeps_stay_and_are_listed() -> None:
    business = fern(document=PROGRAMMES[0].replace("expires: 15d}", "expires: 15d, on_cancel: keep}"))
    brought(business, CUSTOMERS, kind="customers")
    sales = brought(business, RECEIPTS.replace("2026-11-0", "2026-11-1"), kind="receipts")
    earned = points(business)
    assert earned > 0
    assert undo_preview(sales).left == {"kept_by_rule": 2}
    sales = undo(sales, actor="user:ann", clock=ticking)
    assert (points(business), sales.money_booked) == (earned, 0)
    assert left(sales) == [("kept_by_rule", "R1-C1"), ("kept_by_rule", "R2-C2")]
    facts = sales.faults.get(value="R1-C1").facts
    assert (facts["rule"], facts["asset"], facts["units"]) == ("points", "points", earned)


def test_rewards_that_their_rule_takes_back_are_not_listed() -> None:
    business = fern(document=PROGRAMMES[0])
    brought(business, CUSTOMERS, kind="customers")
    sales = brought(business, RECEIPTS.replace("2026-11-0", "2026-11-1"), kind="receipts")
    assert points(business) > 0
    assert undo_preview(sales).left == {}
    sales = undo(sales, actor="user:ann", clock=ticking)
    assert (points(business), left(sales)) == (0, [])


def test_customers_that_an_import_only_told_other_things_of_keep_them_and_are_listed() -> None:
    business = fern()
    brought(business, CUSTOMERS, kind="customers")
    table = "Customer ID,Name,Phone\nC1,Zed Wrong,(303) 555-0999\nC3,Cy Cole,(303) 555-0103\nC4,Di Dole,\n"
    other = brought(business, table, kind="customers", update=True)
    assert (other.stored_rows, other.known_rows) == (2, 1)
    assert undo_preview(other).left == {"was_updated": 1}
    other = undo(other, actor="user:ann", clock=ticking)
    assert left(other) == [("was_updated", "C1")]
    assert who(business, "C1").name == "Zed Wrong"
    assert not Contact.objects.filter(name="Di Dole").exists()


@pytest.mark.parametrize("rest", [40, 0])
def test_what_was_spent_of_the_rewards_that_go_back_is_listed(rest: int) -> None:
    business = fern(document=PROGRAMMES[0])
    brought(business, CUSTOMERS, kind="customers")
    sales = brought(business, RECEIPTS.replace("2026-11-0", "2026-11-1"), kind="receipts")
    held = pending_and_usable(business, who(business, "C1"), Kind.POINTS, "points")[1]
    raw = closed("T1", None, 100_000, at=NOW.isoformat(), tenders=[{"type": "points", "amount": held - rest}])
    raw["data"]["ticket"]["contact"] = {"source": "import", "external_id": "C1"}
    raw["data"]["ticket"]["lines"][0]["unit_price"] = held - rest
    tell(business, [raw])
    sales = undo(sales, actor="user:ann", clock=ticking)
    assert left(sales) == [("written_off", "R1-C1")]
    assert sales.faults.get(undoing=True).facts == {"rule": "points", "asset": "points", "missing": held - rest}
    assert faults_of_the_books() == []
