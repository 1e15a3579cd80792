"""Charge points as most scenes of the core find them."""

import pytest

from tests.support.scene import CoreScene


@pytest.fixture
def scene() -> CoreScene:
    """A charge point with one connector, accepted."""
    scene = CoreScene()
    scene.boots()
    return scene


@pytest.fixture
def taciturn() -> CoreScene:
    """A charge point with two connectors, accepted, that says nothing of changes of status."""
    scene = CoreScene(connectors=2, MinimumStatusDuration="86400")
    scene.boots()
    return scene
