"""A transaction in few round trips: all of it or nothing, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection

from goodword.business.models import Business
from goodword.flow.vouchers import one_trip
from tests.flow.story import fern

pytestmark = pytest.mark.django_db(transaction=True)
NAMED = "UPDATE business_business SET name = %(name)s WHERE id = %(pk)s RETURNING id"


def name(business: Business) -> str:
    return Business.objects.get(pk=business.pk).name


def test_it_is_committed_when_the_block_ends() -> None:
    business = fern()
    with one_trip.transaction() as opened:
        assert opened.ask("SELECT name FROM business_business WHERE id = %(pk)s", {"pk": business.pk}) == ("Fern",)
        opened.send(NAMED, {"pk": business.pk, "name": "Moss"})
    assert name(business) == "Moss"


def named_moss(business: Business, *, then: Callable[[one_trip.Opened], Any]) -> None:
    with one_trip.transaction() as opened:
        opened.send(NAMED, {"pk": business.pk, "name": "Moss"})
        then(opened)


def test_nothing_is_kept_when_the_block_raises() -> None:
    business = fern()

    def fail(opened: one_trip.Opened) -> None:
        assert opened.ask("SELECT name FROM business_business WHERE id = %(pk)s", {"pk": business.pk}) == ("Moss",)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        named_moss(business, then=fail)
    assert name(business) == "Fern"
    connection.close()
    assert name(business) == "Fern"  # for others, too


SLUG = "UPDATE business_business SET slug = %(slug)s WHERE id = %(pk)s RETURNING id"
NOBODY = "UPDATE ledger_book SET business_id = 0 WHERE business_id = %(pk)s RETURNING id"  # looked at by the commit


@pytest.mark.parametrize(("statement", "way"), [(SLUG, "ask"), (SLUG, "send"), (NOBODY, "send")])
def test_what_the_database_refuses_takes_everything_back(statement: str, way: str) -> None:
    business, moss = fern(), fern("moss")
    values = {"pk": business.pk} | ({"slug": moss.slug} if statement == SLUG else {})
    with pytest.raises((DatabaseError, psycopg.Error)):
        named_moss(business, then=lambda opened: getattr(opened, way)(statement, values))
    assert name(business) == "Fern"
    named_moss(business, then=lambda _opened: None)  # the connection goes on
    assert name(business) == "Moss"
