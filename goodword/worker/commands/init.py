"""``goodword init``: sets the database up and opens a business with its owner and its first API key."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from goodword.flow.opening import open_business


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which business, and how to print what it begins with."""
    parser.add_argument("--name", required=True, help="of the business, like “Fern Lawn Care”")
    parser.add_argument("--currency", required=True, help="ISO 4217, like USD")
    parser.add_argument("--timezone", required=True, help="IANA, like America/Denver")
    parser.add_argument("--country", required=True, help="two letters, like US")
    parser.add_argument("--region", default="", help="where the law goes by region, like CA")
    parser.add_argument("--language", default="en", help="en, sv or ar; default: en")
    parser.add_argument("--owner-email", help="who signs in first; default: owner@<name>.example")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(args: argparse.Namespace) -> int:
    """Migrate, open the business, print its first credentials once; return 0."""
    Path(settings.DATA).mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    opened = open_business(
        name=args.name, currency=args.currency, timezone=args.timezone, country=args.country, region=args.region,
        language=args.language, owner_email=args.owner_email, now=timezone.now(),
    )  # fmt: skip
    if args.json:
        print(
            json.dumps(
                {
                    "business": opened.business.slug,
                    "owner_email": opened.owner_email,
                    "owner_password": opened.owner_password,
                    "api_key": opened.api_key,
                }
            )
        )
        return 0
    print(f"{opened.business.name} is open as “{opened.business.slug}”.")
    print(f"  sign in at   {settings.PUBLIC_URL}/")
    print(f"  e-mail       {opened.owner_email}")
    print(f"  password     {opened.owner_password or '(as it was)'}")
    print(f"  API key      {opened.api_key}")
    print("The password and the key are not kept: note them down now. Next: goodword serve")
    return 0
