"""Requests of feature profiles that are switched off, of a charge point's own, and of nobody at all.

Proves 3.3 (a profile that is not supported), OCPP-J 4.2.3 (NotImplemented: unknown; NotSupported: known, not supported)
as reference/queue.md 3 reads it. Each is answered with its own message id.
"""

from typing import Any

import pytest

from ocpp16sm.messages import ACTIONS
from tests.support.scene import CoreScene, RefusedError, accepted

ANSWERED = {
    "CancelReservation",
    "CertificateSigned",
    "ChangeAvailability",
    "ChangeConfiguration",
    "ClearCache",
    "ClearChargingProfile",
    "DataTransfer",
    "DeleteCertificate",
    "ExtendedTriggerMessage",
    "GetCompositeSchedule",
    "GetConfiguration",
    "GetDiagnostics",
    "GetInstalledCertificateIds",
    "GetLocalListVersion",
    "GetLog",
    "InstallCertificate",
    "RemoteStartTransaction",
    "RemoteStopTransaction",
    "ReserveNow",
    "Reset",
    "SendLocalList",
    "SetChargingProfile",
    "SignedUpdateFirmware",
    "TriggerMessage",
    "UnlockConnector",
    "UpdateFirmware",
}
OURS = sorted(set(ACTIONS) - ANSWERED)
"""Requests that only a charge point sends."""


def code_of(scene: CoreScene, action: str, payload: dict[str, Any]) -> str:
    """The code of the CALLERROR."""
    with pytest.raises(RefusedError) as refused:
        scene.asks(action, payload)
    scene.hears_nothing()
    return refused.value.code


@pytest.mark.parametrize("action", OURS)
def test_a_request_that_only_a_charge_point_sends_is_not_supported(scene: CoreScene, action: str) -> None:
    """queue.md 3."""
    assert code_of(scene, action, {}) == "NotSupported"


@pytest.mark.parametrize("action", ["Nonsense", "heartbeat", "HeartbeatResponse", "GetVariables", "", "x" * 200])
def test_a_request_that_nobody_knows_is_not_implemented(scene: CoreScene, action: str) -> None:
    """queue.md 3 (N4: libocpp answers with the message id -1)."""
    assert code_of(scene, action, {}) == "NotImplemented"


def test_a_profile_can_be_taken_away() -> None:
    """9.1.29: what is not in SupportedFeatureProfiles is not supported."""
    scene = accepted(SupportedFeatureProfiles="Core")
    assert code_of(scene, "TriggerMessage", {"requestedMessage": "Heartbeat"}) == "NotSupported"
    assert scene.asks("ExtendedTriggerMessage", requestedMessage="Heartbeat") == {"status": "Accepted"}


def test_the_profiles_that_are_there_are_told(scene: CoreScene) -> None:
    """9.1.29."""
    (found,) = scene.asks("GetConfiguration", key=["SupportedFeatureProfiles"])["configurationKey"]
    assert found == {
        "key": "SupportedFeatureProfiles",
        "readonly": True,
        "value": "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger",
    }
