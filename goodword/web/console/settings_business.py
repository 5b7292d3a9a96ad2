"""Settings, Business: what a business says of itself, its clock, its country."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from goodword.business.particulars import read_particulars
from goodword.errors import Refused
from goodword.flow.changing import change_business
from goodword.flow.configuring import currency_fixed
from goodword.web import showing
from goodword.web.console.desk import Desk
from goodword.web.console.settings_form import Ask, Page, Section, saved, sent, settings_page


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the particulars and change them."""
    page = _page(desk)
    if request.method != "POST":
        return settings_page(request, desk, page)
    wanted, found = read_particulars(sent(request, page), country=desk.business.country)
    faults: dict[str, Refused] = dict(found)
    if faults:
        return settings_page(request, desk, page, faults=faults)
    try:
        changed = change_business(business=desk.business, wanted=wanted, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        return settings_page(request, desk, page, faults={str(refusal.facts.get("field", "")): refusal})
    return saved(request, page, changed=bool(changed))


def _page(desk: Desk) -> Page:
    business = desk.business
    fixed = currency_fixed(business=business)
    zones = showing.zone_options()
    if business.timezone not in {zone["value"] for zone in zones}:
        zones = [{"value": business.timezone, "text": business.timezone}, *zones]
    currency = Ask("currency", _("Currency"), kind="fixed" if fixed else "choice",
                   options=showing.currency_options(), value=business.currency)  # fmt: skip
    return Page(
        name="settings_business",
        lead=_("Who you are to your customers: it stands on the pages they see and the papers they get."),
        sections=[
            Section(_("How customers know you"), "store", [
                Ask("name", _("Business name"), value=business.name),
                Ask("address", _("Address"), kind="area", value=business.address,
                    help=_("As it stands on pages and papers, in lines.")),
                Ask("phone", _("Phone"), kind="tel", value=showing.phone(business.phone)),
                Ask("email", _("E-mail"), kind="email", value=business.email),
                Ask("website", _("Website"), kind="url", value=business.website),
                Ask("privacy_url", _("Your privacy page"), kind="url", value=business.privacy_url,
                    help=_("Where you tell how you look after people’s data. It is linked on every page they see.")),
            ]),
            Section(_("Where you are"), "map-pin", [
                Ask("timezone", _("Time zone"), kind="choice", options=zones, value=business.timezone),
                Ask("country", _("Country"), kind="choice", options=showing.country_options(), value=business.country),
                Ask("region", _("State or region"), value=business.region,
                    help=_("Only where its law differs within the country, like CA.")),
                currency,
            ]),
        ],
        says=[
            _("Deadlines that were given stay as they are. New ones end at midnight by the clock of the time zone."),
            _("Quiet hours and limits by day, month or year follow the clock from the moment you save."),
            _("The country says how phone numbers without a country code are read, and which law vouchers follow."),
            _("Amounts are on record in this currency, so it stays. Another currency is another business.") if fixed
            else _("The currency can be changed until the first amount is on record."),
        ],
    )  # fmt: skip
