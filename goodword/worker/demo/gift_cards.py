"""The year's vouchers: a wave for Valentine's Day, cards from stock, single gifts, thank-yous; used, lost, lapsed."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import partial
from typing import Any

from goodword.business.models import Badge
from goodword.people.models import Identity
from goodword.vouchers.models import State, Voucher
from goodword.work.models import Job
from goodword.worker.demo.people import Person
from goodword.worker.demo.staff import ADMIN, MANAGER, OFFICE
from goodword.worker.demo.story import SOURCE, Done, Telling

WAVE, CARDS = 24, 30
BADGES = (("Valentine", "#b3244c"), ("New neighbour", "#1f6f54"), ("Company gift", "#3b4a9e"))
GIFTS = (  # days ago, value, recipient, message, days later redeemed and how much (0: not yet)
    (212, 12000, "Nadia Romero", "For the garden you always wanted.", 41, 12000),
    (176, 7500, "Grandpa Joe", "No more mowing on Sundays!", 20, 4800),
    (131, 10000, "Lena and Kofi", "Welcome to your new home.", 63, 10000),
    (88, 15000, "Peter Novak", "Thank you for looking after the dog.", 30, 6200),
    (47, 5000, "Amira Haddad", "Happy birthday!", 0, 0),
    (19, 20000, "The Ellison family", "From all of us on Maple Street.", 0, 0),
    (4, 8000, "Sven Dahl", "Get well soon. We take care of the leaves.", 0, 0),
)
THANKS = (  # days ago, value, named service, days it is valid, why
    (150, 2500, "", 60, "We were late twice"),
    (72, 2500, "", 60, "Sprinkler broken by our mower"),
    (58, 4500, "One hedge, trimmed", 180, "Let us film the crew at work"),
    (40, 2000, "", 66, "Block party raffle"),
    (16, 2500, "", 30, "Gave a talk for us at the garden club"),
    (9, 2000, "", 14, "Raffle at the school fair"),
)


def play(telling: Telling, known: list[Person]) -> None:
    """Add them. ``known`` are the customers; chance is this scene's own, so that no other scene changes by it."""
    chance = random.Random(1402)  # noqa: S311 - a story, no secret
    for place, (name, colour) in enumerate(BADGES):
        data = {"name": name, "colour": colour}
        telling.note(Done(telling.day(300 - place, hour=9), "badge.saved", partial(dict, data), MANAGER.actor))
    _wave(telling, chance)
    _cards(telling, known, chance)
    _gifts(telling, known, chance)
    _thanks(telling, known, chance)
    _mishaps(telling)


def _wave(telling: Telling, chance: random.Random) -> None:
    """Two dozen at $50 sold over the counter in one go, most of them used by now."""
    at = telling.day(286, hour=10)
    data = {
        "kind": "sold", "value": 5000, "count": WAVE, "label": "Valentine’s Day", "prefix": "LOVE",
        "payment": {"method": "till", "reference": "Z-0214"},
    }  # fmt: skip
    telling.note(Done(at, "voucher.issued", partial(dict, data)))
    telling.note(Done(at + timedelta(minutes=4), "voucher.badged", _badge_the_wave))
    for number in range(1, WAVE - 4):
        amount = chance.choice((5000, 5000, 5000, 3500, 2750))
        _use(telling, telling.day(chance.randint(30, 275), hour=chance.randint(9, 16)), "LOVE", number, amount)


def _cards(telling: Telling, known: list[Person], chance: random.Random) -> None:
    """Printed cards come from the printer and are sold one by one."""
    stocked = {
        "kind": "sold", "serials": [f"CARD-1..CARD-{CARDS}"], "label": "Spring print run", "value": None,
    }  # fmt: skip
    telling.note(Done(telling.day(240, hour=11), "voucher.stocked", partial(dict, stocked)))
    for number in range(1, 15):
        at = telling.day(235 - number * 15, hour=chance.randint(9, 16))
        buyer = chance.choice(known[:40])
        value = chance.choice((4000, 5000, 7500, 10000))
        telling.note(Done(at, "voucher.activated", partial(_sold_from_stock, number, value, buyer.id)))
        if number % 3:
            _use(telling, at + timedelta(days=chance.randint(8, 60)), "CARD", number, value if number % 2 else 2900)
    telling.note(
        Done(telling.day(120, hour=15), "voucher.spoiled", lambda: {"serials": ["CARD-30"], "reason": "Coffee"})
    )


def _gifts(telling: Telling, known: list[Person], chance: random.Random) -> None:
    for place, (ago, value, name, message, later, amount) in enumerate(GIFTS, start=1):
        at = telling.day(ago, hour=chance.randint(9, 16))
        paid = ("card", "till", "bank_transfer")[place % 3]
        order = partial(_gift, known[place].id, value, name, message, paid, f"{paid[:1].upper()}-{4410 + place}")
        telling.note(Done(at, "voucher.issued", order))
        if amount:
            _use(telling, at + timedelta(days=later), "FERN", place, amount)
    telling.note(Done(telling.now - timedelta(hours=26), "voucher.booked", partial(_booked, len(GIFTS) - 1)))


def _thanks(telling: Telling, known: list[Person], chance: random.Random) -> None:
    for place, (ago, value, service, days, why) in enumerate(THANKS):
        at = telling.day(ago, hour=chance.randint(9, 16))
        last = (at + timedelta(days=days)).date().isoformat()
        order = partial(_thank, known[12 + place].id, value, service, last, why)
        telling.note(Done(at, "voucher.issued", order, MANAGER.actor))


def _mishaps(telling: Telling) -> None:
    """A lost card, a quarrel, money back."""
    lost = partial(_of, "LOVE", WAVE - 1, reason="Lost in the move")
    telling.note(Done(telling.day(60, hour=10), "voucher.replaced", lost))
    stolen = partial(_of, "LOVE", WAVE, reason="Reported stolen; the buyer will call back")
    telling.note(Done(telling.day(12, hour=14), "voucher.frozen", stolen, ADMIN.actor))
    back = partial(_of, "CARD", 3, reason="Moved away", refund={"method": "card", "reference": "RF-118"})
    telling.note(Done(telling.day(33, hour=16), "voucher.voided", back, MANAGER.actor))


def _use(telling: Telling, at: Any, prefix: str, number: int, amount: int) -> None:
    telling.note(
        Done(at, "voucher.redeemed", partial(_redeemed, prefix, number, amount, f"R-{number:03}"), OFFICE.actor)
    )


def _known(name: str) -> str | None:
    """Return our id of a customer; None for one who has not come yet at that time of the year."""
    found = Identity.objects.filter(business__is_demo=True, source=SOURCE, external_id=name).first()
    return found.contact.public_id if found and found.contact.merged_into_id is None else None


def _voucher(prefix: str, number: int) -> Voucher | None:
    return Voucher.objects.filter(business__is_demo=True, prefix=prefix, number=number).first()


def _of(prefix: str, number: int, **more: Any) -> dict[str, Any] | None:
    voucher = _voucher(prefix, number)
    return {"voucher": voucher.public_id, **more} if voucher and voucher.state == State.ACTIVE else None


def _redeemed(prefix: str, number: int, amount: int, ticket: str) -> dict[str, Any] | None:
    voucher = _voucher(prefix, number)
    if voucher is None or voucher.state not in (State.ACTIVE, State.BOOKED) or (voucher.value or 0) < amount:
        return None
    return {"voucher": voucher.public_id, "amount": amount, "ticket": {"source": "till", "external_id": ticket}}


def _booked(number: int) -> dict[str, Any] | None:
    job = Job.objects.filter(business__is_demo=True, status="booked").order_by("-pk").first()
    found = _of("FERN", number)
    return {**found, "job": job.public_id} if found and job else None


def _badge_the_wave() -> dict[str, Any]:
    badge = Badge.objects.get(business__is_demo=True, name=BADGES[0][0])
    wave = Voucher.objects.filter(business__is_demo=True, prefix="LOVE").first()
    assert wave is not None
    assert wave.sale is not None
    return {"sale": wave.sale.public_id, "add": [badge.public_id], "remove": []}


def _sold_from_stock(number: int, value: int, buyer: str) -> dict[str, Any]:
    return {
        "serials": [f"CARD-{number}"], "value": value, "buyer": _known(buyer),
        "payment": {"method": "till", "reference": f"Z-{2200 + number}"},
    }  # fmt: skip


def _gift(buyer: str, value: int, name: str, message: str, method: str, reference: str) -> dict[str, Any]:
    return {
        "kind": "sold", "value": value, "buyer": _known(buyer), "recipient": {"name": name},
        "message": message, "payment": {"method": method, "reference": reference},
    }  # fmt: skip


def _thank(to: str, value: int, service: str, last: str, why: str) -> dict[str, Any]:
    return {
        "kind": "promotional", "value": value, "service": service, "expires_on": last, "prefix": "THX",
        "recipient": _known(to), "payment": {"method": "complimentary", "reason": why},
    }  # fmt: skip
