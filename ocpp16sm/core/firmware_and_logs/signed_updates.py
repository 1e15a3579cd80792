"""SignedUpdateFirmware: who signed the firmware, and what happens to an update in progress (whitepaper L01)."""

from typing import Any

from ocpp16sm.arguments.arguments import UNSIGNED
from ocpp16sm.certificates import CheckFirmwareSigner
from ocpp16sm.codec import Call
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.effects import LogRefusal
from ocpp16sm.core.engine.incoming_calls import ANSWERED_LATER, AnsweredLater, IncomingCalls
from ocpp16sm.core.engine.inputs import CertificatesAnswered
from ocpp16sm.core.firmware_and_logs.file_locations import not_negative, objection
from ocpp16sm.core.firmware_and_logs.firmware import Firmware
from ocpp16sm.hardware import CancelFirmwareUpdate
from ocpp16sm.messages import SignedUpdateFirmwareRequest, SignedUpdateFirmwareResponse, UpdateFirmwareStatus
from ocpp16sm.records import FirmwareRequest


class SignedUpdates:
    """Answers SignedUpdateFirmware; the update itself then proceeds as any other."""

    def __init__(self, context: Context, incoming_calls: IncomingCalls, firmware: Firmware) -> None:
        self._context = context
        self._incoming_calls = incoming_calls
        self._firmware = firmware
        context.answer_later["firmware signer"] = self._signer_checked
        context.answer_later["cancel firmware update"] = self._cancelled

    def asked(self, request: SignedUpdateFirmwareRequest, call: Call) -> AnsweredLater | SignedUpdateFirmwareResponse:
        """Answer SignedUpdateFirmware.req after the certificate was verified (L01.FR.23); the file is not looked at."""
        problem = objection(self._context.configuration, request.firmware.location)
        if problem is not None:
            self._context.do(LogRefusal(f"SignedUpdateFirmware: {problem}"))
        if problem is not None or request.request_id == UNSIGNED:
            return SignedUpdateFirmwareResponse(status=UpdateFirmwareStatus.REJECTED)
        question = CheckFirmwareSigner(request.firmware.signing_certificate)
        self._context.ask_certificates(question, "firmware signer", call, data=_wanted(request))
        return ANSWERED_LATER

    def _signer_checked(self, waiting: Waiting, answer: CertificatesAnswered, failure: str | None) -> None:
        """A certificate that cannot be verified is invalid (L01, step 3)."""
        if failure is not None:
            reason = failure if answer.refused else "the certificate could not be verified"
            self._refuse(waiting.call, UpdateFirmwareStatus.INVALID_CERTIFICATE, reason)
        elif not answer.answer:
            self._refuse(waiting.call, UpdateFirmwareStatus.REVOKED_CERTIFICATE, "the certificate has been revoked")
        elif not self._firmware.is_going_on:
            self._begin(waiting, UpdateFirmwareStatus.ACCEPTED)
        elif self._firmware.is_only_waited_for:
            self._begin(waiting, UpdateFirmwareStatus.ACCEPTED_CANCELED)
        else:
            self._context.ask(CancelFirmwareUpdate(), "cancel firmware update", waiting.call, waiting.data)

    def _cancelled(self, waiting: Waiting, cancelled: bool, failure: str | None) -> None:
        """The station has cancelled the update in progress, or cannot (L01.FR.27). It may have ended by then."""
        if failure is None and cancelled:
            self._begin(waiting, UpdateFirmwareStatus.ACCEPTED_CANCELED)
        elif not self._firmware.is_going_on:
            self._begin(waiting, UpdateFirmwareStatus.ACCEPTED)
        else:
            self._answer(waiting.call, UpdateFirmwareStatus.REJECTED)

    def _begin(self, waiting: Waiting, status: UpdateFirmwareStatus) -> None:
        if self._firmware.is_going_on:
            self._firmware.cancel()
        self._firmware.want(waiting.data)
        self._answer(waiting.call, status)

    def _refuse(self, call: Any, status: UpdateFirmwareStatus, reason: str) -> None:
        """Send the security event whatever its criticality (L01.FR.02)."""
        self._answer(call, status)
        self._context.notice("InvalidFirmwareSigningCertificate", reason, critical=True)

    def _answer(self, call: Any, status: UpdateFirmwareStatus) -> None:
        self._incoming_calls.answer(call, SignedUpdateFirmwareResponse(status=status))


def _wanted(request: SignedUpdateFirmwareRequest) -> FirmwareRequest:
    firmware = request.firmware
    return FirmwareRequest(
        location=firmware.location,
        retrieve_date=firmware.retrieve_date_time,
        retries=not_negative(request.retries),
        retry_interval_s=not_negative(request.retry_interval),
        request_id=request.request_id,
        install_date=firmware.install_date_time,
        signing_certificate=firmware.signing_certificate,
        signature=firmware.signature,
    )
