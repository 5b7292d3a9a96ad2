"""The rules of countries and regions on vouchers, as dated data: ``policies.yaml``, read strictly and frozen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Literal

import msgspec
from ruamel.yaml import YAML

from goodword.engine.wording.language import LANGUAGES
from goodword.errors import NotFound
from goodword.money import is_currency

Kind = Literal["sold", "promotional"]
EVERYWHERE = "*"  # the country of what holds where no entry of its own does
KINDS: tuple[Kind, ...] = ("sold", "promotional")


class Life(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a voucher has to be valid: ``none``, ``at_least`` years or months, or ``no_expiry``."""

    rule: Literal["none", "at_least", "no_expiry"]
    years: int = 0
    months: int = 0
    to_year_end: bool = False


class CashOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From ``valid_from`` on, a balance below ``below`` smallest units of ``currency`` is paid out on request."""

    valid_from: date
    below: int
    currency: str


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the law of one place says of vouchers sold from ``valid_from`` through ``valid_to``.

    ``unclaimed`` says whose is what nobody redeems: the ``issuer``'s, the ``state``'s, or to be asked (``ask``).
    """

    id: str
    country: str
    region: str = ""
    region_name: dict[str, str] = {}
    kinds: tuple[Kind, ...]
    valid_from: date
    valid_to: date | None = None
    life: Life
    cash_out: tuple[CashOut, ...] = ()
    fees_allowed: bool
    unclaimed: Literal["issuer", "ask", "state"]
    exemptions: str = ""
    note: str = ""
    source: str
    url: str = ""
    status: Literal["verified", "assumed"]
    last_reviewed: date

    def holds(self, on: date) -> bool:
        """Say whether it is in force for what is sold ``on`` that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def read(text: str) -> tuple[Policy, ...]:
    """Read policies from YAML.

    Raises:
        ValueError: an entry is malformed or contradicts another, named by its id: the file is at fault, not a person.
    """
    told: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(text)
    policies = []
    for entry in told:
        try:
            policies.append(msgspec.convert(entry, Policy))
        except msgspec.ValidationError as wrong:
            raise ValueError(f"{entry.get('id')}: {wrong}") from wrong
    for policy in policies:
        if fault := _fault(policy):
            raise ValueError(f"{policy.id}: {fault}")
    _check_together(policies)
    return tuple(policies)


@cache
def all_policies() -> tuple[Policy, ...]:
    """Return the policies that come with the product."""
    return read((files("goodword.vouchers.law") / "policies.yaml").read_text(encoding="utf-8"))


def policy_for(country: str, region: str, kind: Kind, on: date) -> Policy:
    """Return the policy for a voucher of ``kind`` that is sold or given ``on`` that local day.

    Args:
        country: ISO 3166, of the business or the location that sells.
        region: as the business writes it, like ``CA``; a region's own rule goes before its country's (rulings 36).

    Where no rule is on record, what holds everywhere is returned.
    """
    found = [p for p in all_policies() if kind in p.kinds and p.holds(on)]
    for place in ((country.upper(), region.upper()), (country.upper(), ""), (EVERYWHERE, "")):
        for policy in found:
            if (policy.country, policy.region) == place:
                return policy
    raise ValueError(f"nothing is on record for {kind} vouchers of {on}")


def policy_named(policy_id: str) -> Policy:
    """Return the policy that a voucher was sold under.

    Raises:
        NotFound: ``policy_not_found``.
    """
    for policy in all_policies():
        if policy.id == policy_id:
            return policy
    raise NotFound("policy_not_found", f"no policy on vouchers is called “{policy_id}”")


def _fault(policy: Policy) -> str:
    """Return what is wrong with one entry by itself, or nothing."""
    life, thresholds = policy.life, policy.cash_out
    span = life.years * 12 + life.months
    if (life.rule == "at_least") != (span > 0) or min(life.years, life.months) < 0:
        return "a life of at_least, and no other, has years or months"
    if life.to_year_end and not span:
        return "to_year_end needs years or months"
    if policy.valid_to is not None and policy.valid_to < policy.valid_from:
        return "valid_to lies before valid_from"
    if any(not is_currency(t.currency) or t.below <= 0 for t in thresholds):
        return "a threshold is a positive amount of a currency"
    if any(a.valid_from >= b.valid_from for a, b in pairwise(thresholds)):
        return "the thresholds of cash_out rise by their days"
    if not policy.kinds or not policy.source:
        return "kinds and source are needed"
    if policy.status == "verified" and not policy.url.startswith("https://"):
        return "what is verified names an https address"
    if set(policy.region_name) != (set(LANGUAGES) if policy.region else set()):
        return "a region, and nothing else, has its name in each language"
    return ""


def _check_together(policies: Sequence[Policy]) -> None:
    """Refuse ids that come twice, and periods of one place and kind that overlap."""
    ids = [policy.id for policy in policies]
    if len(set(ids)) < len(ids):
        raise ValueError("an id comes twice")
    for kind in KINDS:
        mine = [policy for policy in policies if kind in policy.kinds]
        for one, other in pairwise(sorted(mine, key=lambda p: (p.country, p.region, p.valid_from))):
            same = (one.country, one.region) == (other.country, other.region)
            if same and (one.valid_to is None or one.valid_to >= other.valid_from):
                raise ValueError(f"{one.id} and {other.id} overlap")
