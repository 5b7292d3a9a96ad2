"""What happened in the style guide's business: timelines, decisions, rewards and messages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from goodword.money import POINTS, Amount
from goodword.web.styleguide.sample import NOW, say, usd


def timeline() -> list[dict[str, Any]]:
    """Return items for <c-timeline>, newest first."""
    rows = [
        ("mail", "primary", say("Thank-you sent to Jonas", "أُرسل الشكر إلى Jonas"), "", 0),
        ("gift", "success", say("Reward issued: $50 service credit", "صدرت المكافأة: رصيد خدمة 50 دولارًا"), "", 0),
        (
            "banknote-check",
            "success",
            say("Paid", "دُفع"),
            say("Invoice 1043, $180.00", "الفاتورة 1043، 180.00 دولارًا"),
            1,
        ),
        ("calendar-check", "", say("Booked", "حُجز"), say("Lawn renovation", "تجديد العشب"), 9),
        ("user-plus", "", say("Amira arrived by Jonas’s link", "وصلت Amira عبر رابط Jonas"), "", 11),
    ]
    return [
        {"icon": i, "tone": t, "title": title, "detail": d, "at": NOW - timedelta(days=n, hours=n), "url": ""}
        for i, t, title, d, n in rows
    ]


def decisions() -> list[dict[str, Any]]:
    """Return decisions for <c-trace>."""
    return [
        {
            "rule": "tiers.third",
            "outcome": "granted",
            "at": NOW,
            "sentence": say(
                "Jonas earned $50 because Amira, his third friend, paid her first invoice.",
                "حصل Jonas على 50 دولارًا لأن Amira، صديقته الثالثة، دفعت فاتورتها الأولى.",
            ),
            "conditions": [
                {
                    "text": say(
                        "The friend was new: no job and no ticket before Nov 9",
                        "الصديقة جديدة: لا عمل ولا فاتورة قبل 9 نوفمبر",
                    ),
                    "held": True,
                },
                {
                    "text": say(
                        "The job is worth at least $100: it is $180", "قيمة العمل 100 دولار على الأقل: وهي 180"
                    ),
                    "held": True,
                },
                {"text": say("Paid within 12 months of arriving", "دُفع خلال 12 شهرًا من الوصول"), "held": True},
            ],
            "arithmetic": say(
                "Third referral of Jonas: the table says $50.", "الإحالة الثالثة لـ Jonas: الجدول يقول 50 دولارًا."
            ),
            "hold": say("Held 24 hours, until Nov 21 at 16:04.", "محجوز 24 ساعة، حتى 21 نوفمبر 16:04."),
            "entries": [
                {
                    "text": say(
                        "From referral rewards to the credit of Jonas Berg", "من مكافآت الإحالة إلى رصيد Jonas Berg"
                    ),
                    "amount": usd(5000),
                }
            ],
        },
        {
            "rule": "summer-extra",
            "outcome": "refused",
            "at": NOW,
            "sentence": say("No summer extra: it ran until August 31.", "لا إضافة صيفية: انتهت في 31 أغسطس."),
            "conditions": [
                {"text": say("Closed between June 1 and August 31", "أُغلق بين 1 يونيو و31 أغسطس"), "held": False}
            ],
            "arithmetic": "",
            "hold": "",
            "entries": [],
        },
        {
            "rule": "happy-friend",
            "outcome": "waiting",
            "at": NOW,
            "sentence": say(
                "The extra for a happy friend waits for her score.", "إضافة الصديقة الراضية بانتظار تقييمها."
            ),
            "conditions": [
                {"text": say("The friend’s score is at least 4", "تقييم الصديقة 4 على الأقل"), "held": None}
            ],
            "arithmetic": "",
            "hold": "",
            "entries": [],
        },
    ]


def rewards() -> list[dict[str, Any]]:
    """Return rewards in each state."""
    rows = [
        (
            "service_credit",
            "issued",
            say("$50 service credit", "رصيد خدمة 50 دولارًا"),
            usd(5000),
            "Jonas Berg",
            "Amira Haddad",
        ),
        ("points", "pending", say("500 points", "500 نقطة"), Amount(500, POINTS), "Elsa Lindqvist", "Karin Nyström"),
        (
            "discount",
            "redeemed",
            say("10% off the next visit", "خصم 10% على الزيارة القادمة"),
            usd(2500),
            "Amira Haddad",
            "عمر فاروق",
        ),
        (
            "custom",
            "declined",
            say("One weed treatment", "معالجة أعشاب واحدة"),
            usd(4000),
            "Priya Nair",
            "Daniel Okafor",
        ),
        (
            "service_credit",
            "reversed",
            say("$25 service credit", "رصيد خدمة 25 دولارًا"),
            usd(2500),
            "Amira Haddad",
            "Hanna Svensson",
        ),
        (
            "gift_card",
            "expired",
            say("$25 coffee card", "بطاقة قهوة 25 دولارًا"),
            usd(2500),
            "Maria Costa",
            "Lars Åkesson",
        ),
    ]
    return [
        {
            "id": f"rwd_{i}",
            "kind": kind,
            "state": state,
            "title": title,
            "worth": worth,
            "holder_name": holder,
            "holder_id": "con_1",
            "friend_name": friend,
            "referral_id": f"ref_{i}",
            "cause": "",
            "at": NOW - timedelta(days=i),
            "note": "",
        }
        for i, (kind, state, title, worth, holder, friend) in enumerate(rows, 1)
    ]


def letters() -> list[dict[str, Any]]:
    """Return messages as the outbox shows them."""
    rows = [
        (
            "sms",
            "sent",
            "Jonas Berg",
            "+1 303 555 0142",
            "",
            "en",
            "Thank you, Jonas! Amira’s lawn is done, and $50 is waiting for your next visit. Fern Lawn Care",
            say("Reward issued for Amira Haddad", "صدرت مكافأة عن Amira Haddad"),
            "",
        ),
        (
            "email",
            "delivered",
            "Elsa Lindqvist",
            "elsa@lindqvist.example",
            "Din länk, Elsa",
            "sv",
            "Hej Elsa!\nTack för femman. Här är din länk att ge till en vän:\nfernlawn.example/r/ELSA-7K2M",
            say("Job completed with a score of 5", "اكتمل العمل بتقييم 5"),
            "",
        ),
        (
            "sms",
            "failed",
            "Priya Nair",
            "+1 303 555 0177",
            "",
            "en",
            "Hi Priya, how did we do today? One tap: fernlawn.example/s/8FQ2",
            say("Job completed", "اكتمل العمل"),
            say("The number is not in use.", "الرقم غير مستخدم."),
        ),
        (
            "sms",
            "queued",
            "عمر فاروق",
            "+1 303 555 0190",
            "",
            "ar",
            "أهلًا عمر! شكرًا لثقتك بنا. موعدك القادم يوم الثلاثاء الساعة 9.",
            say("Welcome after first contact", "ترحيب بعد أول تواصل"),
            "",
        ),
    ]
    return [
        {
            "id": f"msg_{i}",
            "channel": c,
            "state": s,
            "contact_name": n,
            "to": to,
            "subject": sub,
            "language": lang,
            "body": body,
            "cause": cause,
            "error": error,
            "can_retry": s == "failed",
            "at": NOW - timedelta(hours=5 * i),
        }
        for i, (c, s, n, to, sub, lang, body, cause, error) in enumerate(rows, 1)
    ]
