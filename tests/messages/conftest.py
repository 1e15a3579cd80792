"""The JSON schemas of the PyPI package ``ocpp``: the oracle of these tests."""

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

SchemaOf = Callable[[str], dict[str, Any]]


@cache
def _schema(name: str) -> dict[str, Any]:
    text = files("ocpp").joinpath("v16", "schemas", f"{name}.json").read_text(encoding="utf-8-sig")
    schema: dict[str, Any] = json.loads(text)
    return schema


@pytest.fixture(scope="session")
def schema_of() -> SchemaOf:
    """Give the schema of ``<Action>`` (a request) or ``<Action>Response``. Shared: not to be changed."""
    return _schema
