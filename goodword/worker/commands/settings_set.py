"""``goodword settings set KEY VALUE``: puts one setting in force from now on."""

from __future__ import annotations

import argparse
import json

from django.utils import timezone

from goodword.business.reading import setting
from goodword.flow.changing import change_settings
from goodword.worker.choosing import the_business


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Name the setting, its value and the business."""
    parser.add_argument("key", metavar="KEY", help="the setting, as `goodword settings show` lists it")
    parser.add_argument("value", metavar="VALUE", help='its value; a list with commas; "" is nothing')
    parser.add_argument("--business", metavar="SLUG", help="default: the only one")


def run(args: argparse.Namespace) -> int:
    """Read, compare, change; say what is in force."""
    business, now = the_business(args.business), timezone.now()
    changed = change_settings(business=business, wanted={args.key: args.value}, actor="command line", now=now)
    told = json.dumps(setting(business, args.key, now), ensure_ascii=False)
    print(f"{business.slug}: {args.key} is {told}" + ("" if changed else ", as before"))
    return 0
