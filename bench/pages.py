"""Server time and statements of every page, beside a business of 100 contacts and beside the aim of 150 ms.

``python -m bench pages-postgresql`` (or ``pages-sqlite``); ``python -m bench.pages sqlite 10000`` with fewer events.
``--keep FOLDER`` keeps the SQLite file there and uses it again; ``--only WORD`` measures the pages whose name has it.
The whole request is measured inside the process: session, permission, queries, template; no network.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.database import analyze, opened
from bench.shop import shop
from bench.telling import ROUNDS, middle

LARGE, SMALL = 100_000, 1_000  # events: one in ten is a contact
AIM = 0.150  # seconds of server time
# What narrows a page, by the page's name.
NARROWED = {
    "customers": ["q=Customer+99", "q=Elm+7", "q=xeno", "q=555", "q=@example", "after=5000"],
    "referrals": ["q=Customer+99", "q=xeno", "stage=paid", "stage=arrived", "state=open", "state=rewarded",
                  "state=review", "state=removed", "how=link", "location=l1", "period=month",
                  "period=dates&to=2026-02-01"],
    "rewards": ["state=all", "state=pending", "state=issued", "state=expired", "state=all&kind=points",
                "state=all&kind=custom", "state=all&q=Customer+99", "state=all&q=xeno", "state=all&period=month",
                "state=all&period=dates&to=2026-02-01"],
    "messages": ["state=waiting", "state=failed", "state=local", "state=sent", "q=Customer+99", "q=xeno",
                 "template=no_such", "period=dates&to=2026-02-01"],
    "audit": ["q=Customer+99", "q=xeno", "person=none", "kind=rewards", "period=month", "period=dates&to=2026-02-01"],
    "todo": [], "problems": ["state=closed"],
    "overview": ["period=all", "period=month", "period=year"],
    "leaderboard": ["period=all", "period=month", "location=l1"],
    "report_customers": ["shown=waiting", "shown=arrived", "shown=closed", "shown=holding", "q=Customer+99", "q=xeno",
                         "period=month"],
    "report_sharing": ["period=all", "period=month", "days=90"],
    "vouchers": ["q=Buyer+9", "q=xeno", "state=redeemed", "state=expired", "kind=promotional", "days=30",
                 "month=2026-11"],
    "vouchers_expiring": ["state=lapsed", "q=Buyer+9"],
    "report_vouchers": ["by=month", "by=location", "kind=sold"],
    "report_register": ["by=sale", "by=batch"], "report_liability": ["by=age"],
    "imports": ["after=20"], "import_refused": ["code=unknown_customer"],
}  # fmt: skip
# A file tells all there is, so it grows with the business: it is measured, and not held to the aim.
SHEETS = {
    "leaderboard", "report_customers", "report_sharing", "report_vouchers", "report_register", "report_liability"
}  # fmt: skip


def things(business: Any) -> dict[str, str]:
    """Return an id for every kind of address that takes one: the busiest, so that its page is a long one."""
    from django.db.models import Count

    from goodword.business.models import ApiKey, Invitation, Location, Membership
    from goodword.inbox.models import Decision, Import
    from goodword.outbox.models import Message
    from goodword.people.models import Contact, Todo
    from goodword.referrals.models import Referral
    from goodword.rewards.models import Reward
    from goodword.vouchers.models import Sale, Voucher

    mine: dict[str, Any] = {"business": business}
    sender = Contact.objects.filter(**mine).annotate(n=Count("referrals_as_referrer")).order_by("-n", "pk")[0]
    claim = Decision.objects.filter(**mine, kind="attribution_refused").earliest("pk")
    return {
        "customer": sender.public_id, "referral": Referral.objects.filter(referrer=sender).latest("pk").public_id,
        "reward": Reward.objects.filter(holder=sender).latest("pk").public_id, "programme": "fern",
        "message": Message.objects.filter(**mine).latest("pk").public_id, "problem": str(claim.pk),
        "todo": Todo.objects.filter(**mine).earliest("pk").public_id, "wording": "referral_invitation.en",
        "member": str(Membership.objects.filter(**mine).earliest("pk").pk),
        "invitation": Invitation.objects.get(**mine).public_id,
        "key": str(ApiKey.objects.filter(**mine).earliest("pk").pk),
        "location": str(Location.objects.filter(**mine).earliest("pk").pk),
        "voucher": Voucher.objects.filter(**mine, state="active").latest("pk").public_id,
        "sale": Sale.objects.filter(**mine).latest("pk").public_id,
        "import": str(Import.objects.filter(**mine).latest("number").number), "code": sender.code,
    }  # fmt: skip


def addresses(business: Any) -> dict[str, str]:
    """Return every page that can be opened, the narrowed lists and the files too: its name and its address."""
    from django.urls import reverse

    from goodword.outbox.links import own_page
    from goodword.vouchers import finding
    from goodword.vouchers.models import Voucher
    from goodword.web.console.urls import DOORS

    known, found = things(business), {}
    for route, _view, name, methods in DOORS:
        if "GET" not in methods or name.startswith(("backup_", "export_")):
            continue
        kind = name.split("_")[0]
        if "<" not in route:
            found[name] = reverse(f"console:{name}")
        elif kind in known:
            found[name] = reverse(f"console:{name}", args=[known[kind]])
        for query in NARROWED.get(name, []):
            found[f"{name}?{query}"] = f"{found[name]}?{query}"
        if name in SHEETS:
            found[f"{name}?format=csv"] = f"{found[name]}?format=csv"
    found["public landing"] = reverse("pages:landing", args=[known["code"]])
    found["public terms"] = reverse("pages:terms", args=[known["code"]])
    found["public contact us"] = reverse("pages:contact", args=[business.slug])
    found["public own page"] = urlsplit(own_page(known["code"])).path
    found["public leaderboard"] = reverse("pages:leaderboard", args=[business.slug])
    voucher = Voucher.objects.get(public_id=known["voucher"])
    found["public voucher"] = reverse("pages:voucher", args=[finding.code_of(voucher)])
    found["public leaderboard?time=all"] = found["public leaderboard"] + "?time=all"
    return found


def is_file(name: str) -> bool:
    """Say whether an address answers a file: a whole list, or a paper that is drawn."""
    return any(word in name for word in ("csv", "sheet", "pdf"))


def opened_once(client: Any, address: str) -> tuple[int, float, int]:
    """Open a page; return its status, the seconds it took and its statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    connection.queries_log.clear()
    with CaptureQueriesContext(connection) as captured:
        begun = time.perf_counter()
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer.streaming_content)
        return answer.status_code, time.perf_counter() - begun, len(captured)


def measured(vendor: str, large: int, *, keep: Path | None, only: str) -> None:
    """Measure every page of both businesses in turns."""
    with opened(vendor, keep=keep):
        from django.conf import settings
        from django.test import Client

        from goodword.business.models import User

        settings.ALLOWED_HOSTS = ["testserver"]
        told = {"small": shop("Small", SMALL), "large": shop("Large", large)}
        analyze()
        clients, pages = {}, {}
        for size, each in told.items():
            clients[size] = Client()
            owner = User.objects.get(memberships__business=each, memberships__role="owner")
            clients[size].force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
            pages[size] = addresses(each)
        print(f"  {vendor}, {large // 10:,} contacts beside {SMALL // 10:,}; aim {AIM * 1000:.0f} ms")
        print(f"  {'page':<40}{'ms':>7}{'of aim':>8}{'small':>8}{'growth':>8}{'statements':>12}{'small':>7}")
        slow = [name for name in pages["large"] if only in name and not _held(name, pages, clients)]
        print(f"  {len(slow)} pages take longer than {AIM * 1000:.0f} ms: {', '.join(slow) or 'none'}")


def _held(name: str, pages: dict[str, dict[str, str]], clients: dict[str, Any]) -> bool:
    """Measure one page, tell it, say whether it keeps to the aim; a file need not."""
    seconds: dict[str, list[float]] = {"small": [], "large": []}
    asked, status = {}, {}
    for turn in range(ROUNDS + 1):  # the first is warming up
        for size in ("large", "small"):
            status[size], spent, asked[size] = opened_once(clients[size], pages[size][name])
            if turn:
                seconds[size].append(spent)
    ours, small = middle(seconds["large"]), middle(seconds["small"])
    mark = "" if set(status.values()) == {200} else f"  answers {status['large']}, {status['small']}"
    print(
        f"  {name:<40}{ours * 1000:>7.0f}{ours / AIM:>8.2f}{small * 1000:>8.0f}{ours / small:>8.1f}"
        f"{asked['large']:>12}{asked['small']:>7}{mark}",
        flush=True,
    )
    return ours <= AIM or is_file(name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("vendor", choices=("sqlite", "postgresql"))
    parser.add_argument("large", type=int, nargs="?", default=LARGE)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    measured(asked.vendor, asked.large, keep=asked.keep, only=asked.only)
