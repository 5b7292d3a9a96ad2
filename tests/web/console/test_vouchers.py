"""Vouchers at the console."""
from __future__ import annotations
import pytest
from django.test import Client
from django.urls import reverse
from goodword.vouchers.models import Voucher
from tests.web.town import Town, signed_in
pytestmark = pytest.mark.django_db

def test_smoke(town: Town) -> None:
    desk = signed_in(town.owner)
    for name in ("vouchers", "voucher_sell", "stock", "stock_new", "stock_sell", "stock_spoil", "settings_badges", "badge_new"):
        assert desk.get(reverse("console:" + name)).status_code == 200, name
    page = desk.get(reverse("console:voucher_sell"))
    sent = {"form": page.context["form_key"], "value": "50", "count": "1", "method": "till", "buyer": "Maria Costa"}
    done = desk.post(reverse("console:voucher_sell"), sent)
    assert done.status_code == 200, done.context["faults"]
    v = Voucher.objects.get()
    assert v.buyer.name == "Maria Costa"
    for name in ("voucher", "voucher_assign", "voucher_extend", "voucher_replace", "voucher_freeze", "voucher_unfreeze", "voucher_void", "voucher_cash_out"):
        assert desk.get(reverse("console:" + name, args=[v.public_id])).status_code == 200, name
    assert desk.get(reverse("console:sale", args=[v.sale.public_id])).status_code == 200
    assert desk.get(reverse("console:vouchers")).status_code == 200
    print(desk.get(reverse("console:vouchers_sheet")).getvalue().decode())
    assert desk.post(reverse("console:voucher_code", args=[v.public_id])).status_code == 200
