"""Reports on vouchers: stages, register, liability and breakage, each against a tally made another way."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goodword.business.models import Business
from goodword.flow.clock import keep_time
from goodword.ledger import trial
from goodword.ledger.chart import Kind
from goodword.ledger.opening import book_of
from goodword.reports import breakage, liability
from goodword.reports import voucher_register as registers
from goodword.reports import voucher_stages as stages
from goodword.reports.voucher_stages import Sums
from goodword.vouchers.models import Voucher
from tests.flow.story import british, fern
from tests.flow.vouchers.cast import balance, books_hold, order, redeem, sell
from tests.reports.voucher_story import AUGUST, JULY, JUNE, NOVEMBER, Story, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(transactional_db: None) -> Story:
    business = british()
    beside = british("beside")
    sell(beside, 99_900, now=JUNE)
    return told(business)


def nonzero(sums: dict[str, Sums]) -> dict[str, tuple[int, int, int]]:
    return {stage: (s.count, s.value, s.left) for stage, s in sums.items() if s.count}


@pytest.mark.requirement("R15", "R18", "R25")
def test_every_voucher_stands_in_one_stage_with_its_worth_and_what_is_left(story: Story) -> None:
    report = stages.report(business=story.business, now=NOVEMBER)
    assert nonzero(stages.by_stage(report.cells)) == {
        "stock": (1, 0, 0),
        "active": (5, 28_500, 24_500),  # part, new, given and two of stock
        "redeemed": (1, 10_000, 0),
        "expired": (1, 5_000, 0),
        "void": (2, 10_000, 0),  # paid back, and a torn card that was never sold
    }


@pytest.mark.requirement("R16", "R25")
def test_badge_location_and_month_are_told_apart_and_a_badge_of_two_counts_for_each(story: Story) -> None:
    report = stages.report(business=story.business, now=NOVEMBER)
    by_badge = stages.by_badge(report.cells)
    assert nonzero(by_badge["bdg_red"]) == {"active": (2, 18_000, 14_000)}
    assert nonzero(by_badge["bdg_blue"]) == {"active": (2, 14_000, 11_000)}
    assert nonzero(by_badge[""])["active"] == (2, 6_500, 6_500)
    by_location = stages.by_location(report.cells)
    assert nonzero(by_location["north"]) == {
        "active": (3, 18_000, 15_000), "redeemed": (1, 10_000, 0), "void": (1, 10_000, 0),
    }  # fmt: skip
    by_month = stages.by_month(report.cells)
    assert {month: sum(s.count for s in sums.values()) for month, sums in by_month.items()} == {
        date(2026, 6, 1): 3, date(2026, 7, 1): 3, date(2026, 8, 1): 2, None: 2,
    }  # fmt: skip
    assert {cell.badges for cell in report.cells if cell.badges} == {
        ("bdg_red", "bdg_blue"), ("bdg_red",), ("bdg_blue",),
    }  # fmt: skip
    assert (report.badges["bdg_red"], report.locations) == ("Red", {"north": "North"})


@pytest.mark.requirement("R25")
def test_a_period_and_a_filter_narrow_and_stock_is_always_told(story: Story) -> None:
    july = stages.report(business=story.business, now=NOVEMBER, start=JULY, end=AUGUST - timedelta(days=19))
    assert nonzero(stages.by_stage(july.cells)) == {
        "stock": (1, 0, 0), "active": (2, 10_500, 9_500), "expired": (1, 5_000, 0), "void": (1, 0, 0),
    }  # fmt: skip
    assert nonzero(stages.by_stage(july.only(kind="promotional").cells)) == {"active": (1, 2_500, 2_500)}
    assert nonzero(stages.by_stage(july.only(badge="bdg_red").cells)) == {"active": (1, 8_000, 7_000)}
    assert july.only(badge="bdg_red", location="north").cells == []


def test_the_report_agrees_with_every_voucher_asked_by_itself(story: Story) -> None:
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for voucher in Voucher.objects.filter(business=story.business).exclude(pk=story.made["lost"].pk):
        mine = tally[voucher.state]
        mine[0] += 1
        mine[1] += (voucher.value or 0) if voucher.issued_at else 0
        mine[2] += balance(voucher)
    sums = stages.by_stage(stages.report(business=story.business, now=NOVEMBER).cells)
    assert nonzero(sums) == {stage: tuple(mine) for stage, mine in tally.items()}
    owed = trial.liability(book=book_of(business=story.business.pk), now=NOVEMBER)
    assert sum(s.left for s in sums.values()) == sum(line.total for line in owed)
    books_hold(story.business)


def test_a_business_without_vouchers_has_empty_reports() -> None:
    bare = fern()
    report = stages.report(business=bare, now=NOVEMBER)
    assert (report.cells, stages.by_month(report.cells)) == ([], {})
    for by in ("batch", "sale"):
        assert registers.register(business=bare, by=by) == ([], "")  # type: ignore[arg-type]
    owed = liability.standing(business=bare, now=NOVEMBER)
    assert (owed.lines, owed.total, owed.cash_out) == ([], 0, liability.CashOut(0, 0))
    proposal = breakage.propose(business=bare, now=NOVEMBER)
    assert (proposal.shares, proposal.estimate) == ([], None)
    assert proposal.refused is not None
    assert proposal.refused.code == "too_little_history"


def line(story: Story, by: str, group: object) -> registers.Line:
    rows = registers.register(business=story.business, by=by).rows  # type: ignore[arg-type]
    return next(row for row in rows if row.group == group)


def figures(row: registers.Line) -> dict[str, int]:
    names = ("made", "stock", "replacing", "sold", "value", "redeemed", "paid_out", "lapsed", "cancelled", "open")
    return {name: getattr(row, name) for name in names if getattr(row, name)} | {"difference": row.difference}


def test_a_wave_says_what_became_of_it_and_is_proved_by_the_books(story: Story) -> None:
    wave = line(story, "batch", story.voucher("part").batch)
    assert wave.serials == [("FERN-000001", "FERN-000003")]
    assert figures(wave) == {
        "made": 3, "sold": 3, "value": 30_000, "redeemed": 13_000, "cancelled": 10_000, "open": 7_000, "difference": 0,
    }  # fmt: skip
    run = line(story, "batch", story.voucher("first").batch)
    assert figures(run) == {"made": 4, "stock": 1, "sold": 2, "value": 8_000, "open": 8_000, "difference": 0}


def test_a_lapse_and_a_lost_card_stand_with_the_sale_of_the_first_card(story: Story) -> None:
    lapsed = line(story, "sale", story.voucher("lapsed").sale)
    assert figures(lapsed) == {
        "made": 1, "sold": 1, "value": 5_000, "redeemed": 2_000, "lapsed": 3_000, "difference": 0,
    }  # fmt: skip
    redeem(story.business, story.voucher("new"), 500, now=NOVEMBER)
    order(story.business, "replaced", now=NOVEMBER, voucher=story.voucher("new").public_id, reason="again",
          serial=story.voucher("third").serial)  # fmt: skip
    lost = line(story, "sale", story.voucher("lost").sale)
    assert figures(lost) == {
        "made": 3, "replacing": 2, "sold": 1, "value": 8_000, "redeemed": 1_500, "open": 6_500, "difference": 0,
    }  # fmt: skip
    run = line(story, "batch", story.voucher("first").batch)
    assert figures(run) == {
        "made": 4, "replacing": 1, "sold": 2, "value": 8_000, "open": 8_000, "difference": 0,
    }  # fmt: skip


def test_cash_paid_out_is_no_redemption_and_what_was_given_back_is_open_again(story: Story) -> None:
    order(story.business, "cashed_out", now=NOVEMBER, voucher=story.voucher("first").public_id,
          refund={"method": "card"}, reason="goodwill")  # fmt: skip
    again = redeem(story.business, story.voucher("second"), 4_000, now=NOVEMBER)
    order(story.business, "restored", now=NOVEMBER, voucher=story.voucher("second").public_id,
          redemption=again.public_id)  # fmt: skip
    run = line(story, "batch", story.voucher("first").batch)
    assert (run.redeemed, run.paid_out, run.open, run.difference) == (0, 4_000, 4_000, 0)


def test_a_row_that_was_tampered_with_shows_as_a_difference(story: Story) -> None:
    Voucher.objects.filter(pk=story.voucher("second").pk).update(value=4_500)
    assert line(story, "batch", story.voucher("first").batch).difference == -500


def test_the_register_of_all_is_the_same_by_pages_and_its_sums_are_the_books(story: Story) -> None:
    first = registers.register(business=story.business, by="sale", limit=2)
    rest = registers.register(business=story.business, by="sale", after=first.next, limit=50)
    rows = list(registers.each(business=story.business, by="sale"))
    assert [row.group.pk for row in rows] == [row.group.pk for row in [*first.rows, *rest.rows]]
    (sold, given) = (
        sum(row.booked for row in rows if row.group.kind == kind) for kind in ("sold", "promotional")
    )  # fmt: skip
    owed = {o.kind: o.total for o in trial.liability(book=book_of(business=story.business.pk), now=NOVEMBER)}
    assert (sold, given) == (owed[Kind.SOLD_VOUCHER], owed[Kind.PROMO_VOUCHER])
    assert [row.difference for row in rows] == [0] * 5
    july = registers.register(business=story.business, by="sale", start=JULY, end=AUGUST)
    assert len(july.rows) == 3


def told_ages(owed: liability.Standing, kind: Kind = Kind.SOLD_VOUCHER) -> dict[str, tuple[int, int]]:
    return {bucket.key: (bucket.vouchers, bucket.units) for bucket in owed.ageing[kind].by_age if bucket.vouchers}


def test_liability_now_is_by_instrument_and_by_age_heirs_as_old_as_the_first(story: Story) -> None:
    owed = liability.standing(business=story.business, now=NOVEMBER)
    assert [(row.owed.kind, row.owed.total, row.worth) for row in owed.lines] == [
        (Kind.PROMO_VOUCHER, 2_500, 2_500), (Kind.SOLD_VOUCHER, 22_000, 22_000),
    ]  # fmt: skip
    assert owed.total == 24_500
    # June and July are 143 and 142 days old, August 92; the lost card's heir is as old as the first card
    assert told_ages(owed) == {"to_180": (4, 22_000)}
    assert told_ages(owed, Kind.PROMO_VOUCHER) == {"to_180": (1, 2_500)}
    assert [b.key for b in owed.ageing[Kind.SOLD_VOUCHER].by_left if b.vouchers] == ["to_365"]


def test_liability_at_a_past_date_is_as_the_books_stood(story: Story) -> None:
    june = liability.standing(business=story.business, now=NOVEMBER, at=JULY - timedelta(microseconds=1))
    assert (june.total, told_ages(june)) == (30_000, {"to_30": (3, 30_000)})
    july = liability.standing(business=story.business, now=NOVEMBER, at=AUGUST - timedelta(days=1))
    assert july.total == 30_000 - 10_000 + 5_000 + 8_000 + 2_500
    assert told_ages(july) == {"to_90": (4, 33_000)}
    # the lapse was posted in November: before it the money stands past its date; it occurred in September
    october = liability.standing(business=story.business, now=NOVEMBER, known_at=datetime(2026, 10, 31, 12, tzinfo=UTC))
    assert {row.owed.kind: row.owed.expired for row in october.lines}[Kind.SOLD_VOUCHER] == 3_000
    over = {b.key: (b.vouchers, b.units) for b in october.ageing[Kind.SOLD_VOUCHER].by_left if b.vouchers}
    assert over["over"] == (1, 3_000)
    before = liability.standing(business=story.business, now=NOVEMBER, at=JUNE - timedelta(days=1))
    assert (before.lines, before.total) == ([], 0)


def test_what_may_be_asked_for_in_cash_is_judged_by_the_law_of_each_voucher_on_that_day(story: Story) -> None:
    assert liability.standing(business=story.business, now=NOVEMBER).cash_out == liability.CashOut(0, 0)
    colorado = fern("colorado")
    colorado.country, colorado.region = "US", "CO"
    colorado.save()
    little, much = sell(colorado, 5_000, now=AUGUST), sell(colorado, 5_000, now=AUGUST)
    redeem(colorado, little, 4_600, now=AUGUST)
    redeem(colorado, much, 1_000, now=AUGUST)
    assert liability.standing(business=colorado, now=NOVEMBER).cash_out == liability.CashOut(1, 400)
    order(colorado, "replaced", now=AUGUST + timedelta(hours=1), voucher=little.public_id, reason="lost")
    past = liability.standing(business=colorado, now=NOVEMBER, at=AUGUST + timedelta(minutes=1))
    assert past.cash_out == liability.CashOut(1, 400)
    assert liability.standing(business=colorado, now=NOVEMBER, at=AUGUST - timedelta(days=1)).cash_out.vouchers == 0


def a_year(business: Business) -> list[datetime]:
    """Sell 100.00 in each of fifteen months; redeem half a month later, the rest lapses in the first two."""
    starts = [datetime(2025, 8, 10, 12, tzinfo=UTC) + timedelta(days=30 * n) for n in range(15)]
    for n, start in enumerate(starts):
        voucher = sell(business, 10_000, now=start, expires_on="never" if n > 1 else (start.date().isoformat()))
        redeem(business, voucher, 6_000, now=start + timedelta(hours=1))
        if n > 1 and n < 13:
            redeem(business, voucher, 1_000, now=start + timedelta(days=31))
    return starts


def test_breakage_is_proposed_from_the_curve_of_whole_months_and_adds_up_to_what_stood_open(story: Story) -> None:
    business = british("curve")
    a_year(business)
    keep_time(business=business, now=NOVEMBER)
    before = trial.trial_balance(book=book_of(business=business.pk))
    proposal = breakage.propose(business=business, now=NOVEMBER)
    assert proposal.refused is None
    assert proposal.estimate is not None
    assert proposal.through == date(2026, 10, 31)
    (share,) = proposal.shares
    assert (share.vouchers, share.value, share.breakage.reason) == (15, 150_000, "issuer")
    at = datetime(2026, 11, 1, 5, 59, 59, tzinfo=UTC)
    owed = trial.liability(book=book_of(business=business.pk), now=NOVEMBER, at=at)
    open_then = sum(line.total for line in owed if line.kind is Kind.SOLD_VOUCHER)
    cohorts = proposal.estimate.cohorts
    assert sum(c.issued for c in cohorts) == 150_000
    assert sum(c.outstanding for c in cohorts) == open_then == 41_000
    assert (sum(c.redeemed for c in cohorts), sum(c.lapsed for c in cohorts)) == (101_000, 8_000)
    assert proposal.estimate.breakage == 8_000  # nobody said when redemption is remote: what lapsed, nothing else
    remote = breakage.propose(business=business, now=NOVEMBER, remote_after=12).estimate
    assert remote is not None
    assert 8_000 < remote.breakage <= 8_000 + open_then
    assert trial.trial_balance(book=book_of(business=business.pk)) == before


def test_the_cohorts_count_lost_cards_once_and_leave_out_what_was_cancelled(story: Story) -> None:
    proposal = breakage.propose(business=story.business, now=NOVEMBER)
    assert proposal.estimate is None
    (share,) = proposal.shares
    assert (share.policy.country, share.vouchers, share.value) == ("GB", 6, 41_000)


def test_breakage_is_not_proposed_where_the_rest_may_be_the_state_s_until_that_is_confirmed() -> None:
    state = fern("somewhere")
    state.country, state.region = "US", "CO"
    state.save()
    for n in range(13):
        voucher = sell(state, 10_000, now=datetime(2025, 8, 10, 12, tzinfo=UTC) + timedelta(days=31 * n))
        redeem(state, voucher, 5_000, now=datetime(2025, 8, 11, 12, tzinfo=UTC) + timedelta(days=31 * n))
    asked = breakage.propose(business=state, now=NOVEMBER)
    assert [share.breakage.reason for share in asked.shares] == ["ask"]
    assert asked.estimate is None
    confirmed = breakage.propose(business=state, now=NOVEMBER, confirmed=True)
    assert [share.breakage.reason for share in confirmed.shares] == ["confirmed"]
    assert confirmed.estimate is not None
    assert confirmed.estimate.redeemed_later == 0


def test_reports_take_as_many_statements_for_many_vouchers_as_for_few(story: Story) -> None:
    def statements() -> list[int]:
        counts = []
        for ask in (
            lambda: stages.report(business=story.business, now=NOVEMBER),
            lambda: registers.register(business=story.business, by="sale"),
            lambda: liability.standing(business=story.business, now=NOVEMBER),
            lambda: breakage.propose(business=story.business, now=NOVEMBER),
        ):
            with CaptureQueriesContext(connection) as told_:
                ask()
            counts.append(len(told_))
        return counts

    few = statements()
    for n in range(12):
        sell(story.business, 1_000 + n, now=AUGUST)
    assert statements() == few
    assert [most >= count for most, count in zip((4, 8, 7, 9), few, strict=True)] == [True] * 4
