"""Enumerations and composite types of the Core profile, and those shared by several (OCPP 1.6, section 7)."""

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
    """What the Central System says of an idTag (7.2)."""

    ACCEPTED = "Accepted"
    """It may charge."""
    BLOCKED = "Blocked"
    """It has been blocked."""
    EXPIRED = "Expired"
    """Its time is over."""
    INVALID = "Invalid"
    """It is not known."""
    CONCURRENT_TX = "ConcurrentTx"
    """It runs another transaction and may have one only; an answer to StartTransaction."""


class ChargePointErrorCode(StrEnum):
    """The error a StatusNotification reports (7.6)."""

    CONNECTOR_LOCK_FAILURE = "ConnectorLockFailure"
    """The connector cannot be locked or unlocked."""
    EV_COMMUNICATION_ERROR = "EVCommunicationError"
    """Talking to the vehicle fails; leads to SuspendedEVSE rather than Faulted."""
    GROUND_FAILURE = "GroundFailure"
    """The ground fault interrupter has tripped."""
    HIGH_TEMPERATURE = "HighTemperature"
    """It is too hot inside."""
    INTERNAL_ERROR = "InternalError"
    """A part of the hardware or software fails."""
    LOCAL_LIST_CONFLICT = "LocalListConflict"
    """The Central System and the Local Authorization List disagree about an idTag (3.5.3)."""
    NO_ERROR = "NoError"
    """Nothing to report."""
    OTHER_ERROR = "OtherError"
    """Something else: see vendorErrorCode."""
    OVER_CURRENT_FAILURE = "OverCurrentFailure"
    """The overcurrent protection has tripped."""
    OVER_VOLTAGE = "OverVoltage"
    """The voltage is too high."""
    POWER_METER_FAILURE = "PowerMeterFailure"
    """The meter cannot be read."""
    POWER_SWITCH_FAILURE = "PowerSwitchFailure"
    """The contactor does not obey."""
    READER_FAILURE = "ReaderFailure"
    """The idTag reader fails."""
    RESET_FAILURE = "ResetFailure"
    """A reset was not possible."""
    UNDER_VOLTAGE = "UnderVoltage"
    """The voltage is too low."""
    WEAK_SIGNAL = "WeakSignal"
    """The wireless link is weak."""


class ChargePointStatus(StrEnum):
    """The status a StatusNotification reports (4.9, 7.7; errata 3.55, 3.64).

    Connector 0 is only ever Available, Unavailable or Faulted.
    """

    AVAILABLE = "Available"
    """Free for a new user."""
    PREPARING = "Preparing"
    """In use, without a transaction yet."""
    CHARGING = "Charging"
    """Energy can flow."""
    SUSPENDED_EVSE = "SuspendedEVSE"
    """The Charge Point offers no energy."""
    SUSPENDED_EV = "SuspendedEV"
    """The vehicle takes no energy."""
    FINISHING = "Finishing"
    """The transaction is over, the connector not free yet."""
    RESERVED = "Reserved"
    """Kept for an idTag."""
    UNAVAILABLE = "Unavailable"
    """Out of service."""
    FAULTED = "Faulted"
    """An error prevents charging."""


class Reason(StrEnum):
    """Why a transaction stopped (7.36)."""

    DE_AUTHORIZED = "DeAuthorized"
    """The answer to StartTransaction did not accept the idTag."""
    EMERGENCY_STOP = "EmergencyStop"
    """The emergency stop button."""
    EV_DISCONNECTED = "EVDisconnected"
    """The cable was unplugged, or the vehicle left."""
    HARD_RESET = "HardReset"
    """A hard Reset from the Central System."""
    LOCAL = "Local"
    """The user, at the Charge Point. Meant when absent (6.49)."""
    OTHER = "Other"
    """Anything else."""
    POWER_LOSS = "PowerLoss"
    """The power went."""
    REBOOT = "Reboot"
    """The Charge Point restarted on its own account."""
    REMOTE = "Remote"
    """The user, through the Central System."""
    SOFT_RESET = "SoftReset"
    """A soft Reset from the Central System."""
    UNLOCK_COMMAND = "UnlockCommand"
    """An UnlockConnector from the Central System."""


class RegistrationStatus(StrEnum):
    """Answer to BootNotification (7.38; errata 3.68)."""

    ACCEPTED = "Accepted"
    """The Charge Point is registered."""
    PENDING = "Pending"
    """Not yet: the Central System may read and change settings first (4.2)."""
    REJECTED = "Rejected"
    """No: say nothing until the interval is over (4.2)."""


class AvailabilityType(StrEnum):
    """Availability that a Central System asks for (7.4)."""

    INOPERATIVE = "Inoperative"
    """Out of service."""
    OPERATIVE = "Operative"
    """In service."""


class AvailabilityStatus(StrEnum):
    """Answer to ChangeAvailability (7.3)."""

    ACCEPTED = "Accepted"
    """Done."""
    REJECTED = "Rejected"
    """It will not be done."""
    SCHEDULED = "Scheduled"
    """It will be done when the transactions that run are over."""


class ConfigurationStatus(StrEnum):
    """Answer to ChangeConfiguration (7.22)."""

    ACCEPTED = "Accepted"
    """The value is set."""
    REJECTED = "Rejected"
    """The key is known, the value could not be set."""
    REBOOT_REQUIRED = "RebootRequired"
    """The value is set, and counts after a restart."""
    NOT_SUPPORTED = "NotSupported"
    """The key is not known."""


class ClearCacheStatus(StrEnum):
    """Answer to ClearCache (7.20)."""

    ACCEPTED = "Accepted"
    """The cache is empty."""
    REJECTED = "Rejected"
    """The cache was not cleared, or there is none (errata 3.23)."""


class DataTransferStatus(StrEnum):
    """Answer to DataTransfer (7.23)."""

    ACCEPTED = "Accepted"
    """Understood and accepted."""
    REJECTED = "Rejected"
    """Understood and rejected."""
    UNKNOWN_MESSAGE_ID = "UnknownMessageId"
    """The messageId is not known."""
    UNKNOWN_VENDOR_ID = "UnknownVendorId"
    """The vendorId is not known."""


class RemoteStartStopStatus(StrEnum):
    """Answer to RemoteStartTransaction and RemoteStopTransaction (7.39)."""

    ACCEPTED = "Accepted"
    """The Charge Point will try (errata 3.32, 3.33)."""
    REJECTED = "Rejected"
    """It will not."""


class ResetType(StrEnum):
    """Kind of restart (7.42; errata 3.82)."""

    HARD = "Hard"
    """Of the hardware; transactions need not be stopped first, and messages may be lost."""
    SOFT = "Soft"
    """Of the software, after every transaction has been stopped and reported."""


class ResetStatus(StrEnum):
    """Answer to Reset (7.41)."""

    ACCEPTED = "Accepted"
    """It will restart."""
    REJECTED = "Rejected"
    """It will not."""


class UnlockStatus(StrEnum):
    """Answer to UnlockConnector (7.46; errata 3.87)."""

    UNLOCKED = "Unlocked"
    """The connector is unlocked."""
    UNLOCK_FAILED = "UnlockFailed"
    """It was tried, and the connector is still locked."""
    NOT_SUPPORTED = "NotSupported"
    """There is no lock, or no such connector."""


class TriggerMessageStatus(StrEnum):
    """Answer to TriggerMessage (7.44) and ExtendedTriggerMessage (whitepaper 6.17)."""

    ACCEPTED = "Accepted"
    """The message will be sent."""
    REJECTED = "Rejected"
    """The message will not be sent."""
    NOT_IMPLEMENTED = "NotImplemented"
    """The message is unknown here, or cannot be triggered."""


class ChargingProfilePurposeType(StrEnum):
    """What a charging profile limits (7.10; errata 3.67)."""

    CHARGE_POINT_MAX_PROFILE = "ChargePointMaxProfile"
    """The whole Charge Point."""
    TX_DEFAULT_PROFILE = "TxDefaultProfile"
    """New transactions, unless they were started with a profile of their own."""
    TX_PROFILE = "TxProfile"
    """One transaction; it ends with it."""


class ChargingProfileKindType(StrEnum):
    """What the times of a schedule count from (7.9)."""

    ABSOLUTE = "Absolute"
    """A fixed moment, startSchedule."""
    RECURRING = "Recurring"
    """startSchedule, again every day or week."""
    RELATIVE = "Relative"
    """A moment the Charge Point knows, such as the start of the transaction."""


class RecurrencyKindType(StrEnum):
    """How often a recurring profile starts again (7.37; errata 3.79)."""

    DAILY = "Daily"
    """Every 24 hours, at the time of startSchedule."""
    WEEKLY = "Weekly"
    """Every 7 days, at the weekday and time of startSchedule."""


class ChargingRateUnitType(StrEnum):
    """Unit of the limits of a schedule (7.12; errata 3.69)."""

    W = "W"
    """Power in W, over all phases."""
    A = "A"
    """Current in A, of each phase."""


@frozen
class IdTagInfo:
    """What the Central System says of an idTag (7.27)."""

    status: AuthorizationStatus
    """Whether it may charge."""
    expiry_date: Timestamp | None = None
    """When it leaves the Authorization Cache; the status has no end when absent. The tables of 7.27 and the
    errata call it expireDate; the wire's word is expiryDate (schemas, WSDL)."""
    parent_id_tag: IdToken | None = None
    """The group it belongs to (3.10), at most 20 characters."""


@frozen
class ChargingSchedulePeriod:
    """One step of a charging schedule (7.14)."""

    start_period: Integer
    """Begin, s from the start of the schedule; also the end of the period before."""
    limit: Rate
    """Most power or current, in W or A as the schedule says; at most one digit behind the point."""
    number_phases: Integer | None = None
    """Phases that may be used; 3 when absent."""


@frozen
class ChargingSchedule:
    """Limits over time (7.13)."""

    charging_rate_unit: ChargingRateUnitType
    """Unit of the limits."""
    charging_schedule_period: Annotated[tuple[ChargingSchedulePeriod, ...], Meta(min_length=1)]
    """The steps, one or more, the first at 0 s (errata 3.45, 3.70)."""
    duration: Integer | None = None
    """Length, s; without it the last step goes on to the end of the transaction, or for ever."""
    start_schedule: Timestamp | None = None
    """When it starts; relative to the start of charging when absent. Left out of a composite schedule
    (errata 3.57)."""
    min_charging_rate: Rate | None = None
    """Below this the vehicle charges inefficiently; in the unit of the limits, one digit behind the point."""


@frozen
class ChargingProfile:
    """A charging schedule and when it counts (7.8)."""

    charging_profile_id: Integer
    """Identifies the profile within the Charge Point."""
    stack_level: Integer
    """Precedence among profiles of one purpose, 0 lowest; the range is for the handler to check."""
    charging_profile_purpose: ChargingProfilePurposeType
    """What it limits."""
    charging_profile_kind: ChargingProfileKindType
    """What its times count from."""
    charging_schedule: ChargingSchedule
    """The limits."""
    transaction_id: TransactionId | None = None
    """The transaction it is for; with purpose TxProfile only."""
    recurrency_kind: RecurrencyKindType | None = None
    """How often it recurs; with kind Recurring only (errata 3.56)."""
    valid_from: Timestamp | None = None
    """When it begins to count; at once when absent."""
    valid_to: Timestamp | None = None
    """When it ceases to count; when it is replaced, when absent."""
