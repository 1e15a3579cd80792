"""A station in a TOML file: what it says, and what is said about mistakes in it."""

from collections.abc import Callable
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.clock import ScaledClock, SystemClock
from ocpp16sm.control.station_file import StationFile, StationFileError, read_station_file
from ocpp16sm.control.stepped_time import SteppedClock
from ocpp16sm.station import Battery, Car, CarContract, DcCar

Read = Callable[[str], StationFile]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read a station file with this text, in its directory."""
    monkeypatch.chdir(tmp_path)

    def read(text: str) -> StationFile:
        path = Path("station.toml")
        path.write_text(text, encoding="utf-8")
        return read_station_file(path)

    return read


def test_a_car_may_have_a_contract(read: Read) -> None:
    text = '[car.paying.contract]\nemaid = "DE-8AA-1A2B3C4D5-9"\nchain = "PEM"\n'
    assert read(text).plan.car["paying"] == Car(contract=CarContract("DE-8AA-1A2B3C4D5-9", "PEM"))


def test_its_chain_may_stand_in_a_file_beside(tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text('[car.paying.contract]\nemaid = "E"\nchain_file = "contract.pem"\n')
    with pytest.raises(StationFileError, match=r"car\.paying\.contract\.chain_file: .*contract\.pem cannot be read"):
        read_station_file(file)
    (tmp_path / "contract.pem").write_text("PEM")
    assert read_station_file(file).plan.car["paying"] == Car(contract=CarContract("E", "PEM"))
    file.write_text('[car.paying.contract]\nemaid = "E"\nchain = "PEM"\nchain_file = "contract.pem"\n')
    with pytest.raises(StationFileError, match="no chain in the same table"):
        read_station_file(file)


def test_the_example_is_a_station(read: Read) -> None:
    file = read((files("ocpp16sm.control") / "examples" / "station.toml").read_text(encoding="utf-8"))
    plan = file.plan
    assert (plan.settings.charge_point_id, plan.settings.connectors, plan.seed) == ("CP001", 3, 1)
    assert plan.settings.identity.charge_point_model == "Triple"
    assert [plan.connector[number].has_lock for number in (1, 2, 3)] == [True, False, False]
    assert plan.connector[2].current_a == 16
    assert plan.car["small"] == Car(phases=1, current_a=16)
    assert plan.car["big"] == Car(3, 32.0, Battery(capacity_wh=77000, soc_percent=35, full_percent=80))
    assert plan.car["fast"] == DcCar(power_w=120000, battery=Battery(capacity_wh=60000, soc_percent=10))
    assert plan.token == {"alice": "04A1B2C3", "bob": "04D4E5F6"}
    assert isinstance(plan.clock.make(), SystemClock)
    assert [(entry.at, entry.act.word()) for entry in file.scenario][:4] == [
        (None, "wait_for"),
        (5.0, "plug_in"),
        (None, "present_token"),
        (None, "wait_for"),
    ]


def test_an_empty_file_is_the_usual_station(read: Read) -> None:
    plan = read("").plan
    assert (plan.settings.charge_point_id, plan.settings.connectors, plan.seed, plan.boot) == ("CP001", 1, None, True)


def test_there_are_as_many_connectors_as_are_described(read: Read) -> None:
    assert read("[connector.4]").plan.settings.connectors == 4
    assert read("connectors = 7\n[connector.4]").plan.settings.connectors == 7


TIMES = {
    "5": 5,
    "0": 0,
    "2.5": 2.5,
    '"00:00:05"': 5,
    '"1:00:00"': 3600,
    '"90:00"': 5400,
    '"00:01.5"': 1.5,
    "00:01:30": 90,
    "01:00:00.250": 3600.25,
}


@pytest.mark.parametrize(("at", "seconds"), TIMES.items(), ids=TIMES)
def test_times_are_seconds_or_look_like_times(read: Read, at: str, seconds: float) -> None:
    (entry,) = read(f'[[scenario]]\nat = {at}\nact = "boot"').scenario
    assert entry.at == seconds


def test_clocks_go_as_the_file_says(read: Read) -> None:
    began = Timestamp.parse("2026-01-01T00:00:00Z")
    scaled = read('[clock]\npace = 60\nbegan = "2026-01-01T00:00:00Z"').plan.clock.make()
    assert isinstance(scaled, ScaledClock)
    assert (scaled.factor, scaled.began) == (60, began)
    stands = read("[clock]\npace = 0\nbegan = 2026-01-01T00:00:00Z").plan.clock.make()
    assert isinstance(stands, SteppedClock)
    assert (stands.utc(), stands.even_time()) == (began, 0)
    goes = read("[clock]\nbegan = 2026-01-01T00:00:00Z").plan.clock.make()
    assert isinstance(goes, ScaledClock)
    assert goes.factor == 1
    assert began <= goes.utc() < began + timedelta(minutes=10)


MISTAKES: dict[str, tuple[str, str]] = {
    "no TOML": ("connectors = \n", "invalid TOML: Invalid value (at line 1, column 14)"),
    "an unknown key": ("conectors = 2", "conectors: is not known; did you mean connectors?"),
    "a setting of the wrong type": ('connectors = "many"', "connectors: 'many' is not allowed; allowed: a number"),
    "a setting that cannot be": (
        "connectors = 100",
        "connectors: 100 is not allowed; allowed: a whole number from 1 to",
    ),
    "an unknown configuration key": ("[configuration]\nNonsense = 1", "Nonsense: is not known"),
    "a configuration that cannot be": (
        "[configuration]\nHeartbeatInterval = -1",
        "HeartbeatInterval: '-1' is not allowed",
    ),
    "an unknown part of the identity": ('[identity]\nmodel = "x"', "identity.model: is not known"),
    "a seed that is no number": ('seed = "x"', 'seed: expected a whole number, found "x"'),
    "boot that is no boolean": ('boot = "no"', 'boot: expected true or false, found "no"'),
    "timings that are no table": ("timings = 5", "timings: expected a table of car_seen_s, "),
    "an unknown timing": ("[timings]\ncar_seen = 1", "timings.car_seen: is not known; did you mean car_seen_s?"),
    "a timing that is a text": ('[timings]\ncar_seen_s = "1"', 'timings.car_seen_s: expected a number, found "1"'),
    "a timing before now": ("[timings]\ncar_seen_s = -1", "timings: 'car_seen_s' must be >= 0: -1.0"),
    "a timing without end": ("[timings]\ncar_seen_s = inf", "timings.car_seen_s: expected a number, found Infinity"),
    "a clock that goes backwards": ("[clock]\npace = -1", "clock.pace: expected a number, 0 to 1000, found -1"),
    "a begin that is no time": (
        '[clock]\nbegan = "soon"',
        "clock.began: expected a time such as 2026-06-01T12:00:00Z, ",
    ),
    "a begin in no time zone": ("[clock]\nbegan = 2026-01-01T00:00:00", "clock.began: expected a time such as 2026-"),
    "a connector without a number": (
        "[connector]\nhas_lock = true",
        "connector.has_lock: expected a connector's number",
    ),
    "connector 0": ("[connector.0]", "connector.0: expected a connector's number, 1 to 99, as in [connector.1]"),
    "a connector that is not there": (
        "connectors = 2\n[connector.3]",
        "connector.3: the station has only 2 connectors",
    ),
    "connectors in a list": ("[[connector]]\nnumber = 1", "connector: expected tables such as [connector.1], found [{"),
    "an unknown part of a connector": (
        "[connector.1]\nlock = true",
        "connector.1.lock: is not known; did you mean has_lock?",
    ),
    "a lock that is no boolean": (
        '[connector.1]\nhas_lock = "yes"',
        'connector.1.has_lock: expected true or false, found "yes"',
    ),
    "two phases": ("[connector.1]\nphases = 2", "connector.1: a connector has 1 or 3 phases, not 2"),
    "a usual car that is not there": ('[connector.1]\ncar = "x"', "connector.1.car: 'x' is not known; none is defined"),
    "a car that is no table": ("car = 5", "car: expected a table, found 5"),
    "a car of two kinds": (
        "[car.x]\nphases = 1\npower_w = 5",
        "car.x.power_w: is not known; expected one of phases, current_a,",
    ),
    "a car with two phases": ("[car.x]\nphases = 2", "car.x: a car charges on 1 or 3 phases, not 2"),
    "a full battery": ("[car.x.battery]\nsoc_percent = 101", "car.x.battery: 'soc_percent' must be <= 100: 101.0"),
    "a token that is no text": ("[token]\nx = 5", "token.x: expected a string of 1 to 20 characters, found 5"),
    "a long token": (f'[token]\nx = "{"1" * 21}"', "token.x: expected a string of 1 to 20 characters, found"),
    "a scenario that is a table": (
        '[scenario]\nact = "boot"',
        "scenario: expected tables such as [[scenario]], found {",
    ),
    "an entry that is no table": ("scenario = [5]", "scenario[0]: expected a table, found 5"),
    "an entry without an act": (
        "[[scenario]]\nat = 5",
        "scenario[0].act: expected the name of an act: one of plug_in, ",
    ),
    "an unknown act": ('[[scenario]]\nact = "plug"', "scenario[0].act: 'plug' is not known; did you mean plug_in?"),
    "a second entry without a connector": (
        '[[scenario]]\nact = "boot"\n[[scenario]]\nact = "plug_in"',
        "scenario[1].connector: is missing; expected a whole number, 1 to 99",
    ),
    "an entry of a connector that is not there": (
        '[[scenario]]\nact = "plug_in"\nconnector = 2',
        "scenario[0].connector: there is no connector 2; expected at most 1",
    ),
    "an entry with an unknown car": (
        '[[scenario]]\nact = "plug_in"\nconnector = 1\ncar = "x"',
        "scenario[0].car: 'x' is not known; none is defined",
    ),
    "a time that is none": (
        '[[scenario]]\nat = "soon"\nact = "boot"',
        "scenario[0].at: expected seconds, or a string such as",
    ),
    "a time before the start": (
        '[[scenario]]\nat = -1\nact = "boot"',
        "scenario[0].at: expected seconds, or a string such",
    ),
    "a date": ('[[scenario]]\nat = 2026-01-01\nact = "boot"', "scenario[0].at: expected seconds, or a string such as"),
    "a time before the one above": (
        '[[scenario]]\nat = 5\nact = "boot"\n[[scenario]]\nact = "boot"\n[[scenario]]\nat = 4\nact = "boot"',
        "scenario[2].at: 4 is before the previous entry",
    ),
}


@pytest.mark.parametrize(("text", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_file_and_its_place(read: Read, text: str, said: str) -> None:
    with pytest.raises(StationFileError) as told:
        read(text)
    assert str(told.value).startswith("station.toml: ")
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StationFileError, match=r"nowhere\.toml: cannot be read \(No such file or directory\)"):
        read_station_file(tmp_path / "nowhere.toml")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(StationFileError, match=r"station\.toml: invalid TOML: "):
        read_station_file(path)
