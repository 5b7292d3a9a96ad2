"""A backup brought back is the installation it was: every row, the books, the files, the key; or nothing changes."""

from __future__ import annotations

import json
import threading
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from goodword.errors import Conflict, Invalid, NotFound
from goodword.flow import archive, backing_up, keeping_backups, restoring
from goodword.inbox.models import Event
from goodword.ledger.models import Transfer  # the test compares what the ledger keeps
from tests.installations import goodword, installation
from tests.web.town import PROGRAMME, Town, lived_in

HISTORY = [
    ("contact.saved", {"contact": {"external_id": "ann", "name": "Ann Berg ☂ عمر", "phone": "+13035550142"}}),
    ("job.saved", {"job": {"external_id": "j1", "contact": "ann", "status": "paid", "total": 24000}}),
    ("contact.saved", {"contact": {"external_id": "bob", "name": "Bob", "referred_by": {"contact": "ann"}}}),
    ("job.saved", {"job": {"external_id": "j2", "contact": "bob", "status": "paid", "total": 18000}}),
]


def lines(kinds: list[tuple[str, dict[str, Any]]], *, day: int) -> str:
    return "".join(
        json.dumps({"id": f"{day}-{n}", "type": kind, "time": f"2026-03-{day:02}T10:{n:02}:00Z", "data": data}) + "\n"
        for n, (kind, data) in enumerate(kinds)
    )


def lived(folder: Path, environment: dict[str, str]) -> None:
    """Open a business that has a programme, a history and an uploaded file."""
    open_it = ("--name", "Fern", "--currency", "USD", "--timezone", "America/Denver", "--country", "US")
    goodword("init", *open_it, environment=environment)
    (folder / "programme.yaml").write_text(PROGRAMME, encoding="utf-8")
    goodword("programme", "publish", str(folder / "programme.yaml"), environment=environment)
    (folder / "events.jsonl").write_text(lines(HISTORY, day=2), encoding="utf-8")
    goodword("events", "import", str(folder / "events.jsonl"), environment=environment)
    (folder / "files" / "logos").mkdir(parents=True)
    (folder / "files" / "logos" / "a.png").write_bytes(b"\x89PNG not looked at here")


def manifest(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as bundle:
        told: dict[str, Any] = json.loads(bundle.read("manifest.json"))
    return told


def vendors(here: str) -> list[tuple[str, str]]:
    """Return from where to where: PostgreSQL's run moves in both directions between the two."""
    if here == "sqlite":
        return [("sqlite", "sqlite")]
    return [("postgresql", "postgresql"), ("sqlite", "postgresql"), ("postgresql", "sqlite")]


def test_a_backup_brought_back_is_equal_in_every_row_and_goes_on_working(database_vendor: str, tmp_path: Path) -> None:
    for source, target in vendors(database_vendor):
        old, new = tmp_path / f"{source}-{target}-old", tmp_path / f"{source}-{target}-new"
        old.mkdir()
        file, again = tmp_path / f"{source}-{target}.zip", tmp_path / f"{source}-{target}-again.zip"
        with installation(source, old) as there, installation(target, new) as here:
            lived(old, there)
            goodword("backup", "make", "--to", str(file), environment=there)
            assert goodword("backup", "check", str(file), environment=here).startswith("whole: Goodword")
            told = goodword("backup", "restore", str(file), environment=here)
            assert "the books hold" in told
            goodword("backup", "make", "--to", str(again), environment=here)
            first, second = manifest(file), manifest(again)
            assert first["tables"] == second["tables"]  # columns, rows and the SHA-256 of every line
            assert {t["name"]: t["rows"] for t in first["tables"]}["ledger.Transfer"] > 0
            assert first["files"] == second["files"] != {}
            assert (first["key"], first["key_included"]) == (second["key"], True)
            assert (new / "secret_key").read_text() == (old / "secret_key").read_text()
            assert (new / "secret_key").stat().st_mode & 0o777 == 0o600
            assert file.stat().st_mode & 0o777 == 0o600
            more = [("job.saved", {"job": {"external_id": "j3", "contact": "ann", "status": "paid", "total": 100}})]
            (new / "more.jsonl").write_text(lines([*HISTORY[:1], *more], day=3), encoding="utf-8")
            goodword("events", "import", str(new / "more.jsonl"), environment=here)
            assert goodword("books", "check", environment=here) == "the books hold\n"
            told = goodword("backup", "restore", str(file), environment=here, code=1)
            assert "only brought back into an empty installation" in told


def test_what_is_not_whole_or_does_not_belong_is_refused_and_nothing_is_brought_back(
    database_vendor: str, tmp_path: Path
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    file = tmp_path / "whole.zip"
    with installation(database_vendor, old) as there, installation(database_vendor, new) as here:
        lived(old, there)
        goodword("backup", "make", "--to", str(file), environment=there)
        told = goodword("backup", "make", "--to", str(file), environment=there, code=1)
        assert "never written over" in told
        plain = tmp_path / "notes.txt"
        plain.write_text("my notes")
        assert "is no backup" in goodword("backup", "check", str(plain), environment=here, code=2)
        cut = tmp_path / "cut.zip"
        cut.write_bytes(file.read_bytes()[:-2000])
        assert "is no backup" in goodword("backup", "restore", str(cut), environment=here, code=2)
        changed = edited(file, tmp_path / "changed.zip", "tables/people.Contact.jsonl", (b"Ann", b"Eve"))
        assert "people.Contact" in goodword("backup", "restore", str(changed), environment=here, code=2)
        later = edited(file, tmp_path / "later.zip", "manifest.json", (b'"ledger.0001', b'"ledger.9'))
        assert "install that version" in goodword("backup", "restore", str(later), environment=here, code=2)
        keyed = {**here, "GOODWORD_SECRET_KEY": "another-key-" + "x" * 40}
        assert "unset it" in goodword("backup", "restore", str(file), environment=keyed, code=1)
        lost = edited(
            file,
            tmp_path / "lost.zip",
            "manifest.json",
            (b'"key_included": true', b'"key_included": false'),
        )
        assert "set GOODWORD_SECRET_KEY" in goodword("backup", "restore", str(lost), environment=here, code=1)
        (new / "files" / "logos").mkdir(parents=True)
        (new / "files" / "logos" / "a.png").write_bytes(b"mine")
        assert "is there already" in goodword("backup", "restore", str(file), environment=here, code=1)
        (new / "files" / "logos" / "a.png").unlink()
        goodword("backup", "restore", str(file), environment=here)  # none of it had left a trace


def edited(file: Path, to: Path, name: str, change: tuple[bytes, bytes]) -> Path:
    """Return a copy of a backup in which one member is changed."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(to, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            assert member != name or change[0] in content
            new.writestr(member, content.replace(*change) if member == name else content)
    return to


def test_a_path_that_leads_out_of_the_folder_is_damage(tmp_path: Path) -> None:
    for name in ("../secret", "/etc/passwd", "a/../../b", "..\\b"):
        told = archive.Manifest(1, "", "", "", [], "", False, [], {name: ""})
        with pytest.raises(Invalid, match="damaged"):
            restoring._refuse_existing(told)


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_one_instant_while_others_write_and_holds_nobody_up(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    town, wrote = lived_in(), []

    def writes() -> None:
        town.person("Zoe Late", phone="+13035550100")
        town.job("zoe", "paid", total=100)
        wrote.append(Event.objects.count())
        connection.close()

    def tell(what: str, _done: int) -> None:
        if what == "inbox.Event" and not wrote:  # read already: what comes now is after the instant
            writer = threading.Thread(target=writes)
            writer.start()
            writer.join(timeout=15)
            assert wrote, "the backup held the writer up"

    before, transfers = Event.objects.count(), Transfer.objects.count()
    told = backing_up.make(to=tmp_path / "b.zip", now=timezone.now(), tell=tell)
    rows = {table.name: table.rows for table in told.tables}
    assert (rows["inbox.Event"], rows["ledger.Transfer"]) == (before, transfers)
    assert wrote == [before + 2]
    contacts = zipfile.ZipFile(tmp_path / "b.zip").read("tables/people.Contact.jsonl")
    assert "Zoe" not in contacts.decode()
    assert restoring.check(tmp_path / "b.zip") == told


@pytest.mark.django_db
def test_every_table_is_kept_after_those_it_points_at_or_left_out_by_name() -> None:
    order = archive.tables()
    for place, model in enumerate(order):
        for field in archive.columns(model):
            if field.related_model in order and field.related_model is not model:
                assert order.index(field.related_model) < place, field
    kept = {archive.label(model) for model in order}
    assert {"ledger.Transfer", "business.User", "mfa.Authenticator", "people.Todo", "outbox.Wording"} <= kept
    assert not kept & archive.LEFT_OUT


@pytest.mark.django_db
def test_only_who_owns_every_business_may_have_a_backup() -> None:
    town = lived_in()
    assert keeping_backups.runs_it_all(town.owner)
    assert not keeping_backups.runs_it_all(town.staff("admin"))
    beside: Town = lived_in("Ink and Steel")
    assert not keeping_backups.runs_it_all(town.owner)
    beside.owner.memberships.all().update(business=town.business)
    assert not keeping_backups.runs_it_all(town.owner)


def test_the_folder_lists_only_backups_and_keeps_the_newest(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    moments = [datetime(2026, 3, day, 5, 6, 7, tzinfo=UTC) for day in (1, 2, 3)]
    for at in moments:
        (backing_up.folder() / backing_up.name_for(at)).write_bytes(b"x")
    (backing_up.folder() / "secret_key").write_text("no backup")
    names = [each.name for each in keeping_backups.kept()]
    assert names == [f"goodword-2026030{day}-050607Z.zip" for day in (3, 2, 1)]
    for name in ("secret_key", "../backups/" + names[0], "", ".making.json"):
        with pytest.raises(NotFound):
            keeping_backups.path_of(name)
    assert keeping_backups.keep_newest(2) == names[2:]
    keeping_backups.remove(names[0])
    assert [each.name for each in keeping_backups.kept()] == names[1:2]


def test_one_backup_at_a_time_and_a_dead_one_is_none(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    now = datetime(2026, 3, 1, tzinfo=UTC)
    with keeping_backups.making(now=now) as tell:
        tell("people.Contact", 4000)
        told = keeping_backups.being_made()
        assert told == keeping_backups.Making(now, "people.Contact", 4000)
        with pytest.raises(Conflict, match="being made already"):
            keeping_backups.start(now=now)
    assert keeping_backups.being_made() is None
    (backing_up.folder() / ".making.json").write_text(
        json.dumps({"pid": 2**22 + 1, "since": now.isoformat(), "table": "", "rows": 0})
    )
    assert keeping_backups.being_made() is None
