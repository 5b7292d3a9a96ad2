"""Backups at the console: the owner of everything makes, fetches and removes them; each is noted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from goodword.errors import Conflict
from goodword.flow import keeping_backups
from goodword.flow.backing_up import folder
from goodword.inbox.models import Event
from tests.web.town import Town, found, lived_in, signed_in

pytestmark = pytest.mark.django_db
NAME = "goodword-20260301-050607Z.zip"


@pytest.fixture
def town(tmp_path: Path, settings: Any) -> Town:
    settings.DATA = tmp_path
    town = lived_in()
    (folder() / NAME).write_bytes(b"PK and the rest")
    return town


def noted() -> list[tuple[str, dict[str, str]]]:
    return list(Event.objects.filter(type__startswith="backup.").order_by("pk").values_list("type", "data"))


def test_a_backup_is_begun_at_once_and_the_page_does_not_wait(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    monkeypatch.setattr(keeping_backups, "start", lambda *, now: begun.append("yes"))
    answer = signed_in(town.owner).post(reverse("console:backup_make"))
    assert (answer.status_code, begun) == (302, ["yes"])
    assert noted() == [("backup.made", {})]


def test_a_second_one_at_the_same_time_is_refused_in_words(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*, now: datetime) -> None:
        raise Conflict("backup_running", "a backup is being made already")

    monkeypatch.setattr(keeping_backups, "start", busy)
    answer = signed_in(town.owner).post(reverse("console:backup_make"), follow=True)
    assert "A backup is being made already." in answer.content.decode()
    assert noted() == []


def test_the_file_is_handed_over_after_the_password_and_noted(town: Town) -> None:
    town.owner.set_password("a good long password")
    town.owner.save()
    client, url = signed_in(town.owner), reverse("console:backup_download", args=[NAME])
    first = client.get(url)
    assert first.status_code == 302
    assert first["Location"].startswith("/accounts/reauthenticate/?next=")
    wrong = client.post(first["Location"], {"password": "a bad long password", "next": url})
    assert wrong.status_code == 200
    assert client.get(url).status_code == 302
    assert noted() == []
    shown = client.post(first["Location"], {"password": "a good long password", "next": url})
    assert shown["Location"] == url
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert b"".join(answer.streaming_content) == b"PK and the rest"  # type: ignore[attr-defined]  # a FileResponse
    assert "attachment" in answer["Content-Disposition"]
    assert noted() == [("backup.downloaded", {"file": NAME})]
    assert client.get(reverse("console:backup_download", args=["secret_key"])).status_code == 404


def test_one_is_removed_after_a_question(town: Town) -> None:
    client, url = signed_in(town.owner), reverse("console:backup_remove", args=[NAME])
    assert NAME in client.get(url).content.decode()
    assert keeping_backups.path_of(NAME).exists()
    client.post(url)
    assert keeping_backups.kept() == []
    assert noted() == [("backup.removed", {"file": NAME})]
    assert client.post(url).status_code == 404


def test_beside_another_business_nobody_gets_a_file_that_holds_both(town: Town) -> None:
    found("Ink and Steel")
    client = signed_in(town.owner)
    page = client.get(reverse("console:backups")).content.decode()
    assert "other businesses" in page
    assert NAME not in page
    for name in ("backup_download", "backup_remove"):
        assert client.get(reverse(f"console:{name}", args=[NAME])).status_code == 404
    assert client.post(reverse("console:backup_make")).status_code == 404
    assert keeping_backups.path_of(NAME).exists()
    assert noted() == []


def test_why_the_last_one_failed_stands_on_the_page(town: Town) -> None:
    (folder() / ".fault.txt").write_text("goodword: No space left on device\n")
    assert "No space left on device" in signed_in(town.owner).get(reverse("console:backups")).content.decode()
