"""``/v/<code>``: what a voucher is worth, for whoever holds its code; ``/v/``: type the code of a card.

The code is the right to the page, so other sites learn nothing of the address and nothing keeps it. Only codes open
it, never serials. Whoever guesses too often waits (``web/guessing.py``), and staff read of it on *Problems*.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from goodword import codes
from goodword.business.models import Business
from goodword.errors import Refused
from goodword.reports import public_voucher
from goodword.vouchers import finding
from goodword.vouchers.models import Voucher
from goodword.web import guessing, showing
from goodword.web.guessing import NOBODY_KNOWS, PUBLIC, Guesser
from goodword.web.pages.visiting import address_of, first_name, public, shown

LONGEST = 64
TITLES: dict[str, Promise] = {
    "good": gettext_lazy("Yours to use"),
    "used": gettext_lazy("All of it was used"),
    "paid_out": gettext_lazy("It was paid out"),
    "expired": gettext_lazy("Its time is over"),
    "frozen": gettext_lazy("It is resting for a moment"),
    "cancelled": gettext_lazy("This voucher was cancelled"),
    "replaced": gettext_lazy("A new card took its place"),
    "unsold": gettext_lazy("This card is not active yet"),
}
LEADS: dict[str, Promise] = {
    "used": gettext_lazy("Thank you for coming. Below is when it was used."),
    "paid_out": gettext_lazy("What was left of it was paid out in money, so nothing is on it any more."),
    "expired": gettext_lazy("Its last day has passed. Get in touch with us all the same; we look at it together."),
    "frozen": gettext_lazy("There is a question about it. Get in touch with us, and we sort it out."),
    "cancelled": gettext_lazy("It cannot be used any more. Get in touch with us if you wonder why."),
    "replaced": gettext_lazy("The card was reported lost and replaced. The value is on the new one."),
    "unsold": gettext_lazy("It was not sold yet, so nothing is on it. Ask where you got it."),
}


@require_safe
@public
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show a voucher to whoever holds its code."""
    now = timezone.now()
    guesser = Guesser(NOBODY_KNOWS, PUBLIC, request.META.get("REMOTE_ADDR", ""))
    try:
        guessing.check(guesser, now=now)
    except Refused:
        return _asked(request, error=_("That was too many tries. Please wait an hour, or call us."), status=429)
    try:
        voucher = finding.by_code(code[:LONGEST])
    except codes.Mistyped as fault:
        return _asked(request, code=code, error=_mistyped(fault), status=404)
    if voucher is None:
        guessing.missed(guesser, business=_whose(), now=now)
        return _asked(
            request, code=code, error=_("We do not know this code. Please compare it with the card."), status=404
        )
    return _page(request, voucher)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def find(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a card and lead on to its page."""
    code = codes.normalise(request.POST.get("code", "")[:LONGEST])
    if request.method != "POST":
        return _asked(request)
    if not code:
        return _asked(request, error=_("Please type the code that stands on the card."), status=422)
    return redirect(address_of(request, "pages:voucher", codes.grouped(code)))


def _whose() -> Business | None:
    """Return whose staff reads that somebody guesses; of several businesses nobody knows which is meant."""
    businesses = list(Business.objects.all()[:2])
    return businesses[0] if len(businesses) == 1 else None


def _page(request: HttpRequest, voucher: Voucher) -> HttpResponse:
    business = voucher.business
    told = public_voucher.of(voucher, now=timezone.now())
    with showing.zone_of(business):
        context = {
            "voucher": told,
            "title": TITLES[told.standing],
            "lead": LEADS.get(told.standing, ""),
            "giver": first_name(told.giver),
            "recipient": first_name(told.recipient),
            "last_day": showing.last_day(told.until) if told.until else "",
            "contact_url": address_of(request, "pages:contact", business.slug),
            "business": business.name,
        }
        return _private(shown(request, "pages/voucher.html", context, business=business))


def _asked(request: HttpRequest, *, code: str = "", error: str = "", status: int = 200) -> HttpResponse:
    return _private(
        shown(request, "pages/voucher_find.html", {"code": code, "error": error}, business=None, status=status)
    )


def _private(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"  # the address is the right to the page
    return response


def _mistyped(fault: codes.Mistyped) -> str:
    if "place" in fault.facts:
        return _("A character cannot be right: check the one at place %(place)s.") % {"place": fault.facts["place"]}
    return _("Something is mistyped. Please compare the code with the card, letter by letter.")
