"""Where a charge point keeps what must survive a restart: on disk, or in memory."""

from ocpp16sm.store.memory import MemoryStore
from ocpp16sm.store.protocol import Store
from ocpp16sm.store.sqlite import SqliteStore

__all__ = ["MemoryStore", "SqliteStore", "Store"]
