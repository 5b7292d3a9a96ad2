"""A small town for the pages: Fern Lawn Care and its customers, and another business beside it.

Ann referred Bob, who paid; Dee came by Ann's code and waits; Cy is a stranger; Eve was unhappy.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from goodword.business.models import Business, Membership, Setting, User
from goodword.flow.opening import open_business
from goodword.flow.publish import publish
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.flow.submit import submit
from goodword.people.models import Contact
from goodword.referrals.models import Share

PROGRAMME = """
format: 1
id: neighbours
name: Neighbours of Fern Lawn Care
currency: USD
starts: 2020-01-01
friends: new
rules:
  - {id: booked, when: referral.booked, to: referrer, give: service_credit, amount: 10.00}
  - id: invoiced
    when: referral.invoiced
    to: referrer
    give: service_credit
    amount: {tiers: {1: 25.00, 3: 50.00}}
    expires: 12 months
  - {id: treat, when: referral.paid, to: referrer, give: custom, text: One weed treatment, value: 40.00}
  - {id: welcome, when: referral.attributed, to: friend, give: discount, amount: {percent_off: 10}, max_value: 50.00,
     expires: 60d}
"""


@dataclass
class Town:
    """One business with an owner; ``tell`` sends events as a booking system would."""

    business: Business
    owner: User
    now: datetime = field(default_factory=timezone.now)
    count: int = 0

    def tell(self, kind: str, data: dict[str, Any], *, ago: timedelta = timedelta(0)) -> None:
        """Record and settle one event that happened ``ago``."""
        self.count += 1
        raw = {"id": f"e{self.count}", "type": kind, "time": (self.now - ago).isoformat(), "data": data}
        told = record(business=self.business, source="crm", raws=[raw], now=self.now)[0]
        assert told.status == "recorded", told
        settle(business=self.business, now=self.now)

    def contact(self, name: str) -> Contact:
        """Return the customer whose name begins so."""
        return Contact.objects.get(business=self.business, name__startswith=name)

    def person(self, name: str, *, ago: timedelta = timedelta(0), **more: Any) -> None:
        """Tell of a customer; the first name is the external id."""
        self.tell("contact.saved", {"contact": {"external_id": name.split()[0].lower(), "name": name, **more}}, ago=ago)

    def job(self, contact: str, status: str, *, name: str = "", ago: timedelta = timedelta(0), **more: Any) -> None:
        """Tell of a job."""
        told = {"external_id": name or f"j-{contact}", "contact": contact, "status": status, **more}
        self.tell("job.saved", {"job": told}, ago=ago)

    def staff(self, role: str) -> User:
        """Return a member of staff with this role."""
        address = f"staff-{role}@{self.business.slug}.example"
        user = User.objects.create_user(address, "a good long password", first_name="Sofia")
        Membership.objects.create(business=self.business, user=user, role=role)
        return user


def found(name: str = "Fern Lawn Care", *, programme: str = PROGRAMME) -> Town:
    """Open a business and publish its programme."""
    now = timezone.now()
    opened = open_business(name=name, currency="USD", timezone="America/Denver", country="US", language="en", now=now)
    if programme:
        publish(business=opened.business, text=programme, actor="test", now=now)
    return Town(opened.business, User.objects.get(email=opened.owner_email), now)


def lived_in(name: str = "Fern Lawn Care") -> Town:
    """Return a town in which things have happened."""
    town = found(name)
    hour = timedelta(hours=1)
    town.person("Ann Berg", phone="+13035550142", email="ann@berg.example", tags=["hero"])
    town.job("ann", "paid", ago=9 * hour, total=24000, services=["Lawn renovation"])
    town.tell("survey.answered", {"survey": {"job": "j-ann", "contact": "ann", "score": 5}}, ago=8 * hour)
    code = town.contact("Ann").code
    town.person("Bob Haddad", phone="+13035550143", referred_by={"code": code}, how="link", ago=6 * hour)
    town.job("bob", "booked", ago=5 * hour, services=["Spring clean-up"])
    town.job("bob", "paid", ago=4 * hour, total=18000, services=["Spring clean-up"])
    town.person("Dee Nyström", email="dee@nystrom.example", referred_by={"code": code}, how="code")
    town.person("Cy Stranger", phone="+13035550199")
    town.person("Eve Okafor", phone="+13035550177")
    town.job("eve", "completed", ago=3 * hour, total=9000)
    town.tell("survey.answered", {"survey": {"job": "j-eve", "contact": "eve", "score": 2}}, ago=2 * hour)
    town.person("Fay Unknown", phone="+13035550188", referred_by={"code": "BCDFGHJKL"}, how="code")
    return town


FRIENDS = (
    "Amira Haddad", "Elsa Lindqvist", "عمر فاروق", "Karin Nyström", "Daniel Okafor", "Hanna Svensson", "Lars Åkesson",
    "Priya Nair", "Maria Costa", "Jonas Öberg", "Bartholomew Featherstonehaugh-Cholmondeley", "Noor Al-Amin",
)  # fmt: skip
WORK = ("Lawn renovation", "Spring clean-up", "Hedge trimming", "Weed treatment")


def bustling() -> Town:
    """Return a town with months of referrals: what the pages look like when they are in use."""
    town = lived_in()
    senders = [town.contact("Ann").code, town.contact("Bob").code]
    for n in range(24):
        name, day = FRIENDS[n % len(FRIENDS)], timedelta(days=300 - 12 * n)
        friend = f"f{n}"
        known = {"external_id": friend, "name": name, "phone": f"+1303556{n:04}"}
        known["referred_by"] = {"code": senders[n % 2]}
        town.tell("contact.saved", {"contact": known | {"how": ("link", "code", "name")[n % 3]}}, ago=day)
        reached = ("paid", "invoiced", "booked", "consultation", "completed", "paid")[n % 6]
        if n % 8 != 7:
            work = {"total": 9000 + 1500 * n, "services": [WORK[n % 4]]}
            town.job(friend, reached, ago=day - timedelta(days=6), **work)
    _today(town)
    return town


def _today(town: Town) -> None:
    """Finish work at two doors, pass some links on, and put the board up for everybody."""
    town.person("Ann Berg", address={"line1": "12 Elm Street", "postal_code": "80209", "city": "Denver"})
    town.job("ann", "completed", name="a-today", services=["Hedge trimming"], total=12000)
    town.person("Gia Lindqvist-Featherstone", address="1410 South Pennsylvania Street, back house, Denver")
    town.job("gia", "completed", services=["Lawn renovation", "Weed treatment"], total=31000)
    for name, source in (("Ann", "technician"), ("Bob", "staff"), ("Gia", "technician")):
        told = {"contact": town.contact(name).public_id, "source": source, "channel": "sms"}
        submit(business=town.business, type="link.shared", data=told, actor="user:tim@fern.example", now=town.now)
    Share.objects.filter(contact=town.contact("Bob")).update(at=town.now - timedelta(days=80))
    Setting.objects.create(business=town.business, key="public_leaderboard", value=True, since=town.now)
    for name in ("Ann", "Bob"):
        told = {
            "contact": town.contact(name).public_id,
            "channel": "leaderboard",
            "granted": True,
            "how": "at the door",
        }
        submit(business=town.business, type="consent.changed", data=told, actor="user:x", now=town.now)
    Contact.objects.filter(pk=town.contact("Ann").pk).update(alias="Hedgehog of Elm Street")


def just_asked(client: Client) -> Client:
    """Let a client that is signed in have given the password once more a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client


def signed_in(user: User) -> Client:
    """Return a browser in which this person is signed in."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
