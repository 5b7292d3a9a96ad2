"""Settings of vouchers: numbered, valid, reminded and taxed as the business says, beside the law of each place."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from goodword.business.models import Location
from goodword.business.reading import setting
from goodword.engine.durations import Duration, midnight, step
from goodword.vouchers.models import Voucher
from tests.web.console.counter import order, sent, sold
from tests.web.town import Town, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/console/settings/vouchers"
REMINDERS = {"voucher_reminders": ["90", "30", "7"], "voucher_reminders_unit": ["d", "d", "d"]}
TOLD = {"voucher_prefix": "", "voucher_months": "12", "voucher_vat": "multi", **REMINDERS}


@pytest.fixture
def desk(town: Town) -> Client:
    return signed_in(town.staff("manager"))


def test_what_is_chosen_holds_for_the_next_voucher(town: Town, desk: Client) -> None:
    town.business.country, town.business.region = "GB", ""
    town.business.save()
    told = {"voucher_prefix": "glow", "voucher_months": "18", "voucher_vat": "single",
            "voucher_reminders": ["14", "2", ""], "voucher_reminders_unit": ["d", "months", "d"]}  # fmt: skip
    assert desk.post(PAGE, told).status_code == 302
    assert setting(town.business, "voucher_reminders", town.now.replace(year=2099)) == ["2 months", "14d"]
    says = " ".join(desk.get(PAGE).content.decode().split())
    assert "A new voucher is valid for 18 months" in says
    assert "reminded 2 months and 14 days before its last day" in says
    voucher = Voucher.objects.get(pk=sold(town).pk)
    ends = step(timezone.localtime(town.now, ZoneInfo(town.business.timezone)).date(), Duration(18, "months"))
    assert (voucher.serial, voucher.vat) == ("GLOW-000001", "single")
    assert voucher.expires_at == midnight(ends + timedelta(days=1), ZoneInfo(town.business.timezone))
    refused = desk.post(PAGE, {**TOLD, "voucher_months": "0"})
    assert refused.status_code == 422
    refused = desk.post(PAGE, {**TOLD, "voucher_reminders": ["5"], "voucher_reminders_unit": ["h"]})
    assert "Count in days or months" in refused.content.decode()


def test_the_law_of_each_place_is_told_with_its_source_and_how_sure_it_is(town: Town, desk: Client) -> None:
    town.business.country, town.business.region = "US", "CO"
    town.business.save()
    Location.objects.create(business=town.business, external_id="la", name="Los Angeles", region="CA")
    Location.objects.create(business=town.business, external_id="x", name="Closed", closed_at=town.now)
    places = desk.get(PAGE).context["places"]
    assert [place["name"] for place in places] == [town.business.name, "Los Angeles"]
    assert places[1]["rule"] == "California: a sold voucher must not expire."
    assert "$15.00" in places[1]["cash_out"]
    assert "California Civil Code 1749.5" in places[1]["source"]
    assert "Not legal advice." in places[1]["standing"]


@pytest.mark.requirement("R20")
def test_a_locations_region_decides_how_long_what_it_sells_is_valid(town: Town, desk: Client) -> None:
    town.business.country, town.business.region = "US", "CO"
    town.business.save()
    told = {"name": "Los Angeles", "phone": "", "address": "", "region": "ca", "external_id": "la"}
    assert desk.post(reverse("console:location_new"), told).status_code == 302
    assert Location.objects.get(external_id="la").region == "CA"
    there, here = sold(town, location="la"), sold(town)
    assert (there.policy, there.expires_at) == ("us-ca-1997", None)
    assert here.expires_at is not None
    refused = desk.post(reverse("console:location_new"), {**told, "external_id": "b", "region": "California"})
    assert "Write the region in letters of its own" in refused.content.decode()


def test_the_page_of_a_voucher_tells_the_law_and_pays_out_what_it_asks(town: Town, desk: Client) -> None:
    town.business.country, town.business.region = "US", "CA"
    town.business.save()
    voucher = sold(town, 5000)
    page = reverse("console:voucher", args=[voucher.public_id])
    assert "may ask for what is left in money" not in desk.get(page).content.decode()
    refused = sent(desk, "voucher_cash_out", voucher.public_id, method="till")
    assert refused.status_code == 422
    order(town, "voucher.redeemed", voucher=voucher.public_id, amount=4000, currency="USD")
    assert "may ask for what is left in money" in desk.get(page).content.decode()
    assert sent(desk, "voucher_cash_out", voucher.public_id, method="till").status_code == 302
    voucher.refresh_from_db()
    assert voucher.state == "redeemed"
