"""Who most tests of the console begin with: a town in which things have happened, and its owner signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web.town import Town, lived_in, signed_in


@pytest.fixture
def town() -> Town:
    """Return Fern Lawn Care with Ann, Bob, Cy and the others."""
    return lived_in()


@pytest.fixture
def desk(town: Town) -> Client:
    """Return the browser of the town's owner."""
    return signed_in(town.owner)
