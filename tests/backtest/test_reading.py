"""What a backtest reads and writes: files, settings, awards."""

from __future__ import annotations

import io
import stat
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from goodword.backtest.reading import read_history, settings_for
from goodword.backtest.reporting import awards_writer, shown
from goodword.engine.durations import Duration
from goodword.errors import Invalid
from tests.backtest.stories import Story

PAID = "id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 25.00"


def test_a_bad_line_is_told_by_its_number_and_never_stops_the_others() -> None:
    good = b'{"id":"1","type":"contact.saved","time":"2026-03-02T10:00:00Z","data":{"contact":{"external_id":"bob"}}}'
    lines = [good, b"", b"{", b"\xff\xfe", b"[" * 100_000, good.replace(b"contact.saved", b"nope"), b"  ", b"7", good]
    lines.append(good[:-1] + b',"source":"goodword"}')
    read = read_history(io.BytesIO(b"\n".join(lines)), currency="USD")
    assert [(r.facts["line"], r.code) for r in read.refused] == [
        (3, "malformed_json"), (4, "malformed_json"), (5, "malformed_json"), (6, "unknown_type"), (8, "invalid_event"),
        (10, "reserved_source"),
    ]  # fmt: skip
    assert len(read.events) == 8


def test_money_of_another_currency_is_refused_by_its_line() -> None:
    line = b'{"id":"1","type":"ticket.closed","time":"2026-03-02T10:00:00Z",'
    line += b'"data":{"ticket":{"external_id":"t","currency":"CAD"}}}'
    read = read_history(io.BytesIO(line), currency="USD")
    assert [(r.facts["line"], r.code) for r in read.refused] == [(1, "wrong_currency")]


def test_without_anything_said_the_zone_is_utc_no_country_is_guessed_and_points_are_held_a_day() -> None:
    settings = settings_for(currency="USD", timezone=None, country=None, file=None)
    assert (settings.zone, settings.country, settings.points_hold, settings.household) == (
        ZoneInfo("UTC"), None, Duration(24, "h"), "review",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text", ["points_hold: 2d\nhousehold: refuse\n", '{"points_hold": "2d", "household": "refuse"}']
)
def test_settings_are_read_from_yaml_or_json(text: str, tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_text(text)
    settings = settings_for(currency="USD", timezone="America/Denver", country="us", file=file)
    assert (settings.zone.key, settings.country) == ("America/Denver", "US")
    assert (settings.points_hold, settings.household) == (Duration(2, "d"), "refuse")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"points_held: 24h", "unknown key “points_held”; there are points_hold and household"),
        (b"points_hold: 1 week", "points_hold: “1 week” is not a duration; write 7d"),
        (b"points_hold: 24", "points_hold: “24” is not a duration; write 24h, 14d or 12 months"),
        (b"household: perhaps", "household is one of review, refuse, allow, not perhaps"),
        (b"household: [allow]", "household is one of review, refuse, allow, not ['allow']"),
        (b"- 1", "write keys and values, like points_hold: 24h"),
        (b"a: [", "no YAML or JSON: while parsing a flow node"),
        (b"\xff", "no YAML or JSON: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"!!python/object:os.system {}", "no YAML or JSON: could not determine a constructor"),
    ],
)
def test_settings_that_do_not_hold_are_refused_saying_what_to_write(text: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_bytes(text)
    with pytest.raises(Invalid) as refused:
        settings_for(currency="USD", timezone=None, country=None, file=file)
    assert refused.value.code == "invalid_settings"
    assert refused.value.detail.startswith(f"{file}: {said}")


@pytest.mark.parametrize("zone", ["Denver", "", "../UTC", "/etc/passwd"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(Invalid) as refused:
        settings_for(currency="USD", timezone=zone, country=None, file=None)
    assert refused.value.code == "unknown_timezone"


@pytest.mark.parametrize("country", ["USA", "XX", "1", ""])
def test_a_country_that_is_none_is_refused(country: str) -> None:
    with pytest.raises(Invalid) as refused:
        settings_for(currency="USD", timezone=None, country=country, file=None)
    assert refused.value.code == "unknown_country"


def test_awards_appear_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Story(PAID).contact("03-02", "bob", by="ann").job("03-03", "j1", "bob", "paid").found
    out = tmp_path / "awards.jsonl"
    out.write_text("kept")
    monkeypatch.setattr("os.fdopen", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        awards_writer(out)(found)
    assert out.read_text() == "kept"
    assert [path.name for path in tmp_path.iterdir()] == ["awards.jsonl"]
    monkeypatch.undo()
    fresh = tmp_path / "fresh.jsonl"
    awards_writer(fresh)(found)
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o644
    assert fresh.read_bytes() == (
        b'{"action":"grant","event":"e2","rule":"paid","to":"referrer","holder":"ann","kind":"service_credit",'
        b'"asset":"USD","units":2500,"available_at":"2026-03-03T12:00:00Z","expires_at":null,"nth":1,"cut":false,'
        b'"review":false}\n'
    )


def test_a_path_that_cannot_hold_a_file_is_told_before_the_work(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no" / "out.jsonl"):
        with pytest.raises(Invalid) as refused:
            awards_writer(path)
        assert refused.value.code == "unwritable_file"


@pytest.mark.parametrize(
    ("units", "asset", "currency", "said"),
    [(123_456, "USD", "USD", "1,234.56 USD"), (5_000, "JPY", "JPY", "5,000 JPY"),
     (1_500, "points", "USD", "1,500 points"), (2_500, "discount", "USD", "discounts of 25 % together"),
     (2, "custom", "USD", "2 rewards of its own kind")],
)  # fmt: skip
def test_amounts_are_told_as_a_person_reads_them(units: int, asset: str, currency: str, said: str) -> None:
    assert shown(units, asset, currency) == said
