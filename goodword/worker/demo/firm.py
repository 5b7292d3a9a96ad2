"""What Fern Lawn Care says of itself: its particulars, its look, its branches. By the owner's commands."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.flow.changing import change_business, change_settings, save_location
from goodword.flow.picturing import change_picture
from goodword.worker.demo import drawings
from goodword.worker.demo.staff import OWNER

PARTICULARS = {
    "phone": "(303) 555-0100",
    "email": "hello@fernlawncare.example",
    "address": "1420 Juniper Road\nDenver, CO 80209",
    "website": "https://fernlawncare.example",
    "privacy_url": "https://fernlawncare.example/privacy",
    "colour": "#2f7d4f",
}
LOCATIONS = {
    "denver": {"name": "Denver", "phone": "(303) 555-0100", "address": "1420 Juniper Road\nDenver, CO 80209"},
    "lakewood": {"name": "Lakewood", "phone": "(303) 555-0180", "address": "88 Alder Way\nLakewood, CO 80226"},
    "boulder": {"name": "Boulder", "phone": "(720) 555-0190", "address": "305 Linden Court\nBoulder, CO 80302"},
}


def set_up(*, business: Business, now: datetime) -> None:
    """Let the owner write down everything, as the settings' pages do."""
    who = OWNER.actor
    change_business(business=business, wanted=PARTICULARS, actor=who, now=now)
    change_settings(business=business, wanted={"thank_every": 2}, actor=who, now=now)
    for name, wanted in LOCATIONS.items():
        save_location(business=business, external_id=name, wanted=wanted, new=True, actor=who, now=now)
    for which, drawn in (("logo", drawings.logo()), ("photo", drawings.photo())):
        change_picture(business=business, which=which, data=drawn, actor=who, now=now)


def go_public(business: Business, now: datetime) -> None:
    """Switch the public leaderboard on."""
    change_settings(business=business, wanted={"public_leaderboard": True}, actor=OWNER.actor, now=now)
