"""A new business begins with a book, an owner and a key; a malformed one leaves nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from goodword.business import keys
from goodword.business.models import ApiKey, Business, Membership, User
from goodword.errors import Invalid
from goodword.flow.opening import open_business, slug_of
from goodword.ledger.opening import book_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, tzinfo=UTC)
FERN: dict[str, Any] = {
    "name": "Fern Lawn Care", "currency": "USD", "timezone": "America/Denver", "country": "US", "language": "en",
    "now": NOW,
}  # fmt: skip


def test_a_business_begins_with_a_book_an_owner_and_a_key_with_every_scope() -> None:
    opened = open_business(**FERN, region="CO")
    business = opened.business
    assert (business.slug, business.region, business.is_demo, business.created_at) == (
        "fern-lawn-care",
        "CO",
        False,
        NOW,
    )
    assert book_of(business=business.pk) > 0
    owner = User.objects.get()
    assert (owner.email, opened.owner_email) == ("owner@fern-lawn-care.example",) * 2
    assert owner.check_password(opened.owner_password)
    assert len(opened.owner_password) >= 20
    assert not owner.is_superuser
    assert Membership.objects.get().role == "owner"
    key = keys.verify(opened.api_key)
    assert key is not None
    assert (key.business, key.source, set(key.scopes)) == (business, "api", set(keys.EVERY_SCOPE))
    assert opened.api_key not in str(ApiKey.objects.values())


def test_two_of_a_name_are_told_apart_and_an_owner_of_both_keeps_the_password() -> None:
    first = open_business(**FERN, owner_email="Ann@Example.com")
    second = open_business(**FERN, owner_email="ann@example.com", demo=True)
    assert (first.business.slug, second.business.slug) == ("fern-lawn-care", "fern-lawn-care-2")
    assert second.owner_password == ""
    assert second.business.is_demo
    assert User.objects.get().check_password(first.owner_password)
    assert Membership.objects.count() == 2
    assert first.api_key != second.api_key


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "bad_name"),
        ({"name": "x" * 201}, "bad_name"),
        ({"name": "a\x00b"}, "bad_name"),
        ({"currency": "USX"}, "unknown_currency"),
        ({"currency": "usd"}, "unknown_currency"),
        ({"timezone": "Denver"}, "unknown_timezone"),
        ({"timezone": "../etc/passwd"}, "unknown_timezone"),
        ({"timezone": ""}, "unknown_timezone"),
        ({"country": "United States"}, "unknown_country"),
        ({"country": "QQ"}, "unknown_country"),
        ({"region": "Colorado"}, "bad_region"),
        ({"language": "de"}, "unknown_language"),
        ({"owner_email": "nobody"}, "bad_email"),
    ],
)
def test_a_malformed_business_is_refused_by_name_and_leaves_nothing(change: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        open_business(**{**FERN, **change})
    assert refused.value.code == code
    assert not Business.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Fern & Sons", "fern-sons"), ("Åkes Städ", "akes-stad"), ("مروج", "business"), ("—", "business")],
)
def test_every_name_has_an_address(name: str, slug: str) -> None:
    assert slug_of(name) == slug
