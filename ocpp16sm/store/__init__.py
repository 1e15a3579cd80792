"""Stores for the state that must survive a restart: on disk or in memory."""

from typing import TYPE_CHECKING, Any

from ocpp16sm.store.interface import Store
from ocpp16sm.store.memory import MemoryStore

if TYPE_CHECKING:
    from ocpp16sm.store.sqlite import SqliteStore

__all__ = ["MemoryStore", "SqliteStore", "Store"]


def __getattr__(name: str) -> Any:
    """Import SqliteStore on demand: it needs SQLite and cattrs, which a fleet in memory does not."""
    if name == "SqliteStore":
        from ocpp16sm.store.sqlite import SqliteStore

        return SqliteStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
