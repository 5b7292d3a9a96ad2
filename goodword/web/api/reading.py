"""Bodies and parameters as they came, read strictly: a clear refusal for everything that could hurt further in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Schema
from ninja.parser import Parser
from pydantic import AfterValidator, ConfigDict, Field

from goodword.errors import Invalid, Refused
from goodword.web.api.problems import escape

MAX_BODY = 8 * 1024 * 1024  # bytes: 1,000 events of 8 kB
MAX_DEPTH = 32
LARGEST, SMALLEST = 2**63 - 1, -(2**63)


class MsgspecParser(Parser):
    """JSON read by msgspec; what no database takes is refused before pydantic sees it."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the decoded body. Ninja turns any fault into one HttpError, so the refusal is kept aside for it."""
        try:
            value = json_of(request.body)
            fault = unsound(value)
            if fault is not None:
                raise Invalid("validation_error", fault[1], pointer=fault[0])
        except Refused as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]  # read by app.py
            raise
        return value


def json_of(body: bytes) -> Any:
    """Return the decoded JSON.

    Raises:
        Invalid: ``malformed_json`` with msgspec's own words on where.
    """
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError as fault:
        raise Invalid("malformed_json", f"the body is no JSON: {fault}") from None
    except (RecursionError, UnicodeDecodeError):
        raise Invalid("malformed_json", "the body is nested too deeply or is not UTF-8") from None


def unsound(value: object) -> tuple[str, str] | None:
    """Return the JSON pointer of something that no database column takes, and what is wrong; None when all is well.

    NUL in a text, a whole number beyond 64 bits, nesting beyond ``MAX_DEPTH``.
    """
    rest: list[tuple[str, object, int]] = [("", value, 0)]
    while rest:
        place, item, depth = rest.pop()
        if isinstance(item, str):
            if "\x00" in item:
                return place, "a text holds a NUL character"
        elif isinstance(item, int) and not isinstance(item, bool):
            if not SMALLEST <= item <= LARGEST:
                return place, "a number is larger than any we can keep"
        elif isinstance(item, dict | list):
            if depth >= MAX_DEPTH:
                return place, f"nested deeper than {MAX_DEPTH} levels"
            if isinstance(item, dict):
                for key, inner in item.items():
                    if "\x00" in key:
                        return place, "a key holds a NUL character"
                    rest.append((f"{place}/{escape(key)}", inner, depth + 1))
            else:
                rest += [(f"{place}/{i}", inner, depth + 1) for i, inner in enumerate(item)]
    return None


def _with_zone(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs its zone, like 2026-11-20T16:04:00Z")
    if not 1970 <= value.year <= 9000:
        raise ValueError("the time lies outside the years we book")
    return value.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_with_zone)]
Limit = Annotated[int, Field(ge=1, le=200, description="How many at most, 1 to 200.")]
Reason = Annotated[str, Field(min_length=1, max_length=500, description="Why; kept in the history.")]


class Asked(Schema):
    """What a request may bring: an unknown key is refused, nothing is coerced."""

    model_config = ConfigDict(extra="forbid", strict=True)
