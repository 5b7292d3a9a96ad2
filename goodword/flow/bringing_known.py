"""What the books hold of what a batch of a table tells, read in a bounded number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from goodword.business.models import Business
from goodword.flow.querying import by_key
from goodword.inbox.models import Decision, Import
from goodword.inbox.tables.told import Told
from goodword.people.models import Contact, Identity, listed
from goodword.referrals.models import Referral
from goodword.work.models import Appointment, Job, Ticket

CHUNK = 5_000


class Known:
    """The rows of the books that a batch speaks of, by external id of its source."""

    def __init__(self, business: Business, import_: Import, batch: Sequence[Told]) -> None:
        self._business, self._source, self._number = business, import_.source, import_.number
        inner = [(key, told) for each in batch for key, told in each.raw["data"].items()]
        self.tickets = self._by_name(Ticket.objects.select_related("names_job"), Ticket, inner, "ticket")
        self.jobs = self._by_name(None, Job, inner, "job")
        self.appointments = self._by_name(None, Appointment, inner, "appointment")
        self._people: dict[tuple[str, str], Any] = {}
        self._read_people(inner)
        told = {str(each["external_id"]) for key, each in inner if key == "contact"}
        self.contacts = {name: row for name in told if (row := self._people.get(("id", name))) is not None}
        self.referrers = self._referrers([row.pk for row in self.contacts.values()])
        owners = [self._person(each["contact"]) for key, each in inner if key == "balance"]
        self._missing: dict[tuple[int, str], int] = {}
        self._balances = self._brought({row.pk for row in owners if row is not None})

    @staticmethod
    def contact(business: Business, public_id: str) -> Contact | None:
        """Return a contact by our id."""
        return Contact.objects.filter(listed(), business=business, public_id=public_id).first()

    def same_contact(self, pk: int | None, ref: Any, *, unsaid: bool = False) -> bool:
        """Say whether a reference means the contact of this key; one that means nobody we know does not.

        Args:
            unsaid: the table says nothing of it, so it is no difference.
        """
        if unsaid:
            return True
        if ref is None or pk is None:
            return ref is None and pk is None
        row = self._person(ref)
        return row is not None and row.pk == self._survivor(pk)

    def public_id(self, ref: Any) -> str:
        """Return our id of a contact that is known to be there."""
        return str(self._person(ref).public_id)

    def balances(self, ref: Any, asset: str) -> list[int]:
        """Return what other imports brought of an asset for a contact and was not taken back, in units."""
        row = self._person(ref)
        return self._balances.get((row.pk, asset), []) if row is not None else []

    def spent(self, ref: Any, asset: str) -> int:
        """Return what an undoing could not take back of an asset, in units: the contact has had it."""
        row = self._person(ref)
        return self._missing.get((row.pk, asset), 0) if row is not None else 0

    def _by_name(self, query: Any, model: Any, inner: Iterable[tuple[str, Any]], key: str) -> dict[str, Any]:
        names = {(self._source, str(told["external_id"])) for of, told in inner if of == key}
        if not names:
            return {}
        rows = by_key(model, self._business, names)
        if query is not None:
            rows = list(query.filter(pk__in=[row.pk for row in rows]))
        return {row.external_id: row for row in rows}

    def _read_people(self, inner: Iterable[tuple[str, Any]]) -> None:
        """Read whoever is referred to, by id, phone or e-mail, as the survivors they are now."""
        wanted: dict[str, set[str]] = {"id": set(), "phone": set(), "email": set()}
        for key, told in inner:
            refs = [told["external_id"]] if key == "contact" else []
            refs += [told.get("contact"), (told.get("referred_by") or {}).get("contact")]
            for ref in refs:
                for sort, value in _parts(ref):
                    wanted[sort].add(value)
        query = Contact.objects.filter(business=self._business)
        for part in _chunked(wanted["id"]):
            named = Identity.objects.filter(business=self._business, source=self._source, external_id__in=part)
            for each in named.select_related("contact"):
                self._people["id", each.external_id] = each.contact
            for row in query.filter(public_id__in=part):
                self._people.setdefault(("id", row.public_id), row)
        for sort in ("phone", "email"):
            for part in _chunked(wanted[sort]):
                for row in query.filter(listed(), **{f"{sort}__in": part}).order_by("-pk"):
                    self._people[sort, getattr(row, sort)] = row
        self._find_survivors()

    def _find_survivors(self) -> None:
        fresh = {row.merged_into_id for row in self._people.values() if row.merged_into_id}
        above: dict[int, Any] = {}
        while fresh:
            found = Contact.objects.in_bulk(fresh)
            above |= found
            fresh = {row.merged_into_id for row in found.values() if row.merged_into_id} - set(above)
        for key, row in self._people.items():
            while row.merged_into_id is not None:
                row = above[row.merged_into_id]
            self._people[key] = row

    def _person(self, ref: Any) -> Any:
        return next((self._people[part] for part in _parts(ref) if part in self._people), None)

    def _survivor(self, pk: int) -> int:
        if any(row.pk == pk for row in self._people.values()):
            return pk
        row = Contact.objects.get(pk=pk)
        while row.merged_into_id is not None:
            row = Contact.objects.get(pk=row.merged_into_id)
        return row.pk

    def _referrers(self, friends: list[int]) -> dict[int, int]:
        rows = Referral.objects.filter(friend__in=friends, removed_at=None) if friends else Referral.objects.none()
        return dict(rows.values_list("friend_id", "referrer_id"))

    def _brought(self, owners: set[int]) -> dict[tuple[int, str], list[int]]:
        if not owners:
            return {}
        root = {pk: pk for pk in owners}
        fresh = set(owners)
        while fresh:  # a balance stays written under the record it was brought for
            below = list(Contact.objects.filter(merged_into__in=fresh))
            root |= {row.pk: root[row.merged_into_id] for row in below if row.merged_into_id is not None}
            fresh = {row.pk for row in below}
        rows = Decision.objects.filter(
            business=self._business, contact__in=list(root), kind__in=["brought", "brought_back"]
        )
        told = [(kind, pk, trace, event) for kind, pk, trace, event in
                rows.values_list("kind", "contact", "trace", "event_id")]  # fmt: skip
        back = {trace["of"] for kind, _, trace, _ in told if kind == "brought_back"}
        found: dict[tuple[int, str], list[int]] = {}
        for kind, pk, trace, event in told:
            owner = (root[pk or 0], trace["asset"])
            if kind == "brought_back":
                self._missing[owner] = self._missing.get(owner, 0) + trace["missing"]
            elif event not in back and trace.get("import") != self._number:
                found.setdefault(owner, []).append(trace["units"])
        return found


def _chunked(keys: Iterable[str]) -> Iterable[list[str]]:
    """Yield lists short enough for one statement."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _parts(ref: Any) -> list[tuple[str, str]]:
    if ref is None or ref == "":
        return []
    if isinstance(ref, str):
        return [("id", ref)]
    return [(sort, ref[sort]) for sort in ("phone", "email") if ref.get(sort)]
