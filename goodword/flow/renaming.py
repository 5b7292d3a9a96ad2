"""Gives what is made while a history is decided again the names that it bears where the history comes from."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from typing import Any

from goodword.business.models import Business
from goodword.flow.archive import label
from goodword.flow.retelling import NAMED, key_of
from goodword.inbox.models import Decision
from goodword.people.models import Contact, Identity

_MINTED = re.compile(r"\b[a-z]{3}_[0-9a-z]{20,}")


class Renaming:
    """Follows a database in which a history is decided, batch by batch.

    A contact is found by the name that a source has for it, or else is the oldest that is still to come; what else has
    an id is the n-th of its like, as ``retelling.NAMED`` says.
    """

    def __init__(self, business: Business, names: sqlite3.Connection) -> None:
        self._business, self._names = business, names
        self._seen = dict.fromkeys([Contact, *NAMED, Decision], 0)

    def seed(self) -> None:
        """Have the people who were erased be there from the start: what told who they are is in no event any more."""
        erased = self._names.execute("SELECT id, code FROM contact WHERE erased ORDER BY place").fetchall()
        for public_id, code in erased:
            contact = Contact.objects.create(business=self._business, public_id=public_id, code=code)
            known = self._names.execute("SELECT source, external_id FROM identity WHERE contact = ?", (public_id,))
            Identity.objects.bulk_create(
                Identity(business=self._business, contact=contact, source=source, external_id=name)
                for source, name in known.fetchall()
            )
        self._fresh(Contact)

    def follow(self) -> None:
        """Rename what was made since the last time, in the rows and in the decisions that speak of it."""
        minted: dict[str, str] = {}
        for contact in self._fresh(Contact):
            self._contact(contact, minted)
        for model, told in NAMED.items():
            same = Counter[str]()
            for row in self._fresh(model).annotate(**told):
                of = key_of(getattr(row, name) for name in told)
                key = (label(model), of, same[of])
                same[of] += 1
                _rename(row, self._one("SELECT id FROM thing WHERE kind = ? AND of = ? AND nth = ?", *key), minted)
        decisions = self._fresh(Decision)
        for decision in decisions if minted else ():
            before = json.dumps(decision.trace)
            said = _MINTED.sub(lambda found: minted.get(found.group(), found.group()), before)
            if said != before:
                Decision.objects.filter(pk=decision.pk).update(trace=json.loads(said))

    def _fresh(self, model: Any) -> Any:
        """Return the rows that were made since this was asked before, oldest first."""
        rows = model.objects.filter(pk__gt=self._seen[model]).order_by("pk")
        last = rows.values_list("pk", flat=True).last()
        upto = self._seen[model] if last is None else last
        rows = rows.filter(pk__lte=upto)
        self._seen[model] = upto
        return rows

    def _contact(self, contact: Contact, minted: dict[str, str]) -> None:
        found = None
        for source, name in contact.identities.order_by("pk").values_list("source", "external_id"):
            found = found or self._one(
                "SELECT c.id, c.code FROM identity i JOIN contact c ON c.id = i.contact"
                " WHERE i.source = ? AND i.external_id = ? AND NOT c.used", source, name,
            )  # fmt: skip
        found = found or self._one("SELECT id, code FROM contact WHERE used = 0 ORDER BY place LIMIT 1")
        if found is not None:
            self._names.execute("UPDATE contact SET used = 1 WHERE id = ?", (found[0],))
            minted[contact.public_id] = found[0]
            Contact.objects.filter(pk=contact.pk).update(public_id=found[0], code=found[1])

    def _one(self, statement: str, *values: object) -> Any:
        return self._names.execute(statement, values).fetchone()


def _rename(row: Any, found: Any, minted: dict[str, str]) -> None:
    """Give a row its name; one that was never made where the history comes from keeps its own."""
    if found is not None:
        minted[row.public_id] = found[0]
        type(row).objects.filter(pk=row.pk).update(public_id=found[0])
