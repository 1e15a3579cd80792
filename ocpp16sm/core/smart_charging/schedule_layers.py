"""One charging profile, and a stack of them, as functions of time (OCPP 1.6, 3.13.2, 7.8, 7.13, 7.14).

A layer tells what applies at a second, and until when; a daily profile is not expanded into the days of a year. Seconds
count from the start of the window in question; every moment is first truncated to whole seconds.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from attrs import frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages import ChargingProfile, ChargingProfileKindType, ChargingRateUnitType, RecurrencyKindType

STEP_S: Final = {RecurrencyKindType.DAILY: 86_400, RecurrencyKindType.WEEKLY: 604_800}
"""Seconds after which a recurring schedule starts again. In UTC no day is shorter or longer (3.13.7, 3.14)."""

LONGEST_STEP_S: Final = 604_800
"""Seconds after which everything that recurs has started again: a week is a number of whole days."""

FOREVER: Final = 1 << 62
"""A second after every window."""

_EPOCH = Timestamp(1970)
_SECOND = timedelta(seconds=1)


def seconds(moment: Timestamp) -> int:
    """The moment in whole seconds since 1970, truncated."""
    return (moment - _EPOCH) // _SECOND


def tenths(limit: Decimal) -> int:
    """The limit in tenths of its unit, truncated: a message cannot carry more (7.14)."""
    numerator, denominator = limit.as_integer_ratio()
    return numerator * 10 // denominator


@frozen(eq=False)
class Setting:
    """What a period of a profile sets. Equal only to itself, which makes it a cheap key."""

    tenths: int
    """The limit, in tenths of the unit."""
    unit: ChargingRateUnitType
    """The unit of the limit."""
    phases: int | None
    """numberPhases of the period."""


At = tuple[Setting | None, int]
"""What applies at a second (None: no limit), and a later second until which it does not change."""


@frozen(eq=False)
class Course:
    """One profile in a window."""

    begins: Sequence[int]
    """Begins of its periods, s from the start of the schedule, ascending."""
    ends: Sequence[int]
    """Ends of its periods; none is later than the next begin."""
    settings: Sequence[Setting]
    """What the periods set."""
    base: int
    """Start of the schedule, s; negative if before the window."""
    step: int | None
    """Interval at which the schedule starts again, s; None: it does not."""
    valid_from: int
    """First second at which the profile counts."""
    valid_to: int
    """First second at which it no longer counts."""

    def at(self, second: int) -> At:
        """What the profile sets at a second. A recurring one also counts before its startSchedule."""
        if second < self.valid_from:
            return None, self.valid_from
        if second >= self.valid_to:
            return None, FOREVER
        base, step = self.base, self.step
        if step is not None:
            base = second - (second - base) % step
        begun = bisect_right(self.begins, second - base)
        if begun and second < base + self.ends[begun - 1]:
            return self.settings[begun - 1], min(base + self.ends[begun - 1], self.valid_to)
        if begun < len(self.begins):
            return None, base + self.begins[begun]
        return None, FOREVER if step is None else base + step

    def steady_until(self, second: int) -> int:
        """A later second until which it only recurs."""
        recurring = self.step is not None and self.valid_from <= second < self.valid_to
        return self.valid_to if recurring else self.at(second)[1]


@frozen(eq=False)
class Stack:
    """Profiles of which the first that sets something prevails (3.13.2)."""

    courses: Sequence[Course]
    """The profiles, highest precedence first."""

    def at(self, second: int) -> At:
        """What the stack sets at a second."""
        until = FOREVER
        for course in self.courses:
            setting, change = course.at(second)
            if change < until:
                until = change
            if setting is not None:
                return setting, until
        return None, until

    def steady_until(self, second: int) -> int:
        """A later second until which all its profiles only recur."""
        return min((course.steady_until(second) for course in self.courses), default=FOREVER)


def courses(profiles: Iterable[ChargingProfile], start: Timestamp, transaction_start: Timestamp | None) -> list[Course]:
    """The profiles of one purpose in the window from ``start``, highest stack level first.

    Relative ones count from the start of the transaction, without one from the start of the window. Of several with one
    stack level the last counts, as if it had replaced the others (3.13.2). numberPhases other than 1, 2 or 3 raises
    ``ValueError``.
    """
    window, anchor = seconds(start), seconds(transaction_start or start)
    levels = {profile.stack_level: profile for profile in profiles}
    drawn = (_course(levels[level], window, anchor) for level in sorted(levels, reverse=True))
    return [course for course in drawn if course is not None]


def _course(profile: ChargingProfile, window: int, anchor: int) -> Course | None:
    """The profile in the window; None if it never sets a limit.

    Without startSchedule every kind counts from the start of charging (7.13); the reference implementation takes
    validFrom or the time of the request. Recurring without recurrencyKind never starts.
    """
    schedule, kind = profile.charging_schedule, profile.charging_profile_kind
    if kind is not ChargingProfileKindType.RELATIVE and schedule.start_schedule is not None:
        anchor = seconds(schedule.start_schedule)
    step = None
    if kind is ChargingProfileKindType.RECURRING:
        if profile.recurrency_kind is None:
            return None
        step = STEP_S[profile.recurrency_kind]
    begins, ends, settings = _periods(profile, min(step or FOREVER, _given(schedule.duration)))
    if not begins:
        return None
    return Course(
        begins,
        ends,
        settings,
        base=anchor - window,
        step=step,
        valid_from=-FOREVER if profile.valid_from is None else seconds(profile.valid_from) - window,
        valid_to=FOREVER if profile.valid_to is None else seconds(profile.valid_to) - window,
    )


def _given(duration: int | None) -> int:
    return FOREVER if duration is None else duration


def _periods(profile: ChargingProfile, end: int) -> tuple[list[int], list[int], list[Setting]]:
    """Begin, end and setting of every period that begins before the end of the schedule (5.16.4; errata 3.44, 3.45).

    A first period that does not begin at 0, and one that does not begin after the previous ones, is ignored. (The
    reference implementation also loses the period before such a one, so that no limit applies for a while; 7.14 gives
    no reason to drop it.)
    """
    schedule = profile.charging_schedule
    begins: list[int] = []
    settings: list[Setting] = []
    latest = 0
    for number, period in enumerate(schedule.charging_schedule_period):
        begin = period.start_period
        in_order = begin > latest if number else begin == 0
        latest = max(latest, begin)
        if not in_order or begin >= end:
            continue
        if period.number_phases not in (None, 1, 2, 3):
            raise ValueError(
                f"profile {profile.charging_profile_id}, period {number}: numberPhases is {period.number_phases},"
                " expected 1, 2, 3 or none; SetChargingProfile has to reject such a profile"
            )
        begins.append(begin)
        settings.append(Setting(tenths(period.limit), schedule.charging_rate_unit, period.number_phases))
    return begins, [*begins[1:], end], settings
