"""What each input of the core sets going, and which feature answers which request of the Central System.

Two tables for all charge points of a process, rather than two dictionaries of bound methods for each.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ocpp16sm.core.engine.incoming_calls import Operation
from ocpp16sm.core.engine.inputs import (
    AuthorizeAsked,
    CertificatesAnswered,
    ConfigurationSet,
    ConnectAsked,
    ContractAuthorizeAsked,
    DeadlineReached,
    DisconnectAsked,
    HardwareAnswered,
    IdentityChanged,
    Input,
    LinkLost,
    LinkOpened,
    MeterPublicKeySet,
    SecurityNoticed,
    ShutdownAsked,
    Started,
    TextReceived,
    TransferAsked,
    VendorAnswered,
)

if TYPE_CHECKING:
    from ocpp16sm.core.protocol import Core


def _inputs() -> "Mapping[type[Input], Callable[[Core, Any], Any]]":
    return {
        Started: lambda core, started: core.startup.start(started),
        ConnectAsked: lambda core, _asked: core.link.fire("connect_requested"),
        DisconnectAsked: lambda core, _asked: core.link.disconnect(),
        ShutdownAsked: lambda core, asked: core.shut_down(asked),
        LinkOpened: lambda core, _opened: core.link.opened(),
        LinkLost: lambda core, lost: core.link.lost(lost),
        DeadlineReached: lambda _core, _reached: None,
        HardwareAnswered: lambda core, a: core.context.answered(a.ref, a.answer, a.failure),
        VendorAnswered: lambda core, a: core.context.answered(a.ref, a, None),
        CertificatesAnswered: lambda core, a: core.context.certificates_answered(a),
        AuthorizeAsked: lambda core, asked: core.authorization.authorize(asked),
        ContractAuthorizeAsked: lambda core, asked: core.contract_authorization.authorize(asked),
        TransferAsked: lambda core, asked: core.data_transfer.ask(asked),
        IdentityChanged: lambda core, changed: core.registration.change_identity(changed),
        ConfigurationSet: lambda core, s: core.configuration_operations.set_by_application(s.key, s.value),
        MeterPublicKeySet: lambda core, told: core.configuration_operations.set_meter_public_key(
            core.places.at(told.connector).id, told.public_key
        ),
        SecurityNoticed: lambda core, noticed: core.context.notice(noticed.type, noticed.tech_info),
        TextReceived: lambda core, received: core.text(received.text),
    }


def _operations() -> "Mapping[str, Callable[[Core], Operation]]":
    return {
        "CancelReservation": lambda core: core.reserve_now.cancel,
        "CertificateSigned": lambda core: core.certificate_renewal.signed,
        "ChangeAvailability": lambda core: core.availability.asked,
        "ChangeConfiguration": lambda core: core.configuration_operations.change,
        "ClearCache": lambda core: core.authorization.clear,
        "ClearChargingProfile": lambda core: core.smart_charging.clear,
        "DataTransfer": lambda core: core.data_transfer.received,
        "DeleteCertificate": lambda core: core.root_certificates.delete,
        "ExtendedTriggerMessage": lambda core: core.triggers.asked_extended,
        "GetCompositeSchedule": lambda core: core.charging_limits.asked,
        "GetConfiguration": lambda core: core.configuration_operations.get,
        "GetDiagnostics": lambda core: core.log_uploads.asked,
        "GetInstalledCertificateIds": lambda core: core.root_certificates.list,
        "GetLocalListVersion": lambda core: core.local_list.version_asked,
        "GetLog": lambda core: core.log_uploads.log_asked,
        "InstallCertificate": lambda core: core.root_certificates.install,
        "RemoteStartTransaction": lambda core: core.remote.start,
        "RemoteStopTransaction": lambda core: core.remote.stop,
        "ReserveNow": lambda core: core.reserve_now.asked,
        "Reset": lambda core: core.remote.reset,
        "SendLocalList": lambda core: core.local_list.sent,
        "SetChargingProfile": lambda core: core.smart_charging.set,
        "SignedUpdateFirmware": lambda core: core.signed_updates.asked,
        "TriggerMessage": lambda core: core.triggers.asked,
        "UnlockConnector": lambda core: core.remote.unlock,
        "UpdateFirmware": lambda core: core.firmware.asked,
    }


INPUTS: Final = _inputs()
"""Kind of input -> what is done about it."""
OPERATIONS: Final = _operations()
"""Action -> the method of the feature that answers it."""
