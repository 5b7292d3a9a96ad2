"""*Why not?*: one customer explained in plain sentences, for whoever is asked at the counter or on the phone (R93)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.engine.wording import reason
from goodword.inbox.models import Decision
from goodword.reports import customers as reading
from goodword.reports.pipeline import named
from goodword.reports.waiting import CLAIMS
from goodword.reports.whynot import ReferralState, RuleState, Why, whynot
from goodword.web import showing
from goodword.web.console import why_asked
from goodword.web.console.desk import Desk, shown
from goodword.web.console.why_asked import Line, line
from goodword.web.console.wording import condition
from goodword.web.labels import HOW, STAGES

# What would have to happen after a refusal; a code without a line of its own is final.
NEXT: dict[str, Promise] = {
    "limit": gettext_lazy("It pays again when the limit’s period is over, for a later referral."),
    "budget": gettext_lazy("It pays again when the budget’s period is over, for a later referral."),
    "nth": gettext_lazy("Nothing to do: another referral in the row earns this one."),
    "group": gettext_lazy("Nothing to do: the better reward of the two is paid."),
    "audience": gettext_lazy("It would pay for somebody with the tag, club or name that the rule asks for."),
    "services": gettext_lazy("It would pay for a job with one of the rule’s services."),
    "already_paid": gettext_lazy("Nothing to do: it was paid before."),
}
REWARD_NEXT: dict[str, Promise] = {
    "redeemed": gettext_lazy("It has been used."),
    "reversed": gettext_lazy("It was taken back since."),
    "expired": gettext_lazy("It has expired since."),
    "declined": gettext_lazy("It was declined by a person."),
}


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Explain one customer; the id of a record that was merged leads to the survivor."""
    contact = reading.customer(business=desk.business, public_id=ref)
    if contact is None:
        raise Http404
    if contact.public_id != ref:
        return redirect("console:customer_why", contact.public_id)
    told = whynot(business=desk.business, contact=contact, lang=desk.lang, now=desk.now)
    sections = [
        _section("came", _("How this customer came"), "handshake", _came(told, contact, desk)),
        _section("reached", _("How far the work has got"), "list-checks", _reached(told.came)),
        _section("rules", _("Rewards of this referral"), "gift", _rules(told.came, desk)),
        _section("sent", _("Friends this customer sent"), "users-round", _sent_lines(told), groups=_sent(told, desk)),
        _section("purchases", _("Rewards of own purchases"), "receipt-text", _purchases(told)),
        _section("ask", _("Being asked to refer"), "send", why_asked.lines(told.ask)),
        _section("letters", _("Messages that did not leave"), "mail", why_asked.letters(told.unsent)),
    ]  # fmt: skip
    context = {
        "customer": {"id": contact.public_id, "name": named(contact)},
        "sections": [section for section in sections if section["lines"] or section["groups"]],
    }
    return shown(request, desk, "console/referral_why.html", context, active="customers")


def _section(name: str, title: str, icon: str, lines: list[Line], *, groups: list[Any] | None = None) -> dict[str, Any]:
    return {"id": name, "title": title, "icon": icon, "lines": lines, "groups": groups or []}


def _came(told: Why, contact: Any, desk: Desk) -> list[Line]:
    found = []
    if told.came is not None:
        row = told.came.referral
        facts = {"name": named(row.referrer), "day": showing.day(row.arrived_at)}
        how = str(HOW.get(row.how, ""))
        found.append(line("success", _("Sent by %(name)s on %(day)s.") % facts, note=how, **_referral_link(row, desk)))
    for row in told.removed:
        facts = {"name": named(row.referrer), "day": showing.day(row.removed_at)}
        why = row.removed_reason or _("The two became one contact.")
        text = _("Had been sent by %(name)s; that was removed on %(day)s.") % facts
        found.append(line("error", text, note=why, **_referral_link(row, desk)))
    found += [_claim(row, told, contact, desk) for row in told.claims]
    if told.came is None and not told.claims and not told.removed:
        text = _("Nobody was named as the one who sent this customer, so no referral pays anything for them.")
        found.append(line("", text, next=_("If somebody did, say who it was."), **_attribute_link(contact, desk)))
    return found


def _claim(row: Decision, told: Why, contact: Any, desk: Desk) -> Line:
    who = told.named.get(str(row.trace.get("referrer") or ""))
    name = named(who) if who else str(row.trace.get("text") or "")
    code = row.codes[0] if row.codes else ""
    facts = {"name": name, "day": showing.day(row.event.time)}
    text = _("%(name)s was named on %(day)s.") % facts if name else _("A referrer was named on %(day)s.") % facts
    if row.codes in CLAIMS:
        if told.came is not None:
            return line("", text, note=_("It is settled: the referrer is known by now."))
        link = _attribute_link(contact, desk)
        return line("warning", text, note=reason(code, desk.lang), next=_("Say who it was."), **link)
    return line("error", text, note=reason(code, desk.lang))


def _reached(came: ReferralState | None) -> list[Line]:
    if came is None:
        return []
    found, waiting = [], False
    for name, time in came.stages:
        word = str(STAGES[name])
        if time is not None:
            facts = {"stage": word, "moment": showing.moment(time)}
            found.append(line("success", _("%(stage)s: %(moment)s") % facts))
        elif not waiting and came.state != "cancelled":
            waiting = True
            text = _("%(stage)s: not yet") % {"stage": word}
            found.append(line("warning", text, next=_("The job has to be marked so in the booking system, or here.")))
    if came.state == "cancelled":
        found.append(line("error", _("The work was called off."), next=_("A new job of this customer counts again.")))
    return found


def _rules(came: ReferralState | None, desk: Desk) -> list[Line]:
    if came is None:
        return []
    if not came.rules:
        return [line("", _("No programme was running when the friend arrived, so nothing was promised."))]
    return [_rule(state, came, desk) for state in came.rules]


def _rule(state: RuleState, referral: ReferralState, desk: Desk) -> Line:
    said = state.explained
    whom = _holder(state, referral)
    if said is None:
        return _not_yet(state, whom, desk)
    checks = [{"text": condition(check), "held": check.held} for check in said.checks]
    note = _("Rule “%(rule)s” of %(programme)s") % {"rule": state.rule.id, "programme": state.programme}
    if said.outcome == "granted":
        return line("success", said.sentence, next=_reward_next(state, desk), note=note, checks=checks)
    if said.outcome == "waiting":
        after = _("The customer has to answer the survey.")
        return line("warning", said.sentence, next=after, note=note, checks=checks)
    if said.outcome == "reversed":
        return line("error", said.sentence, next=_why_back(state), note=note)
    after = next((str(NEXT[code]) for code in state.codes if code in NEXT), _("This is final."))
    return line("error", said.sentence, next=after, note=note, checks=checks)


def _holder(state: RuleState, referral: ReferralState) -> str:
    row = referral.referral
    if state.rule.to == "friend":
        return named(row.friend)
    if state.rule.to == "referrer":
        return named(row.referrer)
    return _("Whoever sent %(name)s") % {"name": named(row.referrer)}


def _not_yet(state: RuleState, whom: str, desk: Desk) -> Line:
    note = _("Rule “%(rule)s” of %(programme)s") % {"rule": state.rule.id, "programme": state.programme}
    stage = str(STAGES.get(state.rule.stage or "", _("Arrived")))
    if state.stands:
        text = _("%(name)s will get nothing by this rule.") % {"name": whom}
        return line("error", text, next=" ".join(reason(code, desk.lang) for code in state.stands), note=note)
    text = _("%(name)s is rewarded when the stage “%(stage)s” is reached.") % {"name": whom, "stage": stage}
    after = _("Not reached yet.")
    if state.over is not None:
        after += " " + _("It has to be reached before %(moment)s.") % {"moment": showing.moment(state.over)}
    return line("warning", text, next=after, note=note)


def _reward_next(state: RuleState, desk: Desk) -> str:
    reward = state.reward
    if reward is None:
        return ""
    if reward.status in REWARD_NEXT:
        return str(REWARD_NEXT[reward.status])
    if reward.status == "pending":
        if reward.review:
            return _("It waits until a person has looked at the shared address, on Rewards.")
        if reward.available_at > desk.now:
            return _("It becomes usable by itself on %(day)s.") % {"day": showing.moment(reward.available_at)}
        return _("It waits for a person to hand it over, on Rewards.")
    return ""


def _why_back(state: RuleState) -> str:
    if "stage_lost" in state.codes:
        return _("The work was called off or put back. When a job reaches the stage again it can be paid again.")
    return _("The referral was removed.") if "removed_by_admin" in state.codes else ""


def _sent_lines(told: Why) -> list[Line]:
    if not told.sent:
        return [line("", _("Nobody has come by this customer’s link, code or name yet."))]
    if told.more_sent:
        return [line("", _("These are the latest; the others stand on Referrals."))]
    return []


def _sent(told: Why, desk: Desk) -> list[dict[str, Any]]:
    return [
        {
            "title": named(state.referral.friend),
            "url": reverse("console:customer_why", args=[state.referral.friend.public_id]),
            "lead": _reached(state)[-1]["text"],
            "lines": _rules(state, desk),
        }
        for state in told.sent
    ]  # fmt: skip


def _purchases(told: Why) -> list[Line]:
    tones = {"granted": "success", "waiting": "warning", "refused": "error", "reversed": "error"}
    return [
        line(
            tones[said.outcome], said.sentence, note=f"{showing.moment(said.at)} · {said.rule}",
            checks=[{"text": condition(check), "held": check.held} for check in said.checks],
        )
        for said in told.purchases
    ]  # fmt: skip


def _referral_link(row: Any, desk: Desk) -> dict[str, str]:
    if "referrals.see" not in desk.may:
        return {}
    return {"url": reverse("console:referral", args=[row.public_id]), "url_text": _("Open the referral")}


def _attribute_link(contact: Any, desk: Desk) -> dict[str, str]:
    if "referrals.attribute" not in desk.may:
        return {}
    return {"url": reverse("console:customer_attribute", args=[contact.public_id]), "url_text": _("Find who it was")}
