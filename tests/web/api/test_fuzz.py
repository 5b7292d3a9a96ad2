"""Whatever is sent by the OpenAPI document, right or wrong: never a fault of ours, and problems are documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings

from goodword.business import keys
from goodword.config.wsgi import application
from goodword.web.api import documents
from tests.web.api.conftest import Caller

SCHEMA = schemathesis.openapi.from_dict(
    {**json.loads(documents.problems.encode(documents.document())), "servers": [{"url": "http://localhost"}]}
)
SCHEMA.app = application


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the test's connection when the server closes those of a request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@SCHEMA.parametrize()
@settings(max_examples=4, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_nothing_that_is_sent_is_a_fault_of_ours(case: Any, fern: Caller, one_connection: None) -> None:
    secret = keys.secret_of(b"f" * keys.ENTROPY)
    answer = case.call(headers={"Authorization": f"Bearer {secret}", "Host": "localhost"})
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == ["application/problem+json"]
        assert answer.json()["code"] in documents.MEANINGS
