"""The registry of actions, and the documentation of the classes."""

import ast
import importlib
import inspect
import pkgutil
from types import ModuleType
from typing import Any

import attrs
import pytest

import ocpp16sm.messages
from ocpp16sm.errors import InvalidMessageError
from ocpp16sm.messages import (
    ACTIONS,
    Action,
    FeatureProfile,
    HeartbeatRequest,
    HeartbeatResponse,
    SentBy,
    action_of,
)

PROFILES = {
    FeatureProfile.CORE: (
        "Authorize BootNotification ChangeAvailability ChangeConfiguration ClearCache DataTransfer "
        "GetConfiguration Heartbeat MeterValues RemoteStartTransaction RemoteStopTransaction Reset "
        "StartTransaction StatusNotification StopTransaction UnlockConnector"
    ),
    FeatureProfile.FIRMWARE_MANAGEMENT: (
        "GetDiagnostics DiagnosticsStatusNotification FirmwareStatusNotification UpdateFirmware"
    ),
    FeatureProfile.LOCAL_AUTH_LIST_MANAGEMENT: "GetLocalListVersion SendLocalList",
    FeatureProfile.RESERVATION: "CancelReservation ReserveNow",
    FeatureProfile.SMART_CHARGING: "ClearChargingProfile GetCompositeSchedule SetChargingProfile",
    FeatureProfile.REMOTE_TRIGGER: "TriggerMessage",
    FeatureProfile.SECURITY: (
        "CertificateSigned DeleteCertificate ExtendedTriggerMessage GetInstalledCertificateIds GetLog "
        "InstallCertificate LogStatusNotification SecurityEventNotification SignCertificate "
        "SignedFirmwareStatusNotification SignedUpdateFirmware"
    ),
}
CHARGE_POINT = (
    "Authorize BootNotification DiagnosticsStatusNotification FirmwareStatusNotification Heartbeat "
    "MeterValues StartTransaction StatusNotification StopTransaction "
    "LogStatusNotification SecurityEventNotification SignCertificate SignedFirmwareStatusNotification"
)


def test_profiles_are_those_of_the_specification() -> None:
    """OCPP 1.6, 3.3 (with errata 3.2 for the columns), and the whitepaper's section 5."""
    for profile, names in PROFILES.items():
        assert {action.name for action in ACTIONS.values() if action.feature_profile is profile} == set(names.split())


def test_senders_are_those_of_the_specification() -> None:
    """OCPP 1.6, sections 4 and 5; either side sends DataTransfer."""
    for action in ACTIONS.values():
        expected = SentBy.CHARGE_POINT if action.name in CHARGE_POINT.split() else SentBy.CENTRAL_SYSTEM
        assert action.sent_by is (SentBy.BOTH if action.name == "DataTransfer" else expected)


@pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda action: action.name)
def test_an_action_is_found_by_name_and_by_request(action: Action) -> None:
    """Classes are named after the action, and are slotted and frozen."""
    assert ACTIONS[action.name] is action
    assert action.request.__name__ == f"{action.name}Request"
    assert action.response.__name__ == f"{action.name}Response"
    for cls in (action.request, action.response):
        assert "__slots__" in cls.__dict__
        assert cls is getattr(ocpp16sm.messages, cls.__name__)


def test_action_of_names_requests_only() -> None:
    """A response has no action of its own: it answers a message id."""
    assert action_of(HeartbeatRequest()) == "Heartbeat"
    with pytest.raises(InvalidMessageError, match="HeartbeatResponse"):
        action_of(HeartbeatResponse(None))  # type: ignore[arg-type]  # only the class counts
    with pytest.raises(TypeError):
        ACTIONS["Foo"] = ACTIONS["Heartbeat"]  # type: ignore[index]  # the case in question


def test_messages_do_not_change() -> None:
    """Frozen: a message in the queue is the message that was put there."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        HeartbeatRequest().anything = 1  # type: ignore[attr-defined]  # the case in question


MODULES = [
    importlib.import_module(f"ocpp16sm.messages.{module.name}")
    for module in pkgutil.iter_modules(ocpp16sm.messages.__path__)
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_class_and_every_field_is_documented(module: ModuleType) -> None:
    """A docstring under the class line, and a text under every field and every word."""
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            assert ast.get_docstring(node), node.name
            for statement, follower in zip(node.body, [*node.body[1:], None], strict=True):
                if isinstance(statement, ast.Assign | ast.AnnAssign):
                    assert _is_text(follower), f"{node.name}: {ast.unparse(statement)}"


def _is_text(node: Any) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
