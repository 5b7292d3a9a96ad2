"""``goodword export restore``: brings an exported business into an empty installation and proves it is equal."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from goodword.flow.bringing_in import bring_in, check
from goodword.worker.telling import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, and who owns the business here."""
    parser.add_argument("file", metavar="FILE.zip")
    parser.add_argument("--owner-email", metavar="EMAIL", required=True, help="who signs in first, as its owner")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(args: argparse.Namespace) -> int:
    """Look the file over, migrate the empty database, bring the business in, print the password once; return 0."""
    path, progress = Path(args.file).expanduser(), Progress(clock=time.monotonic)
    check(path)
    Path(settings.DATA).mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    told = bring_in(path=path, owner_email=args.owner_email, now=timezone.now(), tell=progress.tell)
    progress.clear()
    manifest = told.manifest
    if args.json:
        print(
            json.dumps(
                {
                    "business": told.business.slug,
                    "owner_email": told.owner_email,
                    "owner_password": told.owner_password,
                    "rows": manifest.rows,
                    "instants_compared": len(manifest.instants),
                    "sources": told.sources,
                }
            )
        )
        return 0
    print(f"{told.business.name} is here as “{told.business.slug}”: {manifest.rows:,} rows, as of {manifest.made_at}.")
    print(f"The books hold and are equal at {len(manifest.instants)} instants, as at and as known at each.")
    print(f"  sign in at   {settings.PUBLIC_URL}/")
    print(f"  e-mail       {told.owner_email}")
    print(f"  password     {told.owner_password or '(as it was)'}")
    print("The password is not kept: note it down now. Invite the team and make API keys anew, each under the source")
    print(f"it had: {', '.join(told.sources) or 'none yet'}. Next: goodword serve")
    return 0
