"""The contexts of the public pages, as templates/README.md promises them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms

from goodword.money import POINTS, Amount
from goodword.web.passing_on import apps
from goodword.web.styleguide.sample import say

Context = dict[str, Any]
BRAND = {
    "name": "Fern Lawn Care",
    "logo_url": "",
    "colour": "2f7d32",
    "phone": "+13035550100",
    "phone_shown": "+1 303 555 0100",
    "website": "https://fernlawn.example",
    "address": "Denver, Colorado",
    "privacy_url": "/privacy",
    "picture_url": "",
}


class CallBack(forms.Form):
    """The call-back form's fields, for the faults beside them."""

    name = forms.CharField()
    phone = forms.CharField()
    email = forms.EmailField(required=False)
    message = forms.CharField(required=False)
    mentioned = forms.CharField(required=False)
    opened = "stamp"


class SignIn(forms.Form):
    """The sign-in form's fields."""

    login = forms.EmailField()
    password = forms.CharField()


def offer() -> Context:
    """Return what the landing page offers."""
    return {
        "headline": say("You get 10% off your first visit", "تحصل على خصم 10% على زيارتك الأولى"),
        "summary": say("As soon as you get in touch.", "بمجرد أن تتواصل معنا."),
        "thanks_referrer": True,
        "terms_url": "/terms",
        "steps": [
            {
                "title": say("Leave your number", "اترك رقمك"),
                "text": say("We call back on the same day.", "نتصل بك في اليوم نفسه."),
            },
            {
                "title": say("We look at your lawn", "نعاين عشبك"),
                "text": say("Free, and no strings attached.", "مجانًا ودون أي التزام."),
            },
            {
                "title": say("10% comes off by itself", "يُخصم 10% تلقائيًا"),
                "text": say("No code to remember.", "لا حاجة إلى حفظ رمز."),
            },
        ],
    }


def survey() -> Context:
    """Return the context of pages/survey.html."""
    texts = say("very bad|bad|all right|good|very good", "سيئ جدًا|سيئ|مقبول|جيد|جيد جدًا").split("|")
    return {
        "brand": BRAND,
        "customer_first_name": "Jonas",
        "job_line": say("Lawn renovation on November 20", "تجديد العشب في 20 نوفمبر"),
        "error": "",
        "score": None,
        "scores": [{"score": i, "text": text} for i, text in enumerate(texts, 1)],
    }


def terms() -> Context:
    """Return the context of pages/terms.html."""
    sentences = (
        ("Everyone may refer friends.", "يمكن لأي شخص أن يوصي أصدقاءه بنا."),
        ("A friend counts who has never been our customer before.", "يُحتسب الصديق الذي لم يكن عميلًا لدينا من قبل."),
        (
            "When a referred friend gets in touch, the friend gets 10% off.",
            "عندما يتواصل الصديق معنا يحصل على خصم 10%.",
        ),
    )
    return {
        "brand": BRAND, "programme_name": "Neighbours of Fern", "sentences": [say(en, ar) for en, ar in sentences],
        "since": say("March 1, 2026", "1 مارس 2026"), "back_url": "#",
        "today": say("November 20, 2026", "20 نوفمبر 2026"),
    }  # fmt: skip


SPOKEN = [{"code": code} for code in ("en", "sv", "ar")]


def landing(form: forms.Form) -> Context:
    """Return the context of pages/landing.html with this form."""
    return {
        "brand": BRAND,
        "languages": SPOKEN,
        "here": say("en", "ar"),
        "offer": offer(),
        "referrer_first_name": "Jonas",
        "form": form,
    }


def leaderboard(names: tuple[str, ...]) -> Context:
    """Return the board with these on it, the first two at one place."""
    leaders = [{"rank": (1, 1, 3)[n], "name": name, "closed": (5, 5, 2)[n]} for n, name in enumerate(names)]
    return {
        "brand": BRAND, "leaders": leaders, "others": 14 if names else 0, "whole": False, "lang": "en",
        "languages": SPOKEN, "here": say("en", "ar"),
    }  # fmt: skip


def share(*, lived: bool = True, stopped: str = "") -> Context:
    """Return the context of pages/share.html, of somebody who sent friends or not yet."""
    link, text = "https://refer.fernlawn.example/r/K7MQ2XWPD", say("I can recommend Fern.", "أنصح بـ Fern.")
    balance = {"title": say("Service credit", "رصيد الخدمة"), "redeemable": Amount(3500, "USD"), "value": None,
               "pending": Amount(2500, "USD"), "pending_until": datetime(2026, 12, 3, 9, tzinfo=UTC),
               "owed": Amount(0, "USD")}  # fmt: skip
    points = balance | {"title": say("Points", "النقاط"), "redeemable": Amount(1240, POINTS),
                        "value": Amount(1240, "USD"), "pending": Amount(0, POINTS)}  # fmt: skip
    friends = (
        ("A. H.", say("got in touch", "تواصل معنا"), "message-circle", False),
        ("E. L.", say("has booked", "حجز لدينا"), "calendar-check", False),
        ("D. O.", say("is our customer now", "أصبح من عملائنا"), "circle-check", True),
    )
    words = (("pending", say("On its way", "في الطريق إليك")), ("issued", say("Yours", "لك")),
             ("redeemed", say("Used", "مستخدمة")))  # fmt: skip
    given = say("$25.00 of account credit", "رصيد لدينا بقيمة 25 دولارًا")
    return {
        "brand": BRAND, "languages": SPOKEN, "here": say("en", "ar"), "first_name": "Jonas", "stopped": stopped,
        "friend_gets": say("Your friend gets 10% off a first visit", "يحصل صديقك على خصم 10% على زيارته الأولى"),
        "you_get": [
            say("When a referred friend books a job, you get $10.00 of account credit.",
                "عندما يحجز الصديق المُحال عملًا لدينا، تحصل أنت على رصيد بقيمة 10 دولارات."),
            say("When the job is invoiced, you get $25.00 of account credit.",
                "عند إصدار فاتورة العمل، تحصل أنت على رصيد بقيمة 25 دولارًا."),
        ],
        "link": link, "text": text, "press": "abcdef", "record_url": "#", "terms_url": "#", "friend_url": "#",
        "stop_url": "#", "staff": False, "passed": lived and not stopped,
        "ways": apps(f"{text} {link}", subject="Fern"),
        "numbers": {"referrals": 3, "closed": 1},
        "friends": [dict(zip(("initials", "text", "icon", "done"), each, strict=True)) for each in friends if lived],
        "balances": [balance, points] if lived else [],
        "rewards": [{"title": given, "state": state, "word": word, "note": ""}
                    for state, word in words] if lived else [],
    }  # fmt: skip


def voucher(*, standing: str = "good") -> Context:
    """Return the context of pages/voucher.html."""
    good = standing == "good"
    used = [{"at": datetime(2026, 11, 3, tzinfo=UTC), "amount": Amount(1999, "USD"), "returned": Amount(500, "USD")}]
    return {
        "brand": BRAND,
        "business": BRAND["name"],
        "title": say("Yours to use", "لك لتستخدمها") if good else say("Its time is over", "انتهت مدتها"),
        "lead": "" if good else say("Get in touch with us all the same.", "تواصل معنا رغم ذلك."),
        "giver": "Ida",
        "recipient": say("Max", "ماكس"),
        "last_day": say("20 November 2027", "20 نوفمبر 2027"),
        "contact_url": "/contact-us/fern",
        "voucher": {
            "standing": standing, "serial": "FERN-000123", "promotional": False, "service": "",
            "value": Amount(5000, "USD"), "balance": Amount(3501 if good else 0, "USD"), "uses": used if good else [],
            "message": say("Happy birthday! Have a good rest.", "عيد ميلاد سعيد! خذ قسطًا من الراحة."),
        },
    }  # fmt: skip
