"""What each kind of table makes of its rows, and why it takes one not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goodword.inbox.tables.kind import plain_words
from goodword.inbox.tables.kinds import KINDS, faults_of, guess, likely
from goodword.inbox.tables.translating import Fault, Named, Told, with_contact
from tests.inbox.tables.desk import came_of, faults, one, told

# --- customers ------------------------------------------------------------------------------------------------------


def contact(text: str, **changed: Any) -> dict[str, Any]:
    found: dict[str, Any] = one("customers", text, **changed).raw["data"]["contact"]
    return found


def test_a_customer_is_told_with_all_the_file_knows() -> None:
    text = (
        "Customer ID,First name,Last name,Phone,E-mail,Street,City,State,Zip,Language,Tags,Clubs,Customer since\n"
        "C1,Ann,Smith,(303) 555-0142,Ann@Example.com,1 Elm St,Denver,CO,80202,Svenska,VIP; lawn,,03/15/2018\n"
    )
    found = one("customers", text)
    assert found.raw == {
        "id": "import-7:customer:C1", "source": "old", "type": "contact.saved", "time": "2018-03-15T06:00:00Z",
        "data": {"contact": {
            "external_id": "C1", "name": "Ann Smith", "phone": "+13035550142", "email": "ann@example.com",
            "language": "sv", "tags": ["VIP", "lawn"],
            "address": {"line1": "1 Elm St", "city": "Denver", "region": "CO", "postal_code": "80202"},
        }},
    }  # fmt: skip
    assert (found.rows, found.key, found.money, found.also, found.named) == ((1,), "customer:C1", 0, (), ())


def test_a_blank_cell_brings_no_key() -> None:
    assert contact("id,name,phone,email,company\nC1,,,,\n") == {"external_id": "C1"}
    assert contact("id,name,phone\nC1,Ann,-\n") == {"external_id": "C1", "name": "Ann"}


def test_a_customer_without_an_id_gets_one_of_name_and_phone_that_tells_neither() -> None:
    text = "Name,Phone\nAnn Smith,303 555 0142\n"
    first, again = contact(text), contact("Name,Phone\n  ann  SMITH ,(303) 555-0142\n")
    assert first["external_id"] == again["external_id"]
    assert first["external_id"].startswith("row-")
    spouses = told(came_of("customers", "Name,Phone\nAnn,303 555 0142\nBob,303 555 0142\n"))
    assert len({each.key for each in spouses}) == 2  # one phone, two people (rulings 8)


def test_the_first_of_several_numbers_counts() -> None:
    found = contact('id,Main Phone #s,E-mails\nC1,"n/a; (303) 555-0142, 303-555-0143","a@x.com, b@x.com"\n')
    assert (found["phone"], found["email"]) == ("+13035550142", "a@x.com")
    assert contact("id,mobile,home phone\nC1,,303 555 0144\n")["phone"] == "+13035550144"


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("C1,Ann,12,,,", "phone", "not_a_phone"), ("C1,Ann,,ann@,,", "email", "not_an_email"),
        ("C1,Ann,,,klingon,", "language", "unknown_word"), ("C1,Ann,,,,someday", "created", "not_a_date"),
        (f"{'x' * 201},Ann,,,,", "customer_id", "too_long"), (",,,,,2026-01-01", "customer_id", "nobody_named"),
        ("C1,Ann,,,,1969-01-01", "time", "time_out_of_range"), ("C1,Ann,,,,2031-01-01", "time", "time_in_future"),
    ],
)  # fmt: skip
def test_a_customer_that_does_not_fit_is_refused_with_its_field(row: str, field: str, code: str) -> None:
    found = came_of("customers", f"id,name,phone,email,language,created\nok,Ann,,,,2026-01-02\n{row}\n")
    assert [each.rows for each in told(found)] == [(1,)]
    assert faults(found) == [(2, field, code)]


def test_a_customer_that_comes_twice_is_told_once() -> None:
    found = came_of("customers", "id,name\nC1,Ann\nC2,Bob\nC1,Ann again\n")
    assert [each.key for each in told(found)] == ["customer:C1", "customer:C2"]
    assert faults(found) == [(3, "", "repeated_row")]


def test_who_referred_is_told_by_id_phone_or_email_and_a_name_is_to_be_found() -> None:
    for column, cell, wanted in [
        ("Referrer id", "C9", "C9"), ("How did you hear of us", "303-555-0199", {"phone": "+13035550199"}),
        ("Lead source", "Bob@X.com", {"email": "bob@x.com"}),
    ]:  # fmt: skip
        found = one("customers", f"id,name,{column}\nC1,Ann,{cell}\n")
        assert found.raw["data"]["contact"]["referred_by"] == {"contact": wanted}
        assert found.raw["data"]["contact"]["how"] == "import"
        assert found.named == ()
    found = one("customers", "id,name,Referred by\nC1,Ann,Bob Jones\n")
    assert found.named == (Named("referrer", "name", "Bob Jones"),)
    assert "referred_by" not in found.raw["data"]["contact"]
    done = with_contact(found, {"referrer": "con_bob"})
    assert done.raw["data"]["contact"]["referred_by"] == {"contact": "con_bob"}
    assert done.named == ()
    assert "referred_by" not in found.raw["data"]["contact"]


@pytest.mark.parametrize("channel", ["Google", "Yard Sign", "word-of-mouth", "N/A", "صديق", "Vet ej", "-", ""])
def test_an_answer_that_names_nobody_refers_nobody(channel: str) -> None:
    found = one("customers", f"id,name,lead source\nC1,Ann,{channel}\n")
    assert (found.named, "how" in found.raw["data"]["contact"]) == ((), False)


def test_the_mappings_own_words_say_that_an_answer_is_nobody() -> None:
    text = "id,lead source\nC1,Green van\n"
    assert one("customers", text).named == (Named("referrer", "name", "Green van"),)
    assert one("customers", text, words={"referred_by": {"green van": ""}}).named == ()


# --- receipts -------------------------------------------------------------------------------------------------------


def lines(found: Told) -> list[tuple[Any, ...]]:
    wanted = ("kind", "quantity", "unit_price", "discount", "tax")
    return [tuple(line[key] for key in wanted) for line in found.raw["data"]["ticket"]["lines"]]


def test_lines_of_a_receipt_are_one_ticket_wherever_they_stand() -> None:
    text = (
        "Receipt,Date,Customer ID,Description,Quantity,Amount,Tax\n"
        "1,2026-03-15,C1,Cut,1,80.00,6.40\n2,2026-03-15,C2,Cut,1,60,0\n1,2026-03-15,C1,Oil,2,25.00,2\n"
    )
    first, second = told(came_of("receipts", text))
    assert (first.rows, first.key, first.money) == ((1, 3), "receipt:1-C1", 11_340)
    assert first.raw["data"]["ticket"] == {
        "external_id": "1-C1", "contact": "C1", "currency": "USD", "lines": [
            {"kind": "service", "description": "Cut", "quantity": 1, "unit_price": 8_000, "discount": 0, "tax": 640},
            {"kind": "service", "description": "Oil", "quantity": 2, "unit_price": 1_250, "discount": 0, "tax": 200},
        ],
    }  # fmt: skip
    assert (second.rows, second.raw["data"]["ticket"]["contact"]) == ((2,), "C2")


def test_a_receipt_that_two_shared_is_a_ticket_each_and_a_walk_in_is_nobodys() -> None:
    text = "Receipt,Customer ID,Amount\n1,C1,5\n1,C2,6\n2,WALK_IN,7\n3,,8\n"
    found = [each.raw["data"]["ticket"] for each in told(came_of("receipts", text))]
    assert [(t["external_id"], t.get("contact")) for t in found] == [
        ("1-C1", "C1"),
        ("1-C2", "C2"),
        ("2", None),
        ("3", None),
    ]


@pytest.mark.parametrize("word", ["Walk-in", "CASH SALE", "guest"])
def test_a_name_that_means_a_walk_in_is_nobodys(word: str) -> None:
    found = one("receipts", f"Receipt,Customer name,Amount\n1,{word},5\n")
    assert (found.named, found.raw["data"]["ticket"]["external_id"]) == ((), "1")


@pytest.mark.parametrize(
    ("head", "row", "line", "money"),
    [
        ("Amount", "12.50", (1, 1_250, 0, 0), 1_250),
        ("Amount,Quantity", "12.50,2", (2, 625, 0, 0), 1_250),
        ("Amount,Quantity", "5.01,2", (1, 501, 0, 0), 501),
        ("Amount,Quantity", "-50.40,-1", (-1, 5_040, 0, 0), -5_040),
        ("Amount,Quantity", "0.07,0", (1, 7, 0, 0), 7),
        ("Unit price,Quantity,Discount", "10,1.5,2.50", ("1.5", 1_000, 250, 0), 1_250),
        ("Unit price,Quantity,Discount", "10,2,-2.50", (2, 1_000, 250, 0), 1_750),
        ("Amount,Unit price,Quantity,Discount", "17.50,10,2,2.50", (2, 1_000, 250, 0), 1_750),
        ("Total,Tax", "11.30,1.30", (1, 1_000, 0, 130), 1_130),
        ("Total", "11.30", (1, 1_130, 0, 0), 1_130),
        ("Amount,Tax,Total", "10,1.30,11.30", (1, 1_000, 0, 130), 1_130),
    ],
)
def test_a_line_is_what_the_file_tells_of_it(head: str, row: str, line: tuple[Any, ...], money: int) -> None:
    found = one("receipts", f"Receipt,{head}\n1,{row}\n")
    assert (lines(found), found.money) == ([("service", *line)], money)


def test_taxes_are_added_with_all_their_decimals_and_rounded_once() -> None:
    found = one("receipts", "Receipt,Amount,GST,PST\n1,10,0.1249,0.0001\n1,10,-0.1249,-0.0001\n1,10,1.0049,1.0049\n")
    assert [line[-1] for line in lines(found)] == [13, -13, 201]  # half up, of the sum; 1.00 + 1.00 would be 200


@pytest.mark.parametrize(
    ("head", "row", "field", "code"),
    [
        ("Amount", "ten", "amount", "not_money"), ("Amount", "10.005", "amount", "too_many_digits"),
        ("Amount", "", "amount", "missing_value"),
        ("Amount,Unit price,Quantity", "10,3,3", "amount", "line_does_not_add_up"),
        ("Amount,Tax,Total", "10,1,12", "total", "line_does_not_add_up"),
        ("Amount,Quantity", "10,two", "quantity", "not_a_number"),
        ("Amount,Currency", "10,EUR", "currency", "wrong_currency"),
        ("Amount,Kind", "10,magic", "kind", "unknown_word"),
        ("Amount,Status", "10,Void", "status", "not_a_sale"), ("Amount,Date", "10,soon", "date", "not_a_date"),
    ],
)  # fmt: skip
def test_a_receipt_with_a_bad_line_is_refused_whole_and_every_row_says_why(
    head: str, row: str, field: str, code: str
) -> None:
    good = {"Amount": "5", "Unit price": "5", "Quantity": "1", "Tax": "0", "Total": "5", "Date": "2026-01-01"}
    fine = ",".join(good.get(name, "") for name in head.split(","))
    found = came_of("receipts", f"Receipt,{head}\n1,{fine}\n1,{row}\n2,{fine}\n,{fine}\n")
    assert faults(found) == [(4, "receipt", "missing_value"), (1, "", "with_row"), (2, field, code)]
    assert [each.rows for each in told(found)] == [(3,)]


def paid(text: str, **changed: Any) -> list[list[tuple[str, int]]]:
    """Return the tenders of each receipt: type, or the instrument of a voucher, and amount."""
    tickets = [each.raw["data"]["ticket"] for each in told(came_of("receipts", text, **changed))]
    return [[(t.get("instrument", t["type"]), t["amount"]) for t in each.get("tenders", [])] for each in tickets]


@pytest.mark.parametrize(
    ("word", "tender"),
    [
        ("Cash", "cash"), ("Kontant", "cash"), ("نقدًا", "cash"), ("Visa 4242", "card"), ("VISA-4242", "card"),
        ("Credit Card", "card"), ("Bank transfer", "bank_transfer"), ("ACH", "bank_transfer"), ("Swish", "other"),
        ("Check #1045", "other"), ("Gift card", "sold"), ("Presentkort", "sold"), ("Loyalty points", "promotional"),
        ("Store credit", "promotional"),
    ],
)  # fmt: skip
def test_one_word_says_how_the_whole_of_a_receipt_was_paid(word: str, tender: str) -> None:
    text = f"Receipt,Amount,Tax,Payment method\n1,10.00,0.80,{word}\n1,5.00,,{word}\n"
    assert paid(text) == [[(tender, 1_580)]]


def test_what_nobody_said_of_the_payment_is_not_told_and_an_unknown_word_is_refused_until_it_is_said() -> None:
    assert paid("Receipt,Amount,Paid by\n1,10.00,\n2,10.00,Unpaid\n3,10.00,-\n") == [[], [], []]
    text = "Receipt,Amount,Paid by\n1,10.00,Zorkmids\n"
    assert faults(came_of("receipts", text)) == [(1, "paid_by", "unknown_word")]
    assert paid(text, words={"paid_by": {"zorkmids": "promotional"}}) == [[("promotional", 1_000)]]


def test_amounts_in_columns_go_before_the_word_which_then_says_what_the_other_was() -> None:
    head = "Receipt,Amount,Paid card,Gift card amount,Other tender,Paid by\n"
    assert paid(head + "1,30.00,10.00,15.00,5.00,Points\n2,30.00,30.00,,,Visa\n3,9.00,0,,,Cash\n") == [
        [("card", 1_000), ("sold", 1_500), ("promotional", 500)], [("card", 3_000)], [("cash", 900)],
    ]  # fmt: skip
    assert faults(came_of("receipts", head + "1,30.00,ten,,,\n")) == [(1, "paid_card", "not_money")]


def test_amounts_that_every_line_repeats_are_those_of_the_receipt() -> None:
    head = "Receipt,Description,Amount,Paid cash,Paid card\n"
    assert paid(head + "1,Cut,20.00,10.00,20.00\n1,Oil,10.00,10.00,20.00\n") == [[("cash", 1_000), ("card", 2_000)]]
    assert paid(head + "1,Cut,20.00,20.00,\n1,Oil,20.00,20.00,\n") == [[("cash", 4_000)]]  # each line its own
    assert paid(head + "1,Cut,20.00,20.00,\n1,Oil,10.00,,10.00\n") == [[("cash", 2_000), ("card", 1_000)]]


def test_lines_paid_in_different_ways_are_each_their_own_tender() -> None:
    text = "Receipt,Description,Amount,Tax,Payment type\n1,Cut,20.00,1.60,Cash\n1,Oil,10.00,0.80,Points\n"
    assert paid(text) == [[("cash", 2_160), ("promotional", 1_080)]]


def test_a_price_list_tells_products_from_services_and_gives_the_code() -> None:
    prices = {"argan oil": ("retail", "OIL"), "womens cut": ("service", "CUT")}
    text = "Receipt,Item,SKU,Kind,Amount\n1, Argan  OIL ,,,5\n1,Womens cut,,,6\n1,,,,7\n1,Argan oil,X1,gift card,8\n"
    ticket = one("receipts", text, prices=prices).raw["data"]["ticket"]
    assert [(line["kind"], line.get("sku")) for line in ticket["lines"]] == [
        ("retail", "OIL"), ("service", "CUT"), ("service", None), ("gift_voucher", "X1"),
    ]  # fmt: skip


def test_a_receipt_was_closed_when_its_first_line_says_and_a_file_without_dates_when_we_say() -> None:
    text = "Receipt,Date,Time,Amount\n1,2026-03-16,9:00,-5\n1,2026-03-15,3:50 PM,5\n"
    assert one("receipts", text).raw["time"] == "2026-03-15T21:50:00Z"
    assert one("receipts", "Receipt,Amount\n1,5\n").raw["time"] == "2026-11-28T12:00:00Z"


def test_a_customer_of_a_receipt_may_be_known_by_phone_email_or_name() -> None:
    head = "Receipt,Customer phone,Customer email,Customer name,Amount\n"
    found = told(came_of("receipts", f"{head}1,303 555 0142,,,5\n2,,A@x.com,,5\n3,,,Ann Smith,5\n"))
    assert [each.raw["data"]["ticket"].get("contact") for each in found] == [
        {"phone": "+13035550142"}, {"email": "a@x.com"}, None,
    ]  # fmt: skip
    assert [each.named for each in found] == [(), (), (Named("contact", "name", "Ann Smith"),)]
    assert all("row-" in each.key and "303" not in each.key and "x.com" not in each.key for each in found)
    assert with_contact(found[2], {"contact": "C1"}).raw["data"]["ticket"]["contact"] == "C1"


# --- jobs -----------------------------------------------------------------------------------------------------------


def steps(found: Told) -> list[tuple[str, str]]:
    return [(raw["data"]["job"]["status"], raw["time"][:10]) for raw in found.events]


@pytest.mark.parametrize(
    ("head", "row", "wanted"),
    [
        ("Status,Date", "Paid,2026-03-01", [("paid", "2026-03-01")]),
        ("Status", "Scheduled", [("booked", "2026-11-28")]),
        ("Quote date,Booked,Completed,Paid date", "2026-01-01,2026-01-05,2026-01-09,2026-02-01",
         [("quote", "2026-01-01"), ("booked", "2026-01-05"), ("completed", "2026-01-09"), ("paid", "2026-02-01")]),
        ("Status,Booked,Paid date", "Completed,2026-01-05,2026-02-01", [("booked", "2026-01-05"),
        ("paid", "2026-02-01")]),
        ("Status,Booked,Completed", "Invoiced,2026-01-05,2026-01-09", [("booked", "2026-01-05"),
        ("invoiced", "2026-01-09")]),
        # paid before it was done: done later told would put it back, so it was done when it was paid
        ("Booked,Completed,Paid date", "2026-01-05,2026-01-20,2026-01-10", [("booked", "2026-01-05"),
        ("paid", "2026-01-10")]),
        ("Booked,Completed", "2026-01-05,2026-01-05", [("completed", "2026-01-05")]),
        ("Status,Booked,Cancelled at", "Cancelled,2026-01-05,2026-01-09", [("booked", "2026-01-05"),
        ("cancelled", "2026-01-09")]),
        ("Booked,Cancelled at", "2026-01-05,2026-01-09", [("booked", "2026-01-05"), ("cancelled", "2026-01-09")]),
        ("Status,Booked,Cancelled at", "Booked,2026-01-05,0000-00-00 00:00:00", [("booked", "2026-01-05")]),
    ],
)  # fmt: skip
def test_a_job_is_the_events_that_brought_it_where_it_stands(
    head: str, row: str, wanted: list[tuple[str, str]]
) -> None:
    found = one("jobs", f"Job #,Customer ID,Total,{head}\nJ1,C1,99.50,{row}\n", zone="UTC")
    assert steps(found) == wanted
    assert found.raw["data"]["job"]["status"] == wanted[-1][0]
    assert len({raw["id"] for raw in found.events}) == len(wanted)
    assert found.money == 9_950
    assert all(raw["data"]["job"]["total"] == 9_950 and raw["data"]["job"]["contact"] == "C1" for raw in found.events)


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (",C1,Paid,5", "job", "missing_value"), ("J2,C1,,5", "status", "missing_value"),
        ("J2,C1,Exploded,5", "status", "unknown_word"),
        ("J2,C1,Paid,5.001", "total", "too_many_digits"), ("J1,C1,Paid,5", "", "repeated_row"),
    ],
)  # fmt: skip
def test_a_job_that_does_not_fit_is_refused(row: str, field: str, code: str) -> None:
    found = came_of("jobs", f"Job id,Customer ID,Status,Total\nJ1,C1,Booked,1\n{row}\n")
    assert ([each.rows for each in told(found)], faults(found)) == ([(1,)], [(2, field, code)])


def test_the_mappings_own_words_go_before_ours() -> None:
    text = "Job id,Status\nJ1,Sent\nJ2,Template\n"
    found = came_of("jobs", text, words={"status": {"sent": "invoiced", "template": "not_a_job"}})
    assert [each.raw["data"]["job"]["status"] for each in told(found)] == ["invoiced"]
    assert faults(found) == [(2, "status", "not_a_job")]


# --- referrals, balances, appointments ------------------------------------------------------------------------------


def test_a_referral_names_friend_and_referrer_each_as_the_file_knows_them() -> None:
    found = one("referrals", "Friend ID,Referrer ID,Date\nC2,C1,2026-03-01\n")
    assert found.raw["data"]["contact"] == {"external_id": "C2", "how": "import", "referred_by": {"contact": "C1"}}
    assert (found.key, found.named) == ("referral:C2", ())
    found = one("referrals", "Friend phone,Referred by\n303 555 0142,Ann Smith\n")
    assert found.named == (Named("friend", "phone", "+13035550142"), Named("referrer", "name", "Ann Smith"))
    done = with_contact(found, {"friend": "C2", "referrer": "con_ann"})
    assert done.raw["data"]["contact"] == {"external_id": "C2", "how": "import", "referred_by": {"contact": "con_ann"}}
    found = one("referrals", "Friend,Referrer phone\nBob,303 555 0142\n")
    assert found.named == (Named("friend", "name", "Bob"),)
    assert found.raw["data"]["contact"]["referred_by"] == {"contact": {"phone": "+13035550142"}}


def test_a_referral_of_nobody_or_by_nobody_is_not_taken() -> None:
    found = came_of("referrals", "Friend,Referred by\n,Ann\nBob,Google\nBob,\nCy,Ann\nCy,Di\n")
    assert faults(found) == [
        (1, "friend_name", "missing_value"), (2, "referrer", "nobody_referred"), (3, "referrer", "nobody_referred"),
        (5, "", "repeated_row"),
    ]  # fmt: skip


def test_balances_of_points_and_credit_are_brought_with_their_expiry() -> None:
    found = one("balances", 'Customer ID,Points,Store credit,Expires\nC1,"1,250",20.50,2027-01-31\n')
    end = "2027-02-01T07:00:00Z"  # the midnight that ends the last day, in Denver (rulings 38)
    assert [(raw["id"], raw["type"], raw["data"]) for raw in (*found.also, found.raw)] == [
        ("import-7:balance:C1:2027-02-01:points", "balance.brought",
         {"balance": {"contact": "C1", "asset": "points", "units": 1_250, "expires_at": end}}),
        ("import-7:balance:C1:2027-02-01:credit", "balance.brought",
         {"balance": {"contact": "C1", "asset": "USD", "units": 2_050, "expires_at": end}}),
    ]  # fmt: skip
    assert found.money == 2_050
    found = one("balances", "Customer name,Points,Store credit\nAnn Smith,5,0\n")
    assert (found.money, found.named) == (0, (Named("contact", "name", "Ann Smith"),))
    assert found.raw["data"]["balance"] == {"contact": None, "asset": "points", "units": 5}


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("C2,0,0,", "points", "nothing_to_bring"), ("C2,,,", "points", "nothing_to_bring"),
        ("C2,-5,,", "points", "negative_balance"),
        ("C2,,-0.01,", "credit", "negative_balance"), ("C2,1.5,,", "points", "not_whole"),
        (",5,,", "customer_id", "missing_value"),
        ("C2,5,,9999-12-31", "expires", "time_out_of_range"),
        ("C2,5,,2026-11-27", "expires", "already_expired"), ("C2,,5.001,", "credit", "too_many_digits"),
        ("C1,5,,", "", "repeated_row"),
    ],
)  # fmt: skip
def test_a_balance_that_cannot_be_brought_is_refused(row: str, field: str, code: str) -> None:
    found = came_of("balances", f"Customer ID,Points,Credit,Expires\nC1,1,,\n{row}\n")
    assert ([each.rows for each in told(found)], faults(found)) == ([(1,)], [(2, field, code)])


def test_a_balance_that_expires_today_may_be_brought_today() -> None:
    end = datetime(2026, 11, 29, 7, tzinfo=UTC)  # midnight in Denver: the first moment it is no longer valid
    text = "Customer ID,Points,Expires\nC1,5,2026-11-28\n"
    assert faults(came_of("balances", text, fallback_time=end)) == [(1, "expires", "already_expired")]
    assert faults(came_of("balances", text, fallback_time=end - timedelta(microseconds=1))) == []
    assert one("balances", "Customer ID,Points,Expires\nC1,5,2026-11-28\n").raw["data"]["balance"]["units"] == 5


def test_an_appointment_says_how_it_was_made_only_where_the_file_does() -> None:
    text = "Customer ID,Date,Time,Service,Staff\nC1,2026-03-15,3:50 PM,CUT,JJ\n"
    found = one("appointments", text)
    name = "C1 2026-03-15T21:50 CUT JJ"
    assert found.raw["data"]["appointment"] == {"external_id": name, "contact": "C1", "at": "2026-03-15T21:50:00Z"}
    assert found.raw["time"] == "2026-03-15T21:50:00Z"  # at the latest then
    text = "Booking ID,Customer ID,Date,Booked on,Booked by\nA1,C1,2027-03-15,2026-03-01,website\n"
    found = one("appointments", text)
    assert found.raw["data"]["appointment"]["made"] == "online"
    assert found.raw["time"] == "2026-03-01T07:00:00Z"
    future = one("appointments", "Customer ID,Date\nC1,2027-03-15\n")
    assert future.raw["time"] == "2026-11-28T12:00:00Z"


def test_cancelled_appointments_and_no_shows_are_passed_over_with_the_reason() -> None:
    found = came_of(
        "appointments", "Customer ID,Date,Status\nC1,2026-01-01,Cancelled\nC2,2026-01-01,No-show\n,2026-01-01,\n"
    )
    assert faults(found) == [
        (1, "status", "appointment_cancelled"), (2, "status", "no_show"), (3, "customer_id", "missing_value"),
    ]  # fmt: skip


# --- columns and fields ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_guesses_its_own_field_names_and_needs_what_it_says(kind: str) -> None:
    names = [field.name for field in KINDS[kind].fields]
    assert len(set(names)) == len(names)
    assert set(guess(kind, names)) == set(names)
    assert all(" ".join(word.split()) == word == word.lower() for f in KINDS[kind].fields for word in f.synonyms)
    assert all(plain_words(word) == word for words in KINDS[kind].words.values() for word in words)
    needed = [(field.name, "missing_column") for field in KINDS[kind].fields if field.required]
    assert faults_of(kind, {}, []) == [*needed, *((group[0], "missing_one_of") for group in KINDS[kind].one_of)]


def test_columns_are_guessed_in_three_languages_and_each_once() -> None:
    assert guess("customers", ["Kundnr", "Namn", "Telefon", "E-post", "Postnummer"]) == {
        "customer_id": "Kundnr", "name": "Namn", "phone": "Telefon", "email": "E-post", "postal_code": "Postnummer",
    }  # fmt: skip
    assert guess("receipts", ["رقم الفاتورة", "التاريخ", "المبلغ", "اسم العميل"]) == {
        "receipt": "رقم الفاتورة", "date": "التاريخ", "amount": "المبلغ", "customer_name": "اسم العميل",
    }  # fmt: skip
    assert guess("customers", ["Shoe size"]) == {}
    assert guess("referrals", ["Name"]) == {}


def test_what_is_wrong_with_a_mapping_is_said_by_field() -> None:
    mapping = {"receipt": "No", "amount": "Sum", "colour": "Sum", "kind": "=magic", "currency": "=USD"}
    assert faults_of("receipts", mapping, ["Sum"]) == [
        ("receipt", "unknown_column"), ("colour", "unknown_field"), ("kind", "unknown_word"),
    ]  # fmt: skip
    assert faults_of("receipts", {"receipt": "No", "total": "Sum"}, ["No", "Sum"]) == []


def test_a_constant_is_the_same_in_every_row() -> None:
    mapping = {"receipt": "No", "amount": "Sum", "kind": "=retail", "location": "=Main St"}
    ticket = one("receipts", "No,Sum\n1,5\n", mapping=mapping).raw["data"]["ticket"]
    assert (ticket["location"], ticket["lines"][0]["kind"]) == ("Main St", "retail")


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ("Customer ID;Name;Phone;E-mail;How did you hear of us;Since", "customers"),
        ("Receipt;Date;Description;Client;Staff;Quantity;Amount;GST;PST", "receipts"),
        ("Friend;Referrer;Date", "referrals"),
        ("Customer ID;Points;Expires", "balances"),
        ("Job;Customer;Status;Total;Completed", "jobs"),
        ("Code;Staff;Service;Date;Time;TimeInt", ""),
        ("Name;Credit", ""),
        ("Name", ""),
        ("", ""),
    ],
)
def test_what_a_table_holds_is_told_by_its_columns_where_they_leave_no_doubt(headers: str, kind: str) -> None:
    assert likely(headers.split(";")) == kind


# --- vouchers -------------------------------------------------------------------------------------------------------


def test_a_voucher_is_brought_with_all_that_its_row_tells() -> None:
    head = "Serial,Code,Value,Balance,Sold on,Expires,Status,Payment method,Order number,Buyer,Recipient phone,Message"
    row = "gc 7,qx7 4417-ab,50.00,40.00,2026-04-02,2027-04-02,active,Visa 4242,ORD-1,Ann,(303) 555-0102,Enjoy"
    found = one("vouchers", f"{head}\n{row}\n")
    assert (found.key, found.money, found.raw["id"], found.raw["type"]) == (
        "voucher:GC-000007", 4_000, "import-7:voucher:GC-000007", "voucher.brought",
    )  # fmt: skip
    assert found.raw["data"]["voucher"] == {
        "serial": "GC-000007", "code": "QX74417AB", "kind": "sold", "value": 5_000, "balance": 4_000,
        "expires_on": "2027-04-02", "payment": {"method": "card", "reference": "ORD-1"}, "buyer": {"name": "Ann"},
        "recipient": {"phone": "+13035550102"}, "message": "Enjoy",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "told_of"),
    [
        ("GC-1,5.00,delvis inlöst,såld,kontant,aldrig", ("sold", "till", "never")),
        ("GC-1,5.00,aktiv,gratis,,", ("promotional", "complimentary", "never")),
        ("GC-1,5.00,سارية,مباعة,شيك,2027-01-31", ("sold", "other", "2027-01-31")),
        ("GC-1,5.00,Partially redeemed,,Stripe,No expiry", ("sold", "stripe", "never")),
    ],
)
def test_words_of_a_voucher_are_known_in_three_languages(row: str, told_of: tuple[str, str, str]) -> None:
    inner = one("vouchers", f"Serial,Value,Status,Kind,Payment method,Expires\n{row}\n").raw["data"]["voucher"]
    assert (inner["kind"], inner["payment"]["method"], inner["expires_on"]) == told_of


@pytest.mark.parametrize(
    ("head", "row", "worth"),
    [
        ("Value,Redeemed", "50.00,20.00", (5_000, 3_000)),
        ("Value,Redeemed", "50.00,", (5_000, 5_000)),
        ("Remaining,Amount redeemed", "30.00,20.00", (5_000, 3_000)),
        ("Original value,Remaining,Redeemed", "50.00,30.00,20.00", (5_000, 3_000)),
        ("Original value,Remaining,Redeemed", "50.00,30.00,", (5_000, 3_000)),
        ("Initial value,Förbrukat", "50.00,20.00", (5_000, 3_000)),
    ],
)
def test_what_is_left_is_told_or_follows_from_what_was_redeemed(head: str, row: str, worth: tuple[int, int]) -> None:
    inner = one("vouchers", f"Serial,{head}\nGC-1,{row}\n").raw["data"]["voucher"]
    assert (inner["value"], inner["balance"]) == worth


@pytest.mark.parametrize(
    ("head", "row", "fault"),
    [
        ("Value,Redeemed", "50.00,60.00", ("redeemed", "negative_balance")),
        ("Value,Redeemed", "50.00,-20.00", ("redeemed", "balance_above_value")),
        ("Value,Redeemed", "50.00,yes", ("redeemed", "not_money")),
        ("Value,Redeemed", ",20.00", ("value", "missing_value")),
        ("Value,Redeemed,Status", "50.00,20.00,redeemed", ("status", "used_with_balance")),
        ("Value,Redeemed,Status", "50.00,,redeemed", ("status", "voucher_ended")),
        ("Value,Redeemed", "50.00,50.00", ("balance", "nothing_to_bring")),
        ("Value,Balance,Redeemed", "50.00,40.00,20.00", ("redeemed", "voucher_does_not_add_up")),
        ("Value,Status", "50.00,Not paid", ("status", "voucher_unpaid")),
        ("Value,Status", "50.00,frozen", ("status", "voucher_blocked")),
        ("Value,Balance,Status", "50.00,0.00,frozen", ("status", "voucher_ended")),
        ("Value,Badges", "50.00,VIP", ("badges", "unknown_word")),
        ("Value,Badges", "50.00,", ("badges", "not_a_voucher")),
        ("Value,Service", ",Full valet", ("value", "service_without_value")),
        ("Value,Balance,Service", ",,Full valet", ("balance", "service_without_value")),
        ("Value,Balance,Service", "85.00,40.00,Full valet", ("balance", "service_part_used")),
        ("Value,Redeemed,Service", "85.00,40.00,Full valet", ("redeemed", "service_part_used")),
    ],
)
def test_a_table_that_contradicts_itself_or_leaves_open_what_is_owed_is_refused(
    head: str, row: str, fault: tuple[str, str]
) -> None:
    assert faults(came_of("vouchers", f"Serial,{head}\nGC-1,{row}\n")) == [(1, *fault)]


def test_a_voucher_for_a_named_service_is_worth_what_was_paid_for_it() -> None:
    inner = one("vouchers", "Serial,Service,Value\nGC-1, Full   valet ,85.00\n").raw["data"]["voucher"]
    assert (inner["service"], inner["value"], inner["balance"]) == ("Full valet", 8_500, 8_500)
    assert "service" not in one("vouchers", "Serial,Service,Value\nGC-1,-,85.00\n").raw["data"]["voucher"]
    same = one("vouchers", "Serial,Service\nGC-1,Full valet\n",
               mapping={"serial": "Serial", "service": "Service", "value": "=85.00"})  # fmt: skip
    assert same.money == 8_500


def test_of_several_badges_the_one_of_a_voucher_counts_and_a_word_may_be_said_to_mean_it() -> None:
    table = 'Serial,Value,Badges\nGC-1,5.00,"[""VIP"",""Voucher""]"\nGC-2,5.00,b1-77\nGC-3,5.00,VIP\n'
    words = {"badges": {"b1-77": "voucher", "VIP": "not_a_voucher"}}
    found = came_of("vouchers", table, words=words)
    assert [each.key for each in told(found)] == ["voucher:GC-000001", "voucher:GC-000002"]
    assert faults(found) == [(3, "badges", "not_a_voucher")]


def test_no_fault_of_a_table_of_vouchers_shows_a_cell_that_may_be_its_code() -> None:
    found = came_of("vouchers", "Code,Value\nno-code!,5.00\nQX74417AB,5.00,MORE77X\n")
    assert faults(found) == [(1, "code", "bad_code"), (2, "", "too_many_cells")]
    assert {each.value for each in found if isinstance(each, Fault)} == {""}


def test_a_table_of_cards_is_told_from_one_of_balances_by_its_columns() -> None:
    assert likely(["Gift card number", "Initial value", "Remaining balance", "Date sold", "Expiry date"]) == "vouchers"
    assert likely(["Customer ID", "Points", "Expires"]) == "balances"
