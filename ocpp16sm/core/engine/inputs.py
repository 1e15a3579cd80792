"""What can happen to the core. Every input is a value: with its time it can be written down and replayed.

The calls of the 22 handlers are inputs too (:mod:`ocpp16sm.generated.handlers`).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import field

from ocpp16sm.base.redaction import redact
from ocpp16sm.base.values import Value
from ocpp16sm.certificates import Inventory
from ocpp16sm.errors import LinkFault
from ocpp16sm.messages import ChargePointStatus, Reason
from ocpp16sm.messages.plug_and_charge_types import OcspRequestData
from ocpp16sm.records import Identity, StoredState


class BootReason(StrEnum):
    """Why the charge point starts; decides which security event says so."""

    APPLICATION_RESET = "ApplicationReset"
    FIRMWARE_UPDATE = "FirmwareUpdate"
    LOCAL_RESET = "LocalReset"
    POWER_UP = "PowerUp"
    REMOTE_RESET = "RemoteReset"
    SCHEDULED_RESET = "ScheduledReset"
    TRIGGERED = "Triggered"
    UNKNOWN = "Unknown"
    WATCHDOG = "Watchdog"


class Input(Value, frozen=True):
    """Base of all inputs."""


class Started(Input, frozen=True, kw_only=True):
    """The charge point starts; always the first input."""

    stored: StoredState = field(default_factory=StoredState)
    boot_reason: BootReason = BootReason.POWER_UP
    connector_status: Mapping[int, ChargePointStatus] | None = None
    """Status of each connector 0..N as the station finds it; by default Available or as the Central System left it."""
    resuming_sessions: frozenset[str] = frozenset()
    """Sessions whose transactions go on although the charge point was down; all others end with PowerLoss."""
    connect: bool = True
    """Whether to dial at once."""
    inventory: Inventory = field(default_factory=Inventory)
    """The certificates that are there."""


class ConnectAsked(Input, frozen=True):
    """The application wants a connection."""


class DisconnectAsked(Input, frozen=True):
    """The application wants the connection closed, and no new one opened."""


class ShutdownAsked(Input, frozen=True):
    """The application is about to stop; transactions are to be ended first."""

    reason: Reason = Reason.OTHER


class LinkOpened(Input, frozen=True):
    """The connection is open, and the subprotocol is agreed."""


class LinkLost(Input, frozen=True):
    """The connection has ended or could not be opened."""

    reason: str
    chance: float
    """Random number in [0, 1): the share of RetryBackoffRandomRange that is added to the wait."""
    offence: str | None = None
    """Which invalid or oversized data of the Central System ended the connection; None: it ended otherwise."""
    fault: LinkFault | None = None
    """The security fault because of which the connection could not be opened; None: there was none."""


class TextReceived(Input, frozen=True):
    """A frame from the Central System."""

    text: str

    def __repr__(self) -> str:
        return f"TextReceived(text={redact(self.text, id_tags=True)!r})"


class DeadlineReached(Input, frozen=True):
    """The next deadline has come, or time has passed."""


class HardwareAnswered(Input, frozen=True):
    """A hardware method has returned."""

    ref: int
    answer: Any
    failure: str | None = None
    """What it raised, if it did; the answer is then meaningless."""


class CertificatesAnswered(Input, frozen=True):
    """A method of the certificates has returned."""

    ref: int
    answer: Any
    failure: str | None
    """Why the call was refused or failed; the answer is then meaningless. None: it succeeded."""
    refused: bool
    """Whether the failure is a refusal: what was handed in is wrong, rather than the place where it is kept."""
    inventory: Inventory
    """The certificates that are there now."""


class AuthorizeAsked(Input, frozen=True):
    """The application wants to know whether an idTag may charge."""

    id_tag: str
    ref: str


class ContractAuthorizeAsked(Input, frozen=True):
    """The application wants to know whether a contract may charge."""

    emaid: str
    certificate: str | None
    """The contract certificate and those above it, PEM."""
    hash_data: tuple[OcspRequestData, ...]
    """Certificate hash data that the car's partner (ISO 15118) has already determined."""
    ref: str


class TransferAsked(Input, frozen=True):
    """The application wants to send vendor-specific data."""

    vendor_id: str
    message_id: str | None
    data: str | None
    ref: str


class VendorAnswered(Input, frozen=True):
    """A vendor handler has answered a DataTransfer of the Central System."""

    ref: int
    status: str
    data: str | None = None


class ConfigurationSet(Input, frozen=True):
    """The application changes a configuration key, as the Central System can."""

    key: str
    value: str


class MeterPublicKeySet(Input, frozen=True):
    """The application names the public key with which a connector's meter signs."""

    connector: int
    public_key: str


class IdentityChanged(Input, frozen=True):
    """The application changes the identity of the charge point: a modem has come up, or a meter was replaced."""

    identity: Identity


class SecurityNoticed(Input, frozen=True):
    """A security event (whitepaper A04) happened outside the core, for example a log was cleared."""

    type: str
    tech_info: str | None = None
