"""Readings during a transaction: when they are taken, where they go (3.16.1, errata 3.16.6)."""

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
"""More readings than fit a StopTransaction anyway; then every other one goes, not the first and last."""

READING_KEPT_EVERY_S = 15.0
"""How often the meter's latest reading is put on disk during a transaction, in case of a power loss."""

READING_FRESH_S = 60.0
"""A reading this old still tells what the other measurands were at begin and end, and counts at any tick."""

SAMPLE_DUE = "sample"


class Sampling:
    """Takes samples, sends them, and keeps what StopTransaction is to carry. The two lists are independent."""

    def __init__(self, context: Context) -> None:
        self._context = context

    # -- begin and end ----------------------------------------------------------------------------------------------

    def begin(self, transaction: Transaction, connector: Connector, call: TransactionStarted) -> None:
        """The values at the start."""
        context = ReadingContext.TRANSACTION_BEGIN
        self._collect(transaction, self._edge(connector, call.meter_start, call.timestamp, context))
        if call.signed_meter_value is not None:
            self._collect(transaction, meter_readings.signed(call.signed_meter_value, context, call.timestamp))

    def end(self, transaction: Transaction, connector: Connector, call: TransactionStopped) -> None:
        """The values at the end; a signed begin value that is only known now goes where it belongs."""
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
        """The register as it was read last is all that is known of the end."""
        wanted = self._context.configuration[keys.STOP_TXN_SAMPLED_DATA]
        meter = meter_readings.Meter(meter_readings.registers(wh, at))
        self._collect(transaction, meter_readings.read(meter, wanted, ReadingContext.TRANSACTION_END, at))

    def _edge(self, connector: Connector, wh: float, at: Timestamp, context: ReadingContext) -> MeterValue | None:
        """The register as the handler gave it, the rest as it was read last (errata 3.16.6)."""
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
        """The next sample is due an interval after the one before (``anew``: after now)."""
        interval = self._context.configuration[keys.METER_VALUE_SAMPLE_INTERVAL]
        if not interval:
            self.disarm(transaction)
            return
        now = self._context.now.mono
        transaction.sample_at = now + (interval if anew else self.next_in(transaction))
        self._context.timers.arm(TimerKey(SAMPLE_DUE, transaction.record.key), transaction.sample_at)

    def next_in(self, transaction: Transaction) -> float:
        """How many seconds from now the sample after this one is due."""
        interval = self._context.configuration[keys.METER_VALUE_SAMPLE_INTERVAL]
        left = transaction.sample_at + interval - self._context.now.mono
        return left if left > 0 else interval

    def disarm(self, transaction: Transaction) -> None:
        """No more samples."""
        self._context.disarm(SAMPLE_DUE, transaction.record.key)

    def take(self, transaction: Transaction, connector: Connector) -> None:
        """A periodic sample: one for the Central System now, one for StopTransaction."""
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
        """A clock-aligned reading for StopTransaction."""
        wanted, at = self._context.configuration[keys.STOP_TXN_ALIGNED_DATA], meter.measurement.timestamp
        self._collect(transaction, meter_readings.read(meter, wanted, ReadingContext.SAMPLE_CLOCK, at))

    def metered(self, transaction: Transaction, connector: Connector) -> None:
        """The meter has been read: remember the register, on disk now and then."""
        assert connector.measurement is not None
        transaction.last_wh = connector.measurement.energy_wh_import.total
        transaction.last_at = connector.measurement.timestamp
        now = self._context.now.mono
        if now >= transaction.keep_reading_at:
            transaction.note_last_reading()
            transaction.keep_reading_at = now + READING_KEPT_EVERY_S

    def over(self, transaction: Transaction) -> None:
        """The transaction has stopped."""
        self.disarm(transaction)

    def _collect(self, transaction: Transaction, sample: MeterValue | None) -> None:
        """Keep a reading for StopTransaction."""
        if sample is None:
            return
        transaction.touch()
        transaction.samples = (*transaction.samples, sample)
        if len(transaction.samples) > MOST_SAMPLES:
            transaction.samples = every_other(transaction.samples)
            self._context.persist(PutSamples(transaction.record.key, transaction.samples))
        else:
            self._context.persist(PutSample(transaction.record.key, len(transaction.samples) - 1, sample))
