"""Recordings made in virtual time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ocpp16sm.base.instant import Instant
from ocpp16sm.core.engine.inputs import Input
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.core.protocol import Core, Step
from ocpp16sm.generated.handlers import HandlerCall
from ocpp16sm.shell.flight_recorder import FlightRecorder, Replayed, replay
from ocpp16sm.testing import virtual_charge_point


@contextmanager
def recorded(path: Path) -> Iterator[None]:
    """Every virtual charge point that starts meanwhile is recorded at ``path``, as the shell records a real one."""

    class RecordedCore(Core):
        def __init__(self, setup: Setup, *, id_prefix: str, **how: Any) -> None:
            super().__init__(setup, id_prefix=id_prefix, **how)
            self._recorder = FlightRecorder.open(path, setup, id_prefix)
            recorders.append(self._recorder)

        def feed(self, happened: Input | HandlerCall, at: Instant) -> Step:
            try:
                step = super().feed(happened, at)
            except Exception as error:
                self._recorder.fed(happened, at, (), error)
                raise
            self._recorder.fed(happened, at, step.effects, None)
            return step

    recorders: list[FlightRecorder] = []
    with patch.object(virtual_charge_point, "Core", RecordedCore):
        try:
            yield
        finally:
            for recorder in recorders:
                recorder.close()


def replayed(path: Path) -> list[Replayed]:
    """Every step of a recording; all of them have the effects that were recorded."""
    steps = list(replay(path))
    different = [f"line {step.line}: {step.recorded}\n{step.replayed}" for step in steps if not step.same]
    assert not different, different[0]
    return steps
