"""The refused rows of an import, page by page and as a file to mend; its sheet as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from goodword.flow.bringing_sheet import reconciliation, refused_rows
from goodword.inbox.models import Import
from goodword.money import Amount
from goodword.reports import imports as reading
from goodword.reports.row_faults import row_sentence
from goodword.web.console import bringing_words as words
from goodword.web.console.bringing import import_of, line_of
from goodword.web.console.bringing_import import fault_line
from goodword.web.console.bringing_states import STATES
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import paged
from goodword.web.console.sheets import sheet


def refused(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show the refused rows, those of one reason or all, in the order of the file."""
    import_ = import_of(desk, ref)
    code = request.GET.get("code", "")
    code = code if code in import_.reasons else ""
    page = reading.faults(import_, code=code, after=request.GET.get("after", ""))
    options = [{"value": "", "text": _("All reasons")}]
    options += [{"value": each, "text": words.reason_name(each)} for each in import_.reasons]
    context = {
        "import": line_of(import_), "number": import_.number, "faults": [fault_line(each) for each in page.rows],
        "codes": options, "code": code, **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/import_refused.html", context, active="settings")


def as_file(_request: HttpRequest, desk: Desk, ref: str) -> HttpResponseBase:
    """Hand out the refused rows, each with why; mended, the file is brought in as it is."""
    import_ = import_of(desk, ref)
    answer = StreamingHttpResponse(_rows(import_, desk.lang), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{import_.number}-refused.csv"'
    return answer


def as_sheet(_request: HttpRequest, desk: Desk, ref: str) -> HttpResponseBase:
    """Hand out the reconciliation sheet as a spreadsheet."""
    import_ = import_of(desk, ref)
    told = reconciliation(import_)
    booked = None if told.money_booked is None else Amount(told.money_booked, told.currency)
    rows: list[list[Any]] = [
        [_("File"), import_.file_name], [_("Number"), import_.number], [_("Fingerprint (SHA-256)"), import_.sha256],
        [_("Kind"), words.kind_name(import_.kind)], [_("State"), str(STATES[import_.state].text)],
        [_("Rows in the file"), told.rows], [_("Rows brought in"), told.stored], [_("Rows known already"), told.known],
        [_("Rows refused"), told.refused], [_("Of these, with nothing in them for us"), told.passed],
        [_("Money in the rows"), Amount(told.money_in, told.currency)], [_("Money in the books"), booked],
        [_("Currency"), told.currency],
        [_("Points in the rows"), told.points_in], [_("Points in the books"), told.points_booked],
        *([words.reason_name(code), count] for code, count in told.reasons.items()),
    ]  # fmt: skip
    return sheet(f"import-{import_.number}-sheet", [_("What"), _("How much")], rows)


def _rows(import_: Import, lang: str) -> Iterator[bytes]:
    """Yield the refused rows with why in words; the file is sent when the language of the page is no longer set."""

    def said(field: str, code: str, facts: Mapping[str, Any]) -> str:
        with translation.override(lang):
            sentence = row_sentence(code, facts)
            return f"{words.field_name(field)}: {sentence}" if field else sentence

    return refused_rows(import_, say=said)
