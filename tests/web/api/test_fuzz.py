"""Whatever is sent by the OpenAPI document, right or wrong, alone or in a row: never a fault of ours, every answer as
documented, and nothing of the business next door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis.generation.meta import TestPhase

from goodword.business import keys
from goodword.ledger import checking
from goodword.web import guessing
from tests.web.api import fuzzing
from tests.web.api.conftest import Caller, rows_of
from tests.web.api.fuzzing import SCHEMA, hold, ids_of, secrets_of, settle_next_door

HEADERS = {"Authorization": f"Bearer {keys.secret_of(b'f' * keys.ENTROPY)}", "Host": "localhost"}
NAMED = {
    "friend": "contact",
    "referrer": "contact",
    "into": "contact",
    "contact": "contact",
    "buyer": "contact",
    "recipient": "contact",
    "job": "job",
    "redemption": "redemption",
    "serial": "card",
}  # keys of bodies, and of queries, that name something
_keys = count()


@dataclass(frozen=True)
class Town:
    """Ours with real ids, and the business next door: its ids, and whatever an answer could give away of it."""

    ours: dict[str, str]
    theirs: dict[str, str]
    secrets: list[str]


@pytest.fixture
def town(promised: Caller, oak: Caller) -> Iterator[Town]:
    """Both businesses; whatever is sent to ours, nothing changes next door."""
    settle_next_door(oak)
    before = rows_of(oak.business)
    ours = set(secrets_of(promised.business))  # a name that both systems gave, like j-J1-booked, tells of nobody
    theirs = [secret for secret in secrets_of(oak.business) if secret not in ours]
    yield Town(ids_of(promised.business), ids_of(oak.business), theirs)
    assert rows_of(oak.business) == before


@pytest.fixture(autouse=True)
def guessing_is_what_a_fuzzer_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait: test_vouchers_guessing.py is about that."""
    monkeypatch.setattr(guessing, "MISSES", 10**9)
    monkeypatch.setattr(guessing, "MISSES_OF_ADDRESS", 10**9)


@pytest.fixture
def one_connection(town: Town) -> Iterator[None]:
    """Keep the test's connection when the server closes those of a request; Django's test client closes none."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def pointed_at(case: Any, ids: dict[str, str]) -> str:
    """Let a case speak of these things, in its path and its body; return what it says then."""
    case.headers["Idempotency-Key"] = f"fuzz-{next(_keys)}"
    case.path_parameters = {name: ids[name] for name in case.path_parameters or {}}
    for name in set(case.query or {}) & {*NAMED, "batch", "sale"}:
        case.query[name] = ids[NAMED.get(name, name)]
    if isinstance(case.body, dict):
        case.body = {name: ids[NAMED[name]] if name in NAMED else value for name, value in case.body.items()}
    return " ".join(ids.values())


@SCHEMA.parametrize()
@settings(
    max_examples=300 if fuzzing.LONG else 3, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_nothing_that_is_sent_is_a_fault_of_ours_or_tells_of_the_neighbours(
    case: Any, town: Town, one_connection: None
) -> None:
    hold(case, case.call(headers=HEADERS), secrets=town.secrets, sent=str(case.body))
    if case.meta.phase.name == TestPhase.COVERAGE and not fuzzing.LONG:
        return  # hundreds, one for each way a value can be wrong: once is enough
    named = bool(case.path_parameters)
    sent = pointed_at(case, town.theirs)
    answer = case.call(headers=HEADERS)
    hold(case, answer, secrets=town.secrets, sent=sent)
    if named:
        pointed_at(case, {name: f"{told[:-4]}zzzz" for name, told in town.theirs.items()})
        nobodys = case.call(headers=HEADERS)
        assert (answer.status_code, answer.json()["code"]) == (nobodys.status_code, nobodys.json()["code"])
        assert answer.status_code >= 400
    pointed_at(case, town.ours)
    hold(case, case.call(headers=HEADERS), secrets=town.secrets)


def test_no_way_through_the_api_meets_a_fault_of_ours_or_the_neighbours(town: Town, one_connection: None) -> None:
    reached: Counter[str] = Counter()

    class Ways(SCHEMA.as_state_machine()):  # type: ignore[misc]
        """Calls in a row, each by ids that an earlier answer told; undone when the row ends."""

        def setup(self) -> None:
            self.undone = transaction.atomic()
            self.undone.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": HEADERS}

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            hold(case, response, secrets=town.secrets)
            assert checking.faults() == []
            reached[case.operation.label] += response.status_code < 300

    Ways.run(
        settings=settings(
            max_examples=300 if fuzzing.LONG else 25, stateful_step_count=12, deadline=None, derandomize=True,
            database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )
    )  # fmt: skip
    assert len(+reached) >= 12, reached  # operations that did what was asked, by ids of earlier answers
