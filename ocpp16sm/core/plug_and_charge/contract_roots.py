"""InstallCertificate, DeleteCertificate and GetInstalledCertificateIds over DataTransfer (M03, M04, M05)."""

from ocpp16sm.certificates import Delete, InstallContractRoot, InstalledChains
from ocpp16sm.codec import Call
from ocpp16sm.config import certificate_keys
from ocpp16sm.core.data_transfer.data_transfer import DataTransfer
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.incoming_calls import ANSWERED_LATER, AnsweredLater
from ocpp16sm.core.engine.inputs import CertificatesAnswered
from ocpp16sm.messages import CertificateStatus, DeleteCertificateStatus, GetInstalledCertificateStatus
from ocpp16sm.messages.plug_and_charge import (
    DELETE_CERTIFICATE,
    GET_INSTALLED_CERTIFICATE_IDS,
    INSTALL_CERTIFICATE,
    DeleteV2GCertificateRequest,
    DeleteV2GCertificateResponse,
    GetInstalledV2GCertificateIdsRequest,
    GetInstalledV2GCertificateIdsResponse,
    InstallV2GCertificateRequest,
    InstallV2GCertificateResponse,
)
from ocpp16sm.messages.plug_and_charge_types import CertificateHashDataChain, InstalledCertificateUse, StatusInfo
from ocpp16sm.messages.vendor import VendorReply

_INSTALL, _DELETE, _LIST = "install contract root", "delete contract root", "list contract roots"


class ContractRoots:
    """Answers requests about the roots for contracts and for cars."""

    def __init__(self, context: Context, data_transfer: DataTransfer) -> None:
        self._context = context
        self._data_transfer = data_transfer
        context.answer_later[_INSTALL] = self._installed
        context.answer_later[_DELETE] = self._deleted
        context.answer_later[_LIST] = self._listed
        data_transfer.add(INSTALL_CERTIFICATE, self._install)
        data_transfer.add(DELETE_CERTIFICATE, self._delete)
        data_transfer.add(GET_INSTALLED_CERTIFICATE_IDS, self._list)

    def _install(self, request: InstallV2GCertificateRequest, call: Call) -> AnsweredLater:
        configuration = self._context.configuration
        question = InstallContractRoot(
            request.certificate_type,
            request.certificate,
            configuration[certificate_keys.CERTIFICATE_STORE_MAX_LENGTH],
            configuration[certificate_keys.ADDITIONAL_ROOT_CERTIFICATE_CHECK],
        )
        self._context.ask_certificates(question, _INSTALL, call)
        return ANSWERED_LATER

    def _installed(self, waiting: Waiting, answer: CertificatesAnswered, failure: str | None) -> None:
        """A refused certificate is also a security event; a failing disk is not (M05.FR.04, M05.FR.06)."""
        response = InstallV2GCertificateResponse(CertificateStatus.FAILED)
        if failure is None:
            response = InstallV2GCertificateResponse(answer.answer)
        elif answer.refused:
            why = StatusInfo("InvalidCertificate", failure[:512])
            response = InstallV2GCertificateResponse(CertificateStatus.REJECTED, why)
        self._data_transfer.answer(INSTALL_CERTIFICATE, waiting.call, VendorReply(response=response))
        if answer.refused:
            self._context.notice("InvalidCentralSystemCertificate", failure)

    def _delete(self, request: DeleteV2GCertificateRequest, call: Call) -> AnsweredLater:
        self._context.ask_certificates(Delete(request.certificate_hash_data), _DELETE, call)
        return ANSWERED_LATER

    def _deleted(self, waiting: Waiting, answer: CertificatesAnswered, failure: str | None) -> None:
        status = answer.answer if failure is None else DeleteCertificateStatus.FAILED
        response = DeleteV2GCertificateResponse(status)
        self._data_transfer.answer(DELETE_CERTIFICATE, waiting.call, VendorReply(response=response))

    def _list(self, request: GetInstalledV2GCertificateIdsRequest, call: Call) -> AnsweredLater:
        uses = request.certificate_type
        self._context.ask_certificates(
            InstalledChains(tuple(InstalledCertificateUse) if uses is None else uses), _LIST, call
        )
        return ANSWERED_LATER

    def _listed(self, waiting: Waiting, answer: CertificatesAnswered, failure: str | None) -> None:
        """NotFound if there are none, also if they cannot be read (M03.FR.02)."""
        found: tuple[CertificateHashDataChain, ...] = () if failure is not None else answer.answer
        status = GetInstalledCertificateStatus.ACCEPTED if found else GetInstalledCertificateStatus.NOT_FOUND
        response = GetInstalledV2GCertificateIdsResponse(status, found or None)
        self._data_transfer.answer(GET_INSTALLED_CERTIFICATE_IDS, waiting.call, VendorReply(response=response))
