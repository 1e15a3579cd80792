"""What the shell asks of a store."""

from typing import Protocol

from ocpp16sm.core.engine.effects import StoreOperation
from ocpp16sm.records import StoredState


class Store(Protocol):
    """Keeps the state of one charge point."""

    def load(self) -> StoredState:
        """Everything that is kept. Raises :class:`~ocpp16sm.errors.StoreError`."""

    def apply(self, operations: tuple[StoreOperation, ...]) -> None:
        """Keep what the operations say: all of it, before this returns, or (raising StoreError) none."""

    def close(self) -> None:
        """The store is not used any more."""
