"""``goodword password reset``: prints a one-time link to a new password, for where no mail goes out."""

from __future__ import annotations

import argparse

from django.utils import timezone

from goodword.flow.resetting import link_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose password, and whether the second step goes too."""
    parser.add_argument("email", metavar="EMAIL", help="who signs in with this address")
    parser.add_argument(
        "--without-two-step", action="store_true", help="turn two-step sign-in off too: phone and codes are lost"
    )


def run(args: argparse.Namespace) -> int:
    """Print the link; whoever opens it first chooses the password."""
    print(link_for(email=args.email, without_two_step=args.without_two_step, now=timezone.now()))
    return 0
