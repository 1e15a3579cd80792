"""The profile of a fleet, a TOML file: its stations and their behaviour (``ocpp16sm fleet --example``)."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from math import inf
from pathlib import Path
from typing import Annotated, Any, Literal

from attrs import Attribute, evolve, field, frozen

from ocpp16sm.control.parameter_values import Bounds, InvalidValueError, read, shown
from ocpp16sm.errors import ConfigurationError, InvalidArgumentError, LocalError
from ocpp16sm.settings import Settings
from ocpp16sm.station import Car, DcCar, Timings, Vehicle
from ocpp16sm.station.faults import kind_of

DAY_S = 86_400.0
HOUR_S = 3_600.0

Seconds = tuple[float, ...]
"""A range of seconds, from which durations are drawn uniformly."""
Share = Annotated[float, Bounds(0, 1)]
Rate = Annotated[float, Bounds(0, 1_000_000)]

_NUMBER = re.compile(r"\{number(?::0?\d{1,2}d?)?\}")


class ProfileError(LocalError):
    """A profile is invalid. The message names the file, the place in it, and what was expected."""


def _span(_instance: Any, attribute: "Attribute[Any]", value: Seconds) -> None:
    if len(value) != 2 or not 0 <= value[0] <= value[1] < inf:
        problem = f"expected two numbers of seconds, the smaller one first, found {shown(list(value))}"
        raise InvalidValueError(attribute.name, problem)


def _numbered(_instance: Any, attribute: "Attribute[Any]", value: str) -> None:
    rest = _NUMBER.sub("", value)
    if len(_NUMBER.findall(value)) != 1 or "{" in rest or "}" in rest:
        problem = f"expected {{number}} or {{number:06d}} exactly once, found {shown(value)}"
        raise InvalidValueError(attribute.name, problem)


def _seconds(least: float, most: float) -> Any:
    return field(default=(least, most), validator=_span)


@frozen(kw_only=True)
class StationPlan:
    """Table ``station``: the hardware of each station, and how fast stations start."""

    id: str = field(default="FLEET-{number:06d}", validator=_numbered)
    """charge_point_id; ``{number}`` stands for the station's number, from 1."""
    connectors: Annotated[int, Bounds(1, 99)] = 2
    connect_per_s: Annotated[float, Bounds(0.001, 1_000_000)] = 50.0
    """Stations that start per second."""

    def name(self, number: int) -> str:
        """The charge_point_id of a station."""
        return self.id.format(number=number)


@frozen(kw_only=True)
class MeterPlan:
    """Table ``meter``: how often meters are read."""

    interval_s: Annotated[int, Bounds(0, 86_400)] = 60
    """MeterValueSampleInterval, s; 0: no MeterValues."""
    read_s: Annotated[float, Bounds(0.1, 86_400)] | None = None
    """Seconds between two meter readings while energy flows; by default ``interval_s``."""


@frozen(kw_only=True)
class Kind:
    """Table ``sessions.mix``: one kind of session."""

    weight: Annotated[float, Bounds(0)] = 1.0
    """Relative frequency among all kinds."""
    first: Literal["plug", "card"] = "plug"
    """What the driver does first."""
    card: bool = True
    """Whether the driver presents a card; otherwise only a remote start begins a transaction."""
    stop: Literal["card", "unplug"] = "card"
    """How the driver ends the session."""
    duration_s: tuple[float, ...] = _seconds(600, 5400)
    """Duration from the start of the transaction, s."""
    pauses: Share = 0.0
    """Share of sessions in which the car suspends charging once."""
    pause_s: tuple[float, ...] = _seconds(60, 300)
    phases: int = field(default=3)
    current_a: Annotated[float, Bounds(0, 1000)] = 16.0
    """Current that the car draws on each phase, A."""
    dc_power_w: Annotated[float, Bounds(0, 1_000_000)] = 0.0
    """Power that the car draws, W; above 0 it charges with direct current."""

    @phases.validator
    def _one_or_three(self, _attribute: "Attribute[Any]", value: int) -> None:
        if value not in (1, 3):
            raise InvalidValueError("phases", f"expected 1 or 3, found {shown(value)}")

    def vehicle(self) -> Vehicle:
        """A car for this kind of session."""
        return DcCar(power_w=self.dc_power_w) if self.dc_power_w else Car(self.phases, self.current_a)


@frozen(kw_only=True)
class SessionsPlan:
    """Table ``sessions``: how often drivers come, and what they do."""

    arrivals_per_hour: Rate = 0.5
    """Mean arrivals per hour at each free connector."""
    back_to_back: bool = False
    """Whether the next driver comes as soon as the last has left and all messages are delivered; arrivals_per_hour is
    then ignored."""
    walk_s: tuple[float, ...] = _seconds(5, 30)
    """Seconds between plugging in and presenting the card, in either order."""
    leave_s: tuple[float, ...] = _seconds(5, 600)
    """Seconds from the end of the transaction until the car leaves."""
    cards: Annotated[int, Bounds(1, 10_000_000)] = 1000
    """Number of different idTags."""
    id_tag: str = field(default="FLEET{number:08d}", validator=_numbered)
    """Pattern of the idTags; ``{number}`` counts from 1. At most 20 characters."""
    mix: tuple[Kind, ...] = field(default=(Kind(),))

    @id_tag.validator
    def _short(self, _attribute: "Attribute[Any]", value: str) -> None:
        if len(value.format(number=self.cards)) > 20:
            problem = f"an idTag has at most 20 characters; {value.format(number=self.cards)} has more"
            raise InvalidValueError("id_tag", problem)

    @mix.validator
    def _weighs(self, _attribute: "Attribute[Any]", value: tuple[Kind, ...]) -> None:
        if not any(kind.weight for kind in value):
            raise InvalidValueError("mix", "expected at least one [[sessions.mix]] with a weight above 0")


@frozen(kw_only=True)
class OfflinePlan:
    """Table ``offline``: network cuts of single stations."""

    per_day: Rate = 0.0
    duration_s: tuple[float, ...] = _seconds(30, 600)


@frozen(kw_only=True)
class PowerPlan:
    """Table ``power``: power cuts of single stations, which later boot with the contents of their store."""

    per_day: Rate = 0.0
    duration_s: tuple[float, ...] = _seconds(10, 300)


@frozen(kw_only=True)
class FaultsPlan:
    """Table ``faults``: errors, at one connector of a station at a time."""

    per_day: Rate = 0.0
    duration_s: tuple[float, ...] = _seconds(30, 900)
    errors: tuple[str | int, ...] = field(default=("GroundFailure", "HighTemperature", 26))
    """ChargePointErrorCodes, or numbers of the Minimum Required Error Codes (MREC)."""

    @errors.validator
    def _known(self, _attribute: "Attribute[Any]", value: tuple[str | int, ...]) -> None:
        if not value:
            raise InvalidValueError("errors", "expected at least one error")
        for error in value:
            try:
                kind_of(error)
            except InvalidArgumentError as problem:
                raise InvalidValueError("errors", str(problem)) from None


@frozen(kw_only=True)
class Blackout:
    """Table ``blackout``: a network or power cut of many stations at once."""

    at_s: Annotated[float, Bounds(0)]
    """Seconds from the start of the run."""
    duration_s: Annotated[float, Bounds(0)]
    share: Share = 1.0
    """Share of the stations that are hit; 1: all."""
    what: Literal["network", "power"] = "network"
    """What is cut. After a power cut all stations boot at the same moment."""


@frozen(kw_only=True)
class Profile:
    """The stations of a fleet and their behaviour."""

    seed: int = 1
    """Seed of all randomness."""
    station: StationPlan = field(factory=StationPlan)
    identity: Mapping[str, Any] = field(factory=dict)
    """Fields of BootNotification, for each station."""
    configuration: Mapping[str, Any] = field(factory=dict)
    """Configuration keys, for each station."""
    timings: Timings | None = None
    """Durations at a station; by default those of :class:`Timings`, except for meter readings."""
    meter: MeterPlan = field(factory=MeterPlan)
    sessions: SessionsPlan = field(factory=SessionsPlan)
    offline: OfflinePlan = field(factory=OfflinePlan)
    power: PowerPlan = field(factory=PowerPlan)
    faults: FaultsPlan = field(factory=FaultsPlan)
    blackout: tuple[Blackout, ...] = ()

    def usual_timings(self) -> Timings:
        """The durations at a station; by default meters are read only as often as they are reported."""
        if self.timings is not None:
            return self.timings
        read_s = self.meter.read_s or float(self.meter.interval_s or HOUR_S)
        return Timings(meter_read_s=read_s, idle_meter_read_s=HOUR_S)

    def settings(self, url: str, number: int = 1) -> Settings:
        """The settings of one station. Raises :class:`~ocpp16sm.errors.ConfigurationError`."""
        return Settings(
            charge_point_id=self.station.name(number),
            central_system_url=url,
            connectors=self.station.connectors,
            identity=self.identity,
            configuration={"MeterValueSampleInterval": self.meter.interval_s, **self.configuration},
            stop_timeout_s=STOP_S,
        )


STOP_S = 10.0
"""Seconds that a stopping station waits for the delivery of its last messages."""


def example() -> str:
    """An example profile with every table, as TOML."""
    return (files("ocpp16sm.fleet") / "example.toml").read_text(encoding="utf-8")


def profile_of(values: Mapping[str, Any]) -> Profile:
    """A profile from parsed TOML.

    Raises InvalidValueError or :class:`~ocpp16sm.errors.ConfigurationError`, which name the place.
    """
    profile: Profile = read(Profile, values)
    profile.settings("ws://localhost")  # to find invalid keys before stations start
    return profile


def read_profile(path: Path, **station: Any) -> Profile:
    """Read a profile from a file. ``station``: fields that override those of its table ``station``.

    Raises :class:`ProfileError`.
    """
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise ProfileError(f"{path}: invalid TOML: {error}") from None
    try:
        profile = profile_of(values)
    except (InvalidValueError, ConfigurationError) as error:
        raise ProfileError(f"{path}: {error}") from None
    return evolve(profile, station=evolve(profile.station, **station))
