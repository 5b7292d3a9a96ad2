"""Where a referral link leads when it leads to the business's own site (R104)."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def with_code(target: str, code: str) -> str:
    """Return the address with ``ref=<code>`` added to the query it has."""
    parts = urlsplit(target)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "ref"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("ref", code)])))
