"""Meter readings: what MeterValues and StopTransaction carry (OCPP 1.6, 3.16, 7.30 to 7.35, 7.43, 7.45)."""

from enum import StrEnum
from typing import Annotated

from attrs import frozen
from msgspec import Meta

from ocpp16sm.base.timestamp import Timestamp


class ReadingContext(StrEnum):
    """Why a value was taken (7.35; errata 4.25 swaps the texts of the two Transaction words back)."""

    INTERRUPTION_BEGIN = "Interruption.Begin"
    """An interruption began."""
    INTERRUPTION_END = "Interruption.End"
    """An interruption ended."""
    OTHER = "Other"
    """Any other situation."""
    SAMPLE_CLOCK = "Sample.Clock"
    """The clock reached a multiple of ClockAlignedDataInterval."""
    SAMPLE_PERIODIC = "Sample.Periodic"
    """MeterValueSampleInterval went by, counted from the start of the transaction. Meant when absent."""
    TRANSACTION_BEGIN = "Transaction.Begin"
    """A transaction began."""
    TRANSACTION_END = "Transaction.End"
    """A transaction ended."""
    TRIGGER = "Trigger"
    """A TriggerMessage asked for it."""


class ValueFormat(StrEnum):
    """How a value is to be read (7.49)."""

    RAW = "Raw"
    """A decimal number. Meant when absent."""
    SIGNED_DATA = "SignedData"
    """A block of binary data with its signature, in hexadecimal."""


class Measurand(StrEnum):
    """What was measured (7.31; errata 3.78).

    Import is energy from the grid to the vehicle, Export the other way. A Register is a meter's counter: it
    only grows, and is not reset for a transaction. An Interval is the amount within one measuring interval.
    """

    CURRENT_EXPORT = "Current.Export"
    """Current from the vehicle, A."""
    CURRENT_IMPORT = "Current.Import"
    """Current to the vehicle, A."""
    CURRENT_OFFERED = "Current.Offered"
    """Most current offered to the vehicle, A."""
    ENERGY_ACTIVE_EXPORT_REGISTER = "Energy.Active.Export.Register"
    """Counter of energy exported, Wh or kWh."""
    ENERGY_ACTIVE_IMPORT_REGISTER = "Energy.Active.Import.Register"
    """Counter of energy imported, Wh or kWh. Meant when absent."""
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
    """Frequency of the mains, Hz; 1.6 has no unit word for it, so none is sent (errata 3.86)."""
    POWER_ACTIVE_EXPORT = "Power.Active.Export"
    """Power from the vehicle, W or kW."""
    POWER_ACTIVE_IMPORT = "Power.Active.Import"
    """Power to the vehicle, W or kW."""
    POWER_FACTOR = "Power.Factor"
    """Power factor of the whole flow, without unit."""
    POWER_OFFERED = "Power.Offered"
    """Most power offered to the vehicle, W or kW."""
    POWER_REACTIVE_EXPORT = "Power.Reactive.Export"
    """Reactive power from the vehicle, var or kvar."""
    POWER_REACTIVE_IMPORT = "Power.Reactive.Import"
    """Reactive power to the vehicle, var or kvar."""
    RPM = "RPM"
    """Speed of the fan, revolutions a minute."""
    SOC = "SoC"
    """State of charge of the vehicle, percent."""
    TEMPERATURE = "Temperature"
    """Temperature inside the Charge Point."""
    VOLTAGE = "Voltage"
    """Supply voltage, V (RMS for AC)."""


class Phase(StrEnum):
    """Which conductor, or pair of conductors, a value belongs to (7.34)."""

    L1 = "L1"
    """Phase 1."""
    L2 = "L2"
    """Phase 2."""
    L3 = "L3"
    """Phase 3."""
    N = "N"
    """The neutral conductor."""
    L1_N = "L1-N"
    """Phase 1 against neutral."""
    L2_N = "L2-N"
    """Phase 2 against neutral."""
    L3_N = "L3-N"
    """Phase 3 against neutral."""
    L1_L2 = "L1-L2"
    """Phase 1 against phase 2."""
    L2_L3 = "L2-L3"
    """Phase 2 against phase 3."""
    L3_L1 = "L3-L1"
    """Phase 3 against phase 1."""


class Location(StrEnum):
    """Where a value was measured (7.30)."""

    BODY = "Body"
    """Inside the body of the Charge Point."""
    CABLE = "Cable"
    """At the cable to the vehicle."""
    EV = "EV"
    """In the vehicle."""
    INLET = "Inlet"
    """Where the grid comes in."""
    OUTLET = "Outlet"
    """At a connector. Meant when absent."""


class UnitOfMeasure(StrEnum):
    """Unit of a value (7.45)."""

    WH = "Wh"
    """Watt-hour. Meant when absent, for energy."""
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
    """Degree Celsius as the first schemas misspelled it: what a Charge Point sends (OCPP-J errata 2.1)."""
    CELSIUS = "Celsius"
    """Degree Celsius, spelled right: a Central System accepts it, one with old schemas does not."""
    FAHRENHEIT = "Fahrenheit"
    """Degree Fahrenheit."""
    PERCENT = "Percent"
    """Percent."""
    HERTZ = "Hertz"
    """Not a word of 1.6 (errata 3.86), but of some schemas of MeterValues: accepted, not to be sent."""


@frozen
class SampledValue:
    """One measured value; the optional fields say what it is (7.43)."""

    value: str
    """The number as text, or signed data; no limit of length."""
    context: ReadingContext | None = None
    """Why it was taken; Sample.Periodic when absent."""
    format: ValueFormat | None = None
    """How to read ``value``; Raw when absent."""
    measurand: Measurand | None = None
    """What it measures; Energy.Active.Import.Register when absent."""
    phase: Phase | None = None
    """The conductor it belongs to; over all when absent."""
    location: Location | None = None
    """Where it was measured; Outlet when absent."""
    unit: UnitOfMeasure | None = None
    """Its unit; Wh when absent and the measurand is an energy."""


@frozen
class MeterValue:
    """Values that were sampled at one moment (7.33)."""

    timestamp: Timestamp
    """When they were sampled."""
    sampled_value: Annotated[tuple[SampledValue, ...], Meta(min_length=1)]
    """The values, one or more."""
