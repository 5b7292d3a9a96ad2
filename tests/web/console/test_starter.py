"""The programme that a new business begins to write from."""

from __future__ import annotations

import pytest

from goodword.engine.programme import parse
from goodword.web.console.starter import starter


@pytest.mark.parametrize("name", ["Fern Lawn Care", "Fern: Lawn Care", "The #1 Lawn", "“Fern” & Söner:", 'A: "b" \\ c'])
def test_it_can_be_read_whatever_the_business_is_called(name: str) -> None:
    assert parse(starter(business=name, currency="USD")).name == f"Friends of {name}"
