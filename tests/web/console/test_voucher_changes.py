"""One voucher changed at the console: each way told beforehand, refused beside its field, kept with name and reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from goodword.business.models import Business
from goodword.inbox.models import Event
from goodword.vouchers.models import Sale, Voucher
from tests.web.console.counter import order, sent, sold
from tests.web.town import Town, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(town: Town) -> Client:
    return signed_in(town.staff("manager"))


def ways(desk: Client, voucher: Voucher) -> list[str]:
    context = desk.get(reverse("console:voucher", args=[voucher.public_id])).context
    return [way["url"].rsplit("/", 1)[1] for way in context["ways"]]


def left(voucher: Voucher, desk: Client) -> tuple[str, int]:
    told = desk.get(reverse("console:voucher", args=[voucher.public_id])).context["voucher"]
    return told["state"], told["left"].units


def test_what_may_be_done_follows_from_the_state_and_the_role(town: Town, desk: Client) -> None:
    voucher = sold(town)
    assert ways(desk, voucher) == ["assign", "extend", "replace", "freeze", "void"]
    assert ways(signed_in(town.staff("office")), voucher) == ["assign", "extend", "replace"]
    order(town, "voucher.frozen", voucher=voucher.public_id, reason="asked")
    assert ways(desk, voucher) == ["assign", "extend", "replace", "unfreeze", "void"]
    order(town, "voucher.voided", voucher=voucher.public_id, reason="x", refund=None)
    assert ways(desk, voucher) == []  # neither cancelled again nor released
    order(town, "voucher.stocked", kind="sold", count=1)
    assert ways(desk, Voucher.objects.get(number=2)) == ["assign", "void"]


@pytest.mark.requirement("R13", "R14")
def test_the_recipient_is_filled_in_later_and_the_buyer_stays(town: Town, desk: Client) -> None:
    voucher = sold(town, buyer=town.contact("Ann").public_id, message="Hello")
    page = desk.get(reverse("console:voucher_assign", args=[voucher.public_id])).context
    assert (page["buyer"].text, page["recipient"].text, page["message"]) == ("Ann Berg", "", "Hello")
    fields = {"buyer": "Ann Berg", "buyer_id": town.contact("Ann").public_id, "message": "Hello again"}
    sent(desk, "voucher_assign", voucher.public_id, recipient="Bob Haddad", deliver_on="2027-02-14", **fields)
    voucher.refresh_from_db()
    assert (voucher.buyer, voucher.recipient) == (town.contact("Ann"), town.contact("Bob"))
    assert (voucher.message, voucher.deliver_on.isoformat()) == ("Hello again", "2027-02-14")
    assert "buyer" not in Event.objects.get(type="voucher.assigned").data  # who it was is not told again
    sent(desk, "voucher_assign", voucher.public_id, recipient="", **fields)
    voucher.refresh_from_db()
    assert (voucher.buyer, voucher.recipient) == (town.contact("Ann"), None)


def test_a_bad_day_and_a_name_of_several_are_refused_beside_their_fields(town: Town, desk: Client) -> None:
    voucher = sold(town)
    answer = sent(desk, "voucher_assign", voucher.public_id, recipient="Ann", message="kept")
    assert (answer.status_code, list(answer.context["faults"]), answer.context["message"]) == (
        422,
        ["recipient"],
        "kept",
    )
    answer = sent(desk, "voucher_assign", voucher.public_id, deliver_on="soon")
    assert (answer.status_code, list(answer.context["faults"])) == (422, ["deliver_on"])
    assert "e-deliver_on" in answer.content.decode()


def test_the_last_day_moves_later_with_a_reason_and_never_earlier(town: Town, desk: Client) -> None:
    voucher = sold(town)
    was = voucher.expires_at
    for fields, place in (
        ({"expires_on": "2027-01-01", "reason": "rain"}, "expires_on"),
        ({"expires_on": "", "reason": "rain"}, "expires_on"),
        ({"expires_on": "2041-06-30", "reason": ""}, "reason"),
    ):
        answer = sent(desk, "voucher_extend", voucher.public_id, **fields)
        assert answer.status_code == 422
        assert f'id="e-{place}"' in answer.content.decode(), fields
    voucher.refresh_from_db()
    assert voucher.expires_at == was
    assert sent(desk, "voucher_extend", voucher.public_id, expires_on="2041-06-30", reason="rain").status_code == 302
    voucher.refresh_from_db()
    assert voucher.expires_at is not None
    assert (voucher.expires_at.year, voucher.expires_at.month, voucher.expires_at.day) == (2041, 7, 1)


def test_a_voucher_is_cancelled_only_after_it_is_said_what_becomes_of_the_money(town: Town, desk: Client) -> None:
    voucher = sold(town)
    asked = sent(desk, "voucher_void", voucher.public_id, method="", reason="changed her mind")
    assert asked.status_code == 422
    assert left(voucher, desk) == ("active", 5000)
    sent(desk, "voucher_void", voucher.public_id, method="card", reference="re_1", reason="changed her mind")
    assert left(voucher, desk) == ("void", 0)
    data = Event.objects.get(type="voucher.voided").data
    assert data["refund"] == {"method": "card", "reference": "re_1"}
    kept = sold(town)
    sent(desk, "voucher_void", kept.public_id, method="none", reason="fraud")
    assert Event.objects.filter(type="voucher.voided").latest("pk").data["refund"] is None
    again = sent(desk, "voucher_void", kept.public_id, method="none", reason="fraud")
    assert "It was cancelled." in again.content.decode()


def test_a_gift_is_cancelled_without_a_word_of_money(town: Town, desk: Client) -> None:
    gift = {"method": "complimentary", "reason": "x"}
    event = order(town, "voucher.issued", kind="promotional", value=2000, payment=gift)
    voucher = Sale.objects.get(event=event).vouchers.get()
    form = desk.get(reverse("console:voucher_void", args=[voucher.public_id])).context["form"]
    assert [field.name for field in form.fields] == ["reason"]
    assert "cash-out" not in ways(desk, voucher)
    sent(desk, "voucher_void", voucher.public_id, reason="expired idea")
    assert left(voucher, desk) == ("void", 0)


def test_a_little_rest_is_paid_out_where_the_law_gives_it_and_not_elsewhere(town: Town, desk: Client) -> None:
    before = sold(town, 900)  # the United States have no such rule for all their states
    Business.objects.filter(pk=town.business.pk).update(region="CA")
    town.business.refresh_from_db()
    voucher, larger = sold(town, 900), sold(town, 5000)
    assert "cash-out" not in ways(desk, before)  # it keeps the law it was sold under
    assert ("cash-out" in ways(desk, voucher), "cash-out" in ways(desk, larger)) == (True, False)
    page = desk.get(reverse("console:voucher_cash_out", args=[voucher.public_id])).content.decode()
    assert "California" in page
    refused = sent(desk, "voucher_cash_out", voucher.public_id, method="barter")
    assert 'id="e-method"' in refused.content.decode()
    assert left(voucher, desk) == ("active", 900)
    sent(desk, "voucher_cash_out", voucher.public_id, method="till", reference="T-3")
    assert left(voucher, desk) == ("redeemed", 0)


def test_a_lost_card_is_replaced_by_the_next_serial_or_by_one_of_stock(town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=1)
    lost = sold(town)
    refused = sent(desk, "voucher_replace", lost.public_id, serial="FERN-77", reason="")
    assert 'id="e-serial"' in refused.content.decode()
    assert left(lost, desk) == ("active", 5000)
    answer = sent(desk, "voucher_replace", lost.public_id, serial="FERN-1", reason="bus")
    card = Voucher.objects.get(serial="FERN-000001")
    assert answer["Location"] == reverse("console:voucher", args=[card.public_id])
    assert (left(lost, desk), left(card, desk)) == (("void", 0), ("active", 5000))
    sent(desk, "voucher_replace", card.public_id, serial="", reason="")
    assert left(Voucher.objects.get(serial="FERN-000003"), desk) == ("active", 5000)


def test_a_hold_stops_it_and_is_released(town: Town, desk: Client) -> None:
    voucher = sold(town)
    assert sent(desk, "voucher_freeze", voucher.public_id, reason=" ").status_code == 422
    sent(desk, "voucher_freeze", voucher.public_id, reason="disputed")
    assert left(voucher, desk) == ("frozen", 5000)
    sent(desk, "voucher_unfreeze", voucher.public_id)
    assert left(voucher, desk) == ("active", 5000)


def test_a_form_of_change_that_is_sent_twice_changes_once(town: Town, desk: Client) -> None:
    voucher = sold(town)
    url = reverse("console:voucher_extend", args=[voucher.public_id])
    fields: dict[str, Any] = {"form": desk.get(url).context["form"].hidden["form"], "expires_on": "2041-06-30"}
    for _ in range(2):
        assert desk.post(url, fields | {"reason": "rain"}).status_code == 302
    assert Event.objects.filter(type="voucher.extended").count() == 1


def test_it_is_sent_to_a_recipient_who_can_be_written_to(town: Town, desk: Client) -> None:
    alone = sold(town)
    assert "send" not in ways(desk, alone)
    refused = sent(desk, "voucher_send", alone.public_id)
    assert refused.status_code == 422
    assert "Say first whose it is" in refused.content.decode()
    voucher = sold(town, recipient=town.contact("Ann").public_id, deliver_on="2031-02-14")
    assert "send" in ways(desk, voucher)
    page = desk.get(reverse("console:voucher_send", args=[voucher.public_id])).content.decode()
    assert "It would have left by itself on Feb 14, 2031." in page
    assert sent(desk, "voucher_send", voucher.public_id).status_code == 302
    voucher.refresh_from_db()
    assert voucher.delivered_at is not None
    assert "It was sent before" in desk.get(reverse("console:voucher_send", args=[voucher.public_id])).content.decode()
