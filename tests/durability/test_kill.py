"""``kill -9`` of real processes, again and again on the same store.

What a handler had vouched for reaches the Central System exactly once: Start before its readings before its Stop, the
readings those that the Stop carries, under the transaction id that the Central System gave (3.7.1, 4.8, 4.10).
"""

import asyncio
import json
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import define, evolve, field

from tests.durability import worker
from tests.durability.central_system import RoughCentralSystem
from tests.durability.killer import Killer, kill_again_and_again
from tests.durability.ledger import Session


@define
class WorkerKiller(Killer):
    """Kills :mod:`tests.durability.worker`, which says what its handlers have vouched for."""

    mode: str = field(kw_only=True)
    sessions: dict[str, Session] = field(factory=dict)
    _names: dict[str, str] = field(factory=dict)
    """The present life's name of a session -> its idTag, which is the only one for ever."""

    def command(self) -> tuple[list[str], bytes]:
        open_ones = {tag: session.connector for tag, session in self.sessions.items() if session.reason is None}
        self._names = {tag: tag for tag in open_ones}
        resuming = open_ones if self.mode == "charge_point" and self.chance.random() < 0.5 else {}
        return self._command(self.mode, resuming)

    def last_command(self) -> tuple[list[str], bytes]:
        return self._command("deliver", {})

    def _command(self, mode: str, resuming: dict[str, int]) -> tuple[list[str], bytes]:
        last = {connector: tag for tag, connector in resuming.items()}  # of several at one connector
        life = {
            "mode": mode,
            "number": self.lives,
            "url": self.central_system.url,
            "store": str(self.store),
            "resuming": {tag: connector for connector, tag in last.items()},
        }
        return [sys.executable, "-m", worker.__name__, json.dumps(life)], b""

    def heard(self, line: str) -> None:
        row: dict[str, Any] = json.loads(line)
        if row["said"] == "started":
            tag = self._names[row["session"]] = row["tag"]
            self.sessions[tag] = Session(tag, row["connector"], _whole(row["register"]), row["at"])
            return
        session = self.sessions[self._names[row["session"]]]
        end = _whole(row["register"]), row["reason"]
        if row["said"] == "stopping":
            session = evolve(session, stopping=(*session.stopping, end))
        else:
            session = evolve(session, meter_stop=end[0], reason=end[1])
        self.sessions[session.id_tag] = session


def _whole(register: float) -> int:
    return int(register + 0.5)


def kill_workers(mode: str, store: Path, rounds: int, seed: int) -> None:
    killer = WorkerKiller(store, Random(seed), RoughCentralSystem(Random(seed)), mode=mode)
    ledger = asyncio.run(kill_again_and_again(killer, rounds))
    ledger.verify(killer.sessions.values())
    assert len(killer.sessions) >= rounds // 2, "a proof of nothing: hardly any session was there to be lost"
    assert ledger.count("MeterValues") > 0


@pytest.mark.parametrize(("mode", "rounds"), [("charge_point", 6), ("station", 3)])
def test_a_killed_process_loses_and_doubles_nothing(mode: str, rounds: int, tmp_path: Path) -> None:
    kill_workers(mode, tmp_path / "cp.db", rounds, seed=16)


@pytest.mark.long
@pytest.mark.parametrize("mode", ["charge_point", "station"])
def test_a_process_killed_a_hundred_times_loses_and_doubles_nothing(mode: str, tmp_path: Path) -> None:
    kill_workers(mode, tmp_path / "cp.db", 100, seed=1)


SESSION = """
plug_in 1
present_token T{n}
wait_for 1 Charging
wait 0.1
plug_out 1
wait_for 1 Available
"""
SETTINGS = """
store = "{store}"
[configuration]
AllowOfflineTxForUnknownId = true
MinimumStatusDuration = 0
RetryBackOffRandomRange = 0
RetryBackOffWaitMinimum = 1
TransactionMessageAttempts = 1000
"""
BEGAN = "Authorized → Running"
"""What the transcript of ``ocpp16sm station`` says of a transaction once it is on disk."""


@define
class CommandKiller(Killer):
    """Kills ``ocpp16sm station``, in the middle of a script that has many sessions."""

    settings: Path = field(kw_only=True)
    began: int = 0

    def command(self) -> tuple[list[str], bytes]:
        script = "".join(SESSION.format(n=f"{self.lives}-{n}") for n in range(100))
        return self._command(), script.encode()

    def last_command(self) -> tuple[list[str], bytes]:
        return self._command(), b"wait_for registration=Accepted\nwait_for delivered=true\n"

    def _command(self) -> list[str]:
        main = "from ocpp16sm.cli import main; main()"
        options = ["--url", self.central_system.url, "--script", "-", "--faster", "100"]
        return [sys.executable, "-c", main, "station", str(self.settings), *options]

    def heard(self, line: str) -> None:
        self.began += BEGAN in line


def kill_commands(folder: Path, rounds: int, seed: int) -> None:
    settings, store = folder / "station.toml", folder / "cp.db"
    settings.write_text(SETTINGS.format(store=store), encoding="utf-8")
    killer = CommandKiller(store, Random(seed), RoughCentralSystem(Random(seed)), settings=settings)
    ledger = asyncio.run(kill_again_and_again(killer, rounds))
    ledger.verify([])
    assert ledger.count("StartTransaction") >= killer.began >= rounds // 2


def test_a_killed_station_command_loses_and_doubles_nothing(tmp_path: Path) -> None:
    kill_commands(tmp_path, 3, seed=6)


@pytest.mark.long
def test_a_station_command_killed_a_hundred_times_loses_and_doubles_nothing(tmp_path: Path) -> None:
    kill_commands(tmp_path, 100, seed=7)
