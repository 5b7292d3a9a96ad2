"""Addressing: which row of this key's business a path, a filter or a reference means. Nothing ever crosses."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from goodword import codes, identity
from goodword.business.models import ApiKey, Business
from goodword.errors import Invalid, NotFound
from goodword.inbox.models import Event
from goodword.people.merged import survivor_of
from goodword.people.models import Contact, Identity, WalletOwner, listed
from goodword.programmes.models import Programme
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward

EXTERNAL = "external:"
FEWEST_DIGITS = 3  # of a phone that are searched for


def contact_of(key: ApiKey, text: str) -> Contact:
    """Return the living contact that ``con_…`` or ``external:<id>`` names; a merged one's survivor.

    Raises:
        NotFound: ``contact_not_found``.
    """
    rows = Contact.objects.filter(withdrawn_at=None).select_related("merged_into")
    if text.startswith(EXTERNAL):
        found = Identity.objects.filter(
            business=key.business, source=key.source, external_id=text.removeprefix(EXTERNAL)
        ).values_list("contact_id", flat=True).first()  # fmt: skip
        row = rows.filter(business=key.business, pk=found).first() if found else None
    else:
        row = rows.filter(business=key.business, public_id=text).first()
    if row is None:
        raise NotFound("contact_not_found", "no such contact")
    return survivor_of(row)


def reference(key: ApiKey, ref: str | dict[str, Any]) -> str | dict[str, Any]:
    """Return how a command names a contact (rulings 7).

    Args:
        ref: ``con_…``, ``external:<id>``, an external id of the key's source, ``{source?, external_id}``, ``{phone}``
            or ``{email}``.

    Raises:
        NotFound: ``contact_not_found`` for one of our ids that is not in this business.
        Invalid: ``validation_error``: an object that names nobody.
    """
    if isinstance(ref, str):
        if codes.is_public_id(ref, prefix="con"):
            return contact_of(key, ref).public_id
        return {"source": key.source, "external_id": ref.removeprefix(EXTERNAL)}
    given = {name: value for name, value in ref.items() if value is not None}
    if "external_id" in given:
        return {"source": given.get("source", key.source), "external_id": given["external_id"]}
    if not given.keys() & {"phone", "email"}:
        raise Invalid("validation_error", "name a contact by external_id, phone or email", pointer="")
    country = key.business.country
    number, mail = given.get("phone"), given.get("email")
    if not (number and identity.phone(number, country=country)) and not (mail and identity.email(mail)):
        raise Invalid("validation_error", "this phone or e-mail cannot identify anybody", pointer="")
    return {name: given[name] for name in ("phone", "email") if name in given}


def matching(business: Business, text: str | None) -> QuerySet[Contact]:
    """Return the living contacts that a search by name, phone, e-mail or code finds; all without a text."""
    rows = Contact.objects.filter(listed(), business=business)
    plain = (text or "").strip()
    if not plain:
        return rows
    wanted = Q(email__icontains=plain)
    for form in {plain, plain.lower(), plain.upper(), plain.title()}:  # SQLite folds the case of ASCII only
        wanted |= Q(name__icontains=form)
    wanted |= Q(code=codes.normalise(plain))
    number = identity.phone(plain, country=business.country)
    digits = "".join(c for c in plain if c.isdigit())
    if number:
        wanted |= Q(phone=number)
    if len(digits) >= FEWEST_DIGITS and not any(c.isalpha() for c in plain):
        wanted |= Q(phone__contains=digits.lstrip("0"))
    return rows.filter(wanted)


def wallets_of(contact: Contact) -> list[int]:
    """Return the ledger wallets that belong to the contact now."""
    owned = WalletOwner.objects.filter(contact=contact, until=None).order_by("wallet")
    return list(owned.values_list("wallet", flat=True))


def referral_of(key: ApiKey, text: str) -> Referral:
    """Return a referral, a removed one too.

    Raises:
        NotFound: ``referral_not_found``.
    """
    row = Referral.objects.select_related("friend", "referrer").filter(business=key.business, public_id=text).first()
    if row is None:
        raise NotFound("referral_not_found", "no such referral")
    return row


def reward_of(key: ApiKey, text: str) -> Reward:
    """Return a reward.

    Raises:
        NotFound: ``reward_not_found``.
    """
    rows = Reward.objects.select_related("holder", "referral", "event", "revision__programme")
    row = rows.filter(business=key.business, public_id=text).first()
    if row is None:
        raise NotFound("reward_not_found", "no such reward")
    return row


def programme_of(key: ApiKey, text: str) -> Programme:
    """Return a programme by our id or by its document's id.

    Raises:
        NotFound: ``programme_not_found``.
    """
    rows = Programme.objects.filter(business=key.business)
    row = rows.filter(Q(public_id=text) | Q(slug=text)).first()
    if row is None:
        raise NotFound("programme_not_found", "no such programme")
    return row


def public_events(pks: Collection[int | None]) -> dict[int, str]:
    """Return the public ids of events by key. One statement, or none."""
    wanted = {pk for pk in pks if pk is not None}
    return dict(Event.objects.filter(pk__in=wanted).values_list("pk", "public_id")) if wanted else {}
