"""Bringing tables in at the console: seen before it is booked, every row accounted for, undone, and nobody else's."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from goodword.flow import bringing
from goodword.flow.bringing_file import folder
from goodword.flow.bringing_upload import configure, upload
from goodword.inbox.models import Event, Import, ImportFault, SavedMapping
from goodword.inbox.tables.presets import PRESETS
from goodword.people.models import Contact
from goodword.reports import import_samples
from goodword.web.console import bringing_columns
from goodword.work.models import Ticket
from tests.web.town import Town, found, lived_in, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "tables"
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
    Import.objects.filter(pk=made.pk).update(sorting=True, done_rows=1_234, total_rows=5_000, beat_at=timezone.now())
    running = body(desk, at("import", made))
    assert "The rows are being read and sorted" in running
    assert "1,234 of 5,000" in running
    Import.objects.filter(pk=made.pk).update(beat_at=None)
    assert desk.post(at("import_begin", made)).status_code == 302  # pressed twice
    assert worked(made).state == "done"
    done = body(desk, at("import", made))
    assert "Nothing was lost" in done
    assert "Every row is in exactly one of the three." in done
    assert Contact.objects.count() == before + 2
    assert "Undo this import" not in done
    admin = signed_in(town.staff("admin"))
    assert "Undo this import" in body(admin, at("import", made))
    asked = body(admin, at("import_undo", made))
    assert "1 referral is removed" in asked
    wrong = admin.post(at("import_undo", made), {"confirm": "7"})
    assert (wrong.status_code, Import.objects.get().state) == (422, "done")
    assert admin.post(at("import_undo", made), {"confirm": "1"})["Location"] == at("import", made)
    assert worked(made).state == "undone"
    assert "The books hold nothing of it any more" in body(desk, at("import", made))
    assert Contact.objects.filter(withdrawn_at=None).count() == before
    kinds = list(Event.objects.filter(type__startswith="import.").order_by("pk").values_list("type", flat=True))
    assert kinds == ["import.begun", "import.undone"]


def test_a_column_is_corrected_a_word_is_given_its_meaning_and_the_first_rows_follow(town: Town, desk: Client) -> None:
    table = RECEIPTS.replace("Betrag", "Zustand;Betrag").replace(";1.120,50", ";erledigt;1.120,50")
    made = brought(town, table.replace(";80,00", ";Entwurf;80,00"), kind="receipts", name="bons.csv")
    url = at("import_columns", made)
    asked = desk.post(url, {"do": "check"})
    assert (asked.status_code, Import.objects.get().state) == (422, "draft")
    assert "Choose the column for this." in asked.content.decode()
    chosen = {"c-receipt": "#0", "c-date": "#1", "c-customer_id": "#2", "c-description": "#3", "c-status": "#4",
              "c-amount": "#5"}  # fmt: skip
    shown = desk.post(url, {"do": "look", "dates": "mdy", "shown": "1", **chosen})
    page = shown.content.decode()
    assert (shown.status_code, "May 3, 2026" in page, "$1,120.50" in page) == (200, True, True)
    assert "Say below what this word means." in page
    means = {"word-status": ["erledigt", "Entwurf"], "means-status": ["closed", "not_a_sale"]}
    page = desk.post(url, {"do": "look", "dates": "dmy", "shown": "1", **chosen, **means}).content.decode()
    assert ("March 5, 2026" in page, "Say below" in page) == (True, False)
    made.refresh_from_db()
    assert made.mapping | {"receipt": "Bon", "amount": "Betrag"} == made.mapping
    assert made.words["status"] == {"erledigt": "closed", "Entwurf": "not_a_sale"}
    assert (made.form["dates"], made.form["decimal"], made.form["delimiter"]) == ("dmy", ",", ";")
    desk.post(url, {"do": "check", "shown": "1", **chosen})
    page = body(desk, at("import", made))
    assert "bought for $1,120.50" in page
    assert "A draft, or cancelled: nothing was sold." in page


def test_a_way_of_reading_is_kept_under_a_name_used_again_and_removed(town: Town, desk: Client) -> None:
    first = brought(town, RECEIPTS, kind="receipts")
    chosen = {"c-receipt": "#0", "c-amount": "#4", "c-currency": "=", "v-currency": "USD", "shown": "1"}
    nameless = desk.post(at("import_columns", first), {"do": "save", "name": " ", **chosen})
    assert (nameless.status_code, SavedMapping.objects.count()) == (422, 0)
    assert "Please give a name." in nameless.content.decode()
    desk.post(at("import_columns", first), {"do": "save", "name": "Our till", **chosen})
    second = brought(town, RECEIPTS, kind="receipts")
    assert "Our till" in body(desk, at("import_columns", second))
    desk.post(at("import_columns", second), {"do": "use", "use": "Our till"})
    second.refresh_from_db()
    assert second.mapping == {**Import.objects.get(pk=first.pk).mapping}
    assert second.mapping["currency"] == "=USD"
    desk.post(at("import_columns", second), {"do": "forget", "use": "Our till"})
    assert SavedMapping.objects.count() == 0
    assert desk.post(at("import_columns", second), {"do": "use", "use": "Our till"}).status_code == 422


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.csv", "This file holds no rows."),
        (b"PK\x03\x04 and the rest", "book.xlsx", "This is a spreadsheet, not a CSV file."),
        (b"PK\x03\x04 and the rest", "book.csv", "This is a spreadsheet, not a CSV file."),
        (b"%PDF-1.7 and the rest", "paper.csv", "Save it as CSV where it comes from"),
        (None, "", "Choose a file."),
    ],
)
def test_a_file_that_is_no_table_is_refused_beside_its_field_and_not_kept(
    content: bytes | None, name: str, said: str, town: Town, desk: Client
) -> None:
    sent = {} if content is None else {"file": file(content, name)}
    answer = desk.post(reverse("console:import_new"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r'id="e-file".*?</p>', page, re.DOTALL) is not None
    assert said in page
    assert Import.objects.count() == 0
    assert list(folder().iterdir()) == []


def test_a_file_beyond_the_limit_is_refused(town: Town, desk: Client, settings: Any) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, import_megabytes=0)
    answer = desk.post(reverse("console:import_new"), {"file": file(CUSTOMERS)})
    assert (answer.status_code, Import.objects.count()) == (422, 0)
    assert "This file is too large." in answer.content.decode()


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_an_export_of_a_known_system_is_recognised_and_only_asked_to_be_looked_at(
    preset: str, town: Town, desk: Client
) -> None:
    layout = PRESETS[preset].layouts[0]
    table = ",".join(sorted(layout.marks)) + "\n" + ",".join("1" for _ in layout.marks) + "\n"
    desk.post(reverse("console:import_new"), {"file": file(table), "kind": "", "preset": ""})
    made = Import.objects.get()
    assert (made.preset, made.kind, made.source) == (preset, layout.kind, PRESETS[preset].source)
    page = body(desk, at("import_columns", made))
    assert f'<option value="{preset}" selected>{PRESETS[preset].title}</option>' in page
    assert "Whose numbers these are" not in page


def test_a_large_file_is_looked_over_by_the_worker_and_its_page_tells_how_far_it_is(
    town: Town, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_columns, "AT_ONCE", 10)
    made = brought(town, CUSTOMERS, kind="customers")
    desk.post(at("import_columns", made), {"do": "check"})
    assert Import.objects.get().state == "checking"
    page = body(desk, at("import", made))
    assert re.search(r"<progress [^>]*aria-labelledby=\"step\"", page) is not None
    assert "You may close this page" in page
    assert worked(made).state == "checked"
    assert "hx-trigger" not in body(desk, at("import", made)).split('id="import"')[1].split(">")[0]


def test_another_table_asks_what_it_is(town: Town, desk: Client) -> None:
    made = brought(town, "a,b\n1,2\n")
    page = body(desk, at("import_columns", made))
    assert "These columns are not known to us." in page
    assert desk.post(at("import_columns", made), {"do": "check"}).status_code == 422
    desk.post(at("import_columns", made), {"do": "look", "kind": "customers", "c-name": "#1"})
    made.refresh_from_db()
    assert made.kind == "customers"
    assert desk.post(at("import_columns", made), {"do": "look", "kind": "nonsense"}).status_code == 422


def test_the_names_of_files_and_cells_are_text_and_nothing_else(town: Town, desk: Client) -> None:
    bad = "<script>alert(1)</script>.csv"
    table = CUSTOMERS.replace("Ivy Archer", "<b>Ivy</b>").replace(",12,", ",<i>12</i>x,")
    made = brought(town, table, kind="customers", name=bad)
    pages = [body(desk, at("import_columns", made))]
    desk.post(at("import_columns", made), {"do": "check"})
    pages += [body(desk, at(name, made)) for name in ("import", "import_begin", "import_refused", "import_discard")]
    pages.append(body(desk, reverse("console:imports")))
    for page in pages:
        assert "<script>alert" not in page
        assert "<b>Ivy" not in page
        assert "<i>12" not in page
    assert "script&gt;.csv" in pages[-1]


def test_downloads_hold_no_formula_and_refused_rows_are_brought_again_as_they_are(town: Town, desk: Client) -> None:
    table = CUSTOMERS + "C4,@SUM(A1),+1 (12,,\nC5,Gil,-12,,\n"
    made = brought(town, table, kind="customers", name="=cmd().csv")
    desk.post(at("import_columns", made), {"do": "check"})
    answer = desk.get(at("import_refused_csv", made))
    assert answer["Content-Disposition"] == 'attachment; filename="import-1-refused.csv"'
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # it is streamed
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert (rows[0][-1], rows[1][-1]) == ("why", "3 · Phone: No telephone number can be read here.")
    desk.cookies["django_language"] = "sv"
    swedish = b"".join(desk.get(at("import_refused_csv", made)).streaming_content).decode()  # type: ignore[attr-defined]
    assert "3 · Telefon: Inget telefonnummer kan läsas här." in swedish
    desk.cookies["django_language"] = "en"
    assert [row[1:3] for row in rows[1:]] == [
        ["'=HYPERLINK(\"http://evil\")", "12"], ["'@SUM(A1)", "+1 (12"], ["Gil", "-12"],
    ]  # fmt: skip
    sheet = b"".join(desk.get(at("import_sheet", made)).streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=cmd().csv" in sheet
    mended = text.replace("+1 (12", "(303) 555-0199")
    again = desk.post(reverse("console:import_new"), {"file": file(mended), "kind": "customers"})
    assert again["Location"] == at("import_columns", 2)
    desk.post(at("import_columns", 2), {"do": "check"})
    assert Import.objects.get(number=2).stored_rows == 1


def test_thousands_of_faults_are_shown_page_by_page_in_a_few_statements(
    town: Town, desk: Client, django_assert_max_num_queries: Any
) -> None:
    lines = "".join(f"X{n},Name {n},{n % 9},,\n" for n in range(1, 3001))
    made = brought(town, CUSTOMERS.splitlines()[0] + "\n" + lines, kind="customers")
    bringing.check(made, clock=timezone.now)
    assert ImportFault.objects.count() == 3000
    with django_assert_max_num_queries(22):
        page = body(desk, at("import", made))
    assert "3,000 rows" in page
    assert page.count("Row ") < 20
    with django_assert_max_num_queries(22):
        page = body(desk, at("import_refused", made))
    assert page.count('role="row"') == 51
    later = re.search(r'href="(\?after=[^"]+)"', page)
    assert later is not None
    assert ">51<" in body(desk, at("import_refused", made) + later[1])
    for n in range(5):
        brought(town, CUSTOMERS, kind="customers", name=f"{n}.csv")
    with django_assert_max_num_queries(16):
        body(desk, reverse("console:imports"))


def test_a_table_of_another_business_is_not_there(town: Town) -> None:
    made = brought(town, CUSTOMERS, kind="customers")
    beside = found("Ink and Steel")
    client = signed_in(beside.owner)
    for name in ("import", "import_columns", "import_begin", "import_refused", "import_sheet", "import_undo"):
        assert client.get(at(name, made)).status_code == 404, name
    assert client.post(at("import_columns", made), {"do": "check"}).status_code == 404
    assert "customers.csv" not in body(client, reverse("console:imports"))
    assert client.get(reverse("console:import", args=["1x"])).status_code == 404
    assert client.get(reverse("console:import", args=["9" * 30])).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("manager", 200), ("office", 403), ("technician", 403), ("viewer", 403)])
def test_who_may_not_bring_tables_in_sees_none_of_it(role: str, status: int, town: Town) -> None:
    client = signed_in(town.staff(role))
    assert client.get(reverse("console:imports")).status_code == status
    made = brought(town, CUSTOMERS, kind="customers")
    sent = client.post(at("import_columns", made), {"do": "check"})
    assert (sent.status_code == 302) == (status == 200)
    assert Import.objects.get().state == ("checked" if status == 200 else "draft")


@pytest.mark.parametrize("role", ["manager", "admin", "owner"])
def test_balances_are_booked_and_imports_undone_by_an_owner_or_an_administrator_only(role: str, town: Town) -> None:
    may, client = role != "manager", signed_in(town.staff(role))
    bringing.run(brought(town, CUSTOMERS, kind="customers"), actor="x", clock=timezone.now)
    made = brought(town, "Customer ID,Points\nC1,500\n", kind="balances")
    client.post(at("import_columns", made), {"do": "check"})
    page = body(client, at("import", made))
    assert (at("import_begin", made) in page, "Balances and vouchers are brought in by an owner" in page) == (
        may,
        not may,
    )
    for answer in (client.get(at("import_begin", made)), client.post(at("import_begin", made))):
        assert (answer.status_code == 403) == (not may)
    made.refresh_from_db()
    assert made.state == ("recording" if may else "checked")
    assert Event.objects.filter(batch=made.number).count() == 0
    if not may:
        bringing.begin(made, actor="user:x", now=timezone.now())
    page = body(client, at("import", worked(made)))
    assert (at("import_undo", made) in page) == may
    answer = client.post(at("import_undo", made), {"confirm": str(made.number)})
    made.refresh_from_db()
    assert (answer.status_code, made.state) == ((302, "undoing") if may else (403, "done"))


@pytest.mark.parametrize(("kind", "undone_to"), [("balances", 0), ("customers", 2)])
def test_a_manager_does_not_have_go_on_what_an_administrator_had_to_begin(
    kind: str, undone_to: int, town: Town, desk: Client
) -> None:
    made = bringing.run(brought(town, CUSTOMERS, kind="customers"), actor="x", clock=timezone.now)
    Import.objects.filter(pk=made.pk).update(state="failed", code="stopped", kind=kind, undone_to=undone_to)
    page = body(desk, at("import", made))
    assert "An owner or an administrator has to say how this goes on." in page
    assert (at("import_undo", made) in page, "Go on" in page) == (False, False)
    assert desk.post(at("import_again", made)).status_code == 403
    made.refresh_from_db()
    assert made.state == "failed"
    page = body(signed_in(town.staff("admin")), at("import", made))
    assert (at("import_undo", made) in page, "Go on" in page) == (True, True)


def test_an_import_whose_file_is_gone_says_so_and_goes_on_with_the_same_file_only(town: Town, desk: Client) -> None:
    made = brought(town, CUSTOMERS, kind="customers")
    bringing.check(made, clock=timezone.now)
    next(folder().iterdir()).unlink()
    page = body(desk, at("import", made))
    assert "The file itself is no longer kept here" in page
    assert desk.get(at("import_columns", made))["Location"] == at("import", made)
    other = desk.post(at("import_again", made), {"file": file(RECEIPTS)})
    assert (other.status_code, "That is not the file" in other.content.decode()) == (422, True)
    desk.post(at("import_again", made), {"file": file(CUSTOMERS)})
    assert worked(made).state == "checked"
    assert "Bring in 2 rows" in body(desk, at("import", made))


def test_one_that_stopped_says_why_goes_on_and_can_be_undone(town: Town, desk: Client) -> None:
    made = brought(town, CUSTOMERS, kind="customers")
    bringing.check(made, clock=timezone.now)
    desk.post(at("import_begin", made))
    path = next(folder().iterdir())
    content = path.read_bytes()
    path.unlink()
    with pytest.raises(Exception, match="no longer kept"):
        worked(made)
    page = body(desk, at("import", made))
    assert "It could not go on" in page
    assert "The file itself is no longer kept here" in page
    desk.post(at("import_again", made), {"file": file(content)})
    assert worked(made).state == "checked"


def test_a_step_that_nobody_takes_up_says_what_it_waits_for(town: Town, desk: Client) -> None:
    made = brought(town, CUSTOMERS, kind="customers")
    bringing.begin_check(made, now=timezone.now() - timedelta(minutes=2))
    assert "Nobody has begun with it yet" in body(desk, at("import", made))
    assert desk.post(at("import_columns", made), {"do": "check"})["Location"] == at("import", made)


def test_one_that_runs_is_stopped_and_goes_on_when_told(town: Town, desk: Client) -> None:
    before = Contact.objects.count()
    made = brought(town, CUSTOMERS, kind="customers")
    bringing.check(made, clock=timezone.now)
    desk.post(at("import_begin", made))
    assert 'action="' + at("import_stop", made) in body(desk, at("import", made))
    assert desk.post(at("import_stop", made))["Location"] == at("import", made)
    assert Import.objects.get().state == "draft"  # nothing was recorded yet
    assert Contact.objects.count() == before
    assert desk.post(at("import_stop", made)).status_code == 302
    desk.post(at("import_columns", made), {"do": "check"})
    desk.post(at("import_begin", made))
    assert worked(made).state == "done"
    assert desk.post(at("import_stop", made))["Location"] == at("import", made)
    assert Import.objects.get().state == "done"


def test_a_draft_is_thrown_away_with_its_file_and_one_that_is_brought_in_is_not(town: Town, desk: Client) -> None:
    made = brought(town, CUSTOMERS, kind="customers")
    assert "Nothing of it was brought in." in body(desk, at("import_discard", made))
    desk.post(at("import_discard", made))
    assert (Import.objects.count(), list(folder().iterdir())) == (0, [])
    done = bringing.run(brought(town, CUSTOMERS, kind="customers"), actor="x", clock=timezone.now)
    assert desk.post(at("import_discard", done))["Location"] == at("import", done)
    assert Import.objects.get().state == "done"


def test_sales_and_balances_are_proved_on_the_sheet_to_the_cent(town: Town, desk: Client) -> None:
    bringing.run(brought(town, CUSTOMERS, kind="customers"), actor="x", clock=timezone.now)
    made = brought(town, RECEIPTS, kind="receipts", name="bons.csv")
    mapping = {"receipt": "Bon", "date": "Datum", "customer_id": "Kunde", "description": "Text", "amount": "Betrag"}
    sales = bringing.run(configure(made, mapping=mapping), actor="x", clock=timezone.now)
    assert {row.gross for row in Ticket.objects.filter(source="import")} == {112050, 8000}
    page = body(desk, at("import", sales))
    assert (page.count("$1,200.50"), "The same to the last cent." in page) == (2, True)
    table = "Customer ID,Points,Credit\nC1,500,25.00\nC2,40,\n"
    balances = bringing.run(brought(town, table, kind="balances"), actor="x", clock=timezone.now)
    page = body(desk, at("import", balances))
    assert "The same to the last point." in page
    assert "not as a cost of this year" not in page
    again = brought(town, table, kind="balances")
    assert "This very file was brought in before" in body(desk, at("import_columns", again))


def test_an_empty_list_of_customers_leads_to_it_for_whom_it_is_open(town: Town) -> None:
    bare = found("Ink and Steel")
    link = f'href="{reverse("console:imports")}"'
    assert body(signed_in(bare.owner), reverse("console:customers")).count(link) >= 1
    assert "Bring yours in from a file" in body(signed_in(bare.owner), reverse("console:customers"))
    assert "Or bring all of them in from a file" in body(signed_in(bare.owner), reverse("console:overview"))
    assert "Bring yours in" not in body(signed_in(bare.staff("office")), reverse("console:customers"))


def test_the_row_with_the_columns_names_is_shown_and_chosen(town: Town, desk: Client) -> None:
    made = brought(town, "Umsatz <b>2025</b>\nBon,Wer,Betrag\nBeleg Nr,Kunde,Summe\nA1,C1,5.00\n")
    page = body(desk, at("import_columns", made))
    chosen = '<option value="2" selected>Row 2: Bon, Wer, Betrag</option>'
    assert chosen in page
    assert "Row 1: Umsatz &lt;b&gt;2025&lt;/b&gt;" in page
    assert "its names are not known to us" in page
    page = desk.post(at("import_columns", made), {"do": "look", "header": "3", "kind": "receipts"}).content.decode()
    made.refresh_from_db()
    assert (made.form["header"], made.headers) == (3, ["Beleg Nr", "Kunde", "Summe"])
    assert '<option value="3" selected>Row 3: Beleg Nr, Kunde, Summe</option>' in page
    for bad in ("0", "99", "-1", "x", "12345"):
        answer = desk.post(at("import_columns", made), {"do": "look", "header": bad})
        assert answer.status_code in (200, 422)
        made.refresh_from_db()
        assert made.form["header"] == 3


def test_words_of_all_rows_are_listed_once_all_were_looked_over_and_too_many_are_said_to_be_more(
    town: Town, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_samples, "SMALL", 100)
    monkeypatch.setattr(bringing_columns, "AT_ONCE", 100)
    sold = "".join(f"R{n},C1,5.00,paid\n" for n in range(import_samples.LOOKED_AT))
    late = "S1,C1,5.00,Zorkmid\nS2,C1,5.00,zorkmid \nS3,C1,5.00,Quatloo\n"
    made = brought(town, f"Receipt,Customer ID,Amount,Status\n{sold}{late}", kind="receipts")
    page = body(desk, at("import_columns", made))
    assert "Words of further rows come when all are looked over." in page
    assert "Zorkmid" not in page
    desk.post(at("import_columns", made), {"do": "check"})
    assert worked(made).reasons == {"unknown_word": 3}
    page = body(desk, at("import_columns", made))
    assert re.findall(r'name="word-status" value="([^"]+)"', page) == ["Zorkmid", "Quatloo", "paid"]
    assert "There are more words than these." not in page
    told = {"do": "look", "shown": "1", "word-status": ["Zorkmid", "Quatloo"], "means-status": ["closed", "not_a_sale"]}
    desk.post(at("import_columns", made), told)
    desk.post(at("import_columns", made), {"do": "check"})
    assert worked(made).reasons == {"not_a_sale": 1}
    many = "".join(f"S{n},C1,5.00,word{chr(97 + n % 26)}{chr(97 + n // 26)}\n" for n in range(300))
    other = brought(town, f"Receipt,Customer ID,Amount,Status\n{many}", kind="receipts", name="other.csv")
    desk.post(at("import_columns", other), {"do": "check"})
    assert worked(other).refused_rows == 300
    page = body(desk, at("import_columns", other))
    assert page.count('name="word-status"') == import_samples.MOST_WORDS
    assert "There are more words than these." in page
    desk.post(at("import_columns", other), {"do": "look", "shown": "1", "c-status": "#1"})  # another column's words
    assert 'value="wordaa"' not in body(desk, at("import_columns", other))


VOUCHERS = """\
Serial,Code,Value,Balance,Sold on,Expires
GC-1,QX7-4417-AB,50.00,40.00,2026-04-02,2026-12-31
GC-2,,50.00,51.00,2026-04-02,never
"""


def test_vouchers_are_matched_warned_of_brought_and_undone_and_no_page_shows_their_codes(town: Town) -> None:
    client = signed_in(town.staff("owner"))
    made = brought(town, VOUCHERS, kind="vouchers", name="cards.csv")
    pages = [body(client, at("import_columns", made))]
    client.post(at("import_columns", made), {"do": "check"})
    pages.append(body(client, at("import", made)))
    assert "Valid for a shorter time than the law wants here." in pages[-1]
    assert "More is left of it than it was ever worth." in pages[-1]
    assert "$40 left of $50" in pages[-1]
    pages.append(body(client, at("import_begin", made)))
    assert "not as sales of this year" in pages[-1]
    client.post(at("import_begin", made))
    worked(made)
    pages += [body(client, at("import", made)), body(client, at("import_refused", made))]
    assert "The same to the last cent." in pages[-2]
    pages.append(body(client, at("import_undo", made)))
    assert "1 voucher is cancelled, as far as it is not used." in pages[-1]
    assert [page[max(0, page.find("-4417-") - 200) :][:300] for page in pages if "-4417-" in page] == []
    viewer = signed_in(town.staff("manager"))
    assert "Balances and vouchers are brought in by an owner" in body(
        viewer, at("import", worked_check(town, VOUCHERS))
    )


def test_a_system_whose_columns_are_assumed_says_so_and_its_cards_come_in_to_the_cent(town: Town) -> None:
    cards = (FIXTURES / "square" / "vouchers.csv").read_text(encoding="utf-8")
    client = signed_in(town.staff("owner"))
    client.post(reverse("console:import_new"), {"file": file(cards, "cards.csv"), "kind": "", "preset": ""})
    made = Import.objects.get()
    assert (made.kind, made.preset) == ("vouchers", "square")
    page = body(client, at("import_columns", made))
    assert "The columns of this export are assumed" in page
    assert "what it is worth never changes" in page
    assert "1234567" not in page
    client.post(at("import_columns", made), {"do": "check"})
    page = body(client, at("import", made))
    assert "It is blocked in the other system." in page
    assert "It was not paid for, or never activated, so nothing is owed." in page
    client.post(at("import_begin", made))
    worked(made)
    page = body(client, at("import", made))
    assert "The same to the last cent." in page
    assert "$80.50" in page
    answer = client.get(at("import_refused_csv", made))
    rest = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [line["State"] for line in csv.DictReader(io.StringIO(rest))] == ["DEACTIVATED", "BLOCKED", "PENDING"]
    mended = brought(town, rest.replace("BLOCKED", "ACTIVE"), name="mended.csv")
    assert (mended.kind, mended.preset) == ("vouchers", "square")
    mended = bringing.run(mended, actor="user:x", clock=timezone.now)
    assert (mended.stored_rows, mended.refused_rows, mended.money_booked) == (1, 2, 7_500)


def test_a_second_table_says_on_its_page_which_voucher_differs_and_by_how_much(town: Town) -> None:
    client = signed_in(town.staff("owner"))
    bringing.run(brought(town, VOUCHERS, kind="vouchers"), actor="user:x", clock=timezone.now)
    later = VOUCHERS.replace("50.00,40.00", "50.00,30.00")
    made = bringing.check(configure(brought(town, later, kind="vouchers"), update=True), clock=timezone.now)
    assert "Another balance than was brought in. No table changes that." in body(client, at("import", made))
    page = body(client, at("import_refused", made))
    assert "The file says that 30.00 is left of GC-000001, but it was brought in with 40.00." in page
    ended = VOUCHERS.replace("50.00,40.00", "50.00,0.00")
    made = bringing.check(brought(town, ended, kind="vouchers"), clock=timezone.now)
    assert "GC-000001 is still good here" in body(client, at("import_refused", made))
    assert "4417" not in page


def test_a_voucher_for_a_service_is_told_in_plain_words(town: Town) -> None:
    table = (
        "Serial,Service,Value,Sold on,Expires\nFV-1,Full valet,85.00,2026-04-02,\nFV-2,Full valet,,2026-04-02,\n"
        "FV-3,Full valet,85.00,2026-04-02,2031-04-02\n"
    )
    made = bringing.check(brought(town, table, kind="vouchers"), clock=timezone.now)
    page = body(signed_in(town.staff("owner")), at("import", made)).replace("\u2068", "").replace("\u2069", "")
    assert "voucher FV-000001 for Full valet, worth $85, valid for ever." in page
    assert "voucher FV-000003 for Full valet, worth $85, valid until Apr 2, 2031." in page
    assert "Write what was paid for the service" in page


def worked_check(town: Town, text: str) -> Import:
    """Have another table of vouchers looked over."""
    return bringing.check(brought(town, text.replace("GC-", "GX-"), kind="vouchers"), clock=timezone.now)
