"""The one way the core says no.

A :class:`Refused` carries a stable ``code`` and the facts a person or a program needs to act on it.
HTTP, forms and the command line each translate it at their own edge; nothing here knows them.
"""

from __future__ import annotations


class Refused(Exception):
    """A request that was understood and is turned down.

    Args:
        code: stable, documented snake_case word (docs/reference/errors.md).
        detail: one plain sentence; it says what to do about it where that is known.
        facts: data that explain the refusal (ids, amounts in smallest units); never secrets.
    """

    def __init__(self, code: str, detail: str = "", **facts: object) -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail or code.replace("_", " ")
        self.facts = facts


class Invalid(Refused):
    """What was sent is malformed; it can never succeed as it stands."""


class NotFound(Refused):
    """Nothing of that name in this business."""


class Conflict(Refused):
    """The same name was used before for something else."""
