"""A station for a charge point in virtual time. It always obeys, so that any failure is a fault of the core."""

from collections.abc import Callable

from ocpp16sm.hardware import Hardware
from ocpp16sm.messages import Reason, ResetType, UnlockStatus
from ocpp16sm.testing.availability_oracle import AvailabilityOracle
from ocpp16sm.testing.virtual_charge_point import VirtualChargePoint


class ScriptedStation(Hardware):
    """Hardware that carries out every command immediately."""

    def __init__(self, connectors: int) -> None:
        self._connectors = range(1, connectors + 1)
        self.charge_point: VirtualChargePoint
        self.unlocks = UnlockStatus.UNLOCKED
        self.restarts = False
        self.service: dict[int, AvailabilityOracle] = {}
        self.on_said: Callable[[], None] = lambda: None
        """Called before a connector goes in or out of service, so that earlier status reports are checked first."""

    def start(self) -> None:
        """Forget the availability of all connectors after a power cycle."""
        self.service = {connector: AvailabilityOracle() for connector in self._connectors}

    def said(self, connector: int, in_service: bool) -> None:
        """A connector is set in or out of service."""
        self.on_said()
        if connector in self.service:
            self.service[connector].told(in_service)

    def enable(self, connector: int) -> None:
        self.said(connector, True)
        self.charge_point.on_enabled(connector)

    def disable(self, connector: int) -> None:
        self.said(connector, False)
        self.charge_point.on_disabled(connector)

    def stop_transaction(self, connector: int, reason: Reason) -> None:
        for transaction in self.charge_point.core.features.transactions.running():
            record = transaction.record
            if record.connector_id == connector:
                now = self.charge_point.now.utc
                self.charge_point.on_transaction_stopped(connector, record.session_id, reason, now, 0)

    def unlock(self, connector: int) -> UnlockStatus:
        return self.unlocks

    def is_reset_allowed(self, type: ResetType) -> bool:
        return True

    def reset(self, type: ResetType) -> bool:
        self.restarts = True
        return True
