"""One transaction: its chart, its stored record, and the readings collected for StopTransaction."""

from math import inf
from typing import Any, Protocol

from msgspec.structs import replace

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.journal import ChartComponent, Journal
from ocpp16sm.core.engine.wall_clock import Correction
from ocpp16sm.core.transactions import meter_readings
from ocpp16sm.generated import hooks
from ocpp16sm.generated.chart_events import TransactionEvents
from ocpp16sm.generated.transaction import TransactionMachine
from ocpp16sm.messages import MeterValue, Reason, ValueFormat
from ocpp16sm.records import Draft, Reading, Stop, TransactionRecord
from ocpp16sm.station_facts import Measurement

EV_SIDE_DISCONNECTED = "EV side disconnected"
"""The ``info`` that 4.9 recommends."""


class TransactionOwner(Protocol):
    """What a transaction needs from its owner."""

    def send(self, transaction: "Transaction", draft: Draft) -> None:
        """Queue a message of this transaction."""

    def send_stop(self, transaction: "Transaction", stop: Stop) -> None:
        """Queue StopTransaction with as many readings as fit."""

    def arm_sampling(self, transaction: "Transaction") -> None:
        """Schedule the next sample after one interval."""

    def disarm_sampling(self, transaction: "Transaction") -> None:
        """Cancel sampling."""

    def take_sample(self, transaction: "Transaction") -> None:
        """Take the sample that is due."""

    def withhold_energy(self, transaction: "Transaction") -> None:
        """Stop the transaction or its energy, because the idTag was refused."""

    def forget(self, transaction: "Transaction") -> None:
        """Remove a transaction whose messages have all been delivered or given up."""

    def keep(self, record: TransactionRecord) -> None:
        """Write the record to disk."""

    def keep_samples(self, transaction: "Transaction") -> None:
        """Write all readings to disk again."""


class Transaction(TransactionEvents, ChartComponent):
    """A transaction, from its start to the last response about it."""

    STATE = (
        "allowance_wh",
        "found",
        "keep_reading_at",
        "last_at",
        "last_wh",
        "record",
        "sample_at",
        "samples",
        "since",
        "stop",
    )
    __slots__ = ("_owner", *STATE)

    machine: TransactionMachine

    def __init__(self, journal: Journal, owner: TransactionOwner, record: TransactionRecord) -> None:
        super().__init__(journal)
        self._owner = owner
        self.record = record
        self.last_wh = record.last_meter_wh
        """Latest register value, in Wh. The record, and so the disk, has it only from time to time."""
        self.last_at: Timestamp | None = record.last_meter_at
        self.samples: tuple[MeterValue, ...] = ()
        self.since: Measurement = meter_readings.registers(record.meter_start_wh, record.started_at)
        """The sample before, for measurands that are counted per interval."""
        self.keep_reading_at = -inf
        """Monotonic time from which the next reading is written to disk."""
        self.sample_at = 0.0
        """Monotonic time of the next sample."""
        self.stop: Stop | None = None
        self.allowance_wh: float | None = None
        """Register value, in Wh, at which energy is cut off after the idTag was refused. None: no such limit."""
        self.found = False
        """Whether it was restored from disk, so that it began before the restart."""
        self.machine = TransactionMachine(self)
        if self.machine.configuration != record.configuration:
            self.machine.restore(record.configuration)

    @property
    def label(self) -> str:
        """The session id."""
        return self.record.session_id

    @property
    def stop_info(self) -> str | None:
        """The ``info`` that 4.9 recommends for the StatusNotification about its end, or None."""
        reason = self.stop.reason if self.stop is not None else None
        return EV_SIDE_DISCONNECTED if reason is Reason.EV_DISCONNECTED else None

    @property
    def signed(self) -> tuple[MeterValue, ...]:
        """The signed values among its readings."""
        return tuple(s for s in self.samples if s.sampled_value[0].format is ValueFormat.SIGNED_DATA)

    def note_last_reading(self) -> None:
        """Copy the latest register value into the record."""
        self.record = replace(self.record, last_meter_wh=self.last_wh, last_meter_at=self.last_at)

    def correct(self, correction: Correction) -> None:
        """Correct all timestamps, because the clock was set."""
        self.touch()
        record = self.record
        last_at = record.last_meter_at
        self.record = replace(
            record,
            started_at=correction.time(record.started_at),
            last_meter_at=None if last_at is None else correction.time(last_at),
        )
        self.last_at = None if self.last_at is None else correction.time(self.last_at)
        self.since = correction.times(self.since)
        samples = tuple(map(correction.times, self.samples))
        if samples != self.samples:
            self.samples = samples
            self._owner.keep_samples(self)

    def conclude(self, before: Any) -> None:
        """Write the record to disk if it, or the chart, has changed."""
        if self.machine.course == "Closed":
            return
        configuration = self.machine.configuration
        if configuration != self.record.configuration:
            self.record = replace(self.record, configuration=configuration)
        was = before[0][_RECORD]
        if (self.record is not was and self.record != was) or self.machine.snapshot() != before[1]:
            self._owner.keep(self.record)

    # -- hooks of the chart -----------------------------------------------------------------------------------------

    def announce_start(self) -> None:
        """Queue StartTransaction."""
        self._owner.send(self, hooks.announce_start(self.record))

    def announce_signed_begin(self) -> None:
        """Queue the signed begin value, if there is one. The transactionId is filled in when it is sent."""
        if self.signed:
            self._owner.send(self, hooks.take_sample(Reading(self.record.connector_id, self.signed)))

    def announce_stop(self) -> None:
        """Queue StopTransaction."""
        assert self.stop is not None
        self._owner.send_stop(self, self.stop)

    def arm_sampling(self) -> None:
        """Schedule the first sample."""
        self._owner.arm_sampling(self)

    def disarm_sampling(self) -> None:
        """Cancel sampling."""
        self._owner.disarm_sampling(self)

    def take_sample(self) -> None:
        """Take the sample that is due."""
        self._owner.take_sample(self)

    def withhold_energy(self) -> None:
        """Stop the transaction or its energy, because the Central System refused the idTag (3.5.4)."""
        self._owner.withhold_energy(self)

    def forget_transaction(self) -> None:
        """Remove the transaction, because all its messages have been delivered or given up."""
        self._owner.forget(self)


_RECORD = Transaction.STATE.index("record")
