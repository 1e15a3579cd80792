"""Messages of the SmartCharging profile (OCPP 1.6, 3.13, 5, 6); the charging profile is in ``types``."""

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
    """Answer to SetChargingProfile (7.11)."""

    ACCEPTED = "Accepted"
    """The profile is installed."""
    REJECTED = "Rejected"
    """The profile is not installed."""
    NOT_SUPPORTED = "NotSupported"
    """There are no charging profiles here."""


class ClearChargingProfileStatus(StrEnum):
    """Answer to ClearChargingProfile (7.21)."""

    ACCEPTED = "Accepted"
    """What matched is gone."""
    UNKNOWN = "Unknown"
    """Nothing matched."""


class GetCompositeScheduleStatus(StrEnum):
    """Answer to GetCompositeSchedule (7.26)."""

    ACCEPTED = "Accepted"
    """The schedule is in the answer."""
    REJECTED = "Rejected"
    """There is no schedule to give."""


@frozen
class SetChargingProfileRequest:
    """Install a charging profile (5.16, 6.43)."""

    connector_id: Integer
    """The connector; 0: the whole Charge Point, or the default of every connector (errata 3.53)."""
    cs_charging_profiles: ChargingProfile
    """The profile; one, whatever the word says."""


@frozen
class SetChargingProfileResponse:
    """Say whether the charging profile is installed (6.44)."""

    status: ChargingProfileStatus
    """Whether it is."""


@frozen
class ClearChargingProfileRequest:
    """Remove one charging profile by its id, or all that match (5.5, 6.13; errata 3.25, 3.26)."""

    id: Integer | None = None
    """Id of the profile."""
    connector_id: Integer | None = None
    """The connector; 0: the Charge Point. Any when absent."""
    charging_profile_purpose: ChargingProfilePurposeType | None = None
    """The purpose; any when absent."""
    stack_level: Integer | None = None
    """The stack level; any when absent."""


@frozen
class ClearChargingProfileResponse:
    """Say whether charging profiles were removed (6.14)."""

    status: ClearChargingProfileStatus
    """Whether any matched."""


@frozen
class GetCompositeScheduleRequest:
    """Ask for the limits that all charging profiles together make (5.7, 6.21)."""

    connector_id: Integer
    """The connector; 0: the grid connection (errata 3.30)."""
    duration: Integer
    """Length of the schedule asked for, s."""
    charging_rate_unit: ChargingRateUnitType | None = None
    """Unit wanted; the Charge Point chooses when absent."""


@frozen
class GetCompositeScheduleResponse:
    """Answer with a composite schedule (6.22; errata 3.51)."""

    status: GetCompositeScheduleStatus
    """Whether there is one; without, the other fields may be absent."""
    connector_id: Integer | None = None
    """The connector it is for."""
    schedule_start: Timestamp | None = None
    """The moment that its periods count from."""
    charging_schedule: ChargingSchedule | None = None
    """The schedule, without startSchedule (errata 3.57)."""
