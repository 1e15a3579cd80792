"""What a station reports to its charge point: meter readings, errors, reasons. The types of the handlers' arguments.

Creating an instance converts its values: numbers to float, RFC 3339 texts to Timestamp, words to members of their
enumeration. A value that cannot be converted raises :class:`~ocpp16sm.errors.InvalidArgumentError`. Everything else,
such as limits, is checked by the handler that receives the instance (:mod:`ocpp16sm.arguments.structs`): NaN, a name
that is too long, an unknown location.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from attrs import Attribute, field, frozen
from msgspec import Meta

from ocpp16sm.arguments import arguments
from ocpp16sm.arguments.arguments import Cut
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.base.words import ChargePointErrorCodeWord, LocationWord
from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.messages import ChargePointErrorCode, Location

Text255 = Annotated[str, Meta(max_length=255)]


class SessionStartedReason(StrEnum):
    """What began a session."""

    EV_CONNECTED = "EVConnected"
    AUTHORIZED = "Authorized"


def _moment(when: datetime | str) -> Timestamp:
    return when if type(when) is Timestamp else arguments.moment("", when)


def _optional_moment(when: datetime | str | None) -> Timestamp | None:
    return None if when is None else _moment(when)


def _number(value: float) -> float:
    return value if type(value) is float else arguments.quantity("", value)


def _optional_number(value: float | None) -> float | None:
    return None if value is None else _number(value)


def _error_code(code: ChargePointErrorCode | ChargePointErrorCodeWord) -> ChargePointErrorCode:
    return arguments.word("", code, ChargePointErrorCode)


def _location(place: Location | LocationWord | None) -> Location | None:
    if place is None or type(place) is Location:
        return place
    try:
        return Location(place)
    except (TypeError, ValueError):
        return place  # type: ignore[return-value]  # the handler refuses it, and says where it stands


def _named(cls: type, fields: "list[Attribute[Any]]") -> "list[Attribute[Any]]":
    """Make a converter name the field whose value it refuses."""

    def naming(convert: Any, name: str) -> Callable[[Any], Any]:
        def converted(value: Any) -> Any:
            try:
                return convert(value)
            except InvalidArgumentError as error:
                error.stands_in(f"{cls.__name__}.{name}")
                raise

        return converted

    return [
        field if field.converter is None else field.evolve(converter=naming(field.converter, field.name))
        for field in fields
    ]


def _quantity() -> Any:
    """An optional number. Integers become floats, so that a reading equals itself after it was stored."""
    return field(default=None, converter=_optional_number)


@frozen(kw_only=True, field_transformer=_named)
class PerPhase:
    """A quantity in total and, if the meter measures it, per phase; in the unit of its field."""

    total: float | None = _quantity()
    l1: float | None = _quantity()
    l2: float | None = _quantity()
    l3: float | None = _quantity()


@frozen(kw_only=True, field_transformer=_named)
class Voltage:
    """Voltages in V: against neutral for each phase, or DC."""

    dc: float | None = _quantity()
    l1: float | None = _quantity()
    l2: float | None = _quantity()
    l3: float | None = _quantity()


@frozen(kw_only=True, field_transformer=_named)
class Current:
    """Currents in A: of each phase and the neutral, or DC."""

    dc: float | None = _quantity()
    l1: float | None = _quantity()
    l2: float | None = _quantity()
    l3: float | None = _quantity()
    n: float | None = _quantity()


@frozen(kw_only=True, field_transformer=_named)
class Frequency:
    """Frequencies in Hz, of each phase."""

    l1: float = field(converter=_number)
    l2: float | None = _quantity()
    l3: float | None = _quantity()


@frozen(field_transformer=_named)
class Located:
    """A value and where it was measured; without a location, at the usual place for such values."""

    value: float = field(converter=_number)
    """In the unit of its field."""
    location: Location | None = field(default=None, converter=_location)
    """Body, Cable, EV, Inlet or Outlet (7.30)."""


@frozen(kw_only=True, field_transformer=_named)
class Measurement:
    """One meter reading. Registers count up and are never reset; powers and currents are instantaneous."""

    timestamp: Timestamp = field(converter=_moment)
    """Time of the reading, with time zone."""
    energy_wh_import: PerPhase
    """Energy delivered to the EV, Wh, register; the total is required."""
    energy_wh_export: PerPhase | None = None
    """Energy returned by the EV, Wh, register."""
    energy_varh_import: PerPhase | None = None
    energy_varh_export: PerPhase | None = None
    power_w: PerPhase | None = None
    """Active power to the EV, W."""
    power_w_export: PerPhase | None = None
    power_var: PerPhase | None = None
    """Reactive power, var."""
    power_var_export: PerPhase | None = None
    power_factor: float | None = _quantity()
    voltage_v: Voltage | None = None
    current_a: Current | None = None
    """Current to the EV, A."""
    current_a_export: Current | None = None
    frequency_hz: Frequency | None = None
    soc_percent: Located | None = None
    """State of charge, percent; measured in the EV unless a location is given."""
    temperature_celsius: tuple[Located, ...] = ()
    rpm: Located | None = None
    meter_id: Text255 | None = None
    """Name of the meter, at most 255 characters; not sent."""

    def __attrs_post_init__(self) -> None:
        if getattr(self.energy_wh_import, "total", 0.0) is None:
            raise InvalidArgumentError(
                "Measurement.energy_wh_import.total", None, "the reading of the energy register in Wh"
            )


@frozen(kw_only=True, field_transformer=_named)
class ErrorInfo:
    """An error of a connector or (connector 0) of the charge point. The handler truncates texts that are too long."""

    uuid: Annotated[str, Meta(min_length=1, max_length=255)]
    """Identifies the error until it is cleared: 1 to 255 characters."""
    error_code: ChargePointErrorCode = field(converter=_error_code)
    is_fault: bool
    """Whether the error prevents charging (status Faulted)."""
    info: Annotated[str, Cut(50)] | None = None
    """Free text, 50 characters."""
    vendor_id: Annotated[str, Cut(255)] | None = None
    """The vendor that defines vendor_error_code, 255 characters."""
    vendor_error_code: Annotated[str, Cut(50)] | None = None
    """The vendor's code, 50 characters."""
    timestamp: Timestamp | None = field(default=None, converter=_optional_moment)
    """When it occurred; by default now."""
