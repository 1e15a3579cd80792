"""Both stores behind one way of opening them, and the operations that they are given."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TypeAlias

import pytest

from ocpp16sm.store import MemoryStore, SqliteStore, Store

Reopen: TypeAlias = Callable[[], Store]
"""Open the store, as at the start of a charge point; the one before is closed."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a store may be made."""
    return tmp_path / "station.db"


@pytest.fixture(params=["memory", "sqlite"])
def reopen(request: pytest.FixtureRequest, file: Path) -> Iterator[Reopen]:
    """What both stores must be able to do, each asked in its turn."""
    if request.param == "memory":
        yield _memory()
        return
    with ExitStack() as opened:

        def open_again() -> Store:
            opened.close()
            return opened.enter_context(closing(SqliteStore(file)))

        yield open_again


def _memory() -> Reopen:
    """Memory is not opened again: it is still there."""
    store = MemoryStore()
    return lambda: store
