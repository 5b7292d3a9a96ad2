"""The contexts of the programme pages and of a form, as templates/README.md promises them."""

from __future__ import annotations

from typing import Any

from goodword.web.styleguide import sample
from goodword.web.styleguide.sample import NOW, say

Context = dict[str, Any]
DOCUMENT = """format: 1
id: neighbours
name: Good neighbours
currency: USD
rules:
  - {id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 25.00}
"""


def _line() -> Context:
    return {"slug": "neighbours", "name": "Good neighbours", "draft": True, "revision": 4, "since": NOW, "later": None}


def _terms() -> list[str]:
    return [
        say("Everyone may refer friends.", "يمكن للجميع إحالة أصدقائهم."),
        say("When a referred friend has paid for the job, the person who referred them gets $25 of account credit.",
            "عندما يدفع الصديق المُحال ثمن العمل، يحصل من أحاله على 25 دولارًا رصيدًا."),
    ]  # fmt: skip


def programmes() -> Context:
    """Return the context of console/programmes.html."""
    return sample.shell("programmes") | {"can_edit": True, "programmes": [_line(), _line() | {"revision": None}]}


def programme() -> Context:
    """Return the context of console/programme.html."""
    return sample.shell("programmes") | {
        "can_edit": True, "programme": _line(), "terms": _terms(), "document": DOCUMENT,
    }  # fmt: skip


def draft() -> Context:
    """Return the context of console/programme_draft.html, with faults."""
    fault = {"line": 6, "key": "rules[0].amount", "problem": "has more decimals than USD", "write_instead": "25.00"}
    return sample.shell("programmes") | {
        "programme": _line(), "text": DOCUMENT, "faults": [fault], "terms": _terms(), "can_publish": True,
    }  # fmt: skip


def form() -> Context:
    """Return the context of console/form.html, with a fault beside its field."""
    said = say("The friend already has a referrer; a friend has at most one.", "للصديق مُحيل بالفعل.")
    asked = {
        "title": say("Who sent this customer?", "من أرسل هذا العميل؟"), "button": say("Save", "حفظ"), "tone": "primary",
        "lead": "", "back": "#", "back_text": "Jonas Berg",
    }  # fmt: skip
    row = {"name": "referrer", "label": say("Name", "الاسم"), "kind": "text", "required": True, "help": "",
           "options": [], "value": "Maria Costa", "errors": [said]}  # fmt: skip
    return sample.shell("customers") | {"form": asked, "rows": [row], "fault": ""}
