"""What the core wants done. Effects are values; the shell performs them in order.

A :class:`Persist` effect comes before every other effect of its step, so nothing is sent that would not be known
after a crash.
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
    """Remember what the Central System made of a connector (0: the charge point)."""

    connector_id: int
    availability: AvailabilityType


class PutConfiguration(Value, frozen=True):
    """Remember a changed configuration key."""

    key: str
    value: str


class PutAuthorization(Value, frozen=True):
    """Remember what the Central System said of an idTag."""

    id_tag: str
    info: IdTagInfo


class DropAuthorization(Value, frozen=True):
    """Forget one idTag, or (None) all of them."""

    id_tag: str | None = None


class PutLocalListEntry(Value, frozen=True):
    """Have this in the Local Authorization List."""

    id_tag: str
    info: IdTagInfo


class DropLocalListEntry(Value, frozen=True):
    """Have this no longer in the Local Authorization List."""

    id_tag: str


class ClearLocalList(Value, frozen=True):
    """Empty the Local Authorization List."""


class PutLocalListVersion(Value, frozen=True):
    """The version of the Local Authorization List."""

    version: int


class PutReservation(Value, frozen=True):
    """Keep a reservation, as the newest of all."""

    reservation: Reservation


class DropReservation(Value, frozen=True):
    """Forget a reservation."""

    reservation_id: int


class PutChargingProfile(Value, frozen=True):
    """Have this charging profile installed, instead of any with its id."""

    installed: InstalledProfile


class DropChargingProfile(Value, frozen=True):
    """Have this charging profile installed no longer."""

    profile_id: int


class PutAwaitedStart(Value, frozen=True):
    """Wait for this start, instead of any with its connector and idTag."""

    start: AwaitedStart


class DropAwaitedStart(Value, frozen=True):
    """Wait for this start no longer."""

    connector_id: int
    id_tag: str


class PutFirmware(Value, frozen=True):
    """Remember how a firmware update goes."""

    state: FirmwareState


class PutCredentials(Value, frozen=True):
    """Remember what connections are opened with."""

    state: CredentialsState


class PutUpload(Value, frozen=True):
    """Remember how an upload goes, by the action that asks for it."""

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
    """Move what is damaged to where nobody reads it but people."""

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
    """Something to be done."""


class Persist(Effect, frozen=True):
    """Do these, all or none, and only then go on."""

    operations: tuple[StoreOperation, ...]


class SendText(Effect, frozen=True):
    """Send a frame over the present connection."""

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
    """Call a method of the station's hardware. If ``ref`` is set, answer with HardwareAnswered."""

    call: HardwareCall
    ref: int | None = None
    within_s: float | None = None
    """Somebody waits for the answer: after so many seconds that is a failure. None: it may take its time."""


class AskCertificates(Effect, frozen=True):
    """Call a method of the charge point's certificates, after those before; answer with CertificatesAnswered."""

    call: CertificateCall
    ref: int


class AskVendor(Effect, frozen=True):
    """Give vendor-specific data to whoever handles that vendor's; answer with VendorAnswered."""

    transfer: Transfer
    ref: int


class Tell(Effect, frozen=True):
    """Tell the application what happened."""

    event: Event


class Answer(Effect, frozen=True):
    """Answer somebody in the application who is waiting."""

    ref: str
    value: Any


class OpenSessionLog(Effect, frozen=True):
    """From now on write every frame to a log in this directory as well."""

    session_id: str
    directory: str


class CloseSessionLog(Effect, frozen=True):
    """The session is over."""

    session_id: str


class RecordSecurityEvent(Effect, frozen=True):
    """Write a security event to the security log."""

    type: str
    timestamp: str
    tech_info: str | None
    critical: bool


class LogFailure(Effect, frozen=True):
    """Our own mistake: the step that failed has been undone. Write it to the log, with its traceback."""

    text: str


class LogRefusal(Effect, frozen=True):
    """Why a request of the Central System was refused, where the answer has no room for it. Write it to the log."""

    text: str
