"""The price of one session: its chart, its record on disk, what was told last of the power."""

from decimal import Decimal
from typing import Any, Protocol

from attrs import evolve

from ocpp16sm.core.engine.journal import ChartComponent, Journal
from ocpp16sm.generated.session_price import SessionPriceMachine
from ocpp16sm.messages.cost import TriggerMeterValue
from ocpp16sm.prices import SessionPrice


class SessionPriceOwner(Protocol):
    """What the price of a session asks of those who keep it."""

    def idle_fee_applies(self) -> bool:
        """Being connected costs something after the transaction, too."""

    def announce_unplugged(self, session: "PricedSession") -> None:
        """Queue ConnectorUnplugged."""

    def drop_triggers(self, session: "PricedSession") -> None:
        """No more readings are due for it."""

    def forget(self, session: "PricedSession") -> None:
        """Nobody asks for it any more."""

    def keep(self, record: SessionPrice) -> None:
        """Put the record on disk."""


class PricedSession(ChartComponent):
    """A session whose price is shown."""

    STATE = ("last_kw", "record")
    __slots__ = ("_owner", *STATE)

    machine: SessionPriceMachine

    def __init__(self, journal: Journal, owner: SessionPriceOwner, record: SessionPrice) -> None:
        super().__init__(journal)
        self._owner = owner
        self.record = record
        self.last_kw: Decimal | None = None
        """The power that a trigger told last."""
        self.machine = SessionPriceMachine(self).restore(record.configuration)

    @property
    def label(self) -> str:
        """Which session."""
        return self.record.session_id

    @property
    def key(self) -> str:
        """The key of its transaction."""
        return self.record.key

    @property
    def over(self) -> bool:
        """Whether it costs nothing more."""
        return not self.machine.in_state("going_on")

    def note(self, **changes: Any) -> None:
        """Change the record."""
        self.touch()
        self.record = evolve(self.record, **changes)

    def conclude(self, before: Any) -> None:
        """If it is another one than before, it is put on disk."""
        if self.machine.use == "Forgotten":
            return
        configuration = self.machine.configuration
        if configuration != self.record.configuration:
            self.record = evolve(self.record, configuration=configuration)
        if self.record != before[0][self.STATE.index("record")]:
            self._owner.keep(self.record)

    # -- hooks and guards of the chart ------------------------------------------------------------------------------

    def idle_fee_applies(self) -> bool:
        """CustomIdleFeeAfterStop."""
        return self._owner.idle_fee_applies()

    def drop_triggers(self) -> None:
        """No more readings are due."""
        self.record = evolve(self.record, triggers=TriggerMeterValue())
        self.last_kw = None
        self._owner.drop_triggers(self)

    def announce_unplugged(self) -> None:
        """Queue ConnectorUnplugged."""
        self.record = evolve(self.record, unheard=True)
        self._owner.announce_unplugged(self)

    def forget_price(self) -> None:
        """Nobody asks for it any more."""
        self._owner.forget(self)
