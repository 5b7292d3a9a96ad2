"""``goodword events import``: what it says, what it leaves, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from goodword import cli
from goodword.inbox.models import Event, State
from tests.flow.test_importing import history
from tests.flow.test_live_is_backtest import a_business

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(tmp_path: Path) -> Path:
    file = tmp_path / "events.jsonl"
    file.write_text("".join(json.dumps(event) + "\n" for event in history()))
    return file


def test_a_history_is_recorded_and_settled_and_a_second_run_finds_it_there(
    events: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_business("fern")
    assert cli.main(["events", "import", str(events)]) == 0
    out, err = capsys.readouterr()
    assert out == "fern: 6 events read: 6 recorded, 0 known before, 0 rejected; 6 settled\n"
    assert err == ""
    assert cli.main(["events", "import", str(events), "--business", "fern"]) == 0
    assert capsys.readouterr().out == "fern: 6 events read: 0 recorded, 6 known before, 0 rejected; 0 settled\n"
    assert list(Event.objects.values_list("state", flat=True).distinct()) == [State.SETTLED]
    assert not list(events.parent.glob("*rejected*"))


def test_rejected_lines_are_told_and_written_beside_the_events(
    events: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_business("fern")
    good = events.read_text()
    events.write_text("{\n" + good + '{"id": "x", "type": "nope", "time": "2026-03-02T10:00:00Z", "data": {}}\n')
    assert cli.main(["events", "import", str(events), "--source", "till"]) == 1
    out, err = capsys.readouterr()
    assert out == "fern: 8 events read: 6 recorded, 0 known before, 2 rejected; 6 settled\n"
    told = err.splitlines()
    assert told[0] == f"{events}: line 1: malformed_json: the line is no JSON"
    assert told[1].startswith(f"{events}: line 8: unknown_type at /type: no event type “nope”")
    rejected = events.with_name("events.rejected.jsonl")
    assert told[2] == (
        f"goodword: rejected: malformed_json 1, unknown_type 1; each with its reason in {rejected}"
    )  # fmt: skip
    rows = [json.loads(line) for line in rejected.read_text().splitlines()]
    assert [(r["line"], r["code"], r.get("pointer")) for r in rows] == [
        (1, "malformed_json", None), (8, "unknown_type", "/type"),
    ]  # fmt: skip
    assert json.loads(rows[1]["text"])["id"] == "x"
    assert set(Event.objects.values_list("source", flat=True)) == {"till"}
    events.write_text(good)
    assert cli.main(["events", "import", str(events), "--source", "till"]) == 0
    assert sorted(path.name for path in events.parent.iterdir()) == ["events.jsonl"]


def test_the_business_must_be_said_where_there_are_several(events: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["events", "import", str(events)]) == 2
    assert capsys.readouterr().err == "goodword: there is no business yet; goodword init opens one\n"
    a_business("fern")
    a_business("moss")
    assert cli.main(["events", "import", str(events)]) == 2
    said = "goodword: there are several businesses; say --business with one of: fern, moss\n"
    assert capsys.readouterr().err == said
    assert cli.main(["events", "import", str(events), "--business", "elm"]) == 2
    assert capsys.readouterr().err == "goodword: there is no business “elm”; there are: fern, moss\n"
    assert not Event.objects.exists()


def test_wrong_use_is_answered_with_2_and_nothing_is_recorded(
    events: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_business("fern")
    for arguments in ([str(tmp_path / "missing")], [str(tmp_path)], [str(events), "--source", "goodword"]):
        assert cli.main(["events", "import", *arguments]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("goodword: ")
        assert err.count("\n") == 1
    assert not Event.objects.exists()
