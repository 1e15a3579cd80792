"""DataTransfer, both ways: carried verbatim, answered once, and nobody waits for ever.

Proves 4.3, 5.6 and 7.23. Who handles which vendor's data is the shell's business; here a function does.
"""

import pytest

from ocpp16sm.core.engine.inputs import TransferAsked
from ocpp16sm.errors import LocalError
from ocpp16sm.messages import DataTransferStatus
from ocpp16sm.records import Transfer
from tests.support.scene import SILENCE, CallError, CoreScene, RefusedError, accepted

REFUSED: list[str | None] = ["Rejected", None]
JSON_TEXT = '{"nested": "\\u00e4 \\"quoted\\"", "n": [1, 2]}'


def transfers(scene: CoreScene, ref: str = "r", data: str | None = None) -> None:
    """The application sends data."""
    scene.virtual.feed(TransferAsked("com.example", "Message", data, ref))


def answered(scene: CoreScene, ref: str = "r") -> list[str | None] | None:
    """What the application was answered: status and data; [] that there is no answer; None: nothing yet."""
    if ref not in scene.virtual.answers:
        return None
    answer = scene.virtual.answers[ref]
    return [] if answer is None else [str(answer.status), answer.data]


# -- from the Central System -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", DataTransferStatus)
def test_the_vendor_s_handler_answers(scene: CoreScene, status: str) -> None:
    """5.6: everything that came is handed over, and its answer is the answer."""
    seen: list[Transfer] = []

    def handler(transfer: Transfer) -> tuple[str, str | None]:
        seen.append(transfer)
        return status, JSON_TEXT

    scene.virtual.vendor = handler
    answer = scene.asks("DataTransfer", vendorId="com.example", messageId="Hello", data=JSON_TEXT)
    assert seen == [Transfer("com.example", "Hello", JSON_TEXT)]
    assert answer == {"status": status, "data": JSON_TEXT}


def test_a_vendor_that_nobody_knows_is_unknown(scene: CoreScene) -> None:
    """4.3: and the data element is not present."""
    assert scene.asks("DataTransfer", vendorId="com.example") == {"status": "UnknownVendorId"}


def test_a_handler_that_takes_its_time_holds_up_nothing(scene: CoreScene) -> None:
    """OCPP-J 4.1.1: two CALLs of the Central System are answered in the order in which we are ready."""
    scene.virtual.hardware_s = 5.0
    asked = scene.sends("DataTransfer", vendorId="com.example")
    assert scene.asks("ClearCache")["status"] == "Accepted"
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing")
    scene.passes(5)
    assert scene.answer_to(asked)["status"] == "UnknownVendorId"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({}, "OccurenceConstraintViolation"),
        ({"vendorId": "v" * 256}, "PropertyConstraintViolation"),
        ({"vendorId": "v", "messageId": "m" * 51}, "PropertyConstraintViolation"),
        ({"vendorId": "v", "data": {"not": "a text"}}, "TypeConstraintViolation"),
    ],
    ids=["no vendor", "vendor too long", "message too long", "data is no text"],
)
def test_limits_are_kept(scene: CoreScene, payload: dict[str, object], code: str) -> None:
    """6.15: vendorId 255, messageId 50, data a text of any length."""
    with pytest.raises(RefusedError) as refused:
        scene.asks("DataTransfer", payload)
    assert refused.value.code == code


def test_data_may_be_long(scene: CoreScene) -> None:
    """4.3: the length is undefined."""
    scene.virtual.vendor = lambda transfer: ("Accepted", transfer.data)
    assert scene.asks("DataTransfer", vendorId="v", data="x" * 100_000)["data"] == "x" * 100_000


# -- to the Central System ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", DataTransferStatus)
def test_the_answer_comes_back(scene: CoreScene, status: str) -> None:
    """4.3."""
    transfers(scene, data=JSON_TEXT)
    heard = scene.hears("DataTransfer", SILENCE, vendorId="com.example", messageId="Message", data=JSON_TEXT)
    assert answered(scene) is None
    scene.answers(heard, {"status": status, "data": "back"})
    assert answered(scene) == [status, "back"]


def test_an_error_is_a_refusal(scene: CoreScene) -> None:
    """4.3: refused; it is not sent again (3.7.1 is for transaction-related messages)."""
    transfers(scene)
    scene.hears("DataTransfer", CallError())
    assert answered(scene) == REFUSED
    scene.passes(600)
    scene.hears_nothing()


def test_silence_is_no_answer(scene: CoreScene) -> None:
    """OCPP-J 4.1.1: a time-out."""
    transfers(scene)
    scene.hears("DataTransfer", SILENCE)
    scene.passes(60)
    assert answered(scene) == []


def test_an_answer_that_makes_no_sense_is_a_refusal(scene: CoreScene) -> None:
    """handlers.md 7: unlike no answer at all."""
    transfers(scene)
    scene.hears("DataTransfer", {"status": "Perhaps"})
    assert answered(scene) == REFUSED


def test_without_a_connection_the_application_is_told_at_once(scene: CoreScene) -> None:
    """queue.md 1.3; and nothing is sent later."""
    scene.loses_network()
    transfers(scene)
    assert answered(scene) == []
    scene.regains_network()
    assert scene.hears_all("DataTransfer") == []


def test_a_connection_that_is_lost_answers_all_who_wait(scene: CoreScene) -> None:
    """queue.md 1.11: the one in flight and those behind it."""
    for ref in ("a", "b"):
        transfers(scene, ref)
    scene.hears("DataTransfer", SILENCE)
    scene.loses_network()
    assert (answered(scene, "a"), answered(scene, "b")) == ([], [])


def test_data_that_is_thinned_out_of_a_full_queue_is_not_waited_for() -> None:
    """queue.md 1.8: the oldest of the unimportant goes; whoever waits for it is told."""
    scene = accepted(MessageQueueSizeThreshold="3")
    for ref in ("a", "b", "c", "d"):
        transfers(scene, ref)
    assert answered(scene, "b") == []
    assert len(scene.hears_all("DataTransfer")) == 3
    assert [answered(scene, ref) for ref in ("a", "c", "d")] == [["Accepted", None]] * 3


@pytest.mark.parametrize("field", ["vendor", "message"])
def test_what_is_too_long_is_the_application_s_mistake(scene: CoreScene, field: str) -> None:
    """6.15; nothing is sent."""
    asked = {"vendor": TransferAsked("v" * 256, None, None, "r"), "message": TransferAsked("v", "m" * 51, None, "r")}
    with pytest.raises(LocalError):
        scene.virtual.feed(asked[field])
    scene.hears_nothing()


def test_data_is_kept_if_everything_is_kept() -> None:
    """QueueAllMessages: sent after a reconnect, and after a restart, when nobody waits for the answer any more."""
    scene = accepted(QueueAllMessages="true")
    scene.loses_network()
    transfers(scene, "a")
    assert answered(scene, "a") is None
    scene.virtual.dial_s = 0.0
    scene.restarts()
    assert len(scene.hears_all("DataTransfer")) == 1
