"""The composite schedule at one second, in the words of the specification and without any thought of speed.

Nothing is shared with ``ocpp16sm.core.smart_charging.composite`` but its arguments: other arithmetic (fractions), no
notion of how long something holds. Each function says which clause it spells out.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from attrs import frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.smart_charging.composite import Electrics, EvseProfiles
from ocpp16sm.messages import (
    ChargingProfile,
    ChargingProfileKindType,
    ChargingRateUnitType,
    ChargingSchedulePeriod,
    RecurrencyKindType,
)

Told = tuple[Decimal, int | None]
"""Limit and numberPhases."""


@frozen
class Limit:
    """A limit in force."""

    amount: Fraction
    unit: ChargingRateUnitType
    phases: int | None

    def within(self, unit: ChargingRateUnitType, phases: int, electrics: Electrics) -> Fraction:
        """Current per phase = Power / (Line Voltage * Number of Phases) (7.12)."""
        of_all_phases = Fraction(electrics.supply_voltage_v) * phases
        if unit is self.unit:
            return self.amount
        return self.amount / of_all_phases if unit is ChargingRateUnitType.A else self.amount * of_all_phases


def whole(moment: Timestamp) -> Timestamp:
    """The moment without its fraction of a second."""
    return moment.replace(microsecond=0)


def executed(profile: ChargingProfile, now: Timestamp, charging_since: Timestamp) -> ChargingSchedulePeriod | None:
    """The period of one profile that is executed now (5.16.4, 7.8, 7.9, 7.13, 7.14, 7.37)."""
    if profile.valid_from is not None and now < whole(profile.valid_from):
        return None
    if profile.valid_to is not None and now >= whole(profile.valid_to):
        return None
    schedule = profile.charging_schedule
    if profile.charging_profile_kind is ChargingProfileKindType.RELATIVE or schedule.start_schedule is None:
        elapsed = now - whole(charging_since)
    else:
        elapsed = now - whole(schedule.start_schedule)
    if profile.charging_profile_kind is ChargingProfileKindType.RECURRING:
        if profile.recurrency_kind is None:
            return None
        again = timedelta(days=1) if profile.recurrency_kind is RecurrencyKindType.DAILY else timedelta(weeks=1)
        elapsed %= again  # also before startSchedule: example 28
    if elapsed < timedelta(0):
        return None
    if schedule.duration is not None and elapsed >= timedelta(seconds=schedule.duration):
        return None
    latest = None
    for number, period in enumerate(schedule.charging_schedule_period):
        before = [0, *(earlier.start_period for earlier in schedule.charging_schedule_period[:number])]
        in_order = period.start_period > max(before) if number else period.start_period == 0
        if in_order and timedelta(seconds=period.start_period) <= elapsed:
            latest = period
    return latest


def prevailing(profiles: Sequence[ChargingProfile], now: Timestamp, charging_since: Timestamp) -> Limit | None:
    """The limit of the highest stack level that has one now; a lower one where a higher has none (3.13.2, 5.16.4)."""
    for level in sorted({profile.stack_level for profile in profiles}, reverse=True):
        installed = [profile for profile in profiles if profile.stack_level == level][-1]
        period = executed(installed, now, charging_since)
        if period is not None:
            return Limit(Fraction(period.limit), installed.charging_schedule.charging_rate_unit, period.number_phases)
    return None


@frozen
class Moment:
    """A second of a schedule that begins at ``start``."""

    now: Timestamp
    start: Timestamp
    simulate_transaction: bool
    electrics: Electrics

    def at_evse(self, evse: EvseProfiles) -> Limit | None:
        """TxProfile overrules TxDefaultProfile (3.13.1); both are for transactions."""
        if evse.transaction_start is None and not self.simulate_transaction:
            return None
        since = self.start if evse.transaction_start is None else evse.transaction_start
        own = prevailing(evse.tx, self.now, since)
        return own if own is not None else prevailing(evse.tx_default, self.now, since)

    def at_grid(self, charge_point_max: Sequence[ChargingProfile]) -> Limit | None:
        """The limit for all connectors combined (3.13.1)."""
        return prevailing(charge_point_max, self.now, self.start)

    def of_connector(
        self, evse: EvseProfiles, charge_point_max: Sequence[ChargingProfile], unit: ChargingRateUnitType
    ) -> Told:
        """The minimum of what is in force at a connector (3.13.3)."""
        limits = [limit for limit in (self.at_evse(evse), self.at_grid(charge_point_max)) if limit is not None]
        if not limits:
            limits = [self._defaults[unit]]
        phases = min(self._phases(limit) for limit in limits)
        lowest = min(limit.within(unit, phases, self.electrics) for limit in limits)
        return _cut(lowest), _named(phases, limits)

    def of_charge_point(
        self, evses: Sequence[EvseProfiles], charge_point_max: Sequence[ChargingProfile], unit: ChargingRateUnitType
    ) -> Told:
        """All connectors combined, and not more than the ChargePointMaxProfile (3.13.3, errata 3.30)."""
        ceiling = self.at_grid(charge_point_max)
        above = [] if ceiling is None else [ceiling]
        owns = [self.at_evse(evse) for evse in evses]
        shares, widths = [], []
        for own in owns:
            limits = [own] if own is not None else list(self._defaults.values())
            phases = min(self._phases(limit) for limit in limits + above)
            shares.append(min(limit.within(unit, phases, self.electrics) for limit in limits))
            widths.append(phases)
        limits = [Limit(sum(shares, Fraction(0)), unit, None), *above]
        lowest = min(limit.within(unit, max(widths), self.electrics) for limit in limits)
        return _cut(lowest), _named(max(widths), [limit for limit in (ceiling, *owns) if limit is not None])

    @property
    def _defaults(self) -> dict[ChargingRateUnitType, Limit]:
        amps, watts = ChargingRateUnitType.A, ChargingRateUnitType.W
        return {
            amps: Limit(Fraction(self.electrics.default_limit_a), amps, None),
            watts: Limit(Fraction(self.electrics.default_limit_w), watts, None),
        }

    def _phases(self, limit: Limit) -> int:
        return self.electrics.default_phases if limit.phases is None else limit.phases


def _named(phases: int, limits: Sequence[Limit]) -> int | None:
    """3 is assumed where no number is given (7.14)."""
    if phases == 3 and all(limit.phases is None for limit in limits):
        return None
    return phases


def _cut(amount: Fraction) -> Decimal:
    """At most one digit behind the point (7.14), and not above the limit (3.13.3)."""
    return Decimal(floor(amount * 10)) / 10
