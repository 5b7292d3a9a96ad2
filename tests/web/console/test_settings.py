"""The settings' pages: what is sent is judged beside its field, nothing is lost, and not everybody may change it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from goodword.business.models import Business, Location, Setting
from goodword.business.reading import DEFAULTS, settings_at
from goodword.flow.picturing import change_picture
from goodword.inbox.models import Event
from goodword.web.pages.visiting import face_of
from tests.web.town import Town, found, lived_in, signed_in

pytestmark = pytest.mark.django_db
TABS = ("business", "look", "locations", "languages", "asking", "rewards", "referrals")
ASKING = {
    "score_threshold": "5", "ask_every": "6", "ask_every_unit": "months", "reminders": ["7", "", "30"],
    "reminders_unit": ["d", "d", "d"], "sender_name": "Sofia of Fern", "quiet_from": "20:00", "quiet_until": "09:00",
}  # fmt: skip


@pytest.fixture
def town(settings: Any, tmp_path: Path) -> Town:
    settings.MEDIA_ROOT = tmp_path
    return lived_in()


def post(desk: Client, name: str, data: dict[str, Any], *ids: object) -> Any:
    return desk.post(reverse(f"console:{name}", args=ids), data)


def commands(town: Town) -> list[tuple[str, dict[str, Any]]]:
    rows = Event.objects.filter(business=town.business, type__in=(
        "settings.changed", "business.changed", "location.saved", "picture.changed"
    )).order_by("pk")  # fmt: skip
    return [(row.type, row.data) for row in rows]


def particulars(town: Town, **more: str) -> dict[str, str]:
    names = ("name", "address", "phone", "email", "website", "privacy_url", "timezone", "country", "region")
    return {name: str(getattr(town.business, name)) for name in names} | more


def png(size: tuple[int, int] = (300, 300), name: str = "logo.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 90, 60)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def test_settings_stand_in_the_menu_for_those_who_may_change_them_and_for_nobody_else(town: Town) -> None:
    for role, may in (("manager", True), ("admin", True), ("office", False), ("technician", False), ("viewer", False)):
        client = signed_in(town.staff(role))
        body = client.get(reverse("console:customers")).content.decode()
        assert (reverse("console:settings_business") in body) is may, role
        for tab in TABS:
            assert client.get(reverse(f"console:settings_{tab}")).status_code == (200 if may else 403), (role, tab)


@pytest.mark.parametrize("tab", [tab for tab in TABS if tab != "locations"])
def test_saved_as_it_was_shown_nothing_is_written(tab: str, town: Town, desk: Client) -> None:
    page = desk.get(reverse(f"console:settings_{tab}"))
    rows = [row for section in page.context.get("sections") or [] for row in section["rows"]]
    data: dict[str, Any] = {"colour": page.context.get("colour", "")}
    for row in rows:
        if row["kind"] in ("span", "spans"):
            data[row["name"]] = [pair["count"] for pair in row["pairs"]]
            data[f"{row['name']}_unit"] = [pair["unit"] for pair in row["pairs"]]
        elif row["kind"] == "checks":
            data[row["name"]] = [option["value"] for option in row["options"] if option["on"]]
        elif row["kind"] not in ("check", "fixed") or row["value"]:
            data[row["name"]] = row["value"]
    answer = post(desk, f"settings_{tab}", data)
    assert answer.status_code == 302
    assert commands(town) == []
    assert settings_at(town.business, timezone.now()) == DEFAULTS


@pytest.mark.requirement("R98")
@pytest.mark.requirement("R122")
def test_asking_is_changed_and_the_page_says_what_will_happen(town: Town, desk: Client) -> None:
    assert post(desk, "settings_asking", ASKING).status_code == 302
    assert commands(town) == [("settings.changed", {
        "score_threshold": 5, "ask_every": "6 months", "reminders": ["7d", "30d"], "sender_name": "Sofia of Fern",
        "quiet_from": "20:00", "quiet_until": "09:00",
    })]  # fmt: skip
    says = desk.get(reverse("console:settings_asking")).context["says"]
    assert says[:4] == [
        "A customer who scores 5 is invited at once, by text, or by e-mail where there is no number.",
        "Nobody is invited a second time within 6 months.",
        "Who brought nobody is reminded after 7 days and 30 days, each counted from the message before.",
        "Nothing leaves between 20:00 and 09:00 (America/Denver); it waits for the morning.",
    ]


def test_bad_input_stands_beside_its_field_and_nothing_is_lost_or_saved(town: Town, desk: Client) -> None:
    wrong = {**ASKING, "ask_every": "0", "quiet_until": "late", "score_threshold": "9"}
    answer = post(desk, "settings_asking", wrong)
    assert answer.status_code == 422
    rows = {row["name"]: row for section in answer.context["sections"] for row in section["rows"]}
    assert {name for name, row in rows.items() if row["errors"]} == {"ask_every", "quiet_until", "score_threshold"}
    assert rows["quiet_until"]["errors"] == ["Write a time like 21:00."]
    assert rows["sender_name"]["value"] == "Sofia of Fern"
    assert [pair["count"] for pair in rows["reminders"]["pairs"]] == ["7", "30", ""]
    assert commands(town) == []
    assert not Setting.objects.exists()


def test_the_business_s_particulars_are_changed_and_stand_on_its_pages(town: Town, desk: Client) -> None:
    told = particulars(
        town, name="Fern & Co", phone="(303) 555-0142", address="1 Elm St\nDenver", privacy_url="fern.example/privacy"
    )
    assert post(desk, "settings_business", told).status_code == 302
    held = Business.objects.get(pk=town.business.pk)
    assert (held.name, held.phone, held.privacy_url) == ("Fern & Co", "+13035550142", "https://fern.example/privacy")
    page = Client().get(f"/r/{town.contact('Ann').code}").content.decode()
    assert "Fern &amp; Co" in page
    assert "1 Elm St, Denver" in page
    assert "tel:+13035550142" in page
    assert "https://fern.example/privacy" in page


def test_a_currency_with_amounts_on_record_is_told_and_not_changed(town: Town, desk: Client) -> None:
    page = desk.get(reverse("console:settings_business"))
    rows = {row["name"]: row for section in page.context["sections"] for row in section["rows"]}
    assert rows["currency"]["kind"] == "fixed"
    assert post(desk, "settings_business", particulars(town, currency="EUR")).status_code == 302
    assert Business.objects.get(pk=town.business.pk).currency == "USD"
    new = found("New Bees", programme="")
    assert post(signed_in(new.owner), "settings_business", particulars(new, currency="EUR")).status_code == 302
    assert Business.objects.get(pk=new.business.pk).currency == "EUR"


def test_bad_particulars_stand_beside_their_fields(town: Town, desk: Client) -> None:
    wrong = particulars(town, name="New name", email="nobody", website="javascript:alert(1)", timezone="Mars/Base")
    answer = post(desk, "settings_business", wrong)
    rows = {row["name"]: row for section in answer.context["sections"] for row in section["rows"]}
    assert answer.status_code == 422
    assert {name for name, row in rows.items() if row["errors"]} == {"email", "website", "timezone"}
    assert rows["name"]["value"] == "New name"
    assert commands(town) == []


def test_languages_always_hold_the_business_s_own(town: Town, desk: Client) -> None:
    assert post(desk, "settings_languages", {"language": "sv", "languages": ["ar"]}).status_code == 302
    assert commands(town) == [
        ("business.changed", {"language": "sv"}), ("settings.changed", {"languages": ["sv", "ar"]}),
    ]  # fmt: skip
    assert post(desk, "settings_languages", {"language": "tlh", "languages": ["en"]}).status_code == 422


def test_the_link_s_target_is_a_web_address_and_the_page_shows_where_it_leads(town: Town, desk: Client) -> None:
    told = {"household": "refuse", "thank_every": "5", "thank_clubs": "gold, vip", "public_leaderboard": "1",
            "leaderboard_names": "initials"}  # fmt: skip
    answer = post(desk, "settings_referrals", {**told, "link_target": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert commands(town) == []
    assert (
        post(desk, "settings_referrals", {**told, "link_target": "https://fern.example/friends?x=1"}).status_code == 302
    )
    held = settings_at(town.business, timezone.now())
    assert (held["thank_clubs"], held["public_leaderboard"], held["household"]) == (["gold", "vip"], True, "refuse")
    page = desk.get(reverse("console:settings_referrals"))
    assert "https://fern.example/friends?x=1&ref=K7MQ4ZRTW" in page.context["says"][0]
    led = Client().get(f"/r/{town.contact('Ann').code}")
    assert led["Location"] == f"https://fern.example/friends?x=1&ref={town.contact('Ann').code}"


def test_a_location_is_added_changed_closed_and_reopened(town: Town, desk: Client) -> None:
    assert post(desk, "location_new", {"name": "Denver North", "phone": "303 555 0142"}).status_code == 302
    north = Location.objects.get(business=town.business)
    assert (north.external_id, north.phone) == ("denver-north", "+13035550142")
    again = post(desk, "location_new", {"name": "Other", "external_id": "denver-north"})
    assert again.status_code == 422
    assert "There is a location of that id already." in again.content.decode()
    assert 'value="Other"' in again.content.decode()
    told = {"name": "Denver N", "phone": "+1 303-555-0142", "address": "", "state": "closed"}
    assert post(desk, "location", told, north.pk).status_code == 302
    held = Location.objects.get(pk=north.pk)
    assert (held.name, held.closed_at is not None, held.external_id) == ("Denver N", True, "denver-north")
    assert post(desk, "location", {**told, "state": "open"}, north.pk).status_code == 302
    assert Location.objects.get(pk=north.pk).closed_at is None
    assert post(desk, "location", {**told, "name": ""}, north.pk).status_code == 422
    beside = signed_in(found("Ink and Steel").owner)
    assert post(beside, "location", told, north.pk).status_code == 404
    assert beside.get(reverse("console:settings_locations")).content.decode().count("denver-north") == 0


def test_a_logo_stands_on_the_pages_and_in_the_console_and_is_served_to_everybody(town: Town, desk: Client) -> None:
    assert (
        post(desk, "settings_look", {"colour": "#FFD000", "logo": png(), "photo": png((900, 600))}).status_code == 302
    )
    business = Business.objects.get(pk=town.business.pk)
    brand = face_of(business)
    assert brand["colour"] == "ffd000"
    assert brand["logo_url"] == f"/media/{business.logo}"
    stranger = Client()
    served = stranger.get(brand["logo_url"])
    assert (served["Content-Type"], served["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "immutable" in served["Cache-Control"]
    assert Image.open(io.BytesIO(served.content)).size == (300, 300)
    assert stranger.get(brand["picture_url"])["Content-Type"] == "image/jpeg"
    assert brand["logo_url"] in stranger.get(f"/r/{town.contact('Ann').code}").content.decode()
    assert brand["logo_url"] in desk.get(reverse("console:overview")).content.decode()
    assert [kind for kind, _ in commands(town)] == ["business.changed", "picture.changed", "picture.changed"]


def test_the_same_picture_again_changes_nothing_and_the_one_before_is_gone(town: Town, desk: Client) -> None:
    post(desk, "settings_look", {"colour": "", "logo": png()})
    first = Business.objects.get(pk=town.business.pk).logo
    post(desk, "settings_look", {"colour": "", "logo": png(name="again.png")})
    assert Business.objects.get(pk=town.business.pk).logo == first
    post(desk, "settings_look", {"colour": "", "logo": png((200, 100))})
    assert Client().get(f"/media/{first}").status_code == 404
    post(desk, "settings_look", {"remove": "logo"})
    assert Business.objects.get(pk=town.business.pk).logo == ""
    assert len(commands(town)) == 3


def test_a_picture_that_cannot_be_used_is_told_beside_its_field_and_nothing_is_saved(
    town: Town, desk: Client, tmp_path: Path
) -> None:
    evil = SimpleUploadedFile("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/png")
    cut = SimpleUploadedFile("photo.jpg", png().read()[:150], content_type="image/jpeg")
    answer = post(desk, "settings_look", {"colour": "#aa0000", "logo": evil, "photo": cut})
    assert answer.status_code == 422
    assert answer.context["faults"]["logo"] == [
        "SVG files can hold programs, so we do not take them. Save the picture as PNG."
    ]
    assert set(answer.context["faults"]) == {"logo", "photo"}
    assert answer.context["colour"] == "#aa0000"
    assert commands(town) == []
    assert not (tmp_path / "pictures").exists()


def test_a_colour_is_told_in_words_before_it_is_saved(town: Town, desk: Client) -> None:
    page = desk.get(reverse("console:settings_look") + "?colour=%23ffd000")
    assert [word["readable"] for word in page.context["words"]] == [False, True]
    assert page.context["words"][0]["text"].startswith(
        "Contrast 1.4 to 1; reading needs 4.5. There we make it darker: #"
    )
    assert commands(town) == []
    sheet = Client().get("/brand/preview/ffd000.css").content.decode()
    assert sheet.startswith(".brand-preview[data-theme=light]{--color-primary:#")
    assert Client().get("/brand/preview/red.css").status_code == 404


def test_no_other_file_is_served(town: Town, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "private.png").write_bytes(b"x")
    client = Client()
    for name in (
        "biz_a/../private.png",
        "../private.png",
        "biz_a/x.png",
        "biz_a/x.svg",
        f"{town.business.public_id}/logo",
    ):
        assert client.get(f"/media/{name}").status_code == 404


def test_a_picture_whose_command_fails_leaves_no_file(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_more: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr("goodword.flow.picturing.submit", broken)
    with pytest.raises(RuntimeError):
        change_picture(business=town.business, which="logo", data=png().read(), actor="user:x", now=town.now)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
