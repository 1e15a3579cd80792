"""Requests of the Central System whose answer is late: how many may wait, and that the rest is refused."""

import json

from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import AskHardware, AskVendor, SendText
from ocpp16sm.core.engine.incoming_calls import MOST_UNANSWERED, REMEMBERED_ANSWERS
from ocpp16sm.core.protocol import Step
from ocpp16sm.hardware import Reset, Unlock
from tests.support.scene import CoreScene, accepted


def says(scene: CoreScene, text: str) -> Step:
    """The Central System says something; nobody but us performs what comes of it."""
    return scene.virtual.core.feed(inputs.TextReceived(text), scene.virtual.now)


def replies(step: Step) -> list[list[object]]:
    """What was sent."""
    return [json.loads(effect.text) for effect in step.effects if isinstance(effect, SendText)]


def test_so_many_requests_may_wait_for_the_station_and_no_more() -> None:
    """OCPP-J 4.1.1: a Central System waits for the answer, or for its time-out; a flood of them costs no memory."""
    scene = accepted()
    refs = []
    for number in range(MOST_UNANSWERED):
        step = says(scene, f'[2,"{number}","DataTransfer",{{"vendorId":"v"}}]')
        assert replies(step) == []
        refs += [effect.ref for effect in step.effects if isinstance(effect, AskVendor)]
    for number in range(100):
        (reply,) = replies(says(scene, f'[2,"more-{number}","DataTransfer",{{"vendorId":"v"}}]'))
        assert reply[:3] == [4, f"more-{number}", "GenericError"]
    step = scene.virtual.core.feed(inputs.VendorAnswered(refs[0], "Accepted"), scene.virtual.now)
    assert replies(step) == [[3, "0", {"status": "Accepted"}]]
    assert replies(says(scene, '[2,"later","ClearCache",{}]')) == [[3, "later", {"status": "Accepted"}]]


def test_large_requests_may_be_fewer() -> None:
    """What waits costs no more memory than a few of the greatest frames."""
    scene = accepted()
    waiting = 0
    for number in range(100):
        data = "x" * 1_000_000
        step = says(scene, f'[2,"{number}","DataTransfer",{{"vendorId":"v","data":"{data}"}}]')
        waiting += not replies(step)
    assert 4 < waiting <= REMEMBERED_ANSWERS + 1


def test_one_that_is_repeated_meanwhile_counts_once() -> None:
    scene = accepted()
    for _ in range(MOST_UNANSWERED + 50):
        assert replies(says(scene, '[2,"same","DataTransfer",{"vendorId":"v"}]')) == []
    assert replies(says(scene, '[2,"other","ClearCache",{}]')) == [[3, "other", {"status": "Accepted"}]]


def test_only_somebody_who_waits_makes_the_hardware_hurry() -> None:
    """An answer to the Central System has a time-out; a reset takes as long as it takes."""
    scene = accepted()
    asked = [
        effect
        for text in ('[2,"1","UnlockConnector",{"connectorId":1}]', '[2,"2","Reset",{"type":"Soft"}]')
        for effect in says(scene, text).effects
        if isinstance(effect, AskHardware)
    ]
    assert [ask.within_s for ask in asked] == [120, 120]
    assert isinstance(asked[0].call, Unlock)
    assert asked[1].ref is not None
    step = scene.virtual.core.feed(inputs.HardwareAnswered(asked[1].ref, True), scene.virtual.now)
    (reset,) = [effect for effect in step.effects if isinstance(effect, AskHardware)]
    assert isinstance(reset.call, Reset)
    assert reset.within_s is None
