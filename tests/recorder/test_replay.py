"""A recording, replayed, has the same effects byte for byte; one that was changed says where."""

import json
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.errors import LocalError
from ocpp16sm.shell.flight_recorder import ReplayError, replay
from ocpp16sm.station_facts import Located, Measurement, PerPhase
from ocpp16sm.testing.handler_calls import handler_arguments
from statecharts.ocpp16.handlers import HANDLERS
from tests.hostile.frames import VALID, listed, misfits, new_id, spoiled
from tests.recorder.recorded import recorded, replayed
from tests.support.charging_scenes import MAX, TX, clears, installs, limit, profile, starts_from_afar
from tests.support.scene import IDENTITY, CoreScene, usual_answer
from tests.support.virtual_core import BEGAN, VirtualChargePoint


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return tmp_path / "flight.jsonl"


def a_day(scene: CoreScene) -> None:
    """A transaction, an error, a lost connection, a mistake of the caller, a power cut."""
    scene.boots()
    scene.transaction()
    scene.station.on_meter_values(
        1, Measurement(timestamp=scene.virtual.now.utc, energy_wh_import=PerPhase(total=10.5))
    )
    scene.passes(120)
    scene.virtual.on_sent = lambda _text: None
    scene.loses_link()
    with suppress(LocalError):
        scene.station.on_transaction_started(1, "other", "TAG", 0, None, scene.virtual.now.utc)
    scene.passes(60)
    scene.starts(resuming_sessions=frozenset({"s1"}))
    scene.passes(60)
    scene.station.on_transaction_stopped(1, "s1", "Local", scene.virtual.now.utc, 20)
    scene.passes(60)


def test_a_day_with_everything_replays(recording: Path) -> None:
    with recorded(recording):
        a_day(CoreScene(MeterValueSampleInterval="30"))
    steps = replayed(recording)
    assert {"Started", "TransactionStarted", "TextReceived", "LinkLost", "DeadlineReached", "TransactionStopped"} <= {
        type(step.happened).__name__ for step in steps
    }
    assert '"TransactionRunningError"' in [step.recorded for step in steps], "a refusal is an outcome too"


def test_a_reading_in_whole_numbers_is_the_same_reading_when_it_is_read_back(recording: Path) -> None:
    with recorded(recording):
        scene = CoreScene(MeterValueSampleInterval="30")
        scene.boots()
        scene.transaction()
        scene.measures(1, 100, power_w=PerPhase(total=7000, l1=7000), soc_percent=Located(55))
        scene.passes(60)
    replayed(recording)


def test_charging_profiles_replay(recording: Path) -> None:
    """Set, awaited, taken up at a start with and without their transactions, and over; limits stay exact decimals."""
    with recorded(recording):
        scene = CoreScene(connectors=2)
        scene.boots()
        assert installs(scene, 0, profile(1, MAX, limit=20.1)) == "Accepted"
        assert starts_from_afar(scene, "APP", 1, chargingProfile=profile(2, TX, limit=8.7)) == "Accepted"
        scene.begins(1, "s1", "APP")
        scene.hears_all()
        assert starts_from_afar(scene, "NOBODY", 2, chargingProfile=profile(3, TX)) == "Accepted"
        assert installs(scene, 0, profile(4, level=-1)) == "Rejected"
        scene.starts(resuming_sessions=frozenset({"s1"}))
        scene.hears_all()
        assert limit(scene) == 8.7
        scene.passes(600)
        scene.starts()
        scene.hears_all()
        assert clears(scene, id=2) == "Unknown"
    effects = "".join(step.recorded for step in replayed(recording))
    for kind in ("LimitsChanged", "PutAwaitedStart", "DropAwaitedStart", "DropChargingProfile", "LogRefusal"):
        assert f'"kind":"{kind}"' in effects


def test_reservations_replay_over_a_power_cut(recording: Path) -> None:
    with recorded(recording):
        scene = CoreScene(3)
        scene.boots()
        for connector, group in ((1, None), (2, "GROUP"), (0, None)):
            assert scene.reserves(connector, connector, group=group) == "Accepted"
            scene.hears_all()
        scene.begins(1, id_tag="HOLDER")
        scene.restarts()
        scene.hears_all()
        scene.passes(3600)
        assert scene.hears_all("StatusNotification")
    replayed(recording)


@pytest.mark.parametrize("many", [listed, misfits, lambda chance: islice(spoiled(chance), 300)])
def test_hostile_frames_replay(recording: Path, many: Callable[[Random], Any]) -> None:
    with recorded(recording):
        scene = CoreScene()
        scene.boots()
        for text in many(Random(16)):
            scene.says(text)
    assert len(replayed(recording)) > 80


class Tumult:
    """Whatever can happen to a charge point, in any order, drawn by Hypothesis."""

    def __init__(self, data: st.DataObject) -> None:
        self._draw = data.draw
        self._point = VirtualChargePoint(Setup(identity=IDENTITY, connectors=2), on_sent=self._answer)
        self._point.start()
        self._chance = Random(0)

    def _answer(self, text: str) -> None:
        frame = json.loads(text)
        if frame[0] == 2 and (frame[2] == "BootNotification" or self._draw(st.integers(0, 9))):
            answer = usual_answer(frame[2], self._point.now.utc, 1)
            delay = self._draw(st.sampled_from([0.0, 0.5, 40.0]))
            self._point.at(delay, inputs.TextReceived(json.dumps([3, frame[1], answer])))

    def happens(self) -> None:
        with suppress(LocalError):
            self._draw(st.sampled_from(self._acts()))()

    def _acts(self) -> list[Callable[[], None]]:
        return [
            self._handler, self._handler, self._handler, self._time, self._time, self._request, self._hostile,
            self._link_breaks, self._network, self._power_cut, self._question, self._setting, self._clock,
        ]  # fmt: skip

    def _handler(self) -> None:
        handler = self._draw(st.sampled_from(HANDLERS))
        arguments = self._draw(handler_arguments(handler.name, 2, lambda: self._point.now.utc))
        getattr(self._point, handler.name)(**arguments)

    def _time(self) -> None:
        self._point.advance(self._draw(st.sampled_from([0.001, 1.0, 31.0, 90.0, 1000.0])))

    def _request(self) -> None:
        action = self._draw(st.sampled_from(sorted(VALID)))
        self._text(json.dumps([2, new_id(self._chance), action, VALID[action]]))

    def _hostile(self) -> None:
        self._text(self._draw(st.sampled_from([*listed(self._chance), *islice(spoiled(self._chance), 20)])))

    def _text(self, text: str) -> None:
        if self._point.linked:
            self._point.feed(inputs.TextReceived(text))

    def _link_breaks(self) -> None:
        if self._point.linked:
            self._point.drop_link()

    def _network(self) -> None:
        self._point.dial_s = self._draw(st.sampled_from([None, 0.0, 3.0]))

    def _power_cut(self) -> None:
        self._point.start(resuming_sessions=self._draw(st.frozensets(st.sampled_from(["a", "b"]))))

    def _question(self) -> None:
        self._point.feed(inputs.AuthorizeAsked(self._draw(st.sampled_from(["a", "ü\u2028"])), "r1"))

    def _setting(self) -> None:
        self._point.feed(inputs.ConfigurationSet("HeartbeatInterval", self._draw(st.sampled_from(["0", "7", "x"]))))

    def _clock(self) -> None:
        self._point.set_wall_clock(self._draw(st.sampled_from([BEGAN, Timestamp.parse("1999-12-31T23:59:59.999Z")])))


@given(st.data())
def test_whatever_happens_replays(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        recording = Path(folder) / "flight.jsonl"
        with recorded(recording):
            tumult = Tumult(data)
            for _ in range(data.draw(st.integers(0, 25))):
                tumult.happens()
        replayed(recording)


@pytest.mark.parametrize("text", ["\u2028", "\x85", "\x0c", "ä€😀", "\\ud800", "\\u0000"])
def test_a_line_is_a_line_whatever_separators_unicode_knows(recording: Path, text: str) -> None:
    with recorded(recording):
        scene = CoreScene()
        scene.boots()
        scene.says(f'[2,"a","DataTransfer",{{"vendorId":"{text}"}}]')
    replayed(recording)


def test_each_start_is_another_part_of_the_recording(recording: Path) -> None:
    """What led to a crash must not be lost by the start after it."""
    with recorded(recording):
        CoreScene().boots()
        first = recording.read_text()
        CoreScene(connectors=3).boots()
    assert recording.read_text().startswith(first)
    assert [type(step.happened).__name__ for step in replayed(recording)].count("Started") == 2


def changes(lines: list[str]) -> dict[str, tuple[int, list[str]]]:
    """What somebody may have done to a recording -> the line at which that is to be seen, and the lines."""
    middle = next(n for n, line in enumerate(lines) if '"StartTransaction' in line and '"SendText"' in line)
    told = lines[middle]
    return {
        "an effect is another": (middle, [*lines[:middle], told.replace("Persist", "Forget"), *lines[middle + 1 :]]),
        "an effect is missing": (middle, [*lines[:middle], _without_last_effect(told), *lines[middle + 1 :]]),
        "an input is another": (middle, [*lines[:middle], told.replace('"TAG"', '"GAT"', 1), *lines[middle + 1 :]]),
        "an input is missing": (middle, [*lines[:middle], *lines[middle + 1 :]]),
        "the time is another": (middle, [*lines[:middle], told.replace("2026", "2027", 1), *lines[middle + 1 :]]),
        "the setup is another": (1, [lines[0].replace('"connectors":2', '"connectors":3'), *lines[1:]]),
        "the prefix is another": (1, [lines[0].replace('"m1-"', '"m2-"'), *lines[1:]]),
    }


def _without_last_effect(line: str) -> str:
    row = json.loads(line)
    row["effects"].pop()
    return json.dumps(row)


CHANGES = (
    "an effect is another", "an effect is missing", "an input is another", "an input is missing",
    "the time is another", "the setup is another", "the prefix is another",
)  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_recording_says_at_which_line(recording: Path, what: str) -> None:
    with recorded(recording):
        scene = CoreScene(connectors=2)
        scene.boots()
        scene.transaction()
    lines = recording.read_text().splitlines()
    changed = changes(lines)
    assert changed.keys() == set(CHANGES)
    at, written = changed[what]
    assert written != lines
    recording.write_text("\n".join(written) + "\n")
    assert next(step.line for step in replay(recording) if not step.same) == at + 1


GOOD = '{"input":{"kind":"DeadlineReached"},"mono":0.0,"utc":"2026-06-01T12:00:00.000Z","effects":[]}'


@pytest.mark.parametrize(
    "line",
    [
        "", "x", "{", "[]", "{}", "null", "5", '"text"', GOOD[:-1], GOOD.replace("2026", "x"),
        GOOD.replace('"utc"', '"u"'), GOOD.replace('"mono":0.0,', ""), GOOD.replace("DeadlineReached", "Nothing"),
        GOOD.replace("DeadlineReached", "LinkLost"),
        GOOD.replace('"kind":"DeadlineReached"', '"kind":"TransactionStarted","connector":"x"'),
        GOOD.replace('{"kind":"DeadlineReached"}', '{"kind":[]}'), "\x00\xff",
    ],
)  # fmt: skip
def test_a_damaged_line_is_named(recording: Path, line: str) -> None:
    with recorded(recording):
        CoreScene().boots()
    lines = recording.read_text().splitlines()
    recording.write_text("\n".join([*lines[:3], line, *lines[3:]]), encoding="ascii", errors="backslashreplace")
    with pytest.raises(ReplayError, match="line 4: is no record of an input"):
        list(replay(recording))


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"x", b"{}", b"[]", b"null", b'{"recording":2}', b'{"recording":1}', b"\xff\xfe", b"\x00" * 100,
     b'{"id_prefix":"x","recording":1,"setup":{}}', b'{"id_prefix":"x","recording":1,"setup":[]}'],
)  # fmt: skip
def test_what_is_no_recording_is_refused(recording: Path, content: bytes) -> None:
    recording.write_bytes(content)
    with pytest.raises(ReplayError, match=str(recording)):
        list(replay(recording))


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(ReplayError, match="cannot be read"):
            list(replay(path))
