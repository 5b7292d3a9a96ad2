"""A programme's rewards as a form: filled in, read in plain words, then published as the next revision (R107-R112)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.engine import guided
from goodword.engine.guided import Reward
from goodword.engine.parsing_writing import to_yaml
from goodword.engine.programme import Programme, parse
from goodword.engine.wording import explain
from goodword.errors import Refused
from goodword.flow.publish import publish
from goodword.reports import programmes as reading
from goodword.reports.programmes import Line
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import sentence_of
from goodword.web.console.settings_form import split_span

MOST_FOR_REFERRER = 5
MEANWHILE = gettext_lazy(
    "Somebody published this programme meanwhile. What you see now is in force; please look again."
)


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show the form; then its terms in words; then publish. A programme that says more than the form can is left."""
    line = reading.programme(business=desk.business, slug=ref, now=desk.now)
    if line is None or line.latest is None:
        raise Http404
    document = reading.document_of(line.latest)
    rewards = guided.read(document)
    if rewards is None or line.programme.draft:
        return _page(request, desk, line, {"too_rich": rewards is None, "draft_waits": bool(line.programme.draft)})
    if request.method != "POST":
        return _form(request, desk, line, rewards, document)
    sent = _sent(request, rewards)
    if request.POST.get("revision") != str(line.latest.number):
        return _form(request, desk, line, rewards, document, fault=str(MEANWHILE))
    if request.POST.get("do") == "change":
        return _form(request, desk, line, sent, document)
    faults = {n: found for n, reward in enumerate(sent) if (found := guided.faults_of(reward, document.currency))}
    if faults:
        return _form(request, desk, line, sent, document, faults=faults)
    source = guided.rewrite(document, sent)
    if not source["rules"]:
        said = _("Somebody has to get something. Choose at least one reward.")
        return _form(request, desk, line, sent, document, fault=said)
    if source == document.source:
        messages.info(request, _("Nothing was changed."))
        return redirect("console:programme", ref)
    return _judged(request, desk, line, document, sent, to_yaml(source))


def _judged(
    request: HttpRequest, desk: Desk, line: Line, document: Programme, sent: list[Reward], text: str
) -> HttpResponse:
    """Let the programme's own reader judge the whole; show it in words, or publish it."""
    try:
        terms = explain(parse(text), desk.lang)[1:]
        if request.POST.get("do") == "publish":
            after = line.latest.number if line.latest else None
            publish(business=desk.business, text=text, actor=desk.actor, now=desk.now, after=after)
            messages.success(request, _("Published. Referrals from now on are promised this."))
            return redirect("console:programme", line.programme.slug)
    except Refused as refusal:
        if refusal.code == "changed_meanwhile":
            messages.error(request, str(MEANWHILE))
            return redirect(request.path)
        told = refusal.facts.get("faults")
        first = told[0] if isinstance(told, list) and told else None
        said = first["problem"] if isinstance(first, dict) else sentence_of(refusal, lang=desk.lang)
        return _form(request, desk, line, sent, document, fault=str(said))
    before = explain(document, desk.lang)[1:]
    context = {
        "terms": [{"text": term, "new": term not in before} for term in terms],
        "gone": [term for term in before if term not in terms],
        "hidden": [(name, value) for name in request.POST for value in request.POST.getlist(name)
                   if name not in ("do", "csrfmiddlewaretoken")],
    }  # fmt: skip
    return _page(request, desk, line, context)


def _form(
    request: HttpRequest, desk: Desk, line: Line, rewards: list[Reward], document: Programme, *,
    faults: dict[int, dict[str, Any]] | None = None, fault: str = "",
) -> HttpResponse:  # fmt: skip
    shown_rewards = _with_room(rewards)
    told = faults or {}
    words = {n: {name: [sentence_of(one, lang=desk.lang)] for name, one in found.items()} for n, found in told.items()}
    cards = [_card(place, reward, words.get(place, {})) for place, reward in enumerate(shown_rewards)]
    others = [rule for rule in document.rules if rule.to not in ("referrer", "friend") or rule.on_ticket]
    context = {
        "cards": cards, "kinds": kind_options(), "stages": stage_options(), "currency": document.currency,
        "fault": fault, "faults": len(told), "others": len(others),
    }  # fmt: skip
    return _page(request, desk, line, context, status=422 if told or fault else 200)


def _page(request: HttpRequest, desk: Desk, line: Line, more: dict[str, Any], *, status: int = 200) -> HttpResponse:
    latest = line.latest.number if line.latest else 0
    context = {"slug": line.programme.slug, "name": line.programme.name, "revision": latest, **more}
    return shown(request, desk, "console/guided_rewards.html", context, active="programmes", status=status)


def kind_options() -> list[dict[str, str]]:
    """Return what may be given, as people say it."""
    return [
        {"value": "service_credit", "text": _("Service credit, used on the next invoice")},
        {"value": "percent", "text": _("Discount in percent")},
        {"value": "flat", "text": _("Discount of an amount")},
        {"value": "points", "text": _("Points")},
        {"value": "gift_card", "text": _("Gift card")},
        {"value": "voucher", "text": _("Voucher")},
        {"value": "custom", "text": _("Something of your own")},
    ]


def stage_options() -> list[dict[str, str]]:
    """Return when something may be given."""
    return [
        {"value": "referral.attributed", "text": _("when the friend gets in touch")},
        {"value": "referral.consultation", "text": _("after the consultation")},
        {"value": "referral.booked", "text": _("when the job is booked")},
        {"value": "referral.completed", "text": _("when the job is done")},
        {"value": "referral.invoiced", "text": _("when the job is invoiced")},
        {"value": "referral.paid", "text": _("when the job is paid")},
    ]


def _with_room(rewards: list[Reward]) -> list[Reward]:
    """Return the rewards with one empty place for the referrer, and one for a friend who gets nothing."""
    referrer = [reward for reward in rewards if reward.to == "referrer"]
    friend = [reward for reward in rewards if reward.to == "friend"]
    if len(referrer) < MOST_FOR_REFERRER and all(reward.rule or reward.gives for reward in referrer):
        referrer.append(Reward())
    if not friend:
        friend.append(Reward(to="friend", when="referral.attributed"))
    return [*referrer, *friend]


def _sent(request: HttpRequest, known: list[Reward]) -> list[Reward]:
    """Read the form; a reward keeps its rule only when the programme has it."""
    ids = {reward.rule for reward in known}
    found = []
    for n in range(MOST_FOR_REFERRER + 5):
        if f"{n}-gives" not in request.POST:
            continue
        tiers = [(_of(request, n, f"nth_{k}"), _of(request, n, f"tier_{k}")) for k in (1, 2)]
        count, rule = _of(request, n, "expires"), _of(request, n, "rule")
        unit = "months" if _of(request, n, "expires_unit") == "months" else "d"
        gives = _of(request, n, "gives")
        found.append(Reward(
            rule=rule if rule in ids else "", to="friend" if _of(request, n, "to") == "friend" else "referrer",
            when=_of(request, n, "when"), gives=gives, amount=_of(request, n, "amount"),
            tiers=[pair for pair in tiers if any(pair)] if gives not in ("percent", "custom") else [],
            text=_of(request, n, "text") if gives == "custom" else "",
            most=_of(request, n, "most") if gives == "percent" else "", cap=_of(request, n, "cap"),
            expires=f"{count} {unit}" if count else "",
        ))  # fmt: skip
    return found


def _of(request: HttpRequest, n: int, name: str) -> str:
    return request.POST.get(f"{n}-{name}", "").strip()[:200]


def _card(place: int, reward: Reward, faults: dict[str, list[str]]) -> dict[str, Any]:
    """Return one reward as the page shows it."""
    tiers = [*reward.tiers, *[("", "")] * guided.MORE_TIERS][: guided.MORE_TIERS]
    count, unit = split_span(reward.expires)
    return {
        "n": place, "rule": reward.rule, "to": reward.to, "when": reward.when, "gives": reward.gives,
        "amount": reward.amount, "text": reward.text, "most": reward.most, "cap": reward.cap,
        "tiers": [{"place": k, "nth": nth, "amount": amount} for k, (nth, amount) in enumerate(tiers, 1)],
        "expires": count, "expires_unit": unit, "faults": faults, "empty": not reward.gives,
        "open": bool(reward.gives) or bool(faults) or reward.to == "friend",
    }  # fmt: skip
