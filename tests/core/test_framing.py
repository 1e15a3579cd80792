"""How each kind of frame is answered, as a table: the choices of reference/queue.md 3, last column.

The spelling of the codes is that of OCPP-J 1.6, table 7, with its "OccurenceConstraintViolation". Thousands of frames
of each kind, and what they do to a connection, are proved in tests/hostile; here stands what is chosen, and why.
"""

import json
from typing import Any

import pytest

from ocpp16sm.listener import SecurityEventOccurred
from ocpp16sm.messages import UnlockStatus
from tests.support.scene import SILENCE, CoreScene, RefusedError
from tests.support.scripted_hardware import ScriptedHardware

REFUSED = [
    pytest.param('[2,"i"]', "FormationViolation", True, id="without action"),
    pytest.param('[2,"i",5,{}]', "FormationViolation", True, id="action not a text"),
    pytest.param('[2,"i","Reset"]', "FormationViolation", True, id="without payload"),
    pytest.param('[2,"i","Reset",[]]', "FormationViolation", True, id="payload an array"),
    pytest.param('[2,"i","Reset","Soft"]', "FormationViolation", True, id="payload a text"),
    pytest.param('[2,"i","Foo",{}]', "NotImplemented", False, id="Q26 action unknown"),
    pytest.param('[2,"i","reset",{"type":"Soft"}]', "NotImplemented", False, id="action in another case (4.2.1)"),
    pytest.param('[2,"i","Heartbeat",{}]', "NotSupported", False, id="action of a charge point"),
    pytest.param('[2,"i","BootNotification",{}]', "NotSupported", False, id="another action of a charge point"),
    pytest.param('[2,"i","Reset",{}]', "OccurenceConstraintViolation", True, id="required field missing"),
    pytest.param('[2,"i","Reset",{"type":7}]', "TypeConstraintViolation", True, id="wrong type"),
    pytest.param('[2,"i","Reset",{"type":null}]', "TypeConstraintViolation", True, id="null for a required field"),
    pytest.param('[2,"i","Reset",{"type":"Warm"}]', "PropertyConstraintViolation", True, id="unknown word"),
    pytest.param('[2,"i","Reset",{"type":"soft"}]', "PropertyConstraintViolation", True, id="word in another case"),
    pytest.param(
        '[2,"i","RemoteStartTransaction",{"idTag":"123456789012345678901"}]',
        "PropertyConstraintViolation",
        True,
        id="text too long",
    ),
    pytest.param(
        '[2,"i","UnlockConnector",{"connectorId":4294967296}]', "PropertyConstraintViolation", True, id="out of range"
    ),
    pytest.param(
        '[2,"i","UnlockConnector",{"connectorId":1.5}]', "TypeConstraintViolation", True, id="fraction for an integer"
    ),
]
"""Frame, code of the CALLERROR with its id, whether it is a security event (InvalidMessages)."""

NOT_ANSWERED = [
    pytest.param("", True, id="nothing"),
    pytest.param("hello", True, id="not JSON"),
    pytest.param("{}", True, id="not an array"),
    pytest.param("[]", True, id="an empty array"),
    pytest.param("[2]", True, id="too short"),
    pytest.param('[2,7,"Reset",{"type":"Soft"}]', True, id="id not a text"),
    pytest.param('[2,"","Reset",{"type":"Soft"}]', True, id="id empty"),
    pytest.param(f'[2,"{"i" * 37}","Reset",{{"type":"Soft"}}]', True, id="id too long (4.1.4)"),
    pytest.param('[1,"i","Reset",{"type":"Soft"}]', False, id="message type 1 (4.1.3)"),
    pytest.param('["2","i","Reset",{"type":"Soft"}]', False, id="message type a text (4.1.3)"),
]
"""Frame, whether it is a security event. There is no id that an answer could have."""


def invalid_messages(scene: CoreScene) -> list[str | None]:
    """What the security events InvalidMessages since the last look say."""
    events = [event.event for event in scene.told if isinstance(event, SecurityEventOccurred)]
    scene.told.clear()
    assert {event.type for event in events} <= {"InvalidMessages"}
    assert not any(event.critical for event in events)
    return [event.tech_info for event in events]


@pytest.fixture
def quiet(scene: CoreScene) -> CoreScene:
    """An accepted charge point of whose start nobody speaks any more."""
    scene.told.clear()
    return scene


@pytest.mark.parametrize(("frame", "code", "event"), REFUSED)
def test_a_request_that_cannot_be_is_refused_under_its_id(quiet: CoreScene, frame: str, code: str, event: bool) -> None:
    """OCPP-J 4.2.3; libocpp says FormationViolation to most, and GenericError under the id "-1" to some."""
    quiet.says(frame)
    with pytest.raises(RefusedError) as refused:
        quiet.answer_to("i")
    assert refused.value.code == code
    assert invalid_messages(quiet) == [frame.replace("1234567890123456789", "***")] * event, "idTags are masked"
    quiet.hears_nothing()


@pytest.mark.parametrize(("frame", "event"), NOT_ANSWERED)
def test_what_has_no_id_is_not_answered(quiet: CoreScene, frame: str, event: bool) -> None:
    """OCPP-J 4.2.3: a CALLERROR has the id of its CALL; "-1", which libocpp sends, is the id of nothing."""
    quiet.says(frame)
    shown = f"unparsable frame of {len(frame)} characters" if frame in ("", "hello") else frame
    assert invalid_messages(quiet) == [shown] * event
    quiet.hears_nothing()
    assert quiet.asks("ClearCache") == {"status": "Accepted"}


@pytest.mark.parametrize("frame", ['[3,"i",{}]', '[4,"i","GenericError","",{}]', '[3,"-1",{}]'])
def test_answers_to_nothing_are_no_event(quiet: CoreScene, frame: str) -> None:
    """Reference/queue.md 3: logged, dropped. They may simply be late."""
    quiet.says(frame)
    assert invalid_messages(quiet) == []
    quiet.hears_nothing()


def test_a_security_event_tells_the_beginning_of_what_came(quiet: CoreScene) -> None:
    """Whitepaper: techInfo has 255 characters."""
    frame = f'[2,"i","Reset",{{"type":"{"x" * 400}"}}]'
    quiet.says(frame)
    (told,) = invalid_messages(quiet)
    assert told is not None
    assert frame.startswith(told)
    assert len(told) == 255


@pytest.mark.parametrize(
    "frame",
    [
        '[2,"i","Reset",{"type":"Soft","force":true}]',
        '[2,"i","Reset",{"type":"Soft"},"more"]',
        ' [ 2 , "i" , "Reset" , { "type" : "Soft" } ] \n',
    ],
    ids=["unknown fields", "a fifth element", "white space"],
)
def test_what_is_clear_in_spite_of_all_is_answered(frame: str) -> None:
    """Reference/queue.md 3: unknown fields are ignored; peers send them."""
    scene = CoreScene(hardware=ScriptedHardware())
    scene.boots()
    scene.says(frame)
    assert scene.answer_to("i") == {"status": "Accepted"}


@pytest.mark.parametrize("payload", ["null", "{}"])
def test_an_empty_payload_has_two_notations(quiet: CoreScene, payload: str) -> None:
    """OCPP-J 4.2.1."""
    quiet.says(f'[2,"i","ClearCache",{payload}]')
    assert quiet.answer_to("i") == {"status": "Accepted"}


@pytest.mark.parametrize("message_id", ["i", "i" * 36, "-1", " ", "Ünï", '"\\', "csms-1 "], ids=repr)
def test_an_id_is_given_back_as_it_came(quiet: CoreScene, message_id: str) -> None:
    """OCPP-J 4.2.2: the exact same id."""
    quiet.says(json.dumps([2, message_id, "ClearCache", {}]))
    assert quiet.answer_to(message_id) == {"status": "Accepted"}


def test_an_error_always_has_five_elements(quiet: CoreScene) -> None:
    """OCPP-J 4.2.3: details are an object, an empty one if there are none."""
    frames: list[Any] = []
    quiet.virtual.on_sent = lambda text: frames.append(json.loads(text))
    quiet.says('[2,"i","Foo",{}]')
    ((kind, message_id, code, description, details),) = frames
    assert (kind, message_id, code, details) == (4, "i", "NotImplemented", {})
    assert isinstance(description, str)


# -- the same id again -------------------------------------------------------------------------------------------------


def test_a_request_that_is_repeated_is_answered_again_and_not_done_again(quiet: CoreScene) -> None:
    """OCPP-J 4.1.4: an id is used once; a repetition is a Central System that has missed our answer."""
    frame = '[2,"i","ChangeConfiguration",{"key":"HeartbeatInterval","value":"77"}]'
    quiet.says(frame)
    assert quiet.answer_to("i") == {"status": "Accepted"}
    quiet.sets("HeartbeatInterval", "88")
    quiet.says(frame)
    assert quiet.answer_to("i") == {"status": "Accepted"}
    assert quiet.asks("GetConfiguration", key=["HeartbeatInterval"])["configurationKey"][0]["value"] == "88"


def test_a_refusal_is_repeated_too(quiet: CoreScene) -> None:
    """It is an answer as well."""
    for _ in range(2):
        quiet.says('[2,"i","Foo",{}]')
        with pytest.raises(RefusedError, match="NotImplemented"):
            quiet.answer_to("i")


def test_a_request_that_is_repeated_before_it_was_answered_is_answered_once() -> None:
    """OCPP-J 4.2.3 would allow an error; the answer that is under way is one to both."""
    scene = CoreScene(hardware=ScriptedHardware(UnlockStatus.UNLOCKED))
    scene.boots()
    scene.virtual.hardware_s = 5.0
    scene.orders()
    for _ in range(3):
        scene.says('[2,"i","UnlockConnector",{"connectorId":1}]')
    assert len(scene.orders()) == 1
    scene.passes(5)
    assert scene.answer_to("i") == {"status": "Unlocked"}
    scene.hears_nothing()


def test_another_request_under_the_same_id_is_another_request(quiet: CoreScene) -> None:
    """A Central System whose ids are all "1" is wrong, and served."""
    quiet.says('[2,"1","ClearCache",{}]')
    assert quiet.answer_to("1") == {"status": "Accepted"}
    quiet.says('[2,"1","GetConfiguration",{"key":["HeartbeatInterval"]}]')
    assert "configurationKey" in quiet.answer_to("1")


def test_an_id_of_ours_is_not_one_of_theirs(quiet: CoreScene) -> None:
    """OCPP-J 4.1.4: unique by the same sender; both sides may use the same one."""
    quiet.station.on_session_started(1, "s1", "EVConnected")
    preparing = quiet.sees(1, "Preparing", SILENCE)
    quiet.says(f'[2,"{preparing.id}","ClearCache",{{}}]')
    assert quiet.answer_to(preparing.id) == {"status": "Accepted"}
    quiet.begins()
    quiet.hears_nothing()
    quiet.answers(preparing)
    quiet.hears("StartTransaction")
