"""Reading many rows in a bounded number of statements, each put together once and then only run.

Django makes its SQL anew for every query; for one settled event that took three times as long as all the rest. Here a
model's SQL is text that stays the same: a list of keys is *one* parameter (``ledger/sql.py``), and a row becomes a
model's instance without its ``__init__``.
"""

# ruff: noqa: S608 - the SQL is put together from the models' own names and this package's texts; values are parameters
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from django.db import connection, models
from django.db.models.base import ModelState

from goodword.business.models import Business
from goodword.ledger.sql import among, instant, listed
from goodword.rewards import models as rewards

Key = tuple[str, str]
Row = Any  # a model's row; every model has its own columns


class _Reader(msgspec.Struct, frozen=True):
    """How a model's rows are read: the columns for SELECT, the names they get, those that need a conversion."""

    columns: str
    names: tuple[str, ...]
    conversions: tuple[tuple[int, Callable[[Any], Any]], ...]


def read(
    model: type[models.Model], where: str, values: Sequence[Any], *, order: str = "", lock: bool = False,
    join: str = "", beside: Sequence[str] = (),
) -> list[Row]:  # fmt: skip
    """Return rows of a model as its own query set would, in one statement.

    Args:
        where: SQL about the table ``t`` with a ``%s`` for each of ``values``.
        order: SQL of the order, without it any.
        lock: hold the rows of ``t`` until the transaction ends, as ``select_for_update(no_key=True)`` does.
        join: SQL that joins another table.
        beside: columns of that, left in each row's ``beside``, as the database gives them.
    """
    reader = _reader(model, connection.vendor)
    told = "".join(f", {column}" for column in beside)
    asked = f'SELECT {reader.columns}{told} FROM "{model._meta.db_table}" t {join} WHERE {where}'
    asked += f" ORDER BY {order}" if order else ""
    asked += " FOR NO KEY UPDATE OF t" if lock and connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        found = cursor.fetchall()
    count, alias = len(reader.names), connection.alias
    rows: list[Row] = []
    for each in found:
        told_of = dict(zip(reader.names, each, strict=not beside))
        for place, convert in reader.conversions:
            if each[place] is not None:
                told_of[reader.names[place]] = convert(each[place])
        row: Row = model.__new__(model)
        row.__dict__ = told_of
        row._state = ModelState()
        row._state.db, row._state.adding = alias, False
        if beside:
            row.beside = each[count:]
        rows.append(row)
    return rows


def by_ids(
    model: type[models.Model], column: str, ids: Iterable[int], *, only: str = "", order: str = "", lock: bool = False
) -> list[Row]:
    """Return the rows whose ``column`` (its name in the database) is among ``ids``, in one statement, none for none.

    Args:
        only: SQL about the table ``t`` that has to hold too.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return []
    where = f't."{column}" {among()}' + (f" AND {only}" if only else "")
    return read(model, where, [listed(wanted)], order=order, lock=lock)


def by_key(model: type[models.Model], business: Business, keys: set[Key]) -> list[Row]:
    """Return the rows of (source, external id) pairs, in one statement, none for none."""
    if not keys:
        return []
    where = f"t.business_id = %s AND t.source {among()} AND t.external_id {among()}"
    return [
        row for row in read(model, where, [business.pk, *sources_and_names(keys)])
        if (row.source, row.external_id) in keys
    ]  # fmt: skip


def sources_and_names(keys: Iterable[Key]) -> tuple[Any, Any]:
    """Return the parameters that ask for these pairs, and for more: what comes has to be compared with the pairs."""
    ordered = sorted(keys)
    return listed(sorted({source for source, _ in ordered})), listed([name for _, name in ordered])


def grants_on(*, referrals: Sequence[int], tickets: Sequence[int]) -> list[Row]:
    """Return the rewards of these referrals and tickets, oldest first, in one statement, none for none.

    Their ``beside`` is the external id, the source and the time of the event that granted them.
    """
    if not referrals and not tickets:
        return []
    where = f"t.referral_id {among()} OR t.ticket_id {among()}"
    values = [listed(sorted(referrals)), listed(sorted(tickets))]
    join, beside = "JOIN inbox_event e ON e.id = t.event_id", ("e.external_id", "e.source", "e.time")
    rows = read(rewards.Reward, where, values, order="t.id", join=join, beside=beside)
    for row in rows:
        name, source, at = row.beside
        row.beside = (name, source, instant(at))
    return rows


@lru_cache(maxsize=256)
def _reader(model: type[models.Model], vendor: str) -> _Reader:
    fields = model._meta.concrete_fields
    columns = ", ".join(f't."{field.column}"' for field in fields)
    told = [(place, _conversion(field, vendor)) for place, field in enumerate(fields)]
    needed = tuple((place, convert) for place, convert in told if convert is not None)
    return _Reader(columns, tuple(field.attname for field in fields), needed)


def _conversion(field: Any, vendor: str) -> Callable[[Any], Any] | None:
    """Return what makes the field's value of what the driver gives; None when that is the value."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.JSONField):
        return msgspec.json.decode
    if isinstance(field, models.DateTimeField):
        return _utc if vendor == "sqlite" else None
    if isinstance(field, models.CharField | models.TextField | models.IntegerField | models.BooleanField):
        return None
    raise TypeError(f"{field} has a kind that is not read in bulk yet")


def _utc(at: datetime) -> datetime:
    """Return an instant as SQLite keeps it: UTC, without saying so."""
    return at.replace(tzinfo=UTC)
