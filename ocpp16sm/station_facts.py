"""What a station tells its charge point: readings of a meter, errors, reasons. The types of the handlers' arguments.

What an instance is made with is brought into its form: numbers to float, texts of times (RFC 3339) to Timestamp, words
to members of their enumeration. What has no such form raises :class:`~ocpp16sm.errors.InvalidArgumentError`. All else,
limits included, is checked by the handler that is given the instance (:mod:`ocpp16sm.arguments.structs`): a NaN, a name
that is too long, a place that does not exist.
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
    """Have a converter that refuses a value say whose it is."""

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
    """A number that may be missing. A whole number is the same quantity, so that a reading equals itself read back."""
    return field(default=None, converter=_optional_number)


@frozen(kw_only=True, field_transformer=_named)
class PerPhase:
    """A quantity over all phases and, where the meter tells, of each. All in the unit of the field it stands in."""

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
    """A value and where it was measured; without a place, where that kind of value usually is."""

    value: float = field(converter=_number)
    """In the unit of the field it stands in."""
    location: Location | None = field(default=None, converter=_location)
    """Body, Cable, EV, Inlet or Outlet (7.30)."""


@frozen(kw_only=True, field_transformer=_named)
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
    power_factor: float | None = _quantity()
    voltage_v: Voltage | None = None
    current_a: Current | None = None
    """Current to the EV, A."""
    current_a_export: Current | None = None
    frequency_hz: Frequency | None = None
    soc_percent: Located | None = None
    """State of charge; measured in the EV unless said otherwise."""
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
    """An error at a connector, or (connector 0) of the charge point. The handler cuts texts that are too long."""

    uuid: Annotated[str, Meta(min_length=1, max_length=255)]
    """Names the error until it is cleared: 1 to 255 characters."""
    error_code: ChargePointErrorCode = field(converter=_error_code)
    is_fault: bool
    """A fault prevents charging; anything else is a warning."""
    info: Annotated[str, Cut(50)] | None = None
    """Free text, 50 characters."""
    vendor_id: Annotated[str, Cut(255)] | None = None
    """Whose error codes these are, 255 characters."""
    vendor_error_code: Annotated[str, Cut(50)] | None = None
    """The vendor's code, 50 characters."""
    timestamp: Timestamp | None = field(default=None, converter=_optional_moment)
    """When it occurred; now, if not said."""
