"""The quick way to redeem does what the ordinary way does: the same rows, the same answers; else it stands aside."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import resolve

from goodword.business import keys
from goodword.business.models import Business
from goodword.flow.clock import lapse
from goodword.flow.vouchers import taking
from goodword.inbox.models import Event, IdempotencyKey
from goodword.ledger.models import Account, Entry, Transfer
from goodword.vouchers import finding
from goodword.vouchers.models import GuessCount, Redemption, Voucher
from goodword.web import guessing
from goodword.web.api import vouchers_quick
from goodword.web.api.vouchers_redeem import REDEEM
from tests.flow.story import british, fern
from tests.flow.vouchers.cast import books_hold, order, sell, state, trial

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def business(transactional_db: None) -> Business:
    opened, now = british(), datetime.now(UTC)
    sell(opened, 1, now=now - timedelta(days=500), prefix="OVER")
    order(opened, "redeemed", now=now, voucher=sell(opened, 1, now=now).public_id, amount=1)  # the first opens accounts
    return opened


@pytest.fixture
def key(business: Business) -> str:
    now = datetime.now(UTC)
    made, secret = keys.make_key(
        business=business, name="Till", source="till-1", scopes=["vouchers:redeem"], now=now, entropy=b"k" * 32
    )
    keys.note_use(key=made, now=now)
    return secret


def ask(key: str, ref: str, amount: Any, *, request: str = "r-1", **more: Any) -> Any:
    body = {"amount": {"amount": amount, "currency": "USD"}, **more}
    return Client().post(
        f"/api/v1/vouchers/{ref}/redeem", json.dumps(body), content_type="application/json",
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": request},
    )  # fmt: skip


def kept(row: Any, *, without: tuple[str, ...]) -> dict[str, Any]:
    """Return a row's columns that do not differ from one redemption to the next."""
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in without}


def test_it_leaves_the_rows_that_the_ordinary_way_leaves(business: Business, key: str) -> None:
    now = datetime.now(UTC)
    one, two = sell(business, 5000, now=now), sell(business, 5000, now=now)
    ticket = {"source": "till-1", "external_id": "T1", "total": 4000}
    event = order(business, "redeemed", now=now, voucher=one.public_id, amount=2000, currency="USD", ticket=ticket)
    told = {"external_id": "T1", "total": {"amount": 4000, "currency": "USD"}}
    answer = ask(key, finding.code_of(two), 2000, ticket=told)
    assert answer.status_code == 200
    slow, fast = Redemption.objects.get(voucher=one), Redemption.objects.get(voucher=two)
    apart = ("id", "public_id", "voucher_id", "lot", "entry", "event_id", "at", "actor")
    assert kept(fast, without=apart) == kept(slow, without=apart)
    times = ("time", "recorded_at", "settled_at", "due_at")
    apart = ("id", "public_id", "external_id", "digest", "data", "actor", *times)
    assert kept(fast.event, without=apart) == kept(event, without=apart)
    assert fast.event.data == {**event.data, "voucher": two.public_id}
    assert (fast.actor, fast.event.actor) == ("Till", "Till")
    entries = [Entry.objects.get(pk=each.entry) for each in (slow, fast)]
    apart = ("id", "key", "event_id", "occurred_at", "recorded_at", "booked_at")
    assert kept(entries[1], without=apart) == kept(entries[0], without=apart)
    assert entries[1].key == f"redeem:{fast.event_id}"
    moved = [Transfer.objects.get(entry=entry) for entry in entries]
    assert kept(moved[1], without=("id", "entry_id", "debit_id")) == kept(
        moved[0], without=("id", "entry_id", "debit_id")
    )
    assert moved[1].debit_id == two.lot
    assert Account.objects.get(pk=two.lot).debits == 2000
    assert answer.json() == {
        "redemption": fast.public_id, "voucher": two.public_id, "serial": two.serial,
        "redeemed": {"amount": 2000, "currency": "USD"}, "balance": {"amount": 3000, "currency": "USD"},
        "state": "active",
    }  # fmt: skip
    books_hold(business)


class NoAddresses:
    urlpatterns: tuple[()] = ()


@override_settings(ROOT_URLCONF=NoAddresses)
def test_a_plain_redemption_is_answered_before_addresses_are_looked_at(business: Business, key: str) -> None:
    voucher = sell(business, 700, now=datetime.now(UTC))
    answer = ask(key, voucher.serial, 100)
    assert (answer.status_code, answer.json()["balance"]["amount"]) == (200, 600)
    assert int(answer["Content-Length"]) == len(answer.content)
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert "RateLimit" in answer.headers
    assert ask(key, voucher.serial, 601, request="r-2").status_code == 404  # what is not plain goes on from there
    assert ask(key, voucher.serial, 100, request="r-1").status_code == 404  # a repeat, too
    assert state(voucher) == ("active", 600)


def test_its_address_is_the_one_of_the_ordinary_way() -> None:
    for ref in ("FERN-000001", "vch_0123", "a b"):
        match = resolve(f"/api/v1/vouchers/{ref}/redeem")
        found = vouchers_quick.ADDRESS.fullmatch(f"/api/v1/vouchers/{ref}/redeem")
        assert found is not None
        assert (match.url_name, match.kwargs) == (REDEEM, {"voucher": found[1]})


def test_a_host_that_is_not_ours_is_refused_here_too(business: Business, key: str) -> None:
    voucher = sell(business, 700, now=datetime.now(UTC))
    answer = Client(headers={"Host": "evil.example"}).post(
        f"/api/v1/vouchers/{voucher.serial}/redeem", '{"amount": {"amount": 1, "currency": "USD"}}',
        content_type="application/json", headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "r-1"},
    )  # fmt: skip
    assert answer.status_code == 400
    assert state(voucher) == ("active", 700)


def test_orders_for_several_vouchers_in_one_transaction_have_an_answer_each(business: Business, key: str) -> None:
    now = datetime.now(UTC)
    one, two = sell(business, 700, now=now), sell(business, 50, now=now)
    asked = [
        asking(key, one.serial, 100, request="r-1"),
        asking(key, two.serial, 51, request="r-2"),  # more than it holds
        asking(key, finding.code_of(one), 500, request="r-3"),
        asking(key, two.serial, 50, request="r-4"),
        asking(key, one.serial, 101, request="r-5"),  # more than the other two left
        asking("gw_" + "0" * 43, one.serial, 1, request="r-6"),
        asking(key, one.serial, 100, request="r-7"),
    ]
    bodies = taking._taken(asked)
    assert [None if body is None else (body["serial"], body["balance"]["amount"]) for body in bodies] == [
        (one.serial, 600), None, (one.serial, 100), (two.serial, 0), None, None, (one.serial, 0)
    ]  # fmt: skip
    assert (state(one), state(two)) == (("redeemed", 0), ("redeemed", 0))
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"r-1", "r-3", "r-4", "r-7"}
    books_hold(business)


def asking(
    secret: str, ref: str, amount: int, *, request: str, ticket: taking.Ticket | None = None
) -> taking._Asked:  # fmt: skip
    found_by = finding.named_by(ref)
    assert found_by is not None
    digest = keys.digest_of(secret)
    clock, counters = lambda: datetime.now(UTC), ("by", "at")
    order = taking.Order(digest, ref, amount, "USD", ticket, (request, "0" * 64), clock, counters)
    return taking._Asked(
        order, taking._Who(digest, *found_by, ticket.external_id if ticket else "", *counters), lambda _key: None,
        vouchers_quick.redeemed, lambda source: f"{source}:{request}",
    )  # fmt: skip


def test_orders_for_one_ticket_are_answered_here_up_to_its_total(business: Business, key: str) -> None:
    now = datetime.now(UTC)
    one, two = sell(business, 700, now=now), sell(business, 700, now=now)
    ticket, other, silent = taking.Ticket("T1", 900), taking.Ticket("T2", 100), taking.Ticket("T1", None)
    bodies = taking._taken(
        [
            asking(key, one.serial, 300, request="r-1", ticket=ticket),
            asking(key, one.serial, 300, request="r-2", ticket=ticket),
            asking(key, one.serial, 100, request="r-3"),
            asking(key, two.serial, 301, request="r-4", ticket=ticket),
            asking(key, two.serial, 1, request="r-5", ticket=silent),  # what others told has to be read
            asking(key, two.serial, 100, request="r-6", ticket=other),
            asking(key, two.serial, 300, request="r-7", ticket=ticket),
        ]
    )
    assert [None if body is None else body["balance"]["amount"] for body in bodies] == [
        400, 100, 0, None, None, 600, 300,
    ]  # fmt: skip
    books_hold(business)


def test_the_last_unit_ends_it(business: Business, key: str) -> None:
    voucher = sell(business, 700, now=datetime.now(UTC))
    assert ask(key, voucher.serial, 700).json()["state"] == "redeemed"
    assert state(voucher) == ("redeemed", 0)
    assert voucher.ended_at is not None
    assert trial(business) == {"settlement": -702, "redeemed": 701, "sold_voucher": 1}


def test_the_answer_is_kept_under_the_key_without_a_code(business: Business, key: str) -> None:
    voucher = sell(business, 700, now=datetime.now(UTC))
    code = finding.code_of(voucher)
    first = ask(key, code, 100)
    row = IdempotencyKey.objects.get()
    assert json.loads(row.body) == first.json()
    assert (row.source, row.key, row.status) == ("till-1", "r-1", 200)
    assert code not in row.body


def test_what_is_not_plain_moves_nothing_here(business: Business, key: str) -> None:
    now = datetime.now(UTC)
    voucher, other, over = sell(business, 700, now=now), fern("moss"), Voucher.objects.get(prefix="OVER")
    lapse(business=business, now=now)
    foreign = sell(other, now=now)
    before = Event.objects.filter(state="settled").count(), Transfer.objects.count()
    for ref, amount in (
        (voucher.serial, 701), (voucher.serial, 0), (voucher.serial, -5), (over.serial, 1), ("MOSS-1", 1),
        (foreign.public_id, 1), (finding.code_of(foreign), 1), ("nothing", 1),
    ):  # fmt: skip
        assert ask(key, ref, amount).status_code != 200
    assert ask(key, voucher.serial, 10, recipient={"name": "Max"}).status_code != 200
    assert ask("gw_" + "0" * 43, voucher.serial, 10).status_code != 200
    assert (Event.objects.filter(state="settled").count(), Transfer.objects.count()) == before
    assert Voucher.objects.get(pk=voucher.pk).state == "active"


@override_settings(API_REQUESTS_PER_MINUTE=3)
def test_too_many_requests_are_turned_away_here_too(business: Business, key: str) -> None:
    voucher = sell(business, 700, now=datetime.now(UTC))
    answers = [ask(key, voucher.serial, 1, request=f"r-{number}") for number in range(8)]
    statuses = [answer.status_code for answer in answers]
    assert statuses[:3] == [200] * 3
    assert 429 in statuses[3:]  # the minute may turn meanwhile
    assert Redemption.objects.filter(voucher=voucher).count() == statuses.count(200)


def test_who_guesses_waits_here_too(business: Business, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "MISSES", 2)
    monkeypatch.setattr(guessing, "WINDOW", 10**9)
    voucher = sell(business, 700, now=datetime.now(UTC))
    for number in range(2):
        assert ask(key, "FERN-99", 1, request=f"miss-{number}").status_code == 404
    answer = ask(key, voucher.serial, 1)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_guesses")
    assert not Redemption.objects.filter(voucher=voucher).exists()
    GuessCount.objects.all().delete()
    assert ask(key, voucher.serial, 1).status_code == 200
