"""Meter readings in MeterValues and StopTransaction (OCPP 1.6, 3.16, 7.30 to 7.35, 7.43, 7.45)."""

from enum import StrEnum
from typing import Annotated

from attrs import frozen
from msgspec import Meta

from ocpp16sm.base.timestamp import Timestamp


class ReadingContext(StrEnum):
    """Reason for taking a value (7.35; errata 4.25 corrects the swapped descriptions of Transaction.Begin and .End)."""

    INTERRUPTION_BEGIN = "Interruption.Begin"
    """An interruption began."""
    INTERRUPTION_END = "Interruption.End"
    """An interruption ended."""
    OTHER = "Other"
    """Any other situation."""
    SAMPLE_CLOCK = "Sample.Clock"
    """Taken at a multiple of ClockAlignedDataInterval, counted from midnight."""
    SAMPLE_PERIODIC = "Sample.Periodic"
    """Taken every MeterValueSampleInterval, counted from the start of the transaction. The default."""
    TRANSACTION_BEGIN = "Transaction.Begin"
    """Taken at the start of a transaction."""
    TRANSACTION_END = "Transaction.End"
    """Taken at the end of a transaction."""
    TRIGGER = "Trigger"
    """Taken because of a TriggerMessage."""


class ValueFormat(StrEnum):
    """Format of a value (7.49)."""

    RAW = "Raw"
    """A decimal number. The default."""
    SIGNED_DATA = "SignedData"
    """A block of signed binary data, in hexadecimal."""


class Measurand(StrEnum):
    """Measured quantity (7.31; errata 3.78).

    Import is energy from the grid to the vehicle, Export the opposite. A Register is a counter of the meter: it never
    decreases and is not reset for a transaction. An Interval is the amount within one measuring interval.
    """

    CURRENT_EXPORT = "Current.Export"
    """Current from the vehicle, A."""
    CURRENT_IMPORT = "Current.Import"
    """Current to the vehicle, A."""
    CURRENT_OFFERED = "Current.Offered"
    """Maximum current offered to the vehicle, A."""
    ENERGY_ACTIVE_EXPORT_REGISTER = "Energy.Active.Export.Register"
    """Counter of energy exported, Wh or kWh."""
    ENERGY_ACTIVE_IMPORT_REGISTER = "Energy.Active.Import.Register"
    """Counter of energy imported, Wh or kWh. The default."""
    ENERGY_REACTIVE_EXPORT_REGISTER = "Energy.Reactive.Export.Register"
    """Counter of reactive energy exported, varh or kvarh."""
    ENERGY_REACTIVE_IMPORT_REGISTER = "Energy.Reactive.Import.Register"
    """Counter of reactive energy imported, varh or kvarh."""
    ENERGY_ACTIVE_EXPORT_INTERVAL = "Energy.Active.Export.Interval"
    """Energy exported in the interval, Wh or kWh."""
    ENERGY_ACTIVE_IMPORT_INTERVAL = "Energy.Active.Import.Interval"
    """Energy imported in the interval, Wh or kWh."""
    ENERGY_REACTIVE_EXPORT_INTERVAL = "Energy.Reactive.Export.Interval"
    """Reactive energy exported in the interval, varh or kvarh."""
    ENERGY_REACTIVE_IMPORT_INTERVAL = "Energy.Reactive.Import.Interval"
    """Reactive energy imported in the interval, varh or kvarh."""
    FREQUENCY = "Frequency"
    """Mains frequency, Hz. UnitOfMeasure of OCPP 1.6 has no hertz, so ``unit`` must be absent (errata 3.86)."""
    POWER_ACTIVE_EXPORT = "Power.Active.Export"
    """Power from the vehicle, W or kW."""
    POWER_ACTIVE_IMPORT = "Power.Active.Import"
    """Power to the vehicle, W or kW."""
    POWER_FACTOR = "Power.Factor"
    """Power factor of the total flow; no unit."""
    POWER_OFFERED = "Power.Offered"
    """Maximum power offered to the vehicle, W or kW."""
    POWER_REACTIVE_EXPORT = "Power.Reactive.Export"
    """Reactive power from the vehicle, var or kvar."""
    POWER_REACTIVE_IMPORT = "Power.Reactive.Import"
    """Reactive power to the vehicle, var or kvar."""
    RPM = "RPM"
    """Speed of the fan, revolutions per minute."""
    SOC = "SoC"
    """State of charge of the vehicle, percent."""
    TEMPERATURE = "Temperature"
    """Temperature inside the Charge Point."""
    VOLTAGE = "Voltage"
    """Supply voltage, V (RMS for AC)."""


class Phase(StrEnum):
    """The conductor or pair of conductors that a value was measured at (7.34)."""

    L1 = "L1"
    """Phase 1."""
    L2 = "L2"
    """Phase 2."""
    L3 = "L3"
    """Phase 3."""
    N = "N"
    """The neutral conductor."""
    L1_N = "L1-N"
    """Phase 1 to neutral."""
    L2_N = "L2-N"
    """Phase 2 to neutral."""
    L3_N = "L3-N"
    """Phase 3 to neutral."""
    L1_L2 = "L1-L2"
    """Phase 1 to phase 2."""
    L2_L3 = "L2-L3"
    """Phase 2 to phase 3."""
    L3_L1 = "L3-L1"
    """Phase 3 to phase 1."""


class Location(StrEnum):
    """Where a value was measured (7.30)."""

    BODY = "Body"
    """Inside the body of the Charge Point."""
    CABLE = "Cable"
    """At the cable to the vehicle."""
    EV = "EV"
    """In the vehicle."""
    INLET = "Inlet"
    """At the grid connection."""
    OUTLET = "Outlet"
    """At a connector. The default."""


class UnitOfMeasure(StrEnum):
    """Unit of a value (7.45)."""

    WH = "Wh"
    """Watt-hour. The default for energy."""
    KWH = "kWh"
    """Kilowatt-hour."""
    VARH = "varh"
    """Var-hour, reactive energy."""
    KVARH = "kvarh"
    """Kilovar-hour, reactive energy."""
    W = "W"
    """Watt."""
    KW = "kW"
    """Kilowatt."""
    VA = "VA"
    """Volt-ampere, apparent power."""
    KVA = "kVA"
    """Kilovolt-ampere, apparent power."""
    VAR = "var"
    """Var, reactive power."""
    KVAR = "kvar"
    """Kilovar, reactive power."""
    A = "A"
    """Ampere."""
    V = "V"
    """Volt."""
    K = "K"
    """Kelvin."""
    CELCIUS = "Celcius"
    """Degree Celsius, misspelled as in the first schemas. A Charge Point sends this spelling (OCPP-J errata 2.1)."""
    CELSIUS = "Celsius"
    """Degree Celsius, spelled correctly. Accepted, but a Central System with the first schemas refuses it."""
    FAHRENHEIT = "Fahrenheit"
    """Degree Fahrenheit."""
    PERCENT = "Percent"
    """Percent."""
    HERTZ = "Hertz"
    """Hertz. Not part of OCPP 1.6 (errata 3.86), but of some schemas of MeterValues: accepted, but must not be sent."""


@frozen
class SampledValue:
    """One measured value (7.43)."""

    value: str
    """A decimal number as a string, or signed data; the length is not limited."""
    context: ReadingContext | None = None
    """Reason for taking the value; Sample.Periodic if absent."""
    format: ValueFormat | None = None
    """Format of ``value``; Raw if absent."""
    measurand: Measurand | None = None
    """Measured quantity; Energy.Active.Import.Register if absent."""
    phase: Phase | None = None
    """The conductor or pair of conductors; if absent, the value is the overall value."""
    location: Location | None = None
    """Where it was measured; Outlet if absent."""
    unit: UnitOfMeasure | None = None
    """Unit of ``value``; Wh if absent and the measurand is an energy."""


@frozen
class MeterValue:
    """Values sampled at the same time (7.33)."""

    timestamp: Timestamp
    """Time at which the values were sampled."""
    sampled_value: Annotated[tuple[SampledValue, ...], Meta(min_length=1)]
    """The values, one or more."""
