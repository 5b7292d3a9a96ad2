"""Which rows a batch of events speaks of: its names, before anything is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from goodword import codes, identity
from goodword.engine.contacts import OWN
from goodword.engine.events import (
    AppointmentData,
    ContactData,
    Event,
    JobData,
    Merge,
    Ref,
    ReservationData,
    SurveyData,
    TicketData,
)

Key = tuple[str, str]


@dataclass(slots=True)
class Names:
    """Everything that the events name, made comparable as the engine compares it."""

    identities: set[Key] = field(default_factory=set)
    public: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    jobs: set[Key] = field(default_factory=set)
    tickets: set[Key] = field(default_factory=set)
    appointments: set[Key] = field(default_factory=set)
    reservations: set[Key] = field(default_factory=set)
    vouchers: set[str] = field(default_factory=set)  # our ids, as recorded in place of codes
    merging: bool = False
    attributing: bool = False
    newest_jobs: bool = False  # a survey that names only its contact

    def ref(self, source: str, ref: Ref | None, country: str) -> None:
        """Note a reference to a contact."""
        if ref is None:
            return
        if isinstance(ref, str):
            self.identities.add((source, ref))
            self.public.add(ref)
            return
        if ref.external_id is not None:
            self.identities.add((ref.source or source, ref.external_id))
        self.reach(ref.phone, ref.email, country)

    def reach(self, phone: object, email: object, country: str) -> None:
        """Note a phone and an e-mail."""
        number = identity.phone(phone, country=country) if isinstance(phone, str) else None
        mail = identity.email(email) if isinstance(email, str) else None
        self.phones |= {number} if number else set()
        self.emails |= {mail} if mail else set()


def names_of(events: Iterable[Event], *, country: str) -> Names:
    """Collect the names of a batch."""
    names = Names()
    for event in events:
        _collect(names, event, country)
    return names


def _collect(names: Names, event: Event, country: str) -> None:
    source, data = event.source, event.data
    match data:
        case ContactData():
            names.identities.add((source, data.external_id))
            names.public |= {data.external_id} if source == OWN else set()
            names.reach(data.phone, data.email, country)
            if data.referred_by is not None:
                names.attributing = True
                names.ref(source, data.referred_by.contact, country)
                if data.referred_by.code is not None:
                    names.codes.add(codes.normalise(data.referred_by.code))
        case Merge():
            names.merging = True
            names.ref(source, data.source, country)
            names.ref(source, data.into, country)
        case AppointmentData() | ReservationData():
            keys = names.appointments if isinstance(data, AppointmentData) else names.reservations
            keys.add((source, data.external_id))
            names.ref(source, data.contact, country)
        case JobData():
            names.jobs.add((source, data.external_id))
            names.ref(source, data.contact, country)
        case SurveyData():
            names.jobs |= {(source, data.job)} if data.job is not None else set()
            names.newest_jobs = names.newest_jobs or data.job is None
            names.ref(source, data.contact, country)
        case TicketData():
            _collect_ticket(names, source, data, country)


def _collect_ticket(names: Names, source: str, data: TicketData, country: str) -> None:
    names.tickets.add((source, data.external_id))
    names.ref(source, data.contact, country)
    names.jobs |= {(source, data.job)} if data.job is not None else set()
    names.reservations |= {(source, data.reservation)} if data.reservation is not None else set()
    appointment = data.appointment
    name = appointment if isinstance(appointment, str | None) else appointment.external_id
    names.appointments |= {(source, name)} if name is not None else set()
    names.vouchers |= {tender.code for tender in data.tenders if tender.type == "voucher" and tender.code is not None}
