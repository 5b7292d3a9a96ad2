"""Short words for the tests of vouchers at the console: a form as a person fills it in, a voucher that was sold."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.vouchers.models import Sale, Voucher
from tests.web.town import Town

TILL = {"method": "till", "reference": "T-1"}


def order(town: Town, what: str, **data: Any) -> Event:
    """Order something of vouchers as the owner does."""
    return submit(business=town.business, type=what, data=data, actor=f"user:{town.owner.email}", now=town.now)


def sold(town: Town, value: int = 5000, **more: Any) -> Voucher:
    """Sell one voucher."""
    data = {"kind": "sold", "value": value, "payment": TILL, **more}
    return Sale.objects.get(event=order(town, "voucher.issued", **data)).vouchers.get()


def badge(town: Town, name: str = "Valentine") -> str:
    """Make a badge and return its id."""
    return str(order(town, "badge.saved", name=name, colour="#b3261e").data["badge"])


def sent(client: Client, name: str, *ids: str, **fields: Any) -> HttpResponse:
    """Open a form and send it, as a person does: its hidden key comes back."""
    url = reverse(f"console:{name}", args=ids)
    context = client.get(url).context
    key = context["form_key"] if "form_key" in context else context["form"].hidden["form"]
    return client.post(url, {"form": key, **fields})
