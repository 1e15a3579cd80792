"""Converts a meter's readings into MeterValues (3.16, 7.31 to 7.45)."""

from collections.abc import Callable, Iterable

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.base.values import Value
from ocpp16sm.config.measurands import Choice
from ocpp16sm.messages import (
    Location,
    Measurand,
    MeterValue,
    Phase,
    ReadingContext,
    SampledValue,
    UnitOfMeasure,
    ValueFormat,
)
from ocpp16sm.station_facts import Current, Located, Measurement, PerPhase, Voltage

Values = Iterable[tuple[Phase | None, float | None, Location | None]]
"""A measurand's values: phase (None: overall), value (None: not measured), location (None: the usual one)."""

_L1, _L2, _L3 = Phase.L1, Phase.L2, Phase.L3
_RAW = ValueFormat.RAW


class Meter(Value, frozen=True):
    """A reading, and what else is needed to derive every measurand from it.

    ``current_offered`` is in A, ``power_offered`` in W.
    """

    measurement: Measurement
    current_offered: float = 0.0
    power_offered: float = 0.0
    since: Measurement | None = None
    """The reading before this one, for measurands that are counted per interval."""
    main: bool = False
    """Whether this is the main meter, between the charge point and the grid."""


def read(meter: Meter, choices: tuple[Choice, ...], context: ReadingContext, at: Timestamp) -> MeterValue | None:
    """The values of the chosen measurands, with two decimals. None if the meter measures none of them."""
    sampled = []
    for choice in choices:
        source = SOURCES[choice.measurand]
        usual = Location.INLET if meter.main and choice.measurand not in NOT_ELECTRICAL else source.location
        for phase, value, location in source.values(meter):
            if value is not None and (choice.phase is None or choice.phase is phase):
                text, place = f"{value:.2f}", location or usual
                sampled.append(SampledValue(text, context, _RAW, choice.measurand, phase, place, source.unit))
    return MeterValue(timestamp=at, sampled_value=tuple(sampled)) if sampled else None


def signed(value: str, context: ReadingContext, at: Timestamp) -> MeterValue:
    """A MeterValue with a signed value, exactly as the meter produced it (4.7)."""
    sample = SampledValue(value=value, context=context, format=ValueFormat.SIGNED_DATA)
    return MeterValue(timestamp=at, sampled_value=(sample,))


def registers(wh: float, at: Timestamp) -> Measurement:
    """A reading that consists of the energy register alone, in Wh."""
    return Measurement(timestamp=at, energy_wh_import=PerPhase(total=wh))


class _Source(Value, frozen=True, gc=True):
    """How a measurand is derived from a reading, with its unit and usual location."""

    values: Callable[[Meter], Values]
    unit: UnitOfMeasure | None = None
    location: Location | None = None


def _per_phase(get: Callable[[Measurement], PerPhase | None]) -> Callable[[Meter], Values]:
    def values(meter: Meter) -> Values:
        it = get(meter.measurement)
        return () if it is None else _phases(it.total, it.l1, it.l2, it.l3)

    return values


def _interval(get: Callable[[Measurement], PerPhase | None]) -> Callable[[Meter], Values]:
    def values(meter: Meter) -> Values:
        now = get(meter.measurement)
        before = get(meter.since) if meter.since is not None else None
        if now is None or before is None:
            return ()
        names = ("total", "l1", "l2", "l3")
        return _phases(*(_difference(getattr(before, name), getattr(now, name)) for name in names))

    return values


def _voltage(get: Callable[[Measurement], Voltage | None]) -> Callable[[Meter], Values]:
    def values(meter: Meter) -> Values:
        it = get(meter.measurement)
        return () if it is None else _phases(it.dc, it.l1, it.l2, it.l3)

    return values


def _current(get: Callable[[Measurement], Current | None]) -> Callable[[Meter], Values]:
    def values(meter: Meter) -> Values:
        it = get(meter.measurement)
        return () if it is None else (*_phases(it.dc, it.l1, it.l2, it.l3), (Phase.N, it.n, None))

    return values


def _frequency(meter: Meter) -> Values:
    it = meter.measurement.frequency_hz
    return () if it is None else _phases(None, it.l1, it.l2, it.l3)


def _located(get: Callable[[Measurement], Iterable[Located | None]]) -> Callable[[Meter], Values]:
    def values(meter: Meter) -> Values:
        return [(None, reading.value, reading.location) for reading in get(meter.measurement) if reading is not None]

    return values


def _power_factor(meter: Meter) -> Values:
    return ((None, meter.measurement.power_factor, None),)


def _phases(total: float | None, l1: float | None, l2: float | None, l3: float | None) -> Values:
    return (None, total, None), (_L1, l1, None), (_L2, l2, None), (_L3, l3, None)


def _difference(before: float | None, now: float | None) -> float | None:
    return None if before is None or now is None else now - before


_OUTLET = Location.OUTLET

SOURCES: dict[Measurand, _Source] = {
    Measurand.ENERGY_ACTIVE_IMPORT_REGISTER: _Source(
        _per_phase(lambda m: m.energy_wh_import), UnitOfMeasure.WH, _OUTLET
    ),
    Measurand.ENERGY_ACTIVE_EXPORT_REGISTER: _Source(_per_phase(lambda m: m.energy_wh_export), UnitOfMeasure.WH),
    Measurand.ENERGY_REACTIVE_IMPORT_REGISTER: _Source(
        _per_phase(lambda m: m.energy_varh_import), UnitOfMeasure.VARH, _OUTLET
    ),
    Measurand.ENERGY_REACTIVE_EXPORT_REGISTER: _Source(_per_phase(lambda m: m.energy_varh_export), UnitOfMeasure.VARH),
    Measurand.ENERGY_ACTIVE_IMPORT_INTERVAL: _Source(
        _interval(lambda m: m.energy_wh_import), UnitOfMeasure.WH, _OUTLET
    ),
    Measurand.ENERGY_ACTIVE_EXPORT_INTERVAL: _Source(_interval(lambda m: m.energy_wh_export), UnitOfMeasure.WH),
    Measurand.ENERGY_REACTIVE_IMPORT_INTERVAL: _Source(
        _interval(lambda m: m.energy_varh_import), UnitOfMeasure.VARH, _OUTLET
    ),
    Measurand.ENERGY_REACTIVE_EXPORT_INTERVAL: _Source(_interval(lambda m: m.energy_varh_export), UnitOfMeasure.VARH),
    Measurand.POWER_ACTIVE_IMPORT: _Source(_per_phase(lambda m: m.power_w), UnitOfMeasure.W, _OUTLET),
    Measurand.POWER_ACTIVE_EXPORT: _Source(_per_phase(lambda m: m.power_w_export), UnitOfMeasure.W),
    Measurand.POWER_REACTIVE_IMPORT: _Source(_per_phase(lambda m: m.power_var), UnitOfMeasure.VAR, _OUTLET),
    Measurand.POWER_REACTIVE_EXPORT: _Source(_per_phase(lambda m: m.power_var_export), UnitOfMeasure.VAR),
    Measurand.POWER_FACTOR: _Source(_power_factor),
    Measurand.POWER_OFFERED: _Source(lambda meter: ((None, meter.power_offered, None),), UnitOfMeasure.W, _OUTLET),
    Measurand.CURRENT_IMPORT: _Source(_current(lambda m: m.current_a), UnitOfMeasure.A, _OUTLET),
    Measurand.CURRENT_EXPORT: _Source(_current(lambda m: m.current_a_export), UnitOfMeasure.A),
    Measurand.CURRENT_OFFERED: _Source(lambda meter: ((None, meter.current_offered, None),), UnitOfMeasure.A, _OUTLET),
    Measurand.VOLTAGE: _Source(_voltage(lambda m: m.voltage_v), UnitOfMeasure.V, _OUTLET),
    Measurand.FREQUENCY: _Source(_frequency),  # no unit: the schema of StopTransaction has none for Hz
    Measurand.TEMPERATURE: _Source(_located(lambda m: m.temperature_celsius), UnitOfMeasure.CELSIUS),
    Measurand.SOC: _Source(_located(lambda m: (m.soc_percent,)), UnitOfMeasure.PERCENT, Location.EV),
    Measurand.RPM: _Source(_located(lambda m: (m.rpm,)), None, Location.EV),
}
"""A source for every measurand of 7.31."""

NOT_ELECTRICAL = frozenset({Measurand.TEMPERATURE, Measurand.SOC, Measurand.RPM})
"""Measurands that an electrical meter does not measure, so the main meter's location Inlet does not apply to them
(7.30).
"""
