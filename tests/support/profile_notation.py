"""Charging profiles and composite schedules in the short notation of reference/profiles.md 1.9.

``0:16, 1800:15/1`` are two periods: from 0 s a limit of 16 without number of phases, from 1800 s 15 on one phase.
"""

from datetime import timedelta
from decimal import Decimal

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.smart_charging.composite import Electrics, Period
from ocpp16sm.messages import (
    ChargingProfile,
    ChargingProfileKindType,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
    ChargingSchedule,
    ChargingSchedulePeriod,
    RecurrencyKindType,
)

A, W = ChargingRateUnitType.A, ChargingRateUnitType.W
MAX = ChargingProfilePurposeType.CHARGE_POINT_MAX_PROFILE
TX_DEFAULT = ChargingProfilePurposeType.TX_DEFAULT_PROFILE
TX = ChargingProfilePurposeType.TX_PROFILE
ABSOLUTE, RELATIVE = ChargingProfileKindType.ABSOLUTE, ChargingProfileKindType.RELATIVE
DAILY, WEEKLY = RecurrencyKindType.DAILY, RecurrencyKindType.WEEKLY

EUROPE = Electrics(Decimal(48), Decimal(33120), 3, Decimal(230))
"""The defaults of the reference implementation."""


def moment(text: str) -> Timestamp:
    """``2024-01-17 18:00`` or ``2024-01-17 18:00:00``, UTC."""
    return Timestamp.parse(text.replace(" ", "T") + ("" if text.count(":") == 2 else ":00"))


def profile(
    periods: str,
    unit: ChargingRateUnitType = A,
    *,
    purpose: ChargingProfilePurposeType = TX_DEFAULT,
    kind: ChargingProfileKindType | RecurrencyKindType = ABSOLUTE,
    level: int = 0,
    start: Timestamp | None = None,
    duration: int | None = None,
    valid: tuple[Timestamp | None, Timestamp | None] = (None, None),
) -> ChargingProfile:
    """A charging profile; a recurrency for its kind makes it a recurring one."""
    recurrency = kind if isinstance(kind, RecurrencyKindType) else None
    schedule = ChargingSchedule(
        unit,
        tuple(ChargingSchedulePeriod(*step) for step in steps(periods)),
        duration=duration,
        start_schedule=start,
    )
    return ChargingProfile(
        1,
        level,
        purpose,
        ChargingProfileKindType.RECURRING if isinstance(kind, RecurrencyKindType) else kind,
        schedule,
        recurrency_kind=recurrency,
        valid_from=valid[0],
        valid_to=valid[1],
    )


def steps(periods: str) -> list[tuple[int, Decimal, int | None]]:
    """Begin, limit and number of phases of each period."""
    read = []
    for period in periods.split(","):
        begin, _, setting = period.partition(":")
        limit, _, phases = setting.partition("/")
        read.append((int(begin), Decimal(limit), int(phases) if phases else None))
    return read


def written(schedule: tuple[Period, ...]) -> list[tuple[int, Decimal, int | None]]:
    """A composite schedule, comparable with :func:`steps`."""
    return [(period.start_s, period.limit, period.number_phases) for period in schedule]


def later(start: Timestamp, seconds: int) -> Timestamp:
    """So many seconds after."""
    return start + timedelta(seconds=seconds)
