"""One transaction: its chart, its record on disk, the readings collected for its end."""

from math import inf
from typing import Any, Protocol

from msgspec.structs import replace

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.journal import Charted, Journal
from ocpp16sm.core.engine.wall_clock import Correction
from ocpp16sm.core.transactions import meter_readings
from ocpp16sm.generated import hooks
from ocpp16sm.generated.chart_events import TransactionEvents
from ocpp16sm.generated.transaction import TransactionMachine
from ocpp16sm.messages import MeterValue, Reason, ValueFormat
from ocpp16sm.records import Draft, Reading, Stop, TransactionRecord
from ocpp16sm.station_facts import Measurement

EV_SIDE_DISCONNECTED = "EV side disconnected"
"""Words that 4.9 recommends."""


class TransactionOwner(Protocol):
    """What a transaction asks of those who keep it."""

    def send(self, transaction: "Transaction", draft: Draft) -> None:
        """Queue a message of this transaction."""

    def send_stop(self, transaction: "Transaction", stop: Stop) -> None:
        """Queue StopTransaction with the readings that fit."""

    def arm_sampling(self, transaction: "Transaction") -> None:
        """The next sample is due in an interval."""

    def disarm_sampling(self, transaction: "Transaction") -> None:
        """No more samples."""

    def take_sample(self, transaction: "Transaction") -> None:
        """A sample is due."""

    def withhold_energy(self, transaction: "Transaction") -> None:
        """The idTag was refused."""

    def forget(self, transaction: "Transaction") -> None:
        """Everything about it has been delivered, or given up."""

    def keep(self, record: TransactionRecord) -> None:
        """Put the record on disk."""

    def keep_samples(self, transaction: "Transaction") -> None:
        """Put all readings on disk anew."""


class Transaction(TransactionEvents, Charted):
    """A transaction from its start to the last answer about it."""

    STATE = (
        "allowance_wh",
        "forgotten",
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
        """The register as it was read last. In the record, and on disk, only now and then."""
        self.last_at: Timestamp | None = record.last_meter_at
        self.samples: tuple[MeterValue, ...] = ()
        self.since: Measurement = meter_readings.registers(record.meter_start_wh, record.started_at)
        """The reading before, for what is counted per interval."""
        self.keep_reading_at = -inf
        """When a reading is to be put on disk again."""
        self.sample_at = 0.0
        """When the next sample is due."""
        self.stop: Stop | None = None
        self.allowance_wh: float | None = None
        """Register reading at which energy is cut off, after the idTag was refused."""
        self.forgotten = False
        self.found = False
        """It was found on disk: it began in an earlier run."""
        self.machine = TransactionMachine(self)
        if self.machine.configuration != record.configuration:
            self.machine.restore(record.configuration)

    @property
    def label(self) -> str:
        """Which session."""
        return self.record.session_id

    @property
    def stop_info(self) -> str | None:
        """What the status notification says about its stop (4.9)."""
        reason = self.stop.reason if self.stop is not None else None
        return EV_SIDE_DISCONNECTED if reason is Reason.EV_DISCONNECTED else None

    @property
    def signed(self) -> tuple[MeterValue, ...]:
        """The signed values among its readings."""
        return tuple(s for s in self.samples if s.sampled_value[0].format is ValueFormat.SIGNED_DATA)

    def note_last_reading(self) -> None:
        """Have the latest reading in the record."""
        self.record = replace(self.record, last_meter_wh=self.last_wh, last_meter_at=self.last_at)

    def correct(self, correction: Correction) -> None:
        """The clock has been set: put right what was noted before."""
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
        """If it is another one than before, it is put on disk."""
        if self.forgotten:
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
        """Queue the signed begin value, if there is one; it gets its transaction's id when it is sent."""
        if self.signed:
            self._owner.send(self, hooks.take_sample(Reading(self.record.connector_id, self.signed)))

    def announce_stop(self) -> None:
        """Queue StopTransaction."""
        assert self.stop is not None
        self._owner.send_stop(self, self.stop)

    def arm_sampling(self) -> None:
        """Samples are due from now on."""
        self._owner.arm_sampling(self)

    def disarm_sampling(self) -> None:
        """No more samples."""
        self._owner.disarm_sampling(self)

    def take_sample(self) -> None:
        """A sample is due."""
        self._owner.take_sample(self)

    def withhold_energy(self) -> None:
        """The Central System has refused the idTag (3.5.4)."""
        self._owner.withhold_energy(self)

    def forget_transaction(self) -> None:
        """Everything about it has been delivered, or given up."""
        self.forgotten = True
        self._owner.forget(self)


_RECORD = Transaction.STATE.index("record")
