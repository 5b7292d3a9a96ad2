"""Server time and statements of every console page, beside a business of 100 contacts and beside the aim of 150 ms.

``python -m bench pages-postgresql`` (or ``pages-sqlite``); ``python -m bench.pages sqlite 10000`` with fewer events.
The whole request is measured inside the process: session, permission, queries, template; no network.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from bench.database import opened
from bench.telling import ROUNDS, middle
from bench.workload import NOW, PROGRAMME, events

LARGE, SMALL = 100_000, 1_000  # events: one in ten is a contact
AIM = 0.150  # seconds of server time
CHUNK = 1_000


def business_of(name: str, count: int) -> Any:
    """Open a business and settle a history of ``count`` events."""
    from goodword.flow.opening import open_business
    from goodword.flow.publish import publish
    from goodword.flow.record import record
    from goodword.flow.settle import settle

    told = open_business(name=name, currency="USD", timezone="America/Denver", country="US", language="en", now=NOW)
    publish(business=told.business, text=PROGRAMME, actor="bench", now=NOW)
    history = events(count, prefix=name[:1].lower())
    for start in range(0, count, CHUNK):
        record(business=told.business, source="till", raws=history[start : start + CHUNK], now=NOW)
        settle(business=told.business, now=NOW, limit=CHUNK)
    return told


def things(business: Any) -> dict[str, str]:
    """Return an id for every kind of address that takes one: the busiest, so that its page is a long one."""
    from django.db.models import Count

    from goodword.inbox.models import Decision
    from goodword.outbox.models import Message
    from goodword.people.models import Contact
    from goodword.referrals.models import Referral
    from goodword.rewards.models import Reward

    mine: dict[str, Any] = {"business": business}
    sender = Contact.objects.filter(**mine).annotate(n=Count("referrals_as_referrer")).order_by("-n", "pk")[0]
    told = {
        "customer": sender.public_id, "referral": Referral.objects.filter(referrer=sender).latest("pk").public_id,
        "reward": Reward.objects.filter(holder=sender).latest("pk").public_id, "programme": "fern",
    }  # fmt: skip
    if letter := Message.objects.filter(**mine).order_by("-pk").first():
        told["message"] = letter.public_id
    if problem := Decision.objects.filter(**mine, kind__in=("problem", "attribution_refused")).first():
        told["problem"] = str(problem.pk)
    return told


def addresses(business: Any) -> dict[str, str]:
    """Return every page of the console that can be opened: its name and its address."""
    from django.urls import reverse

    from goodword.web.console.urls import DOORS

    known, found = things(business), {}
    for route, _view, name, methods in DOORS:
        if "GET" not in methods or name.endswith("_download"):
            continue
        if route.count("<") == 0:
            found[name] = reverse(f"console:{name}")
        elif route.count("<") == 1 and (thing := known.get(route.split("/")[0].rstrip("s"))):
            found[name] = reverse(f"console:{name}", args=[thing])
    found["customers?q="] = found["customers"] + "?q=Customer+99"
    found["referrals?q="] = found["referrals"] + "?q=Customer+99"
    return found


def opened_once(client: Any, address: str) -> tuple[int, float, int]:
    """Open a page; return its status, the seconds it took and its statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        begun = time.perf_counter()
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer.streaming_content)
        return answer.status_code, time.perf_counter() - begun, len(captured)


def main(vendor: str, large: int) -> None:
    """Measure every page of both businesses in turns."""
    with opened(vendor):
        from django.conf import settings
        from django.db import connection
        from django.test import Client

        from goodword.business.models import User

        settings.ALLOWED_HOSTS = ["testserver"]
        told = {"small": business_of("Small", SMALL), "large": business_of("Large", large)}
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        clients, pages = {}, {}
        for size, each in told.items():
            clients[size] = Client()
            owner = User.objects.get(email=each.owner_email)
            clients[size].force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
            pages[size] = addresses(each.business)
        print(f"  {vendor}, {large // 10:,} contacts beside {SMALL // 10:,}; aim {AIM * 1000:.0f} ms")
        print(f"  {'page':<28}{'ms':>7}{'of aim':>8}{'small':>8}{'growth':>8}{'statements':>12}{'small':>7}")
        slow = 0
        for name, address in pages["large"].items():
            if name not in pages["small"]:
                continue
            seconds: dict[str, list[float]] = {"small": [], "large": []}
            asked = {}
            for turn in range(ROUNDS + 1):  # the first is warming up
                for size, here in (("large", address), ("small", pages["small"][name])):
                    status, spent, asked[size] = opened_once(clients[size], here)
                    if turn:
                        seconds[size].append(spent)
            ours, small = middle(seconds["large"]), middle(seconds["small"])
            slow += ours > AIM
            mark = "" if status == 200 else f"  answers {status}"
            print(
                f"  {name:<28}{ours * 1000:>7.0f}{ours / AIM:>8.2f}{small * 1000:>8.0f}{ours / small:>8.1f}"
                f"{asked['large']:>12}{asked['small']:>7}{mark}",
                flush=True,
            )
        print(f"  {slow} of {len(pages['large'])} pages take longer than {AIM * 1000:.0f} ms")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else LARGE)
