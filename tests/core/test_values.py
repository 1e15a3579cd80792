"""Values of our own: frozen as attrs has it, and read by attrs and cattrs like their own."""

import gc
from pickle import dumps, loads
from typing import Any

import attrs
import msgspec
import pytest
from cattrs import Converter

from ocpp16sm.base.values import Value
from ocpp16sm.core.engine import effects, inputs
from ocpp16sm.core.engine.effects import HangUp, KeepAlive
from ocpp16sm.core.engine.inputs import TransferAsked
from ocpp16sm.core.protocol import Core
from ocpp16sm.generated import handlers
from ocpp16sm.hardware import Unlock
from ocpp16sm.messages import StatusNotificationRequest
from ocpp16sm.records import Lane, QueuedRequest
from tests.support.scene import accepted


def _kinds(base: type[Value]) -> list[type[Value]]:
    return [base, *(kind for child in base.__subclasses__() for kind in _kinds(child))]


@pytest.mark.parametrize("kind", _kinds(Value)[1:], ids=lambda kind: str(kind.__name__))
def test_attrs_sees_the_fields_of_each_kind_and_not_of_its_base(kind: type[Value]) -> None:
    for base in kind.__mro__[:0:-1]:
        if attrs.has(base) and base is not Value:
            attrs.fields(base)
    for base in kind.__mro__[:0:-1]:
        if issubclass(base, Value) and base is not Value:
            attrs.fields(base)
    assert [field.name for field in attrs.fields(kind)] == list(kind.__struct_fields__)


def test_nothing_can_be_changed() -> None:
    hung_up: Any = HangUp(1001)
    with pytest.raises(AttributeError):
        hung_up.code = 1000
    with pytest.raises(AttributeError):
        hung_up.another = 1000


def test_two_values_of_one_kind_are_equal_if_their_fields_are() -> None:
    assert HangUp(1001) == HangUp(1001) != HangUp(1002)
    unlock: Value = Unlock(1001)
    assert HangUp(1001) != unlock
    assert len({HangUp(1001), HangUp(1001), HangUp(1002)}) == 2


def test_cattrs_writes_and_reads_them() -> None:
    converter = Converter(omit_if_default=True)
    assert converter.unstructure(HangUp(reason="off")) == {"reason": "off"}
    assert converter.structure({"reason": "off"}, HangUp) == HangUp(reason="off")


def test_they_can_be_pickled() -> None:
    assert loads(dumps(HangUp(1001))) == HangUp(1001)


def test_the_collector_has_no_work_with_them() -> None:
    assert not gc.is_tracked(KeepAlive(1, 2))


@pytest.mark.parametrize("module", [effects, inputs, handlers], ids=lambda module: str(module.__name__))
def test_what_goes_into_the_core_and_comes_out_is_made_in_c(module: Any) -> None:
    made = [kind for kind in vars(module).values() if isinstance(kind, type) and kind.__module__ == module.__name__]
    assert [kind.__name__ for kind in made if attrs.has(kind) and not issubclass(kind, Value)] == []


def _request(payload: bytes | None, message_id: str = "1") -> QueuedRequest:
    request = StatusNotificationRequest(connector_id=1, error_code="NoError", status="Available")  # type: ignore[arg-type]  # as words
    return QueuedRequest(
        seq=7, lane=Lane.NORMAL, action="StatusNotification", request=request, message_id=message_id, payload=payload
    )


def test_a_request_is_the_same_whether_it_has_been_encoded_or_not() -> None:
    encoded, not_yet = _request(b"{}"), _request(None)
    assert encoded == not_yet
    assert hash(encoded) == hash(not_yet)
    assert encoded != _request(b"{}", "2")
    assert encoded != 7


def test_what_holds_a_callable_can_be_found_by_the_garbage_collector() -> None:
    """A feature's method leads to the whole core."""
    for kind in _kinds(Value):
        holds = any("Callable" in str(each.type) for each in msgspec.structs.fields(kind))
        assert not holds or kind.__struct_config__.gc, kind


def test_a_core_that_nobody_needs_is_freed() -> None:
    """A power cut, a restart: the one before must not stay in memory."""

    def cores() -> int:
        gc.collect()
        return sum(type(each) is Core for each in gc.get_objects())

    before = cores()
    scene = accepted(connectors=2)
    scene.begins()
    scene.virtual.feed(TransferAsked("com.example", "Message", None, "r"))
    scene.virtual.hardware_s = 60.0
    scene.sends("UnlockConnector", connectorId=1)
    assert cores() == before + 1
    del scene
    assert cores() == before
