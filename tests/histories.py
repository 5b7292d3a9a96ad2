"""Random histories and programmes: what a business might go through, and worse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

START = datetime(2026, 3, 1, 15, 0, tzinfo=UTC)
PEOPLE = ("ann", "bob", "cy", "dee", "eve")
STATUSES = ("quote", "consultation", "booked", "completed", "invoiced", "paid", "cancelled")

PROGRAMMES = (
    """
format: 1
id: staged
name: Staged
currency: USD
starts: 2026-01-01
friends: new
window: 60d
rules:
  - {id: consult, when: referral.consultation, to: referrer, give: service_credit, amount: 5.00}
  - {id: booked, when: referral.booked, to: referrer, give: service_credit, amount: 10.00, on_cancel: keep}
  - {id: paid, when: referral.paid, to: referrer, give: service_credit, amount: {tiers: {1: 25.00, 3: 50.00}},
     hold: 24h, expires: 20d, limit: [{amount: 60.00, per: holder, in: month}]}
  - {id: welcome, when: referral.attributed, to: friend, give: discount, amount: {percent_off: 10}, max_value: 20.00}
  - {id: points, when: ticket.closed, to: customer, give: points, amount: {per_unit: 2}, expires: 15d}
""",
    """
format: 1
id: owed
name: Owed
currency: USD
starts: 2026-01-01
friends: anyone
shortfall: owe
budget: {amount: 90.00, per: month}
rules:
  - {id: credit, when: ticket.closed, to: customer, give: service_credit, amount: {percent: 10, up_to: 15.00}}
  - {id: retail, when: ticket.closed, to: customer, give: points, amount: {per_unit: 5}, hold: 0h,
     if: {kinds: [retail]}, limit: [{count: 2, per: holder, in: month}, {amount: 900, per: programme, in: ever}]}
  - {id: online, when: appointment.online, to: customer, give: points, amount: 50, hold: 2h}
  - {id: reserved, when: product.reserved, to: customer, give: points, amount: 70, on_cancel: keep}
  - {id: scored, when: referral.completed, to: referrer, give: custom, text: A cake, value: 12.00, if: {min_score: 4}}
  - {id: growing, when: referral.paid, to: referrer, give: cash, amount: {grow: {start: 5.00, step: 5.00, cap: 15.00}}}
""",
    """
format: 1
id: grouped
name: Grouped
currency: USD
starts: 2026-01-01
shortfall: only_pending
referrers: [club:gold, partner]
acknowledged: Fern, 2026-01-01
rules:
  - {id: big, when: referral.paid, to: referrer, give: service_credit, amount: {percent: 20, up_to: 30.00}, group: g,
     hold: 3d}
  - {id: flat, when: referral.paid, to: referrer, give: gift_card, amount: 12.00, group: g, if: {nth: "2+"}}
  - {id: friend, when: referral.booked, to: friend, give: voucher, amount: 8.00, if: {audience: [tag:vip]}}
  - {id: intro, when: referral.paid, to: introducer, give: cash, amount: 3.00,
     limit: [{count: 1, per: holder, in: ever}]}
  - {id: lined, when: ticket.closed, to: customer, give: points, amount: {percent: 5}, if: {min_net: 20.00},
     hold: 12h}
""",
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn, *, size: int = 36) -> list[dict[str, Any]]:
    """Draw the raw events of a history, out of order, with repeats and conflicts among them."""
    count = draw(st.integers(size // 3, size))
    events = [draw(_event(place)) for place in range(count)]
    repeats = draw(st.lists(st.sampled_from(events), max_size=3))
    return draw(st.permutations([*events, *repeats]))


@st.composite
def _event(draw: st.DrawFn, place: int) -> dict[str, Any]:
    time = START + timedelta(minutes=draw(st.integers(0, 60 * 24 * 45)))
    kind = draw(
        st.sampled_from(["contact", "contact", "job", "job", "job", "closed", "closed", "closed", "adjusted", "voided",
                         "merged", "survey", "appointment", "reservation"])
    )  # fmt: skip
    source = draw(st.sampled_from(["till", "till", "till", "crm"]))
    type_, data = draw(_DATA[kind])
    return {
        "id": f"e{place if draw(st.integers(0, 30)) else 0}",
        "source": source, "type": type_, "time": time.isoformat(), "data": data,
    }  # fmt: skip


people = st.sampled_from(PEOPLE)
jobs = st.sampled_from(["j1", "j2", "j3", "j4"])
phones = st.sampled_from(["+13035550101", "+13035550102", "+13035550103"])


@st.composite
def _contact(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    contact: dict[str, Any] = {"external_id": draw(people)}
    optional = {
        "phone": phones,
        "address": st.sampled_from(["1 Elm Street, Denver", "2 Oak Road, Denver"]),
        "tags": st.lists(st.sampled_from(["vip", "realtor"]), max_size=2),
        "clubs": st.lists(st.sampled_from(["gold"]), max_size=1),
        "partner": st.booleans(),
        "blocked": st.sampled_from([False, False, False, True]),
    }
    for key, values in optional.items():
        if draw(st.integers(0, 3)) == 0:
            contact[key] = draw(values)
    if draw(st.integers(0, 2)):
        contact["referred_by"] = {"contact": draw(people)}
    return "contact.saved", {"contact": contact}


@st.composite
def _job(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    job: dict[str, Any] = {
        "external_id": draw(jobs),
        "status": draw(st.sampled_from(["paid", "booked", "completed", *STATUSES])),
    }
    if draw(st.integers(0, 4)):
        job["contact"] = draw(people)
    if draw(st.booleans()):
        job["total"] = draw(st.integers(0, 30_000))
    return "job.saved", {"job": job}


lines = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["service", "service", "retail", "retail", "package", "gift_voucher", "package_use"]),
        "quantity": st.sampled_from([1, 1, 1, 2, -1]),
        "unit_price": st.sampled_from([8_200, 5_000, 2_500, 999, 0]),
        "tax": st.sampled_from([0, 410, 133]),
    }
)
tenders = st.one_of(
    st.fixed_dictionaries({"type": st.sampled_from(["cash", "points", "credit"]), "amount": st.integers(1, 4_000)}),
    st.fixed_dictionaries(
        {
            "type": st.just("voucher"),
            "amount": st.integers(1, 4_000),
            "instrument": st.sampled_from(["sold", "promotional"]),
        }
    ),
)


@st.composite
def _ticket(draw: st.DrawFn, kind: str) -> tuple[str, dict[str, Any]]:
    ticket: dict[str, Any] = {"external_id": draw(st.sampled_from(["t1", "t2", "t3", "t4", "t5"]))}
    if kind != "voided":
        ticket["lines"] = draw(st.lists(lines, min_size=draw(st.sampled_from([1, 1, 1, 0])), max_size=3))
        ticket["tenders"] = draw(st.lists(tenders, max_size=draw(st.sampled_from([0, 1, 2]))))
        if draw(st.integers(0, 5)):
            ticket["contact"] = draw(people)
        if draw(st.integers(0, 3)) == 0:
            ticket["job"] = draw(jobs)
        if draw(st.integers(0, 2)) == 0:
            ticket["appointment"] = draw(
                st.sampled_from([{"external_id": "a1", "made": "online"}, {"external_id": "a1"}, {"made": "online"}])
            )
        if draw(st.integers(0, 2)) == 0:
            ticket["reservation"] = "r1"
    return f"ticket.{kind}", {"ticket": ticket}


_DATA: dict[str, st.SearchStrategy[tuple[str, dict[str, Any]]]] = {
    "contact": _contact(),
    "job": _job(),
    "closed": _ticket("closed"),
    "adjusted": _ticket("adjusted"),
    "voided": _ticket("voided"),
    "merged": st.tuples(people, people).map(lambda p: ("contact.merged", {"from": p[0], "into": p[1]})),
    "survey": st.tuples(jobs, st.integers(1, 5)).map(
        lambda p: ("survey.answered", {"survey": {"job": p[0], "score": p[1]}})
    ),
    "appointment": st.tuples(people, st.sampled_from(["online", "prebooked", "staff"])).map(
        lambda p: ("appointment.booked", {"appointment": {"external_id": "a1", "contact": p[0], "made": p[1]}})
    ),
    "reservation": people.map(lambda p: ("product.reserved", {"reservation": {"external_id": "r1", "contact": p}})),
}
