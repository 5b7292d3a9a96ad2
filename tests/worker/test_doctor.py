"""goodword doctor: what is wrong, how to mend it, and exit 1 only when something is."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from goodword.business.models import Business, Heartbeat
from goodword.config.secret_key import kept_key
from goodword.inbox.models import Event
from goodword.worker.commands import books_check, doctor
from goodword.worker.commands.doctor import GOOD, WARNING, WRONG

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


def levels(findings: object) -> list[str]:
    return [finding.level for finding in findings]


@pytest.mark.django_db
def test_a_sound_database_is_well_and_names_its_version(database_vendor: str) -> None:
    (found,) = doctor.database()
    assert found.level == GOOD
    assert found.what.startswith("database: SQLite 3." if database_vendor == "sqlite" else "database: PostgreSQL 1")


@pytest.mark.django_db
def test_a_missing_migration_is_wrong_and_says_how_to_mend_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'ledger'")
    wrong = [finding for finding in doctor.database() if finding.level == WRONG]
    assert [finding.mend for finding in wrong] == ["goodword django migrate"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seen", "level"), [(None, WARNING), (timedelta(seconds=30), GOOD), (timedelta(minutes=3), WRONG)]
)
def test_a_silent_worker_is_told(seen: timedelta | None, level: str) -> None:
    if seen is not None:
        Heartbeat.objects.create(name="worker-1", seen_at=NOW - seen)
    assert levels(doctor.worker(now=NOW)) == [level]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "age", "expected"),
    [
        ("recorded", timedelta(minutes=9), [GOOD, GOOD, GOOD, GOOD]),
        ("recorded", timedelta(minutes=11), [WRONG, GOOD, GOOD, GOOD]),
        ("settled", timedelta(days=9), [GOOD, GOOD, GOOD, GOOD]),
        ("set_aside", timedelta(minutes=1), [GOOD, WARNING, GOOD, GOOD]),
    ],
)
def test_events_that_wait_too_long_or_were_set_aside_are_told(state: str, age: timedelta, expected: list[str]) -> None:
    fern = Business.objects.create(
        public_id="biz_1", slug="fern", name="Fern Lawn Care", currency="USD", timezone="America/Denver", country="US"
    )
    Event.objects.create(
        business=fern, public_id="evt_1", source="till", external_id="e1", type="job.saved", rank=4, data={},
        time=NOW - age, recorded_at=NOW - age, digest="0" * 64, state=state,
    )  # fmt: skip
    assert levels(doctor.queues(now=NOW)) == expected


def test_a_public_address_without_https_is_wrong_and_one_of_this_machine_a_warning(settings: Settings) -> None:
    settings.UNKNOWN_VARIABLES, settings.DEBUG = [], False
    for url, https, expected in [
        ("http://127.0.0.1:8000", False, [WARNING]),
        ("http://refer.example.com", False, [WRONG]),
        ("https://refer.example.com", True, [GOOD]),
    ]:
        settings.PUBLIC_URL, settings.HTTPS = url, https
        assert levels(doctor.configuration()) == expected


def test_a_mistyped_variable_and_an_open_secret_are_told(settings: Settings, tmp_path: Path) -> None:
    settings.UNKNOWN_VARIABLES = ["GOODWORD_PUBLIC_ULR"]
    settings.DATA, settings.PUBLIC_URL, settings.HTTPS = tmp_path, "https://refer.example.com", True
    kept_key(tmp_path)
    assert levels(doctor.configuration()) == [WARNING, GOOD]
    (tmp_path / "secret_key").chmod(0o644)
    found = list(doctor.configuration())
    assert levels(found) == [WARNING, GOOD, WRONG]
    assert found[0].what == "GOODWORD_PUBLIC_ULR is no setting of Goodword"
    assert found[2].mend == f"chmod 600 {tmp_path / 'secret_key'}"


def test_a_missing_data_folder_is_wrong(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path / "gone"
    assert levels(doctor.disk()) == [WRONG]


@pytest.mark.django_db
def test_it_ends_with_1_only_when_something_is_wrong(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.UNKNOWN_VARIABLES, settings.DATA = [], tmp_path
    settings.PUBLIC_URL, settings.HTTPS = "https://refer.example.com", True
    assert doctor.run(Namespace(offline=True)) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("0 wrong, ")
    settings.PUBLIC_URL, settings.HTTPS = "http://refer.example.com", False
    assert doctor.run(Namespace(offline=True)) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 wrong, ")


@pytest.mark.django_db
def test_empty_books_hold_and_a_business_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    from goodword.errors import NotFound

    assert books_check.run(Namespace(business=None, redecide=False)) == 0
    assert capsys.readouterr().out == "the books hold\n"
    with pytest.raises(NotFound) as refused:
        books_check.run(Namespace(business="fern", redecide=False))
    assert refused.value.code == "business_not_found"
