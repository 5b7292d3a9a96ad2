"""Exports at the console: an owner makes, fetches and removes those of the own business; each is noted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from goodword.business.models import Business
from goodword.errors import Conflict
from goodword.flow import keeping_exports
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from tests.web.town import Town, found, lived_in, signed_in

pytestmark = pytest.mark.django_db
NAME = "fern-lawn-care-export-20260301-050607Z.zip"


@pytest.fixture
def town(tmp_path: Path, settings: Any) -> Town:
    settings.DATA = tmp_path
    town = lived_in()
    (keeping_exports.shelf(town.business).folder / NAME).write_bytes(b"PK and the rest")
    return town


def noted() -> list[tuple[str, dict[str, str]]]:
    return list(Event.objects.filter(type__startswith="export.").order_by("pk").values_list("type", "data"))


def test_an_export_is_begun_at_once_and_the_page_does_not_wait(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Business] = []
    monkeypatch.setattr(keeping_exports, "start", lambda business, *, now: begun.append(business))
    answer = signed_in(town.owner).post(reverse("console:export_make"))
    assert (answer.status_code, begun) == (302, [town.business])
    assert noted() == [("export.made", {})]


def test_it_is_made_by_the_command_for_this_business_into_its_own_folder(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered: list[list[str]] = []
    monkeypatch.setattr("goodword.flow.shelf.Shelf.start", lambda _shelf, command, *, now: ordered.append(command))
    keeping_exports.start(town.business, now=town.now)
    (command,) = ordered
    assert command[:3] == ["export", "--business", "fern-lawn-care"]
    assert Path(command[3]).parent == keeping_exports.shelf(town.business).folder
    assert Path(command[3]).match(keeping_exports.PATTERN)
    assert Path(command[3]).parent.stat().st_mode & 0o777 == 0o700


def test_the_page_says_at_once_that_it_is_being_made(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    class Begun:
        pid = os.getppid()  # somebody who lives and is not we

        def wait(self) -> None:
            """The thread that waits for a real one has nothing to do here."""

    monkeypatch.setattr("goodword.flow.shelf.subprocess.Popen", lambda *_, **__: Begun())
    client = signed_in(town.owner)
    page = client.post(reverse("console:export_make"), follow=True).content.decode()
    assert "An export is being made." in page
    assert "every 2s" in page
    again = client.post(reverse("console:export_make"), follow=True).content.decode()
    assert "An export is being made already." in again
    assert noted() == [("export.made", {})]


def test_a_second_one_at_the_same_time_is_refused_in_words(town: Town) -> None:
    with keeping_exports.shelf(town.business).making(now=town.now) as tell:
        tell("people.Contact", 4000)
        client = signed_in(town.owner)
        answer = client.post(reverse("console:export_make"), follow=True)
        assert "An export is being made already." in answer.content.decode()
        assert "4,000 rows so far" in answer.content.decode()
        with pytest.raises(Conflict, match="being made already"):
            keeping_exports.start(town.business, now=town.now)
    assert noted() == []


def test_the_file_is_handed_over_after_the_password_and_noted(town: Town) -> None:
    town.owner.set_password("a good long password")
    town.owner.save()
    client, url = signed_in(town.owner), reverse("console:export_download", args=[NAME])
    first = client.get(url)
    assert first.status_code == 302
    assert first["Location"].startswith("/accounts/reauthenticate/?next=")
    wrong = client.post(first["Location"], {"password": "a bad long password", "next": url})
    assert (wrong.status_code, client.get(url).status_code, noted()) == (200, 302, [])
    client.post(first["Location"], {"password": "a good long password", "next": url})
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert b"".join(answer.streaming_content) == b"PK and the rest"  # type: ignore[attr-defined]  # a FileResponse
    assert noted() == [("export.downloaded", {"file": NAME})]
    assert client.get(reverse("console:export_download", args=["secret_key"])).status_code == 404


def test_one_is_removed_after_a_question(town: Town) -> None:
    client, url = signed_in(town.owner), reverse("console:export_remove", args=[NAME])
    assert NAME in client.get(url).content.decode()
    assert [each.name for each in keeping_exports.shelf(town.business).kept()] == [NAME]
    client.post(url)
    assert keeping_exports.shelf(town.business).kept() == []
    assert noted() == [("export.removed", {"file": NAME})]
    assert client.post(url).status_code == 404


def test_beside_another_business_each_owner_sees_the_own_files_only(town: Town) -> None:
    beside = found("Ink and Steel")
    client = signed_in(beside.owner)
    assert NAME not in client.get(reverse("console:exports")).content.decode()
    for name in ("export_download", "export_remove"):
        assert client.get(reverse(f"console:{name}", args=[NAME])).status_code == 404
    assert client.post(reverse("console:export_remove", args=[NAME])).status_code == 404
    assert NAME in signed_in(town.owner).get(reverse("console:exports")).content.decode()
    assert noted() == []


def test_only_an_owner_has_the_page(town: Town) -> None:
    for role in ("admin", "manager"):
        assert signed_in(town.staff(role)).get(reverse("console:exports")).status_code == 403


def test_why_the_last_one_failed_stands_on_the_page(town: Town) -> None:
    (keeping_exports.shelf(town.business).folder / ".fault.txt").write_text("goodword: the disk is full: make room\n")
    assert "the disk is full" in signed_in(town.owner).get(reverse("console:exports")).content.decode()


def test_the_audit_log_tells_each_in_a_sentence(town: Town) -> None:
    for kind, data in (
        ("export.made", {}),
        ("export.downloaded", {"file": NAME}),
        ("export.removed", {"file": NAME}),
        ("export.restored", {"made_at": "2026-03-01T05:06:07+00:00", "version": "0.1.0"}),
    ):
        submit(business=town.business, type=kind, data=data, actor=f"user:{town.owner.email}", now=town.now)
    page = signed_in(town.owner).get(reverse("console:audit"), {"kind": "settings"}).content.decode()
    for said in ("made an export", f"downloaded the export {NAME}", f"removed the export {NAME}", "brought in from an"):
        assert said in page
