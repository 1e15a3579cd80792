"""What the core wants done. Effects are values; the shell performs them in order.

A :class:`Persist` effect comes before every other effect of its step, so that nothing is sent which would be forgotten
in a crash.
"""

from typing import Any

from msgspec import field

from ocpp16sm.base.redaction import redact
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.base.values import Value
from ocpp16sm.certificates import CertificateCall
from ocpp16sm.hardware import HardwareCall
from ocpp16sm.listener import Event
from ocpp16sm.messages import AvailabilityType, IdTagInfo, MeterValue
from ocpp16sm.prices import SessionPrice
from ocpp16sm.records import (
    AwaitedStart,
    Credentials,
    CredentialsState,
    DamagedRow,
    FirmwareState,
    InstalledProfile,
    QueuedRequest,
    Reservation,
    TransactionRecord,
    Transfer,
    UploadState,
)


class PutRequest(Value, frozen=True):
    """Keep a queued request (new, or changed after a failure)."""

    request: QueuedRequest


class DropRequest(Value, frozen=True):
    """Forget a queued request."""

    seq: int


class PutTransaction(Value, frozen=True):
    """Keep a transaction (new or changed)."""

    transaction: TransactionRecord


class PutSample(Value, frozen=True):
    """Keep one more reading for a transaction's StopTransaction."""

    transaction: str
    index: int
    sample: MeterValue


class PutSamples(Value, frozen=True):
    """Keep these readings for a transaction's StopTransaction, and no others."""

    transaction: str
    samples: tuple[MeterValue, ...]


class DropTransaction(Value, frozen=True):
    """Forget a transaction and its readings."""

    key: str


class PutAvailability(Value, frozen=True):
    """Remember the availability that the Central System has set for a connector (0: the charge point)."""

    connector_id: int
    availability: AvailabilityType


class PutConfiguration(Value, frozen=True):
    """Remember a changed configuration key."""

    key: str
    value: str


class PutAuthorization(Value, frozen=True):
    """Remember the Central System's verdict on an idTag in the authorization cache."""

    id_tag: str
    info: IdTagInfo


class DropAuthorization(Value, frozen=True):
    """Remove one idTag from the authorization cache, or (None) all of them."""

    id_tag: str | None = None


class PutLocalListEntry(Value, frozen=True):
    """Add or replace an entry of the Local Authorization List."""

    id_tag: str
    info: IdTagInfo


class DropLocalListEntry(Value, frozen=True):
    """Remove an entry of the Local Authorization List."""

    id_tag: str


class ClearLocalList(Value, frozen=True):
    """Empty the Local Authorization List."""


class PutLocalListVersion(Value, frozen=True):
    """Remember the version of the Local Authorization List."""

    version: int


class PutReservation(Value, frozen=True):
    """Keep a reservation, as the newest of all."""

    reservation: Reservation


class DropReservation(Value, frozen=True):
    """Forget a reservation."""

    reservation_id: int


class PutChargingProfile(Value, frozen=True):
    """Install a charging profile; it replaces one with the same id."""

    installed: InstalledProfile


class DropChargingProfile(Value, frozen=True):
    """Remove a charging profile."""

    profile_id: int


class PutAwaitedStart(Value, frozen=True):
    """Remember an awaited start; it replaces one with the same connector and idTag."""

    start: AwaitedStart


class DropAwaitedStart(Value, frozen=True):
    """Forget an awaited start."""

    connector_id: int
    id_tag: str


class PutFirmware(Value, frozen=True):
    """Remember the state of the firmware update."""

    state: FirmwareState


class PutCredentials(Value, frozen=True):
    """Remember the credentials with which connections are opened."""

    state: CredentialsState


class PutUpload(Value, frozen=True):
    """Remember the state of an upload, by the action that requested it."""

    action: str
    state: UploadState


class PutSessionPrice(Value, frozen=True):
    """Remember the price of a session (new or changed)."""

    record: SessionPrice


class DropSessionPrice(Value, frozen=True):
    """Forget the price of a session, by the key of its transaction."""

    key: str


class PutOwner(Value, frozen=True):
    """Remember which charge point the store belongs to."""

    charge_point_id: str


class SetAside(Value, frozen=True):
    """Move a damaged row to a table that only people read."""

    row: DamagedRow
    at: Timestamp


StoreOperation = (
    PutRequest
    | DropRequest
    | PutTransaction
    | PutSample
    | PutSamples
    | DropTransaction
    | PutAvailability
    | PutConfiguration
    | PutAuthorization
    | DropAuthorization
    | PutLocalListEntry
    | DropLocalListEntry
    | ClearLocalList
    | PutLocalListVersion
    | PutReservation
    | DropReservation
    | PutChargingProfile
    | DropChargingProfile
    | PutAwaitedStart
    | DropAwaitedStart
    | PutFirmware
    | PutCredentials
    | PutUpload
    | PutSessionPrice
    | DropSessionPrice
    | PutOwner
    | SetAside
)


class Effect(Value, frozen=True):
    """Base of all effects."""


class Persist(Effect, frozen=True):
    """Keep all of these operations or none, before going on."""

    operations: tuple[StoreOperation, ...]


class SendText(Effect, frozen=True):
    """Send a frame over the current connection."""

    text: str

    def __repr__(self) -> str:
        return f"SendText(text={redact(self.text, id_tags=True)!r})"


class Dial(Effect, frozen=True):
    """Open a connection; answer with LinkOpened or LinkLost."""

    credentials: Credentials = field(default_factory=Credentials)


class HangUp(Effect, frozen=True):
    """Close the connection. LinkLost may follow."""

    code: int = 1000
    reason: str = ""


class KeepAlive(Effect, frozen=True):
    """From now on send websocket pings at this interval."""

    interval_s: int
    """0: none."""
    pong_timeout_s: int


class AskHardware(Effect, frozen=True):
    """Call a method of the station's hardware. If ``ref`` is set, feed the answer as HardwareAnswered."""

    call: HardwareCall
    ref: int | None = None
    within_s: float | None = None
    """How long the answer may take, s, before the call counts as failed. None: any time."""


class AskCertificates(Effect, frozen=True):
    """Call a method of the charge point's certificates after earlier calls; feed the answer as CertificatesAnswered."""

    call: CertificateCall
    ref: int


class AskVendor(Effect, frozen=True):
    """Pass vendor-specific data to its handler; feed the answer as VendorAnswered."""

    transfer: Transfer
    ref: int


class Tell(Effect, frozen=True):
    """Tell the application what happened."""

    event: Event


class Answer(Effect, frozen=True):
    """Answer a caller in the application that waits."""

    ref: str
    value: Any


class OpenSessionLog(Effect, frozen=True):
    """Start a session log: write every frame to a log in this directory as well."""

    session_id: str
    directory: str


class CloseSessionLog(Effect, frozen=True):
    """End the log of a session."""

    session_id: str


class RecordSecurityEvent(Effect, frozen=True):
    """Write a security event to the security log."""

    type: str
    timestamp: str
    tech_info: str | None
    critical: bool


class LogFailure(Effect, frozen=True):
    """Log an internal error, with its traceback; the step that failed has been undone."""

    text: str


class LogRefusal(Effect, frozen=True):
    """Log why a request of the Central System was refused, if the answer has no room for the reason."""

    text: str
