"""Uploads of logs and updates of firmware, as far as they are told and heard of (4.4, 4.5; whitepaper N01, L01)."""

from ocpp16sm.codec import Call
from ocpp16sm.core.availability import Availability
from ocpp16sm.core.connectors import Places
from ocpp16sm.core.desk import Desk, Waiting
from ocpp16sm.core.inbound import LATER, Inbound, Later
from ocpp16sm.core.journal import Component, Journal
from ocpp16sm.generated import hooks
from ocpp16sm.generated.handlers import FirmwareStatusChanged, LogStatusChanged
from ocpp16sm.hardware import AllConnectorsUnavailable, UpdateFirmware, UploadDiagnostics
from ocpp16sm.messages import (
    AvailabilityType,
    DiagnosticsStatus,
    FirmwareStatus,
    FirmwareUpdateStatus,
    GetDiagnosticsRequest,
    GetDiagnosticsResponse,
    UpdateFirmwareRequest,
    UpdateFirmwareResponse,
    UploadLogStatus,
)
from ocpp16sm.records import Draft, Update, Upload

UNSIGNED = -1
"""request_id of GetDiagnostics and UpdateFirmware, which have none."""

FILE_NAME_LENGTH = 255
"""fileName is a CiString255 (6.26)."""

DIAGNOSTICS_WORDS = {
    UploadLogStatus.IDLE: DiagnosticsStatus.IDLE,
    UploadLogStatus.UPLOADED: DiagnosticsStatus.UPLOADED,
    UploadLogStatus.UPLOADING: DiagnosticsStatus.UPLOADING,
}
"""Every other status of an upload is UploadFailed in the older message."""

FIRMWARE_WORDS = {FirmwareUpdateStatus(status): status for status in FirmwareStatus}
"""The seven statuses that the unsigned message has a word for."""

READY = {True: FirmwareUpdateStatus.SIGNATURE_VERIFIED, False: FirmwareUpdateStatus.DOWNLOADED}
"""Signed or not -> the status from which an update waits for the connectors."""

ENDED = frozenset(
    {
        FirmwareUpdateStatus.INSTALLED,
        FirmwareUpdateStatus.INSTALLATION_FAILED,
        FirmwareUpdateStatus.INSTALL_VERIFICATION_FAILED,
        FirmwareUpdateStatus.INVALID_SIGNATURE,
        FirmwareUpdateStatus.DOWNLOAD_FAILED,
    }
)
"""Statuses after which an update is over."""


class Jobs(Component):
    """The upload and the update that were last heard of."""

    STATE = ("_draining", "_said", "diagnostics", "firmware", "log", "signed_firmware")
    __slots__ = ("_availability", "_desk", "_inbound", "_places", *STATE)

    def __init__(
        self, journal: Journal, desk: Desk, inbound: Inbound, places: Places, availability: Availability
    ) -> None:
        super().__init__(journal)
        self._desk = desk
        self._inbound = inbound
        desk.answer_later["diagnostics"] = self._upload_begun
        self._places = places
        self._availability = availability
        self.diagnostics = DiagnosticsStatus.IDLE
        self.log = Upload()
        self.firmware = FirmwareStatus.IDLE
        self.signed_firmware = Update()
        self._draining = False
        """An update waits for every connector to be out of service, or is being installed meanwhile."""
        self._said = False
        """The hardware knows that every connector is out of service."""

    def diagnostics_asked(self, request: GetDiagnosticsRequest, call: Call) -> Later:
        """GetDiagnostics (5.9)."""
        upload = UploadDiagnostics(
            request.location, request.start_time, request.stop_time, request.retries, request.retry_interval
        )
        self._desk.ask(upload, "diagnostics", call)
        return LATER

    def _upload_begun(self, waiting: Waiting, name: str | None, failure: str | None) -> None:
        """Without a name there is nothing to upload (5.9)."""
        file_name = None if failure is not None or name is None else name[:FILE_NAME_LENGTH]
        self._inbound.answer(waiting.call, GetDiagnosticsResponse(file_name=file_name))

    def update_asked(self, request: UpdateFirmwareRequest, call: Call) -> Later:
        """UpdateFirmware (5.19): its answer says nothing."""
        self._inbound.answer(call, UpdateFirmwareResponse())
        self._desk.ask(UpdateFirmware(request.location, request.retrieve_date, request.retries, request.retry_interval))
        return LATER

    def note_log_status(self, call: LogStatusChanged) -> None:
        """An upload goes on. Afterwards only an upload that is busy is worth asking about."""
        self.touch()
        busy = call.log_status is UploadLogStatus.UPLOADING
        if call.request_id == UNSIGNED:
            status = DIAGNOSTICS_WORDS.get(call.log_status, DiagnosticsStatus.UPLOAD_FAILED)
            self._say(hooks.announce_diagnostics_status(status))
            self.diagnostics = status if busy else DiagnosticsStatus.IDLE
        else:
            self._say(hooks.announce_log_status(Upload(call.log_status, call.request_id)))
            self.log = Upload(call.log_status if busy else UploadLogStatus.IDLE, call.request_id)

    def note_firmware_status(self, call: FirmwareStatusChanged) -> None:
        """An update goes on."""
        self.touch()
        status = call.firmware_update_status
        signed = call.request_id != UNSIGNED
        if signed:
            self._say(hooks.announce_signed_firmware_status(Update(status, call.request_id)))
            installed = status is FirmwareUpdateStatus.INSTALLED  # L01.FR.28, L01.FR.29
            self.signed_firmware = Update(FirmwareUpdateStatus.IDLE if installed else status, call.request_id)
        elif status in FIRMWARE_WORDS:
            self._say(hooks.announce_firmware_status(FIRMWARE_WORDS[status]))
            self.firmware = FirmwareStatus.IDLE if status in ENDED else FIRMWARE_WORDS[status]
        if signed and status is FirmwareUpdateStatus.INVALID_SIGNATURE:
            self._desk.notice("InvalidFirmwareSignature", critical=True)  # L01.FR.03
        if status is READY[signed] and call.disable_connectors_during_install:
            self._drain()
        elif status in ENDED and self._draining:
            self._restore()

    def _say(self, draft: Draft) -> None:
        """Send a status; Idle is told only to who asks (4.4, 4.5)."""
        if draft.request.status != "Idle":
            self._desk.send(draft)

    def _drain(self) -> None:
        """Take every connector out of service as it becomes free; the Central System's own wish is not touched."""
        self._draining = True
        self._said = False
        for connector in self._places.connectors:
            self._availability.take_out(connector)

    def progress(self) -> None:
        """After every step: is every connector out of service now?"""
        waiting = self._draining and not self._said
        if waiting and all("Inoperative" in place.machine.configuration for place in self._places.connectors):
            self.touch()
            self._said = True
            self._desk.ask(AllConnectorsUnavailable())

    def _restore(self) -> None:
        """Put the connectors back into service, except those that the Central System wants out of it."""
        self._draining = False
        for connector in self._places.connectors:
            if self._availability.wanted.get(connector.id) is not AvailabilityType.INOPERATIVE:
                self._availability.bring_back(connector)
