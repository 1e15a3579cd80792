"""Values that pass between the core, its queue and its store. Frozen, so a failed step leaves no trace in them."""

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
"""What a commit of the store survives: a power loss (each one waits for the disk), or only the end of the process."""

_HEXADECIMAL = re.compile("(?:[0-9A-Fa-f]{2})+")

UNKNOWN_TRANSACTION = -1
"""Stands for the id of a transaction whose start could not be delivered (errata 3.18)."""


class Lane(StrEnum):
    """Which queue a request waits in."""

    TRANSACTION = "transaction"
    """On disk, in order, sent until the Central System has processed it (3.7)."""
    SECURITY = "security"
    """On disk, in order among themselves; a Central System that refuses them holds up nothing else (A04.FR.02)."""
    NORMAL = "normal"
    """Sent if there is a connection, else dropped or answered 'offline' (see QueueAllMessages)."""


class Draft(Value, frozen=True):
    """A request that is to be sent, and the queue it waits in."""

    lane: Lane
    request: Any


class StatusReport(Value, frozen=True):
    """What a StatusNotification says."""

    connector_id: int
    status: ChargePointStatus
    error_code: ChargePointErrorCode = ChargePointErrorCode.NO_ERROR
    info: str | None = None
    vendor_id: str | None = None
    vendor_error_code: str | None = None


@frozen(kw_only=True)
class Identity:
    """Who this charge point is, as BootNotification says it (6.3)."""

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
    """A transaction as it is kept on disk."""

    key: str
    """Our own name for it; unique for ever."""
    session_id: str
    connector_id: int
    id_tag: str
    meter_start_wh: int
    started_at: Timestamp
    reservation_id: int | None = None
    configuration: tuple[str, ...] = ("Authorized", "Unassigned")
    """Configuration of its chart."""
    transaction_id: int | None = None
    """The Central System's name for it, once that is known."""
    parent_id_tag: str | None = None
    last_meter_wh: float | None = None
    last_meter_at: Timestamp | None = None

    @property
    def id_on_wire(self) -> int:
        """The Central System's id, or -1 while there is none (errata 3.18)."""
        return UNKNOWN_TRANSACTION if self.transaction_id is None else self.transaction_id


class Stop(Value, frozen=True, kw_only=True):
    """How a transaction stopped."""

    meter_stop_wh: int
    stopped_at: Timestamp
    reason: Reason | None
    id_tag: str | None = None
    transaction_data: tuple[MeterValue, ...] | None = None


class Reading(Value, frozen=True):
    """Readings of one connector that are sent together."""

    connector_id: int
    meter_values: tuple[MeterValue, ...]
    transaction_id: int | None = None
    """Filled in when the message is sent, where it belongs to a transaction."""


@frozen
class Transfer:
    """Vendor-specific data to be sent (4.3)."""

    vendor_id: str
    message_id: str | None = None
    data: str | None = None


@frozen
class SecurityEvent:
    """Something that matters to security (whitepaper A04)."""

    type: str
    timestamp: Timestamp
    tech_info: str | None = None
    critical: bool = False


@frozen
class Upload:
    """The log upload that was last heard of (whitepaper N01)."""

    status: UploadLogStatus = UploadLogStatus.IDLE
    request_id: int | None = None


@frozen
class Update:
    """The firmware update that was last heard of (whitepaper L01)."""

    status: FirmwareUpdateStatus = FirmwareUpdateStatus.IDLE
    request_id: int | None = None


@frozen(kw_only=True)
class FirmwareRequest:
    """An UpdateFirmware (5.19) or a SignedUpdateFirmware (whitepaper L01) of the Central System."""

    location: str
    retrieve_date: Timestamp
    retries: int | None = None
    retry_interval_s: int | None = None
    connectors_concerned: bool = True
    """Connectors are to be out of service while it is installed."""
    request_id: int | None = None
    """requestId of SignedUpdateFirmware; None: UpdateFirmware, which has none of what follows."""
    install_date: Timestamp | None = None
    """Not to be installed before; None: as soon as it is there."""
    signing_certificate: str = ""
    """PEM; it was found to be good when the request came."""
    signature: str = ""
    """Base64."""


@frozen(kw_only=True)
class FirmwareState:
    """The firmware update as it is kept on disk."""

    configuration: tuple[str, ...] = ("Idle", "InService")
    """Configuration of its chart."""
    request_id: int | None = None
    """requestId of SignedUpdateFirmware; None: UpdateFirmware, which has none."""
    request: FirmwareRequest | None = None
    """What the Central System asked for, as far as it is known here."""
    next_request: FirmwareRequest | None = None
    """What it asked for since; it waits until this update is over."""
    failed_downloads: int = 0
    firmware_version: str | None = None
    """The version that was running when this was written."""
    unheard: Update | None = None
    """What the Central System has not been told yet."""
    signed: Update = Update()
    """What it was told last of a signed update."""


@frozen(kw_only=True)
class UploadState:
    """An upload as it is kept on disk."""

    configuration: tuple[str, ...] = ("Idle",)
    """Configuration of its chart."""
    request_id: int | None = None
    """requestId of GetLog; None: GetDiagnostics, which has none."""
    unheard: Upload | None = None
    """What the Central System has not been told yet."""


class QueuedRequest(Value, frozen=True):
    """A request in a queue."""

    DERIVED = frozenset({"payload"})

    seq: int
    """Order over all queues; grows for ever."""
    lane: Lane
    action: str
    request: Any
    message_id: str
    transaction: str | None = None
    """Key of the transaction whose id is filled in when this is sent."""
    attempts: int = 0
    """How often the Central System failed to process it."""
    not_before: float = 0.0
    """Monotonic time before which it is not sent again. Not kept on disk: a restart is pause enough."""
    triggered: bool = False
    """Asked for by the Central System: may be sent before registration is accepted."""
    durable: bool = False
    """On disk until it has been answered."""
    ref: str | None = None
    """Who in the application waits for the answer."""
    payload: bytes | None = None
    """The request as JSON, if it has been encoded already; only together with the request may it be replaced."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QueuedRequest) and astuple(self)[:-1] == astuple(other)[:-1]

    def __hash__(self) -> int:
        return self.seq

    def failed(self, not_before: float, message_id: str) -> "QueuedRequest":
        """The same, after one more failure."""
        return replace(self, attempts=self.attempts + 1, not_before=not_before, message_id=message_id)


@frozen
class LocalListState:
    """The Local Authorization List as it is kept on disk (3.5.2)."""

    version: int = 0
    entries: dict[str, IdTagInfo] = field(factory=dict)
    """idTag -> what the Central System says of it."""


@frozen
class InstalledProfile:
    """A charging profile, and where it is installed (3.13.1)."""

    connector_id: int
    """The connector; 0: the charge point, or (TxDefaultProfile) every connector without one of its own."""
    profile: ChargingProfile
    transaction: str | None = None
    """Key of the transaction that a TxProfile is for."""


@frozen
class AwaitedStart:
    """A charging profile that came with a RemoteStartTransaction, and waits for its transaction (5.16.2)."""

    connector_id: int
    id_tag: str
    """Who is to start, in lower case (CiString, 7.28)."""
    profile: ChargingProfile
    until: Timestamp | None = None
    """When nobody will come any more; None: the station waits for ever."""


@frozen(kw_only=True)
class Reservation:
    """A reservation that the Central System has made (5.13)."""

    reservation_id: int
    """The Central System's name for it; 0 is one like any other."""
    connector_id: int
    """The connector, 1..N; 0: whichever is free."""
    id_tag: str
    """For whom, at most 20 characters."""
    expiry_date: Timestamp
    """When it ends, if nothing ends it before."""
    parent_id_tag: str | None = None
    """The group whose idTags may use it as well, at most 20 characters."""

    def is_for(self, id_tag: str, parent_id_tag: str | None = None) -> bool:
        """Whether an idTag of this group (None: of none that is known) may use it. Case does not count (7.28)."""
        same_group = self.parent_id_tag and parent_id_tag and self.parent_id_tag.lower() == parent_id_tag.lower()
        return id_tag.lower() == self.id_tag.lower() or bool(same_group)


class ReservationEnd(StrEnum):
    """How a reservation ended (5.1, 5.13); the states of its chart."""

    USED = "Used"
    """By a transaction of its holder, or of one of the same group."""
    EXPIRED = "Expired"
    """Its expiryDate was reached."""
    CANCELLED = "Cancelled"
    """The Central System has cancelled it; or reservations are not supported any more."""
    REPLACED = "Replaced"
    """By another one with the same reservationId."""
    FAULTED = "Faulted"
    """Its connector, or the charge point, is."""
    UNAVAILABLE = "Unavailable"
    """Its connector, or the charge point, went out of service."""


@frozen(kw_only=True)
class Verification:
    """How strictly the Central System's certificate is looked at."""

    common_name: bool = True
    """VerifyCsmsCommonName: it must be made out to the host that was dialled."""
    wildcards: bool = False
    """VerifyCsmsAllowWildcards: ``*`` may stand for the whole first label of that name."""
    system_roots: bool = True
    """UseSslDefaultVerifyPaths: the operating system's roots are trusted as well as those installed."""


@frozen(kw_only=True)
class Credentials:
    """What a connection is opened with (OCPP-J 6; whitepaper 3)."""

    security_profile: int = 0
    """0: none; 1: HTTP Basic; 2: TLS and HTTP Basic; 3: TLS with a client certificate."""
    authorization_key: str | None = field(default=None, repr=False)
    """The password of HTTP Basic; as text of hexadecimal digits or otherwise, as AuthorizationKey has it."""
    client_certificate: str | None = None
    """Its name among :class:`~ocpp16sm.certificates.Certificates`."""
    verification: Verification = Verification()

    def password(self) -> bytes:
        """The password on the wire: what 32 or more hexadecimal digits stand for, else the text (A00.FR.205)."""
        key = self.authorization_key or ""
        if len(key) >= 32 and _HEXADECIMAL.fullmatch(key):
            return bytes.fromhex(key)
        return key.encode()


@frozen(kw_only=True)
class CredentialsState:
    """What connections are opened with, and what was before it, until it has opened one."""

    present: Credentials
    previous: Credentials | None = None
    swapped: bool = False
    """The two have been exchanged: what is new is ``previous``, for now."""


@frozen
class DamagedRow:
    """Something in the store that cannot be used as it is. It is set aside; the charge point starts without it."""

    table: str
    """Where it was found."""
    key: tuple[str, ...] = field(repr=False)
    """Which row, or which rows begin with this key. It may be an idTag."""
    reason: str
    """What is wrong with it, and what was done instead if anything could be. It shows no identifier and no secret."""


@frozen(kw_only=True)
class StoredState:
    """Everything a charge point finds on disk when it starts."""

    queue: tuple[QueuedRequest, ...] = ()
    transactions: tuple[TransactionRecord, ...] = ()
    samples: dict[str, tuple[MeterValue, ...]] = field(factory=dict)
    """Transaction key -> readings for its StopTransaction."""
    availability: dict[int, AvailabilityType] = field(factory=dict)
    configuration: dict[str, str] = field(factory=dict)
    authorization_cache: dict[str, IdTagInfo] = field(factory=dict)
    """idTag -> what the Central System last said of it."""
    local_list: LocalListState = field(factory=LocalListState)
    reservations: tuple[Reservation, ...] = ()
    """In the order in which they were made."""
    charging_profiles: tuple[InstalledProfile, ...] = ()
    """By chargingProfileId."""
    awaited_starts: tuple[AwaitedStart, ...] = ()
    """By connector and idTag."""
    firmware: FirmwareState = FirmwareState()
    uploads: dict[str, UploadState] = field(factory=dict)
    """Action that asks for it -> how it goes."""
    credentials: CredentialsState | None = None
    """None: those that are configured."""
    session_prices: tuple[SessionPrice, ...] = ()
    """In the order in which their transactions began."""
    next_seq: int = 1
    charge_point_id: str | None = None
    """Whose it is; None: nobody has used it yet."""
    damaged: tuple[DamagedRow, ...] = ()
    """What could not be read, or not wholly; what could be made of it is in the rest."""
