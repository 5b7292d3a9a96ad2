"""What the engine asks of vouchers for a ticket: how much each is to have paid, whatever became of that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from goodword.engine.decisions import Decision, JobCancelled, JobResumed, Problem, Tendered
from goodword.engine.events import parse_event
from goodword.engine.history import apply
from goodword.engine.world import Settings, World

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def world(**instruments: Any) -> World:
    made = World(settings=Settings(zone=ZoneInfo("America/Denver"), currency="USD", country="US"), programmes={})
    made.instruments = instruments
    return made


def told(kind: str, data: dict[str, Any], *, minute: int = 0) -> Any:
    raw = {"id": f"{kind}-{minute}", "type": kind, "time": AT.replace(minute=minute).isoformat(), "data": data}
    return parse_event(raw, source="till", now=None, currency="USD")


def ticket(kind: str, *tenders: tuple[str | None, int], minute: int = 0, lines: Any = None, **more: Any) -> Any:
    data = {
        "external_id": "T1", "lines": lines or [{"unit_price": 10_000}],
        "tenders": [{"type": "voucher", "amount": amount, "code": code, **more} for code, amount in tenders],
    }  # fmt: skip
    return told(f"ticket.{kind}", {"ticket": data}, minute=minute)


def asked(decisions: list[Decision]) -> list[tuple[tuple[str, int], ...]]:
    return [each.wanted for each in decisions if isinstance(each, Tendered)]


def test_each_voucher_is_asked_for_the_sum_of_its_tenders() -> None:
    here = world(a="sold", b="promotional")
    assert asked(apply(here, ticket("closed", ("a", 100), ("b", 50), ("a", 25)))) == [(("a", 125), ("b", 50))]


def test_one_that_is_no_longer_named_is_asked_for_nothing_and_a_voided_ticket_asks_nothing_of_any() -> None:
    here = world(a="sold", b="sold")
    apply(here, ticket("closed", ("a", 100)))
    assert asked(apply(here, ticket("adjusted", ("b", 80), minute=1))) == [(("a", 0), ("b", 80))]
    assert asked(apply(here, ticket("voided", minute=2))) == [(("b", 0),)]


def test_a_ticket_without_vouchers_asks_nothing() -> None:
    assert asked(apply(world(a="sold"), ticket("closed"))) == []
    assert asked(apply(world(), ticket("adjusted", minute=1))) == []


def test_it_is_asked_for_nothing_before_the_ticket_closes_and_never_below_nothing() -> None:
    here = world(a="sold")
    assert asked(apply(here, ticket("adjusted", ("a", 100), minute=1))) == []
    assert asked(apply(world(a="sold"), ticket("closed", ("a", -100)))) == [(("a", 0),)]


def test_promotional_ones_pay_for_what_is_no_gift_voucher_in_the_order_of_the_tenders() -> None:
    lines = [{"unit_price": 100}, {"kind": "gift_voucher", "unit_price": 900}]
    here = world(a="promotional", b="promotional", c="sold")
    decisions = apply(here, ticket("closed", ("a", 70), ("b", 70), ("c", 500), lines=lines))
    assert asked(decisions) == [(("a", 70), ("b", 30), ("c", 500))]
    assert [each.code for each in decisions if isinstance(each, Problem)] == ["not_for_vouchers"]


def test_the_voucher_says_what_it_is_and_the_tender_only_where_it_names_none_of_ours() -> None:
    here = world(a="promotional")
    apply(here, ticket("closed", ("a", 100), ("old", 40), instrument="sold"))
    content = here.tickets["till", "T1"].content
    assert content is not None
    assert [each.instrument for each in content.tenders] == ["promotional", "sold"]


def test_an_unknown_code_is_a_problem_unless_the_tender_is_a_historys() -> None:
    problems = [each for each in apply(world(), ticket("closed", ("old-code", 40))) if isinstance(each, Problem)]
    assert [(each.code, each.facts["why"], each.facts["code_ends"]) for each in problems] == [
        ("insufficient_balance", "voucher_not_found", "code")
    ]
    for more in ({"instrument": "promotional"}, {}):
        code = "old" if more else None
        assert not [e for e in apply(world(), ticket("closed", (code, 40), **more)) if isinstance(e, Problem)]


def test_a_job_tells_when_it_is_called_off_and_when_it_is_on_again_and_each_once() -> None:
    here = world()
    said = []
    for minute, status in enumerate(("booked", "cancelled", "cancelled", "booked", "completed", "cancelled")):
        data = {"job": {"external_id": "j", "contact": "bob", "status": status}}
        decisions = apply(here, told("job.saved", data, minute=minute))
        said.append([type(each) for each in decisions if isinstance(each, JobCancelled | JobResumed)])
    assert said == [[], [JobCancelled], [], [JobResumed], [], [JobCancelled]]
