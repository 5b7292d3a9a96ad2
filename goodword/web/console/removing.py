"""Removing a wrong referral: every ripple is shown before it is booked, by the code that books it (R121)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from goodword.errors import NotFound, Refused
from goodword.flow.previewing import preview_removal
from goodword.flow.ripples import Ripple, Taken
from goodword.flow.submit import submit
from goodword.money import POINTS, Amount
from goodword.reports import rewards
from goodword.reports.one_referral import Told, one_referral
from goodword.reports.pipeline import named
from goodword.reports.worth import title
from goodword.rewards.models import Reward
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import sentence_of
from goodword.web.labels import STAGES

# What a programme says of value that was spent before it is taken back (rulings 27).
POLICIES: dict[str, Promise] = {
    "only_pending": gettext_lazy("This programme takes back only what is still pending; what is usable stays."),
    "within_balance": gettext_lazy(
        "This programme takes what was spent from other rewards of the same kind; the business bears the rest."
    ),
    "owe": gettext_lazy("This programme lets the holder owe what is missing; later earnings pay it first."),
}
ROLES: dict[str, Promise] = {
    "referrer": gettext_lazy("as the one who referred"),
    "friend": gettext_lazy("as the friend"),
    "introducer": gettext_lazy("as the one who had sent the referrer"),
}


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show what is taken back, ask for the reason, and remove exactly what was shown."""
    told = one_referral(business=desk.business, public_id=ref)
    if told is None:
        raise Http404
    if request.method != "POST":
        return _page(request, desk, told)
    reason, seen = request.POST.get("reason", "").strip(), request.POST.get("shown", "")
    if not reason:
        return _page(request, desk, told, fault=_("Please say why: it is kept with your name."))
    data = {"referral": ref, "reason": reason, "shown": seen or "nothing"}
    try:
        submit(business=desk.business, type="referral.removed", data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        said = sentence_of(refusal, lang=desk.lang)
        changed = refusal.code == "changed_meanwhile"
        return _page(request, desk, told, reason=reason, **({"changed": said} if changed else {"stopped": said}))
    messages.success(request, _("Removed. What it had paid was taken back."))
    return redirect("console:referral", ref)


def _page(
    request: HttpRequest, desk: Desk, told: Told, *, fault: str = "", changed: str = "", stopped: str = "",
    reason: str = "",
) -> HttpResponse:  # fmt: skip
    row = told.referral
    try:
        ripple = preview_removal(business=desk.business, referral=row.public_id, now=desk.now)
    except NotFound:
        raise Http404 from None
    except Refused as refusal:
        ripple, stopped = None, sentence_of(refusal, lang=desk.lang)
    known = rewards.by_ids(business=desk.business, public_ids=[t.reward for t in ripple.rewards]) if ripple else {}
    context = {
        "referral": {
            "id": row.public_id, "friend_name": named(row.friend), "referrer_name": named(row.referrer),
            "reason": reason,
        },
        "digest": ripple.digest if ripple else "", "faults": [fault] if fault else [],
        "changed": changed, "stopped": stopped,
        "rewards": [_reward(t, known[t.reward], desk) for t in ripple.rewards] if ripple else [],
        "totals": _totals(ripple.rewards, known) if ripple else [],
        "notes": _notes(ripple, row) if ripple else [],
    }  # fmt: skip
    status = 422 if fault or changed or (stopped and request.method == "POST") else 200
    return shown(request, desk, "console/referral_remove.html", context, active="referrals", status=status)


def _reward(taken: Taken, reward: Reward, desk: Desk) -> dict[str, Any]:
    countable = taken.asset in (POINTS, desk.business.currency)
    lines = _money_lines(taken) if countable else _right_lines(taken)
    return {
        "title": title(reward, business=desk.business, lang=desk.lang), "kind": reward.kind, "state": reward.status,
        "holder_name": named(reward.holder), "role": str(ROLES.get(taken.to, "")),
        "policy": str(POLICIES[taken.policy]) if taken.spent or taken.note == "only_pending" else "",
        "lines": [
            {"text": text, "amount": Amount(units, taken.asset) if countable and units else None, "tone": tone}
            for text, units, tone in lines
        ],
    }  # fmt: skip


def _money_lines(taken: Taken) -> list[tuple[str, int, str]]:
    if taken.note == "expired":
        return [(_("It had expired before. Nothing goes back."), 0, "")]
    if taken.note == "only_pending":
        return [(_("It is usable already and stays with its holder."), taken.held, "warning")]
    told = [
        (_("Taken back from what is left of it"), taken.own, "success"),
        (_("Spent already"), taken.spent, ""),
        (_("Taken from other rewards of the same kind"), taken.others, "success"),
        (_("Becomes a debt"), taken.owed, "warning"),
        (_("Cannot be taken back; the business bears it"), taken.written_off, "warning"),
    ]
    return [line for line in told if line[1]]


def _right_lines(taken: Taken) -> list[tuple[str, int, str]]:
    if taken.note == "expired":
        return [(_("It had expired before. Nothing goes back."), 0, "")]
    if taken.own:
        return [(_("It is no longer valid."), 0, "success")]
    return [(_("It was used already. The business bears it."), 0, "warning")]


def _totals(rewards_taken: Iterable[Taken], known: dict[str, Reward]) -> list[dict[str, Any]]:
    """Return per holder what goes back, is owed and is lost, by asset; rights have no amounts."""
    sums: dict[tuple[str, str], list[int]] = {}
    for taken in rewards_taken:
        if taken.asset in ("discount", "custom"):
            continue
        each = sums.setdefault((named(known[taken.reward].holder), taken.asset), [0, 0, 0])
        each[0] += taken.own + taken.others
        each[1] += taken.owed
        each[2] += taken.written_off
    return [
        {"name": name, "back": Amount(back, asset), "owed": Amount(owed, asset), "lost": Amount(lost, asset)}
        for (name, asset), (back, owed, lost) in sums.items()
    ]


def _notes(ripple: Ripple, row: Any) -> list[dict[str, str]]:
    notes = []
    if ripple.cancelled:
        n = len(ripple.cancelled)
        said = ngettext("%(n)s message that waits is not sent.", "%(n)s messages that wait are not sent.", n)
        notes.append({"icon": "mail", "text": said % {"n": n}})
    if ripple.rewritten:
        said = _("A thank-you that waits is written again with the smaller amount.")
        notes.append({"icon": "mail", "text": said})
    numbers = {name: nth for name, nth in ripple.ordinals.items() if name in STAGES}
    if numbers:
        name, nth = list(numbers.items())[-1]
        said = _("It keeps number %(nth)s of %(name)s at the stage “%(stage)s”: no other friend gets that number.")
        facts = {"nth": nth, "name": named(row.referrer), "stage": STAGES[name]}
        notes.append({"icon": "list-checks", "text": said % facts})
    if ripple.introduces:
        said = _(
            "%(referrer)s earns nothing more from friends whom %(friend)s sends. What that has earned so far stays."
        )
        facts = {"referrer": named(row.referrer), "friend": named(row.friend)}
        notes.append({"icon": "handshake", "text": said % facts})
    said = _("%(name)s can then be attributed afresh. The removal and your reason stay in the history.")
    notes.append({"icon": "history", "text": said % {"name": named(row.friend)}})
    return notes
