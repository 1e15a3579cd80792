"""What the core wants done. Effects are values; the shell performs them in order.

A :class:`Persist` effect comes before every other effect of its step, so nothing is sent that would not be known
after a crash.
"""

from typing import Any

from attrs import field, frozen

from ocpp16sm.certificates import CertificateCall
from ocpp16sm.hardware import HardwareCall
from ocpp16sm.listener import Event
from ocpp16sm.messages import AvailabilityType, IdTagInfo, MeterValue
from ocpp16sm.prices import SessionPrice
from ocpp16sm.records import (
    AwaitedStart,
    Credentials,
    CredentialsState,
    FirmwareState,
    InstalledProfile,
    QueuedRequest,
    Reservation,
    TransactionRecord,
    Transfer,
    UploadState,
)


@frozen
class PutRequest:
    """Keep a queued request (new, or changed after a failure)."""

    request: QueuedRequest


@frozen
class DropRequest:
    """Forget a queued request."""

    seq: int


@frozen
class PutTransaction:
    """Keep a transaction (new or changed)."""

    transaction: TransactionRecord


@frozen
class PutSample:
    """Keep one more reading for a transaction's StopTransaction."""

    transaction: str
    index: int
    sample: MeterValue


@frozen
class PutSamples:
    """Keep these readings for a transaction's StopTransaction, and no others."""

    transaction: str
    samples: tuple[MeterValue, ...]


@frozen
class DropTransaction:
    """Forget a transaction and its readings."""

    key: str


@frozen
class PutAvailability:
    """Remember what the Central System made of a connector (0: the charge point)."""

    connector_id: int
    availability: AvailabilityType


@frozen
class PutConfiguration:
    """Remember a changed configuration key."""

    key: str
    value: str


@frozen
class PutAuthorization:
    """Remember what the Central System said of an idTag."""

    id_tag: str
    info: IdTagInfo


@frozen
class DropAuthorization:
    """Forget one idTag, or (None) all of them."""

    id_tag: str | None = None


@frozen
class PutLocalListEntry:
    """Have this in the Local Authorization List."""

    id_tag: str
    info: IdTagInfo


@frozen
class DropLocalListEntry:
    """Have this no longer in the Local Authorization List."""

    id_tag: str


@frozen
class ClearLocalList:
    """Empty the Local Authorization List."""


@frozen
class PutLocalListVersion:
    """The version of the Local Authorization List."""

    version: int


@frozen
class PutReservation:
    """Keep a reservation, as the newest of all."""

    reservation: Reservation


@frozen
class DropReservation:
    """Forget a reservation."""

    reservation_id: int


@frozen
class PutChargingProfile:
    """Have this charging profile installed, instead of any with its id."""

    installed: InstalledProfile


@frozen
class DropChargingProfile:
    """Have this charging profile installed no longer."""

    profile_id: int


@frozen
class PutAwaitedStart:
    """Wait for this start, instead of any with its connector and idTag."""

    start: AwaitedStart


@frozen
class DropAwaitedStart:
    """Wait for this start no longer."""

    connector_id: int
    id_tag: str


@frozen
class PutFirmware:
    """Remember how a firmware update goes."""

    state: FirmwareState


@frozen
class PutCredentials:
    """Remember what connections are opened with."""

    state: CredentialsState


@frozen
class PutUpload:
    """Remember how an upload goes, by the action that asks for it."""

    action: str
    state: UploadState


@frozen
class PutSessionPrice:
    """Remember the price of a session (new or changed)."""

    record: SessionPrice


@frozen
class DropSessionPrice:
    """Forget the price of a session, by the key of its transaction."""

    key: str


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
)


@frozen
class Effect:
    """Something to be done."""


@frozen
class Persist(Effect):
    """Do these, all or none, and only then go on."""

    operations: tuple[StoreOperation, ...]


@frozen
class SendText(Effect):
    """Send a frame over the present connection."""

    text: str


@frozen
class Dial(Effect):
    """Open a connection; answer with LinkOpened or LinkLost."""

    credentials: Credentials = field(factory=Credentials)


@frozen
class HangUp(Effect):
    """Close the connection. LinkLost may follow."""

    code: int = 1000
    reason: str = ""


@frozen
class KeepAlive(Effect):
    """From now on send websocket pings at this interval."""

    interval_s: int
    """0: none."""
    pong_timeout_s: int


@frozen
class AskHardware(Effect):
    """Call a method of the station's hardware. If ``ref`` is set, answer with HardwareAnswered."""

    call: HardwareCall
    ref: int | None = None
    within_s: float | None = None
    """Somebody waits for the answer: after so many seconds that is a failure. None: it may take its time."""


@frozen
class AskCertificates(Effect):
    """Call a method of the charge point's certificates, after those before; answer with CertificatesAnswered."""

    call: CertificateCall
    ref: int


@frozen
class AskVendor(Effect):
    """Give vendor-specific data to whoever handles that vendor's; answer with VendorAnswered."""

    transfer: Transfer
    ref: int


@frozen
class Tell(Effect):
    """Tell the application what happened."""

    event: Event


@frozen
class Answer(Effect):
    """Answer somebody in the application who is waiting."""

    ref: str
    value: Any


@frozen
class OpenSessionLog(Effect):
    """From now on write every frame to a log in this directory as well."""

    session_id: str
    directory: str


@frozen
class CloseSessionLog(Effect):
    """The session is over."""

    session_id: str


@frozen
class RecordSecurityEvent(Effect):
    """Write a security event to the security log."""

    type: str
    timestamp: str
    tech_info: str | None
    critical: bool


@frozen
class LogFailure(Effect):
    """Our own mistake: the step that failed has been undone. Write it to the log, with its traceback."""

    text: str


@frozen
class LogRefusal(Effect):
    """Why a request of the Central System was refused, where the answer has no room for it. Write it to the log."""

    text: str
