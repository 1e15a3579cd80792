"""The way a scene is played: on the core alone, or by a whole charge point over a websocket."""

from collections.abc import Iterator

import pytest

from tests.support.scene import CoreScene, Scene
from tests.support.wire import WireScene


@pytest.fixture(params=["core", "websocket"])
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    """Two connectors; nothing is sent but what the scene calls for."""
    if request.param == "core":
        yield CoreScene(2)
        return
    over_a_websocket = WireScene(2)
    try:
        yield over_a_websocket
    finally:
        over_a_websocket.close()
