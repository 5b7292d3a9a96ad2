"""The contexts of the style guide's pages: each one keeps to the contract of templates/README.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from goodword.money import POINTS, Amount
from goodword.web.styleguide import sample
from goodword.web.styleguide.sample import NOW, say, usd

Context = dict[str, Any]
BRAND = {"name": "Fern Lawn Care", "logo_url": "", "colour": "2f7d32", "phone": "+13035550100", "phone_shown": "+1 303 555 0100",
         "website": "https://fernlawn.example", "address": "Denver, Colorado", "privacy_url": "/privacy", "picture_url": ""}


class CallBack(forms.Form):
    """The call-back form's fields, for the faults beside them."""

    name = forms.CharField()
    phone = forms.CharField()
    email = forms.EmailField(required=False)
    message = forms.CharField(required=False)


class SignIn(forms.Form):
    """The sign-in form's fields."""

    login = forms.EmailField()
    password = forms.CharField()


def _filters(*texts: str) -> list[Context]:
    return [{"text": text, "url": f"?state={i}", "count": 40 // (i + 1), "current": i == 0} for i, text in enumerate(texts)]


def _referrals() -> Context:
    stages = ["arrived", "consultation", "booked", "completed", "invoiced", "paid"]
    counts = [214, 171, 139, 118, 102, 97]
    return sample.shell("referrals") | {
        "pipeline": [{"stage": s, "count": n, "url": f"?stage={s}", "current": s == "booked"} for s, n in zip(stages, counts, strict=True)],
        "filters": _filters(say("All", "الكل"), say("Under way", "جارية"), say("Rewarded", "كوفئت"), say("To review", "للمراجعة")),
        "query": "", "stage": "booked", "state": "", "referrals": sample.referrals(), "next_url": "?after=x", "first_url": "",
    }


def _referral() -> Context:
    rewards = [dict(sample.rewards()[0], note=""), dict(sample.rewards()[1], holder_name="Amira Haddad", note=say("until Nov 21", "حتى 21 نوفمبر"))]
    return sample.shell("referrals") | {
        "referral": {
            "id": "ref_1", "friend_name": "Amira Haddad", "friend_id": "con_2", "referrer_name": "Jonas Berg", "referrer_id": "con_1",
            "arrived_at": NOW, "stage": "invoiced", "state": "active", "state_reason": "", "how": "link", "code": "JONAS-7K2M", "ordinal": 3,
            "first_job": say("Lawn renovation, J-2210", "تجديد العشب، J-2210"),
            "review": say("Friend and referrer share an address. The reward waits until somebody says it is right.", "الصديقة والمُحيل في عنوان واحد. تنتظر المكافأة موافقة أحدكم."),
        },
        "rewards": rewards, "decisions": sample.decisions(), "timeline": sample.timeline(), "can_remove": True,
        "promises": [{"programme": "Good neighbours", "revision": 4, "sentences": [
            say("Jonas gets $25 for his first friend, $50 for the third, $100 for the fifth, when the friend has paid.", "يحصل Jonas على 25 دولارًا عن الصديق الأول و50 عن الثالث و100 عن الخامس عند الدفع."),
            say("Amira gets 10% off her first visit.", "تحصل Amira على خصم 10% من زيارتها الأولى."),
        ]}],
    }


def _customers() -> Context:
    names = [("Jonas Berg", "JONAS-7K2M", 9, 5, 7500), ("Amira Haddad", "AMIRA-2QXC", 6, 4, 5000), ("Elsa Lindqvist", "ELSA-9D4T", 3, 1, 2500),
             ("عمر فاروق", "OMAR-5HJW", 2, 0, 0), ("Priya Nair", "PRIYA-8ZRA", 1, 1, 2500)]
    return sample.shell("customers") | {
        "query": "", "next_url": "?after=x", "first_url": "",
        "customers": [{"id": f"con_{i}", "name": n, "reach": f"+1 303 555 01{i:02}", "code": c, "referrals": r, "closed": k, "redeemable": usd(v)}
                      for i, (n, c, r, k, v) in enumerate(names, 1)],
    }


def _customer() -> Context:
    return sample.shell("customers") | {
        "customer": {"id": "con_1", "name": "Jonas Berg", "phone": "+1 303 555 0142", "email": "jonas@berg.example", "since": NOW.replace(year=2024),
                     "tags": [say("Neighbourhood hero", "بطل الحي")], "link": "https://fernlawn.example/r/JONAS-7K2M", "code": "JONAS-7K2M",
                     "qr_url": "#", "share_text": "Fern Lawn Care", "link_opened": 41, "referrals": 9, "closed": 5, "ask_stopped": ""},
        "balances": [
            {"title": say("Service credit", "رصيد الخدمة"), "icon": "wallet", "redeemable": usd(7500), "pending": usd(5000), "pending_until": NOW, "value": None, "owed": usd(0)},
            {"title": say("Points", "النقاط"), "icon": "coins", "redeemable": Amount(1240, POINTS), "pending": Amount(200, POINTS), "pending_until": NOW, "value": usd(1240), "owed": usd(0)},
        ],
        "rewards": sample.rewards()[:3], "referrals": sample.referrals()[:4], "sent_messages": sample.letters()[:2], "timeline": sample.timeline(),
        "referred_by": {"name": "Maria Costa", "referral_id": "ref_9", "at": NOW.replace(year=2024), "how": "name"}, "can_send": True, "can_attribute": True,
    }


def _rewards() -> Context:
    queue = [
        {"id": "rwd_91", "kind": "custom", "title": say("One weed treatment", "معالجة أعشاب واحدة"), "holder_name": "Priya Nair", "holder_id": "con_4", "at": NOW,
         "reason": say("Her friend Daniel paid his second invoice.", "دفع صديقها Daniel فاتورته الثانية."), "done_text": say("Handed over", "تم التسليم"), "done_status": "redeemed"},
        {"id": "rwd_92", "kind": "gift_card", "title": say("$25 coffee card", "بطاقة قهوة 25 دولارًا"), "holder_name": "Jonas Berg", "holder_id": "con_1", "at": NOW,
         "reason": say("Fifth friend this year. No gift-card provider is connected.", "الصديق الخامس هذا العام. لا مزوّد بطاقات متصل."), "done_text": say("Handed over", "تم التسليم"), "done_status": "redeemed"},
        {"id": "rwd_93", "kind": "service_credit", "title": say("$25 service credit", "رصيد خدمة 25 دولارًا"), "holder_name": "Elsa Lindqvist", "holder_id": "con_3", "at": NOW,
         "reason": say("Held for review: friend and referrer share an address.", "محجوزة للمراجعة: عنوان واحد."), "done_text": say("Release", "صرف"), "done_status": "issued"},
    ]
    return sample.shell("rewards") | {"queue": queue, "rewards": sample.rewards(), "next_url": "?after=x", "first_url": "",
                                      "filters": _filters(say("All", "الكل"), say("Pending", "معلّقة"), say("Issued", "صادرة"), say("Redeemed", "مستخدمة"), say("Taken back", "مسترجعة"))}


def _messages() -> Context:
    return sample.shell("messages") | {"outbox": sample.letters(), "local_outbox": True, "query": "", "next_url": "", "first_url": "",
                                       "filters": _filters(say("All", "الكل"), say("Sent", "مُرسلة"), say("Not delivered", "لم تصل"))}


def _problems() -> Context:
    rows = [
        ("error", "unknown_code", say("A job names a code nobody was given", "عمل يذكر رمزًا لم يُعطَ لأحد"),
         say("Job J-2214 says the customer came by the code JONSA-7K2M.", "العمل J-2214 يقول إن العميل جاء بالرمز JONSA-7K2M."), say("Perhaps JONAS-7K2M is meant: attribute the customer by hand.", "ربما المقصود JONAS-7K2M: انسب العميل يدويًا."), True, False),
        ("warning", "insufficient_balance", say("A till took more credit than there was", "أخذ الصندوق رصيدًا أكثر من المتاح"),
         say("Ticket T1043 was paid with $30 of credit, and $25 was there. The ticket stands.", "دُفعت الفاتورة T1043 برصيد 30 دولارًا والمتاح 25. الفاتورة قائمة."), "", False, True),
    ]
    return sample.shell("problems") | {
        "filters": _filters(say("Open", "مفتوحة"), say("Seen to", "عولجت")), "next_url": "", "first_url": "",
        "problems": [{"id": f"prb_{i}", "severity": s, "code": c, "title": t, "detail": d, "advice": a, "event": f"evt_{i}", "at": NOW, "can_retry": r, "can_close": k,
                      "url": "/console/customers/con_1", "url_text": say("Open the customer", "افتح العميل")} for i, (s, c, t, d, a, r, k) in enumerate(rows, 1)],
    }


def _start() -> Context:
    options = [{"value": "US", "text": "United States"}, {"value": "SE", "text": "Sverige"}]
    return {"demo_available": True, "form": forms.Form(), "countries": options, "currencies": [{"value": "USD", "text": "USD"}],
            "timezones": [{"value": "America/Denver", "text": "America/Denver"}], "business_languages": [{"value": "en", "text": "English"}]}


def _offer() -> Context:
    return {"headline": say("10% off your first visit, because Jonas knows us", "خصم 10% على زيارتك الأولى، لأن Jonas يعرفنا"),
            "summary": say("A tidy lawn without lifting a finger. Jonas gets a thank-you too, once you are happy.", "عشب مرتب دون أي جهد. وسيحصل Jonas على شكر أيضًا حين ترضى."),
            "terms_url": "/terms", "steps": [
                {"title": say("Leave your number", "اترك رقمك"), "text": say("We call back on the same day.", "نتصل بك في اليوم نفسه.")},
                {"title": say("We look at your lawn", "نعاين عشبك"), "text": say("Free, and no strings attached.", "مجانًا ودون أي التزام.")},
                {"title": say("10% comes off by itself", "يُخصم 10% تلقائيًا"), "text": say("No code to remember.", "لا حاجة إلى حفظ رمز.")}]}


def _survey() -> Context:
    texts = say("very bad|bad|all right|good|very good", "سيئ جدًا|سيئ|مقبول|جيد|جيد جدًا").split("|")
    return {"brand": BRAND, "customer_first_name": "Jonas", "job_line": say("Lawn renovation on November 20", "تجديد العشب في 20 نوفمبر"), "error": "",
            "score": None, "scores": [{"score": i, "text": text} for i, text in enumerate(texts, 1)]}


def _landing(form: forms.Form) -> Context:
    return {"brand": BRAND, "offer": _offer(), "referrer_first_name": "Jonas", "form": form}


Page = tuple[str, str, Callable[[], Context]]
PAGES: tuple[Page, ...] = (
    ("login", "account/login.html", lambda: {"form": SignIn()}),
    ("login-faults", "account/login.html", lambda: {"form": SignIn({"login": "sofia@", "password": ""})}),
    ("start", "console/start.html", _start),
    ("overview", "console/overview.html", sample.overview),
    ("overview-empty", "console/overview.html", lambda: sample.overview() | {"latest": [], "waiting": []}),
    ("referrals", "console/referrals.html", _referrals),
    ("referrals-empty", "console/referrals.html", lambda: _referrals() | {"referrals": [], "query": "zzz"}),
    ("referral", "console/referral.html", _referral),
    ("customers", "console/customers.html", _customers),
    ("customer", "console/customer.html", _customer),
    ("rewards", "console/rewards.html", _rewards),
    ("messages", "console/messages.html", _messages),
    ("problems", "console/problems.html", _problems),
    ("problems-empty", "console/problems.html", lambda: _problems() | {"problems": []}),
    ("landing", "pages/landing.html", lambda: _landing(CallBack())),
    ("landing-faults", "pages/landing.html", lambda: _landing(CallBack({"name": "Amira", "phone": "", "email": "amira@"}))),
    ("thanks", "pages/thanks.html", lambda: {"brand": BRAND, "friend_first_name": "Amira", "offer_line": say("10% comes off your first visit by itself.", "يُخصم 10% من زيارتك الأولى تلقائيًا.")}),
    ("ended", "pages/ended.html", lambda: {"brand": BRAND, "referrer_first_name": "Jonas", "form": CallBack()}),
    ("unknown", "pages/unknown.html", lambda: {"brand": BRAND, "code": "JONSA-7K2M"}),
    ("survey", "pages/survey.html", _survey),
    ("survey-thanks", "pages/survey_thanks.html", lambda: {"brand": BRAND, "comment_url": "#", "comment_saved": False, "reviews": [{"name": "Google", "url": "#"}]}),
    ("error-404", "404.html", dict),
    ("error-403", "403.html", dict),
    ("error-csrf", "403_csrf.html", dict),
    ("error-500", "500.html", dict),
)
