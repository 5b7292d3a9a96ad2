"""``goodword import``: what it says, how it ends, and that nobody is asked."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from goodword import cli
from goodword.flow.bringing import begin, begin_check
from goodword.flow.settle import settle
from goodword.inbox.models import Event, Import
from goodword.people.models import Contact
from goodword.worker.working import Worker, work
from tests.flow.story import NOW, fern, saved
from tests.flow.test_bringing import CUSTOMERS, RECEIPTS, bring

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    fern()
    (tmp_path / "people.csv").write_text(CUSTOMERS)
    (tmp_path / "sales.csv").write_text(RECEIPTS)
    return tmp_path


@pytest.mark.requirement("R135")
def test_tables_are_brought_in_listed_and_undone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "customers", str(folder / "people.csv")]) == 0
    out, err = capsys.readouterr()
    assert out == (
        "fern: import 1 of people.csv: 3 rows in = 3 stored + 0 refused + 0 known\nreferrals: 1 attributed\n"
    )  # fmt: skip
    assert err.splitlines()[0] == "read as customers: utf-8, comma, decimal ., dates ymd"
    assert cli.main(["import", "receipts", str(folder / "sales.csv"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["import"], told["rows"], told["money_in"], told["money_booked"], told["holds"]) == (
        2, 3, 23760, 23760, True,
    )  # fmt: skip
    assert cli.main(["import", "list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["2", "1"]
    assert cli.main(["import", "undo", "2"]) == 2  # nobody to ask
    assert "say --yes" in capsys.readouterr().err
    assert cli.main(["import", "undo", "2", "--yes"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "import 2 of sales.csv (receipts): takes back 2 receipts", "import 2 is undone",
    ]  # fmt: skip
    assert cli.main(["import", "undo", "9", "--yes"]) == 2


def test_what_does_not_fit_is_told_and_kept_and_a_dry_run_leaves_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "people.csv").write_text(CUSTOMERS + "C4,Dee,12,,\n")
    refused = folder / "refused.csv"
    told = ["import", "customers", str(folder / "people.csv"), "--refused", str(refused)]
    assert cli.main([*told, "--dry-run"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("fern: dry run of people.csv: 4 rows in = 3 stored + 1 refused + 0 known\n")
    assert err.splitlines()[-2:] == [
        "row 4: not_a_phone at phone “12”: No telephone number can be read here.",
        f"goodword: refused: not_a_phone 1; all of them are in {refused}",
    ]  # fmt: skip
    assert (
        refused.read_text("utf-8-sig").splitlines()[1] == "C4,Dee,12,,,4 · phone: No telephone number can be read here."
    )
    assert (Import.objects.count(), Contact.objects.count(), list((folder / "data" / "imports").iterdir())) == (
        0,
        0,
        [],
    )
    assert cli.main(told) == 1
    assert Contact.objects.count() == 3


def test_a_column_of_codes_that_was_taken_for_names_is_hinted_at(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "till.csv").write_text("Receipt,Date,Client,Amount\n1,2026-01-05,KERT01,82.00\n")
    told = ["import", "receipts", str(folder / "till.csv")]
    assert cli.main([*told, "--dry-run"]) == 1
    hint = '--set customer_id="Client" --set customer_name='
    assert capsys.readouterr().err.splitlines()[-1].endswith(hint)
    assert cli.main([*told, "--set", "customer_id=Client", "--set", "customer_name="]) == 0
    assert Contact.objects.count() == 1


def test_columns_are_matched_by_hand_and_by_file_and_wrong_use_ends_in_two(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = folder / "odd.csv"
    odd.write_text("Who;Tel\nAnn Archer;303 555 0101\n")
    assert cli.main(["import", "customers", str(odd)]) == 2
    assert "customer_id: missing_one_of" in capsys.readouterr().err
    assert cli.main(["import", "customers", str(odd), "--set", "name=Nobody"]) == 2
    assert cli.main(["import", "things", str(odd)]) == 2
    assert cli.main(["import", "customers", str(folder / "none.csv")]) == 2
    assert cli.main(["import", "customers", str(odd), "--mapping", "unheard of"]) == 2
    assert (Import.objects.count(), Contact.objects.count()) == (0, 0)
    mapping = folder / "mapping.json"
    mapping.write_text(json.dumps({"mapping": {"name": "Who"}}))
    more = ["--set", "phone=Tel", "--source", "paper"]
    assert cli.main(["import", "customers", str(odd), "--mapping", str(mapping), *more]) == 0
    assert list(Contact.objects.values_list("name", "phone")) == [("Ann Archer", "+13035550101")]
    assert Import.objects.get().source == "paper"


def test_price_lists_say_what_the_lines_of_receipts_are(folder: Path) -> None:
    (folder / "services.csv").write_text("Code,Desc,Price\nMOW,Mowing,100\n")
    (folder / "products.csv").write_text("Code,Description,Category\nEDGE,edging,RETAIL\n")
    lists = ["--prices", str(folder / "services.csv"), "--prices", f"retail={folder / 'products.csv'}"]
    assert cli.main(["import", "receipts", str(folder / "sales.csv"), *lists]) == 0
    lines = [line for e in Event.objects.filter(type="ticket.closed") for line in e.data["ticket"]["lines"]]
    assert {(line["kind"], line["sku"]) for line in lines} == {("service", "MOW"), ("retail", "EDGE")}


def test_the_worker_brings_in_what_was_begun_at_the_console_and_does_its_other_work_between(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goodword.business.models import Business
    from goodword.flow import bringing_work
    from goodword.flow.record import record
    from goodword.worker import working

    monkeypatch.setattr(bringing_work, "BATCH", 1)
    monkeypatch.setattr(working, "BREATHE_EVERY", NOW - NOW)
    business = Business.objects.get()
    checked = begin_check(bring(business, CUSTOMERS, kind="customers"), now=NOW)
    assert work(stopping=threading.Event(), once=True, now=lambda: NOW) > 0
    checked.refresh_from_db()
    assert (checked.state, checked.stored_rows) == ("checked", 3)
    begin(checked, actor="user:ann", now=NOW)
    record(business=business, source="till", raws=[saved("x")], now=NOW)
    settled_while: list[tuple[str, int]] = []
    original = Worker._breathe

    def breathe(self: Worker, import_: Import) -> None:
        original(self, import_)
        settled_while.append((import_.state, Event.objects.filter(source="till", state="settled").count()))

    monkeypatch.setattr(Worker, "_breathe", breathe)
    work(stopping=threading.Event(), once=True, now=lambda: NOW)
    checked.refresh_from_db()
    assert (checked.state, Contact.objects.count()) == ("done", 4)
    assert ("recording", 1) in settled_while
    assert settle(business=business, now=NOW) == 0


def test_a_worker_that_is_stopped_leaves_an_import_to_the_next_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goodword.business.models import Business
    from goodword.flow import bringing_work

    monkeypatch.setattr(bringing_work, "BATCH", 1)
    begun = begin(bring(Business.objects.get(), CUSTOMERS, kind="customers"), actor="user:ann", now=NOW)
    stopping = threading.Event()
    original = Worker._breathe

    def stopped(self: Worker, import_: Import) -> None:
        stopping.set()
        original(self, import_)

    monkeypatch.setattr(Worker, "_breathe", stopped)
    work(stopping=stopping, once=True, now=lambda: NOW)
    begun.refresh_from_db()
    assert (begun.state, begun.position, begun.holder) == ("recording", 1, "")
    monkeypatch.setattr(Worker, "_breathe", original)
    work(stopping=threading.Event(), once=True, now=lambda: NOW)
    begun.refresh_from_db()
    assert (begun.state, begun.stored_rows, Contact.objects.count()) == ("done", 3, 3)


def test_a_report_with_titles_is_read_from_its_header_on_and_its_row_may_be_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = folder / "report.csv"
    report.write_text("Beleg\nUmsatz\nReceipt,Date,Customer ID,Amount\nR1,2026-05-02,C1,10.00\n")
    assert cli.main(["import", "receipts", str(report), "--dry-run"]) == 0
    out, err = capsys.readouterr()
    assert "1 rows in = 1 stored" in out
    assert "read as receipts: utf-8, comma, decimal ., dates ymd, header in row 3\n" in err
    assert cli.main(["import", "receipts", str(report), "--dry-run", "--header-row", "1"]) == 2
    assert cli.main(["import", "receipts", str(report), "--header-row", "70"]) == 2
    assert "the header is one of the first 41 rows" in capsys.readouterr().err
    odd = folder / "odd.csv"
    odd.write_text("Location,Date\nMain St,2026-05-02\nBeleg,Datum\nR1,2026-05-02\n")
    fields = ["--set", "receipt=Beleg", "--set", "total==5.00"]
    assert cli.main(["import", "receipts", str(odd), "--header-row", "3", *fields]) == 0
    assert Event.objects.get(type="ticket.closed").data["ticket"]["external_id"] == "R1"
    assert Import.objects.count() == 1


def test_words_that_nobody_knows_are_told_of_all_rows_and_not_one_by_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sold = "".join(
        f"R{n},C1,5.00,{'Zorkmid' if n % 2 else f'w{chr(97 + n % 26)}{chr(97 + n // 26)}'}\n" for n in range(600)
    )
    (folder / "sales.csv").write_text(f"Receipt,Customer ID,Amount,Status\n{sold}")
    assert cli.main(["import", "receipts", str(folder / "sales.csv"), "--dry-run"]) == 1
    (said,) = [line for line in capsys.readouterr().err.splitlines() if "not known" in line and "words of" in line]
    assert said.startswith("goodword: words of status that are not known: “waa”, “Zorkmid”, ")
    assert said.endswith(", and more; --mapping FILE says what they mean")
    assert said.count("“") == 20


def test_vouchers_of_another_system_come_by_their_columns_and_a_later_table_only_fills_in(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "Customer,Gift Voucher,Recipient,Status,Code,Expiry,Amount,Redeemed,Remaining\n"
    (folder / "first.csv").write_text(f"{head}Hana Tui,$80 voucher,,,91KX-M2P7,Never,80.00,30.00,50.00\n")
    assert cli.main(["import", "vouchers", str(folder / "first.csv")]) == 0
    out, err = capsys.readouterr()
    assert "read as vouchers of timely" in err
    assert "in doubt: columns_assumed" in err
    assert "money: 50.00 USD in, 50.00 USD booked" in out
    later = f"{head}Hana Tui,$80 voucher,Sione,,91KX-M2P7,Never,80.00,30.00,50.00\n"
    (folder / "later.csv").write_text(later)
    assert cli.main(["import", "vouchers", str(folder / "later.csv"), "--dry-run"]) == 1
    assert "known_differently" in capsys.readouterr().err
    assert cli.main(["import", "vouchers", str(folder / "later.csv"), "--update"]) == 0
    assert capsys.readouterr().out == "fern: import 2 of later.csv: 1 rows in = 1 stored + 0 refused + 0 known\n"
    (folder / "used.csv").write_text(later.replace("30.00,50.00", "40.00,40.00"))
    assert cli.main(["import", "vouchers", str(folder / "used.csv"), "--update"]) == 1
    err = capsys.readouterr().err
    assert "balance_differs at balance “40.00”: The file says that 40.00 is left of FERN-000001" in err
    assert "91KX" not in err


def test_vouchers_are_brought_in_from_the_command_line_with_what_is_to_be_noted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "cards.csv").write_text(
        "Card number,Value,Remaining balance,Sold on,Expires\n8842016655,50.00,40.00,2026-04-02,2027-01-31\n"
        "12,5.00,5.00,2026-04-02,\n"
    )
    assert cli.main(["import", "vouchers", str(folder / "cards.csv")]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[:2] == [
        "fern: import 1 of cards.csv: 2 rows in = 1 stored + 1 refused + 0 known",
        "money: 40.00 USD in, 40.00 USD booked",
    ]
    assert "take note: 1 rows: shorter_than_law" in out
    assert "row 2: bad_code at code: A code has 6 to 28 letters and digits." in err
    assert "8842016655" not in out + err
    assert cli.main(["import", "undo", "1", "--yes"]) == 0
    assert capsys.readouterr().out.startswith("import 1 of cards.csv (vouchers): takes back 1 vouchers\n")
