"""Objects that an application hands in are checked when they come, not when the Central System first asks for them."""

import inspect
import re
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from ocpp16sm import ChargePoint, Hardware, Listener, MemoryStore, Settings, SystemClock, WebSocketTransport
from ocpp16sm.arguments.answers import checked_answer
from ocpp16sm.base.method_call import MethodCall
from ocpp16sm.certificates import CertificateCall, Certificates
from ocpp16sm.csms import CentralSystem, LocalTransport
from ocpp16sm.errors import InvalidArgumentError, WrongAnswerError
from ocpp16sm.hardware import HardwareCall, IsResetAllowed, Unlock
from ocpp16sm.listener import Event
from ocpp16sm.messages import ResetType, UnlockStatus
from ocpp16sm.pki import FileCertificates
from ocpp16sm.station import VirtualStation
from tests.support.virtual_time import Lines, charge_point

SETTINGS = Settings(charge_point_id="CP001")
CALLS: list[type[MethodCall]] = [
    call for base in (HardwareCall, CertificateCall, Event) for call in base.__subclasses__()
]


class Misspelt(Hardware):
    def unlok(self, connector: int) -> UnlockStatus:
        return UnlockStatus.UNLOCKED


class MisspeltListener(Listener):
    def status_change(self, connector: int, status: str) -> None: ...


class WithoutParameter(Hardware):
    def unlock(self) -> UnlockStatus:  # type: ignore[override]
        return UnlockStatus.UNLOCKED


class WithOneTooMany(Listener):
    def status_changed(self, connector: int, status: str, why: str) -> None:  # type: ignore[override]
        ...


class OwnMethods(Hardware):
    """What an application may do: methods of its own, other names of parameters, defaults, any number of them."""

    def open_door(self) -> None: ...

    def _unlok(self) -> None: ...

    def unlock(self, number: int, *, slowly: bool = False) -> UnlockStatus:
        return UnlockStatus.UNLOCKED

    def is_reset_allowed(self, *arguments: Any) -> bool:
        return True

    async def reset(self, type: ResetType, quietly: bool = False) -> bool:
        return True


class BothSpellings(Hardware):
    """A close name is its own where the method is overridden, too."""

    def unlock(self, connector: int) -> UnlockStatus:
        return self.unlocks(connector)

    def unlocks(self, connector: int) -> UnlockStatus:
        return UnlockStatus.UNLOCKED


WRONG: dict[str, tuple[str, Any, str]] = {
    "a class": ("hardware", Hardware, r"hardware must be an instance: Hardware\(\.\.\.\), not the class"),
    "a class of one's own": ("hardware", OwnMethods, r"an instance: OwnMethods\(\.\.\.\)"),
    "a class of a listener": ("listener", Listener, r"listener must be an instance: Listener\(\.\.\.\)"),
    "a class of a store": ("store", MemoryStore, r"store must be an instance: MemoryStore\(\.\.\.\)"),
    "a class of a transport": ("transport", WebSocketTransport, "transport must be an instance"),
    "a class of a clock": ("clock", SystemClock, "clock must be an instance"),
    "a class of certificates": ("certificates", FileCertificates, "certificates must be an instance"),
    "something else": ("hardware", object(), "an instance of Hardware or of a subclass"),
    "a listener for hardware": ("hardware", Listener(), "an instance of Hardware or of a subclass"),
    "a path for a store": ("store", "cp.sqlite", "store must be an object with the method apply"),
    "a URL for a transport": ("transport", "ws://x", "transport must be an object with the method connect"),
    "a number for a clock": ("clock", 0, "clock must be an object with the method utc"),
    "a misspelt override": ("hardware", Misspelt(), "a Hardware, which has a method unlock; rename unlok, or begin"),
    "a misspelt event": (
        "listener",
        MisspeltListener(),
        "a Listener, which has a method status_changed; rename status_change",
    ),
    "a parameter too few": ("hardware", WithoutParameter(), r"hardware must be one with unlock\(connector\)"),
    "a parameter too many": ("listener", WithOneTooMany(), r"must be one with status_changed\(connector, status\)"),
}


@pytest.mark.parametrize(("name", "part", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_work_is_refused_at_once(name: str, part: Any, said: str) -> None:
    with pytest.raises(InvalidArgumentError, match=said):
        ChargePoint(SETTINGS, **{name: part})


def test_a_listener_that_is_added_is_looked_at_too() -> None:
    station = ChargePoint(SETTINGS)
    for listener in (None, Listener, MisspeltListener()):
        with pytest.raises(InvalidArgumentError):
            station.add_listener(listener)  # type: ignore[arg-type]


@pytest.mark.parametrize("hardware", [OwnMethods(), BothSpellings(), Mock(spec=Hardware)], ids=["own", "both", "mock"])
def test_what_works_is_taken(hardware: Hardware) -> None:
    ChargePoint(SETTINGS, hardware=hardware)


def test_ours_are_taken() -> None:
    ChargePoint(
        SETTINGS,
        hardware=Hardware(),
        listener=Listener(),
        store=MemoryStore(),
        certificates=Certificates(),
        transport=WebSocketTransport(),
        clock=SystemClock(),
    )
    ChargePoint(SETTINGS, transport=LocalTransport(CentralSystem()))
    VirtualStation(SETTINGS)


@pytest.mark.parametrize("handler", [None, "echo", 5])
def test_a_handler_of_a_vendor_s_is_a_function(handler: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="handler must be a function"):
        charge_point(Lines()).register_vendor("com.x", None, handler)


# -- what they return -------------------------------------------------------------------------------------------------


RETURNED = {
    "Hardware.unlock": "an UnlockStatus",
    "Hardware.is_reset_allowed": "True or False",
    "Hardware.reset": "True or False",
    "Hardware.is_token_reserved_for_other": "True or False",
    "Hardware.cancel_firmware_update": "True or False",
    "Hardware.upload_diagnostics": "a text or None",
    "Hardware.upload_log": "a text or None",
    "Certificates.inventory": "an Inventory",
    "Certificates.request_signature": "a text",
    "Certificates.accept_signed": "a text",
    "Certificates.install_root": "a CertificateStatus",
    "Certificates.installed_roots": "a tuple, each element a CertificateHashData",
    "Certificates.delete": "a DeleteCertificateStatus",
    "Certificates.check_firmware_signer": "True or False",
    "Certificates.request_v2g_signature": "a text",
    "Certificates.accept_v2g_signed": "a text",
    "Certificates.install_contract_root": "a CertificateStatus",
    "Certificates.installed_chains": "a tuple, each element a CertificateHashDataChain",
    "Certificates.check_contract": "a ContractVerdict",
}
"""What each method is to return; of the others nothing is expected."""


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.asks.__name__}.{call.method}")
def test_what_every_method_returns_is_checked(call: type[MethodCall]) -> None:
    name = f"{call.asks.__name__}.{call.method}"
    asked: Any = SimpleNamespace(asks=call.asks, method=call.method, qualname=name)
    for answer in (object(), 5, float("nan"), [5], {}):
        if name in RETURNED:
            said = re.escape(f", expected {RETURNED[name]}")
            with pytest.raises(WrongAnswerError, match=rf"^{re.escape(name)} returned .*{said}$"):
                checked_answer(asked, answer)
        else:
            assert checked_answer(asked, answer) is None


def test_words_become_members_of_their_enumeration() -> None:
    assert checked_answer(Unlock(1), "Unlocked") is UnlockStatus.UNLOCKED
    assert checked_answer(IsResetAllowed(ResetType.SOFT), True) is True


def test_every_method_of_the_hardware_can_be_asked() -> None:
    methods = {name for name, _ in inspect.getmembers(Hardware, inspect.isfunction) if not name.startswith("_")}
    assert methods == {call.method for call in HardwareCall.__subclasses__()}
