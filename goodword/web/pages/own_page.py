"""``/share/<token>``: a customer's own page: the link ready to be passed on, and how it is going (R90, R93, R123).

Whoever holds the address sees it, so it tells nothing that could be misused: no number, address or e-mail, no code of a
discount, and of friends only initials. A look changes nothing.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from goodword.flow.submit import submit
from goodword.outbox.links import read_own_token, referral_link, stop_link
from goodword.outbox.rendering import language_of
from goodword.reports import customers, own_page, rewards
from goodword.reports.customers import by_code
from goodword.reports.today import why_not_ask
from goodword.reports.worth import title
from goodword.rewards.models import Reward
from goodword.web import in_hand, passing_on, showing
from goodword.web.pages.offers import offer_of
from goodword.web.pages.throttle import too_often
from goodword.web.pages.visiting import SPOKEN, address_of, first_name, initials, public, shown

REWARDS = 6
STEPS: dict[str, tuple[Promise, str]] = {
    "came": (gettext_lazy("got in touch"), "message-circle"),
    "booked": (gettext_lazy("has booked"), "calendar-check"),
    "customer": (gettext_lazy("is our customer now"), "circle-check"),
    "cancelled": (gettext_lazy("it came to nothing this time"), "minus"),
}
STATES: dict[str, Promise] = {
    "pending": gettext_lazy("On its way"),
    "issued": gettext_lazy("Yours"),
    "redeemed": gettext_lazy("Used"),
    "reversed": gettext_lazy("Taken back"),
    "expired": gettext_lazy("Expired"),
    "declined": gettext_lazy("Not given"),
}
# Why nothing is asked today, from what the staff are told (reports/today.py); an opt-out is about our writing.
STOPPED = {"blocked": "blocked", "complaint": "unhappy", "unhappy": "unhappy"}


@require_http_methods(["GET", "HEAD", "POST"])
@public
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page, or write down that the link was passed on."""
    code = read_own_token(token)
    if code is None:
        return shown(request, "404.html", {}, business=None, status=404)
    owner = by_code(code)
    if owner is None or owner.erased_at is not None or owner.withdrawn_at is not None:
        business = owner.business if owner else None
        response = shown(request, "pages/share_over.html", {}, business=business, status=410)
    else:
        if owner.language and request.GET.get("lang", "")[:2].lower() not in SPOKEN:
            translation.activate(language_of(owner.language, business=owner.business.language))
        response = _passed_on(request, owner, token) if request.method == "POST" else _page(request, owner, token)
    response["Referrer-Policy"] = "no-referrer"  # the address is the right to the page
    return response


def _passed_on(request: HttpRequest, owner: Any, token: str) -> HttpResponse:
    """Write one share down; a script asks for no page back."""
    quiet = bool(request.headers.get("X-Quiet"))
    channel = request.POST.get("channel", "")
    key = passing_on.key_of("customer", owner, channel, request.POST.get("press", ""))
    if channel not in passing_on.CHANNELS or key is None:
        return HttpResponse(status=422) if quiet else _page(request, owner, token, status=422)
    if too_often(request, what="share") or too_often(request, what="share_of", by=owner.code):
        return HttpResponse(status=429) if quiet else _page(request, owner, token, status=429)
    if not _is_staff(request, owner):
        data = {"contact": owner.public_id, "source": "customer", "channel": channel}
        submit(business=owner.business, type="link.shared", data=data, actor="customer", now=timezone.now(), key=key)
    if quiet:
        return HttpResponse(status=204)
    there = address_of(request, "pages:own_page", token)
    return redirect(f"{there}{'&' if '?' in there else '?'}passed=1")


def _page(request: HttpRequest, owner: Any, token: str, *, status: int = 200) -> HttpResponse:
    business, now, lang = owner.business, timezone.now(), translation.get_language() or "en"
    offer = offer_of(business=business, now=now, referrer=owner)
    friend, yours = offer.for_referrer(lang) if offer else ("", [])
    stopped = STOPPED.get(why_not_ask(business=business, contact=owner, now=now), "" if offer else "ended")
    link = referral_link(owner.code)
    with showing.zone_of(business):
        context = {
            "first_name": first_name(owner.name), "link": link, "stopped": stopped,
            "friend_gets": friend, "you_get": yours,
            "terms_url": address_of(request, "pages:terms", owner.code) if offer else "",
            "friend_url": address_of(request, "pages:landing", owner.code),
            "text": passing_on.words(business.name), "press": passing_on.opening(), "staff": _is_staff(request, owner),
            "record_url": address_of(request, "pages:own_page", token),
            "ways": passing_on.apps(f"{passing_on.words(business.name)} {link}", subject=business.name),
            "passed": "passed" in request.GET and status == 200, "too_often": status == 429,
            "stop_url": stop_link(code=owner.code, channel="sms" if owner.phone else "email"),
            **_going(owner, business=business, now=now, lang=lang),
        }  # fmt: skip
        return shown(request, "pages/share.html", context, business=business, status=status)


def _going(owner: Any, *, business: Any, now: Any, lang: str) -> dict[str, Any]:
    """Return how it is going: the friends, the balances, the rewards."""
    told, held = customers.holdings(business=business, contact=owner, now=now)
    cards = in_hand.cards(told, held, currency=business.currency, now=now)
    return {
        "numbers": customers.numbers(contact=owner),
        "friends": [
            {"initials": initials(each.name), "text": STEPS[each.step][0], "icon": STEPS[each.step][1],
             "done": each.step == "customer"}
            for each in own_page.friends(contact=owner)
        ],
        "balances": [card for card in cards if any(card[part].units for part in ("redeemable", "pending", "owed"))],
        "rewards": [
            {"title": title(each, business=business, lang=lang), "state": each.status, "word": STATES[each.status],
             "note": _note(each, now=now)}
            for each in rewards.of_contact(contact=owner, limit=REWARDS)
        ],
    }  # fmt: skip


def _note(reward: Reward, *, now: Any) -> str:
    if reward.status == "pending" and reward.available_at > now:
        return _("usable from %(day)s") % {"day": showing.moment(reward.available_at)}
    if reward.status == "pending":
        return _("One of us sees to it.")
    if reward.status == "issued" and reward.expires_at is not None:
        return _("until %(day)s") % {"day": showing.last_day(reward.expires_at)}
    return ""


def _is_staff(request: HttpRequest, owner: Any) -> bool:
    """Say whether somebody of the business looks over the customer's shoulder: such presses are not the customer's."""
    return request.user.is_authenticated and own_page.works_for(business=owner.business, person=request.user)
