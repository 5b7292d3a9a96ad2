"""The wording of messages: each in each language, with a preview, a test to oneself and a way back to ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.business.reading import setting
from goodword.engine.wording.language import LANGUAGES
from goodword.errors import Invalid, Refused
from goodword.flow.sending_tests import send_test
from goodword.flow.submit import submit
from goodword.outbox import own_words
from goodword.outbox.examples import example
from goodword.outbox.rendering import Rendered, render
from goodword.outbox.segments import segments
from goodword.outbox.templates import TEMPLATES
from goodword.outbox.templates.kind import Text
from goodword.web import showing
from goodword.web.console.desk import Desk, shown
from goodword.web.console.letter_words import PURPOSES, cause_of, name_of, variables
from goodword.web.console.refusals import fault_sentence, sentence_of


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List every message there is, and in which language it has words of the business's own."""
    own = own_words.in_force(business=desk.business, at=desk.now)
    rows = [
        {
            "name": name_of(name), "cause": cause_of(name), "purpose": PURPOSES[made.purpose],
            "asking": made.purpose == "asking",
            "languages": [{"code": lang, "url": _address(name, lang), "own": (name, lang) in own}
                          for lang in LANGUAGES],
        }
        for name, made in TEMPLATES.items()
    ]  # fmt: skip
    return shown(request, desk, "console/wordings.html", {"rows": rows}, active="messages")


def edit(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show the words in force and how they read; save them (R94, R99, R102, R103)."""
    template, lang = _named(ref)
    own = own_words.in_force(business=desk.business, at=desk.now).get((template, lang))
    ours = TEMPLATES[template].texts[lang]
    subject, body = _posted(request, own.text if own else ours)
    text = own_words.text_of(subject, body)
    if request.POST.get("act") == "save":
        data = {"template": template, "language": lang, "subject": subject, "body": body}
        try:
            submit(business=desk.business, type="wording.changed", data=data, actor=desk.actor, now=desk.now)
        except Invalid:
            return _page(request, desk, ref, text=text, own=own, subject=subject, body=body, status=422)
        messages.success(request, _("Saved. The next message uses these words; those in line keep theirs."))
        return redirect("console:wording", ref)
    return _page(request, desk, ref, text=text, own=own, subject=subject, body=body)


def back_to_ours(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Ask, then go back to the words that came with Goodword."""
    template, lang = _named(ref)
    if request.method != "POST":
        context = {"name": name_of(template), "back": _address(template, lang), "ours": _whole(template, lang)}
        return shown(request, desk, "console/wording_ours.html", context, active="messages")
    data = {"template": template, "language": lang}
    submit(business=desk.business, type="wording.dropped", data=data, actor=desk.actor, now=desk.now)
    messages.success(request, _("The original words are back in use."))
    return redirect("console:wording", ref)


def test(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Send these words, filled with a made-up case, to the one who writes them."""
    template, lang = _named(ref)
    own = own_words.in_force(business=desk.business, at=desk.now).get((template, lang))
    subject, body = _posted(request, own.text if own else TEMPLATES[template].texts[lang])
    text = own_words.text_of(subject, body)
    channel = "sms" if request.POST.get("act") == "sms" else "email"
    more: dict[str, Any] = {"to": request.POST.get("to", "")}
    try:
        more["tested"] = send_test(
            business=desk.business, template=template, language=lang, subject=subject, body=body, channel=channel,
            to=more["to"], actor=desk.actor, now=desk.now,
        )  # fmt: skip
    except Refused as refusal:
        more |= {"test_fault": sentence_of(refusal, lang=desk.lang), "test_channel": channel}
    status = 422 if "test_fault" in more else 200
    return _page(request, desk, ref, text=text, own=own, subject=subject, body=body, status=status, more=more)


def _page(
    request: HttpRequest, desk: Desk, ref: str, *, text: Text, own: own_words.Own | None, subject: str, body: str,
    status: int = 200, more: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    template, lang = _named(ref)
    made = TEMPLATES[template]
    found = own_words.faults(template=template, text=text)
    sender = str(setting(desk.business, "sender_name", desk.now)) or desk.business.name
    context = {
        "ref": ref, "name": name_of(template), "cause": cause_of(template), "purpose": PURPOSES[made.purpose],
        "asking": made.purpose == "asking", "language": lang, "subject": subject, "body": body, "own": own,
        "tabs": [{"text": showing_name(code), "url": _address(template, code), "count": None, "current": code == lang}
                 for code in LANGUAGES],
        "variables": _variables(template, lang, desk, sender), "faults": _faults(found), "refused": status == 422,
        "subject_faults": _sentences(f for f in found if f.field == "subject"),
        "body_faults": _sentences(f for f in found if f.field == "body"),
        "preview": _preview(template, lang, desk, sender, text=text if not found else None),
        "ours": _whole(template, lang), "changed": request.method == "POST" and status == 200 and not more,
        "longest": own_words.LONGEST_BODY, "longest_subject": own_words.LONGEST_SUBJECT, **(more or {}),
    }  # fmt: skip
    if request.POST.get("act") == "preview" or status == 200:
        context |= {"subject_faults": [], "body_faults": []}
    return shown(request, desk, "console/wording.html", context, active="messages", status=status)


def showing_name(code: str) -> str:
    """Return a language's name in itself."""
    return next(option["text"] for option in showing.language_options() if option["value"] == code)


def _named(ref: str) -> tuple[str, str]:
    template, _dot, lang = ref.partition(".")
    if template not in TEMPLATES or lang not in LANGUAGES:
        raise Http404
    return template, lang


def _address(template: str, lang: str) -> str:
    return reverse("console:wording", args=[f"{template}.{lang}"])


def _posted(request: HttpRequest, text: Text) -> tuple[str, str]:
    """Return subject and text as they were sent, else those in force."""
    if "body" in request.POST:
        return request.POST.get("subject", ""), request.POST["body"].replace("\r\n", "\n")
    return text.subject, "\n".join(text.lines)


def _whole(template: str, lang: str) -> dict[str, str]:
    text = TEMPLATES[template].texts[lang]
    return {"subject": text.subject, "body": "\n".join(text.lines)}


def _faults(found: Iterable[own_words.Fault]) -> list[str]:
    return list(dict.fromkeys(_sentences(found)))


def _sentences(found: Iterable[own_words.Fault]) -> list[str]:
    return [fault_sentence(fault.code, fault.name) for fault in found]


def _variables(template: str, lang: str, desk: Desk, sender: str) -> list[dict[str, Any]]:
    made = TEMPLATES[template]
    known = variables(made.variables, link_is_survey=template == "survey_request")
    return [
        {
            "name": f"{{{name}}}", "text": words, "needed": name in made.needs, "sometimes": name in made.sometimes,
            "example": _said(template, lang, desk, sender, text=Text(subject="–", lines=(f"{{{name}}}",))).body,
        }
        for name, words in known
    ]  # fmt: skip


def _preview(template: str, lang: str, desk: Desk, sender: str, *, text: Text | None) -> dict[str, Any] | None:
    if text is None:
        return None
    full, sparse = (_said(template, lang, desk, sender, text=text, sparse=sparse) for sparse in (False, True))
    return {
        "full": full, "sms": segments(full.body), "sparse": sparse if sparse.body != full.body else None,
        "sender": sender,
    }  # fmt: skip


def _said(template: str, lang: str, desk: Desk, sender: str, *, text: Text, sparse: bool = False) -> Rendered:
    name, facts = example(template=template, lang=lang, now=desk.now, currency=desk.business.currency, sparse=sparse)
    return render(
        template=template, lang=lang, name=name, business=sender, currency=desk.business.currency,
        zone=ZoneInfo(desk.business.timezone), facts=facts, own=text,
    )  # fmt: skip
