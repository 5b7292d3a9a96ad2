"""Contacts that only one import made, and of whom nothing else speaks: those that go when it is undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from goodword.flow.bringing_judge import CONTACT_DETAILS, UNDONE, same_detail
from goodword.inbox.models import Event, Import
from goodword.ledger import reading
from goodword.ledger.opening import book_of
from goodword.people.models import Contact, Identity, WalletOwner, listed

# What an undone import leaves behind of its own: it speaks of nobody any more. All else that names a contact does.
_SILENT: dict[str, Q] = {
    "people.Identity": Q(),
    "people.WalletOwner": Q(),
    "rewards.Use": Q(),
    "rewards.Reward": Q(status="reversed"),
    "referrals.Referral": Q(removed_at__isnull=False),
    "work.Job": Q(external_id=None, status="cancelled"),
    "work.Ticket": Q(state="void"),
}


def orphans(import_: Import, chunk: Sequence[Event]) -> tuple[list[Contact], dict[int, str]]:
    """Return, of the contacts that these events name and the import made, those to withdraw and those still needed.

    A bounded number of statements.

    Returns:
        the contacts to withdraw; and by key the names of the others.
    """
    told = _told(import_, chunk)
    made = {pk: row for pk, row in told.items() if _made_by(import_, row)}
    if not made:
        return [], {}
    names = _names(import_, list(made))
    kept = {pk for pk in made if pk not in names and not _is_lead(made[pk])}
    kept |= _changed(import_, chunk, made, names)
    kept |= _spoken_of(set(made) - kept)
    kept |= _with_value(import_, set(made) - kept)
    gone = [row for pk, row in made.items() if pk not in kept]
    return gone, {pk: names.get(pk, made[pk].public_id) for pk in kept}


def _told(import_: Import, chunk: Sequence[Event]) -> dict[int, Contact]:
    """Return the contacts that the events name, those that are listed."""
    ids, phones, emails = set[str](), set[str](), set[str]()
    for event in chunk:
        for ref in _refs(event):
            if isinstance(ref, str):
                ids.add(ref)
            else:
                phones |= {ref["phone"]} if ref.get("phone") else set()
                emails |= {ref["email"]} if ref.get("email") else set()
    query = Contact.objects.filter(listed(), business_id=import_.business_id, erased_at=None)
    by_id = Identity.objects.filter(business_id=import_.business_id, source=import_.source, external_id__in=ids)
    found = query.filter(
        Q(pk__in=by_id.values("contact")) | Q(phone__in=phones) | Q(email__in=emails)
    )  # fmt: skip
    return {row.pk: row for row in found.order_by("pk")}


def _refs(event: Event) -> Iterable[Any]:
    ((_, inner),) = event.data.items() if len(event.data) == 1 else (("", event.data),)
    if event.type == "contact.saved":
        yield inner["external_id"]
        yield from [ref for ref in [(inner.get("referred_by") or {}).get("contact")] if ref]
    elif inner.get("contact"):
        yield inner["contact"]


def _made_by(import_: Import, row: Contact) -> bool:
    return import_.started_at is not None and row.created_at >= import_.started_at


def _is_lead(row: Contact) -> bool:
    return not row.name


def _names(import_: Import, made: list[int]) -> dict[int, str]:
    """Return the one name of each contact that the import's source alone knows by one name."""
    found: dict[int, list[tuple[str, str]]] = {}
    for pk, source, name in Identity.objects.filter(contact__in=made).values_list("contact", "source", "external_id"):
        found.setdefault(pk, []).append((source, name))
    return {pk: told[0][1] for pk, told in found.items() if len(told) == 1 and told[0][0] == import_.source}


def _changed(
    import_: Import, chunk: Sequence[Event], made: dict[int, Contact], names: dict[int, str]
) -> set[int]:  # fmt: skip
    """Return the contacts of which somebody has told more, or other things, than the import did."""
    said: dict[str, dict[str, Any]] = {}
    own = Event.objects.filter(
        business_id=import_.business_id, source=import_.source, batch=import_.number,
        external_id__in=[f"import-{import_.number}:customer:{name}" for name in names.values()],
    )  # fmt: skip
    for event in (*own, *(each for each in chunk if each.type == "contact.saved")):
        said.setdefault(event.data["contact"]["external_id"], {}).update(event.data["contact"])
    changed = set()
    for pk, row in made.items():
        told = said.get(names.get(pk, ""), {})
        blank = {"tags": [], "clubs": [], "name": ""}
        same = all(same_detail(row, name, told.get(name, blank.get(name))) for name in CONTACT_DETAILS)
        lead = pk not in names and not row.name
        if (not same and not lead) or row.partner or row.blocked or row.complaint_open or row.alias or row.asked_at:
            changed.add(pk)
    return changed


def _spoken_of(pks: set[int]) -> set[int]:
    """Return the contacts that any row of any table names, but for what the import itself left behind."""
    found: set[int] = set()
    for relation in Contact._meta.related_objects:
        model: Any = relation.related_model
        column = relation.field.name
        rows = model._default_manager.filter(**{f"{column}__in": list(pks - found)})
        silent = _SILENT.get(f"{model._meta.app_label}.{model._meta.object_name}")
        if silent is not None:
            if not silent:
                continue
            rows = rows.exclude(silent)
        if model._meta.object_name == "Job":
            found |= {row.contact_id for row in rows if not row.reports or not row.reports[-1][3].startswith(UNDONE)}
        else:
            found |= set(rows.values_list(f"{column}_id", flat=True))
    return found


def _with_value(import_: Import, pks: set[int]) -> set[int]:
    """Return the contacts who hold or owe anything."""
    owners = dict(WalletOwner.objects.filter(contact__in=pks, until=None).values_list("wallet", "contact"))
    if not owners:
        return set()
    business = import_.business
    held = reading.balances_of_each(
        book=book_of(business=business.pk), wallets=list(owners), currency=business.currency, now=import_.created_at
    )
    return {
        owners[wallet]
        for wallet, told in held.items()
        if told.owed or any(b.pending or b.redeemable for b in told.held.values())
    }
