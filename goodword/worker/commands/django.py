"""``goodword django …``: Django's own commands (migrate, makemigrations, compilemessages, shell)."""

from __future__ import annotations

import argparse

from django.core.management import execute_from_command_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing: the arguments are handed on unread."""


def run(args: argparse.Namespace) -> int:
    """Run a Django command; its own exit code ends the process when it fails."""
    execute_from_command_line(["goodword django", *args.arguments])
    return 0
