"""A person's name as it is asked for, in one field, and as it is kept, in two."""

from __future__ import annotations

from goodword.errors import Invalid

LONGEST = 150


def split_name(name: str) -> tuple[str, str]:
    """Return the first word and the rest.

    Raises:
        Invalid: ``bad_name``: empty, too long or not printable.
    """
    told = " ".join(name.split())
    if not 1 <= len(told) <= LONGEST or not told.isprintable():
        raise Invalid("bad_name", f"a name has 1 to {LONGEST} characters", field="name")
    first, _, rest = told.partition(" ")
    return first, rest
