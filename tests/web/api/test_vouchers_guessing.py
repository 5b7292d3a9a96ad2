"""Guessing of vouchers over HTTP: what counts, who has to wait, and that nothing moves meanwhile."""

from __future__ import annotations

import pytest

from goodword import codes
from goodword.inbox.models import Event
from goodword.reports.waiting import open_problems
from goodword.vouchers.models import GuessCount
from goodword.vouchers.secrecy import CODE_LENGTH
from goodword.web import guessing
from goodword.web.guessing import MISSES
from tests.web.api.conftest import Caller
from tests.web.api.vouchers_cast import redeem, sell


@pytest.fixture(autouse=True)
def no_window_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "WINDOW", 10**9)  # no window turns while a test calls over HTTP


def unknown(number: int) -> str:
    """Return a well-formed code that nobody was given."""
    return codes.make(number.to_bytes(codes.entropy_bytes(CODE_LENGTH), "big"), length=CODE_LENGTH)


def test_over_http_only_what_is_unknown_counts_and_then_what_is_right_waits_too(fern: Caller, oak: Caller) -> None:
    voucher, theirs = sell(fern), sell(oak)
    for _ in range(MISSES + 5):
        assert fern.get("/vouchers/x").json()["code"] == "code_mistyped"
        assert fern.get(f"/vouchers/{voucher['code']}").status_code == 200
    for number in range(MISSES):
        ref = unknown(number) if number % 2 else "FERN-4711"
        told = redeem(fern, ref, 1, expect=404) if number % 3 else fern.get(f"/vouchers/{ref}").json()
        assert told["code"] == "voucher_not_found"
    before = Event.objects.filter(business=fern.business).count()
    for answer in (
        fern.get(f"/vouchers/{voucher['code']}"),
        fern.get(f"/vouchers?q={voucher['code']}"),
        fern.post(f"/vouchers/{voucher['code']}/redeem", {"amount": 1}, Idempotency_Key="later"),
        fern.post(f"/vouchers/{voucher['code']}/void", {"reason": "x"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_guesses")
        assert int(answer["Retry-After"]) > 0
        assert voucher["code"] not in answer.content.decode()
    assert Event.objects.filter(business=fern.business).count() == before
    assert fern.get("/vouchers?kind=sold").status_code == 200
    assert oak.get(f"/vouchers/{theirs['code']}").status_code == 200
    (problem,) = open_problems(fern.business)
    assert (problem.trace, problem.event.type) == ({"by": "key:crm"}, "voucher.guessing_noticed")
    assert fern.get(f"/events/{problem.event.public_id}").status_code == 200
    GuessCount.objects.all().delete()
    again = fern.post(f"/vouchers/{voucher['code']}/redeem", {"amount": 1}, Idempotency_Key="later")
    assert again.status_code == 200  # a wait is no answer that is kept


def test_a_search_by_an_unknown_code_is_a_guess(fern: Caller) -> None:
    for number in range(MISSES):
        assert fern.get(f"/vouchers?q={unknown(number)}").json()["data"] == []
    assert fern.get(f"/vouchers?q={unknown(0)}").json()["code"] == "too_many_guesses"
    assert fern.get("/vouchers?q=FERN-1").status_code == 200
