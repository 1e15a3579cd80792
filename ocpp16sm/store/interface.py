"""What the shell requires of a store."""

from typing import Protocol

from ocpp16sm.core.engine.effects import StoreOperation
from ocpp16sm.records import StoredState


class Store(Protocol):
    """Keeps the state of one charge point."""

    def load(self) -> StoredState:
        """The stored state. Raises :class:`~ocpp16sm.errors.StoreError`."""

    def apply(self, operations: tuple[StoreOperation, ...]) -> None:
        """Store the changes before returning: all of them or, raising StoreError, none."""

    def close(self) -> None:
        """Release the store."""
