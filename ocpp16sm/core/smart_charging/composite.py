"""The composite schedule: what all charging profiles together allow (OCPP 1.6, 3.13.3, 5.7; errata 3.28 to 3.30).

A pure calculation; the caller decides which profiles count for a connector. At every second

1. the TxProfile with the highest stack level that has a period then prevails (3.13.2); if there is none, the
   TxDefaultProfile with the highest. Without a transaction neither kind counts, unless one is simulated;
2. the prevailing ChargePointMaxProfile is the upper bound. Where no profile sets a limit, the default limit of the
   unit applies.

For the whole Charge Point, step 1 is done for every connector, and their sum is bounded.

**Units.** A current is per phase, a power is the total of all phases (7.12). The limits of a connector are compared
with the lowest number of phases that any of them names: a power of 3680 W beside a maximum for one phase is 16 A. If
none names one it is ``default_phases``; the result then names it only if it is not 3, which is what the Central System
assumes (7.14).

**Rounding.** Sums, conversions and comparisons are exact. A result is truncated to 0.1, the finest value in a message
(7.14), and never rounded up, because the schedule must not exceed the lowest of its limits (3.13.3). 2000 W on one
phase of 230 V are 8.69... A, reported as 8.6 A.

**Sums.** The limits of the connectors are converted to the unit before they are added. The number of phases is the
largest of theirs; unnamed ones count with the default (7.14). The reference implementation adds amperes to amperes and
watts to watts, with the default limits for missing ones, and ignores unnamed phases: 16 A at one connector and 3680 W
on one phase at another make 64 A there, although they allow 32.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from attrs import field, frozen, validators

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.smart_charging.schedule_layers import LONGEST_STEP_S, Setting, Stack, courses, tenths
from ocpp16sm.messages import ChargingProfile, ChargingRateUnitType

MEMORY = 4096
"""Number of combinations of settings that are cached during a calculation."""


@frozen
class Electrics:
    """Properties of the grid connection and the station, from the configuration."""

    default_limit_a: Decimal
    """Limit where no profile sets one, A per phase (CompositeScheduleDefaultLimitAmps)."""
    default_limit_w: Decimal
    """Limit where no profile sets one, W (CompositeScheduleDefaultLimitWatts)."""
    default_phases: int = field(validator=validators.in_((1, 2, 3)))
    """Number of phases where no period names it, 1 to 3 (CompositeScheduleDefaultNumberPhases)."""
    supply_voltage_v: Decimal = field(validator=validators.gt(Decimal(0)))
    """Voltage of a phase, V, above 0 (SupplyVoltage)."""


@frozen
class EvseProfiles:
    """The profiles that count at one connector."""

    tx_default: tuple[ChargingProfile, ...]
    """Its TxDefaultProfiles, and those of connector 0 that none of its own replaces (3.13.1)."""
    tx: tuple[ChargingProfile, ...]
    """The TxProfiles of its transaction."""
    transaction_start: Timestamp | None
    """When its transaction started; None without a transaction."""


@frozen
class Period:
    """A period of a composite schedule."""

    start_s: int
    """Begin, in seconds from the start of the schedule."""
    limit: Decimal
    """Highest power in W, or current in A per phase; a multiple of 0.1."""
    number_phases: int | None
    """Number of phases; None: not named, which means 3 (7.14)."""
    end_s: int
    """End, in seconds from the start of the schedule: the begin of the next period, or the duration of the schedule."""


def of_connector(
    evse: EvseProfiles,
    charge_point_max: Sequence[ChargingProfile],
    start: Timestamp,
    duration_s: int,
    unit: ChargingRateUnitType,
    electrics: Electrics,
    *,
    simulate_transaction: bool,
    max_periods: int | None = None,
) -> tuple[Period, ...]:
    """The composite schedule of one connector.

    Args:
        evse: The profiles of the connector and its transaction.
        charge_point_max: The ChargePointMaxProfiles. They count in full, because the share that other connectors will
            use is unknown.
        start: Begin of the schedule, truncated to seconds.
        duration_s: Length, s. 0 or less: the limit at ``start``, as one period of length 0.
        unit: Unit of the limits.
        electrics: Default limits, and the values for converting between A and W.
        simulate_transaction: Count TxProfiles and TxDefaultProfiles also without a transaction; Relative ones then
            begin at ``start``.
        max_periods: Maximum number of periods, 1 or more; None: no maximum.

    Returns:
        One or more periods without gaps, each different from the one before. If ``max_periods`` is not enough, the
        first ones; the ``end_s`` of the last one tells how far they go. (ChargingScheduleMaxPeriods bounds the periods
        of a schedule, 9.4.3, and a year of a daily profile can have half a million. Stretching the last period over the
        rest would report limits that nobody has set.)

    Raises:
        ValueError: numberPhases of a profile is not 1, 2 or 3; ``max_periods`` is below 1.
    """
    stacks = (_ceiling(charge_point_max, start), _of_evse(evse, start, simulate_transaction))
    return _drawn(stacks, _Rates(unit, electrics).lowest, duration_s, max_periods)


def of_charge_point(
    evses: Sequence[EvseProfiles],
    charge_point_max: Sequence[ChargingProfile],
    start: Timestamp,
    duration_s: int,
    unit: ChargingRateUnitType,
    electrics: Electrics,
    *,
    simulate_transaction: bool,
    max_periods: int | None = None,
) -> tuple[Period, ...]:
    """The composite schedule of the grid connection (connectorId 0): the bounded sum of all connectors.

    A connector without a limit adds the lower of the two default limits. Arguments and result are those of
    :func:`of_connector`; ``evses`` are all connectors, and an empty sequence raises ``ValueError``.
    """
    if not evses:
        raise ValueError("profiles of no connector: expected those of every connector, one or more")
    stacks = (_ceiling(charge_point_max, start), *(_of_evse(evse, start, simulate_transaction) for evse in evses))
    return _drawn(stacks, _Rates(unit, electrics).sum_below, duration_s, max_periods)


def _ceiling(profiles: Sequence[ChargingProfile], start: Timestamp) -> Stack:
    return Stack(courses(profiles, start, None))


def _of_evse(evse: EvseProfiles, start: Timestamp, simulate_transaction: bool) -> Stack:
    if evse.transaction_start is None and not simulate_transaction:
        return Stack(())
    since = evse.transaction_start
    return Stack((*courses(evse.tx, start, since), *courses(evse.tx_default, start, since)))


Told = tuple[Decimal, int | None]
"""Limit and numberPhases."""


def _drawn(
    stacks: Sequence[Stack], combine: Callable[..., Told], duration_s: int, max_periods: int | None
) -> tuple[Period, ...]:
    if max_periods is not None and max_periods < 1:
        raise ValueError(f"max_periods is {max_periods}: expected 1 or more, or None for all")
    return tuple(islice(_periods(stacks, lru_cache(MEMORY)(combine), max(duration_s, 0)), max_periods))


def _periods(stacks: Sequence[Stack], combine: Callable[..., Told], duration_s: int) -> Iterator[Period]:
    """Evaluate each second at which a stack may change; a period ends where the result changes.

    A result that has stayed the same for a week in which profiles only recurred stays as long as they only recur: a
    daily profile of 1,440 periods below a lower maximum is not followed through the year.
    """
    settings: list[Setting | None] = [None] * len(stacks)
    untils = [0] * len(stacks)
    begin = second = 0
    watched, steady = 0, min(stack.steady_until(0) for stack in stacks)
    holds: Told | None = None
    while True:
        for number, stack in enumerate(stacks):
            if untils[number] <= second:
                settings[number], untils[number] = stack.at(second)
        told = combine(*settings)
        if holds is None:
            holds = told
        elif told != holds:
            yield Period(begin, *holds, second)
            begin, holds = second, told
        second = min(untils)
        if second - watched >= LONGEST_STEP_S:
            if begin <= watched:
                second = max(second, steady)
            watched, steady = second, min(stack.steady_until(second) for stack in stacks)
        if second >= duration_s:
            yield Period(begin, *holds, duration_s)
            return


class _Rates:
    """Converts limits of both units to one.

    A limit multiplied by its weight can be compared and added; all weights have one common divisor that leads back to
    tenths of the unit. They are integers, so nothing is lost before :meth:`_told`.
    """

    def __init__(self, unit: ChargingRateUnitType, electrics: Electrics) -> None:
        amps, watts = ChargingRateUnitType.A, ChargingRateUnitType.W
        volts, parts = electrics.supply_voltage_v.as_integer_ratio()
        self._weights: dict[tuple[ChargingRateUnitType, int], int] = {}
        for phases in (1, 2, 3):
            if unit is amps:
                self._weights[amps, phases] = 6 * volts
                self._weights[watts, phases] = 6 // phases * parts
            else:
                self._weights[amps, phases] = phases * volts
                self._weights[watts, phases] = parts
        self._divisor = 6 * volts if unit is amps else parts
        self._phases = electrics.default_phases
        self._defaults = (
            Setting(tenths(electrics.default_limit_a), amps, None),
            Setting(tenths(electrics.default_limit_w), watts, None),
        )
        self._default = self._defaults[0 if unit is amps else 1]

    def lowest(self, ceiling: Setting | None, own: Setting | None) -> Told:
        """The lower of two limits; the default limit of the unit if there is none."""
        limits = [setting for setting in (ceiling, own) if setting is not None] or [self._default]
        phases = min(setting.phases or self._phases for setting in limits)
        lowest = min(setting.tenths * self._weights[setting.unit, phases] for setting in limits)
        return self._told(lowest, phases, limits)

    def sum_below(self, ceiling: Setting | None, *owns: Setting | None) -> Told:
        """The sum of the connectors' limits, but at most the ceiling."""
        total = widest = 0
        for own in owns:
            limits = self._defaults if own is None else (own,)
            phases = min(setting.phases or self._phases for setting in (*limits, ceiling) if setting is not None)
            total += min(setting.tenths * self._weights[setting.unit, phases] for setting in limits)
            widest = max(widest, phases)
        if ceiling is not None:
            total = min(total, ceiling.tenths * self._weights[ceiling.unit, widest])
        return self._told(total, widest, (ceiling, *owns))

    def _told(self, amount: int, phases: int, limits: Iterable[Setting | None]) -> Told:
        named = any(setting is not None and setting.phases is not None for setting in limits)
        whole, tenth = divmod(amount // self._divisor, 10)
        limit = Decimal(f"{amount // self._divisor}E-1") if tenth else Decimal(whole)
        return limit, phases if named or phases != 3 else None
