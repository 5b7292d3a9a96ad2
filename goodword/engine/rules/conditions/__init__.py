"""The conditions a rule may have, by key."""

from __future__ import annotations

from goodword.engine.rules.conditions import (
    audience,
    during,
    kinds,
    locations,
    min_net,
    min_score,
    nth,
    services,
    skus,
)
from goodword.engine.rules.conditions.kind import ConditionKind

CONDITIONS: dict[str, ConditionKind] = {
    "nth": nth.KIND,
    "min_net": min_net.KIND,
    "kinds": kinds.KIND,
    "skus": skus.KIND,
    "services": services.KIND,
    "locations": locations.KIND,
    "during": during.KIND,
    "audience": audience.KIND,
    "min_score": min_score.KIND,
}
