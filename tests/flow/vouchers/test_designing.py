"""Designs of printed vouchers: made, changed, closed, one the default; what no card can say is refused."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from goodword.business import pictures
from goodword.business.models import Business
from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow.export_archive import pictures_of
from goodword.flow.saving_designs import save_design
from goodword.flow.submit import submit
from goodword.flow.vouchers.designing import as_printed, design_named
from goodword.inbox.models import Event
from goodword.vouchers.models import Design
from tests.flow.story import NOW, fern

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def business() -> Business:
    made = fern()
    made.public_id = "biz_fern"  # the folder of its pictures
    made.save()
    return made


def save(business: Business, ref: str = "", *, photo: bytes | None = None, **wanted: Any) -> bool:
    return save_design(business=business, ref=ref, wanted=wanted, photo=photo, actor="user:o", now=NOW)


def a_photo(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


def test_a_new_design_keeps_what_was_told_and_leaves_the_rest_to_the_business(business: Business) -> None:
    assert save(business, name="  Spring   card ", layout="elegant", colour="#AA3300", small_print="Not for cash.")
    row = Design.objects.get()
    assert (row.name, row.layout, row.colour, row.second_colour) == ("Spring card", "elegant", "#aa3300", "")
    assert (row.small_print, row.heading, row.language, row.is_default) == ("Not for cash.", "", "", False)
    event = Event.objects.get(type="voucher_design.saved")
    assert (event.actor, event.data["design"]) == ("user:o", row.public_id)
    how = as_printed(row, business=business)
    assert (how.sender.name, how.language, how.colour) == (business.name, business.language, "#aa3300")


def test_only_what_differs_is_written_and_nothing_is_no_event(business: Business) -> None:
    save(business, name="Card", heading="For you")
    ref = Design.objects.get().public_id
    before = Event.objects.count()
    assert not save(business, ref, name="Card", heading="For you", layout="plain", default=False, closed=False)
    assert Event.objects.count() == before
    assert save(business, ref, heading="")
    assert Event.objects.latest("pk").data == {"design": ref, "heading": ""}
    assert Design.objects.get().heading == ""


def test_one_design_at_most_is_the_default_and_it_stays_on_offer(business: Business) -> None:
    save(business, name="One", default=True)
    save(business, name="Two", default=True)
    two = Design.objects.get(name="Two")
    assert list(Design.objects.filter(is_default=True)) == [two]
    assert design_named(business=business, ref="") == two
    with pytest.raises(Refused) as refused:
        save(business, two.public_id, closed=True)
    assert refused.value.code == "closed_default"
    assert Design.objects.get(name="Two").closed_at is None
    save(business, two.public_id, default=False, closed=True)
    assert Design.objects.get(name="Two").closed_at == NOW
    assert design_named(business=business, ref="") is None


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"name": ""}, "bad_name"), ({"name": "x" * 61}, "bad_name"),
        ({"name": "a", "layout": "neon"}, "unknown_layout"),
        ({"name": "a", "colour": "red"}, "bad_colour"), ({"name": "a", "language": "tlh"}, "unknown_language"),
        ({"name": "a", "heading": "x" * 61}, "heading_too_long"),
        ({"name": "a", "small_print": "x" * 501}, "small_print_too_long"),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_refused_and_nothing_is_kept(
    wanted: dict[str, Any], code: str, business: Business, settings: Any
) -> None:
    with pytest.raises(Invalid) as refused:
        save(business, photo=a_photo(), **wanted)
    assert refused.value.code == code
    assert not Design.objects.exists()
    assert not Event.objects.filter(type="voucher_design.saved").exists()
    assert list(Path(settings.MEDIA_ROOT).rglob("*.jpg")) == []


def test_a_name_stands_once_in_a_business_and_another_s_design_is_unknown(business: Business) -> None:
    save(business, name="Card")
    with pytest.raises(Conflict) as refused:
        save(business, name="card")
    assert refused.value.code == "design_exists"
    beside = fern("ink")
    assert save(beside, name="Card")
    with pytest.raises(NotFound):
        save(beside, Design.objects.get(business=business).public_id, heading="Mine")
    assert Design.objects.get(business=business).heading == ""


def test_a_photo_is_kept_replaced_and_removed_with_its_file(business: Business) -> None:
    save(business, name="Card", layout="photo", photo=a_photo())
    first = Design.objects.get()
    assert pictures_of(business) == [first.photo]
    assert not save(business, first.public_id, photo=a_photo())  # the same picture
    save(business, first.public_id, photo=a_photo("blue"))
    second = Design.objects.get().photo
    assert (pictures.path_of(first.photo), pictures.path_of(second) is not None) == (None, True)
    save(business, first.public_id, remove_photo=True)
    assert (Design.objects.get().photo, pictures.path_of(second), pictures_of(business)) == ("", None, [])


def test_a_file_that_is_no_picture_or_another_s_is_refused(business: Business) -> None:
    with pytest.raises(Invalid) as refused:
        save(business, name="Card", photo=b"%PDF-1.4")
    assert refused.value.code == "picture_kind"
    data = {"name": "Card", "photo": "biz_other/aaaaaaaaaaaaaaaaaaaaaaaa.jpg"}
    with pytest.raises(Invalid) as refused:
        submit(business=business, type="voucher_design.saved", data=data, actor="user:o", now=NOW)
    assert refused.value.code == "not_a_choice"
    assert not Design.objects.exists()
