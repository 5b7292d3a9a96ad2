"""Badges are made, changed and closed, and put on one voucher, several or all of a sale."""

from __future__ import annotations

import pytest

from goodword.business.models import Badge, Business
from goodword.errors import Refused
from goodword.flow.changing import save_badge
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.vouchers.models import Sale
from tests.flow.story import NOW, fern
from tests.flow.vouchers.cast import TILL, made_by, order, refusal, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def business(transactional_db: None) -> Business:
    return fern()


def badge(business: Business, name: str = "Valentine", colour: str = "#B3261E") -> Badge:
    save_badge(business=business, ref="", wanted={"name": name, "colour": colour}, actor="user:o", now=NOW)
    return Badge.objects.get(business=business, name=name)


def refused(business: Business, ref: str, **wanted: object) -> str:
    before = list(Badge.objects.order_by("pk").values()), Event.objects.count()
    with pytest.raises(Refused) as told:
        save_badge(business=business, ref=ref, wanted=wanted, actor="user:o", now=NOW)
    assert (list(Badge.objects.order_by("pk").values()), Event.objects.count()) == before
    return told.value.code


@pytest.mark.requirement("R16")
def test_a_badge_is_made_renamed_and_closed_and_each_is_an_event(business: Business) -> None:
    made = badge(business)
    assert (made.name, made.colour, made.closed_at) == ("Valentine", "#b3261e", None)
    wanted: dict[str, object] = {"name": "Valentine 2027", "colour": "#b3261e", "closed": True}
    assert save_badge(business=business, ref=made.public_id, wanted=wanted, actor="user:o", now=NOW)
    made.refresh_from_db()
    assert (made.name, made.closed_at) == ("Valentine 2027", NOW)
    assert not save_badge(business=business, ref=made.public_id, wanted=wanted, actor="user:o", now=NOW)
    told = list(Event.objects.filter(type="badge.saved").order_by("pk").values_list("data", flat=True))
    assert told == [
        {"badge": made.public_id, "name": "Valentine", "colour": "#b3261e"},
        {"badge": made.public_id, "name": "Valentine 2027", "closed": True},
    ]


def test_what_cannot_be_a_badge_is_refused_and_nothing_is_written(business: Business) -> None:
    badge(business)
    assert refused(business, "", name=" ", colour="#b3261e") == "bad_name"
    assert refused(business, "", name="x" * 41, colour="#b3261e") == "bad_name"
    assert refused(business, "", name="valentine", colour="#b3261e") == "badge_exists"
    assert refused(business, "", name="Other", colour="red") == "bad_colour"
    assert refused(business, "", name="Other", colour="") == "bad_colour"
    assert refused(business, "bdg_nothing", name="Other") == "badge_not_found"


def test_another_business_may_have_a_badge_of_that_name_but_not_change_ours(business: Business) -> None:
    beside = fern("ink")
    made = badge(business)
    assert badge(beside) != made
    assert refused(beside, made.public_id, name="Ours") == "badge_not_found"


@pytest.mark.requirement("R16")
def test_a_badge_is_put_on_one_on_several_and_on_a_whole_sale_and_taken_off(business: Business) -> None:
    wave, thanks = badge(business), badge(business, "Thank-you")
    alone = sell(business)
    sale = Sale.objects.get(event=order(business, "issued", kind="sold", value=4000, count=3, payment=TILL))
    order(business, "badged", sale=sale.public_id, add=[wave.public_id])
    order(business, "badged", sale=sale.public_id, add=[wave.public_id])  # once more changes nothing
    assert [list(v.badges.all()) for v in sale.vouchers.all()] == [[wave]] * 3
    assert list(alone.badges.all()) == []
    first, second, third = made_by(sale.event)
    several = [first.public_id, alone.public_id]
    order(business, "badged", vouchers=several, add=[thanks.public_id], remove=[wave.public_id])
    assert [list(v.badges.all()) for v in (first, alone, second, third)] == [[thanks], [thanks], [wave], [wave]]
    order(business, "badged", voucher=second.public_id, remove=[wave.public_id])
    assert list(second.badges.all()) == []


def test_a_badge_or_a_voucher_that_is_not_ours_is_refused_and_none_of_them_changes(business: Business) -> None:
    beside, made = fern("ink"), badge(business)
    mine, theirs = sell(business), sell(beside)
    add = [made.public_id]
    assert refusal(business, "badged", vouchers=[mine.public_id, theirs.public_id], add=add).code == "voucher_not_found"
    assert refusal(business, "badged", voucher=mine.public_id, add=[*add, "bdg_no"]).code == "badge_not_found"
    assert refusal(beside, "badged", voucher=theirs.public_id, add=add).code == "badge_not_found"
    assert refusal(business, "badged", sale="sal_nothing", add=add).code == "voucher_not_found"
    assert refusal(business, "badged", voucher=mine.public_id).code == "badge_required"
    many = [f"vou_{n}" for n in range(1001)]
    assert refusal(business, "badged", vouchers=many, add=add).code == "too_many_vouchers"
    assert list(mine.badges.all()) == []


def test_a_new_card_bears_the_badges_of_the_lost_one(business: Business) -> None:
    made, lost = badge(business), sell(business)
    order(business, "badged", voucher=lost.public_id, add=[made.public_id])
    order(business, "replaced", voucher=lost.public_id)
    assert list(lost.replaced_by.badges.all()) == [made]


def test_the_same_key_answers_alike_and_writes_nothing_twice(business: Business) -> None:
    data = {"name": "Once", "colour": "#000000"}
    for _ in range(2):
        submit(business=business, type="badge.saved", data=data, actor="user:o", now=NOW, key="k")
    assert Badge.objects.filter(business=business).count() == 1
