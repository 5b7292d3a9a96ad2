"""The kinds of tables, and how columns are matched with their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from goodword.inbox.tables.kind import CONSTANT, Field, Kind, plain_words
from goodword.inbox.tables.kinds import appointments, balances, customers, jobs, receipts, referrals, vouchers

KINDS: dict[str, Kind] = {
    "customers": customers.KIND,
    "jobs": jobs.KIND,
    "receipts": receipts.KIND,
    "referrals": referrals.KIND,
    "balances": balances.KIND,
    "vouchers": vouchers.KIND,
    "appointments": appointments.KIND,
}


def guess(kind: str, headers: Sequence[str]) -> dict[str, str]:
    """Return which column each field of a kind is likely to be: by headers that mean it, each column once."""
    folded = {plain_words(name): name for name in reversed(headers)}
    found: dict[str, str] = {}
    for field in KINDS[kind].fields:
        names = map(plain_words, (field.name, *field.synonyms))
        column = next((folded[name] for name in names if name in folded), None)
        if column is not None and column not in found.values():
            found[field.name] = column
    return found


def likely(headers: Sequence[str]) -> str:
    """Return the one kind that has all it needs and takes the most of these columns, at least half; else nothing."""
    matched = {kind: guess(kind, headers) for kind in KINDS}
    enough = {kind: found for kind, found in matched.items() if len(found) * 2 >= max(len(headers), 4)}
    fit = {kind: len(found) for kind, found in enough.items() if not faults_of(kind, found, headers)}
    best = [kind for kind, count in fit.items() if count == max(fit.values())]
    return best[0] if len(best) == 1 else ""


def faults_of(kind: str, mapping: Mapping[str, str], headers: Sequence[str]) -> list[tuple[str, str]]:
    """Return what is wrong with a mapping, as (field, code).

    ``unknown_field``, ``unknown_column``, ``missing_column`` for a field the kind needs, ``missing_one_of`` for the
    first of fields of which one is needed, ``unknown_word`` for a constant that is none of a field's choices.
    """
    fields = {field.name: field for field in KINDS[kind].fields}
    found = []
    for name, column in mapping.items():
        if name not in fields:
            found.append((name, "unknown_field"))
        elif column.startswith(CONSTANT):
            if not _constant_fits(fields[name], column.removeprefix(CONSTANT)):
                found.append((name, "unknown_word"))
        elif column not in headers:
            found.append((name, "unknown_column"))
    found += [
        (field.name, "missing_column") for field in fields.values() if field.required and not mapping.get(field.name)
    ]
    for group in KINDS[kind].one_of:
        if not any(mapping.get(name) for name in group):
            found.append((group[0], "missing_one_of"))
    return found


def _constant_fits(field: Field, value: str) -> bool:
    return not field.choices or value in field.choices
