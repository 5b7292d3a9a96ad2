"""``goodword backtest``: its outputs, its exit codes, and what it says to wrong use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from goodword import cli
from goodword.business.models import Business, Setting
from goodword.people.models import Contact, Identity
from tests.flow.test_live_is_backtest import a_business

PROGRAMME = """\
format: 1
name: Neighbours
currency: USD
rules:
  - {id: points, when: ticket.closed, to: customer, give: points, amount: {per_unit: 2}}
  - {id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 35.00, hold: 24h}
"""
NEIGHBOURS = [
    {"id": "2", "type": "ticket.closed", "time": "2026-03-03T03:00:00-07:00", "data": {"ticket": {
        "external_id": "t1", "contact": "bob", "lines": [{"kind": "service", "unit_price": 8_250}]}}},
    {"id": "1", "type": "contact.saved", "time": "2026-03-02T10:00:00Z", "data": {"contact": {
        "external_id": "bob", "referred_by": {"contact": "ann"}}}},
]  # fmt: skip


class Files:
    """A programme and a history in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.programme, self.events, self.awards = (folder / n for n in ("p.yaml", "events.jsonl", "awards.jsonl"))
        self.programme.write_text(PROGRAMME)
        self.history(*NEIGHBOURS)

    def history(self, *events: Any) -> None:
        lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
        self.events.write_text("".join(f"{line}\n" for line in lines))

    def run(self, *more: str) -> int:
        return cli.main(["backtest", str(self.programme), str(self.events), *more])


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_json_is_the_only_thing_on_standard_output_and_echoes_what_was_used(
    files: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    assert files.run("--json", "--awards", str(files.awards)) == 0
    out, err = capsys.readouterr()
    summary = json.loads(out)
    assert summary.pop("seconds") >= 0
    assert summary == {
        "events": 2, "granted": 2, "reversed": 0, "refused": {}, "holders": 2, "first": "2026-03-02T10:00:00Z",
        "last": "2026-03-03T10:00:00Z", "totals": {"paid": {"USD": 3500}, "points": {"points": 165}},
        "zone": "UTC", "country": None, "points_hold": "24h", "household": "review", "currency": "USD",
    }  # fmt: skip
    assert err == ""
    rows = [json.loads(line) for line in files.awards.read_text().splitlines()]
    assert [(r["event"], r["rule"], r["holder"], r["units"], r["available_at"]) for r in rows] == [
        ("2", "paid", "ann", 3500, "2026-03-04T10:00:00Z"), ("2", "points", "bob", 165, "2026-03-04T10:00:00Z"),
    ]  # fmt: skip
    assert list(rows[0]) == [
        "action", "event", "rule", "to", "holder", "kind", "asset", "units", "available_at", "expires_at", "nth", "cut",
        "review",
    ]  # fmt: skip


def test_a_person_gets_a_table(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    assert files.run() == 0
    assert capsys.readouterr().out.splitlines() == [
        "Neighbours: 2 events, 2026-03-02T10:00:00Z to 2026-03-03T10:00:00Z",
        "zone UTC, no country, USD, points held 24h, household review",
        "",
        "  rule    given less taken back",
        "  paid                35.00 USD",
        "  points             165 points",
        "",
        "granted 2   reversed 0   holders 2",
    ]


def test_settings_of_ones_own_are_used(files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "settings.yaml"
    own.write_text("points_hold: 2d\n")
    arguments = ("--timezone", "America/Denver", "--country", "US", "--settings", str(own))
    assert files.run("--json", "--awards", str(files.awards), *arguments) == 0
    summary = json.loads(capsys.readouterr().out)
    assert [summary[k] for k in ("zone", "country", "points_hold")] == ["America/Denver", "US", "2d"]
    assert json.loads(files.awards.read_text().splitlines()[1])["available_at"] == "2026-03-05T10:00:00Z"


def test_bad_lines_are_counted_and_the_first_twenty_are_told(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    files.history("{", *NEIGHBOURS, *["nonsense"] * 30)
    assert files.run("--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["refused"] == {"malformed_json": 31}
    assert json.loads(out)["granted"] == 2
    told = err.splitlines()
    assert told[0] == f"{files.events}: line 1: malformed_json: the line is no JSON"
    assert told[1] == f"{files.events}: line 4: malformed_json: the line is no JSON"
    assert len(told) == 21
    assert told[-1] == f"{files.events}: 11 more lines refused"


def test_an_empty_history_gives_nothing(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    files.history()
    assert files.run("--json", "--awards", str(files.awards)) == 0
    summary = json.loads(capsys.readouterr().out)
    assert [summary[k] for k in ("events", "granted", "first", "last", "totals")] == [0, 0, None, None, {}]
    assert files.awards.read_bytes() == b""


def test_an_invalid_programme_is_answered_with_1_and_every_fault_by_line(
    files: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    files.programme.write_text(PROGRAMME.replace("35.00", "many").replace("customer", "nobody"))
    assert files.run("--json", "--awards", str(files.awards)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.removeprefix(f"{files.programme}: ").split(":")[0] for line in err.splitlines()] == [
        "line 5",
        "line 6",
    ]
    assert not files.awards.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--business", "fern", "--timezone", "UTC"), "--business brings its own settings: leave out --timezone"),
        (("--business", "fern", "--country", "US", "--settings", "x"), "leave out --country, --settings"),
        (("--timezone", "Denver"), "--timezone Denver: no IANA time zone; write it like America/Denver"),
        (("--country", "USA"), "--country USA: no ISO 3166 country; write it like US"),
        (("--settings", "missing.yaml"), "missing.yaml: No such file or directory"),
        (("--awards", "no/such/folder/out.jsonl"), "no/such/folder/out.jsonl: no file can be written there"),
    ],
)
def test_wrong_use_is_answered_with_2_and_one_line(
    arguments: tuple[str, ...], said: str, files: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    assert files.run("--json", *arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("goodword: ")
    assert err.endswith(f"{said}\n")
    assert err.count("\n") == 1


def test_a_file_that_is_missing_or_a_folder_is_wrong_use(
    files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for events in (tmp_path / "missing.jsonl", tmp_path):
        assert cli.main(["backtest", str(files.programme), str(events)]) == 2
        assert capsys.readouterr().err.startswith(f"goodword: {events}: ")
    assert cli.main(["backtest", str(tmp_path / "missing.yaml"), str(files.events)]) == 2
    with pytest.raises(SystemExit) as ended:
        files.run("--engine", "abacus")
    assert ended.value.code == 2


@pytest.mark.django_db
def test_a_business_brings_its_settings_and_its_referral_codes(
    files: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    business = a_business("fern")
    Setting.objects.create(business=business, key="points_hold", value="3d")
    ann = Contact.objects.create(business=business, public_id="con_1", code="ANN2345", phone="+13035550101")
    Identity.objects.create(business=business, contact=ann, source="import", external_id="ann")
    moved = Contact.objects.create(business=business, public_id="con_2", code="OLD2345", merged_into=ann)
    Identity.objects.create(business=business, contact=moved, source="import", external_id="annie")
    stranger = Contact.objects.create(business=a_business("moss"), public_id="con_3", code="CY23456")
    assert stranger.business_id != business.pk
    saved = [
        {**NEIGHBOURS[1], "id": name, "data": {"contact": {"external_id": name, "referred_by": {"code": code}}}}
        for name, code in (("bob", "ann-2345"), ("dee", "OLD2345"), ("eve", "CY23456"))
    ]
    jobs = [
        {"id": f"j-{name}", "type": "job.saved", "time": f"2026-03-0{day}T10:00:00Z",
         "data": {"job": {"external_id": name, "contact": name, "status": "paid"}}}
        for day, name in ((3, "bob"), (4, "dee"), (5, "eve"))
    ]  # fmt: skip
    files.history(*saved, *jobs)
    assert files.run("--json", "--business", "fern", "--awards", str(files.awards)) == 0
    summary = json.loads(capsys.readouterr().out)
    assert [summary[k] for k in ("zone", "country", "points_hold")] == ["America/Denver", "US", "3d"]
    assert summary["refused"] == {"unknown_code": 1}
    rows = [json.loads(line) for line in files.awards.read_text().splitlines()]
    assert [(r["holder"], r["nth"]) for r in rows] == [("ann", 1), ("ann", 2)]


@pytest.mark.django_db
def test_a_business_that_is_not_there_or_counts_otherwise_is_refused(
    files: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    assert files.run("--business", "nobody") == 2
    a_business("fern")
    Business.objects.filter(slug="fern").update(currency="SEK")
    assert files.run("--business", "fern") == 1
    assert capsys.readouterr().err.endswith("goodword: fern counts in SEK; the programme says currency: USD\n")
