"""Settings, particulars and locations change by commands: dated, told in the history, and only when they differ."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as installation

from goodword import cli
from goodword.business.models import Business, Location, Setting
from goodword.business.reading import DEFAULTS, setting, settings_at
from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow.changing import change_business, change_settings, save_location
from goodword.inbox.models import Event
from goodword.outbox.models import Message
from tests.web.town import Town, found, lived_in

pytestmark = pytest.mark.django_db
OWNER = "user:owner@fern.example"


@pytest.fixture
def town() -> Town:
    return found(programme="")


def changes(town: Town) -> list[tuple[str, dict[str, object], str]]:
    rows = Event.objects.filter(business=town.business, source="goodword").order_by("pk")
    return [(row.type, row.data, row.actor) for row in rows]


def test_a_setting_is_in_force_from_its_change_on_and_not_before(town: Town) -> None:
    change = {"score_threshold": "5", "quiet_from": "20:00", "ask_every": "90d"}
    assert change_settings(business=town.business, wanted=change, actor=OWNER, now=town.now) == [
        "quiet_from", "score_threshold",
    ]  # fmt: skip
    assert settings_at(town.business, town.now) == {**DEFAULTS, "score_threshold": 5, "quiet_from": "20:00"}
    assert settings_at(town.business, town.now - timedelta(seconds=1)) == DEFAULTS
    assert changes(town) == [("settings.changed", {"score_threshold": 5, "quiet_from": "20:00"}, OWNER)]


def test_what_changes_nothing_writes_nothing(town: Town) -> None:
    assert change_settings(business=town.business, wanted=DEFAULTS, actor=OWNER, now=town.now) == []
    same = {"name": town.business.name, "country": "US"}
    assert change_business(business=town.business, wanted=same, actor=OWNER, now=town.now) == []
    assert changes(town) == []
    assert not Setting.objects.exists()


def test_what_cannot_be_meant_changes_nothing_at_all(town: Town) -> None:
    with pytest.raises(Invalid):
        change_settings(
            business=town.business, wanted={"score_threshold": 5, "quiet_from": "x"}, actor=OWNER, now=town.now
        )
    with pytest.raises(Invalid):
        change_business(
            business=town.business, wanted={"name": "New", "timezone": "Nowhere"}, actor=OWNER, now=town.now
        )
    assert changes(town) == []
    assert settings_at(town.business, town.now) == DEFAULTS
    assert Business.objects.get(pk=town.business.pk).name == "Fern Lawn Care"


def test_the_last_of_two_wins_and_both_stand_in_the_history(town: Town) -> None:
    for value, actor in (("5", "user:ann@fern.example"), ("3", "user:bob@fern.example")):
        change_settings(business=town.business, wanted={"score_threshold": value}, actor=actor, now=town.now)
    assert setting(town.business, "score_threshold", town.now) == 3
    assert [(data, actor) for _, data, actor in changes(town)] == [
        ({"score_threshold": 5}, "user:ann@fern.example"), ({"score_threshold": 3}, "user:bob@fern.example"),
    ]  # fmt: skip


def test_another_business_keeps_its_own(town: Town) -> None:
    beside = found("Ink and Steel", programme="")
    change_settings(business=town.business, wanted={"household": "refuse"}, actor=OWNER, now=town.now)
    change_business(business=town.business, wanted={"email": "hi@fern.example"}, actor=OWNER, now=town.now)
    assert settings_at(beside.business, town.now) == DEFAULTS
    assert Business.objects.get(pk=beside.business.pk).email == ""


def test_a_link_that_would_lead_to_itself_is_refused(town: Town) -> None:
    target = f"{installation.PUBLIC_URL}/r/ABC"
    with pytest.raises(Refused) as told:
        change_settings(business=town.business, wanted={"link_target": target}, actor=OWNER, now=town.now)
    assert told.value.code == "link_target_loops"


def test_the_currency_changes_only_while_nothing_is_on_record(town: Town) -> None:
    assert change_business(business=town.business, wanted={"currency": "SEK"}, actor=OWNER, now=town.now) == [
        "currency"
    ]
    assert town.business.currency == "SEK"
    busy = lived_in("Busy Bees")
    with pytest.raises(Refused) as told:
        change_business(business=busy.business, wanted={"currency": "EUR"}, actor=OWNER, now=busy.now)
    assert told.value.code == "currency_fixed"
    assert Business.objects.get(pk=busy.business.pk).currency == "USD"


def test_a_location_is_added_renamed_closed_and_reopened_and_keeps_its_id(town: Town) -> None:
    told = {"name": "North", "phone": "303 555 0142", "address": "1 Elm St"}

    def save(wanted: dict[str, object], *, new: bool = False) -> bool:
        return save_location(
            business=town.business, external_id="north", wanted=wanted, new=new, actor=OWNER, now=town.now
        )

    assert save(told, new=True)
    assert not save(told)
    assert save({"name": "North Denver"})
    assert save({"closed": True})
    kept = Location.objects.get()
    assert (kept.external_id, kept.name, kept.phone, kept.closed_at) == (
        "north",
        "North Denver",
        "+13035550142",
        town.now,
    )
    assert save({"closed": False})
    assert Location.objects.get().closed_at is None
    assert [data for _, data, _ in changes(town)] == [
        {"location": "north", "new": True, "name": "North", "phone": "+13035550142", "address": "1 Elm St"},
        {"location": "north", "new": False, "name": "North Denver"},
        {"location": "north", "new": False, "closed": True},
        {"location": "north", "new": False, "closed": False},
    ]
    with pytest.raises(Conflict):
        save(told, new=True)
    beside = found("Ink and Steel", programme="")
    with pytest.raises(NotFound):
        save_location(
            business=beside.business, external_id="north", wanted={"name": "Mine"}, new=False, actor=OWNER, now=town.now
        )


def test_a_customer_is_written_to_in_a_language_that_the_business_writes(town: Town) -> None:
    change_settings(business=town.business, wanted={"languages": ["en", "sv"]}, actor=OWNER, now=town.now)
    for name, language in (("Ann", "sv"), ("Bob", "ar")):
        town.person(name, phone=f"+1303555{len(name)}{ord(name[0])}1", language=language)
        town.job(name.lower(), "completed")
    written = dict(Message.objects.filter(template="survey_request").values_list("contact__name", "language"))
    assert written == {"Ann": "sv", "Bob": "en"}


def test_the_command_line_shows_and_sets(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["settings", "set", "reminders", "7d, 21d"]) == 0
    assert capsys.readouterr().out == 'fern-lawn-care: reminders is ["7d", "21d"]\n'
    assert cli.main(["settings", "set", "reminders", "7d,21d"]) == 0
    assert capsys.readouterr().out == 'fern-lawn-care: reminders is ["7d", "21d"], as before\n'
    assert cli.main(["settings", "show", "--business", "fern-lawn-care"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert set(lines) == set(DEFAULTS)
    assert lines["reminders"].endswith('["7d", "21d"]   (default ["14d"])')
    assert cli.main(["settings", "set", "quiet_from", "late"]) == 2
    assert "write it like 21:00" in capsys.readouterr().err
    assert [(kind, actor) for kind, _, actor in changes(town)] == [("settings.changed", "command line")]
