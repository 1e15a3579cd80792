"""The price of one session: its chart, its stored record, and the power reported last."""

from decimal import Decimal
from typing import Any, Protocol

from attrs import evolve

from ocpp16sm.core.engine.journal import ChartComponent, Journal
from ocpp16sm.generated.session_price import SessionPriceMachine
from ocpp16sm.messages.cost import TriggerMeterValue
from ocpp16sm.prices import SessionPrice


class SessionPriceOwner(Protocol):
    """What the price of a session needs from the feature that keeps it."""

    def idle_fee_applies(self) -> bool:
        """Whether being connected costs something after the transaction (CustomIdleFeeAfterStop)."""

    def announce_unplugged(self, session: "PricedSession") -> None:
        """Queue ConnectorUnplugged."""

    def drop_triggers(self, session: "PricedSession") -> None:
        """Send no more readings for it."""

    def forget(self, session: "PricedSession") -> None:
        """Delete the price, which nobody needs any more."""

    def keep(self, record: SessionPrice) -> None:
        """Store the record."""


class PricedSession(ChartComponent):
    """Runs the chart of the price of one session."""

    STATE = ("last_kw", "record")
    __slots__ = ("_owner", *STATE)

    machine: SessionPriceMachine

    def __init__(self, journal: Journal, owner: SessionPriceOwner, record: SessionPrice) -> None:
        super().__init__(journal)
        self._owner = owner
        self.record = record
        self.last_kw: Decimal | None = None
        """The power reported last because of a trigger."""
        self.machine = SessionPriceMachine(self).restore(record.configuration)

    @property
    def label(self) -> str:
        """The id of the session."""
        return self.record.session_id

    @property
    def key(self) -> str:
        """The key of its transaction."""
        return self.record.key

    @property
    def over(self) -> bool:
        """Whether the session costs nothing more."""
        return not self.machine.in_state("going_on")

    def note(self, **changes: Any) -> None:
        """Change the record."""
        self.touch()
        self.record = evolve(self.record, **changes)

    def conclude(self, before: Any) -> None:
        """Store the record if it has changed."""
        if self.machine.use == "Forgotten":
            return
        configuration = self.machine.configuration
        if configuration != self.record.configuration:
            self.record = evolve(self.record, configuration=configuration)
        if self.record != before[0][self.STATE.index("record")]:
            self._owner.keep(self.record)

    # -- hooks and guards of the chart ------------------------------------------------------------------------------

    def idle_fee_applies(self) -> bool:
        """Whether CustomIdleFeeAfterStop is on."""
        return self._owner.idle_fee_applies()

    def drop_triggers(self) -> None:
        """Send no more readings."""
        self.record = evolve(self.record, triggers=TriggerMeterValue())
        self.last_kw = None
        self._owner.drop_triggers(self)

    def announce_unplugged(self) -> None:
        """Queue ConnectorUnplugged."""
        self.record = evolve(self.record, unheard=True)
        self._owner.announce_unplugged(self)

    def forget_price(self) -> None:
        """Delete the price, which nobody needs any more."""
        self._owner.forget(self)
