"""Sampling during a transaction: when readings are taken, and where they go (3.16.1, errata 3.16.6)."""

from attrs import evolve

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.config import keys
from ocpp16sm.core.connectors.connectors import Connector
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import PutSample, PutSamples
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.core.transactions import meter_readings
from ocpp16sm.core.transactions.transaction import Transaction
from ocpp16sm.core.transactions.transaction_data import every_other
from ocpp16sm.generated import hooks
from ocpp16sm.generated.handlers import TransactionStarted, TransactionStopped
from ocpp16sm.messages import MeterValue, ReadingContext
from ocpp16sm.records import Reading

MOST_SAMPLES = 500
"""Maximum number of readings kept for StopTransaction, which is more than a message can hold. Beyond it, every other
one is dropped, except the first and last.
"""

READING_KEPT_EVERY_S = 15.0
"""Seconds between writes of the latest reading to disk, which is where a transaction ends after a power loss."""

READING_FRESH_S = 60.0
"""Maximum distance, in seconds, of a reading from a transaction's begin or end, or from a tick, to be used for it."""

SAMPLE_DUE = "sample"


class Sampling:
    """Takes samples, sends them, and collects readings for StopTransaction. Each has its own list of measurands."""

    def __init__(self, context: Context) -> None:
        self._context = context

    # -- begin and end ----------------------------------------------------------------------------------------------

    def begin(self, transaction: Transaction, connector: Connector, call: TransactionStarted) -> None:
        """Collect the readings at the start of a transaction."""
        context = ReadingContext.TRANSACTION_BEGIN
        self._collect(transaction, self._edge(connector, call.meter_start, call.timestamp, context))
        if call.signed_meter_value is not None:
            self._collect(transaction, meter_readings.signed(call.signed_meter_value, context, call.timestamp))

    def end(self, transaction: Transaction, connector: Connector, call: TransactionStopped) -> None:
        """Collect the readings at the end of a transaction. A signed begin value that arrives only now moves to the
        front.
        """
        if call.start_signed_meter_value is not None and not transaction.signed:
            context = ReadingContext.TRANSACTION_BEGIN
            value = meter_readings.signed(call.start_signed_meter_value, context, transaction.record.started_at)
            first = [s for s in transaction.samples[:1] if s.sampled_value[0].context is context]
            transaction.samples = (*first, value, *transaction.samples[len(first) :])
        context = ReadingContext.TRANSACTION_END
        self._collect(transaction, self._edge(connector, call.energy_wh_import, call.timestamp, context))
        if call.signed_meter_value is not None:
            self._collect(transaction, meter_readings.signed(call.signed_meter_value, context, call.timestamp))

    def end_by_power_loss(self, transaction: Transaction, wh: float, at: Timestamp) -> None:
        """Collect the last known register value, in Wh, as the reading at the end."""
        wanted = self._context.configuration[keys.STOP_TXN_SAMPLED_DATA]
        meter = meter_readings.Meter(meter_readings.registers(wh, at))
        self._collect(transaction, meter_readings.read(meter, wanted, ReadingContext.TRANSACTION_END, at))

    def _edge(self, connector: Connector, wh: float, at: Timestamp, context: ReadingContext) -> MeterValue | None:
        """The register value is the handler's argument; other measurands are from a recent reading (errata 3.16.6)."""
        wanted = self._context.configuration[keys.STOP_TXN_SAMPLED_DATA]
        if not wanted:
            return None
        last = connector.measurement
        if last is None or abs((last.timestamp - at).total_seconds()) > READING_FRESH_S:
            last = meter_readings.registers(wh, at)
        last = evolve(last, energy_wh_import=evolve(last.energy_wh_import, total=wh))
        meter = meter_readings.Meter(last, connector.current_offered, connector.power_offered)
        return meter_readings.read(meter, wanted, context, at)

    # -- in between -------------------------------------------------------------------------------------------------

    def arm(self, transaction: Transaction, *, anew: bool = False) -> None:
        """Schedule the next sample one interval after the last one, or after now (``anew``)."""
        interval = self._context.configuration[keys.METER_VALUE_SAMPLE_INTERVAL]
        if not interval:
            self.disarm(transaction)
            return
        now = self._context.now.mono
        transaction.sample_at = now + (interval if anew else self.next_in(transaction))
        self._context.timers.arm(TimerKey(SAMPLE_DUE, transaction.record.key), transaction.sample_at)

    def next_in(self, transaction: Transaction) -> float:
        """Seconds from now until the sample after the one that is due."""
        interval = self._context.configuration[keys.METER_VALUE_SAMPLE_INTERVAL]
        left = transaction.sample_at + interval - self._context.now.mono
        return left if left > 0 else interval

    def disarm(self, transaction: Transaction) -> None:
        """Cancel the next sample."""
        self._context.disarm(SAMPLE_DUE, transaction.record.key)

    def take(self, transaction: Transaction, connector: Connector) -> None:
        """Take a periodic sample: send it, and collect one for StopTransaction."""
        if connector.measurement is None:
            return
        at = connector.measurement.timestamp
        meter = meter_readings.Meter(
            connector.measurement, connector.current_offered, connector.power_offered, transaction.since
        )
        transaction.since = connector.measurement
        transaction.note_last_reading()
        configuration = self._context.configuration
        told = meter_readings.read(
            meter, configuration[keys.METER_VALUES_SAMPLED_DATA], ReadingContext.SAMPLE_PERIODIC, at
        )
        if told is not None:
            self._context.send(
                hooks.take_sample(Reading(connector.id, (told,), transaction.record.transaction_id)),
                transaction=transaction.record.key,
            )
        kept = meter_readings.read(meter, configuration[keys.STOP_TXN_SAMPLED_DATA], ReadingContext.SAMPLE_PERIODIC, at)
        self._collect(transaction, kept)

    def take_aligned(self, transaction: Transaction, meter: meter_readings.Meter) -> None:
        """Collect a clock-aligned reading for StopTransaction."""
        wanted, at = self._context.configuration[keys.STOP_TXN_ALIGNED_DATA], meter.measurement.timestamp
        self._collect(transaction, meter_readings.read(meter, wanted, ReadingContext.SAMPLE_CLOCK, at))

    def metered(self, transaction: Transaction, connector: Connector) -> None:
        """Note the register value, and write it to disk every :data:`READING_KEPT_EVERY_S`."""
        assert connector.measurement is not None
        transaction.last_wh = connector.measurement.energy_wh_import.total
        transaction.last_at = connector.measurement.timestamp
        now = self._context.now.mono
        if now >= transaction.keep_reading_at:
            transaction.note_last_reading()
            transaction.keep_reading_at = now + READING_KEPT_EVERY_S

    def over(self, transaction: Transaction) -> None:
        """Cancel sampling, because the transaction has stopped."""
        self.disarm(transaction)

    def _collect(self, transaction: Transaction, sample: MeterValue | None) -> None:
        if sample is None:
            return
        transaction.touch()
        transaction.samples = (*transaction.samples, sample)
        if len(transaction.samples) > MOST_SAMPLES:
            transaction.samples = every_other(transaction.samples)
            self._context.persist(PutSamples(transaction.record.key, transaction.samples))
        else:
            self._context.persist(PutSample(transaction.record.key, len(transaction.samples) - 1, sample))
