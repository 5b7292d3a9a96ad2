"""On which channel a contact may be written to: what they gave us and what they said about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from goodword.business.models import Business
from goodword.people.models import Consent, Contact

# In order of preference: a text is read, an e-mail may be.
ADDRESSES: dict[str, str] = {"sms": "phone", "email": "email"}
ANY = "any"
OPTED_OUT = "opted out"
NO_ADDRESS = "no phone number and no e-mail address"

Said = Mapping[tuple[int, str], bool]
"""The newest word of a contact on a channel (or ``any``): True for yes, False for an opt-out."""


def said_by(*, business: Business, contacts: Iterable[int]) -> dict[tuple[int, str], bool]:
    """Return the newest word of each contact on each channel. One statement for 500 contacts.

    A yes or no to ``any`` covers every channel and outweighs older words on one.
    """
    said: dict[tuple[int, str], bool] = {}
    ids = sorted(set(contacts))
    for start in range(0, len(ids), 500):
        rows = Consent.objects.filter(Q(business=business), contact__in=ids[start : start + 500]).order_by("at", "pk")
        for contact, channel, granted in rows.values_list("contact_id", "channel", "granted"):
            for each in [*ADDRESSES, ANY] if channel == ANY else [channel]:
                said[contact, each] = granted
    return said


def choose(*, contact: Contact, purpose: str, said: Said, wanted: Sequence[str] = ()) -> tuple[str, str, str]:
    """Return (channel, address, note): a channel that may be used, or the one that would be and why it may not.

    Args:
        purpose: ``asking`` heeds an opt-out from any channel; ``service`` heeds it on that channel (templates/kind.py).
        wanted: the only channels to look at; empty takes all, in order of preference.
    """
    order = list(wanted) or list(ADDRESSES)
    reach = [(channel, getattr(contact, ADDRESSES[channel])) for channel in order]
    there = [(channel, address) for channel, address in reach if address]
    if not there:
        return order[0], "", NO_ADDRESS
    refused = {channel for channel in [*ADDRESSES, ANY] if said.get((contact.pk, channel)) is False}
    if purpose == "asking" and refused:
        return (*there[0], OPTED_OUT)
    for channel, address in there:
        if channel not in refused:
            return channel, address, ""
    return (*there[0], OPTED_OUT)
