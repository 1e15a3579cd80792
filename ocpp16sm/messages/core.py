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
    """True if ChangeConfiguration cannot set the key."""
    value: ConfigurationValue | None = None
    """Value, at most 500 characters; absent if the key has no value or is write-only."""

    def __repr__(self) -> str:
        return shown_fields(type(self).__name__, asdict(self, recurse=False))


@frozen
class AuthorizeRequest:
    """Ask whether an idTag is authorized to charge. Sent by the Charge Point (4.1, 6.1)."""

    id_tag: IdToken
    """The idTag, at most 20 characters."""


@frozen
class AuthorizeResponse:
    """Response to Authorize (6.2)."""

    id_tag_info: IdTagInfo
    """Status, expiry and group of the idTag."""


@frozen
class BootNotificationRequest:
    """Register with the Central System after a start. Sent by the Charge Point (4.2, 6.3)."""

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
    """Current time of the Central System."""
    interval: Integer
    """If Accepted: heartbeat interval, s. Otherwise: minimum wait before the next BootNotification, s."""


@frozen
class ChangeAvailabilityRequest:
    """Put a connector or the whole Charge Point into or out of service. Sent by the Central System (5.2, 6.7)."""

    connector_id: Integer
    """The connector; 0 means the Charge Point and all its connectors."""
    type: AvailabilityType
    """The new availability."""


@frozen
class ChangeAvailabilityResponse:
    """Response to ChangeAvailability (6.8)."""

    status: AvailabilityStatus
    """Whether the change was made, rejected or scheduled."""


@frozen
class ChangeConfigurationRequest:
    """Set a configuration key. Sent by the Central System (5.3, 6.9)."""

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
    """Clear the Authorization Cache. Sent by the Central System (5.4, 6.11). No fields."""


@frozen
class ClearCacheResponse:
    """Response to ClearCache (6.12)."""

    status: ClearCacheStatus
    """Whether the cache was cleared."""


@frozen
class DataTransferRequest:
    """Send vendor-specific data for which OCPP has no message. Sent by either side (4.3, 5.6, 6.15)."""

    vendor_id: CiString255
    """Identifies the vendor, at most 255 characters."""
    message_id: CiString50 | None = None
    """Identifies the vendor's message, at most 50 characters."""
    data: FreeText | None = None
    """A string of any length and format."""


@frozen
class DataTransferResponse:
    """Response to DataTransfer (6.16)."""

    status: DataTransferStatus
    """Whether the data was understood and accepted."""
    data: FreeText | None = None
    """A string of any length and format."""


@frozen
class GetConfigurationRequest:
    """Read configuration keys. Sent by the Central System (5.8, 6.23)."""

    key: tuple[CiString50, ...] | None = None
    """Names of keys, each at most 50 characters; if empty or absent, all keys are requested."""


@frozen
class GetConfigurationResponse:
    """Response to GetConfiguration (6.24)."""

    configuration_key: tuple[KeyValue, ...] | None = None
    """The requested keys that are known."""
    unknown_key: tuple[CiString50, ...] | None = None
    """The requested names that are unknown, each at most 50 characters."""


@frozen
class HeartbeatRequest:
    """Show that the connection is alive, and ask for the time. Sent by the Charge Point (4.6, 6.29). No fields."""


@frozen
class HeartbeatResponse:
    """Response to Heartbeat (6.30)."""

    current_time: Timestamp
    """Time of the Central System."""


@frozen
class MeterValuesRequest:
    """Report meter readings. Sent by the Charge Point (4.7, 6.31)."""

    connector_id: ConnectorId
    """The connector; 0 means the main meter."""
    meter_value: Annotated[tuple[MeterValue, ...], Meta(min_length=1)]
    """The readings, one or more."""
    transaction_id: TransactionId | None = None
    """The transaction that the readings belong to, if any."""


@frozen
class MeterValuesResponse:
    """Response to MeterValues (6.32). No fields."""


@frozen
class RemoteStartTransactionRequest:
    """Start a transaction for an idTag. Sent by the Central System (5.11, 6.33)."""

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
    """Stop a transaction. Sent by the Central System (5.12, 6.35)."""

    transaction_id: TransactionId
    """The transaction."""


@frozen
class RemoteStopTransactionResponse:
    """Response to RemoteStopTransaction (6.36)."""

    status: RemoteStartStopStatus
    """Whether the Charge Point will try to stop the transaction."""


@frozen
class ResetRequest:
    """Restart the Charge Point. Sent by the Central System (5.14, 6.39)."""

    type: ResetType
    """Kind of reset: Hard or Soft."""


@frozen
class ResetResponse:
    """Response to Reset (6.40)."""

    status: ResetStatus
    """Whether the Charge Point will restart."""


@frozen
class StartTransactionRequest:
    """Report that a transaction has started. Sent by the Charge Point (4.8, 6.45)."""

    connector_id: SocketId
    """The connector, 1 and up."""
    id_tag: IdToken
    """The idTag that started the transaction, at most 20 characters."""
    meter_start: EnergyRegister
    """Reading of the energy register at the start, Wh."""
    timestamp: Timestamp
    """Time of the start."""
    reservation_id: Integer | None = None
    """The reservation that the transaction ends, if any."""


@frozen
class StartTransactionResponse:
    """Response to StartTransaction (6.46)."""

    id_tag_info: IdTagInfo
    """Status, expiry and group of the idTag."""
    transaction_id: TransactionId
    """Id of the transaction. Positive ids are recommended; no value has a special meaning (errata 3.54)."""


@frozen
class StatusNotificationRequest:
    """Report a status or an error. Sent by the Charge Point (4.9, 6.47)."""

    connector_id: ConnectorId
    """The connector; 0 means the Charge Point itself."""
    error_code: ChargePointErrorCode
    """The error, or NoError."""
    status: ChargePointStatus
    """The current status."""
    info: CiString50 | None = None
    """Additional information about the error, at most 50 characters."""
    timestamp: Timestamp | None = None
    """Time at which the status began; if absent, the time of receipt."""
    vendor_id: CiString255 | None = None
    """Identifies the vendor that defines vendorErrorCode, at most 255 characters."""
    vendor_error_code: CiString50 | None = None
    """The vendor's own error code, at most 50 characters."""


@frozen
class StatusNotificationResponse:
    """Response to StatusNotification (6.48). No fields."""


@frozen
class StopTransactionRequest:
    """Report that a transaction has stopped. Sent by the Charge Point (4.10, 6.49; OCPP-J errata 2.6)."""

    meter_stop: EnergyRegister
    """Reading of the energy register at the end, Wh."""
    timestamp: Timestamp
    """Time of the end."""
    transaction_id: TransactionId
    """The transaction; -1 if its StartTransaction could not be delivered (errata 3.18)."""
    id_tag: IdToken | None = None
    """The idTag that stopped the transaction, if any, at most 20 characters."""
    reason: Reason | None = None
    """Why the transaction stopped; Local if absent."""
    transaction_data: tuple[MeterValue, ...] | None = None
    """Meter readings of the transaction, for billing."""


@frozen
class StopTransactionResponse:
    """Response to StopTransaction (6.50)."""

    id_tag_info: IdTagInfo | None = None
    """Status, expiry and group of the idTag, if the request had one."""


@frozen
class UnlockConnectorRequest:
    """Unlock a connector. Sent by the Central System (5.18, 6.53)."""

    connector_id: Integer
    """The connector, 1 and up."""


@frozen
class UnlockConnectorResponse:
    """Response to UnlockConnector (6.54)."""

    status: UnlockStatus
    """Whether the connector is unlocked."""
