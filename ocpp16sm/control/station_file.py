"""Station files in TOML: settings of the charge point, its hardware, cars, cards, clock and a scenario.

::

    charge_point_id = "CP001"
    central_system_url = "ws://127.0.0.1:9000"
    connectors = 2

    [car.small]
    phases = 1
    current_a = 16

    [[scenario]]
    at = "00:00:05"
    act = "plug_in"
    connector = 1
    car = "small"
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any

import attrs
from attrs import frozen

from ocpp16sm.control.act import Act
from ocpp16sm.control.act_table import find
from ocpp16sm.control.parameter_values import Bounds, InvalidValueError, expected, read, shown, unknown
from ocpp16sm.control.station_plan import ClockPlan, ConnectorPlan, Plan
from ocpp16sm.errors import ConfigurationError, LocalError
from ocpp16sm.settings import Settings
from ocpp16sm.station import Car, DcCar, Timings

USUAL = {"charge_point_id": "CP001"}
"""Settings that a station file may omit."""

SETTINGS = tuple(field.name for field in attrs.fields(Settings))
TABLES = ("boot", "seed", "clock", "timings", "connector", "car", "token", "scenario")
"""Keys of a station file besides the settings of the charge point."""

_AT = re.compile(r"(?:(?P<hours>\d{1,4}):)?(?P<minutes>\d{1,4}):(?P<seconds>\d{1,4}(?:\.\d+)?)")
At = Annotated[float, Bounds(0, 366 * 86400)]


class StationFileError(LocalError):
    """A station file is invalid. The message gives the file, the path in it, and what was expected."""


@frozen
class ScenarioEntry:
    """An entry of a scenario."""

    number: int
    """Index of the entry, from 0."""
    at: float | None
    """Earliest time, in seconds from the start; None to follow the previous entry immediately."""
    act: Act

    @property
    def name(self) -> str:
        """Index and act of the entry, for messages."""
        return f"scenario[{self.number}] ({self.act.word()})"


@frozen
class StationFile:
    """The contents of a station file."""

    plan: Plan
    scenario: tuple[ScenarioEntry, ...] = ()


def read_station_file(path: Path, **options: Any) -> StationFile:
    """Read a station file. Options are settings that override those of the file, as environment variables do.

    Raises :class:`StationFileError`.
    """
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except OSError as error:
        raise StationFileError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise StationFileError(f"{path}: invalid TOML: {error}") from None
    try:
        return station(_with_chains(values, path.parent), **options)
    except (InvalidValueError, ConfigurationError) as error:
        raise StationFileError(f"{path}: {error}") from None


def _with_chains(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Replace each ``chain_file`` of a contract by the contents of that file, relative to ``folder``."""
    cars = values.get("car")
    for name, car in cars.items() if isinstance(cars, dict) else ():
        contract = car.get("contract") if isinstance(car, dict) else None
        if not isinstance(contract, dict) or "chain_file" not in contract:
            continue
        file = contract.pop("chain_file")
        where = f"car.{name}.contract.chain_file"
        if not isinstance(file, str) or "chain" in contract:
            raise StationFileError(
                f"{where}: expected a file name, and no chain in the same table, found {shown(file)}"
            )
        try:
            contract["chain"] = (folder / file).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise StationFileError(f"{where}: {folder / file} cannot be read ({error})") from None
    return values


def station(values: Mapping[str, Any], **options: Any) -> StationFile:
    """Create a station from parsed TOML. Raises InvalidValueError or ConfigurationError with the path."""
    for name in values:
        if name not in (*SETTINGS, *TABLES):
            raise InvalidValueError(name, unknown((*SETTINGS, *TABLES), name))
    connectors = _connectors(values.get("connector", {}))
    in_file = {name: value for name, value in values.items() if name in SETTINGS}
    if connectors:
        in_file.setdefault("connectors", max(connectors))
    settings = Settings.load(None, defaults={**USUAL, **in_file}, **options)
    for number in connectors:
        if number > settings.connectors:
            raise InvalidValueError(f"connector.{number}", f"the station has only {settings.connectors} connectors")
    plan = Plan(
        settings=settings,
        boot=read(bool, values.get("boot", True), "boot"),
        timings=read(Timings, values.get("timings", {}), "timings"),
        seed=read(int | None, values.get("seed"), "seed"),
        clock=read(ClockPlan, values.get("clock", {}), "clock"),
        connector=connectors,
        car=read(Mapping[str, Car | DcCar], values.get("car", {}), "car"),
        token=read(Mapping[str, Annotated[str, Bounds(1, 20)]], values.get("token", {}), "token"),
    )
    for number, connector in connectors.items():
        if connector.car is not None and connector.car not in plan.car:
            raise InvalidValueError(f"connector.{number}.car", f"{connector.car!r} {unknown(plan.car, connector.car)}")
    return StationFile(plan, _scenario(values.get("scenario", []), plan))


def _connectors(value: Any) -> dict[int, ConnectorPlan]:
    if not isinstance(value, Mapping):
        raise InvalidValueError("connector", f"expected tables such as [connector.1], found {shown(value)}")
    made: dict[int, ConnectorPlan] = {}
    for name, table in value.items():
        if not name.isascii() or not name.isdecimal() or not 1 <= int(name) <= 99:
            raise InvalidValueError(f"connector.{name}", "expected a connector's number, 1 to 99, as in [connector.1]")
        made[int(name)] = read(ConnectorPlan, table, f"connector.{name}")
    return made


def _scenario(value: Any, plan: Plan) -> tuple[ScenarioEntry, ...]:
    if not isinstance(value, list):
        raise InvalidValueError("scenario", f"expected tables such as [[scenario]], found {shown(value)}")
    entries: list[ScenarioEntry] = []
    latest = 0.0
    for number, table in enumerate(value):
        try:
            entry = _entry(number, table, plan)
        except InvalidValueError as error:
            raise error.below(f"scenario[{number}]") from None
        if entry.at is not None:
            if entry.at < latest:
                raise InvalidValueError(f"scenario[{number}].at", f"{shown(table['at'])} is before the previous entry")
            latest = entry.at
        entries.append(entry)
    return tuple(entries)


def _entry(number: int, value: Any, plan: Plan) -> ScenarioEntry:
    if not isinstance(value, Mapping):
        raise InvalidValueError("", f"expected a table, found {shown(value)}")
    members = dict(value)
    at = members.pop("at", None)
    act = find(members.pop("act", None)).of(members, plan)
    return ScenarioEntry(number, None if at is None else _seconds(at), act)


def _seconds(value: Any) -> float:
    """Convert seconds, or ``hours:minutes:seconds`` as a string or a TOML time, to seconds."""
    if isinstance(value, time):
        value = value.isoformat()
    found = _AT.fullmatch(value) if isinstance(value, str) else None
    if found is not None:
        value = int(found["hours"] or 0) * 3600.0 + int(found["minutes"]) * 60 + float(found["seconds"])
    try:
        seconds: float = read(At, value)
    except InvalidValueError:
        raise InvalidValueError(
            "at", f'expected seconds, or a string such as "00:00:05", found {shown(value)} ({expected(At)})'
        ) from None
    return seconds
