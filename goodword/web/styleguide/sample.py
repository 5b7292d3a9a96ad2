"""Believable people and numbers for the style guide: Fern Lawn Care, in English and Arabic where sentences are data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import get_language

from goodword.money import Amount
from goodword.web.console.roles import ROLES

NOW = datetime(2026, 11, 20, 16, 4, tzinfo=UTC)


def say(en: str, ar: str) -> str:
    """Return a sentence that would come from stored data, in the language of the page."""
    return ar if get_language() == "ar" else en


def usd(units: int) -> Amount:
    """Return dollars from cents."""
    return Amount(units, "USD")


def shell(active: str) -> dict[str, Any]:
    """Return what every console page gets."""
    return {
        "active": active,
        "shell": {
            "business_name": "Fern Lawn Care",
            "person_name": "Sofia Keller",
            "person_email": "sofia@fernlawn.example",
            "role_label": say("Office", "المكتب"),
            "rewards_waiting": 3,
            "problems_open": 2,
            "demo": True,
            "several": True,
            "may": ROLES["owner"],
        },
    }


_ROWS = [
    ("Amira Haddad", "Jonas Berg", "paid", "active", "issued", 5000, 0),
    ("Elsa Lindqvist", "Maria Costa", "booked", "active", "", None, 2),
    ("عمر فاروق", "Amira Haddad", "invoiced", "active", "pending", 2500, 4),
    ("Karin Nyström", "Elsa Lindqvist", "consultation", "active", "", None, 6),
    ("Daniel Okafor", "Priya Nair", "paid", "active", "redeemed", 10000, 8),
    ("Bartholomew Featherstonehaugh-Cholmondeley", "Jonas Berg", "completed", "active", "", None, 11),
    ("Hanna Svensson", "Amira Haddad", "booked", "cancelled", "reversed", 2500, 15),
    ("Lars Åkesson", "Karin Nyström", None, "active", "", None, 16),
]


def referrals() -> list[dict[str, Any]]:
    """Return rows for <c-referral-rows>."""
    return [
        {
            "id": f"ref_{i}",
            "friend_name": friend,
            "referrer_name": referrer,
            "stage": stage,
            "state": state,
            "reward_state": reward,
            "worth": usd(worth) if worth else None,
            "arrived_at": NOW - timedelta(days=days),
        }
        for i, (friend, referrer, stage, state, reward, worth, days) in enumerate(_ROWS, 1)
    ]


def overview() -> dict[str, Any]:
    """Return the context of console/overview.html."""
    months = say(
        "Dec Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov",
        "ديسمبر يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر",
    ).split()
    counts = [38, 42, 40, 55, 61, 58, 72, 80, 77, 91, 104, 118]
    cost = [95000, 108000, 101000, 146000, 160000, 152000, 201000, 224000, 210000, 245000, 281000, 322000]
    return shell("overview") | {
        "greeting_name": "Sofia",
        "stats": [
            {
                "label": say("Referrals this month", "إحالات هذا الشهر"),
                "icon": "handshake",
                "value": 118,
                "change": 0.135,
                "change_good": True,
                "spark": counts,
                "tone": "primary",
                "url": "/console/referrals",
            },
            {
                "label": say("Revenue from friends", "إيراد من الأصدقاء"),
                "icon": "banknote-check",
                "value": usd(4821900),
                "change": 0.082,
                "change_good": True,
                "spark": [20, 22, 21, 25, 28, 27, 33, 36, 35, 41, 44, 48],
                "tone": "success",
            },
            {
                "label": say("Rewards this month", "مكافآت هذا الشهر"),
                "icon": "gift",
                "value": usd(322000),
                "change": 0.146,
                "change_good": False,
                "spark": [c / 100 for c in cost],
                "tone": "accent",
            },
            {
                "label": say("Promised, not yet used", "موعود ولم يُستخدم"),
                "icon": "scale",
                "value": usd(874500),
                "change": -0.046,
                "change_good": True,
                "spark": [99, 104, 96, 97, 93, 95, 92, 90, 91, 88, 89, 87],
                "tone": "info",
            },
        ],
        "chart": {
            "labels": months,
            "counts": counts,
            "cost": [c / 100 for c in cost],
            "currency": "USD",
            "count_label": say("Referrals", "الإحالات"),
            "cost_label": say("Reward cost", "تكلفة المكافآت"),
        },
        "chart_rows": [{"month": m, "count": n, "cost": usd(c)} for m, n, c in zip(months, counts, cost, strict=True)],
        "waiting": [
            {
                "icon": "gift",
                "tone": "warning",
                "url": "/console/rewards",
                "title": say("3 rewards to hand over", "٣ مكافآت للتسليم"),
                "detail": say("The oldest since Nov 14", "الأقدم منذ ١٤ نوفمبر"),
            },
            {
                "icon": "house",
                "tone": "warning",
                "url": "/console/referrals/ref_3",
                "title": say("Same address: Okafor", "العنوان نفسه: أوكافور"),
                "detail": say(
                    "Friend and referrer live together. Is it a real referral?",
                    "الصديق والمُحيل في سكن واحد. هل هي إحالة فعلية؟",
                ),
            },
            {
                "icon": "message-square",
                "tone": "error",
                "url": "/console/problems",
                "title": say("1 text message came back", "رسالة نصية واحدة لم تصل"),
                "detail": say("The number of Priya Nair is not in use", "رقم Priya Nair غير مستخدم"),
            },
        ],
        "latest": referrals(),
    }
