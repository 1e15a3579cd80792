"""Readings outside the course of a transaction: clock-aligned ones, and those that TriggerMessage asks for (3.16.2,
5.17).
"""

from datetime import timedelta

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.config import keys
from ocpp16sm.core.connectors.connectors import Connector, ConnectorBase, Connectors
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.core.engine.wall_clock import Correction
from ocpp16sm.core.transactions import meter_readings
from ocpp16sm.core.transactions.sampling import READING_FRESH_S
from ocpp16sm.core.transactions.transactions import Transactions
from ocpp16sm.generated import hooks
from ocpp16sm.generated.handlers import CurrentOffered, MeterValuesTaken, PowerOffered
from ocpp16sm.messages import MeterValue, ReadingContext
from ocpp16sm.records import Reading
from ocpp16sm.station_facts import Measurement

_ALIGNED = "aligned"
_DAY_S = 86_400


class ClockAlignedReadings(Component):
    """The latest reading of every meter, and the schedule of clock-aligned MeterValues."""

    STATE = IN_PLACE = ("_since",)
    __slots__ = ("_all_connectors", "_context", "_since", "_transactions", "metered")

    def __init__(
        self, journal: Journal, context: Context, all_connectors: Connectors, transactions: Transactions
    ) -> None:
        super().__init__(journal)
        self._context = context
        self._all_connectors = all_connectors
        self._transactions = transactions
        self._since: dict[int, Measurement] = {}
        """Previous clock-aligned reading of each connector, by connector id."""
        self.metered = Signal[[Connector]]()
        """Emitted when the meter of a connector has been read."""
        context.deadlines[_ALIGNED] = lambda _key: self._take_aligned()
        context.recurrences[_ALIGNED] = lambda _key: self._next_in()
        context.configuration.on_change(keys.CLOCK_ALIGNED_DATA_INTERVAL, self.arm_aligned)

    # -- steps of the handlers --------------------------------------------------------------------------------------

    def note_measurement(self, connector: ConnectorBase, call: MeterValuesTaken) -> None:
        """Record a reading of the meter."""
        connector.measurement = call.measurement
        if isinstance(connector, Connector):
            self._transactions.metered(connector)
            self.metered(connector)

    def note_current_offered(self, connector: ConnectorBase, call: CurrentOffered) -> None:
        """Record the current that is offered from now on, in A."""
        connector.current_offered = call.max_current

    def note_power_offered(self, connector: ConnectorBase, call: PowerOffered) -> None:
        """Record the power that is offered from now on, in W."""
        connector.power_offered = call.max_power

    def correct(self, correction: Correction) -> None:
        """Correct the timestamps of the latest readings and reschedule, because the clock was set."""
        self.touch()
        self._since = {connector: correction.times(reading) for connector, reading in self._since.items()}
        for connector in self._all_connectors.all:
            if connector.measurement is not None:
                connector.touch()
                connector.measurement = correction.times(connector.measurement)
        self.arm_aligned()

    # -- clock-aligned ----------------------------------------------------------------------------------------------

    def arm_aligned(self) -> None:
        """Schedule the next multiple of ClockAlignedDataInterval since 00:00 UTC, by the wall clock (9.1.5)."""
        if self._context.configuration[keys.CLOCK_ALIGNED_DATA_INTERVAL]:
            self._context.arm(_ALIGNED, self._next_in())
        else:
            self._context.disarm(_ALIGNED)

    def _next_in(self) -> float:
        now = _seconds_of_day(self._context.now.utc)
        return _around(now, self._context.configuration[keys.CLOCK_ALIGNED_DATA_INTERVAL])[1] - now

    def _take_aligned(self) -> None:
        interval = self._context.configuration[keys.CLOCK_ALIGNED_DATA_INTERVAL]
        now = _seconds_of_day(self._context.now.utc)
        before, after = _around(now, interval)
        # the next tick is nearer if the wall clock was set back a little in the meantime
        tick = after if after - now < now - before else before
        at = Timestamp.of(self._context.now.utc + timedelta(seconds=tick - now))
        for connector in self._all_connectors.all:
            self._tell_aligned(connector, at, interval)
        beyond = _around(tick % _DAY_S, interval)[1] - tick % _DAY_S
        self._context.arm(_ALIGNED, tick - now + beyond)

    def _tell_aligned(self, connector: ConnectorBase, tick: Timestamp, interval: int) -> None:
        """Send the reading for a tick, with the reading's own timestamp (7.33).

        A reading counts if it is from the interval that ends at the tick, or at most a minute away. Otherwise nothing
        is sent.
        """
        reading = connector.measurement
        oldest = max(interval, READING_FRESH_S)
        if reading is None or abs((tick - reading.timestamp).total_seconds()) > oldest:
            return
        self.touch()
        meter = _meter(connector, reading, self._since.get(connector.id))
        self._since[connector.id] = reading
        transaction = self._transactions.aligned(connector, meter) if isinstance(connector, Connector) else None
        wanted = self._context.configuration[keys.METER_VALUES_ALIGNED_DATA]
        told = meter_readings.read(meter, wanted, ReadingContext.SAMPLE_CLOCK, reading.timestamp)
        if told is not None:
            self._context.send(hooks.take_sample(Reading(connector.id, (told,))), transaction=transaction)

    # -- on request -------------------------------------------------------------------------------------------------

    def latest(self, connector: ConnectorBase) -> MeterValue | None:
        """The latest reading of the measurands in MeterValuesSampledData, or None (5.17)."""
        if connector.measurement is None:
            return None
        meter = _meter(connector, connector.measurement)
        wanted = self._context.configuration[keys.METER_VALUES_SAMPLED_DATA]
        return meter_readings.read(meter, wanted, ReadingContext.TRIGGER, connector.measurement.timestamp)

    def tell_latest(self, connector: ConnectorBase) -> None:
        """Send the latest reading, because the Central System triggered MeterValues (5.17)."""
        latest = self.latest(connector)
        if latest is not None:
            transaction = self._transactions.of(connector) if isinstance(connector, Connector) else None
            known = transaction.record.transaction_id if transaction is not None else None
            self._context.send(hooks.answer_trigger(Reading(connector.id, (latest,), known)), triggered=True)


def _meter(
    connector: ConnectorBase, measurement: Measurement, since: Measurement | None = None
) -> meter_readings.Meter:
    main = not isinstance(connector, Connector)
    return meter_readings.Meter(measurement, connector.current_offered, connector.power_offered, since, main)


def _around(seconds: float, interval: int) -> tuple[float, float]:
    """The multiples of an interval since midnight before (or at) and after a time of day, where midnight is one
    (9.1.5).
    """
    before = seconds - seconds % interval
    return before, min(before + interval, float(_DAY_S))


def _seconds_of_day(utc: Timestamp) -> float:
    midnight = utc.replace(hour=0, minute=0, second=0, microsecond=0)
    return (utc - midnight).total_seconds() % _DAY_S
