"""Every page of the style guide: its name, its template and its context.

The console is photographed with a business that has lived (tests/browser/addresses.py); here stand the public pages and
their states, and the small parts on the index.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from goodword.web.styleguide import public
from goodword.web.styleguide.sample import say

Context = dict[str, Any]
Page = tuple[str, str, Callable[[], Context]]
PAGES: tuple[Page, ...] = (
    ("login", "account/login.html", lambda: {"form": public.SignIn()}),
    ("login-faults", "account/login.html", lambda: {"form": public.SignIn({"login": "sofia@", "password": ""})}),
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
            "terms_url": "#",
            "offer_line": say("10% comes off your first visit by itself.", "يُخصم 10% من زيارتك الأولى تلقائيًا."),
        },
    ),
    (
        "ended",
        "pages/ended.html",
        lambda: {"brand": public.BRAND, "referrer_first_name": "Jonas", "form": public.CallBack()},
    ),
    ("leaderboard", "pages/leaderboard.html", lambda: public.leaderboard(("Hedgehog", "J. Ö.", "S. L."))),
    ("leaderboard-empty", "pages/leaderboard.html", lambda: public.leaderboard(())),
    ("terms", "pages/terms.html", public.terms),
    ("contact", "pages/contact.html", lambda: {"brand": public.BRAND, "form": public.CallBack(), "code": ""}),
    ("stop", "pages/stop.html", lambda: {"brand": public.BRAND, "stopped": False, "done": False, "by_text": True}),
    ("stopped", "pages/stop.html", lambda: {"brand": public.BRAND, "stopped": True, "done": True, "by_text": False}),
    ("voucher", "pages/voucher.html", public.voucher),
    ("voucher-over", "pages/voucher.html", lambda: public.voucher(standing="expired")),
    ("voucher-find", "pages/voucher_find.html", lambda: {"brand": public.BRAND, "code": "", "error": ""}),
    ("share", "pages/share.html", public.share),
    ("share-empty", "pages/share.html", lambda: public.share(lived=False)),
    ("share-unhappy", "pages/share.html", lambda: public.share(stopped="unhappy")),
    ("share-ended", "pages/share.html", lambda: public.share(stopped="ended")),
    ("share-over", "pages/share_over.html", lambda: {"brand": public.BRAND}),
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
