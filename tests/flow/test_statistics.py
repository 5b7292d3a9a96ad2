"""The database knows what was written a moment ago, before anybody else can see it."""

from __future__ import annotations

import pytest
from django.db import connection

from goodword.flow.statistics import look_again
from tests.web.town import found

pytestmark = pytest.mark.django_db


def test_after_a_look_the_planner_knows_the_rows_of_this_very_transaction() -> None:
    town = found()
    for n in range(30):
        town.person(f"P{n} Berg")
    look_again()
    asked = {
        "postgresql": "SELECT reltuples FROM pg_class WHERE relname = 'people_contact'",
        "sqlite": "SELECT stat FROM sqlite_stat1 WHERE tbl = 'people_contact' AND idx = 'contact_newest'",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        (told,) = cursor.fetchone()
    assert int(float(str(told).split()[0])) == 30
