"""What several tests of the flow begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flow.mailing import Mailbox, open_mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Return a mail server that takes what Goodword sends."""
    with open_mailbox() as box:
        yield box
