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
    """Something that happened."""


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
    """The application wants the connection closed, and no other."""


class ShutdownAsked(Input, frozen=True):
    """The application is about to stop: transactions are to be ended first."""

    reason: Reason = Reason.OTHER


class LinkOpened(Input, frozen=True):
    """The connection is open, the subprotocol agreed."""


class LinkLost(Input, frozen=True):
    """The connection is closed, or could not be opened."""

    reason: str
    chance: float
    """A random number in [0, 1): how much of RetryBackoffRandomRange is added to the wait."""
    offence: str | None = None
    """What the Central System sent that no websocket may carry, or that is too big, if that ended the connection."""
    fault: LinkFault | None = None
    """What of its security was wrong, if it could not be opened for that."""


class TextReceived(Input, frozen=True):
    """A frame from the Central System."""

    text: str

    def __repr__(self) -> str:
        return f"TextReceived(text={redact(self.text, id_tags=True)!r})"


class DeadlineReached(Input, frozen=True):
    """The next deadline has come, or time has passed otherwise."""


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
    """Why they refuse, or what went wrong; the answer is then meaningless."""
    refused: bool
    """The failure is a refusal: with what was handed in, not with the place where it would be kept."""
    inventory: Inventory
    """What there is now."""


class AuthorizeAsked(Input, frozen=True):
    """The application wants to know whether an idTag may charge."""

    id_tag: str
    ref: str


class ContractAuthorizeAsked(Input, frozen=True):
    """The application wants to know whether a contract may charge."""

    emaid: str
    certificate: str | None
    """Its certificate with those above it, PEM."""
    hash_data: tuple[OcspRequestData, ...]
    """What the car's partner (ISO 15118) has found out already."""
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
    """The application changes a configuration key, as the Central System could."""

    key: str
    value: str


class MeterPublicKeySet(Input, frozen=True):
    """The application says what the signed values of a connector's meter are checked with."""

    connector: int
    public_key: str


class IdentityChanged(Input, frozen=True):
    """The application knows better who the charge point is: a modem has come up, a meter was replaced."""

    identity: Identity


class SecurityNoticed(Input, frozen=True):
    """Around the core something happened that is a security event (whitepaper A04): a log was cleared, say."""

    type: str
    tech_info: str | None = None
