"""Bringing tables in at the console: seen before it is booked, every row accounted for, undone, and nobody else's."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from goodword.flow import bringing
from goodword.flow.bringing_upload import upload
from goodword.inbox.models import Event, Import
from goodword.people.models import Contact
from tests.web.town import Town, lived_in, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = """\
Customer ID,Name,Phone,Email,How did you hear of us
C1,Ivy Archer,(303) 555-0101,ivy@archer.example,Google
C2,Jon Baker,(303) 555-0102,jon@baker.example,Ivy Archer
C3,=HYPERLINK("http://evil"),12,,
"""
RECEIPTS = """\
Bon;Datum;Kunde;Text;Betrag
R1;05.03.2026;C1;Mowing;1.120,50
R2;06.03.2026;C2;Edging;80,00
"""


@pytest.fixture
def town(settings: Any, tmp_path: Path) -> Town:
    settings.DATA = tmp_path
    return lived_in()


@pytest.fixture
def desk(town: Town) -> Client:
    return signed_in(town.staff("manager"))


def file(text: str | bytes, name: str = "customers.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode(), "text/csv")


def at(name: str, import_: Import | int, **more: str) -> str:
    number = import_ if isinstance(import_, int) else import_.number
    query = "&".join(f"{key}={value}" for key, value in more.items())
    return reverse(f"console:{name}", args=[number]) + (f"?{query}" if query else "")


def brought(town: Town, text: str, *, kind: str = "", name: str = "customers.csv") -> Import:
    """Hand a table in behind the pages."""
    return upload(
        business=town.business, stream=io.BytesIO(text.encode()), name=name, actor="user:x", now=timezone.now(),
        kind=kind,
    )  # fmt: skip


def worked(import_: Import) -> Import:
    """Do what the worker does."""
    import_.refresh_from_db()
    return bringing.carry_on(import_, clock=timezone.now)


def body(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.content.decode()


@pytest.mark.requirement("R2", "R135")
def test_a_file_is_brought_in_seen_before_it_is_booked_and_undone(town: Town, desk: Client) -> None:
    before = Contact.objects.count()
    empty = body(desk, reverse("console:imports"))
    assert "best in this order" in empty
    sent = desk.post(reverse("console:import_new"), {"file": file(CUSTOMERS), "kind": "customers", "preset": ""})
    made = Import.objects.get()
    assert sent["Location"] == at("import_columns", made)
    page = body(desk, at("import_columns", made))
    assert "(303) 555-0101" in page
    assert desk.post(at("import_columns", made), {"do": "check"})["Location"] == at("import", made)
    assert (Contact.objects.count(), Event.objects.filter(batch__isnull=False).count()) == (before, 0)
    page = body(desk, at("import", made))
    assert "Nothing is booked yet" in page
    assert "Bring in 2 rows" in page
    assert "No telephone number can be read here." in page
    asked = body(desk, at("import_begin", made))
    assert "Nobody is written to" in asked
    assert Contact.objects.count() == before
    assert desk.post(at("import_begin", made))["Location"] == at("import", made)
    running = body(desk, at("import", made))
    assert "<progress" in running
    assert 'hx-trigger="every 2s"' in running
    assert desk.post(at("import_begin", made)).status_code == 302  # pressed twice
    assert worked(made).state == "done"
    done = body(desk, at("import", made))
    assert "Nothing was lost" in done
    assert "Every row is in exactly one of the three." in done
    assert Contact.objects.count() == before + 2
    asked = body(desk, at("import_undo", made))
    assert "1 referral is removed" in asked
    wrong = desk.post(at("import_undo", made), {"confirm": "7"})
    assert (wrong.status_code, Import.objects.get().state) == (422, "done")
    assert desk.post(at("import_undo", made), {"confirm": "1"})["Location"] == at("import", made)
    assert worked(made).state == "undone"
    assert "The books hold nothing of it any more" in body(desk, at("import", made))
    assert Contact.objects.filter(withdrawn_at=None).count() == before
    kinds = list(Event.objects.filter(type__startswith="import.").order_by("pk").values_list("type", flat=True))
    assert kinds == ["import.begun", "import.undone"]
