"""The contexts of the console's pages, as templates/README.md promises them."""

from __future__ import annotations

from typing import Any

from django import forms

from goodword.money import POINTS, Amount
from goodword.web.styleguide import sample, stories
from goodword.web.styleguide.sample import NOW, say, usd

Context = dict[str, Any]


def _filters(*texts: str) -> list[Context]:
    return [
        {"text": text, "url": f"?state={i}", "count": 40 // (i + 1), "current": i == 0} for i, text in enumerate(texts)
    ]


def referrals() -> Context:
    """Return the context of console/referrals.html."""
    stages = ["arrived", "consultation", "booked", "completed", "invoiced", "paid"]
    counts = [214, 171, 139, 118, 102, 97]
    return sample.shell("referrals") | {
        "pipeline": [
            {"stage": s, "count": n, "url": f"?stage={s}", "current": s == "booked"}
            for s, n in zip(stages, counts, strict=True)
        ],
        "filters": _filters(
            say("All", "الكل"), say("Under way", "جارية"), say("Rewarded", "كوفئت"), say("To review", "للمراجعة")
        ),
        "query": "",
        "stage": "booked",
        "state": "",
        "referrals": sample.referrals(),
        "next_url": "?after=x",
        "first_url": "",
    }


def referral() -> Context:
    """Return the context of console/referral.html."""
    rewards = [
        dict(stories.rewards()[0], note=""),
        dict(stories.rewards()[1], holder_name="Amira Haddad", note=say("until Nov 21", "حتى 21 نوفمبر")),
    ]
    return sample.shell("referrals") | {
        "referral": {
            "id": "ref_1",
            "friend_name": "Amira Haddad",
            "friend_id": "con_2",
            "referrer_name": "Jonas Berg",
            "referrer_id": "con_1",
            "arrived_at": NOW,
            "stage": "invoiced",
            "state": "active",
            "state_reason": "",
            "how": "link",
            "code": "JONAS-7K2M",
            "ordinal": 3,
            "first_job": say("Lawn renovation, J-2210", "تجديد العشب، J-2210"),
            "review": say(
                "Friend and referrer share an address. The reward waits until somebody says it is right.",
                "الصديقة والمُحيل في عنوان واحد. تنتظر المكافأة موافقة أحدكم.",
            ),
        },
        "rewards": rewards,
        "decisions": stories.decisions(),
        "timeline": stories.timeline(),
        "can_remove": True,
        "promises": [
            {
                "programme": "Good neighbours",
                "revision": 4,
                "sentences": [
                    say(
                        "Jonas gets $25 for his first friend, $50 for the third, $100 for the fifth, once paid.",
                        "يحصل Jonas على 25 دولارًا عن الصديق الأول و50 عن الثالث و100 عن الخامس عند الدفع.",
                    ),
                    say("Amira gets 10% off her first visit.", "تحصل Amira على خصم 10% من زيارتها الأولى."),
                ],
            }
        ],
    }


def customers() -> Context:
    """Return the context of console/customers.html."""
    names = [
        ("Jonas Berg", "JONAS-7K2M", 9, 5, 7500),
        ("Amira Haddad", "AMIRA-2QXC", 6, 4, 5000),
        ("Elsa Lindqvist", "ELSA-9D4T", 3, 1, 2500),
        ("عمر فاروق", "OMAR-5HJW", 2, 0, 0),
        ("Priya Nair", "PRIYA-8ZRA", 1, 1, 2500),
    ]
    return sample.shell("customers") | {
        "query": "",
        "can_enter": True,
        "next_url": "?after=x",
        "first_url": "",
        "customers": [
            {
                "id": f"con_{i}",
                "name": n,
                "reach": f"+1 303 555 01{i:02}",
                "code": c,
                "referrals": r,
                "closed": k,
                "redeemable": usd(v),
            }
            for i, (n, c, r, k, v) in enumerate(names, 1)
        ],
    }


def customer() -> Context:
    """Return the context of console/customer.html."""
    return sample.shell("customers") | {
        "customer": {
            "id": "con_1",
            "name": "Jonas Berg",
            "phone": "+1 303 555 0142",
            "email": "jonas@berg.example",
            "since": NOW.replace(year=2024),
            "tags": [say("Neighbourhood hero", "بطل الحي")],
            "link": "https://fernlawn.example/r/JONAS-7K2M",
            "code": "JONAS-7K2M",
            "qr_url": "#",
            "share_text": "Fern Lawn Care",
            "link_opened": 41,
            "referrals": 9,
            "closed": 5,
            "ask_stopped": "",
        },
        "balances": [
            {
                "title": say("Service credit", "رصيد الخدمة"),
                "icon": "wallet",
                "redeemable": usd(7500),
                "pending": usd(5000),
                "pending_until": NOW,
                "value": None,
                "owed": usd(0),
                "lots": [
                    {"amount": usd(7500), "cause": "Amira Haddad", "url": "#", "note": ""},
                    {"amount": usd(5000), "cause": "Karin Nyström", "url": "#", "note": "→ 21.11."},
                ],
            },
            {
                "title": say("Points", "النقاط"),
                "icon": "coins",
                "redeemable": Amount(1240, POINTS),
                "pending": Amount(200, POINTS),
                "pending_until": NOW,
                "value": usd(1240),
                "owed": usd(0),
            },
        ],
        "rewards": stories.rewards()[:3],
        "referrals": sample.referrals()[:4],
        "sent_messages": stories.letters()[:2],
        "timeline": stories.timeline(),
        "referred_by": {"name": "Maria Costa", "referral_id": "ref_9", "at": NOW.replace(year=2024), "how": "name"},
        "can_send": True,
        "can_attribute": True,
        "can_enter": True,
        "share": [{"icon": "message-circle", "text": "WhatsApp", "url": "#"}],
        "jobs": [
            {
                "id": "job_1",
                "title": say("Lawn renovation", "تجديد العشب"),
                "status": "completed",
                "score": None,
                "total": usd(18000),
                "can_score": True,
                "can_move": True,
            },
            {
                "id": "job_2",
                "title": "J-2210",
                "status": "paid",
                "score": 5,
                "total": usd(9000),
                "can_score": False,
                "can_move": False,
            },
        ],
    }


def rewards() -> Context:
    """Return the context of console/rewards.html."""
    queue = [
        {
            "id": "rwd_91",
            "kind": "custom",
            "title": say("One weed treatment", "معالجة أعشاب واحدة"),
            "holder_name": "Priya Nair",
            "holder_id": "con_4",
            "at": NOW,
            "reason": say("Her friend Daniel paid his second invoice.", "دفع صديقها Daniel فاتورته الثانية."),
            "done_text": say("Handed over", "تم التسليم"),
            "done_status": "redeemed",
            "refuse_status": "declined",
        },
        {
            "id": "rwd_92",
            "kind": "gift_card",
            "title": say("$25 coffee card", "بطاقة قهوة 25 دولارًا"),
            "holder_name": "Jonas Berg",
            "holder_id": "con_1",
            "at": NOW,
            "reason": say(
                "Fifth friend this year. No gift-card provider is connected.",
                "الصديق الخامس هذا العام. لا مزوّد بطاقات متصل.",
            ),
            "done_text": say("Handed over", "تم التسليم"),
            "done_status": "redeemed",
            "refuse_status": "declined",
        },
        {
            "id": "rwd_93",
            "kind": "service_credit",
            "title": say("$25 service credit", "رصيد خدمة 25 دولارًا"),
            "holder_name": "Elsa Lindqvist",
            "holder_id": "con_3",
            "at": NOW,
            "reason": say("Held for review: friend and referrer share an address.", "محجوزة للمراجعة: عنوان واحد."),
            "done_text": say("Release", "صرف"),
            "done_status": "issued",
            "refuse_status": "declined",
        },
    ]
    return sample.shell("rewards") | {
        "queue": queue,
        "can_change": True,
        "rewards": stories.rewards(),
        "next_url": "?after=x",
        "first_url": "",
        "filters": _filters(
            say("All", "الكل"),
            say("Pending", "معلّقة"),
            say("Issued", "صادرة"),
            say("Redeemed", "مستخدمة"),
            say("Taken back", "مسترجعة"),
        ),
    }


def messages() -> Context:
    """Return the context of console/messages.html."""
    return sample.shell("messages") | {
        "outbox": stories.letters(),
        "local_outbox": True,
        "query": "",
        "next_url": "",
        "first_url": "",
        "filters": _filters(say("All", "الكل"), say("Sent", "مُرسلة"), say("Not delivered", "لم تصل")),
    }


def problems() -> Context:
    """Return the context of console/problems.html."""
    rows = [
        (
            "error",
            "unknown_code",
            say("A job names a code nobody was given", "عمل يذكر رمزًا لم يُعطَ لأحد"),
            say(
                "Job J-2214 says the customer came by the code JONSA-7K2M.",
                "العمل J-2214 يقول إن العميل جاء بالرمز JONSA-7K2M.",
            ),
            say(
                "Perhaps JONAS-7K2M is meant: attribute the customer by hand.",
                "ربما المقصود JONAS-7K2M: انسب العميل يدويًا.",
            ),
            True,
            False,
        ),
        (
            "warning",
            "insufficient_balance",
            say("A till took more credit than there was", "أخذ الصندوق رصيدًا أكثر من المتاح"),
            say(
                "Ticket T1043 was paid with $30 of credit, and $25 was there. The ticket stands.",
                "دُفعت الفاتورة T1043 برصيد 30 دولارًا والمتاح 25. الفاتورة قائمة.",
            ),
            "",
            False,
            True,
        ),
    ]
    return sample.shell("problems") | {
        "filters": _filters(say("Open", "مفتوحة"), say("Seen to", "عولجت")),
        "next_url": "",
        "first_url": "",
        "problems": [
            {
                "id": f"prb_{i}",
                "severity": s,
                "code": c,
                "title": t,
                "detail": d,
                "advice": a,
                "event": f"evt_{i}",
                "at": NOW,
                "can_retry": r,
                "can_close": k,
                "url": "/console/customers/con_1",
                "url_text": say("Open the customer", "افتح العميل"),
            }
            for i, (s, c, t, d, a, r, k) in enumerate(rows, 1)
        ],
    }


def start() -> Context:
    """Return the context of console/start.html."""
    options = [{"value": "US", "text": "United States"}, {"value": "SE", "text": "Sverige"}]
    return {
        "demo_available": True,
        "form": forms.Form(),
        "countries": options,
        "currencies": [{"value": "USD", "text": "USD"}],
        "timezones": [{"value": "America/Denver", "text": "America/Denver"}],
        "business_languages": [{"value": "en", "text": "English"}],
    }
