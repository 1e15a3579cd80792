"""Messages of the Core profile (OCPP 1.6, sections 4 to 6)."""

from typing import Annotated

from attrs import asdict, frozen
from msgspec import Meta

from ocpp16sm.base.secret import shown_fields
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.primitives import (
    CiString20,
    CiString25,
    CiString50,
    CiString255,
    ConfigurationValue,
    ConnectorId,
    EnergyRegister,
    FreeText,
    IdToken,
    Integer,
    SocketId,
    SubscriberId,
    TransactionId,
)
from ocpp16sm.messages.types import (
    AvailabilityStatus,
    AvailabilityType,
    ChargePointErrorCode,
    ChargePointStatus,
    ChargingProfile,
    ClearCacheStatus,
    ConfigurationStatus,
    DataTransferStatus,
    IdTagInfo,
    MeterValue,
    Reason,
    RegistrationStatus,
    RemoteStartStopStatus,
    ResetStatus,
    ResetType,
    UnlockStatus,
)


@frozen
class KeyValue:
    """One configuration key (7.29)."""

    key: CiString50
    """Name, at most 50 characters."""
    readonly: bool
    """True: ChangeConfiguration cannot set it."""
    value: ConfigurationValue | None = None
    """Value, at most 500 characters; absent if the key is not set or must not be read."""

    def __repr__(self) -> str:
        return shown_fields(type(self).__name__, asdict(self, recurse=False))


@frozen
class AuthorizeRequest:
    """Ask whether an idTag is authorized to charge (4.1, 6.1)."""

    id_tag: IdToken
    """The idTag, at most 20 characters."""


@frozen
class AuthorizeResponse:
    """Response to Authorize (6.2)."""

    id_tag_info: IdTagInfo
    """Status, expiry and group of the idTag."""


@frozen
class BootNotificationRequest:
    """Announce the Charge Point after a start (4.2, 6.3)."""

    charge_point_vendor: CiString20
    """Vendor, at most 20 characters."""
    charge_point_model: CiString20
    """Model, at most 20 characters."""
    charge_point_serial_number: CiString25 | None = None
    """Serial number of the Charge Point, at most 25 characters."""
    charge_box_serial_number: CiString25 | None = None
    """Serial number of the Charge Box inside, at most 25 characters; deprecated."""
    firmware_version: CiString50 | None = None
    """Firmware version, at most 50 characters."""
    iccid: SubscriberId | None = None
    """ICCID of the SIM card, at most 20 characters."""
    imsi: SubscriberId | None = None
    """IMSI of the SIM card, at most 20 characters."""
    meter_type: CiString25 | None = None
    """Type of the main meter, at most 25 characters."""
    meter_serial_number: CiString25 | None = None
    """Serial number of the main meter, at most 25 characters."""


@frozen
class BootNotificationResponse:
    """Response to BootNotification (6.4; OCPP-J errata 2.4)."""

    status: RegistrationStatus
    """Whether the Charge Point is accepted."""
    current_time: Timestamp
    """Time of the Central System."""
    interval: Integer
    """Accepted: heartbeat interval, s. Otherwise: minimum wait before the next BootNotification, s."""


@frozen
class ChangeAvailabilityRequest:
    """Put a connector, or the Charge Point, into or out of service (5.2, 6.7)."""

    connector_id: Integer
    """The connector; 0: the Charge Point and all its connectors."""
    type: AvailabilityType
    """The new availability."""


@frozen
class ChangeAvailabilityResponse:
    """Response to ChangeAvailability (6.8)."""

    status: AvailabilityStatus
    """Whether the change was made, refused or scheduled."""


@frozen
class ChangeConfigurationRequest:
    """Set a configuration key (5.3, 6.9)."""

    key: CiString50
    """Name of the key, at most 50 characters."""
    value: ConfigurationValue
    """New value, at most 500 characters."""

    def __repr__(self) -> str:
        return shown_fields(type(self).__name__, asdict(self, recurse=False))


@frozen
class ChangeConfigurationResponse:
    """Response to ChangeConfiguration (6.10)."""

    status: ConfigurationStatus
    """Whether the value was set."""


@frozen
class ClearCacheRequest:
    """Clear the Authorization Cache (5.4, 6.11). No fields."""


@frozen
class ClearCacheResponse:
    """Response to ClearCache (6.12)."""

    status: ClearCacheStatus
    """Whether the cache was cleared."""


@frozen
class DataTransferRequest:
    """Send data for which OCPP has no message; either side may (4.3, 5.6, 6.15)."""

    vendor_id: CiString255
    """Vendor of the extension, at most 255 characters."""
    message_id: CiString50 | None = None
    """Message of the extension, at most 50 characters."""
    data: FreeText | None = None
    """Text of any length and format."""


@frozen
class DataTransferResponse:
    """Response to DataTransfer (6.16)."""

    status: DataTransferStatus
    """Whether the data was understood and accepted."""
    data: FreeText | None = None
    """Text of any length and format."""


@frozen
class GetConfigurationRequest:
    """Read configuration keys (5.8, 6.23)."""

    key: tuple[CiString50, ...] | None = None
    """Names, each at most 50 characters; all keys if empty or absent."""


@frozen
class GetConfigurationResponse:
    """Response to GetConfiguration (6.24)."""

    configuration_key: tuple[KeyValue, ...] | None = None
    """The requested keys that are known."""
    unknown_key: tuple[CiString50, ...] | None = None
    """The requested names that are unknown, each at most 50 characters."""


@frozen
class HeartbeatRequest:
    """Show that the Charge Point is connected, and ask for the time (4.6, 6.29). No fields."""


@frozen
class HeartbeatResponse:
    """Response to Heartbeat (6.30)."""

    current_time: Timestamp
    """Time of the Central System."""


@frozen
class MeterValuesRequest:
    """Report meter readings (4.7, 6.31)."""

    connector_id: ConnectorId
    """The connector; 0: the main meter."""
    meter_value: Annotated[tuple[MeterValue, ...], Meta(min_length=1)]
    """The readings, one or more."""
    transaction_id: TransactionId | None = None
    """The transaction that the readings belong to, if any."""


@frozen
class MeterValuesResponse:
    """Confirm meter readings (6.32). No fields."""


@frozen
class RemoteStartTransactionRequest:
    """Start a transaction for an idTag (5.11, 6.33)."""

    id_tag: IdToken
    """The idTag, at most 20 characters."""
    connector_id: Integer | None = None
    """The connector, 1 and up; if absent, the Charge Point chooses."""
    charging_profile: ChargingProfile | None = None
    """A charging profile for the transaction: a TxProfile without transactionId (errata 3.41)."""


@frozen
class RemoteStartTransactionResponse:
    """Response to RemoteStartTransaction (6.34)."""

    status: RemoteStartStopStatus
    """Whether the Charge Point will try to start the transaction."""


@frozen
class RemoteStopTransactionRequest:
    """Stop a transaction (5.12, 6.35)."""

    transaction_id: TransactionId
    """The transaction."""


@frozen
class RemoteStopTransactionResponse:
    """Say whether the Charge Point will stop it (6.36)."""

    status: RemoteStartStopStatus
    """Whether it will."""


@frozen
class ResetRequest:
    """Restart the Charge Point (5.14, 6.39)."""

    type: ResetType
    """Of the hardware, or of the software."""


@frozen
class ResetResponse:
    """Say whether the Charge Point will restart (6.40)."""

    status: ResetStatus
    """Whether it will."""


@frozen
class StartTransactionRequest:
    """Report that a transaction has started (4.8, 6.45)."""

    connector_id: SocketId
    """The connector, 1 and up."""
    id_tag: IdToken
    """The idTag it was started with, at most 20 characters."""
    meter_start: EnergyRegister
    """Reading of the energy register at the start, Wh."""
    timestamp: Timestamp
    """When it started."""
    reservation_id: Integer | None = None
    """The reservation that it used up, if any."""


@frozen
class StartTransactionResponse:
    """Give a transaction its id (6.46)."""

    id_tag_info: IdTagInfo
    """Status, expiry and group of the idTag."""
    transaction_id: TransactionId
    """The transaction's id; positive ones are recommended, none has a meaning (errata 3.54)."""


@frozen
class StatusNotificationRequest:
    """Report a status or an error (4.9, 6.47)."""

    connector_id: ConnectorId
    """The connector; 0: the Charge Point itself."""
    error_code: ChargePointErrorCode
    """The error; NoError: none."""
    status: ChargePointStatus
    """The status."""
    info: CiString50 | None = None
    """More about the error, at most 50 characters."""
    timestamp: Timestamp | None = None
    """Since when; the time of receipt is meant when absent."""
    vendor_id: CiString255 | None = None
    """Whose error code vendorErrorCode is, at most 255 characters."""
    vendor_error_code: CiString50 | None = None
    """The vendor's own error code, at most 50 characters."""


@frozen
class StatusNotificationResponse:
    """Confirm a status (6.48). No fields."""


@frozen
class StopTransactionRequest:
    """Report that a transaction has stopped (4.10, 6.49; OCPP-J errata 2.6)."""

    meter_stop: EnergyRegister
    """Reading of the energy register at the end, Wh."""
    timestamp: Timestamp
    """When it stopped."""
    transaction_id: TransactionId
    """The transaction; -1 when its start could not be delivered (errata 3.18)."""
    id_tag: IdToken | None = None
    """The idTag that stopped it, if any, at most 20 characters."""
    reason: Reason | None = None
    """Why; Local when absent."""
    transaction_data: tuple[MeterValue, ...] | None = None
    """Readings of the transaction, for billing."""


@frozen
class StopTransactionResponse:
    """Confirm the end of a transaction (6.50)."""

    id_tag_info: IdTagInfo | None = None
    """Status, expiry and group of the idTag, if there was one."""


@frozen
class UnlockConnectorRequest:
    """Unlock a connector (5.18, 6.53)."""

    connector_id: Integer
    """The connector, 1 and up."""


@frozen
class UnlockConnectorResponse:
    """Say whether the connector is unlocked (6.54)."""

    status: UnlockStatus
    """Whether it is."""
