"""``goodword keys``: makes, lists and revokes a business's API keys."""

from __future__ import annotations

import argparse
import secrets

from django.utils import timezone

from goodword.business import keys
from goodword.business.models import ApiKey, Business
from goodword.errors import Invalid
from goodword.worker.commands.books_check import business_id


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose keys, and what to do."""
    parser.add_argument("--business", metavar="SLUG", required=True, help="whose keys")
    do = parser.add_mutually_exclusive_group()
    do.add_argument("--make", metavar="NAME", help="make a key of that name and print it, once")
    do.add_argument("--revoke", metavar="SOURCE", help="end the key of that source for ever")
    parser.add_argument("--source", help="with --make: what its events are filed under; unique, fixed for ever")
    parser.add_argument("--scopes", help="with --make: scopes with commas; default: every scope")


def run(args: argparse.Namespace) -> int:
    """Do one of the three; without a wish, list the keys."""
    business = Business.objects.get(pk=int(business_id(args.business) or 0))
    if args.make is not None:
        return make(business, args)
    if args.revoke is not None:
        found = ApiKey.objects.filter(business=business, source=args.revoke).values_list("pk", flat=True).first()
        keys.revoke(business=business, key=found or 0, now=timezone.now())
        print(f"the key of “{args.revoke}” works no more")
        return 0
    for key in ApiKey.objects.filter(business=business).order_by("pk"):
        state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "in use"
        print(f"{key.prefix}…  {key.source:<20}  {state:<18}  {key.name}: {', '.join(key.scopes)}")
    return 0


def make(business: Business, args: argparse.Namespace) -> int:
    """Make a key and print it."""
    if not args.source:
        raise Invalid("bad_source", "--make needs --source: what the key's events are filed under, like “tills”")
    scopes = [word.strip() for word in args.scopes.split(",")] if args.scopes else keys.EVERY_SCOPE
    _, secret = keys.make_key(
        business=business, name=args.make, source=args.source, scopes=scopes, now=timezone.now(),
        entropy=secrets.token_bytes(keys.ENTROPY),
    )  # fmt: skip
    print(secret)
    return 0
