"""A station around a charge point in virtual time, as obedient as can be, so that whatever goes wrong is the core's."""

from collections.abc import Callable

from ocpp16sm.hardware import Hardware
from ocpp16sm.messages import Reason, ResetType, UnlockStatus
from ocpp16sm.testing.availability_oracle import AvailabilityOracle
from ocpp16sm.testing.virtual_charge_point import VirtualChargePoint


class ScriptedStation(Hardware):
    """A station that does what it is told, at once."""

    def __init__(self, connectors: int) -> None:
        self._connectors = range(1, connectors + 1)
        self.charge_point: VirtualChargePoint
        self.unlocks = UnlockStatus.UNLOCKED
        self.restarts = False
        self.service: dict[int, AvailabilityOracle] = {}
        self.on_said: Callable[[], None] = lambda: None
        """Called before a connector goes into service or out of it: what is reported until then is of before."""

    def start(self) -> None:
        """The power has come: nobody has said anything yet."""
        self.service = {connector: AvailabilityOracle() for connector in self._connectors}

    def said(self, connector: int, in_service: bool) -> None:
        """A connector goes into service or out of it."""
        self.on_said()
        if connector in self.service:
            self.service[connector].told(in_service)

    def enable(self, connector: int) -> None:
        """As told."""
        self.said(connector, True)
        self.charge_point.on_enabled(connector)

    def disable(self, connector: int) -> None:
        """As told."""
        self.said(connector, False)
        self.charge_point.on_disabled(connector)

    def stop_transaction(self, connector: int, reason: Reason) -> None:
        """As told."""
        for transaction in self.charge_point.core.features.transactions.running():
            record = transaction.record
            if record.connector_id == connector:
                now = self.charge_point.now.utc
                self.charge_point.on_transaction_stopped(connector, record.session_id, reason, now, 0)

    def unlock(self, connector: int) -> UnlockStatus:
        """As it goes."""
        return self.unlocks

    def is_reset_allowed(self, type: ResetType) -> bool:
        """Always."""
        return True

    def reset(self, type: ResetType) -> bool:
        """Soon."""
        self.restarts = True
        return True
