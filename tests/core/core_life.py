"""As much as can happen to a charge point: a life that runs through most of the core."""

import pytest

from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.messages import AvailabilityType, ChangeAvailabilityRequest, ChargePointErrorCode, FirmwareUpdateStatus
from ocpp16sm.records import Identity
from ocpp16sm.station_facts import ErrorInfo
from tests.support.charging_scenes import MAX, TX, clears, installs, profile, schedule, starts_from_afar
from tests.support.scene import SILENCE, CallError, CoreScene, RefusedError


def fault(uuid: str = "f") -> ErrorInfo:
    """Something that prevents charging."""
    return ErrorInfo(uuid=uuid, error_code=ChargePointErrorCode.GROUND_FAILURE, is_fault=True, info="wet")


def a_life(scene: CoreScene) -> None:
    """As much as can happen to a charge point, so that most of the core runs."""
    _boots_slowly(scene)
    _charges(scene)
    _is_managed(scene)
    _keeps_to_limits(scene)
    _has_trouble(scene)
    _restarts(scene)
    _is_reserved(scene)
    _is_updated(scene)


def _boots_slowly(scene: CoreScene) -> None:
    now = "2026-06-01T12:00:00Z"
    scene.starts()
    scene.hears("BootNotification", {"status": "Rejected", "currentTime": now, "interval": 5})
    scene.passes(5)
    scene.hears("BootNotification", {"status": "Pending", "currentTime": now, "interval": 10})
    scene.asks("TriggerMessage", requestedMessage="StatusNotification")
    scene.hears_all()
    scene.passes(10)
    scene.hears_all()
    scene.sets("MeterValueSampleInterval", "30")
    scene.sets("ClockAlignedDataInterval", "60")
    scene.sets("HeartbeatInterval", "45")


def _charges(scene: CoreScene) -> None:
    scene.virtual.feed(inputs.AuthorizeAsked("TAG", "r"))
    scene.hears_all()
    scene.station.on_session_started(1, "s1", "Authorized")
    scene.begins(1, "s1", "TAG", 100, signed_meter_value="OCMF")
    scene.station.on_max_current_offered(1, 16)
    scene.station.on_max_power_offered(1, 11_000)
    scene.station.on_resume_charging(1)
    scene.hears_all()
    for quarter in range(9):
        scene.measures(1, 100 + 50 * quarter)
        scene.passes(15)
        scene.hears_all()
    scene.station.on_suspend_charging_ev(1)
    scene.station.on_suspend_charging_evse(1, "NoEnergy")
    scene.sets("MinimumStatusDuration", "5")
    scene.station.on_resume_charging(1)
    scene.passes(6)
    scene.ends(1, "s1", "EVDisconnected", 600)
    scene.station.on_session_stopped(1, "s1")
    scene.hears_all()
    scene.passes(6)
    scene.sets("MinimumStatusDuration", "0")


def _is_managed(scene: CoreScene) -> None:
    scene.asks("GetConfiguration", key=["HeartbeatInterval", "Nonsense"])
    scene.asks("ChangeConfiguration", key="HeartbeatInterval", value="often")
    scene.asks("ChangeAvailability", connectorId=2, type="Inoperative")
    scene.station.on_disabled(2)
    scene.asks("ChangeAvailability", connectorId=2, type="Operative")
    scene.station.on_enabled(2)
    scene.asks("UnlockConnector", connectorId=1)
    scene.asks("RemoteStartTransaction", idTag="APP", connectorId=1)
    scene.begins(1, "s2", "APP", 400)
    scene.hears_all()
    scene.asks("RemoteStopTransaction", transactionId=2)
    for message in ("BootNotification", "Heartbeat", "MeterValues", "FirmwareStatusNotification"):
        scene.asks("TriggerMessage", requestedMessage=message)
        scene.hears_all()
    scene.asks("ExtendedTriggerMessage", requestedMessage="LogStatusNotification")
    scene.asks("DataTransfer", vendorId="vendor")
    scene.asks("ClearCache")
    scene.virtual.feed(inputs.TransferAsked("vendor", None, "data", "t"))
    scene.virtual.feed(inputs.ConfigurationSet("LightIntensity", "50"))
    scene.virtual.feed(
        inputs.IdentityChanged(Identity(charge_point_vendor="Vendor", charge_point_model="Model", imsi="2620"))
    )
    scene.virtual.feed(inputs.SecurityNoticed("SecurityLogWasCleared", "the oldest file"))
    scene.station.on_log_status_notification(3, "Uploading")
    scene.station.on_firmware_update_status_notification(-1, "Downloaded", False)
    scene.station.on_change_availability(ChangeAvailabilityRequest(connector_id=1, type=AvailabilityType.INOPERATIVE))
    scene.hears_all()
    scene.says("{")
    scene.says('[2,"x","Foo",{}]')
    scene.says('[2,"y","Reset",{"type":"Warm"}]')
    for message_id in ("x", "y"):
        with pytest.raises(RefusedError):
            scene.answer_to(message_id)


def _keeps_to_limits(scene: CoreScene) -> None:
    installs(scene, 0, profile(1, MAX, limit=20))
    installs(scene, 0, profile(2))
    installs(scene, 1, profile(3, level=-1))
    starts_from_afar(scene, "APP", 2, chargingProfile=profile(4, TX))
    starts_from_afar(scene, "APP", 2, chargingProfile=profile(5, TX, periods=[(0, 6), (60, 7, 1)]))
    scene.begins(2, "s9", "APP")
    scene.hears_all()
    installs(scene, 2, profile(6, TX, level=1, transactionId=99))
    installs(scene, 2, profile(7, TX, level=1, validTo=(scene.virtual.now.later(20)).utc.text()))
    schedule(scene, 0)
    schedule(scene, 2, unit="W")
    scene.passes(30)
    scene.hears_all()
    scene.ends(2, "s9")
    scene.hears_all()
    clears(scene, id=2)
    starts_from_afar(scene, "NOBODY", 2, chargingProfile=profile(8, TX))
    scene.sets("IgnoredProfilePurposesOffline", "ChargePointMaxProfile")


def _has_trouble(scene: CoreScene) -> None:
    scene.station.on_error(2, fault())
    scene.station.on_error(2, fault("g"))
    scene.station.on_error_cleared(2, "f")
    scene.station.on_all_errors_cleared(2)
    scene.station.on_reservation_start(2)
    scene.station.on_reservation_end(2)
    scene.station.on_plugin_timeout(2)
    scene.station.on_security_event("TamperDetectionActivated")
    scene.hears_all()
    scene.loses_network()
    scene.ends(1, "s2", "Remote", 500)
    scene.begins(2, "s3", "TAG", 0)
    scene.virtual.feed(inputs.AuthorizeAsked("OTHER", "q"))
    scene.regains_network()
    scene.hears("StopTransaction", CallError())
    scene.hears_all("StatusNotification")
    scene.passes(60)
    scene.hears("StopTransaction", {})
    scene.hears("StartTransaction", SILENCE)
    scene.loses_link()
    scene.passes(3)
    scene.hears("StartTransaction", {"transactionId": 3, "idTagInfo": {"status": "Blocked"}})
    scene.hears_all()
    reset = scene.sends("Reset", type="Soft")
    scene.ends(2, "s3", "SoftReset", 10)
    assert scene.answer_to(reset) == {"status": "Accepted"}
    scene.hears_all()
    scene.begins(2, "s4", "TAG", 20)


def _restarts(scene: CoreScene) -> None:
    scene.virtual.feed(inputs.ShutdownAsked())
    scene.virtual.feed(inputs.DisconnectAsked())
    scene.starts()
    scene.hears_all()
    scene.begins(2, "s5", "TAG", 20)
    scene.starts(resuming_sessions=frozenset({"s5"}))
    scene.hears_all()


def _is_reserved(scene: CoreScene) -> None:
    scene.ends(2, "s5")
    scene.station.on_session_stopped(2, "s5")
    scene.asks("ChangeAvailability", connectorId=0, type="Operative")
    scene.station.on_enabled(1)
    scene.hears_all()
    scene.reserves(2, 1, "FRIEND", group="GROUP")
    scene.reserves(2, 1, "FRIEND", 1000, group="GROUP")
    scene.reserves(2, 2)
    scene.asks("RemoteStartTransaction", idTag="OTHER")
    scene.station.on_session_started(2, "r1", "Authorized")
    scene.hears_all()
    scene.station.on_session_stopped(2, "r1")
    scene.station.on_reservation_start(2)
    scene.station.on_session_started(2, "r2", "EVConnected")
    scene.cancels(1)
    scene.station.on_reservation_end(2)
    scene.station.on_session_stopped(2, "r2")
    scene.reserves(0, 3, "HOLDER", 100)
    scene.reserves(0, 4)
    scene.passes(100)
    scene.reserves(0, 5, "TAG")
    scene.reserves(9, 5)
    scene.cancels(6)
    scene.hears_all()
    scene.begins(2, "r3", "TAG")
    scene.hears_all()
    scene.ends(2, "r3")
    scene.reserves(2, 7, "HOLDER", 5000)
    scene.starts()


def _is_updated(scene: CoreScene) -> None:
    scene.hears_all()
    scene.begins(2, "u1", "TAG", 20)
    scene.hears_all()
    begin = scene.virtual.now.later(90).utc.text()
    update = {"location": "ftp://host/f", "retrieveDate": begin, "retries": 1}
    scene.asks("UpdateFirmware", update)
    scene.asks("GetDiagnostics", location="ftp://host/d")
    scene.station.on_log_status_notification(-1, "Uploading")
    scene.station.on_log_status_notification(-1, "BadMessage")
    scene.passes(90)
    scene.asks("UpdateFirmware", update)
    for status in ("Downloading", "DownloadFailed", "Downloading", "Downloaded"):
        scene.station.on_firmware_update_status_notification(-1, status)
    scene.asks("ChangeAvailability", connectorId=2, type="Operative")
    scene.hears_all()
    scene.ends(2, "u1", "Local", 30)
    scene.station.on_session_stopped(2, "u1")
    scene.station.on_disabled(1)
    scene.station.on_disabled(2)
    scene.station.on_firmware_update_status_notification(-1, "Installing")
    scene.loses_network()
    scene.station.on_log_status_notification(-1, "Uploaded")
    scene.starts(boot_reason=BootReason.FIRMWARE_UPDATE)
    scene.station.on_enabled(1)
    scene.regains_network()
    scene.hears_all()
    for status in ("Downloading", "InvalidSignature"):
        scene.station.on_firmware_update_status_notification(4, FirmwareUpdateStatus(status))
    scene.hears_all()
