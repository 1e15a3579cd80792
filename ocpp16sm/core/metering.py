"""Readings: from what a meter said to what a MeterValue says (3.16, 7.31 to 7.45)."""

from collections.abc import Callable, Iterable, Iterator

from ocpp16sm.config.measurands import Choice
from ocpp16sm.facts import Current, Located, Measurement, PerPhase, Voltage
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
from ocpp16sm.timestamp import Timestamp
from ocpp16sm.values import Value

Values = Iterator[tuple[Phase | None, float, Location | None]]


class Meter(Value, frozen=True):
    """All that is known at the moment of a reading."""

    measurement: Measurement
    current_offered: float = 0.0
    power_offered: float = 0.0
    since: Measurement | None = None
    """The reading before, for what is counted per interval."""
    main: bool = False
    """Whether this is the main meter, between the charge point and the grid."""


def read(meter: Meter, choices: tuple[Choice, ...], context: ReadingContext, at: Timestamp) -> MeterValue | None:
    """What the meter says of the chosen measurands; None if it says nothing of any of them."""
    sampled = []
    for choice in choices:
        source = SOURCES[choice.measurand]
        usual = Location.INLET if meter.main and choice.measurand not in NOT_ELECTRICAL else source.location
        for phase, value, location in source.values(meter):
            if choice.phase is None or choice.phase is phase:
                sampled.append(
                    SampledValue(
                        value=f"{value:.2f}",
                        context=context,
                        format=ValueFormat.RAW,
                        measurand=choice.measurand,
                        phase=phase,
                        location=location or usual,
                        unit=source.unit,
                    )
                )
    return MeterValue(timestamp=at, sampled_value=tuple(sampled)) if sampled else None


def signed(value: str, context: ReadingContext, at: Timestamp) -> MeterValue:
    """A signed value, as the meter gave it (4.7)."""
    sample = SampledValue(value=value, context=context, format=ValueFormat.SIGNED_DATA)
    return MeterValue(timestamp=at, sampled_value=(sample,))


def registers(wh: float, at: Timestamp) -> Measurement:
    """A reading of which nothing is known but the energy register."""
    return Measurement(timestamp=at, energy_wh_import=PerPhase(total=wh))


class _Source(Value, frozen=True):
    """Where a measurand comes from."""

    values: Callable[[Meter], Values]
    unit: UnitOfMeasure | None = None
    location: Location | None = None


def _per_phase(get: Callable[[Measurement], PerPhase | None]) -> Callable[[Meter], Values]:
    def values(meter: Meter) -> Values:
        reading = get(meter.measurement)
        if reading is not None:
            yield from _present(
                (None, reading.total), (Phase.L1, reading.l1), (Phase.L2, reading.l2), (Phase.L3, reading.l3)
            )

    return values


def _interval(get: Callable[[Measurement], PerPhase | None]) -> Callable[[Meter], Values]:
    def values(meter: Meter) -> Values:
        now = get(meter.measurement)
        before = get(meter.since) if meter.since is not None else None
        if now is not None and before is not None:
            for phase, name in ((None, "total"), (Phase.L1, "l1"), (Phase.L2, "l2"), (Phase.L3, "l3")):
                pair = (getattr(before, name), getattr(now, name))
                if None not in pair:
                    yield phase, pair[1] - pair[0], None

    return values


def _voltage(get: Callable[[Measurement], Voltage | None]) -> Callable[[Meter], Values]:
    def values(meter: Meter) -> Values:
        reading = get(meter.measurement)
        if reading is not None:
            yield from _present(
                (None, reading.dc), (Phase.L1, reading.l1), (Phase.L2, reading.l2), (Phase.L3, reading.l3)
            )

    return values


def _current(get: Callable[[Measurement], Current | None]) -> Callable[[Meter], Values]:
    def values(meter: Meter) -> Values:
        reading = get(meter.measurement)
        if reading is not None:
            yield from _present(
                (None, reading.dc),
                (Phase.L1, reading.l1),
                (Phase.L2, reading.l2),
                (Phase.L3, reading.l3),
                (Phase.N, reading.n),
            )

    return values


def _frequency(meter: Meter) -> Values:
    reading = meter.measurement.frequency_hz
    if reading is not None:
        yield from _present((Phase.L1, reading.l1), (Phase.L2, reading.l2), (Phase.L3, reading.l3))


def _located(get: Callable[[Measurement], Iterable[Located | None]]) -> Callable[[Meter], Values]:
    def values(meter: Meter) -> Values:
        for reading in get(meter.measurement):
            if reading is not None:
                yield None, reading.value, reading.location

    return values


def _power_factor(meter: Meter) -> Values:
    yield from _present((None, meter.measurement.power_factor))


def _present(*values: tuple[Phase | None, float | None]) -> Values:
    for phase, value in values:
        if value is not None:
            yield phase, value, None


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
    Measurand.POWER_OFFERED: _Source(lambda meter: _present((None, meter.power_offered)), UnitOfMeasure.W, _OUTLET),
    Measurand.CURRENT_IMPORT: _Source(_current(lambda m: m.current_a), UnitOfMeasure.A, _OUTLET),
    Measurand.CURRENT_EXPORT: _Source(_current(lambda m: m.current_a_export), UnitOfMeasure.A),
    Measurand.CURRENT_OFFERED: _Source(lambda meter: _present((None, meter.current_offered)), UnitOfMeasure.A, _OUTLET),
    Measurand.VOLTAGE: _Source(_voltage(lambda m: m.voltage_v), UnitOfMeasure.V, _OUTLET),
    Measurand.FREQUENCY: _Source(_frequency),  # the schema of StopTransaction has no word for Hz
    Measurand.TEMPERATURE: _Source(_located(lambda m: m.temperature_celsius), UnitOfMeasure.CELSIUS),
    Measurand.SOC: _Source(_located(lambda m: (m.soc_percent,)), UnitOfMeasure.PERCENT, Location.EV),
    Measurand.RPM: _Source(_located(lambda m: (m.rpm,)), None, Location.EV),
}
"""Every measurand of 7.31."""

NOT_ELECTRICAL = frozenset({Measurand.TEMPERATURE, Measurand.SOC, Measurand.RPM})
"""Measurands that an electrical meter does not measure: the main meter's place at the inlet is not theirs (7.30)."""
