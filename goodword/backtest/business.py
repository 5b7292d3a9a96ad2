"""What a backtest takes from a business: its settings and whose referral code is whose. Reads only."""

from __future__ import annotations

from collections.abc import Iterable

from goodword.business.models import Business
from goodword.codes import normalise
from goodword.engine.events import ContactData, Event
from goodword.engine.records import Contact
from goodword.engine.world import World
from goodword.errors import Refused
from goodword.people import models as people
from goodword.people.merged import survivor_of

CHUNK = 500


def codes_in(events: Iterable[Event | Refused]) -> set[str]:
    """Return the referral codes that a history names, as they are stored."""
    return {
        normalise(event.data.referred_by.code)
        for event in events
        if isinstance(event, Event)
        and isinstance(event.data, ContactData)
        and event.data.referred_by is not None
        and event.data.referred_by.code is not None
    }


def give_codes(world: World, *, business: Business, codes: set[str]) -> None:
    """Let ``codes`` name the contacts of ``business`` who hold them, bare but for their names and ids.

    Nothing else of them is known to a backtest: it starts from an empty business. A merged contact's code names the
    survivor.
    """
    wanted = sorted(codes)
    for start in range(0, len(wanted), CHUNK):
        query = people.Contact.objects.filter(business=business, code__in=wanted[start : start + CHUNK])
        for row in query.order_by("pk"):
            world.codes[row.code] = _bare(world, survivor_of(row))


def _bare(world: World, row: people.Contact) -> Contact:
    known = world.public.get(row.public_id)
    if known is not None:
        return known
    contact = Contact(public_id=row.public_id, code=row.code)
    world.public[row.public_id] = contact
    for record in [row, *row.merged.all()]:
        for identity in record.identities.order_by("pk"):
            contact.identities.append((identity.source, identity.external_id))
            world.identities[(identity.source, identity.external_id)] = contact
    return contact
