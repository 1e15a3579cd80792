"""Dispatch tables: the steps of each input and handler, and the feature that answers each request.

All charge points of a process share these tables, which saves each of them two dictionaries of bound methods.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ocpp16sm import codec
from ocpp16sm.core import startup
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
from ocpp16sm.core.features import Features
from ocpp16sm.errors import FrameError, UnknownMessageTypeError
from ocpp16sm.generated.handlers import HandlerCall
from ocpp16sm.generated.triggers import TRIGGERS
from ocpp16sm.hardware import StopTransaction


def _inputs() -> Mapping[type[Input], Callable[[Features, Any], Any]]:
    return {
        Started: startup.start,
        ConnectAsked: lambda features, _asked: features.link.fire("connect_requested"),
        DisconnectAsked: lambda features, _asked: features.link.disconnect(),
        ShutdownAsked: _shut_down,
        LinkOpened: lambda features, _opened: features.link.opened(),
        LinkLost: lambda features, lost: features.link.lost(lost),
        DeadlineReached: lambda _features, _reached: None,
        HardwareAnswered: lambda features, a: features.context.answered(a.ref, a.answer, a.failure),
        VendorAnswered: lambda features, a: features.context.answered(a.ref, a, None),
        CertificatesAnswered: lambda features, a: features.context.certificates_answered(a),
        AuthorizeAsked: lambda features, asked: features.authorization.authorize(asked),
        ContractAuthorizeAsked: lambda features, asked: features.contract_authorization.authorize(asked),
        TransferAsked: lambda features, asked: features.data_transfer.ask(asked),
        IdentityChanged: lambda features, changed: features.registration.change_identity(changed),
        ConfigurationSet: lambda features, s: features.configuration_operations.set_by_application(s.key, s.value),
        MeterPublicKeySet: lambda features, told: features.configuration_operations.set_meter_public_key(
            features.all_connectors.at(told.connector).id, told.public_key
        ),
        SecurityNoticed: lambda features, noticed: features.context.notice(noticed.type, noticed.tech_info),
        TextReceived: _hear,
    }


def _operations() -> Mapping[str, Callable[[Features], Operation]]:
    return {
        "CancelReservation": lambda features: features.reserve_now.cancel,
        "CertificateSigned": lambda features: features.certificate_renewal.signed,
        "ChangeAvailability": lambda features: features.availability.asked,
        "ChangeConfiguration": lambda features: features.configuration_operations.change,
        "ClearCache": lambda features: features.authorization.clear,
        "ClearChargingProfile": lambda features: features.smart_charging.clear,
        "DataTransfer": lambda features: features.data_transfer.received,
        "DeleteCertificate": lambda features: features.root_certificates.delete,
        "ExtendedTriggerMessage": lambda features: features.triggers.asked_extended,
        "GetCompositeSchedule": lambda features: features.charging_limits.asked,
        "GetConfiguration": lambda features: features.configuration_operations.get,
        "GetDiagnostics": lambda features: features.log_uploads.asked,
        "GetInstalledCertificateIds": lambda features: features.root_certificates.list,
        "GetLocalListVersion": lambda features: features.local_list.version_asked,
        "GetLog": lambda features: features.log_uploads.log_asked,
        "InstallCertificate": lambda features: features.root_certificates.install,
        "RemoteStartTransaction": lambda features: features.remote.start,
        "RemoteStopTransaction": lambda features: features.remote.stop,
        "ReserveNow": lambda features: features.reserve_now.asked,
        "Reset": lambda features: features.reset.requested,
        "SendLocalList": lambda features: features.local_list.sent,
        "SetChargingProfile": lambda features: features.smart_charging.set,
        "SignedUpdateFirmware": lambda features: features.signed_updates.asked,
        "TriggerMessage": lambda features: features.triggers.asked,
        "UnlockConnector": lambda features: features.remote.unlock,
        "UpdateFirmware": lambda features: features.firmware.asked,
    }


def _hear(features: Features, received: TextReceived) -> None:
    """Dispatch a received text. Frames with an unknown MessageTypeId are ignored (OCPP-J 4.1.3)."""
    try:
        frame = codec.read_frame(received.text)
    except UnknownMessageTypeError:
        return
    except FrameError as error:
        features.incoming_calls.malformed(error, received.text)
        if error.message_id is not None and error.code is None:
            features.outgoing_calls.unreadable(error.message_id)
        return
    if isinstance(frame, codec.Call):
        operation = OPERATIONS.get(frame.action)
        features.incoming_calls.call(frame, received.text, None if operation is None else operation(features))
    elif isinstance(frame, codec.CallResult):
        features.outgoing_calls.result(frame)
    else:
        features.outgoing_calls.error(frame)


def _shut_down(features: Features, asked: ShutdownAsked) -> None:
    """Ask the station to stop every running transaction."""
    for transaction in features.transactions.running():
        features.context.ask(StopTransaction(transaction.record.connector_id, asked.reason))


HANDLERS: Final[Mapping[type[HandlerCall], Callable[[Features, Any], Any]]] = TRIGGERS
"""Class of a handler's call -> its steps. The annotation lets mypy check that the features have these steps."""
INPUTS: Final[Mapping[type, Callable[[Features, Any], Any]]] = {**_inputs(), **HANDLERS}
"""Class of an input or of a handler's call -> the function that handles it."""
OPERATIONS: Final = _operations()
"""Action of a request from the Central System -> the method of the feature that answers it."""
