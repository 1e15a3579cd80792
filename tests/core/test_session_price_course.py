"""The course of a session's price, as it is on disk after each step: every transition of its chart."""

from itertools import permutations

import pytest

from tests.support.prices import costs, prices, says
from tests.support.scene import CoreScene


def course(scene: CoreScene) -> tuple[str, ...]:
    """Where the price of the first session is."""
    return scene.virtual.store.load().session_prices[0].configuration


def tells(scene: CoreScene, state: str) -> None:
    """The Central System says what the session costs."""
    if state == "Final":
        assert says(scene, "FinalCost", {"transactionId": 1, "cost": 1}) == {"status": "Accepted"}
    else:
        assert costs(scene, state=state) == {"status": "Accepted"}


@pytest.mark.parametrize("told", list(permutations(["Charging", "Idle", "Final"])), ids="-".join)
def test_a_cost_is_what_was_told_last(told: tuple[str, ...]) -> None:
    """profiles.md 7.2: in any order, and twice."""
    scene = prices()
    scene.transaction()
    assert course(scene) == ("Untold", "Running")
    for state in (*told, told[0], told[0]):
        tells(scene, state)
        assert course(scene) == (state, "Running")


@pytest.mark.parametrize(
    ("fee", "steps"),
    [
        (False, [("stop", "Over"), ("leave", "Over")]),
        (True, [("stop", "StillConnected"), ("leave", "Over")]),
        (False, [("leave", "Unplugged"), ("stop", "Over")]),
        (True, [("leave", "Unplugged"), ("stop", "Over")]),
    ],
    ids=["stopped", "idle", "left", "left while idling costs"],
)
def test_a_session_costs_until_it_is_over(fee: bool, steps: list[tuple[str, str]]) -> None:
    """CustomIdleFeeAfterStop decides about a car that stays; who has left is told once, where it costs something."""
    scene = prices(CustomIdleFeeAfterStop=str(fee).lower())
    scene.transaction()
    for step, expected in steps:
        assert scene.hears_all("DataTransfer") == []
        if step == "stop":
            scene.ends(wh=1)
        else:
            scene.station.on_session_stopped(1, "s1")
        assert course(scene) == ("Untold", expected)
    assert len(scene.hears_all("DataTransfer")) == fee


@pytest.mark.parametrize("fee", ["true", "false"])
def test_what_is_not_over_is_not_forgotten(fee: str) -> None:
    """A connector at which a car stays is known, however many others come and go beside it."""
    scene = prices(2, CustomIdleFeeAfterStop=fee)
    scene.transaction(2, "stays")
    for number in range(20):
        scene.begins(1, f"s{number}")
        scene.ends(1, f"s{number}")
        scene.hears_all()
    assert course(scene) == ("Untold", "Running")
    assert costs(scene, 1) == {"status": "Accepted"}
