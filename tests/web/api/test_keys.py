"""API keys: made once, kept as a digest, refused when revoked; their sources never meet."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.business import keys
from goodword.business.models import ApiKey
from goodword.errors import Conflict, Invalid, NotFound
from tests.web.api.conftest import Caller

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def make(caller: Caller, **changed: object) -> tuple[ApiKey, str]:
    told = {"name": "Till", "source": "tills", "scopes": ["events:write"], "now": NOW, "entropy": b"t" * keys.ENTROPY}
    return keys.make_key(business=caller.business, **{**told, **changed})  # type: ignore[arg-type]


def test_only_the_digest_of_a_key_is_kept(fern: Caller) -> None:
    row, secret = make(fern)
    assert secret.startswith("gw_")
    assert len(secret) == 46
    kept = {f.name: str(getattr(row, f.attname)) for f in ApiKey._meta.concrete_fields}
    assert secret not in kept.values()
    assert row.digest == keys.digest_of(secret)
    assert secret.startswith(row.prefix)
    assert len(row.prefix) <= 9
    assert keys.verify(secret) == row


def test_the_scopes_stand_in_their_literal_order_and_unknown_ones_are_refused(fern: Caller) -> None:
    row, _ = make(fern, scopes=["contacts:read", "events:write", "contacts:read"])
    assert row.scopes == ["events:write", "contacts:read"]
    with pytest.raises(Invalid) as refused:
        make(fern, source="other", scopes=["everything"])
    assert refused.value.code == "unknown_scope"


def test_a_source_is_unique_in_a_business_for_ever_and_free_in_another(fern: Caller, oak: Caller) -> None:
    row, _ = make(fern)
    keys.revoke(business=fern.business, key=row.pk, now=NOW)
    with pytest.raises(Conflict) as refused:
        make(fern, entropy=b"u" * keys.ENTROPY)
    assert refused.value.code == "source_taken"
    make(oak, entropy=b"v" * keys.ENTROPY)


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"source": "goodword"}, "bad_source"), ({"source": "Tills!"}, "bad_source"), ({"source": ""}, "bad_source"),
     ({"name": " "}, "bad_key_name"), ({"name": "x" * 101}, "bad_key_name")],
)  # fmt: skip
def test_a_key_needs_a_usable_name_and_source(fern: Caller, changed: dict[str, object], code: str) -> None:
    before = ApiKey.objects.count()
    with pytest.raises(Invalid) as refused:
        make(fern, **changed)
    assert refused.value.code == code
    assert ApiKey.objects.count() == before


def test_a_key_is_revoked_once_by_its_own_business_only(fern: Caller, oak: Caller) -> None:
    row, secret = make(fern)
    with pytest.raises(NotFound):
        keys.revoke(business=oak.business, key=row.pk, now=NOW)
    assert keys.verify(secret) == row
    assert keys.revoke(business=fern.business, key=row.pk, now=NOW).revoked_at == NOW
    later = datetime(2026, 4, 1, tzinfo=UTC)
    assert keys.revoke(business=fern.business, key=row.pk, now=later).revoked_at == NOW
    assert keys.verify(secret) is None


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_different_entropy_makes_different_keys(one: bytes, other: bytes) -> None:
    assert (keys.secret_of(one) == keys.secret_of(other)) == (one == other)
    assert keys.secret_of(one)[3:].isalnum()


@pytest.mark.parametrize("secret", ["", "gw_", "gw_short", "GW_" + "a" * 43, "gw_" + "a" * 44, "gw_" + "ä" * 43])
def test_what_cannot_be_a_key_is_not_even_looked_up(db: None, django_assert_num_queries: object, secret: str) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # pytest-django's fixture
        assert keys.verify(secret) is None
