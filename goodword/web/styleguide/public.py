"""The contexts of the public pages, as templates/README.md promises them."""

from __future__ import annotations

from typing import Any

from django import forms

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
