"""The OpenAPI document is true: every call has examples that fit its shapes, and every answer fits the document."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from goodword.business import keys
from goodword.business.models import Role
from goodword.engine.wording.reasons import REASONS
from goodword.web.api import documents
from goodword.web.api.described import scopes_of
from goodword.web.api.meanings import MEANINGS
from goodword.web.console.roles import ROLES
from tests.web.api.conftest import Caller, job, send, ticket
from tests.web.api.test_access import CALLS, address, ids_of

KINDS = {"Refused", "Invalid", "NotFound", "Conflict", "Mistyped"}
ROOT = Path(__file__).resolve().parents[3]
DOCUMENT: dict[str, Any] = json.loads(json.dumps(json.loads(documents.problems.encode(documents.document()))))
BODIES = [
    (f"{method} {path} {where} {kind}", content)
    for method, path, told in CALLS
    for where, part in [("request", told.get("requestBody")), *told["responses"].items()]
    for kind, content in (part or {}).get("content", {}).items()
]


def check(schema: dict[str, Any], value: object) -> None:
    """Hold a value against a schema of the document."""
    whole = {**schema, "components": DOCUMENT["components"]}
    Draft202012Validator(whole).validate(json.loads(documents.problems.encode(value)))


@pytest.mark.parametrize(("name", "content"), BODIES, ids=[name for name, _ in BODIES])
def test_every_body_has_an_example_that_fits_its_shape(name: str, content: dict[str, Any]) -> None:
    examples = [e["value"] for e in content["examples"].values()] if "examples" in content else [content["example"]]
    assert examples
    for example in examples:
        assert example is not None
        check(content["schema"], example)


@pytest.mark.parametrize(("method", "path", "told"), CALLS, ids=[f"{m} {p}" for m, p, _ in CALLS])
def test_every_call_says_what_it_does_and_what_it_may_refuse(method: str, path: str, told: dict[str, Any]) -> None:
    assert told["summary"]
    assert told["description"]
    assert told["x-scope"] in keys.SCOPES
    assert told["security"] == [{"Key": [scope]} for scope in scopes_of(told)]
    assert told["security"][0] == {"Key": [told["x-scope"]]}
    assert {"401", "403", "429", "500"} <= set(told["responses"])
    for parameter in told.get("parameters", []):
        assert parameter["in"] != "path" or "example" in parameter, parameter
    named = {p["name"] for p in told.get("parameters", [])}
    assert ("Idempotency-Key" in named) == (method != "GET")
    assert set(re.findall(r"{(\w+)}", path)) <= named


def test_every_read_answers_in_its_documented_shape(promised: Caller) -> None:
    send(promised, [job("J1", "bob", "paid", hours=40), ticket("T1", "cy", 5_000, hours=30)])
    ids = ids_of(promised)
    seen = 0
    for method, path, told in CALLS:
        if method != "GET":
            continue
        answer = promised.get(address(path, ids))
        assert answer.status_code == 200, (path, answer.content)
        check(told["responses"]["200"]["content"]["application/json"]["schema"], answer.json())
        seen += 1
    assert seen == 25


def test_problems_answer_in_their_documented_shape(fern: Caller) -> None:
    schema = {"$ref": "#/components/schemas/ProblemShape"}
    for answer in (fern.get("/contacts/con_x"), fern.get("/nowhere"), fern.post("/contacts", {"x": 1}),
                   fern.post("/events", raw=b"{"), fern.get("/contacts?limit=0")):  # fmt: skip
        check(schema, answer.json())
        assert answer.json()["type"].endswith(f"/api/v1/docs#{answer.json()['code']}")


def test_the_readable_page_needs_nothing_from_elsewhere_and_no_script(db: None) -> None:
    answer = Client().get("/api/v1/docs")
    text = answer.content.decode()
    assert "<script" not in text
    assert " style=" not in text
    assert re.findall(r'(?:src|href)="(?!/api/v1/|#)[^"]*"', text) == []
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    for method, path, told in CALLS:
        assert told["summary"].replace("'", "&#x27;") in text, (method, path)
    for code in MEANINGS:
        assert f'id="{code}"' in text


def test_every_error_code_is_documented_with_its_status_and_meaning() -> None:
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d{3} \| .+) \|$", page, flags=re.MULTILINE))
    assert rows == {code: f"{status} | {text}" for code, (status, text) in MEANINGS.items()}


def test_permissions_are_documented_call_by_call_and_role_by_role() -> None:
    page = (ROOT / "docs" / "reference" / "permissions.md").read_text(encoding="utf-8")
    calls = re.findall(r"^\| `(\w+) (/\S*)` \| `(\S+(?:` or `\S+)*)` \|$", page, flags=re.MULTILINE)
    assert calls == [(m, p.removeprefix("/api/v1"), "` or `".join(scopes_of(told))) for m, p, told in CALLS]
    scopes = dict(re.findall(r"^\| `([a-z]+:[a-z]+)` \| (.+) \|$", page, flags=re.MULTILINE))
    assert scopes == keys.SCOPES
    head = re.search(r"^\| Action \| What \| (.+) \|$", page, flags=re.MULTILINE)
    assert head is not None
    assert head[1].split(" | ") == [str(role) for role in Role]
    told = {role: set() for role in ROLES}
    for action, cells in re.findall(r"^\| `([a-z]+\.[a-z]+)` \| [^|]+ \| (.+) \|$", page, flags=re.MULTILINE):
        for role, cell in zip(Role, cells.split(" | "), strict=True):
            assert cell in ("yes", "–")
            if cell == "yes":
                told[str(role)].add(action)
    assert told == {role: set(actions) for role, actions in ROLES.items()}


def test_every_reason_of_a_rule_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    section = page.split("\n## ")[2]
    assert section.startswith("Why a rule paid nothing")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, flags=re.MULTILINE))
    assert rows == {code: said[0] for code, said in REASONS["en"].items() if code != "other"}


def test_every_code_that_can_be_raised_anywhere_is_documented() -> None:
    raised = set()
    for file in (ROOT / "goodword").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                if node.func.id in KINDS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    raised.add(first.value)
    assert len(raised) > 60
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    assert sorted(code for code in raised if f"`{code}`" not in page) == []
