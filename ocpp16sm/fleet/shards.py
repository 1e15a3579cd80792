"""A run on several processes, each with an event loop: they start together and report their counts every second."""

import asyncio
import multiprocessing
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from attrs import define

from ocpp16sm.fleet.counts import Counts
from ocpp16sm.fleet.profile import STOP_S
from ocpp16sm.fleet.run import RunListener, RunPlan, run_loop
from ocpp16sm.shell.signals import ending, held_back, leave_to_parent

TICK_S = 1.0
LINGER_S = STOP_S + 20.0
"""Maximum seconds to wait for processes after a stop."""


@define
class _Child:
    part: int
    process: BaseProcess
    pipe: Connection
    ready: bool = False
    over: bool = False

    def say(self, word: str) -> None:
        """Send it a word, if it still runs."""
        with suppress(OSError):
            self.pipe.send(word)


def run_shards(plan: RunPlan, processes: int, listener: RunListener) -> None:
    """Run a fleet on several processes for its duration, or until Ctrl-C or SIGTERM; then shut it down cleanly."""
    stopping: list[float] = []

    def stop() -> None:
        stopping.append(time.monotonic())
        for child in children:
            child.say("stop")

    context = multiprocessing.get_context("spawn")
    children: list[_Child] = []
    try:
        with ending(stop):
            for part in range(processes):
                here, there = context.Pipe()
                process = context.Process(target=_live, args=(there, plan, part, processes), daemon=True)
                with held_back():
                    process.start()
                there.close()
                children.append(_Child(part, process, here))
            if stopping:  # stopped before all processes existed
                for child in children:
                    child.say("stop")
            _attend(children, listener, stopping)
    finally:
        for child in children:
            child.process.kill()
            child.process.join()
            child.pipe.close()


def _attend(children: list[_Child], listener: RunListener, stopping: list[float]) -> None:
    """Receive the reports of the processes until all have ended."""
    began: float | None = None
    due = 0.0
    while running := [child for child in children if not child.over]:
        for pipe in wait([child.pipe for child in running], 0.2 if began is None else max(0.0, min(due - _now(), 0.2))):
            child = next(child for child in running if child.pipe is pipe)
            _hear(child, listener)
        if began is None and all(child.ready or child.over for child in children):
            began = _now()
            due = began + TICK_S
            for child in running:
                child.say("go")
        if began is not None and _now() >= due:
            due = max(due + TICK_S, _now())
            listener.passed(_now() - began)
        if stopping and _now() - stopping[0] > LINGER_S:
            break
    listener.passed(_now() - (_now() if began is None else began))


def _hear(child: _Child, listener: RunListener) -> None:
    try:
        message = child.pipe.recv()
    except (EOFError, OSError):
        child.over = True
        child.process.join(1.0)
        if child.process.exitcode != 0:
            listener.died(child.part, child.process.exitcode)
        return
    if isinstance(message, Counts):
        listener.counted(child.part, message)
    else:
        child.ready = True


def _now() -> float:
    return time.monotonic()


# -- in the other process -------------------------------------------------------------------------------------------


def _live(pipe: Connection, plan: RunPlan, part: int, parts: int) -> None:
    leave_to_parent()
    run_loop(_run(pipe, plan, part, parts))


async def _run(pipe: Connection, plan: RunPlan, part: int, parts: int) -> None:
    loop = asyncio.get_running_loop()
    go, over = asyncio.Event(), asyncio.Event()
    words = {"go": go, "stop": over}
    fleet = plan.fleet(part, parts)
    threading.Thread(target=_listen, args=(pipe, partial(_heard, loop, words)), daemon=True).start()
    pipe.send("ready")
    waits = [asyncio.ensure_future(event.wait()) for event in (go, over)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait_ in waits:
        wait_.cancel()

    def tick(_at_s: float, counts: Counts) -> None:
        try:
            pipe.send(counts)
        except OSError:  # the parent is gone
            over.set()

    await fleet.run(over, tick, plan.duration_s)


def _heard(loop: asyncio.AbstractEventLoop, words: dict[str, asyncio.Event], word: str) -> None:
    with suppress(RuntimeError):  # the loop is closed already
        loop.call_soon_threadsafe(words[word].set)


def _listen(pipe: Connection, heard: Callable[[str], None]) -> None:
    """Receive the parent's words; runs in its own thread. The end of the pipe means that the parent is gone."""
    try:
        while True:
            heard(pipe.recv())
    except (EOFError, OSError):
        heard("stop")
