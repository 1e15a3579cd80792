"""Messages of the SmartCharging profile (OCPP 1.6, 3.13, 5, 6); ChargingProfile is in :mod:`.types`."""

from enum import StrEnum

from attrs import frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.primitives import Integer
from ocpp16sm.messages.types import (
    ChargingProfile,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
    ChargingSchedule,
)


class ChargingProfileStatus(StrEnum):
    """Status in the response to SetChargingProfile (7.11)."""

    ACCEPTED = "Accepted"
    """The profile is installed."""
    REJECTED = "Rejected"
    """The profile is not installed."""
    NOT_SUPPORTED = "NotSupported"
    """The Charge Point does not support charging profiles."""


class ClearChargingProfileStatus(StrEnum):
    """Status in the response to ClearChargingProfile (7.21)."""

    ACCEPTED = "Accepted"
    """All matching profiles were removed."""
    UNKNOWN = "Unknown"
    """No profile matched."""


class GetCompositeScheduleStatus(StrEnum):
    """Status in the response to GetCompositeSchedule (7.26)."""

    ACCEPTED = "Accepted"
    """The schedule is in the response."""
    REJECTED = "Rejected"
    """The schedule could not be determined."""


@frozen
class SetChargingProfileRequest:
    """Install a charging profile. Sent by the Central System (5.16, 6.43)."""

    connector_id: Integer
    """The connector; 0 means the whole Charge Point or, for a TxDefaultProfile, every connector (errata 3.53)."""
    cs_charging_profiles: ChargingProfile
    """The profile; always a single one, despite the plural."""


@frozen
class SetChargingProfileResponse:
    """Response to SetChargingProfile (6.44)."""

    status: ChargingProfileStatus
    """Whether the profile is installed."""


@frozen
class ClearChargingProfileRequest:
    """Remove one charging profile by id, or all that match the other fields. Sent by the Central System (5.5, 6.13).

    See also errata 3.25 and 3.26.
    """

    id: Integer | None = None
    """Id of the profile; if absent, the other fields are the criteria."""
    connector_id: Integer | None = None
    """The connector; 0 means the Charge Point. Any if absent."""
    charging_profile_purpose: ChargingProfilePurposeType | None = None
    """The purpose; any if absent."""
    stack_level: Integer | None = None
    """The stack level; any if absent."""


@frozen
class ClearChargingProfileResponse:
    """Response to ClearChargingProfile (6.14)."""

    status: ClearChargingProfileStatus
    """Whether any profile matched."""


@frozen
class GetCompositeScheduleRequest:
    """Ask for the schedule that results from all charging profiles together. Sent by the Central System (5.7, 6.21)."""

    connector_id: Integer
    """The connector; 0 means the grid connection of the Charge Point (errata 3.30)."""
    duration: Integer
    """Length of the requested schedule, s."""
    charging_rate_unit: ChargingRateUnitType | None = None
    """Unit of the limits; if absent, the Charge Point chooses."""


@frozen
class GetCompositeScheduleResponse:
    """Response to GetCompositeSchedule (6.22; errata 3.51)."""

    status: GetCompositeScheduleStatus
    """Whether there is a schedule; if Rejected, the other fields may be absent."""
    connector_id: Integer | None = None
    """The connector of the schedule."""
    schedule_start: Timestamp | None = None
    """Time to which the periods of the schedule are relative."""
    charging_schedule: ChargingSchedule | None = None
    """The schedule, without startSchedule (errata 3.57)."""
