"""TriggerMessage and ExtendedTriggerMessage (5.17; whitepaper 5.5). The response comes before the triggered message."""

from collections.abc import Callable, Mapping
from typing import Any

from ocpp16sm.codec import Call
from ocpp16sm.core.connection.registration import Registration
from ocpp16sm.core.connectors.connectors import ConnectorBase, Connectors, StatusReports
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.incoming_calls import ANSWERED_LATER, IncomingCalls
from ocpp16sm.core.firmware_and_logs.firmware import Firmware
from ocpp16sm.core.firmware_and_logs.log_uploads import LogUpload, LogUploads
from ocpp16sm.core.security.certificate_renewal import CertificateRenewal
from ocpp16sm.core.transactions.clock_aligned import ClockAlignedReadings
from ocpp16sm.errors import ErrorCode, PayloadError
from ocpp16sm.generated import hooks
from ocpp16sm.messages import (
    ExtendedTriggerMessageRequest,
    ExtendedTriggerMessageResponse,
    TriggerMessageRequest,
    TriggerMessageResponse,
    TriggerMessageStatus,
)

Request = TriggerMessageRequest | ExtendedTriggerMessageRequest


class Triggers:
    """Sends the messages that the Central System triggers."""

    __slots__ = (
        "_all_connectors",
        "_context",
        "_firmware",
        "_incoming_calls",
        "_readings",
        "_registration",
        "_renewal",
        "_reports",
        "_uploads",
    )

    def __init__(
        self,
        context: Context,
        incoming_calls: IncomingCalls,
        all_connectors: Connectors,
        reports: StatusReports,
        registration: Registration,
        readings: ClockAlignedReadings,
        firmware: Firmware,
        uploads: LogUploads,
        renewal: CertificateRenewal,
    ) -> None:
        self._context = context
        self._incoming_calls = incoming_calls
        self._all_connectors = all_connectors
        self._reports = reports
        self._readings = readings
        self._renewal = renewal
        self._registration = registration
        self._firmware = firmware
        self._uploads = uploads

    @staticmethod
    def unknown(error: PayloadError) -> TriggerMessageResponse | None:
        """Answer NotImplemented for an unknown message, instead of refusing the payload (5.17)."""
        if error.path == "$.requestedMessage" and error.code is ErrorCode.PROPERTY_CONSTRAINT_VIOLATION:
            return TriggerMessageResponse(status=TriggerMessageStatus.NOT_IMPLEMENTED)
        return None

    def asked(self, request: TriggerMessageRequest, call: Call) -> Any:
        """Answer TriggerMessage.req."""
        return self._ask(request, call, _PLAIN, TriggerMessageResponse)

    def asked_extended(self, request: ExtendedTriggerMessageRequest, call: Call) -> Any:
        """Answer ExtendedTriggerMessage.req."""
        return self._ask(request, call, _EXTENDED, ExtendedTriggerMessageResponse)

    def _ask(self, request: Request, call: Call, actions: "Mapping[str, Action]", response: Any) -> Any:
        action = actions.get(str(request.requested_message))
        if action is None:
            return response(status=TriggerMessageStatus.NOT_IMPLEMENTED)
        asked = request.connector_id if action in _PER_CONNECTOR else None
        if asked is not None and not 0 <= asked < len(self._all_connectors.all):
            return response(status=TriggerMessageStatus.REJECTED)
        connectors = self._all_connectors.all if asked is None else (self._all_connectors.all[asked],)
        silent = action is Triggers._meters and not any(self._readings.latest(connector) for connector in connectors)
        if silent or (action is Triggers._sign and self._renewal.objection() is not None):
            return response(status=TriggerMessageStatus.REJECTED)
        self._incoming_calls.answer(call, response(status=TriggerMessageStatus.ACCEPTED))
        action(self, connectors)
        return ANSWERED_LATER

    def _again(self, draft: Any) -> None:
        self._context.send(draft, triggered=True)

    def _boot(self, _connectors: tuple[ConnectorBase, ...]) -> None:
        self._registration.trigger()

    def _heartbeat(self, _connectors: tuple[ConnectorBase, ...]) -> None:
        self._again(hooks.announce_heartbeat())

    def _sign(self, _connectors: tuple[ConnectorBase, ...]) -> None:
        self._renewal.trigger()

    def _diagnostics(self, _connectors: tuple[ConnectorBase, ...]) -> None:
        self._upload(self._uploads.diagnostics)

    def _log(self, _connectors: tuple[ConnectorBase, ...]) -> None:
        self._upload(self._uploads.log)

    def _upload(self, upload: LogUpload) -> None:
        self._again(upload.draft(upload.status))

    def _update(self, _connectors: tuple[ConnectorBase, ...]) -> None:
        self._again(hooks.announce_firmware_status(self._firmware.status))

    def _signed_update(self, _connectors: tuple[ConnectorBase, ...]) -> None:
        self._again(hooks.announce_signed_firmware_status(self._firmware.signed_status))

    def _statuses(self, connectors: tuple[ConnectorBase, ...]) -> None:
        for connector in connectors:
            self._reports.tell_present(connector, triggered=True)

    def _meters(self, connectors: tuple[ConnectorBase, ...]) -> None:
        for connector in connectors:
            self._readings.tell_latest(connector)


Action = Callable[[Triggers, tuple[ConnectorBase, ...]], None]

_COMMON: Mapping[str, Action] = {
    "BootNotification": Triggers._boot,
    "Heartbeat": Triggers._heartbeat,
    "StatusNotification": Triggers._statuses,
    "MeterValues": Triggers._meters,
}
_PLAIN: Mapping[str, Action] = {
    **_COMMON,
    "DiagnosticsStatusNotification": Triggers._diagnostics,
    "FirmwareStatusNotification": Triggers._update,
}
_EXTENDED: Mapping[str, Action] = {
    **_COMMON,
    "LogStatusNotification": Triggers._log,
    "FirmwareStatusNotification": Triggers._signed_update,
    "SignChargePointCertificate": Triggers._sign,
}
_PER_CONNECTOR = (Triggers._statuses, Triggers._meters)
"""Messages about a connector."""
