"""TriggerMessage and ExtendedTriggerMessage: say it again (5.17; whitepaper 5.5). The answer goes first."""

from collections.abc import Callable, Mapping
from typing import Any

from ocpp16sm.codec import Call
from ocpp16sm.core.connection.registration import Registration
from ocpp16sm.core.connectors.connectors import Place, Places, Reports
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.incoming_calls import LATER, IncomingCalls
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
    """The messages that can be asked for."""

    __slots__ = (
        "_context",
        "_firmware",
        "_incoming_calls",
        "_places",
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
        places: Places,
        reports: Reports,
        registration: Registration,
        readings: ClockAlignedReadings,
        firmware: Firmware,
        uploads: LogUploads,
        renewal: CertificateRenewal,
    ) -> None:
        self._context = context
        self._incoming_calls = incoming_calls
        self._places = places
        self._reports = reports
        self._readings = readings
        self._renewal = renewal
        self._registration = registration
        self._firmware = firmware
        self._uploads = uploads

    @staticmethod
    def unknown(error: PayloadError) -> TriggerMessageResponse | None:
        """A message that nobody knows is a matter of the status, not of the payload (5.17)."""
        if error.path == "$.requestedMessage" and error.code is ErrorCode.PROPERTY_CONSTRAINT_VIOLATION:
            return TriggerMessageResponse(status=TriggerMessageStatus.NOT_IMPLEMENTED)
        return None

    def asked(self, request: TriggerMessageRequest, call: Call) -> Any:
        """TriggerMessage.req."""
        return self._ask(request, call, _PLAIN, TriggerMessageResponse)

    def asked_extended(self, request: ExtendedTriggerMessageRequest, call: Call) -> Any:
        """ExtendedTriggerMessage.req."""
        return self._ask(request, call, _EXTENDED, ExtendedTriggerMessageResponse)

    def _ask(self, request: Request, call: Call, actions: "Mapping[str, Action]", response: Any) -> Any:
        action = actions.get(str(request.requested_message))
        if action is None:
            return response(status=TriggerMessageStatus.NOT_IMPLEMENTED)
        asked = request.connector_id if action in _FOR_PLACES else None
        if asked is not None and not 0 <= asked < len(self._places.all):
            return response(status=TriggerMessageStatus.REJECTED)
        places = self._places.all if asked is None else (self._places.all[asked],)
        silent = action is Triggers._meters and not any(self._readings.latest(place) for place in places)
        if silent or (action is Triggers._sign and self._renewal.objection() is not None):
            return response(status=TriggerMessageStatus.REJECTED)
        self._incoming_calls.answer(call, response(status=TriggerMessageStatus.ACCEPTED))
        action(self, places)
        return LATER

    def _again(self, draft: Any) -> None:
        self._context.send(draft, triggered=True)

    def _boot(self, _places: tuple[Place, ...]) -> None:
        self._registration.trigger()

    def _heartbeat(self, _places: tuple[Place, ...]) -> None:
        self._again(hooks.announce_heartbeat())

    def _sign(self, _places: tuple[Place, ...]) -> None:
        self._renewal.trigger()

    def _diagnostics(self, _places: tuple[Place, ...]) -> None:
        self._upload(self._uploads.diagnostics)

    def _log(self, _places: tuple[Place, ...]) -> None:
        self._upload(self._uploads.log)

    def _upload(self, upload: LogUpload) -> None:
        self._again(upload.draft(upload.status))

    def _update(self, _places: tuple[Place, ...]) -> None:
        self._again(hooks.announce_firmware_status(self._firmware.status))

    def _signed_update(self, _places: tuple[Place, ...]) -> None:
        self._again(hooks.announce_signed_firmware_status(self._firmware.signed_status))

    def _statuses(self, places: tuple[Place, ...]) -> None:
        for place in places:
            self._reports.tell_present(place, triggered=True)

    def _meters(self, places: tuple[Place, ...]) -> None:
        for place in places:
            self._readings.tell_latest(place)


Action = Callable[[Triggers, tuple[Place, ...]], None]

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
_FOR_PLACES = (Triggers._statuses, Triggers._meters)
"""Those that are about a connector."""
