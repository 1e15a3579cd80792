"""InstallCertificate, DeleteCertificate and GetInstalledCertificateIds: the trusted roots (M03, M04, M05)."""

from typing import Any

from ocpp16sm.certificates import Delete, InstalledRoots, InstallRoot
from ocpp16sm.codec import Call
from ocpp16sm.config import certificate_keys
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.incoming_calls import ANSWERED_LATER, AnsweredLater, IncomingCalls
from ocpp16sm.core.engine.inputs import CertificatesAnswered
from ocpp16sm.messages import (
    CertificateStatus,
    DeleteCertificateRequest,
    DeleteCertificateResponse,
    DeleteCertificateStatus,
    GetInstalledCertificateIdsRequest,
    GetInstalledCertificateIdsResponse,
    GetInstalledCertificateStatus,
    InstallCertificateRequest,
    InstallCertificateResponse,
)


class RootCertificates:
    """Answers requests about the trusted roots."""

    def __init__(self, context: Context, incoming_calls: IncomingCalls) -> None:
        self._context = context
        self._incoming_calls = incoming_calls
        context.answer_later["install root"] = self._installed
        context.answer_later["delete root"] = self._deleted
        context.answer_later["list roots"] = self._listed

    def install(self, request: InstallCertificateRequest, call: Call) -> AnsweredLater:
        """Answer InstallCertificate.req."""
        configuration = self._context.configuration
        question = InstallRoot(
            request.certificate_type,
            request.certificate,
            configuration[certificate_keys.CERTIFICATE_STORE_MAX_LENGTH],
            configuration[certificate_keys.ADDITIONAL_ROOT_CERTIFICATE_CHECK],
        )
        self._context.ask_certificates(question, "install root", call)
        return ANSWERED_LATER

    def _installed(self, waiting: Waiting, answer: CertificatesAnswered, failure: str | None) -> None:
        """A refused certificate is also a security event; a failing disk is not (M05.FR.04, M05.FR.06)."""
        status = answer.answer
        if failure is not None:
            status = CertificateStatus.REJECTED if answer.refused else CertificateStatus.FAILED
        self._incoming_calls.answer(waiting.call, InstallCertificateResponse(status=status))
        if answer.refused:
            self._context.notice("InvalidCentralSystemCertificate", failure)

    def delete(self, request: DeleteCertificateRequest, call: Call) -> AnsweredLater:
        """Answer DeleteCertificate.req."""
        self._context.ask_certificates(Delete(request.certificate_hash_data), "delete root", call)
        return ANSWERED_LATER

    def _deleted(self, waiting: Waiting, answer: CertificatesAnswered, failure: str | None) -> None:
        status = answer.answer if failure is None else DeleteCertificateStatus.FAILED
        self._incoming_calls.answer(waiting.call, DeleteCertificateResponse(status=status))

    def list(self, request: GetInstalledCertificateIdsRequest, call: Call) -> AnsweredLater:
        """Answer GetInstalledCertificateIds.req."""
        self._context.ask_certificates(InstalledRoots(request.certificate_type), "list roots", call)
        return ANSWERED_LATER

    def _listed(self, waiting: Waiting, answer: CertificatesAnswered, failure: str | None) -> None:
        """NotFound if there are none, also if they cannot be read (M03.FR.02)."""
        found: tuple[Any, ...] = () if failure is not None else answer.answer
        status = GetInstalledCertificateStatus.ACCEPTED if found else GetInstalledCertificateStatus.NOT_FOUND
        response = GetInstalledCertificateIdsResponse(status=status, certificate_hash_data=found or None)
        self._incoming_calls.answer(waiting.call, response)
