"""What the event of printing vouchers tells; ``flow/printing_vouchers.py`` makes the files."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.errors import Invalid, NotFound
from goodword.inbox import models as inbox
from goodword.vouchers.models import Voucher

FORMS = ("one", "sheets", "table")


def printed(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``voucher.printed {form, count, serials?, voucher?, batch?, sale?, design?}``: codes left the house on paper.

    ``form`` is ``one``, ``sheets`` or ``table``. It changes nothing; it tells who, when and which.

    Raises:
        Invalid: ``not_a_choice``, ``bad_count``. NotFound: ``voucher_not_found``.
    """
    if row.data.get("form") not in FORMS:
        raise Invalid("not_a_choice", f"form is one of {', '.join(FORMS)}", pointer="/form")
    if type(row.data.get("count")) is not int or row.data["count"] < 1:
        raise Invalid("bad_count", "how many cards were printed", pointer="/count")
    ref = row.data.get("voucher")
    if ref and not Voucher.objects.filter(business=business, public_id=ref).exists():
        raise NotFound("voucher_not_found", "no voucher of that number or code")
