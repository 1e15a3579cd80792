"""What the Central System answers: well, badly, twice, or to nothing.

An answer that cannot be read is a failure to process the request (reference/queue.md 3): the request stays on disk and
is sent again; nothing waits for ever. Proves also OCPP-J 4.1.4 (message ids are matched exactly) and 4.2.1 to 4.2.3 as
far as answers go.
"""

from typing import Any

import pytest

from ocpp16sm.core.engine.inputs import AuthorizeAsked
from ocpp16sm.hardware import SetSystemTime
from ocpp16sm.listener import SecurityEventOccurred
from tests.support.scene import ACCEPTED, SILENCE, CallError, CoreScene

BAD_STARTS = [
    pytest.param({}, id="empty"),
    pytest.param({"idTagInfo": ACCEPTED}, id="no transaction id"),
    pytest.param({"transactionId": 7}, id="no idTagInfo"),
    pytest.param({"transactionId": "7", "idTagInfo": ACCEPTED}, id="a text for an id"),
    pytest.param({"transactionId": 7.5, "idTagInfo": ACCEPTED}, id="a fraction for an id"),
    pytest.param({"transactionId": 7, "idTagInfo": {"status": "Fine"}}, id="an unknown status"),
    pytest.param({"transactionId": 7, "idTagInfo": {**ACCEPTED, "expiryDate": "soon"}}, id="a bad time"),
    pytest.param({"transactionId": 7, "idTagInfo": {**ACCEPTED, "parentIdTag": "x" * 21}}, id="a long parent"),
]
BAD_BOOTS = [
    pytest.param({}, id="empty"),
    pytest.param({"status": "Accepted", "currentTime": "2026-06-01T12:00:00Z"}, id="no interval"),
    pytest.param({"status": "Accepted", "interval": 60}, id="no time"),
    pytest.param({"status": "Welcome", "currentTime": "2026-06-01T12:00:00Z", "interval": 60}, id="an unknown status"),
    pytest.param({"status": "Accepted", "currentTime": "noon", "interval": 60}, id="a bad time"),
    pytest.param({"status": "Accepted", "currentTime": "2026-06-01T12:00:00Z", "interval": "60"}, id="a text"),
]


def reported(scene: CoreScene) -> list[str]:
    """Types of the security events the application was told of since the last look."""
    types = [event.event.type for event in scene.told if isinstance(event, SecurityEventOccurred)]
    scene.told.clear()
    return types


# -- answers that cannot be read ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", BAD_STARTS)
def test_q07_a_start_that_is_answered_badly_is_sent_again_and_stops_nothing(
    taciturn: CoreScene, answer: dict[str, Any]
) -> None:
    """libocpp deletes the row before it reads the answer, and its queue sleeps until the next push.

    Right: it counts as a failure to process the request (3.7.1); everything else goes on.
    """
    taciturn.told.clear()
    taciturn.begins()
    first = taciturn.hears("StartTransaction", answer)
    assert reported(taciturn) == ["InvalidMessages"]
    assert [kept.action for kept in taciturn.virtual.store.load().queue] == ["StartTransaction"]
    taciturn.station.on_security_event("MemoryExhaustion")
    taciturn.hears("SecurityEventNotification")
    taciturn.passes(60)
    again = taciturn.hears("StartTransaction")
    assert again.payload == first.payload
    taciturn.ends()
    taciturn.hears("StopTransaction", transactionId=1)
    assert taciturn.virtual.store.load().queue == ()


@pytest.mark.parametrize("answer", BAD_BOOTS)
def test_q08_a_boot_that_is_answered_badly_is_announced_again(answer: dict[str, Any]) -> None:
    """libocpp sends no further BootNotification until it is restarted. Right: after a pause of its own (4.2)."""
    scene = CoreScene()
    scene.starts()
    for _ in range(5):
        scene.hears("BootNotification", answer)
        scene.passes(59.9)
        scene.hears_nothing()
        scene.passes(0.1)
    scene.hears("BootNotification")
    scene.hears("SecurityEventNotification")


def test_a_stop_that_is_answered_badly_is_sent_again(taciturn: CoreScene) -> None:
    """3.7.1: as its start."""
    taciturn.begins()
    taciturn.hears("StartTransaction")
    taciturn.ends()
    taciturn.hears("StopTransaction", {"idTagInfo": {"status": 1}})
    taciturn.passes(60)
    taciturn.hears("StopTransaction", transactionId=1)


@pytest.mark.parametrize("answer", [{}, {"currentTime": "now"}, {"currentTime": None}], ids=repr)
def test_a_heartbeat_that_is_answered_badly_sets_no_clock(scene: CoreScene, answer: dict[str, Any]) -> None:
    """4.6: the time is taken from an answer that tells it."""
    scene.sets("HeartbeatInterval", "60")
    scene.orders()
    for _ in range(2):
        scene.passes(60)
        scene.hears("Heartbeat", answer)
    assert scene.orders(SetSystemTime) == []


@pytest.mark.parametrize("answer", [{}, {"idTagInfo": {}}, {"idTagInfo": {"status": "accepted"}}], ids=repr)
def test_a_tag_that_is_answered_badly_is_invalid(scene: CoreScene, answer: dict[str, Any]) -> None:
    """4.1: nobody has said that it may charge; words are case-sensitive."""
    scene.virtual.feed(AuthorizeAsked("TAG", "r"))
    scene.hears("Authorize", answer)
    assert scene.virtual.answers["r"].status == "Invalid"
    assert scene.virtual.store.load().authorization_cache == {}


@pytest.mark.parametrize(
    "frame",
    ['[3,"{id}"]', '[3,"{id}",[]]', '[3,"{id}","{{}}"]', '[3,"{id}",7]', '[4,"{id}"]', '[4,"{id}",5,"",{{}}]'],
    ids=["no payload", "an array", "a text", "a number", "an error without a code", "a number for a code"],
)
def test_an_answer_that_is_no_frame_stops_nothing(taciturn: CoreScene, frame: str) -> None:
    """OCPP-J 4.2.2, 4.2.3: it says whose answer it is, and nothing else: the request failed, at once."""
    taciturn.told.clear()
    taciturn.begins()
    start = taciturn.hears("StartTransaction", SILENCE)
    taciturn.says(frame.format(id=start.id))
    assert reported(taciturn) == ["InvalidMessages"]
    taciturn.station.on_security_event("MemoryExhaustion")
    taciturn.hears("SecurityEventNotification")
    taciturn.passes(60)
    taciturn.hears("StartTransaction")


# -- answers that can be read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [{}, {"idTagInfo": None}, {"idTagInfo": ACCEPTED, "vendorSays": "hello"}], ids=repr)
def test_a_stop_is_delivered_whatever_else_its_answer_holds(taciturn: CoreScene, answer: dict[str, Any]) -> None:
    """6.50: idTagInfo is optional; null for absent and unknown fields are common, and in nobody's way."""
    taciturn.begins()
    taciturn.hears("StartTransaction")
    taciturn.ends()
    taciturn.hears("StopTransaction", answer)
    taciturn.passes(3600)
    taciturn.hears_nothing()
    assert taciturn.virtual.store.load().transactions == ()


def test_an_empty_payload_may_be_null(scene: CoreScene) -> None:
    """OCPP-J 4.2.1: JSON allows two notations for no payload."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    preparing = scene.sees(1, "Preparing", SILENCE)
    scene.begins()
    scene.hears_nothing()
    scene.says(f'[3,"{preparing.id}",null]')
    scene.hears("StartTransaction")


@pytest.mark.parametrize("details", ['"",{}', '""', "", "null,null", '7,"none"'], ids=repr)
def test_a_refusal_may_lack_what_nobody_needs(taciturn: CoreScene, details: str) -> None:
    """OCPP-J 4.2.3: five elements; one with fewer, or with others, ends the request it answers all the same."""
    taciturn.begins()
    start = taciturn.hears("StartTransaction", SILENCE)
    taciturn.says(f'[4,"{start.id}","InternalError"{"," * bool(details)}{details}]')
    taciturn.passes(60)
    taciturn.hears("StartTransaction")


# -- answers to nothing ------------------------------------------------------------------------------------------------

STRANGERS = ['[3,"nobody",{}]', '[4,"nobody","GenericError","",{}]', '[3,"-1",{}]', '[4,"-1","GenericError","",{}]']


@pytest.mark.parametrize("frame", STRANGERS)
def test_an_answer_to_nothing_is_ignored(taciturn: CoreScene, frame: str) -> None:
    """Reference/queue.md 3: nothing is sent, and what is outstanding stays so; micro-ocpp loses its request."""
    taciturn.says(frame)
    taciturn.hears_nothing()
    taciturn.begins()
    taciturn.ends()
    start = taciturn.hears("StartTransaction", SILENCE)
    taciturn.says(frame)
    taciturn.hears_nothing()
    taciturn.answers(start)
    taciturn.hears("StopTransaction", transactionId=1)


def test_a_second_answer_is_ignored(taciturn: CoreScene) -> None:
    """OCPP-J 4.1.4: the first one has answered it."""
    taciturn.begins()
    start = taciturn.hears("StartTransaction")
    taciturn.answers(start, {"transactionId": 99, "idTagInfo": {"status": "Blocked"}})
    taciturn.answers(start, CallError())
    taciturn.ends()
    stop = taciturn.hears("StopTransaction", SILENCE, transactionId=1)
    taciturn.answers(start)
    taciturn.hears_nothing()
    taciturn.answers(stop)
    assert taciturn.virtual.store.load().queue == ()


def test_message_ids_are_matched_exactly(taciturn: CoreScene) -> None:
    """OCPP-J 4.1.4: equal to that of the CALL; another case is another id."""
    taciturn.begins()
    start = taciturn.hears("StartTransaction", SILENCE)
    assert start.id.upper() != start.id
    taciturn.says(f'[3,"{start.id.upper()}",{{"transactionId":99,"idTagInfo":{{"status":"Accepted"}}}}]')
    taciturn.answers(start)
    taciturn.ends()
    taciturn.hears("StopTransaction", transactionId=1)
