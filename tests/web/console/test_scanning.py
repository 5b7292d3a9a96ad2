"""A code read out of a photo by the server: who may ask, what is answered, and that nothing is kept or told."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from goodword.business.models import User
from goodword.inbox.models import Event
from goodword.vouchers import finding
from goodword.web.console import scanning
from goodword.web.console.roles import PAGES, ROLES
from tests.vouchers.pictures import CODE, photo, saved, table
from tests.web.console.counter import order, sent, sold
from tests.web.town import Town, found, signed_in

pytestmark = pytest.mark.django_db
URL = f"https://refer.example.com/v/{CODE}"
CARD = saved(photo(URL))


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


def file(data: bytes = CARD, name: str = "card.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def scanned(client: Client, data: bytes = CARD, name: str = "card.jpg") -> Any:
    return client.post(reverse("console:scan"), {"photo": file(data, name)})


# --- scripts ask ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R15")
def test_a_photo_is_answered_with_its_code_and_the_answer_is_kept_by_nobody(town: Town) -> None:
    answer = scanned(signed_in(town.staff("technician")))
    assert (answer.status_code, answer.json()) == (200, {"text": CODE})
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_what_shows_no_code_or_several_is_a_look_in_vain_and_no_failure(town: Town, desk: Client) -> None:
    none, two = scanned(desk, saved(table())), scanned(desk, saved(photo("one", "two", size=300)))
    assert (none.status_code, none.json()["text"], none.json()["code"]) == (200, "", "no_code_found")
    assert "No code was found in the photo." in none.json()["said"]
    assert (two.status_code, two.json()["text"], two.json()["code"]) == (200, "", "several_codes_found")
    assert two.json()["said"] == "There are several codes in the photo. Photograph one alone."


@pytest.mark.parametrize(
    ("data", "name", "code", "said"),
    [
        (b"<html><script>alert(1)</script></html>", "card.jpg", "picture_kind", "That is no picture we can use."),
        (b"\xff\xd8\xff" + b"\0" * (8 * 1024 * 1024), "card.jpg", "picture_too_big", "larger than 8 MB"),
        (CARD[: len(CARD) // 2], "card.jpg", "picture_broken", "was not sent whole"),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(
    data: bytes, name: str, code: str, said: str, desk: Client
) -> None:
    answer = scanned(desk, data, name)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert said in answer.json()["said"]
    assert answer.json()["text"] == ""


def test_without_a_picture_and_with_a_mere_name_of_one_nothing_is_read(desk: Client) -> None:
    for told in ({}, {"photo": "card.jpg"}):
        answer = desk.post(reverse("console:scan"), told)
        assert (answer.status_code, answer.json()["code"]) == (422, "photo_required")


def test_nothing_of_it_is_kept_recorded_or_logged(town: Town, desk: Client, caplog: pytest.LogCaptureFixture) -> None:
    events, files = Event.objects.count(), sorted(Path(settings.MEDIA_ROOT).rglob("*"))
    with caplog.at_level(logging.DEBUG):
        scanned(desk)
        scanned(desk, saved(table()))
    assert Event.objects.count() == events
    assert sorted(Path(settings.MEDIA_ROOT).rglob("*")) == files
    assert CODE not in caplog.text


def test_it_is_posted_and_no_other_site_can_have_it_posted(town: Town) -> None:
    address = reverse("console:scan")
    assert signed_in(town.owner).get(f"{address}?photo=x").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(town.owner)
    assert strict.post(address, {"photo": file()}).status_code == 403


def test_who_may_redeem_may_scan_and_nobody_else(town: Town) -> None:
    assert scanned(Client()).status_code == 302
    nobody = User.objects.create_user("nobody@else.example", "a good long password")
    assert scanned(signed_in(nobody))["Location"] == reverse("console:start")
    for role, may in ROLES.items():
        wanted = 200 if "vouchers.redeem" in may else 403
        assert scanned(signed_in(town.staff(role))).status_code == wanted, role


def test_every_role_that_opens_a_page_with_a_camera_may_scan() -> None:
    for name in ("redeem", "stock_sell"):
        assert [role for role, may in ROLES.items() if PAGES[name] in may and PAGES["scan"] not in may] == []


def test_reading_tells_nothing_of_any_business_s_vouchers(town: Town) -> None:
    theirs = finding.code_of(sold(found("Ink and Steel")))
    known, unknown = (scanned(signed_in(town.owner), saved(photo(code))).json() for code in (theirs, CODE))
    assert known == {"text": theirs}
    assert unknown == {"text": CODE}


def test_too_many_pictures_of_one_person_wait_a_minute_and_others_go_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "MOST", 3)
    client = signed_in(town.staff("technician"))
    answers = [scanned(client, b"x").status_code for _ in range(4)]
    if answers[-1] != 429:  # the minute was over between two of them
        answers = [scanned(client, b"x").status_code for _ in range(4)]
    assert answers == [422, 422, 422, 429]
    turned_away = scanned(client)
    assert turned_away.json()["code"] == "too_many_pictures"
    assert turned_away.json()["text"] == ""
    assert scanned(signed_in(town.staff("office"))).json() == {"text": CODE}


# --- without scripts ------------------------------------------------------------------------------------------------


def test_without_scripts_the_photo_comes_with_the_form_and_its_code_stands_in_the_field(town: Town) -> None:
    tim, address = signed_in(town.staff("technician")), reverse("console:redeem")
    page = tim.get(address).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert 'type="file" id="f-code-photo" name="photo" accept="image/*" capture="environment"' in page
    answer = tim.post(address, {"code": "", "photo": file()})
    assert answer.status_code == 200
    assert f'name="code" value="{CODE}"' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_without_scripts_a_photo_in_vain_says_why_beside_the_field_and_what_was_typed_stays(desk: Client) -> None:
    for data, said in ((saved(table()), "No code was found in the photo."), (b"<html>", "That is no picture we can")):
        answer = desk.post(reverse("console:redeem"), {"code": "FERN-1", "photo": file(data)})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page[page.index('id="e-code"') :][:600]
        assert 'name="code" value="FERN-1"' in page


def test_cards_of_stock_are_photographed_one_after_another_and_stand_there_by_their_serials(
    town: Town, desk: Client
) -> None:
    order(town, "voucher.stocked", kind="sold", count=3)
    two, three = (finding.voucher_of(business=town.business, text=f"FERN-{n}") for n in (2, 3))
    before = Event.objects.count()
    first = sent(desk, "stock_sell", serials="", value="50", photo=file(saved(photo(finding.code_of(two)))))
    assert first.context["told"]["serials"] == "FERN-000002"
    again = sent(desk, "stock_sell", serials="FERN-000002", photo=file(saved(photo(f"https://x.example/v/{CODE}"))))
    assert again.context["faults"] == {"serials": "We know no such voucher."}
    more = saved(photo(f"https://x.example/v/{finding.code_of(three)}"))
    shown = sent(desk, "stock_sell", serials="FERN-000002", value="50", photo=file(more))
    assert shown.context["told"]["serials"].splitlines() == ["FERN-000002", "FERN-000003"]
    assert shown.context["told"]["value"] == "50"
    assert Event.objects.count() == before  # nothing is sold by a photo
    assert [each.lot for each in (two, three)] == [None, None]
