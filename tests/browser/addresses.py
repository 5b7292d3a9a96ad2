"""Every page that a browser test opens and photographs: its name and its address in a business that has lived."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from goodword.business.models import Location
from goodword.flow import keeping_exports
from goodword.flow.bringing import begin_check, check, run, undo
from goodword.flow.bringing_file import drop_upload
from goodword.flow.bringing_upload import configure, upload
from goodword.flow.submit import submit
from goodword.inbox.models import Event, Import
from goodword.outbox.links import own_token, stop_token
from goodword.outbox.models import Message
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from goodword.vouchers.models import Sale, Voucher
from goodword.work.models import Job
from tests.flow.vouchers import cast
from tests.web.town import Town

# Pages that are open to somebody who is not signed in.
BEFORE = ("/console/start", "/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/nowhere")
# What is opened on a page before it is looked at once more: the page's name, then what to click.
OPENED = {
    "member": ('[data-open-dialog="remove"]',),
    "keys": ('[data-open-dialog^="revoke-"]',),
    "customer": ('[data-open-dialog="invite"]',),
    "customer-details": ('[data-open-dialog="erase"]',),
    "customers": ("details[data-menu] summary >> nth=0", "details[data-menu] summary >> nth=1"),
    "messages": ('[data-open-dialog="menu"]',),
    "landing": ("header details summary",),
    "overview": ("text=/Show the numbers|Visa siffrorna|عرض الأرقام/",),
}


def locations(town: Town) -> int:
    """Give the business two locations, one of them closed, and return the first's number."""
    opened = {"name": "Denver North", "phone": "+13035550142", "address": "12 Elm Street\nDenver, CO 80202"}
    first, _ = Location.objects.get_or_create(business=town.business, external_id="north", defaults=opened)
    closed = {"name": "Boulder", "closed_at": town.now}
    Location.objects.get_or_create(business=town.business, external_id="store-0042", defaults=closed)
    return first.pk


TABLE = """\
Customer ID,Name,Phone,Email,How did you hear of us,Customer since
C1,Ivy Archer,(303) 555-0101,ivy@archer.example,Google,03/04/2025
C2,Jon Baker,(303) 555-0102,jon@baker.example,Ivy Archer,04/05/2025
C3,عمر فاروق,12,omar@farouk.example,,05/06/2025
C4,Karin Nyström,(303) 555-0104,karin@,Somebody Else,06/07/2025
"""
SALES = """\
Receipt number,Date,Customer ID,Description,Status,Quantity,Unit price,Tax
R1,2026-03-05,C1,Mowing,Paid,1,120.00,9.60
R1,2026-03-05,C1,Edging,Paid,1,20.00,1.60
R2,2026-03-06,C2,Mowing,In the works,2,60.00,9.60
"""


def imports(town: Town) -> dict[str, int]:
    """Bring tables in and stop at each of the steps; return their numbers."""

    def handed(text: str, kind: str, name: str = "customers-2026.csv") -> Import:
        return upload(
            business=town.business, stream=io.BytesIO(text.encode()), name=name, actor=f"user:{town.owner.email}",
            now=town.now, kind=kind,
        )  # fmt: skip

    done = run(handed(TABLE, "customers"), actor="user:x", clock=timezone.now)
    sales = run(handed(SALES, "receipts", "receipts.csv"), actor="user:x", clock=timezone.now)
    undone = undo(sales, actor="user:x", clock=timezone.now)
    checked = check(handed(TABLE.replace("C", "D"), "customers"), clock=timezone.now)
    draft = handed(SALES, "receipts", "receipts-march-from-the-till-at-the-front-desk.csv")
    bare = handed("a;b;c\n1;2;3\n", "", "export.csv")
    running = begin_check(handed(TABLE, "customers", "all.csv"), now=town.now)
    failed = handed(SALES, "receipts", "gone.csv")
    drop_upload(failed)
    cards = (Path(__file__).parents[1] / "fixtures" / "tables" / "square" / "vouchers.csv").read_text(encoding="utf-8")
    matched = handed(cards, "", "gift-cards.csv")
    run(handed(cards, "vouchers", "gift-cards.csv"), actor="user:x", clock=timezone.now)
    later = configure(handed(cards.replace("$25.00", "$20.00"), "vouchers", "gift-cards-later.csv"), update=True)
    again = check(later, clock=timezone.now)
    return {"cards": matched.number, "again": again.number, "done": done.number, "undone": undone.number,
            "checked": checked.number, "draft": draft.number, "bare": bare.number, "running": running.number,
            "failed": failed.number}  # fmt: skip


def vouchers(town: Town) -> dict[str, str]:
    """Sell vouchers, register cards, put badges on; return the ids of those that pages show."""

    def order(what: str, at: datetime | None = None, **data: Any) -> Event:
        return submit(business=town.business, type=what, data=data, actor=f"user:{town.owner.email}", now=town.now,
                      at=at)  # fmt: skip

    ann, bob = town.contact("Ann").public_id, town.contact("Bob").public_id
    badge = order("badge.saved", name="Valentine", colour="#b3261e").data["badge"]
    words = {"heading": "A day off for you", "small_print": "Good for any of our services. Not for cash."}
    design = order("voucher_design.saved", name="Spring", layout="elegant", default=True, **words).data["design"]
    order("badge.saved", name="Thank-you", colour="#0b6b57")
    till = {"method": "till", "reference": "Receipt 20931"}
    wave = order("voucher.issued", kind="sold", value=4000, count=12, payment=till, label="Valentine’s Day", buyer=ann)
    sale = Sale.objects.get(event=wave)
    order("voucher.badged", sale=sale.public_id, add=[badge])
    gift = {"method": "complimentary", "reason": "A thank-you"}
    order("voucher.issued", kind="promotional", value=2000, payment=gift, recipient=bob)
    for days, whose in ((12, ann), (40, bob), (75, None)):
        soon = (
            timezone.localtime(town.now, ZoneInfo(town.business.timezone)).date() + timedelta(days=days)
        ).isoformat()
        order("voucher.issued", kind="promotional", value=3500, payment=gift, recipient=whose, expires_on=soon)
    sold = Sale.objects.get(event=order(
        "voucher.issued", at=town.now - timedelta(days=20), kind="sold", value=12550, buyer=ann, recipient=bob,
        payment={"method": "bank_transfer", "reference": "20261101-0042"},
        message="Happy birthday, Bob! Let somebody else mow it this year.",
    )).vouchers.get()  # fmt: skip
    order("voucher.redeemed", voucher=sold.public_id, amount=5000, currency="USD")
    order("voucher.extended", voucher=sold.public_id, expires_on="2041-06-30", reason="The garden was flooded")
    lost, held = sale.vouchers.order_by("number")[:2]
    order("voucher.replaced", voucher=lost.public_id, reason="Lost in the post")
    order("voucher.frozen", voucher=held.public_id, reason="The buyer disputes the payment")
    order("voucher.stocked", kind="sold", count=25, label="Print run of March")
    order("voucher.stocked", kind="promotional", serials=["GIFT-000004..GIFT-000009"], value=1000)
    return {"voucher": sold.public_id, "lost": lost.public_id, "sale": sale.public_id, "badge": badge,
            "design": design}  # fmt: skip


def addresses(town: Town) -> dict[str, str]:
    ann, bob = town.contact("Ann"), town.contact("Bob")
    referral = Referral.objects.filter(friend=bob).get().public_id
    survey = Job.objects.filter(survey_token__isnull=False, scores=[]).first()
    answered = Job.objects.filter(survey_token__isnull=False).exclude(scores=[]).first()
    assert survey is not None
    assert answered is not None
    sold = vouchers(town)
    brought = {name: f"/console/imports/{number}" for name, number in imports(town).items()}
    return {
        "overview": "/console/",
        "referrals": "/console/referrals",
        "referral": f"/console/referrals/{referral}",
        "referral-remove": f"/console/referrals/{referral}/remove",
        "why": f"/console/customers/{ann.public_id}/why",
        "why-friend": f"/console/customers/{bob.public_id}/why",
        "attribute": f"/console/customers/{town.contact('Fay').public_id}/attribute",
        "attribute-locked": f"/console/customers/{bob.public_id}/attribute",
        "customers": "/console/customers",
        "customer": f"/console/customers/{ann.public_id}",
        "customer-value": f"/console/customers/{ann.public_id}?tab=value",
        "customer-work": f"/console/customers/{ann.public_id}?tab=work",
        "customer-history": f"/console/customers/{ann.public_id}?tab=history",
        "customer-details": f"/console/customers/{ann.public_id}?tab=details",
        "customer-link": f"/console/customers/{ann.public_id}/link",
        "customer-edit": f"/console/customers/{bob.public_id}/edit",
        "customer-statement": f"/console/customers/{ann.public_id}/statement",
        "customer-merge": f"/console/customers/{ann.public_id}/merge?other={bob.public_id}",
        "customer-export": f"/console/customers/{ann.public_id}/export",
        "customer-erase": f"/console/customers/{ann.public_id}/erase",
        "customer-consent": f"/console/customers/{ann.public_id}/consent?channel=sms",
        "customer-new": "/console/customers/new",
        "customer-job": f"/console/customers/{ann.public_id}/job",
        "todo": "/console/todo",
        "customer-individual": f"/console/customers/{ann.public_id}/individual",
        "programme-individual": "/console/programmes/neighbours/individual",
        "customer-todo": f"/console/customers/{ann.public_id}/todo",
        "today": "/console/today",
        "visit": f"/console/customers/{ann.public_id}/visit",
        "leaderboard": "/console/leaderboard",
        "leaderboard-dates": "/console/leaderboard?period=dates&from=2020-01-01&to=2019-01-01",
        "reports": "/console/reports",
        "report-customers": "/console/reports/customers",
        "report-sharing": "/console/reports/sharing",
        "report-vouchers": "/console/reports/vouchers",
        "report-register": "/console/reports/register",
        "report-liability": "/console/reports/liability",
        "rewards": "/console/rewards",
        "rewards-all": "/console/rewards?state=all",
        "reward": f"/console/rewards/{Reward.objects.earliest('pk').public_id}",
        "reward-status": f"/console/rewards/{Reward.objects.earliest('pk').public_id}/status",
        "vouchers": "/console/vouchers",
        "vouchers-none": "/console/vouchers?q=nobody-at-all",
        "voucher": f"/console/vouchers/{sold['voucher']}",
        "voucher-lost": f"/console/vouchers/{sold['lost']}",
        "vouchers-expiring": "/console/vouchers/expiring",
        "vouchers-lapsed": "/console/vouchers/expiring?state=lapsed",
        "voucher-sell": "/console/vouchers/sell",
        "voucher-sell-like": f"/console/vouchers/sell?like={sold['sale']}",
        "voucher-assign": f"/console/vouchers/{sold['voucher']}/assign",
        "voucher-extend": f"/console/vouchers/{sold['voucher']}/extend",
        "voucher-replace": f"/console/vouchers/{sold['voucher']}/replace",
        "voucher-void": f"/console/vouchers/{sold['voucher']}/void",
        "voucher-cash-out": f"/console/vouchers/{sold['voucher']}/cash-out",
        "sales": "/console/vouchers/sales",
        "sale": f"/console/vouchers/sales/{sold['sale']}",
        "stock": "/console/vouchers/stock",
        "stock-new": "/console/vouchers/stock/new",
        "stock-sell": "/console/vouchers/stock/sell",
        "stock-spoil": "/console/vouchers/stock/spoil",
        "voucher-send": f"/console/vouchers/{sold['voucher']}/send",
        "settings-vouchers": "/console/settings/vouchers",
        "settings-badges": "/console/settings/badges",
        "badge": f"/console/settings/badges/{sold['badge']}",
        **redeeming(town),
        "messages": "/console/messages",
        "message": f"/console/messages/{Message.objects.filter(business=town.business).earliest('pk').public_id}",
        "wordings": "/console/wordings",
        "wording": "/console/wordings/reward_issued.en",
        "wording-ar": "/console/wordings/referral_invitation.ar",
        "wording-ours": "/console/wordings/referral_invitation.sv/ours",
        "problems": "/console/problems",
        "programmes": "/console/programmes",
        "programme": "/console/programmes/neighbours",
        "programme-draft": "/console/programmes/neighbours/draft",
        "public-leaderboard": f"/leaderboard/{town.business.slug}",
        "landing": f"/r/{ann.code}",
        "terms": f"/r/{ann.code}/terms",
        "contact-us": f"/contact-us/{town.business.slug}",
        "unknown": "/r/BCDFGHJKL",
        "voucher-find": "/v/",
        "own-page": f"/share/{own_token(ann.code)}",
        "stop": f"/u/{stop_token(code=ann.code, channel='sms')}",
        "survey": f"/s/{survey.survey_token}",
        "survey-thanks": f"/s/{answered.survey_token}",
        "imports": "/console/imports",
        "import-new": "/console/imports/new",
        "import-columns": f"{brought['draft']}/columns",
        "import-columns-vouchers": f"{brought['cards']}/columns",
        "import-checked-vouchers": brought["again"],
        "import-columns-unknown": f"{brought['bare']}/columns",
        "import-checked": brought["checked"],
        "import-begin": f"{brought['checked']}/begin",
        "import-running": brought["running"],
        "import-done": brought["done"],
        "import-refused": f"{brought['done']}/refused",
        "import-undo": f"{brought['done']}/undo",
        "import-undone": brought["undone"],
        "import-stopped": brought["failed"],
        "import-discard": f"{brought['draft']}/discard",
        "backups": "/console/backups",
        "exports": "/console/exports",
        "export-remove": f"/console/exports/{export_of(town).name}/remove",
        "team": "/console/team",
        "team-invite": "/console/team/invite",
        "member": f"/console/team/{town.owner.memberships.get().pk}",
        "keys": "/console/keys",
        "key-new": "/console/keys/new",
        "audit": "/console/audit",
        "account": "/console/account",
        "password-change": "/accounts/password/change/",
        "reauthenticate": "/accounts/reauthenticate/",
        "join-unknown": "/join/unknown",
        "programme-rewards": "/console/programmes/neighbours/rewards",
        "settings-business": "/console/settings/business",
        "voucher-print": f"/console/vouchers/{sold['voucher']}/print",
        "vouchers-print": f"/console/print/vouchers?sale={sold['sale']}",
        "vouchers-print-which": "/console/print/vouchers",
        "voucher-designs": "/console/settings/voucher-designs",
        "voucher-design": f"/console/settings/voucher-designs/{sold['design']}",
        "voucher-design-new": "/console/settings/voucher-designs/new",
        "settings-look": "/console/settings/look",
        "settings-locations": "/console/settings/locations",
        "location": f"/console/settings/locations/{locations(town)}",
        "location-new": "/console/settings/locations/new",
        "settings-languages": "/console/settings/languages",
        "settings-asking": "/console/settings/asking",
        "settings-rewards": "/console/settings/rewards",
        "settings-referrals": "/console/settings/referrals",
        "business": "/console/business",
        "demo-remove": "/console/demo/remove",
    }


def redeeming(town: Town) -> dict[str, str]:
    """Sell some vouchers, use some of them, and return the pages of redeeming."""
    whole = {"buyer": {"name": "Bob Haddad"}, "recipient": town.contact("Ann").public_id, "now": town.now}
    used = cast.sell(town.business, 12000, message="For the garden, with love", **whole)
    fresh = cast.sell(town.business, 5000, **whole)
    gone = cast.give(town.business, 4000, now=town.now)
    Voucher.objects.filter(pk=gone.pk).update(expires_at=town.now - timedelta(days=30))
    bill = {"source": "till", "external_id": "T-2041", "total": 9900}
    made = cast.redeem(town.business, used, 4500, now=town.now, ticket=bill)
    given = cast.give(town.business, 3000, now=town.now, service="One lawn, mown")
    back = cast.redeem(town.business, given, 3000, now=town.now)
    told = {"voucher": given.public_id, "redemption": back.public_id, "reason": "wrong card"}
    cast.order(town.business, "restored", now=town.now, **told)
    query = "ticket=T-2041&source=till&units=9900"
    return {
        "redeem": "/console/redeem",
        "redeem-bill": f"/console/redeem?{query}",
        "voucher-redeem": f"/console/vouchers/{fresh.public_id}/redeem?{query}",
        "voucher-redeem-used": f"/console/vouchers/{used.public_id}/redeem",
        "voucher-redeem-expired": f"/console/vouchers/{gone.public_id}/redeem",
        "voucher-book": f"/console/vouchers/{used.public_id}/book",
        "redemption": f"/console/redemptions/{made.public_id}",
        "redemption-restore": f"/console/redemptions/{made.public_id}/restore",
        "redemptions": "/console/redemptions",
    }


def export_of(town: Town) -> Path:
    """Return a file that looks like an export of the town."""
    path = keeping_exports.shelf(town.business).folder / f"{town.business.slug}-export-20260301-050607Z.zip"
    path.write_bytes(b"x" * 1_607_585)
    return path
