"""Rewards: what a person must hand over or look at, the list with its filters, and the same as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.reports import rewards as reading
from goodword.reports.pipeline import named
from goodword.reports.rewards import WAITING, Asked
from goodword.reports.worth import title, worth
from goodword.rewards.models import Reward
from goodword.web.console import effects
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import filters, paged
from goodword.web.console.periods import WORDS, Period, period_of
from goodword.web.console.sheets import sheet
from goodword.web.console.wording import reward_line
from goodword.web.labels import REWARD_KINDS, STATES
from goodword.web.showing import address_line

ALL = "all"
KEPT = ("q", "kind", "period", "from", "to")
# What may be done with several at once, by the state the list shows (rulings 34).
BULK: dict[str, tuple[str, ...]] = {
    WAITING: ("redeemed", "issued", "declined", "reversed"),
    "pending": ("issued", "redeemed", "declined"),
    "issued": ("redeemed", "reversed"),
}


def show(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Show what waits, or the rewards of one state."""
    state, after = request.GET.get("state", "") or WAITING, request.GET.get("after", "")
    period, asked = _asked(request, desk, state)
    page = reading.rewards(business=desk.business, asked=asked, after=after)
    can_change = "rewards.change" in desk.may
    choices = BULK.get(state, ()) if can_change else ()
    homes = reading.households(business=desk.business) if state == WAITING and not after else []
    context = {
        "state": state, "waiting": state == WAITING, "can_change": can_change, "query": asked.text, "kind": asked.kind,
        "households": [_household(each, desk) for each in homes],
        "rewards": [_line(reward, desk, state) for reward in page.rows],
        "filters": filters(request, name="state", choices=_states(), keep=KEPT),
        "kinds": [{"value": "", "text": _("All kinds")}, *({"value": code, "text": str(words)}
                  for code, (words, _icon) in REWARD_KINDS.items())],
        "periods": [{"value": word, "text": str(words)} for word, words in WORDS.items()], "period": period,
        "narrowed": bool(asked.text or asked.kind or asked.start or asked.end),
        "bulk": [{"value": code, "text": str(effects.VERBS[code])} for code in choices],
        "sheet_url": f"{reverse('console:rewards_sheet')}?{request.GET.urlencode()}",
        **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/rewards.html", context, active="rewards")


def as_sheet(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    """Send the list as it is narrowed, as a CSV file."""
    _period, asked = _asked(request, desk, request.GET.get("state", "") or WAITING)
    head = [_("Id"), _("Reward"), _("Kind"), _("State"), _("For"), _("Because of"), _("Earned"), _("Usable from"),
            _("Until"), _("Worth"), _("Currency")]  # fmt: skip
    kinds = {code: str(words) for code, (words, _icon) in REWARD_KINDS.items()}
    states = {code: str(look.text) for code, look in STATES["reward"].items()}
    rows = reading.each(business=desk.business, asked=asked)
    return sheet("rewards", head, _cells(rows, desk, kinds, states))


def _cells(
    rows: Iterable[Reward], desk: Desk, kinds: dict[str, str], states: dict[str, str]
) -> Iterator[tuple[Any, ...]]:
    for reward in rows:
        amount = worth(reward, business=desk.business)
        yield (
            reward.public_id, title(reward, business=desk.business, lang=desk.lang),
            kinds.get(reward.kind, reward.kind), states.get(reward.status, reward.status), named(reward.holder),
            named(reward.referral.friend) if reward.referral else "", reward.at, reward.available_at,
            reward.expires_at, amount, amount.asset if amount else "",
        )  # fmt: skip


def _asked(request: HttpRequest, desk: Desk, state: str) -> tuple[Period, Asked]:
    period = period_of(request.GET, now=desk.now, zone=ZoneInfo(desk.business.timezone), default="all")
    kind = request.GET.get("kind", "")
    kind = kind if kind in REWARD_KINDS else ""
    return period, Asked(state, kind, request.GET.get("q", ""), period.start, period.end)


def _states() -> list[tuple[str, str]]:
    looks = [(code, str(look.text)) for code, look in STATES["reward"].items()]
    return [("", _("Waiting for a person")), *looks, (ALL, _("All"))]


def _line(reward: Reward, desk: Desk, state: str) -> dict[str, Any]:
    line = reward_line(reward, desk)
    if state == WAITING:
        line["to_do"] = effects.to_do(reward)
        line["reach"] = effects.reach(reward)
        line["why"] = _why(reward)
    return line


def _household(found: list[Reward], desk: Desk) -> dict[str, Any]:
    """Return both sides of a shared address, and what hangs on it."""
    referral = found[0].referral
    assert referral is not None  # only a referral has two sides
    return {
        "referral_url": reverse("console:referral", args=[referral.public_id]), "at": referral.arrived_at,
        "sides": [_side(referral.referrer, _("Referrer")), _side(referral.friend, _("Friend"))],
        "rewards": [
            {"id": reward.public_id, "title": title(reward, business=desk.business, lang=desk.lang),
             "holder_name": named(reward.holder)}
            for reward in found
        ],
    }  # fmt: skip


def _side(contact: Any, part: str) -> dict[str, str]:
    return {
        "part": part, "name": named(contact), "url": reverse("console:customer", args=[contact.public_id]),
        "address": address_line(contact.address), "phone": contact.phone or "", "email": contact.email or "",
    }  # fmt: skip


def _why(reward: Reward) -> str:
    if reward.referral is None:
        return _("For a purchase.")
    return _("For recommending %(name)s.") % {"name": named(reward.referral.friend)}
