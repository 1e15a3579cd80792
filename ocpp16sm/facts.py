"""What a station tells its charge point: readings of a meter, errors, reasons. The types of the handlers' arguments."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import field, frozen
from attrs.converters import optional

from ocpp16sm.messages import ChargePointErrorCode, Location
from ocpp16sm.timestamp import Timestamp


class SessionStartedReason(StrEnum):
    """What began a session."""

    EV_CONNECTED = "EVConnected"
    AUTHORIZED = "Authorized"


def _moment(when: datetime) -> Timestamp:
    return Timestamp.of(when)


def _optional_moment(when: datetime | None) -> Timestamp | None:
    return None if when is None else Timestamp.of(when)


def _cut_50(text: str | None) -> str | None:
    return None if text is None else text[:50]


def _cut_255(text: str | None) -> str | None:
    return None if text is None else text[:255]


def _number() -> Any:
    """A quantity: a whole number is the same quantity, so that a reading is equal to itself when it is read back."""
    return field(default=None, converter=optional(float))


@frozen(kw_only=True)
class PerPhase:
    """A quantity over all phases and, where the meter tells, of each. All in the unit of the field it stands in."""

    total: float | None = _number()
    l1: float | None = _number()
    l2: float | None = _number()
    l3: float | None = _number()


@frozen(kw_only=True)
class Voltage:
    """Voltages in V: against neutral for each phase, or DC."""

    dc: float | None = _number()
    l1: float | None = _number()
    l2: float | None = _number()
    l3: float | None = _number()


@frozen(kw_only=True)
class Current:
    """Currents in A: of each phase and the neutral, or DC."""

    dc: float | None = _number()
    l1: float | None = _number()
    l2: float | None = _number()
    l3: float | None = _number()
    n: float | None = _number()


@frozen(kw_only=True)
class Frequency:
    """Frequencies in Hz, of each phase."""

    l1: float = field(converter=float)
    l2: float | None = _number()
    l3: float | None = _number()


@frozen
class Located:
    """A value and where it was measured; without a place, where that kind of value usually is."""

    value: float = field(converter=float)
    location: Location | None = None


@frozen(kw_only=True)
class Measurement:
    """One reading of a meter. Registers count up and are never reset by us; powers and currents are of the moment."""

    timestamp: Timestamp = field(converter=_moment)
    """When it was read, with time zone."""
    energy_wh_import: PerPhase
    """Energy taken from the grid by the EV, Wh, register; the total is required."""
    energy_wh_export: PerPhase | None = None
    """Energy given back, Wh, register."""
    energy_varh_import: PerPhase | None = None
    energy_varh_export: PerPhase | None = None
    power_w: PerPhase | None = None
    """Active power to the EV, W."""
    power_w_export: PerPhase | None = None
    power_var: PerPhase | None = None
    """Reactive power, var."""
    power_var_export: PerPhase | None = None
    power_factor: float | None = _number()
    voltage_v: Voltage | None = None
    current_a: Current | None = None
    """Current to the EV, A."""
    current_a_export: Current | None = None
    frequency_hz: Frequency | None = None
    soc_percent: Located | None = None
    """State of charge; measured in the EV unless said otherwise."""
    temperature_celsius: tuple[Located, ...] = ()
    rpm: Located | None = None
    meter_id: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.energy_wh_import.total is None:
            raise ValueError("Measurement.energy_wh_import needs a total: the reading of the energy register in Wh")


@frozen(kw_only=True)
class ErrorInfo:
    """An error at a connector, or (connector 0) of the charge point. Texts that are too long are cut."""

    uuid: str
    """Names the error until it is cleared."""
    error_code: ChargePointErrorCode = field(converter=ChargePointErrorCode)
    is_fault: bool
    """A fault prevents charging; anything else is a warning."""
    info: str | None = field(default=None, converter=_cut_50)
    """Free text, 50 characters."""
    vendor_id: str | None = field(default=None, converter=_cut_255)
    """Whose error codes these are, 255 characters."""
    vendor_error_code: str | None = field(default=None, converter=_cut_50)
    """The vendor's code, 50 characters."""
    timestamp: Timestamp | None = field(default=None, converter=_optional_moment)
    """When it occurred; now, if not said."""
