"""Every page of the style guide: its name, its template and its context."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from goodword.web.styleguide import console, programme, public, sample
from goodword.web.styleguide.sample import say

Context = dict[str, Any]
Page = tuple[str, str, Callable[[], Context]]
PAGES: tuple[Page, ...] = (
    ("login", "account/login.html", lambda: {"form": public.SignIn()}),
    ("login-faults", "account/login.html", lambda: {"form": public.SignIn({"login": "sofia@", "password": ""})}),
    ("start", "console/start.html", console.start),
    ("overview", "console/overview.html", sample.overview),
    ("overview-empty", "console/overview.html", lambda: sample.overview() | {"latest": [], "waiting": []}),
    ("referrals", "console/referrals.html", console.referrals),
    ("referrals-empty", "console/referrals.html", lambda: console.referrals() | {"referrals": [], "query": "zzz"}),
    ("referral", "console/referral.html", console.referral),
    ("customers", "console/customers.html", console.customers),
    ("customer", "console/customer.html", console.customer),
    ("rewards", "console/rewards.html", console.rewards),
    ("form", "console/form.html", programme.form),
    ("programmes", "console/programmes.html", programme.programmes),
    ("programme", "console/programme.html", programme.programme),
    ("programme-draft", "console/programme_draft.html", programme.draft),
    ("messages", "console/messages.html", console.messages),
    ("problems", "console/problems.html", console.problems),
    ("problems-empty", "console/problems.html", lambda: console.problems() | {"problems": []}),
    ("landing", "pages/landing.html", lambda: public.landing(public.CallBack())),
    (
        "landing-faults",
        "pages/landing.html",
        lambda: public.landing(public.CallBack({"name": "Amira", "phone": "", "email": "amira@"})),
    ),
    (
        "thanks",
        "pages/thanks.html",
        lambda: {
            "brand": public.BRAND,
            "friend_first_name": "Amira",
            "offer_line": say("10% comes off your first visit by itself.", "يُخصم 10% من زيارتك الأولى تلقائيًا."),
        },
    ),
    (
        "ended",
        "pages/ended.html",
        lambda: {"brand": public.BRAND, "referrer_first_name": "Jonas", "form": public.CallBack()},
    ),
    ("unknown", "pages/unknown.html", lambda: {"brand": public.BRAND, "code": "JONSA-7K2M"}),
    ("survey", "pages/survey.html", public.survey),
    (
        "survey-thanks",
        "pages/survey_thanks.html",
        lambda: {
            "brand": public.BRAND,
            "comment_url": "#",
            "comment_saved": False,
            "reviews": [{"name": "Google", "url": "#"}],
        },
    ),
    ("error-404", "404.html", dict),
    ("error-403", "403.html", dict),
    ("error-csrf", "403_csrf.html", dict),
    ("error-500", "500.html", dict),
)
