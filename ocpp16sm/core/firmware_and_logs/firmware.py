"""UpdateFirmware, and the course of every update: reports, restarts, connectors out of service (4.5, 5.19, L01)."""

from typing import ClassVar

from attrs import evolve

from ocpp16sm.codec import Call
from ocpp16sm.core.connectors.availability import Availability
from ocpp16sm.core.connectors.connectors import Connectors
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.effects import PutFirmware
from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.core.engine.journal import Journal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.core.firmware_and_logs.file_locations import not_negative, objection
from ocpp16sm.core.firmware_and_logs.firmware_words import (
    BUSY_WORDS,
    EVENTS,
    FIRMWARE_WORDS,
    IN_SERVICE,
)
from ocpp16sm.core.firmware_and_logs.notified_progress import NotifiedProgress, request_id_of
from ocpp16sm.errors import ErrorCode, RefusedRequestError
from ocpp16sm.generated import hooks
from ocpp16sm.generated.firmware_update import FirmwareUpdateMachine
from ocpp16sm.generated.handlers import FirmwareStatusChanged
from ocpp16sm.hardware import AllConnectorsUnavailable, HardwareCall, UpdateFirmware, UpdateSignedFirmware
from ocpp16sm.messages import (
    FirmwareStatus,
    FirmwareUpdateStatus,
    UpdateFirmwareRequest,
    UpdateFirmwareResponse,
)
from ocpp16sm.records import Draft, FirmwareRequest, FirmwareState, Update

KEEP_CONNECTORS = "#disable_connectors_during_install=false"
"""Suffix of the location of UpdateFirmware that keeps the connectors in service (an extension of libocpp)."""

_AT_REST = FirmwareState().configuration
_RETRIEVAL = TimerKey("retrieval")
_INSTALLATION = TimerKey("installation")


class Firmware(NotifiedProgress):
    """Runs the chart of the firmware update."""

    STATE: ClassVar[tuple[str, ...]] = (*NotifiedProgress.STATE, "_station_waits")
    __slots__ = ("_all_connectors", "_availability", "_station_waits", "_version")

    record: FirmwareState
    machine: FirmwareUpdateMachine

    def __init__(
        self,
        journal: Journal,
        context: Context,
        all_connectors: Connectors,
        availability: Availability,
        version: str | None,
    ) -> None:
        super().__init__(journal, context)
        self._all_connectors = all_connectors
        self._availability = availability
        self._version = version
        self.record = FirmwareState()
        self._station_waits = True
        """Whether the station waits for the permission to install."""
        self.machine = FirmwareUpdateMachine(self)
        context.answer_later["update firmware"] = self._begun
        context.deadlines[_RETRIEVAL.purpose] = lambda _key: self._wait_for_retrieve_date()
        context.deadlines[_INSTALLATION.purpose] = lambda _key: self._wait_for_install_date()

    @property
    def withholds_connectors(self) -> bool:
        """Whether an update keeps connectors out of service."""
        return self.machine.connectors in ("Leaving", "OutOfService")

    # -- what happens -----------------------------------------------------------------------------------------------

    def asked(self, request: UpdateFirmwareRequest, _call: Call) -> UpdateFirmwareResponse:
        """Answer UpdateFirmware.req (5.19). The update begins when the step ends.

        With installed roots of the manufacturer, unsigned firmware is not installed (L01.FR.20).
        """
        if self._context.inventory.manufacturer_roots:
            raise RefusedRequestError(ErrorCode.NOT_SUPPORTED, "firmware must be signed here: use SignedUpdateFirmware")
        problem = objection(self._context.configuration, request.location)
        if problem is not None:
            raise RefusedRequestError(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, problem)
        location = request.location.removesuffix(KEEP_CONNECTORS)
        self.want(
            FirmwareRequest(
                location=location,
                retrieve_date=request.retrieve_date,
                retries=not_negative(request.retries),
                retry_interval_s=not_negative(request.retry_interval),
                connectors_concerned=location == request.location,
            )
        )
        return UpdateFirmwareResponse()

    def want(self, request: FirmwareRequest) -> None:
        """Begin this update when the present one is over."""
        self.touch()
        self.record = evolve(self.record, next_request=request)

    @property
    def is_going_on(self) -> bool:
        """Whether there is an update that has not ended."""
        return self.machine.in_state("pending") or self._is_being_retrieved

    @property
    def _is_being_retrieved(self) -> bool:
        """Whether the station is at the download, or will try it again."""
        return self.machine.in_state("retrieval") and (
            self.machine.progress != "DownloadFailed" or self.attempts_left()
        )

    @property
    def is_only_waited_for(self) -> bool:
        """Whether retrieveDate has not come, so that the station does not know of the update."""
        return self._is_waiting()

    def cancel(self) -> None:
        """Abandon the update without a report (L01.FR.26)."""
        self.touch()
        self.machine.superseded()

    def _begun(self, waiting: Waiting, _answer: None, failure: str | None) -> None:
        """A station that fails to begin does not retry, however far it got."""
        request: FirmwareRequest = waiting.data
        if failure is None or self.record.request is not request:
            return
        self.touch()
        self.record = evolve(self.record, request=evolve(request, retries=None))
        if self.machine.in_state("retrieval") and self.machine.progress != "DownloadFailed":
            self.machine.download_failed()
        elif self.machine.in_state("pending"):
            self.machine.installation_failed()

    def note_firmware_status(self, call: FirmwareStatusChanged) -> None:
        """Handle the progress that the station reports. Idle for another update is ignored."""
        request_id = request_id_of(call.request_id)
        other = request_id != self.record.request_id
        if other and call.status is FirmwareUpdateStatus.IDLE:
            return
        self.touch()
        if other:
            self._supersede(request_id)
        self._station_waits = call.disable_connectors_during_install
        self.record = evolve(self.record, firmware_version=self._version)
        self.machine.fire(EVENTS[call.status])

    def _supersede(self, request_id: int | None) -> None:
        """The station is at another update (L01.FR.26); a scheduled one waits for its end."""
        record = self.record
        waits = self._is_waiting()
        self.machine.superseded()
        self.record = evolve(
            record,
            request_id=request_id,
            request=None,
            next_request=record.next_request or (record.request if waits else None),
            failed_downloads=0,
        )

    @property
    def may_progress(self) -> bool:
        """Whether an update is in progress or waits, or a status is unheard."""
        return self.machine.configuration != _AT_REST or self.record.next_request is not None or super().may_progress

    def progress(self) -> None:
        """After each step: do what has become due."""
        machine, connectors = self.machine, self._all_connectors.connectors
        if not self.may_progress:
            return
        if self.record.next_request is not None:
            self.touch()
            machine.update_requested()
        if self._is_waiting():
            self._wait_for_retrieve_date()
        if machine.connectors == "Awaiting":
            self._wait_for_install_date()
        if machine.connectors == "Leaving" and all(connector.out_of_service for connector in connectors):
            self.touch()
            machine.connectors_left()
        elif self.connectors_return and not any(map(self._availability.is_missing, connectors)):
            self.touch()
            machine.connectors_returned()
        super().progress()

    @property
    def connectors_return(self) -> bool:
        """Whether the update is over and its connectors are not back in service yet."""
        return self.machine.connectors == "Returning"

    def restart(self, stored: FirmwareState, boot_reason: BootReason) -> bool:
        """Restore the stored update and conclude how it ended; returns whether the firmware is new.

        It is new if the boot reason says so, or if its version differs from the one before the restart.
        """
        progress, connectors = stored.configuration
        self.touch()
        self.record = stored
        self.machine.restore((progress, "InService" if connectors in IN_SERVICE else "Returning"))
        versions = (stored.firmware_version, self._version)
        is_new = boot_reason is BootReason.FIRMWARE_UPDATE or (None not in versions and len({*versions}) == 2)
        if self.machine.in_state("pending") and is_new:
            self.machine.installed()
            return True
        unfinished = self.machine.in_state("ready") or self._is_being_retrieved
        if self.machine.in_state("installation"):
            self.machine.installation_failed()
        elif progress == "DownloadScheduled" and not self._is_due():
            self.arm_retrieval()
        elif unfinished and stored.request is not None:
            self.machine.download_lost()
        elif unfinished:
            self.machine.superseded()
        elif progress == "Installed":
            self.record = evolve(stored, signed=evolve(stored.signed, status=FirmwareUpdateStatus.INSTALLED))
        return False

    # -- what is told -----------------------------------------------------------------------------------------------

    @property
    def status(self) -> FirmwareStatus:
        """The status in a triggered FirmwareStatusNotification (4.5)."""
        return BUSY_WORDS.get(self.machine.progress, FirmwareStatus.IDLE)

    @property
    def signed_status(self) -> Update:
        """The status in a triggered SignedFirmwareStatusNotification (L01.FR.28, L01.FR.29)."""
        signed = self.record.signed
        over = signed.status is FirmwareUpdateStatus.INSTALLED
        return evolve(signed, status=FirmwareUpdateStatus.IDLE) if over else signed

    @property
    def news(self) -> Draft | None:
        """The notification that the Central System has not heard yet, or None."""
        unheard = self.record.unheard
        if unheard is None:
            return None
        if unheard.request_id is not None:
            return hooks.announce_signed_firmware_status(unheard)
        return hooks.announce_firmware_status(FIRMWARE_WORDS[unheard.status])

    def keep(self) -> None:
        """Store the record."""
        self._context.persist(PutFirmware(self.record))

    # -- guards of the chart ----------------------------------------------------------------------------------------

    def attempts_left(self) -> bool:
        """Whether a failed download is to be tried again (``retries``, 6.55)."""
        request = self.record.request
        return request is not None and self.record.failed_downloads <= (request.retries or 0)

    def signed(self) -> bool:
        """Whether SignedUpdateFirmware requested the update."""
        return self.record.request_id is not None

    def connectors_concerned(self) -> bool:
        """Whether connectors must go out of service: neither side says that they can stay."""
        request = self.record.request
        return self._station_waits and (request is None or request.connectors_concerned)

    def time_to_install(self) -> bool:
        """Whether installDateTime allows the installation (L01.FR.16)."""
        return self._left_to_install_s() <= 0

    # -- hooks of the chart -----------------------------------------------------------------------------------------

    def announce_progress(self) -> None:
        """Report the state if the message has a word for it and the state lasts."""
        if self._is_waiting() and self._is_due():
            return
        self._announce(FirmwareUpdateStatus(self.machine.progress))

    def announce_reboot(self) -> None:
        """Report the reboot when everything is installed."""
        if self.record.signed.status is not FirmwareUpdateStatus.INSTALL_REBOOTING:
            self._announce(FirmwareUpdateStatus.INSTALL_REBOOTING)

    def _announce(self, status: FirmwareUpdateStatus) -> None:
        update = Update(status, self.record.request_id)
        if update.request_id is not None:
            self.record = evolve(self.record, signed=update)
            self.say(update)
        elif status in FIRMWARE_WORDS:
            self.say(update)

    def notice_invalid_signature(self) -> None:
        """Record a security event (L01.FR.03)."""
        if self.signed():
            self._context.notice("InvalidFirmwareSignature", critical=True)

    def take_request(self) -> None:
        """Replace the request by the newest one."""
        request = self.record.next_request
        assert request is not None
        self.record = evolve(
            self.record,
            request_id=request.request_id,
            request=request,
            next_request=None,
            failed_downloads=0,
            firmware_version=self._version,
        )

    def count_attempt(self) -> None:
        """Count a failed download."""
        self.record = evolve(self.record, failed_downloads=self.record.failed_downloads + 1)

    def arm_retrieval(self) -> None:
        """Wait until retrieveDate."""
        self._context.arm(_RETRIEVAL.purpose, max(0.0, self._left_s()))

    def disarm_retrieval(self) -> None:
        """Stop waiting for retrieveDate."""
        self._context.disarm(_RETRIEVAL.purpose)

    def _is_waiting(self) -> bool:
        return self._context.timers.due_at(_RETRIEVAL) is not None

    def _left_s(self) -> float:
        """Seconds until retrieveDate, on the wall clock."""
        request = self.record.request
        return 0.0 if request is None else (request.retrieve_date - self._context.now.utc).total_seconds()

    def _is_due(self) -> bool:
        return self._left_s() <= 0

    def _wait_for_retrieve_date(self) -> None:
        """Retrieve if the wall clock has reached retrieveDate; wait on if it was set back."""
        if self._is_due():
            self.touch()
            self.machine.retrieval_due()
        else:
            self.arm_retrieval()

    def arm_installation(self) -> None:
        """Wait until installDateTime."""
        self._context.arm(_INSTALLATION.purpose, max(0.0, self._left_to_install_s()))

    def disarm_installation(self) -> None:
        """Stop waiting for installDateTime."""
        self._context.disarm(_INSTALLATION.purpose)

    def _left_to_install_s(self) -> float:
        """Seconds until installDateTime, on the wall clock."""
        request = self.record.request
        date = None if request is None else request.install_date
        return 0.0 if date is None else (date - self._context.now.utc).total_seconds()

    def _wait_for_install_date(self) -> None:
        """Install if the wall clock has reached installDateTime; wait on if it was set back."""
        if self.time_to_install():
            self.touch()
            self.machine.installation_due()
        else:
            self.arm_installation()

    def request_download(self) -> None:
        """Have the station download the firmware, with the attempts that are left."""
        request = self.record.request
        assert request is not None
        left = None if request.retries is None else max(0, request.retries - self.record.failed_downloads)
        question: HardwareCall
        if request.request_id is None:
            question = UpdateFirmware(request.location, request.retrieve_date, left, request.retry_interval_s)
        else:
            question = UpdateSignedFirmware(
                request.request_id,
                request.location,
                request.retrieve_date,
                request.install_date,
                request.signing_certificate,
                request.signature,
                left,
                request.retry_interval_s,
            )
        self._context.ask(question, "update firmware", data=request)

    def permit_installation(self) -> None:
        """Tell a station that waits for it that no connector is in use."""
        if self._station_waits:
            self._context.ask(AllConnectorsUnavailable())

    def withdraw_connectors(self) -> None:
        """Take connectors out of service as they become free."""
        for connector in self._all_connectors.connectors:
            self._availability.take_out(connector)

    def restore_connectors(self) -> None:
        """Return connectors to service, except those that the Central System has made Inoperative."""
        for connector in self._all_connectors.connectors:
            if not self._availability.is_unwanted(connector):
                self._availability.bring_back(connector)
