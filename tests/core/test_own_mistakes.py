"""What becomes of a mistake of ours: it is undone, told to whom it concerns, logged, and the charge point goes on.

Design, 4: a peer's fault never raises, and neither does a mistake that nobody called for. Proves also InternalError
of OCPP-J 4.2.3. Mistakes are made by hand, each in another place; that every place undoes its step is proved in
:mod:`tests.core.test_mistakes_anywhere`.
"""

from typing import Any

import pytest

from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import LogFailure
from ocpp16sm.errors import NoTransactionError, SessionMismatchError
from ocpp16sm.messages import UnlockStatus
from ocpp16sm.records import StoredState, Transfer
from tests.core.core_state import everything
from tests.support.scene import SILENCE, CoreScene, Heard, RefusedError
from tests.support.scripted_hardware import ScriptedHardware

REGISTER = "Energy.Active.Import.Register"


class MistakeError(Exception):
    """Something that no code expects."""


@pytest.fixture(autouse=True)
def mistakes_are_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere a mistake that the core survives fails the scene."""
    monkeypatch.setattr(CoreScene, "mistakes_are_meant", True)


def fails(*_arguments: Any) -> Any:
    raise MistakeError("this should not have been")


def failures(scene: CoreScene) -> list[str]:
    """What the log says of mistakes."""
    return [effect.text for effect in scene.virtual.effects if isinstance(effect, LogFailure)]


def refused_with_internal_error(scene: CoreScene, message_id: str) -> None:
    with pytest.raises(RefusedError) as refused:
        scene.answer_to(message_id)
    assert refused.value.code == "InternalError"
    assert "should not have been" not in str(refused.value), "the Central System does not see our insides"


# -- in a request of the Central System --------------------------------------------------------------------------------


def test_a_mistake_at_a_request_is_answered_with_internal_error(
    scene: CoreScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OCPP-J 4.2.3: an internal error occurred. The connection stays, and other requests are answered."""
    monkeypatch.setattr(type(scene.virtual.core.features.authorization), "clear", fails)
    refused_with_internal_error(scene, scene.sends("ClearCache"))
    (logged,) = failures(scene)
    assert "MistakeError" in logged
    assert "Traceback" in logged
    assert scene.virtual.linked
    assert "configurationKey" in scene.asks("GetConfiguration", key=["HeartbeatInterval"])


@pytest.mark.parametrize("where", ["events", "firmware", "calls"])
def test_a_mistake_after_a_request_was_dealt_with_undoes_it(
    scene: CoreScene, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """All or nothing: what is answered with InternalError has not been done, neither here nor on disk."""
    with monkeypatch.context() as patched:
        failing_once = iter([fails])
        features: dict[str, tuple[Any, str]] = {
            "events": (scene.virtual.core._journal, "deliver"),
            "firmware": (scene.virtual.core.features.firmware, "progress"),
            "calls": (scene.virtual.core.features.outgoing_calls, "pump"),
        }
        feature, method = features[where]
        if method == "progress":
            scene.virtual.core._journal.may_progress.add(feature)  # the others are not asked
        right = getattr(type(feature), method)
        patched.setattr(type(feature), method, lambda *given: next(failing_once, right)(*given))
        refused_with_internal_error(scene, scene.sends("ChangeConfiguration", key="HeartbeatInterval", value="77"))
    assert scene.virtual.store.load().configuration == {}
    assert scene.asks("GetConfiguration", key=["HeartbeatInterval"])["configurationKey"][0]["value"] == "86400"
    scene.sets("HeartbeatInterval", "77")
    assert scene.virtual.store.load().configuration == {"HeartbeatInterval": "77"}


def test_a_mistake_before_registration_is_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """4.2: nothing is, then."""
    scene = CoreScene()
    scene.starts()
    scene.hears("BootNotification", {"status": "Rejected", "currentTime": "2026-06-01T12:00:00Z", "interval": 60})
    monkeypatch.setattr(type(scene.virtual.core.features.incoming_calls), "call", fails)
    scene.sends("ClearCache")
    scene.hears_nothing()
    assert len(failures(scene)) == 1


# -- in an answer ------------------------------------------------------------------------------------------------------


def reaction_fails(scene: CoreScene, action: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reactions = scene.virtual.core.features.outgoing_calls.reactions
    monkeypatch.setitem(reactions, action, type(reactions[action])(fails))


def test_a_mistake_at_an_answer_has_it_asked_again(taciturn: CoreScene, monkeypatch: pytest.MonkeyPatch) -> None:
    """3.7.1: it could not be dealt with, so it counts as not processed; nothing waits for ever, nothing is lost."""
    with monkeypatch.context() as patched:
        reaction_fails(taciturn, "StartTransaction", patched)
        taciturn.begins()
        taciturn.hears("StartTransaction")
    taciturn.ends()
    taciturn.passes(60)
    taciturn.hears("StartTransaction", {"transactionId": 5, "idTagInfo": {"status": "Accepted"}})
    taciturn.hears("StopTransaction", transactionId=5)
    assert len(failures(taciturn)) == 1


def test_a_mistake_at_the_answer_to_a_boot_has_it_announced_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """4.2: after a pause of its own."""
    scene = CoreScene()
    scene.starts()
    with monkeypatch.context() as patched:
        reaction_fails(scene, "BootNotification", patched)
        scene.hears("BootNotification")
    scene.passes(59.9)
    scene.hears_nothing()
    scene.passes(0.1)
    scene.hears("BootNotification")
    scene.hears("SecurityEventNotification")


# -- in a handler ------------------------------------------------------------------------------------------------------


def test_a_mistake_in_a_handler_raises_and_changes_nothing(scene: CoreScene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who called is told; and can call again."""
    before, stored = everything(scene.virtual.core), scene.virtual.store.load()
    with monkeypatch.context() as patched:
        patched.setattr(scene.virtual.core.features.transactions, "_sampling", None)
        with pytest.raises(AttributeError):
            scene.begins()
    assert everything(scene.virtual.core) == before
    assert scene.virtual.store.load() == stored
    assert failures(scene) == []
    scene.begins()
    scene.sees(1, "Preparing")
    scene.hears("StartTransaction")


# -- where nobody called -----------------------------------------------------------------------------------------------


def test_a_mistake_at_a_deadline_does_not_stop_the_charge_point(scene: CoreScene) -> None:
    """The deadline is tried again in a minute; meanwhile everything else happens, and no call fails for it."""
    scene.sets("HeartbeatInterval", "30")
    deadlines = scene.virtual.core.features.context.deadlines
    right, deadlines["heartbeat"] = deadlines["heartbeat"], fails
    scene.passes(30)
    assert len(failures(scene)) == 1
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing")
    scene.sets("HeartbeatInterval", "0")
    scene.sets("HeartbeatInterval", "30")
    scene.passes(29)
    deadlines["heartbeat"] = right
    scene.passes(1)
    scene.hears("Heartbeat")


def test_a_deadline_that_failed_is_tried_again(taciturn: CoreScene) -> None:
    """Nothing else would ever free the request that is in flight."""
    taciturn.begins()
    taciturn.hears("StartTransaction", SILENCE)
    deadlines = taciturn.virtual.core.features.context.deadlines
    right, deadlines["answer"] = deadlines["answer"], fails
    taciturn.passes(30)
    deadlines["answer"] = right
    taciturn.passes(60 + 60)
    taciturn.hears("StartTransaction")


@pytest.mark.parametrize("answer", ["ajar", "", True, 17], ids=repr)
def test_hardware_that_answers_nonsense_is_our_mistake(answer: Any) -> None:
    """OCPP-J 4.2.3: the Central System hears InternalError, the log hears what it was; the connection goes on."""
    hardware = ScriptedHardware()
    scene = CoreScene(hardware=hardware)
    scene.boots()
    hardware.unlocks = answer
    refused_with_internal_error(scene, scene.sends("UnlockConnector", connectorId=1))
    assert len(failures(scene)) == 1
    hardware.unlocks = UnlockStatus.UNLOCKED
    assert scene.asks("UnlockConnector", connectorId=1) == {"status": "Unlocked"}


def test_a_vendor_handler_that_answers_nonsense_is_our_mistake(scene: CoreScene) -> None:
    """The same for data of a vendor."""
    scene.virtual.vendor = lambda _transfer: ("Perhaps", None)
    refused_with_internal_error(scene, scene.sends("DataTransfer", vendorId="vendor"))

    def right(_transfer: Transfer) -> tuple[str, str | None]:
        return "Accepted", "thanks"

    scene.virtual.vendor = right
    assert scene.asks("DataTransfer", vendorId="vendor") == {"status": "Accepted", "data": "thanks"}


def test_an_answer_that_nobody_waits_for_is_ignored(scene: CoreScene) -> None:
    """A hardware method that answers twice, or to a charge point that has been restarted."""
    before = everything(scene.virtual.core)
    scene.virtual.feed(inputs.HardwareAnswered(999, True))
    scene.virtual.feed(inputs.VendorAnswered(998, "Accepted"))
    assert everything(scene.virtual.core) == before
    assert failures(scene) == []


def test_a_mistake_at_the_opening_of_a_connection_has_it_opened_again(
    scene: CoreScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection would be open, and nobody know of it."""
    scene.loses_link()
    with monkeypatch.context() as patched:
        patched.setattr(type(scene.virtual.core.features.link), "_keep_alive", fails)
        scene.passes(3)
    scene.hears_nothing()
    scene.passes(60)
    assert len(scene.hears_all("StatusNotification")) == 2


# -- deadlines and refusals in one input -------------------------------------------------------------------------------


def samples_with_refused_calls(*, late: bool) -> tuple[list[Heard], StoredState, StoredState]:
    """Three samples fall due, each followed by a call that is refused, which finds it (``late``) not dealt with yet.

    Gives what was told, and what was on disk after the call that then ends the transaction, and in the end.
    """
    scene = CoreScene(MeterValueSampleInterval="10", MinimumStatusDuration="86400", StopTxnSampledData=REGISTER)
    scene.boots()
    scene.begins()
    scene.hears("StartTransaction")
    scene.measures(1, 100)
    for _ in range(3):
        if late:
            scene.virtual.now = scene.virtual.now.later(10)
        else:
            scene.passes(10)
        with pytest.raises(SessionMismatchError):
            scene.station.on_transaction_stopped(1, "s9", "Local", scene.virtual.now.utc, 0)
    scene.ends(wh=100)
    stored = scene.virtual.store.load()
    return scene.hears_all(), stored, scene.virtual.store.load()


def test_what_came_of_deadlines_is_not_lost_with_calls_that_are_refused() -> None:
    """A busy machine calls a handler before it looks at the time: what was due is done, in its order, once."""
    heard, stored, _ = in_time = samples_with_refused_calls(late=False)
    assert [request.action for request in heard] == [*["MeterValues"] * 3, "StopTransaction"]
    assert [len(samples) for samples in stored.samples.values()] == [1 + 3 + 1]
    assert samples_with_refused_calls(late=True) == in_time


def test_a_refused_call_asks_to_be_called_again_at_once(scene: CoreScene) -> None:
    """What is owed is not to wait for whatever happens next."""
    scene.sets("HeartbeatInterval", "60")
    scene.virtual.now = scene.virtual.now.later(60)
    with pytest.raises(NoTransactionError):
        scene.station.on_transaction_stopped(1, "s1", "Local", scene.virtual.now.utc, 0)
    scene.hears_nothing()
    assert scene.virtual.core.next_deadline == scene.virtual.now.mono
    scene.passes(0)
    scene.hears("Heartbeat")
