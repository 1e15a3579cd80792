"""Immutable values that the core, its queue and its store exchange. A failed step cannot leave them half changed."""

import re
from enum import StrEnum
from typing import Any, Literal

from attrs import field, frozen
from msgspec.structs import astuple, replace

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.base.values import Value
from ocpp16sm.messages import (
    AvailabilityType,
    ChargePointErrorCode,
    ChargePointStatus,
    ChargingProfile,
    FirmwareUpdateStatus,
    IdTagInfo,
    MeterValue,
    Reason,
    UploadLogStatus,
)
from ocpp16sm.prices import SessionPrice

Durability = Literal["power_loss", "process"]
"""What a commit survives: "power_loss" (each commit waits for the disk), or "process" (a crash of the process only)."""

_HEXADECIMAL = re.compile("(?:[0-9A-Fa-f]{2})+")
UNKNOWN_TRANSACTION = -1
"""The transactionId sent for a transaction whose start could not be delivered (errata 3.18)."""


class Lane(StrEnum):
    """The queue in which a request waits."""

    TRANSACTION = "transaction"
    """Stored on disk, sent in order, and retried until the Central System has processed it (3.7)."""
    SECURITY = "security"
    """Stored on disk and sent in order; a refused notification does not hold up the other lanes (A04.FR.02)."""
    NORMAL = "normal"
    """Sent while connected; otherwise dropped or reported as offline (see QueueAllMessages)."""


class Draft(Value, frozen=True):
    """A request to be sent, and its queue."""

    lane: Lane
    request: Any


class StatusReport(Value, frozen=True):
    """The content of a StatusNotification, without its timestamp."""

    connector_id: int
    status: ChargePointStatus
    error_code: ChargePointErrorCode = ChargePointErrorCode.NO_ERROR
    info: str | None = None
    vendor_id: str | None = None
    vendor_error_code: str | None = None


@frozen(kw_only=True)
class Identity:
    """How this charge point identifies itself in BootNotification (6.3)."""

    charge_point_vendor: str
    charge_point_model: str
    charge_point_serial_number: str | None = None
    charge_box_serial_number: str | None = None
    firmware_version: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    meter_type: str | None = None
    meter_serial_number: str | None = None


class TransactionRecord(Value, frozen=True, kw_only=True):
    """A transaction as stored on disk."""

    key: str
    """Our own identifier of the transaction; never reused."""
    session_id: str
    connector_id: int
    id_tag: str
    meter_start_wh: int
    started_at: Timestamp
    reservation_id: int | None = None
    configuration: tuple[str, ...] = ("Authorized", "Unassigned")
    """Active states of its chart."""
    transaction_id: int | None = None
    """The transactionId that the Central System assigned; None until it is known."""
    parent_id_tag: str | None = None
    last_meter_wh: float | None = None
    last_meter_at: Timestamp | None = None

    @property
    def id_on_wire(self) -> int:
        """The transactionId, or -1 while it is unknown (errata 3.18)."""
        return UNKNOWN_TRANSACTION if self.transaction_id is None else self.transaction_id


class Stop(Value, frozen=True, kw_only=True):
    """How a transaction stopped."""

    meter_stop_wh: int
    stopped_at: Timestamp
    reason: Reason | None
    id_tag: str | None = None
    transaction_data: tuple[MeterValue, ...] | None = None


class Reading(Value, frozen=True):
    """Meter values of one connector, sent in one MeterValues request."""

    connector_id: int
    meter_values: tuple[MeterValue, ...]
    transaction_id: int | None = None
    """Filled in when the request is sent, if the values belong to a transaction."""


@frozen
class Transfer:
    """A DataTransfer request to be sent (4.3)."""

    vendor_id: str
    message_id: str | None = None
    data: str | None = None


@frozen
class SecurityEvent:
    """A security event (whitepaper A04)."""

    type: str
    timestamp: Timestamp
    tech_info: str | None = None
    critical: bool = False


@frozen
class Upload:
    """The latest status of a log upload (whitepaper N01)."""

    status: UploadLogStatus = UploadLogStatus.IDLE
    request_id: int | None = None


@frozen
class Update:
    """The latest status of a firmware update (whitepaper L01)."""

    status: FirmwareUpdateStatus = FirmwareUpdateStatus.IDLE
    request_id: int | None = None


@frozen(kw_only=True)
class FirmwareRequest:
    """An UpdateFirmware (5.19) or SignedUpdateFirmware (whitepaper L01) request of the Central System."""

    location: str
    retrieve_date: Timestamp
    retries: int | None = None
    retry_interval_s: int | None = None
    connectors_concerned: bool = True
    """Whether connectors must be out of service during installation."""
    request_id: int | None = None
    """requestId of SignedUpdateFirmware; None for UpdateFirmware, which has none of the fields below either."""
    install_date: Timestamp | None = None
    """Earliest time of installation; None: as soon as it is downloaded."""
    signing_certificate: str = ""
    """PEM; validated when the request arrived."""
    signature: str = ""
    """Base64."""


@frozen(kw_only=True)
class FirmwareState:
    """The firmware update as stored on disk."""

    configuration: tuple[str, ...] = ("Idle", "InService")
    """Active states of its chart."""
    request_id: int | None = None
    """requestId of SignedUpdateFirmware; None for UpdateFirmware."""
    request: FirmwareRequest | None = None
    """The request being carried out, if known."""
    next_request: FirmwareRequest | None = None
    """A newer request that waits until the current update is over."""
    failed_downloads: int = 0
    firmware_version: str | None = None
    """The version that was running when this state was stored."""
    unheard: Update | None = None
    """A status that the Central System has not been sent yet."""
    signed: Update = Update()
    """The last status reported for a signed update."""


@frozen(kw_only=True)
class UploadState:
    """An upload as stored on disk."""

    configuration: tuple[str, ...] = ("Idle",)
    """Active states of its chart."""
    request_id: int | None = None
    """requestId of GetLog; None for GetDiagnostics."""
    unheard: Upload | None = None
    """A status that the Central System has not been sent yet."""


class QueuedRequest(Value, frozen=True):
    """A request waiting in a queue."""

    DERIVED = frozenset({"payload"})

    seq: int
    """Sequence number across all queues; only ever increases."""
    lane: Lane
    action: str
    request: Any
    message_id: str
    transaction: str | None = None
    """Key of the transaction whose transactionId is filled in on sending."""
    attempts: int = 0
    """Number of times the Central System failed to process it."""
    not_before: float = 0.0
    """Monotonic time (s) of the earliest retry. Not stored: a restart is pause enough."""
    triggered: bool = False
    """Sent because of TriggerMessage, so it may be sent before registration is accepted."""
    durable: bool = False
    """Whether it is stored on disk until it is answered."""
    ref: str | None = None
    """Identifies who in the application waits for the answer."""
    payload: bytes | None = None
    """The request as JSON, if already encoded. Replace it whenever ``request`` is replaced."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QueuedRequest) and astuple(self)[:-1] == astuple(other)[:-1]

    def __hash__(self) -> int:
        return self.seq

    def failed(self, not_before: float, message_id: str) -> "QueuedRequest":
        """A copy with one more failed attempt."""
        return replace(self, attempts=self.attempts + 1, not_before=not_before, message_id=message_id)


@frozen
class LocalListState:
    """The Local Authorization List as stored on disk (3.5.2)."""

    version: int = 0
    entries: dict[str, IdTagInfo] = field(factory=dict)
    """idTag -> its IdTagInfo in the list."""


@frozen
class InstalledProfile:
    """A charging profile and the connector it is installed on (3.13.1)."""

    connector_id: int
    """1..N, or 0: the charge point as a whole, or (TxDefaultProfile) each connector without a default of its own."""
    profile: ChargingProfile
    transaction: str | None = None
    """Key of the transaction that a TxProfile applies to."""


@frozen
class AwaitedStart:
    """A charging profile of a RemoteStartTransaction whose transaction has not started yet (5.16.2)."""

    connector_id: int
    id_tag: str
    """The idTag that is expected, in lower case (CiString, 7.28)."""
    profile: ChargingProfile
    until: Timestamp | None = None
    """When to stop waiting; None: never."""


@frozen(kw_only=True)
class Reservation:
    """A reservation made by the Central System (5.13)."""

    reservation_id: int
    """Assigned by the Central System; 0 is a valid id."""
    connector_id: int
    """1..N, or 0: any free connector."""
    id_tag: str
    """The holder, at most 20 characters."""
    expiry_date: Timestamp
    """When it expires, unless it ends earlier."""
    parent_id_tag: str | None = None
    """The group whose idTags may also use it, at most 20 characters."""

    def is_for(self, id_tag: str, parent_id_tag: str | None = None) -> bool:
        """Whether an idTag, or its group (None: unknown), may use the reservation. Case is ignored (7.28)."""
        same_group = self.parent_id_tag and parent_id_tag and self.parent_id_tag.lower() == parent_id_tag.lower()
        return id_tag.lower() == self.id_tag.lower() or bool(same_group)


class ReservationEnd(StrEnum):
    """How a reservation ended (5.1, 5.13); these are states of its chart."""

    USED = "Used"
    """Its holder, or somebody of the same group, started a transaction."""
    EXPIRED = "Expired"
    """Its expiryDate was reached."""
    CANCELLED = "Cancelled"
    """The Central System cancelled it, or the Reservation profile was switched off."""
    REPLACED = "Replaced"
    """A new reservation with the same reservationId replaced it."""
    FAULTED = "Faulted"
    """Its connector, or the charge point, is faulted."""
    UNAVAILABLE = "Unavailable"
    """Its connector, or the charge point, went out of service."""


@frozen(kw_only=True)
class Verification:
    """How strictly the Central System's certificate is verified."""

    common_name: bool = True
    """VerifyCsmsCommonName: it must name the host of the URL."""
    wildcards: bool = False
    """VerifyCsmsAllowWildcards: ``*`` may replace the whole first label of that name."""
    system_roots: bool = True
    """UseSslDefaultVerifyPaths: trust the operating system's roots as well as installed ones."""


@frozen(kw_only=True)
class Credentials:
    """The security profile and credentials for a connection (OCPP-J 6; whitepaper 3)."""

    security_profile: int = 0
    """0: none; 1: HTTP Basic; 2: TLS and HTTP Basic; 3: TLS with a client certificate."""
    authorization_key: str | None = field(default=None, repr=False)
    """AuthorizationKey, the HTTP Basic password: plain text, or bytes in hexadecimal (see :meth:`password`)."""
    client_certificate: str | None = None
    """Name of the client certificate in :class:`~ocpp16sm.certificates.Certificates`."""
    verification: Verification = Verification()

    def password(self) -> bytes:
        """The password as sent: 32 or more hexadecimal digits are decoded, other text is UTF-8 (A00.FR.205)."""
        key = self.authorization_key or ""
        if len(key) >= 32 and _HEXADECIMAL.fullmatch(key):
            return bytes.fromhex(key)
        return key.encode()


@frozen(kw_only=True)
class CredentialsState:
    """The credentials in use, and the previous ones until the new ones have opened a connection."""

    present: Credentials
    previous: Credentials | None = None
    swapped: bool = False
    """Whether the two are exchanged for now: ``previous`` holds the new credentials."""


@frozen
class DamagedRow:
    """An unusable row of the store. It is set aside, and the charge point starts without it."""

    table: str
    key: tuple[str, ...] = field(repr=False)
    """The key of the row, or the prefix of the keys of several rows. It may be an idTag."""
    reason: str
    """What is wrong with it, and what was used instead, if anything. Shows no identifier and no secret."""


@frozen(kw_only=True)
class StoredState:
    """Everything that a charge point loads from its store at startup."""

    queue: tuple[QueuedRequest, ...] = ()
    transactions: tuple[TransactionRecord, ...] = ()
    samples: dict[str, tuple[MeterValue, ...]] = field(factory=dict)
    """Transaction key -> meter values for its StopTransaction."""
    availability: dict[int, AvailabilityType] = field(factory=dict)
    configuration: dict[str, str] = field(factory=dict)
    authorization_cache: dict[str, IdTagInfo] = field(factory=dict)
    """idTag -> the last IdTagInfo received for it."""
    local_list: LocalListState = field(factory=LocalListState)
    reservations: tuple[Reservation, ...] = ()
    """In order of creation."""
    charging_profiles: tuple[InstalledProfile, ...] = ()
    """Ordered by chargingProfileId."""
    awaited_starts: tuple[AwaitedStart, ...] = ()
    """Ordered by connector and idTag."""
    firmware: FirmwareState = FirmwareState()
    uploads: dict[str, UploadState] = field(factory=dict)
    """Requesting action (GetLog, GetDiagnostics) -> state of the upload."""
    credentials: CredentialsState | None = None
    """None: the credentials in the settings."""
    session_prices: tuple[SessionPrice, ...] = ()
    """In the order in which their transactions started."""
    next_seq: int = 1
    charge_point_id: str | None = None
    """The charge point that owns the store; None: not used yet."""
    damaged: tuple[DamagedRow, ...] = ()
    """Rows that could not be read, at least in part; what could be recovered is in the other fields."""
