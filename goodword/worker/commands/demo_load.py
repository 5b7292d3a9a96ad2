"""``goodword demo load``: a believable business to look at, Fern Lawn Care of Denver."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from goodword.worker.demo import loading
from goodword.worker.telling import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(args: argparse.Namespace) -> int:  # noqa: ARG001 - every command is called so
    """Load the demo unless it is there; say where it is and who may sign in; return 0."""
    Path(settings.DATA).mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    there = loading.demo_business()
    if there is not None and loading.is_whole(there):
        print(f"The demo is there: {there.name} (goodword demo remove takes it away).")
        _tell(loading.PASSWORD if loading.password_for(settings.PUBLIC_URL) == loading.PASSWORD else "")
        return 0
    progress = Progress(clock=time.monotonic)
    password = loading.password_for(settings.PUBLIC_URL)
    business = loading.load(
        now=timezone.now(), password=password, told=lambda part: progress.tell("days", int(part * 365), part=part)
    )
    progress.clear()
    print(f"{business.name} is loaded: a year of a lawn business in Denver; nobody in it lives.")
    _tell(password)
    return 0


def _tell(password: str) -> None:
    print(f"  sign in at   {settings.PUBLIC_URL}/")
    print(f"  e-mail       {loading.OWNER}   (the owner; or one of the staff:")
    print(f"               {', '.join(loading.STAFF)})")
    print(f"  password     {password or '(the one that was shown when it was loaded)'}", flush=True)
