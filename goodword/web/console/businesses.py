"""The business in use, for one who belongs to several; and taking the demo away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.business.models import Membership
from goodword.flow import demo
from goodword.web.console.asking_form import Field, Form, form_page
from goodword.web.console.desk import CHOSEN, Desk


def choose(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Choose among one's businesses; somebody else's cannot be chosen."""
    seats = Membership.objects.filter(user=desk.person).select_related("business").order_by("business__name")
    options = [{"value": seat.business.public_id, "text": seat.business.name} for seat in seats]
    form = Form(
        title=_("Which business?"), button=_("Open"), back=reverse("console:overview"), back_text=_("Overview"),
        fields=[Field("business", _("Business"), kind="choice", options=options, initial=desk.business.public_id)],
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="")
    wanted = request.POST.get("business", "")
    if wanted not in {option["value"] for option in options}:
        return form_page(request, desk, form, active="", faults={"business": _("Choose one of these.")})
    request.session[CHOSEN] = wanted
    return redirect("console:overview")


def remove_demo(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take the demo and everything in it away."""
    form = Form(
        title=_("Remove the demo?"), button=_("Remove the demo"), tone="error", back=reverse("console:overview"),
        back_text=_("Overview"), lead=_("Its customers, referrals and books go for good. Your own business stays."),
        fields=[],
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="")
    if not desk.business.is_demo:
        return form_page(request, desk, form, active="", faults={"": _("This business is not the demo.")})
    demo.remove_demo(business=desk.business)
    messages.success(request, _("The demo is gone."))
    return redirect("console:start")
