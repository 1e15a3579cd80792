"""The way a scene is played: on the core alone, or by a whole charge point over a websocket."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ocpp16sm.hardware import Hardware
from tests.support.scene import CoreScene, Scene
from tests.support.scripted_hardware import ScriptedHardware
from tests.support.wire import WireScene

WAYS = ["core", "websocket"]


@contextmanager
def played(way: str, hardware: Hardware | None = None) -> Iterator[Scene]:
    """A scene with two connectors; nothing is sent but what it calls for."""
    if way == "core":
        yield CoreScene(2, hardware=hardware)
        return
    over_a_websocket = WireScene(2, hardware=hardware)
    try:
        yield over_a_websocket
    finally:
        over_a_websocket.close()


@pytest.fixture(params=WAYS)
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A station without any hardware."""
    with played(request.param) as scene:
        yield scene


@pytest.fixture(params=WAYS)
def file_jobs(request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A station that can move files."""
    with played(request.param, ScriptedHardware()) as scene:
        yield scene
