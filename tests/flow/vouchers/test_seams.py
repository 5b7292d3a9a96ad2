"""Vouchers where data goes elsewhere: a person forgotten or told all, a demo removed, a backup or export brought in."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from goodword.business.models import Business
from goodword.errors import Conflict, Invalid
from goodword.flow import archive, backing_up, bringing_in, export_archive, exporting, restoring
from goodword.flow.demo import remove_demo
from goodword.flow.submit import submit
from goodword.flow.vouchers import rekeying
from goodword.ledger import checking, seal
from goodword.ledger.opening import book_of
from goodword.ledger.trial import trial_balance
from goodword.reports.person_data import open_vouchers, sections
from goodword.vouchers import finding
from goodword.vouchers.models import GuessCount, Redemption, Sale, Voucher
from tests.flow.story import NOW, closed, contact, fern, saved, tell
from tests.flow.test_erasing import traces_of
from tests.flow.test_export import rewritten, swapped
from tests.flow.vouchers.cast import TILL, balance, books_hold, give, order, redeem, sell, state
from tests.flow.vouchers.test_tendering import problems, tender

LINA = {"name": "Lina Quarmby", "phone": "+13035550177"}
WORDS = ("Lina", "Quarmby", "3035550177", "lovely sister")


def town() -> Business:
    """Ann bought Lina a voucher and used one herself; Bob's has nothing to do with them."""
    opened = fern()
    tell(opened, [saved("ann"), saved("bob")])
    ann = contact(opened, "ann").public_id
    note = "For my lovely sister Lina"
    sell(opened, 5000, buyer=ann, recipient=LINA, message=note, payment={**TILL, "reference": "Quarmby 12"})
    sell(opened, 3000, buyer=ann)
    give(opened, 1000, recipient=contact(opened, "bob").public_id, message="Thank you, Bob")
    return opened


def linas() -> Voucher:
    return Voucher.objects.get(value=5000)


def sums(business: Business) -> list[Any]:
    return list(trial_balance(book=book_of(business=business.pk)))


@pytest.mark.django_db
def test_a_person_erased_leaves_no_word_on_a_voucher_and_the_card_goes_on_working() -> None:
    business = town()
    lina, before = linas().recipient, sums(business)
    assert lina is not None
    assert {word for word in WORDS if traces_of((word,))} == set(WORDS)
    data = {"contact": lina.public_id, "reason": "she asked"}
    submit(business=business, type="contact.erased", data=data, actor="user:o", now=NOW)
    assert traces_of(WORDS) == []
    assert sums(business) == before
    voucher = linas()
    assert (voucher.message, voucher.recipient, voucher.state) == ("", lina, "active")
    assert (voucher.sale.buyer if voucher.sale else None) == contact(business, "ann")
    assert Voucher.objects.get(value=1000).message == "Thank you, Bob"
    issued = voucher.sale.event.data if voucher.sale else {}
    assert issued["recipient"] == lina.public_id
    assert issued["buyer"] == contact(business, "ann").public_id
    tell(business, [closed("T1", "bob", 2000, at="2026-11-20T12:00:00Z", tenders=[tender(voucher, 2000)])])
    assert (state(voucher), problems(business)) == (("active", 3000), [])
    books_hold(business)


@pytest.mark.django_db
def test_a_buyer_erased_takes_what_they_wrote_along() -> None:
    business = town()
    ann = contact(business, "ann")
    assert open_vouchers(business=business, contact=ann) == (2, 8000)
    assert open_vouchers(business=business, contact=contact(business, "bob")) == (1, 1000)
    data = {"contact": ann.public_id, "reason": "asked"}
    submit(business=business, type="contact.erased", data=data, actor="user:o", now=NOW)
    assert linas().message == ""
    assert linas().recipient is not None
    assert linas().recipient.name == "Lina Quarmby"  # type: ignore[union-attr]
    assert traces_of(("lovely sister",)) == []


@pytest.mark.django_db
def test_all_that_is_held_of_a_person_names_their_vouchers_and_no_code() -> None:
    business = town()
    mine = Voucher.objects.get(value=3000)
    redeem(business, mine, 1000)
    order(business, "assigned", voucher=mine.public_id, recipient=contact(business, "ann").public_id)
    told = {name: list(rows) for name, rows in sections(business=business, contact=contact(business, "ann"))}
    assert [(row["serial"], row["value"], row["state"]) for row in told["vouchers_bought"]] == [
        (linas().serial, 5000, "active"), (mine.serial, 3000, "active"),
    ]  # fmt: skip
    assert [row["serial"] for row in told["vouchers_received"]] == [mine.serial]
    assert [(row["amount"], row["reference"]) for row in told["voucher_payments"]] == [
        (5000, "Quarmby 12"), (3000, "T-1"),
    ]  # fmt: skip
    assert [(row["voucher__serial"], row["units"]) for row in told["vouchers_redeemed"]] == [(mine.serial, 1000)]
    whole = json.dumps(told, default=str)
    for voucher in Voucher.objects.all():
        assert finding.code_of(voucher) not in whole
        assert finding.code_of(voucher).replace("-", "") not in whole
    assert Voucher.objects.get(value=1000).serial not in whole


@pytest.mark.django_db
def test_a_demo_goes_with_its_vouchers_and_another_business_keeps_its_own() -> None:
    business, moss = town(), fern("moss")
    kept = sell(moss, 700)
    order(business, "replaced", voucher=linas().public_id)
    redeem(business, Voucher.objects.get(value=3000), 100)
    Business.objects.filter(pk=business.pk).update(is_demo=True)
    remove_demo(business=business)
    assert list(Voucher.objects.values_list("pk", flat=True)) == [kept.pk]
    assert (Redemption.objects.count(), Sale.objects.count()) == (0, 1)
    assert balance(kept) == 700
    assert checking.faults() == []


def emptied() -> None:
    """Empty the database, as a new installation is."""
    seal.lift()  # the flush lays the seals on again
    call_command("flush", verbosity=0, interactive=False)


def printed() -> dict[str, str]:
    """Return the code on each card by its serial."""
    return {voucher.serial: finding.code_of(voucher) for voucher in Voucher.objects.all()}


def cards_work(business: Business, cards: dict[str, str]) -> None:
    """See that every card is found by its code, shows it, and pays at the till."""
    for serial, code in cards.items():
        assert finding.voucher_of(business=business, text=code).serial == serial
    assert printed() == cards
    assert {v.serial: v.code_tail for v in Voucher.objects.all()} == {s: code[-4:] for s, code in cards.items()}
    voucher = Voucher.objects.get(value=3000)
    raw = closed("moved", "bob", 500, at="2026-11-20T12:30:00Z",
                 tenders=[{"type": "voucher", "amount": 500, "code": cards[voucher.serial]}])  # fmt: skip
    tell(business, [raw], now=NOW + timedelta(hours=1))
    assert (balance(voucher), problems(business)) == (2500, [])
    assert checking.faults() == []


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_an_export_brought_in_under_another_key_has_the_same_cards_and_books(folder: Path, settings: Any) -> None:
    business = town()
    cards, before = printed(), sums(business)
    exporting.make(business=business, to=folder / "x.zip", now=timezone.now())
    bringing_in.check(folder / "x.zip")
    with zipfile.ZipFile(folder / "x.zip") as bundle:
        assert "CODES OF VOUCHERS ARE IN IT, IN CLEAR" in bundle.read("README.txt").decode()
        rows = bundle.read("jsonl/vouchers.Voucher.jsonl").decode()
        holding = [name for name in bundle.namelist() if cards[linas().serial].replace("-", "") in
                   bundle.read(name).decode(errors="replace")]  # fmt: skip
        assert linas().serial in bundle.read("csv/vouchers.csv").decode()
    assert all(code.replace("-", "") in rows for code in cards.values())
    assert holding == ["jsonl/vouchers.Voucher.jsonl"]
    emptied()
    settings.SECRET_KEY = "another installation's own secret, long enough for all"
    brought = bringing_in.bring_in(path=folder / "x.zip", owner_email="o@x.example", now=timezone.now())
    assert [(line.kind, line.asset, line.debits, line.credits) for line in sums(brought.business)] == [
        (line.kind, line.asset, line.debits, line.credits) for line in before
    ]
    assert not Voucher.objects.filter(code_sealed__startswith=rekeying.CLEAR).exists()
    cards_work(brought.business, cards)


@pytest.mark.django_db(transaction=True)
def test_a_code_that_was_never_ours_is_refused_and_nothing_comes_in(folder: Path) -> None:
    business = town()
    code = finding.code_of(linas()).replace("-", "")
    exporting.make(business=business, to=folder / "x.zip", now=timezone.now())
    emptied()
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    change = swapped(export_archive.member("vouchers.Voucher"), code.encode(), wrong.encode())
    false = rewritten(folder / "x.zip", folder / "y.zip", change, honest=True)
    with pytest.raises(Invalid, match="code of a voucher"):
        bringing_in.bring_in(path=false, owner_email="o@x.example", now=timezone.now())
    assert not Business.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_export_of_a_business_without_vouchers_says_nothing_of_codes(folder: Path) -> None:
    exporting.make(business=fern(), to=folder / "x.zip", now=timezone.now())
    with zipfile.ZipFile(folder / "x.zip") as bundle:
        assert "IN CLEAR" not in bundle.read("README.txt").decode()


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_holds_its_key_is_sealed_anew_under_another(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "key_is_a_file", lambda: True)
    business = town()
    cards = printed()
    backing_up.make(to=folder / "b.zip", now=timezone.now())
    emptied()
    monkeypatch.setattr(archive, "key_is_a_file", lambda: False)
    settings.SECRET_KEY = "another installation's own secret, long enough for all"
    with pytest.raises(Conflict) as refused:
        restoring.restore(path=folder / "b.zip")
    assert refused.value.code == "other_key"
    restoring.restore(path=folder / "b.zip", other_key=True)
    assert rekeying.unreadable() == 0
    cards_work(Business.objects.get(public_id=business.public_id), cards)


@pytest.mark.django_db(transaction=True)
def test_a_backup_without_its_key_says_how_many_codes_are_lost_and_serials_go_on(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "key_is_a_file", lambda: False)
    business = town()
    cards = printed()
    backing_up.make(to=folder / "b.zip", now=timezone.now())
    emptied()
    was, settings.SECRET_KEY = settings.SECRET_KEY, "another installation's own secret, long enough for all"
    restoring.restore(path=folder / "b.zip", other_key=True)
    assert rekeying.unreadable() == 3
    here = Business.objects.get(public_id=business.public_id)
    assert finding.voucher_of(business=here, text=linas().serial).value == 5000
    settings.SECRET_KEY = was
    assert rekeying.unreadable() == 0
    cards_work(here, cards)


def test_no_table_of_vouchers_is_left_out_of_what_people_may_take_along() -> None:
    exported = {model for model, _ in export_archive.tables()} | {GuessCount}  # nobody's, and gone in an hour
    assert set(apps.get_app_config("vouchers").get_models(include_auto_created=True)) <= exported
