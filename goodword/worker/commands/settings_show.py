"""``goodword settings show``: the settings of a business, what they are now and where that comes from."""

from __future__ import annotations

import argparse
import json

from django.utils import timezone

from goodword.business.reading import DEFAULTS, settings_at
from goodword.worker.choosing import the_business


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Name the business."""
    parser.add_argument("--business", metavar="SLUG", help="default: the only one")


def run(args: argparse.Namespace) -> int:
    """Print each setting in force, as JSON; one that is not the default says so."""
    told = settings_at(the_business(args.business), timezone.now())
    width = max(map(len, told))
    for key, value in told.items():
        text = json.dumps(value, ensure_ascii=False)
        note = "" if value == DEFAULTS[key] else f"   (default {json.dumps(DEFAULTS[key], ensure_ascii=False)})"
        print(f"{key:<{width}}  {text}{note}")
    return 0
