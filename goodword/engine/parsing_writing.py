"""A programme's plain document as YAML that the reader reads back to the same (the console's editor shows it)."""

from __future__ import annotations

import io
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.representer import SafeRepresenter

from goodword.engine.parsing_programme import NUMBERS

_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
_DATES = ("starts", "ends", "when")


class _Decimal(str):
    """Text that is written without quotes because it reads as a number."""


class _Date(str):
    """Text that is written without quotes because it reads as a date."""


class _Representer(SafeRepresenter):
    pass


_Representer.add_representer(_Decimal, lambda to, word: to.represent_scalar("tag:yaml.org,2002:float", str(word)))
_Representer.add_representer(_Date, lambda to, word: to.represent_scalar("tag:yaml.org,2002:timestamp", str(word)))


def to_yaml(source: dict[str, Any]) -> str:
    """Write the plain document as YAML, keys in their order."""
    writer: Any = YAML(typ="safe", pure=True)
    writer.Representer = _Representer
    writer.sort_base_mapping_type_on_output = False
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.width = 4096
    out = io.StringIO()
    writer.dump(_dressed(source, ""), out)
    return out.getvalue()


def _dressed(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        if key == "tiers":
            return {_ordinal(name): _dressed(below, "amount") for name, below in value.items()}
        return {name: _dressed(below, name) for name, below in value.items()}
    if isinstance(value, list):
        return [_dressed(below, "") for below in value]
    if isinstance(value, str) and key in NUMBERS and _DECIMAL.fullmatch(value):
        return _Decimal(value)
    if isinstance(value, str) and key in _DATES and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return _Date(value)
    return value


def _ordinal(name: str) -> int | str:
    return int(name) if re.fullmatch(r"[1-9][0-9]*", name) else name
