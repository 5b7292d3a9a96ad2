"""The backups of this installation: which there are, one at a time being made, the old ones going."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from goodword.business.models import Business, Membership, User
from goodword.errors import Conflict, NotFound
from goodword.flow.backing_up import folder
from goodword.flow.shelf import Kept, Making, Shelf

__all__ = ["Kept", "Making"]
PATTERN = "goodword-*Z.zip"


def shelf() -> Shelf:
    """Return the folder of the backups."""
    return Shelf(
        folder(), PATTERN, NotFound("backup_not_found", "there is no backup of that name"),
        Conflict("backup_running", "a backup is being made already"),
    )  # fmt: skip


def kept() -> list[Kept]:
    """Return the backups of the folder, newest first."""
    return shelf().kept()


def path_of(name: str) -> Path:
    """Return the path of a backup that is here.

    Raises:
        NotFound: ``backup_not_found``; for every name that is not in the list, whatever it looks like.
    """
    return shelf().path_of(name)


def remove(name: str) -> None:
    """Remove one backup.

    Raises:
        NotFound: ``backup_not_found``.
    """
    shelf().remove(name)


def keep_newest(count: int) -> list[str]:
    """Remove all but the newest ``count`` and return the names of those that went."""
    return shelf().keep_newest(count)


def runs_it_all(person: User) -> bool:
    """Say whether a person owns every business of this installation but demos: a backup holds all of them."""
    owned = Membership.objects.filter(user=person, role="owner").values("business")
    others = Business.objects.filter(is_demo=False).exclude(pk__in=owned)
    return Membership.objects.filter(user=person, role="owner").exists() and not others.exists()


def being_made() -> Making | None:
    """Return the backup that is being made now; what a dead process left is not one."""
    return shelf().being_made()


def last_fault() -> str:
    """Return why the last backup was not made; empty when it was."""
    return shelf().last_fault()


def making(*, now: datetime) -> AbstractContextManager[Callable[[str, int], None]]:
    """Say, for the length of the block, that this process makes a backup; give what tells how far it is.

    Raises:
        Conflict: ``backup_running`` when another process makes one.
    """
    return shelf().making(now=now)


def start(*, now: datetime) -> None:
    """Begin to make a backup in a process of its own: a page does not wait for it.

    Raises:
        Conflict: ``backup_running``.
    """
    shelf().start(["backup", "make"], now=now)
