"""The secret key of an installation that was given none: made once, kept in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from goodword.config.env import Malformed
from goodword.config.readers import SHORTEST_SECRET

SECRET_FILE = "secret_key"  # noqa: S105 - the name of a file


def kept_key(data: Path) -> str:
    """Return the key kept in the data folder; the first call makes it, readable by its owner alone.

    Raises:
        Malformed: the folder cannot be written, or what is kept there is too short.
    """
    kept = data / SECRET_FILE
    try:
        if not kept.exists():
            data.mkdir(parents=True, exist_ok=True)
            _write_once(kept, secrets.token_urlsafe(48))
        text = kept.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "not plain text"
        raise Malformed(f"GOODWORD_DATA: cannot use {kept}: {reason}") from None
    if len(text) < SHORTEST_SECRET:
        raise Malformed(f"GOODWORD_DATA: {kept} is too short to be the secret key; restore it from a backup")
    return text


def _write_once(path: Path, text: str) -> None:
    """Create the file whole or not at all; when two processes race, the first one's stays."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
