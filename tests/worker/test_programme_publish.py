"""``goodword programme publish``: the terms in force and since when, or every fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from goodword import cli
from goodword.business.models import Business
from goodword.programmes.models import Revision
from tests.flow.test_live_is_backtest import a_business

PROGRAMME = """\
format: 1
name: Bring a friend
currency: USD
starts: 2026-03-01
rules:
  - {id: thanks, when: referral.paid, to: referrer, give: service_credit, amount: 25.00}
"""

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    document = tmp_path / "friend.yaml"
    document.write_text(PROGRAMME)
    return document


def publish(file: Path, *more: str) -> int:
    return cli.main(["programme", "publish", str(file), *more])


def test_the_terms_in_force_are_printed_and_since_when(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a_business("fern")
    assert publish(file) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "fern: Bring a friend, revision 1, in force from 2026-03-01 00:00 MST"
    assert any("$25" in line for line in out[1:])
    file.write_text(PROGRAMME.replace("25.00", "30.00"))
    assert publish(file, "--business", "fern") == 0
    again = capsys.readouterr().out.splitlines()
    assert again[0].startswith("fern: Bring a friend, revision 2, in force from ")
    assert "2026-03-01" not in again[0]  # only a first revision may start in the past (rulings 12)
    assert [r.document.count("30.00") for r in Revision.objects.order_by("number")] == [0, 1]


@pytest.mark.parametrize(("language", "amount"), [("sv", "25,00"), ("ar", "25.00")])
def test_the_terms_are_told_in_the_businesss_language(
    language: str, amount: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_business("fern")
    Business.objects.update(language=language)
    assert publish(file) == 0
    assert amount in capsys.readouterr().out


def test_an_invalid_programme_is_answered_with_1_every_fault_and_no_revision(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_business("fern")
    file.write_text(PROGRAMME.replace("25.00", "many").replace("referrer", "nobody"))
    assert publish(file) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.removeprefix(f"{file}: ").split(":")[0] for line in err.splitlines()] == ["line 6", "line 6"]
    assert not Revision.objects.exists()


def test_another_currency_or_an_unread_legal_notice_is_answered_with_1(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_business("fern")
    file.write_text(PROGRAMME.replace("USD", "SEK"))
    assert publish(file) == 1
    assert capsys.readouterr().err.endswith("goodword: this business keeps its books in USD, not SEK\n")
    file.write_text(PROGRAMME.replace("to: referrer", "to: introducer, limit: [{count: 1, per: holder, in: year}]"))
    assert publish(file) == 1
    assert "acknowledged" in capsys.readouterr().err
    assert not Revision.objects.exists()


def test_wrong_use_is_answered_with_2(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert publish(file) == 2
    assert capsys.readouterr().err == "goodword: there is no business yet; goodword init opens one\n"
    a_business("fern")
    assert publish(file, "--business", "moss") == 2
    assert publish(tmp_path / "missing.yaml") == 2
    assert not Revision.objects.exists()
