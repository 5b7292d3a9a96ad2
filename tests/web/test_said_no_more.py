"""No catalogue holds a string that nothing says any more: a translator's work should reach somebody."""

from __future__ import annotations

import pytest

from tests.web.test_spoken import LANGUAGES, catalogue, everything_said, forms_of


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_holds_a_string_that_nothing_says_any_more(language: str) -> None:
    said = everything_said()
    unused = [message.id for message in catalogue(language) if message.id and forms_of(message.id) not in said]
    assert unused == [], f"take these out of goodword/locale/{language}"
