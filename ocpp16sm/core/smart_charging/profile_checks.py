"""Checks of a charging profile before it is installed (3.13, 5.16, 7.8 to 7.14; errata 3.38 to 3.45, 3.56).

Types and words have been checked before. Unlike the reference implementation, a profile is also refused if it, or one
of its periods, could never set a limit: the Central System would believe it to be in force.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from attrs import evolve

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.config import keys, smart_charging_keys
from ocpp16sm.core.engine.configuration_values import Configuration
from ocpp16sm.messages import ChargingProfile, ChargingProfileKindType, ChargingProfilePurposeType, ChargingSchedule

MAX = ChargingProfilePurposeType.CHARGE_POINT_MAX_PROFILE
DEFAULT = ChargingProfilePurposeType.TX_DEFAULT_PROFILE
TX = ChargingProfilePurposeType.TX_PROFILE

ABSOLUTE = ChargingProfileKindType.ABSOLUTE
RECURRING = ChargingProfileKindType.RECURRING
RELATIVE = ChargingProfileKindType.RELATIVE


def started(profile: ChargingProfile, configuration: Configuration, now: Timestamp) -> ChargingProfile:
    """The profile, with the startSchedule that AllowChargingProfileWithoutStartSchedule gives it if it has none."""
    schedule = profile.charging_schedule
    lacks = profile.charging_profile_kind is not RELATIVE and schedule.start_schedule is None
    if not lacks or not configuration[smart_charging_keys.ALLOW_CHARGING_PROFILE_WITHOUT_START_SCHEDULE]:
        return profile
    return evolve(profile, charging_schedule=evolve(schedule, start_schedule=now))


def end_of(profile: ChargingProfile) -> Timestamp | None:
    """When the profile stops setting limits for good; None: never, as far as is known."""
    ends = [] if profile.valid_to is None else [profile.valid_to]
    schedule = profile.charging_schedule
    if profile.charging_profile_kind is ABSOLUTE and schedule.start_schedule is not None:
        with suppress(OverflowError):  # beyond the year 9999
            ends += (
                [] if schedule.duration is None else [schedule.start_schedule + timedelta(seconds=schedule.duration)]
            )
    return min(ends, default=None)


def is_over(profile: ChargingProfile, now: Timestamp) -> bool:
    """Whether the profile can no longer set a limit."""
    end = end_of(profile)
    return end is not None and end <= now


def objection(profile: ChargingProfile, connector_id: int, configuration: Configuration, now: Timestamp) -> str | None:
    """Why this profile cannot be installed at this connector, regardless of other profiles; None if it can."""
    return next(_objections(profile, connector_id, configuration, now), None)


def lasting_objection(profile: ChargingProfile, connector_id: int, configuration: Configuration) -> str | None:
    """The same for a profile that was installed under another configuration or with other connectors."""
    if not 0 <= connector_id <= configuration[keys.NUMBER_OF_CONNECTORS]:
        return f"there is no connector {connector_id}"
    if (
        profile.charging_profile_purpose
        not in configuration[smart_charging_keys.SUPPORTED_CHARGING_PROFILE_PURPOSE_TYPES]
    ):
        return f"{profile.charging_profile_purpose} is not supported"
    return next(_limits_of_this_charge_point(profile, configuration), None)


def _objections(
    profile: ChargingProfile, connector_id: int, configuration: Configuration, now: Timestamp
) -> Iterator[str]:
    purpose, kind = profile.charging_profile_purpose, profile.charging_profile_kind
    if purpose is MAX and connector_id != 0:
        yield "a ChargePointMaxProfile is for connector 0 (3.13.1)"
    if purpose is MAX and kind is RELATIVE:
        yield "a ChargePointMaxProfile cannot be Relative: to the start of which transaction?"
    if purpose is TX and connector_id == 0:
        yield "a TxProfile is for one connector (3.13.1)"
    if kind is RECURRING and profile.recurrency_kind is None:
        yield "a Recurring profile needs a recurrencyKind (7.8)"
    if kind is not RELATIVE and profile.charging_schedule.start_schedule is None:
        yield f"an {kind} profile needs a startSchedule (AllowChargingProfileWithoutStartSchedule is false)"
    if profile.valid_from is not None and profile.valid_to is not None and profile.valid_to <= profile.valid_from:
        yield "validTo is not after validFrom"
    yield from _limits_of_this_charge_point(profile, configuration)
    yield from _malformed(profile.charging_schedule)
    if is_over(profile, now):
        yield "its time is over"


def _limits_of_this_charge_point(profile: ChargingProfile, configuration: Configuration) -> Iterator[str]:
    schedule = profile.charging_schedule
    highest = configuration[smart_charging_keys.CHARGE_PROFILE_MAX_STACK_LEVEL]
    if not 0 <= profile.stack_level <= highest:
        yield f"stackLevel {profile.stack_level} is not within 0 to ChargeProfileMaxStackLevel = {highest}"
    if (
        schedule.charging_rate_unit
        not in configuration[smart_charging_keys.CHARGING_SCHEDULE_ALLOWED_CHARGING_RATE_UNIT]
    ):
        allowed = configuration.text(smart_charging_keys.CHARGING_SCHEDULE_ALLOWED_CHARGING_RATE_UNIT)
        yield f"limits in {schedule.charging_rate_unit}: ChargingScheduleAllowedChargingRateUnit = {allowed}"
    count, most = (
        len(schedule.charging_schedule_period),
        configuration[smart_charging_keys.CHARGING_SCHEDULE_MAX_PERIODS],
    )
    if count > most:
        yield f"{count} periods are more than ChargingScheduleMaxPeriods = {most}"


def _malformed(schedule: ChargingSchedule) -> Iterator[str]:
    if schedule.duration is not None and schedule.duration < 1:
        yield f"a duration of {schedule.duration} s"
    before = -1
    for number, period in enumerate(schedule.charging_schedule_period):
        if number == 0 and period.start_period != 0:
            yield f"the first period starts at {period.start_period}, not at 0 (5.16.4)"
        if period.start_period <= before:
            yield f"period {number} does not start after the one before it (7.14)"
        before = period.start_period
        if period.limit < 0:
            yield f"period {number} has the limit {period.limit}"
        if period.number_phases not in (None, 1, 2, 3):
            yield f"period {number} is for {period.number_phases} phases: expected 1, 2 or 3"
