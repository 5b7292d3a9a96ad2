"""Vouchers at the command line: listed without codes, and the serials that nobody recorded."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from goodword import cli
from goodword.business.models import Business
from goodword.vouchers import finding
from tests.flow.story import fern
from tests.flow.vouchers.cast import give, order, redeem, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def business(transactional_db: None) -> Business:
    return fern()


def test_vouchers_are_listed_with_what_is_left_and_never_with_codes(
    business: Business, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    over = give(business, 500, now=now - timedelta(days=40),
                expires_on=(now - timedelta(days=3)).date().isoformat())  # fmt: skip
    sold = sell(business, 5000, now=now, expires_on="2040-02-14")
    redeem(business, sold, 1999, now=now)
    assert cli.main(["vouchers", "list", "--business", business.slug, "--csv"]) == 0
    text = capsys.readouterr().out
    rows = list(csv.DictReader(io.StringIO(text)))
    told = [(row["serial"], row["state"], row["value"], row["balance"], row["expires_on"]) for row in rows]
    assert told[0] == (sold.serial, "active", "50.00", "30.01", "2040-02-14")
    assert told[1][:4] == (over.serial, "expired", "5.00", "0.00")
    assert finding.code_of(sold) not in text
    assert cli.main(["vouchers", "list", "--business", business.slug, "--state", "expired"]) == 0
    assert [line.split()[:3] for line in capsys.readouterr().out.splitlines()] == [
        [over.serial, "promotional", "expired"]
    ]


def test_serials_that_nobody_recorded_are_listed_and_make_the_answer_no(
    business: Business, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["vouchers", "missing-serials", "--business", business.slug]
    assert cli.main(command) == 0
    order(business, "stocked", kind="sold", serials=["GOLD-10", "GOLD-12", "GOLD-20"])
    assert cli.main(command) == 1
    assert (
        capsys.readouterr().out
        == "GOLD-000001..GOLD-000009  9 serials\nGOLD-000011\nGOLD-000013..GOLD-000019  7 serials\n"
    )
    assert cli.main([*command, "--prefix", "FERN"]) == 0
