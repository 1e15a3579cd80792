"""Enumerations and composite types of the Core profile, and those used by several profiles (OCPP 1.6, section 7)."""

from enum import StrEnum
from typing import Annotated

from attrs import frozen
from msgspec import Meta

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.metering import (
    Location,
    Measurand,
    MeterValue,
    Phase,
    ReadingContext,
    SampledValue,
    UnitOfMeasure,
    ValueFormat,
)
from ocpp16sm.messages.primitives import IdToken, Integer, Rate, TransactionId

__all__ = [
    "AuthorizationStatus",
    "AvailabilityStatus",
    "AvailabilityType",
    "ChargePointErrorCode",
    "ChargePointStatus",
    "ChargingProfile",
    "ChargingProfileKindType",
    "ChargingProfilePurposeType",
    "ChargingRateUnitType",
    "ChargingSchedule",
    "ChargingSchedulePeriod",
    "ClearCacheStatus",
    "ConfigurationStatus",
    "DataTransferStatus",
    "IdTagInfo",
    "Location",
    "Measurand",
    "MeterValue",
    "Phase",
    "ReadingContext",
    "Reason",
    "RecurrencyKindType",
    "RegistrationStatus",
    "RemoteStartStopStatus",
    "ResetStatus",
    "ResetType",
    "SampledValue",
    "TriggerMessageStatus",
    "UnitOfMeasure",
    "UnlockStatus",
    "ValueFormat",
]


class AuthorizationStatus(StrEnum):
    """Authorization status of an idTag (7.2)."""

    ACCEPTED = "Accepted"
    """The idTag may charge."""
    BLOCKED = "Blocked"
    """The idTag is blocked."""
    EXPIRED = "Expired"
    """The idTag has expired."""
    INVALID = "Invalid"
    """The idTag is unknown."""
    CONCURRENT_TX = "ConcurrentTx"
    """The idTag is in another transaction and may have only one; sent only in the response to StartTransaction."""


class ChargePointErrorCode(StrEnum):
    """Error code in StatusNotification (7.6)."""

    CONNECTOR_LOCK_FAILURE = "ConnectorLockFailure"
    """The connector cannot be locked or unlocked."""
    EV_COMMUNICATION_ERROR = "EVCommunicationError"
    """Communication with the vehicle failed. This is not a fault: the status becomes SuspendedEVSE, not Faulted."""
    GROUND_FAILURE = "GroundFailure"
    """The ground fault interrupter has tripped."""
    HIGH_TEMPERATURE = "HighTemperature"
    """The temperature inside the Charge Point is too high."""
    INTERNAL_ERROR = "InternalError"
    """An internal hardware or software component failed."""
    LOCAL_LIST_CONFLICT = "LocalListConflict"
    """The Central System and the Local Authorization List disagree about an idTag (3.5.3)."""
    NO_ERROR = "NoError"
    """No error."""
    OTHER_ERROR = "OtherError"
    """Another error; vendorErrorCode has the details."""
    OVER_CURRENT_FAILURE = "OverCurrentFailure"
    """The overcurrent protection has tripped."""
    OVER_VOLTAGE = "OverVoltage"
    """The voltage is too high."""
    POWER_METER_FAILURE = "PowerMeterFailure"
    """The meter cannot be read."""
    POWER_SWITCH_FAILURE = "PowerSwitchFailure"
    """The contactor cannot be controlled."""
    READER_FAILURE = "ReaderFailure"
    """The idTag reader failed."""
    RESET_FAILURE = "ResetFailure"
    """The Charge Point could not perform a reset."""
    UNDER_VOLTAGE = "UnderVoltage"
    """The voltage is too low."""
    WEAK_SIGNAL = "WeakSignal"
    """The wireless signal is weak."""


class ChargePointStatus(StrEnum):
    """Status in StatusNotification (4.9, 7.7; errata 3.55, 3.64).

    Connector 0 can only be Available, Unavailable or Faulted.
    """

    AVAILABLE = "Available"
    """Free for a new user."""
    PREPARING = "Preparing"
    """In use, but no transaction has started yet."""
    CHARGING = "Charging"
    """The vehicle is charging."""
    SUSPENDED_EVSE = "SuspendedEVSE"
    """In a transaction, but the Charge Point offers no energy."""
    SUSPENDED_EV = "SuspendedEV"
    """In a transaction, but the vehicle takes no energy."""
    FINISHING = "Finishing"
    """The transaction has ended, but the connector is not free yet."""
    RESERVED = "Reserved"
    """Reserved for an idTag."""
    UNAVAILABLE = "Unavailable"
    """Out of service."""
    FAULTED = "Faulted"
    """An error prevents charging."""


class Reason(StrEnum):
    """Why a transaction stopped (7.36)."""

    DE_AUTHORIZED = "DeAuthorized"
    """The response to StartTransaction did not accept the idTag."""
    EMERGENCY_STOP = "EmergencyStop"
    """The emergency stop button was pressed."""
    EV_DISCONNECTED = "EVDisconnected"
    """The cable was unplugged, or the vehicle left."""
    HARD_RESET = "HardReset"
    """The Central System sent Reset with type Hard."""
    LOCAL = "Local"
    """The user stopped the transaction at the Charge Point. The default (6.49)."""
    OTHER = "Other"
    """Any other reason."""
    POWER_LOSS = "PowerLoss"
    """The power failed."""
    REBOOT = "Reboot"
    """The Charge Point restarted without a Reset from the Central System."""
    REMOTE = "Remote"
    """The Central System sent RemoteStopTransaction."""
    SOFT_RESET = "SoftReset"
    """The Central System sent Reset with type Soft."""
    UNLOCK_COMMAND = "UnlockCommand"
    """The Central System sent UnlockConnector."""


class RegistrationStatus(StrEnum):
    """Status in the response to BootNotification (7.38; errata 3.68)."""

    ACCEPTED = "Accepted"
    """The Charge Point is registered."""
    PENDING = "Pending"
    """The Charge Point is not registered yet; the Central System may first read and change its configuration (4.2)."""
    REJECTED = "Rejected"
    """The Charge Point is not registered, and must send nothing until the interval is over (4.2)."""


class AvailabilityType(StrEnum):
    """Requested availability (7.4)."""

    INOPERATIVE = "Inoperative"
    """Out of service."""
    OPERATIVE = "Operative"
    """In service."""


class AvailabilityStatus(StrEnum):
    """Status in the response to ChangeAvailability (7.3)."""

    ACCEPTED = "Accepted"
    """The change was made."""
    REJECTED = "Rejected"
    """The change will not be made."""
    SCHEDULED = "Scheduled"
    """The change will be made when the running transactions have ended."""


class ConfigurationStatus(StrEnum):
    """Status in the response to ChangeConfiguration (7.22)."""

    ACCEPTED = "Accepted"
    """The value is set."""
    REJECTED = "Rejected"
    """The key is known, but the value could not be set."""
    REBOOT_REQUIRED = "RebootRequired"
    """The value is set and takes effect after a restart."""
    NOT_SUPPORTED = "NotSupported"
    """The key is unknown."""


class ClearCacheStatus(StrEnum):
    """Status in the response to ClearCache (7.20)."""

    ACCEPTED = "Accepted"
    """The cache was cleared."""
    REJECTED = "Rejected"
    """The cache was not cleared, or the Charge Point has none (errata 3.23)."""


class DataTransferStatus(StrEnum):
    """Status in the response to DataTransfer (7.23)."""

    ACCEPTED = "Accepted"
    """The message was understood and accepted."""
    REJECTED = "Rejected"
    """The message was understood and rejected."""
    UNKNOWN_MESSAGE_ID = "UnknownMessageId"
    """The messageId is unknown."""
    UNKNOWN_VENDOR_ID = "UnknownVendorId"
    """The vendorId is unknown."""


class RemoteStartStopStatus(StrEnum):
    """Status in the response to RemoteStartTransaction and RemoteStopTransaction (7.39)."""

    ACCEPTED = "Accepted"
    """The Charge Point will try to start or stop the transaction (errata 3.32, 3.33)."""
    REJECTED = "Rejected"
    """The Charge Point will not start or stop the transaction."""


class ResetType(StrEnum):
    """Kind of reset (7.42; errata 3.82)."""

    HARD = "Hard"
    """Restart of the hardware. Transactions need not be stopped first, and messages may be lost."""
    SOFT = "Soft"
    """Restart of the software after all transactions have been stopped and reported."""


class ResetStatus(StrEnum):
    """Status in the response to Reset (7.41)."""

    ACCEPTED = "Accepted"
    """The Charge Point will restart."""
    REJECTED = "Rejected"
    """The Charge Point will not restart."""


class UnlockStatus(StrEnum):
    """Status in the response to UnlockConnector (7.46; errata 3.87)."""

    UNLOCKED = "Unlocked"
    """The connector is unlocked."""
    UNLOCK_FAILED = "UnlockFailed"
    """Unlocking failed; the connector is still locked."""
    NOT_SUPPORTED = "NotSupported"
    """The connector has no lock, or does not exist."""


class TriggerMessageStatus(StrEnum):
    """Status in the response to TriggerMessage (7.44) and ExtendedTriggerMessage (whitepaper 6.17)."""

    ACCEPTED = "Accepted"
    """The message will be sent."""
    REJECTED = "Rejected"
    """The message will not be sent."""
    NOT_IMPLEMENTED = "NotImplemented"
    """The message is unknown or cannot be triggered."""


class ChargingProfilePurposeType(StrEnum):
    """What a charging profile limits (7.10; errata 3.67)."""

    CHARGE_POINT_MAX_PROFILE = "ChargePointMaxProfile"
    """Limits the whole Charge Point."""
    TX_DEFAULT_PROFILE = "TxDefaultProfile"
    """Limits new transactions that have no TxProfile."""
    TX_PROFILE = "TxProfile"
    """Limits one transaction, and is removed when the transaction ends."""


class ChargingProfileKindType(StrEnum):
    """Time to which the periods of a schedule are relative (7.9)."""

    ABSOLUTE = "Absolute"
    """The fixed time startSchedule."""
    RECURRING = "Recurring"
    """startSchedule, repeated every day or week."""
    RELATIVE = "Relative"
    """An event known to the Charge Point, such as the start of the transaction."""


class RecurrencyKindType(StrEnum):
    """How often a recurring schedule is repeated (7.37; errata 3.79)."""

    DAILY = "Daily"
    """Every 24 hours, at the time of day of startSchedule."""
    WEEKLY = "Weekly"
    """Every 7 days, at the day of the week and time of day of startSchedule."""


class ChargingRateUnitType(StrEnum):
    """Unit of the limits of a schedule (7.12; errata 3.69)."""

    W = "W"
    """Watt: total power of all phases."""
    A = "A"
    """Ampere: current per phase."""


@frozen
class IdTagInfo:
    """Authorization of an idTag (7.27)."""

    status: AuthorizationStatus
    """Authorization status."""
    expiry_date: Timestamp | None = None
    """Time at which the idTag is removed from the Authorization Cache; if absent, never. The tables of 7.27 and the
    errata call the field expireDate, but the name in JSON is expiryDate (schemas, WSDL)."""
    parent_id_tag: IdToken | None = None
    """Group of the idTag (3.10), at most 20 characters."""


@frozen
class ChargingSchedulePeriod:
    """One period of a charging schedule (7.14)."""

    start_period: Integer
    """Start of the period, s from the start of the schedule; also the end of the previous period."""
    limit: Rate
    """Maximum power or current, in the chargingRateUnit of the schedule; at most one decimal place."""
    number_phases: Integer | None = None
    """Number of phases that may be used; 3 if absent."""


@frozen
class ChargingSchedule:
    """Power or current limits over time (7.13)."""

    charging_rate_unit: ChargingRateUnitType
    """Unit of the limits."""
    charging_schedule_period: Annotated[tuple[ChargingSchedulePeriod, ...], Meta(min_length=1)]
    """The periods, one or more; the first starts at 0 s (errata 3.45, 3.70)."""
    duration: Integer | None = None
    """Length, s; if absent, the last period lasts until the end of the transaction, or indefinitely."""
    start_schedule: Timestamp | None = None
    """Start time; if absent, the schedule is relative to the start of charging. Absent from a composite schedule
    (errata 3.57)."""
    min_charging_rate: Rate | None = None
    """Rate below which charging is inefficient for the vehicle, in chargingRateUnit; at most one decimal place."""


@frozen
class ChargingProfile:
    """A charging schedule and the conditions under which it applies (7.8)."""

    charging_profile_id: Integer
    """Id of the profile, unique within the Charge Point."""
    stack_level: Integer
    """Precedence among profiles of the same purpose; 0 is the lowest. The handler checks the range."""
    charging_profile_purpose: ChargingProfilePurposeType
    """What the profile limits."""
    charging_profile_kind: ChargingProfileKindType
    """Time to which the schedule is relative."""
    charging_schedule: ChargingSchedule
    """The limits."""
    transaction_id: TransactionId | None = None
    """The transaction that the profile is for; only with purpose TxProfile."""
    recurrency_kind: RecurrencyKindType | None = None
    """How often the schedule is repeated; only with kind Recurring (errata 3.56)."""
    valid_from: Timestamp | None = None
    """Start of validity; if absent, the profile is valid at once."""
    valid_to: Timestamp | None = None
    """End of validity; if absent, the profile is valid until it is replaced."""
