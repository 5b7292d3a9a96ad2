"""Redeeming at the counter and on the phone: found, looked at, taken, undone; and what is refused moves nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goodword import codes
from goodword.business.models import Business
from goodword.flow.clock import lapse
from goodword.flow.submit import submit
from goodword.people.models import Contact
from goodword.vouchers.finding import code_of
from goodword.vouchers.models import Redemption, Voucher
from goodword.web import guessing
from goodword.work.models import Job
from tests.flow.vouchers import cast
from tests.web.town import Town, found, signed_in

pytestmark = pytest.mark.django_db
REDEEM = "console:redeem"


@pytest.fixture
def town() -> Town:
    made = found()
    made.person("Ann Berg", phone="+13035550142")
    made.job("ann", "booked", services=["Hedge trimming"])
    return made


@pytest.fixture
def office(town: Town) -> Client:
    return signed_in(town.staff("office"))


def given_in_2025(town: Town) -> Voucher:
    """Give a voucher that is over by now, as if nothing had happened since."""
    Business.objects.filter(pk=town.business.pk).update(settled_at=None)
    return cast.give(town.business, now=datetime(2025, 3, 4, 12, tzinfo=UTC), expires_on="2025-09-30")


def sold(town: Town, value: int = 5000, *, now: datetime | None = None, **more: Any) -> Voucher:
    return cast.sell(town.business, value, now=now or town.now, **more)


def looked_up(client: Client, text: str, query: str = "") -> Any:
    return client.post(f"{reverse(REDEEM)}{query}", {"code": text})


def page_of(voucher: Voucher) -> str:
    return reverse("console:voucher_redeem", args=[voucher.public_id])


def form_of(client: Client, address: str) -> str:
    found_ = re.search(r'name="form" value="([0-9a-f]{16})"', client.get(address).content.decode())
    assert found_ is not None
    return found_[1]


def take(client: Client, voucher: Voucher, amount: str, **more: str) -> Any:
    sent = {"form": form_of(client, page_of(voucher)), "amount": amount, **more}
    return client.post(page_of(voucher), sent)


def refused(client: Client, voucher: Voucher, amount: str, **more: str) -> str:
    """Ask for what is refused; see that nothing moved, and return the page."""
    before = cast.standing(voucher.business)
    answer = take(client, voucher, amount, **more)
    assert answer.status_code == 422
    assert cast.standing(voucher.business) == before
    return str(answer.content.decode())


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# --- finding --------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R15", "R18")
def test_a_voucher_is_found_by_code_by_serial_and_by_the_address_in_its_qr_code(town: Town, office: Client) -> None:
    voucher = sold(town)
    code = code_of(voucher)
    typed = [
        code,
        code.lower().replace("-", " "),
        f"https://fern.example/v/{code}",
        f"HTTPS://FERN.EXAMPLE/V/{code}?x=1",
    ]
    for text in [*typed, voucher.serial, voucher.serial.lower().replace("-000", " ")]:
        answer = looked_up(office, text)
        assert (answer.status_code, answer["Location"]) == (302, page_of(voucher)), text
        assert code.replace("-", "") not in answer["Location"]


def test_the_code_stands_on_no_page_and_no_address_is_told_to_others(town: Town, office: Client) -> None:
    voucher = sold(town)
    page = office.get(page_of(voucher))
    assert code_of(voucher) not in page.content.decode()
    assert page["Referrer-Policy"] != "no-referrer"  # under that no browser could send the page's own form
    assert "no-store" in page["Cache-Control"]


def test_a_typing_error_is_told_from_a_code_nobody_was_given(town: Town, office: Client) -> None:
    code = code_of(sold(town))
    bad = code.replace("-", "")
    assert "check the character at place 3" in words(looked_up(office, f"{bad[:2]}0{bad[3:]}"))
    other = next(c for c in codes.ALPHABET if c != bad[3])
    assert "One character of the code is wrong" in words(looked_up(office, f"{bad[:3]}{other}{bad[4:]}"))
    assert "this one has 15" in words(looked_up(office, bad[:-1]))
    nobody = codes.make(bytes(40), length=16)
    answer = looked_up(office, nobody)
    assert answer.status_code == 422
    assert "We know no voucher of that number or code" in words(answer)
    assert "We know no voucher" in words(looked_up(office, "FERN-999999"))
    assert "Scan the code" in words(looked_up(office, " "))


def test_guessing_ends_after_twenty_misses_and_typing_errors_are_no_guesses(town: Town, office: Client) -> None:
    voucher = sold(town)
    for _ in range(20):
        looked_up(office, "FERN")
    for n in range(guessing.MISSES):
        assert "We know no voucher" in words(looked_up(office, f"FERN-9{n:05}"))
    turned_away = looked_up(office, voucher.serial)
    assert turned_away.status_code == 429
    assert "tried too often" in words(turned_away)
    assert voucher.serial not in words(turned_away)
    other = signed_in(town.staff("manager"))
    assert looked_up(other, voucher.serial).status_code == 302


def test_another_business_s_voucher_is_as_unknown_as_none_but_to_one_who_works_there_too(
    town: Town, office: Client
) -> None:
    beside = found("Ink and Steel")
    theirs = sold(beside)
    for text in (theirs.serial, code_of(theirs), theirs.public_id):
        body = words(looked_up(office, text))
        assert "We know no voucher of that number or code" in body
        assert "Ink and Steel" not in body
    beside.owner.memberships.create(business=town.business, role="office")
    both = signed_in(beside.owner)
    session = both.session
    session["business"] = town.business.public_id
    session.save()
    assert "This is a voucher of Ink and Steel, where you work too" in words(looked_up(both, code_of(theirs)))


# --- what it is -----------------------------------------------------------------------------------------------------


def test_the_office_sees_all_of_it_and_a_technician_the_balance_the_last_day_and_a_first_name(town: Town) -> None:
    voucher = sold(town, buyer={"name": "Bob Haddad"}, recipient={"name": "Max Rivers"}, message="Happy birthday")
    office, tim = signed_in(town.staff("office")), signed_in(town.staff("technician"))
    whole, less = words(office.get(page_of(voucher))), words(tim.get(page_of(voucher)))
    for told in ("$50", "Max Rivers", "Bob Haddad", "Happy birthday", "At the till · T-1", "Last day"):
        assert told in whole, told
    assert "$50" in less
    assert "Last day" in less
    assert "Max" in less
    for hidden in ("Rivers", "Bob", "Happy birthday", "At the till", "What happened so far"):
        assert hidden not in less, hidden


# --- taking ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R18", "R19")
def test_a_part_is_taken_the_rest_stays_and_pressed_twice_it_is_taken_once(town: Town, office: Client) -> None:
    voucher = sold(town)
    sent = {"form": form_of(office, page_of(voucher)), "amount": "19.99", "ticket": "T7", "total": "60",
            "who": "", "job": ""}  # fmt: skip
    first, second = office.post(page_of(voucher), sent), office.post(page_of(voucher), sent)
    made = Redemption.objects.get()
    assert first["Location"] == second["Location"] == reverse("console:redemption", args=[made.public_id])
    assert cast.state(voucher) == ("active", 3001)
    assert (made.units, made.ticket_name, made.actor) == (
        1999,
        "T7",
        f"user:{town.business.memberships.get(role='office').user.email}",
    )
    page = words(office.get(first["Location"]))
    for told in ("$19.99", "Left on it: $30.01", "Ticket T7", "Left to pay $40.01", "Next voucher for this bill"):
        assert told in page, told
    cast.books_hold(town.business)


def test_a_bill_of_a_till_without_a_key_keeps_what_was_paid_of_it(town: Town, office: Client) -> None:
    voucher = sold(town)
    ticket = {"source": "old-till", "external_id": "T1", "total": 6000}
    made = cast.redeem(town.business, voucher, 2000, now=town.now, ticket=ticket)
    page = words(office.get(reverse("console:redemption", args=[made.public_id])))
    assert "Paid with vouchers $20 Left to pay $40" in page


def test_several_vouchers_pay_one_bill_and_never_more_than_it(town: Town, office: Client) -> None:
    one, two, three = sold(town, 2500), sold(town, 4000), sold(town, 1000)
    take(office, one, "25.00", ticket="T9", total="60.00")
    done = office.get(reverse("console:redemption", args=[Redemption.objects.get().public_id]))
    query = re.search(r'href="(/console/redeem\?[^"]+)"', done.content.decode())
    assert query is not None
    carried = query[1].replace("&amp;", "&")
    assert "Left to pay $35" in words(office.get(carried))
    answer = office.post(carried, {"code": two.serial})
    page = office.get(answer["Location"]).content.decode()
    assert 'name="ticket" type="text" value="T9"' in page
    assert 'name="amount" value="35.00"' in page
    assert "The bill has only $35 left to pay" in refused(office, two, "35.01", ticket="T9", total="60.00")
    take(office, two, "35", ticket="T9", total="60.00")
    assert "Paid in full" in words(
        office.get(reverse("console:redemption", args=[Redemption.objects.latest("pk").public_id]))
    )
    assert "The bill has only $0 left" in refused(office, three, "1", ticket="T9", total="60")
    assert [cast.balance(each) for each in (one, two, three)] == [0, 500, 1000]


@pytest.mark.requirement("R19")
def test_who_redeems_it_is_found_chosen_or_made_a_customer(town: Town, office: Client) -> None:
    known, new, nobody = sold(town), sold(town), sold(town)
    take(office, known, "10", who="+1 303 555 0142")
    known.refresh_from_db()
    assert known.recipient == town.contact("Ann")
    page = refused(office, new, "10", who="Max Rivers")
    assert "Nobody of that name is known yet" in page
    assert 'value="Max Rivers"' in page
    take(office, new, "10", who="Max Rivers", chosen="new", name="Max Rivers", phone="303 555 0155", email="")
    new.refresh_from_db()
    assert new.recipient == Contact.objects.get(phone="+13035550155")
    assert new.recipient.name == "Max Rivers"
    people = Contact.objects.count()
    take(office, nobody, "10")
    nobody.refresh_from_db()
    assert (nobody.recipient, Contact.objects.count()) == (None, people)
    other = sold(town)
    town.person("Anna Bergman", phone="+13035550166")
    page = refused(office, other, "10", who="Ann")
    assert page.count('name="chosen"') == 3
    take(office, other, "10", who="Ann", chosen=town.contact("Anna Bergman").public_id)
    other.refresh_from_db()
    assert other.recipient == town.contact("Anna Bergman")


def test_what_is_taken_for_a_job_at_a_location_says_so(town: Town, office: Client) -> None:
    for name in ("north", "south"):
        town.business.locations.create(external_id=name, name=name.title())
    voucher = sold(town, recipient={"phone": "+13035550142"})
    job = Job.objects.get()
    assert "Hedge trimming · Ann Berg · Booked" in words(office.get(page_of(voucher)))
    take(office, voucher, "50", job=job.public_id, location="south")
    made = Redemption.objects.get()
    assert (made.job, made.location) == (job, town.business.locations.get(external_id="south"))
    assert cast.state(voucher) == ("redeemed", 0)
    again = sold(town)
    page = office.get(page_of(again)).content.decode()
    assert '<option value="south" selected>' in page


def test_a_named_service_is_taken_whole(town: Town, office: Client) -> None:
    voucher = cast.give(town.business, 3000, now=town.now, service="One lawn, mown")
    page = office.get(page_of(voucher)).content.decode()
    assert 'type="hidden" name="amount" value="30.00"' in page
    assert "redeemed whole: $30" in refused(office, voucher, "29.99")
    take(office, voucher, "30.00")
    assert cast.state(voucher) == ("redeemed", 0)


@pytest.mark.parametrize(
    ("language", "text", "units"),
    [
        ("en", "1,234.50", 123450),
        ("sv", "1 234,50", 123450),
        ("sv", "25.00", 2500),
        ("ar", "١٢٫٥٠", 1250),
        ("en", "7", 700),
    ],
)
def test_amounts_are_read_as_the_language_writes_them(
    language: str, text: str, units: int, town: Town, office: Client
) -> None:
    voucher = sold(town, 200000)
    office.cookies["django_language"] = language
    take(office, voucher, text)
    assert Redemption.objects.get().units == units


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "Say how much"), ("0", "Say how much"), ("-5", "not an amount"), ("ten", "not an amount"),
     ("1.005", "more decimals"), ("50.01", "Only $50 is left on it"), ("9999999999999", "Only $50 is left")],
)  # fmt: skip
def test_an_amount_that_cannot_be_taken_is_refused_and_nothing_moves(
    text: str, said: str, town: Town, office: Client
) -> None:
    assert said in refused(office, sold(town), text)


def test_fields_that_cannot_be_read_are_told_and_nothing_moves(town: Town, office: Client) -> None:
    voucher = sold(town)
    assert "number of the ticket" in refused(office, voucher, "10", total="60")
    assert "not an amount" in refused(office, voucher, "10", ticket="T1", total="sixty")
    assert "no such job" in refused(office, voucher, "10", job="job_1")
    assert "no such location" in refused(office, voucher, "10", location="moon")
    assert "know nobody" in refused(office, voucher, "10", chosen="con_1")
    assert "cannot be right" in refused(office, voucher, "10", chosen="new", name="Max", phone="12")
    assert "Leave a name" in refused(office, voucher, "10", chosen="new")


def test_after_a_refusal_the_same_form_is_sent_again_and_taken(town: Town, office: Client) -> None:
    voucher = sold(town)
    page = refused(office, voucher, "50.01")
    fresh = re.search(r'name="form" value="([0-9a-f]{16})"', page)
    assert fresh is not None
    assert office.post(page_of(voucher), {"form": fresh[1], "amount": "50"}).status_code == 302
    assert cast.balance(voucher) == 0


# --- what the customer can be told ----------------------------------------------------------------------------------


def barred(client: Client, voucher: Voucher) -> str:
    """Look at a voucher that cannot be used: no form is offered, and one that is sent moves nothing."""
    page = client.get(page_of(voucher))
    assert page.status_code == 200
    assert 'name="amount"' not in page.content.decode()
    before = cast.standing(voucher.business)
    answer = client.post(page_of(voucher), {"form": "0123456789abcdef", "amount": "1"})
    assert answer.status_code == 422
    assert cast.standing(voucher.business) == before
    return words(page)


def test_an_expired_one_says_since_when_and_the_office_what_may_be_done(town: Town, office: Client) -> None:
    voucher = given_in_2025(town)
    told = barred(office, voucher)
    assert "This voucher has expired" in told
    assert "It was valid until September 30, 2025." in told
    assert "If you give it more time, $50 can be used again." in told
    assert "Not used in time $50 Expired" in told
    lapse(business=town.business, now=town.now)
    assert cast.state(voucher) == ("expired", 0)
    assert "Not used in time $50 Expired" in barred(office, voucher)
    tim = barred(signed_in(town.staff("technician")), voucher)
    assert "The office may still honour it." in tim
    assert "$50 can be used" not in tim


def test_one_on_hold_a_cancelled_one_a_replaced_one_and_an_unsold_card_say_why(town: Town, office: Client) -> None:
    cold, gone, lost = sold(town), sold(town), sold(town)
    cast.order(town.business, "frozen", now=town.now, voucher=cold.public_id, reason="said to be stolen")
    cast.order(town.business, "voided", now=town.now, voucher=gone.public_id, reason="typed twice", refund=None)
    cast.order(town.business, "replaced", now=town.now, voucher=lost.public_id)
    (card,) = cast.made_by(cast.order(town.business, "stocked", now=town.now, kind="sold", count=1))
    assert "A question about it is open since" in barred(office, cold)
    assert "worth nothing any more" in barred(office, gone)
    told = barred(office, lost)
    assert f"The new card is {lost.replaced_by.serial}" in told
    assert code_of(lost.replaced_by) not in told
    assert "nobody has paid for this card" in barred(office, card)


def test_a_used_up_one_says_since_when(town: Town, office: Client) -> None:
    voucher = sold(town)
    take(office, voucher, "50")
    told = barred(office, voucher)
    assert "All of this voucher was used" in told
    assert "Nothing is left of it since" in told
    assert "the last use can be undone below" in told


def test_one_whose_rest_was_paid_out_says_so_and_offers_nothing_to_undo(town: Town, office: Client) -> None:
    voucher = sold(town)
    cast.order(town.business, "cashed_out", now=town.now, voucher=voucher.public_id, refund=cast.TILL,
               reason="moves abroad")  # fmt: skip
    told = barred(office, voucher)
    assert "This voucher was paid out" in told
    assert "What was left of it was paid out in money on" in told
    assert "was used" not in told
    assert "undone below" not in told


@pytest.mark.parametrize(
    ("language", "said"), [("sv", "Det gällde till och med 30 september 2025."), ("ar", "انتهت صلاحية هذه القسيمة")]
)
def test_it_is_said_in_the_language_of_the_page(language: str, said: str, town: Town, office: Client) -> None:
    voucher = given_in_2025(town)
    office.cookies["django_language"] = language
    assert said in barred(office, voucher)


# --- booking --------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R15")
def test_it_is_booked_to_a_job_found_by_its_customer_and_taken_off_again(town: Town, office: Client) -> None:
    voucher, job = sold(town), Job.objects.get()
    address = reverse("console:voucher_book", args=[voucher.public_id])
    assert "Find the customer first" in words(office.get(address))
    assert "Hedge trimming · Ann Berg · Booked" in words(office.post(address, {"who": "Ann"}))
    assert "No open job found" in words(office.post(address, {"who": "Nobody Here"}))
    assert office.post(address, {"who": "", "job": ""}).status_code == 422
    assert office.post(address, {"who": "Ann", "job": "job_1"}).status_code == 422
    assert cast.state(voucher) == ("active", 5000)
    assert office.post(address, {"who": "Ann", "job": job.public_id})["Location"] == page_of(voucher)
    assert cast.state(voucher) == ("booked", 5000)
    assert (voucher.job, voucher.recipient) == (job, town.contact("Ann"))
    assert "Take the job off" in words(office.get(page_of(voucher)))
    office.post(reverse("console:voucher_unbook", args=[voucher.public_id]))
    assert (cast.state(voucher), voucher.job) == (("active", 5000), None)
    again = office.post(reverse("console:voucher_unbook", args=[voucher.public_id]), follow=True)
    assert "No job is attached" in words(again)


# --- undoing --------------------------------------------------------------------------------------------------------


def undo(client: Client, made: Redemption, reason: str = "wrong card") -> Any:
    address = reverse("console:redemption_restore", args=[made.public_id])
    return client.post(address, {"form": "0123456789abcdef", "reason": reason})


def test_a_wrong_redemption_is_undone_with_a_reason_once(town: Town, office: Client) -> None:
    voucher = sold(town)
    take(office, voucher, "50")
    made = Redemption.objects.get()
    before = cast.standing(town.business)
    assert "Please say why" in words(undo(office, made, " "))
    assert cast.standing(town.business) == before
    assert undo(office, made).status_code == 302
    assert cast.state(voucher) == ("active", 5000)
    made.refresh_from_db()
    assert made.returned == 5000
    page = words(office.get(reverse("console:redemption", args=[made.public_id])))
    assert "Given back" in page
    assert "That was wrong" not in page
    again = office.post(reverse("console:redemption_restore", args=[made.public_id]), {"form": "f" * 16, "reason": "x"})
    assert "given back before" in words(again)
    assert cast.balance(voucher) == 5000
    cast.books_hold(town.business)


def test_what_was_cancelled_since_is_not_given_back(town: Town, office: Client) -> None:
    voucher = sold(town)
    take(office, voucher, "20")
    cast.order(town.business, "voided", now=town.now, voucher=voucher.public_id, reason="moved", refund=cast.TILL)
    before = cast.standing(town.business)
    assert "Pay the customer back another way" in words(undo(office, Redemption.objects.get()))
    assert cast.standing(town.business) == before


def test_a_technician_undoes_their_own_of_today_and_nothing_else(town: Town, office: Client) -> None:
    tim = signed_in(town.staff("technician"))
    mine, theirs, old = sold(town), sold(town), sold(town)
    take(tim, mine, "10")
    take(office, theirs, "10")
    take(tim, old, "10")
    first, second, third = Redemption.objects.order_by("pk")
    Redemption.objects.filter(pk=third.pk).update(at=town.now - timedelta(days=2))
    for made in (second, third):
        before = cast.standing(town.business)
        assert "You can undo your own redemptions until midnight" in words(undo(tim, made))
        assert cast.standing(town.business) == before
    assert undo(tim, first).status_code == 302
    assert cast.balance(mine) == 5000
    assert undo(office, third).status_code == 302


# --- the list -------------------------------------------------------------------------------------------------------


def test_the_list_shows_today_s_with_totals_of_what_was_not_given_back(town: Town, office: Client) -> None:
    one, two = sold(town), cast.give(town.business, 3000, now=town.now)
    take(office, one, "20", ticket="T7", total="20")
    take(office, two, "30")
    take(office, one, "5")
    undo(office, Redemption.objects.latest("pk"))
    cast.redeem(town.business, one, 100, now=town.now)
    Redemption.objects.filter(units=100).update(at=town.now - timedelta(days=1))
    page = words(office.get(reverse("console:redemptions")))
    assert "Sold · 1 redemption $20" in page
    assert "Given away · 1 redemption $30" in page
    assert "ticket T7" in page
    assert page.count(one.serial) == 2
    assert "$1 " not in page
    narrowed = words(office.get(reverse("console:redemptions"), {"q": "T7"}))
    assert two.serial not in narrowed
    assert one.serial in narrowed
    assert two.serial in words(office.get(reverse("console:redemptions"), {"kind": "promotional"}))
    assert "$1 " in words(office.get(reverse("console:redemptions"), {"period": "yesterday"}))
    assert words(office.get(reverse("console:redemptions"), {"period": "all"})).count(one.serial) == 3


def test_the_list_is_a_spreadsheet_too(town: Town, office: Client) -> None:
    voucher = sold(town, recipient={"name": "Max Rivers"})
    take(office, voucher, "19.99", ticket="T7")
    file = b"".join(office.get(reverse("console:redemptions_sheet")).streaming_content).decode("utf-8-sig")
    head, row = file.splitlines()
    assert head == "Id,Time,Voucher,Kind,Redeemed,Given back,Currency,Ticket,Job,Location,For,By"
    made = Redemption.objects.get()
    assert row.startswith(f"{made.public_id},")
    assert row.endswith(f",{voucher.serial},Sold,19.99,0.00,USD,T7,,,Max Rivers,Sofia")


def test_the_list_asks_as_often_for_thirty_as_for_one(town: Town, office: Client) -> None:
    voucher, counts = sold(town, 100000, recipient={"name": "Max Rivers"}), []
    for times in (1, 35):
        for _ in range(times):
            cast.redeem(town.business, voucher, 100, now=town.now)
        with CaptureQueriesContext(connection) as asked:
            page = office.get(reverse("console:redemptions"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 16
    assert 'rel="next"' in page.content.decode()


def test_a_viewer_reads_the_list_and_can_neither_look_up_nor_redeem(town: Town) -> None:
    viewer, voucher = signed_in(town.staff("viewer")), sold(town)
    cast.redeem(town.business, voucher, 100, now=town.now)
    page = viewer.get(reverse("console:redemptions"))
    assert page.status_code == 200
    assert reverse(REDEEM) not in page.content.decode()
    for address in (reverse(REDEEM), page_of(voucher)):
        assert viewer.get(address).status_code == 403
        assert viewer.post(address, {"code": voucher.serial, "amount": "1"}).status_code == 403
    assert cast.balance(voucher) == 4900


def test_what_was_done_stands_in_the_audit_log_without_the_code(town: Town, office: Client) -> None:
    voucher = sold(town)
    take(office, voucher, "20")
    undo(office, Redemption.objects.get())
    submit(business=town.business, type="voucher.booked", actor="user:staff-office@fern-lawn-care.example",
           data={"voucher": voucher.public_id, "job": Job.objects.get().public_id}, now=town.now)  # fmt: skip
    page = words(signed_in(town.owner).get(reverse("console:audit"), {"kind": "vouchers"}))
    assert f"Sofia redeemed $20 of voucher {voucher.serial}" in page
    assert f"Sofia undid a redemption of voucher {voucher.serial}: wrong card" in page
    assert f"Sofia booked voucher {voucher.serial} to a job" in page
    assert code_of(voucher) not in page
