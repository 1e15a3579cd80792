"""What a fleet is like and does: a TOML file, ``ocpp16sm fleet --example`` prints one."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from math import inf
from pathlib import Path
from typing import Annotated, Any, Literal

from attrs import Attribute, evolve, field, frozen

from ocpp16sm.control.parameter_values import InvalidValueError, Limits, read, shown
from ocpp16sm.errors import ConfigurationError, InvalidArgumentError, LocalError
from ocpp16sm.settings import Settings
from ocpp16sm.station import Car, DcCar, Timings, Vehicle
from ocpp16sm.station.faults import kind_of

DAY_S = 86_400.0
HOUR_S = 3_600.0

Seconds = tuple[float, ...]
"""How long something takes: evenly from the first number to the second, s."""
Share = Annotated[float, Limits(0, 1)]
Rate = Annotated[float, Limits(0, 1_000_000)]

_NUMBER = re.compile(r"\{number(?::0?\d{1,2}d?)?\}")


class ProfileError(LocalError):
    """A profile cannot be used. The message names the file, where in it, and what was expected there."""


def _span(_instance: Any, attribute: "Attribute[Any]", value: Seconds) -> None:
    if len(value) != 2 or not 0 <= value[0] <= value[1] < inf:
        problem = f"expected two numbers of seconds, the smaller one first, found {shown(list(value))}"
        raise InvalidValueError(attribute.name, problem)


def _numbered(_instance: Any, attribute: "Attribute[Any]", value: str) -> None:
    rest = _NUMBER.sub("", value)
    if len(_NUMBER.findall(value)) != 1 or "{" in rest or "}" in rest:
        problem = f"expected a text with {{number}} or {{number:06d}} in it once, found {shown(value)}"
        raise InvalidValueError(attribute.name, problem)


def _seconds(least: float, most: float) -> Any:
    return field(default=(least, most), validator=_span)


@frozen(kw_only=True)
class StationPlan:
    """What each station is like."""

    id: str = field(default="FLEET-{number:06d}", validator=_numbered)
    """Of a charge point; ``{number}`` becomes its number, from 1 on."""
    connectors: Annotated[int, Limits(1, 99)] = 2
    connect_per_s: Annotated[float, Limits(0.001, 1_000_000)] = 50.0
    """How many stations begin to connect in a second, at the start."""

    def name(self, number: int) -> str:
        """The id of a station."""
        return self.id.format(number=number)


@frozen(kw_only=True)
class MeterPlan:
    """How meters are read."""

    interval_s: Annotated[int, Limits(0, 86_400)] = 60
    """MeterValueSampleInterval, s; 0: no MeterValues."""
    read_s: Annotated[float, Limits(0.1, 86_400)] | None = None
    """How often the station reads its meter while energy flows, s; if not said, as often as it reports."""


@frozen(kw_only=True)
class Kind:
    """One kind of session."""

    weight: Annotated[float, Limits(0)] = 1.0
    """How often it comes, compared with the others."""
    first: Literal["plug", "card"] = "plug"
    """What the driver does first."""
    card: bool = True
    """Whether a card is shown at all; without, only a remote start begins the transaction."""
    stop: Literal["card", "unplug"] = "card"
    """How it is ended."""
    duration_s: tuple[float, ...] = _seconds(600, 5400)
    """From the start of the transaction."""
    pauses: Share = 0.0
    """In so many of them the car takes a break."""
    pause_s: tuple[float, ...] = _seconds(60, 300)
    phases: int = field(default=3)
    current_a: Annotated[float, Limits(0, 1000)] = 16.0
    """What the car draws on each phase, A."""
    dc_power_w: Annotated[float, Limits(0, 1_000_000)] = 0.0
    """What it draws, W; more than 0: it charges with direct current."""

    @phases.validator
    def _one_or_three(self, _attribute: "Attribute[Any]", value: int) -> None:
        if value not in (1, 3):
            raise InvalidValueError("phases", f"expected 1 or 3, found {shown(value)}")

    def vehicle(self) -> Vehicle:
        """A car for it."""
        return DcCar(power_w=self.dc_power_w) if self.dc_power_w else Car(self.phases, self.current_a)


@frozen(kw_only=True)
class SessionsPlan:
    """How often people come, and what they do."""

    arrivals_per_hour: Rate = 0.5
    """At each connector that is free."""
    back_to_back: bool = False
    """The next one comes as soon as the last has gone and everything has been delivered; arrivals_per_hour does not
    count then."""
    walk_s: tuple[float, ...] = _seconds(5, 30)
    """From the plug to the card, or the other way round."""
    leave_s: tuple[float, ...] = _seconds(5, 600)
    """From the end of the transaction until the car goes."""
    cards: Annotated[int, Limits(1, 10_000_000)] = 1000
    """How many idTags there are."""
    id_tag: str = field(default="FLEET{number:08d}", validator=_numbered)
    """What they are called; ``{number}`` is from 1 on."""
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
    """Network cuts of one station: connections break, and none can be opened."""

    per_day: Rate = 0.0
    duration_s: tuple[float, ...] = _seconds(30, 600)


@frozen(kw_only=True)
class PowerPlan:
    """Power cuts of one station: it stops without a word, and later starts on what it has stored."""

    per_day: Rate = 0.0
    duration_s: tuple[float, ...] = _seconds(10, 300)


@frozen(kw_only=True)
class FaultsPlan:
    """What breaks, at one connector of a station at a time."""

    per_day: Rate = 0.0
    duration_s: tuple[float, ...] = _seconds(30, 900)
    errors: tuple[str | int, ...] = field(default=("GroundFailure", "HighTemperature", 26))
    """ChargePointErrorCodes, or numbers of the Minimum Required Error Codes."""

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
    """A network cut, or a power cut, of many stations at once."""

    at_s: Annotated[float, Limits(0)]
    """When, from the start on."""
    duration_s: Annotated[float, Limits(0)]
    share: Share = 1.0
    """So many of the stations; 1: all."""
    what: Literal["network", "power"] = "network"
    """After a power cut all boot in the same moment."""


@frozen(kw_only=True)
class Profile:
    """What a fleet is like, and does."""

    seed: int = 1
    """Of everything that is left to chance."""
    station: StationPlan = field(factory=StationPlan)
    identity: Mapping[str, Any] = field(factory=dict)
    """What BootNotification says of each station."""
    configuration: Mapping[str, Any] = field(factory=dict)
    """Configuration keys of each station."""
    timings: Timings | None = None
    """How long things take at a station; if not said, as at a real one, but for the readings of meters."""
    meter: MeterPlan = field(factory=MeterPlan)
    sessions: SessionsPlan = field(factory=SessionsPlan)
    offline: OfflinePlan = field(factory=OfflinePlan)
    power: PowerPlan = field(factory=PowerPlan)
    faults: FaultsPlan = field(factory=FaultsPlan)
    blackout: tuple[Blackout, ...] = ()

    def usual_timings(self) -> Timings:
        """How long things take; meters are read as often as is reported of them, not twice a second."""
        if self.timings is not None:
            return self.timings
        read_s = self.meter.read_s or float(self.meter.interval_s or HOUR_S)
        return Timings(meter_read_s=read_s, idle_meter_read_s=HOUR_S)

    def settings(self, url: str, number: int = 1) -> Settings:
        """Of one station. Raises :class:`~ocpp16sm.errors.ConfigurationError`."""
        return Settings(
            charge_point_id=self.station.name(number),
            central_system_url=url,
            connectors=self.station.connectors,
            identity=self.identity,
            configuration={"MeterValueSampleInterval": self.meter.interval_s, **self.configuration},
            stop_timeout_s=STOP_S,
        )


STOP_S = 10.0
"""How long a station that is stopped waits for its last messages to be delivered."""


def example() -> str:
    """An example of a profile, with every table."""
    return (files("ocpp16sm.fleet") / "example.toml").read_text(encoding="utf-8")


def profile_of(values: Mapping[str, Any]) -> Profile:
    """A profile from what TOML says. Raises InvalidValueError or ConfigurationError, naming the path."""
    profile: Profile = read(Profile, values)
    profile.settings("ws://localhost")  # so that a wrong key is found before there are stations
    return profile


def read_profile(path: Path, **station: Any) -> Profile:
    """Read a profile. ``station``: fields of its table ``station`` that win over the file's.

    Raises :class:`ProfileError`.
    """
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise ProfileError(f"{path}: is no TOML: {error}") from None
    try:
        profile = profile_of(values)
    except (InvalidValueError, ConfigurationError) as error:
        raise ProfileError(f"{path}: {error}") from None
    return evolve(profile, station=evolve(profile.station, **station))
