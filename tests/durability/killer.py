"""Starts a process again and again on one store, and kills it at random (seeded) instants with SIGKILL."""

import asyncio
import os
import signal
from abc import ABC, abstractmethod
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from random import Random

from attrs import define

from ocpp16sm.store import SqliteStore
from tests.durability.central_system import RoughCentralSystem
from tests.durability.ledger import Ledger

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60
MOST_EVENTS = 80
"""A process is killed at the latest when so much has happened in its life."""
AFTERWARDS_S = 0.03
"""The kill comes within so much of the event that it follows: in the middle of whatever goes on then."""
CLOSED = 0.25
"""So many of the lives find no Central System until late."""
EXPECTED = "; next attempt in "
"""What a process may complain of: a connection that was refused or lost."""


@define
class Killer(ABC):
    """Of what kind the process is, and what it says about its transactions, is the business of subclasses."""

    store: Path
    chance: Random
    central_system: RoughCentralSystem
    lives: int = 0
    _events: int = 0
    _last: int = 0
    _process: Process | None = None

    @abstractmethod
    def command(self) -> tuple[list[str], bytes]:
        """Command line of the next life, and its standard input."""

    @abstractmethod
    def last_command(self) -> tuple[list[str], bytes]:
        """The same for a life that delivers what the others have left."""

    @abstractmethod
    def heard(self, line: str) -> None:
        """The process has said something."""

    async def live_and_die(self) -> None:
        """One life, from start to kill."""
        self._events, self._last = 0, self.chance.randrange(1, MOST_EVENTS)
        self.central_system.closed = self.chance.random() < CLOSED
        self._process = await self._start(*self.command())
        code, complaints = await self._end(self._process)
        assert (code, complaints) == (-signal.SIGKILL, "")

    async def deliver(self) -> None:
        """The last life: everything that is left is delivered, and the process ends in good order."""
        self.central_system.gentle, self.central_system.closed = True, False
        self._last = 0
        assert await self._end(await self._start(*self.last_command())) == (0, "")

    def happened(self) -> None:
        """Something has happened in this life; after so much, the process has only moments to live."""
        self._events += 1
        if self._events >= self._last // 2:
            self.central_system.closed = False
        if self._events == self._last and self._process is not None:
            delay = self.chance.uniform(0, AFTERWARDS_S)
            asyncio.get_running_loop().call_later(delay, os.kill, self._process.pid, signal.SIGKILL)

    async def _start(self, command: list[str], given: bytes) -> Process:
        self.lives += 1
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=ROOT)
        assert process.stdin is not None
        process.stdin.write(given)
        process.stdin.close()
        return process

    async def _end(self, process: Process) -> tuple[int, str]:
        """Its exit code, and what it complained of."""
        assert process.stdout is not None
        assert process.stderr is not None
        async with asyncio.timeout(PATIENCE_S):
            async for line in process.stdout:
                self.heard(line.decode())
                self.happened()
            errors = (await process.stderr.read()).decode()
            code = await process.wait()
        return code, "".join(line for line in errors.splitlines(keepends=True) if EXPECTED not in line)


async def kill_again_and_again(killer: Killer, rounds: int) -> Ledger:
    """So many lives on one store, and a last one that delivers; gives the Central System's books."""
    central_system = killer.central_system
    central_system.on_frame = killer.happened
    async with central_system:
        for _ in range(rounds):
            await killer.live_and_die()
        await killer.deliver()
    kept = SqliteStore(killer.store)
    left = kept.load()
    kept.close()
    assert (left.queue, left.transactions, left.samples) == ((), (), {})
    assert central_system.ledger.sent_again > 0, "no kill and no hang-up ever hit a request in flight"
    return central_system.ledger
