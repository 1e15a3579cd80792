"""What the core says as values and what the application implements as methods are one and the same."""

import inspect
from typing import Any, get_type_hints

import pytest
from attrs import fields

from ocpp16sm.base.method_call import MethodCall
from ocpp16sm.certificates import CertificateCall, Certificates
from ocpp16sm.hardware import Hardware, HardwareCall
from ocpp16sm.listener import Event, Listener
from ocpp16sm.messages import UnlockStatus

PAIRS = [
    pytest.param(call, protocol, id=call.__name__)
    for protocol, base in ((Hardware, HardwareCall), (Listener, Event), (Certificates, CertificateCall))
    for call in base.__subclasses__()
]


def methods(protocol: type) -> set[str]:
    """The public methods of a class."""
    return {name for name, value in vars(protocol).items() if inspect.isfunction(value) and name[0] != "_"}


@pytest.mark.parametrize(("protocol", "base"), [(Hardware, HardwareCall), (Listener, Event)])
def test_every_method_has_one_value_and_every_value_a_method(protocol: type, base: type[MethodCall]) -> None:
    named = [call.method for call in base.__subclasses__()]
    assert sorted(named) == sorted(methods(protocol))


@pytest.mark.parametrize(("call", "protocol"), PAIRS)
def test_a_value_holds_the_arguments_of_its_method(call: type[MethodCall], protocol: type) -> None:
    """The same names in the same order with the same types; fields are given by position."""
    method = getattr(protocol, call.method)
    expected = {name: hint for name, hint in get_type_hints(method).items() if name != "return"}
    types = get_type_hints(call)
    assert {field.name: types[field.name] for field in fields(call)} == expected
    assert [field.name for field in fields(call)] == list(inspect.signature(method).parameters)[1:]


@pytest.mark.parametrize(("call", "protocol"), PAIRS)
def test_making_a_call_hands_every_argument_over(call: type[MethodCall], protocol: type) -> None:
    given: list[tuple[Any, ...]] = []

    class Application:
        def __getattr__(self, name: str) -> Any:
            assert name == call.method
            return lambda *arguments: given.append(arguments)

    arguments = tuple(object() for _ in fields(call))
    call(*arguments).make(Application())
    assert given == [arguments]


@pytest.mark.parametrize(("call", "protocol"), PAIRS)
def test_every_method_is_documented(call: type[MethodCall], protocol: type) -> None:
    assert inspect.getdoc(getattr(protocol, call.method))
    assert call.__doc__ == f":meth:`{protocol.__name__}.{call.method}`."


def test_a_station_without_hardware_does_nothing_and_says_so() -> None:
    """What is said here goes to the Central System: nothing may be claimed that is not so."""
    bare: Any = Hardware()
    calls = {call.method: call(*[None] * len(fields(call))) for call in HardwareCall.__subclasses__()}
    for method in ("update_firmware", "update_signed_firmware"):  # they return nothing with which they could say no
        with pytest.raises(NotImplementedError, match=rf"override Hardware\.{method}"):
            calls.pop(method).make(bare)
    answers = {method: call.make(bare) for method, call in calls.items()}
    said = {method: answer for method, answer in answers.items() if answer is not None}
    assert said == {
        "unlock": UnlockStatus.NOT_SUPPORTED,
        "is_reset_allowed": False,
        "reset": False,
        "is_token_reserved_for_other": True,
        "cancel_firmware_update": False,
    }
