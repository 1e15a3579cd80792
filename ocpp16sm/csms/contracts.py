"""Plug & Charge in the embedded Central System: contracts, V2G certificates, OCSP and roots (ISO 15118)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from attrs import define, field

from ocpp16sm import codec
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms.transfers import transfer
from ocpp16sm.errors import CertificateError, PayloadError
from ocpp16sm.messages import DataTransferRequest, DataTransferResponse, DataTransferStatus, GenericStatus
from ocpp16sm.messages.plug_and_charge import (
    AUTHORIZE,
    CERTIFICATE_SIGNED,
    GET_15118_EV_CERTIFICATE,
    GET_CERTIFICATE_STATUS,
    INSTALL_CERTIFICATE,
    SIGN_CERTIFICATE,
    VENDOR,
    ContractAuthorizeRequest,
    ContractAuthorizeResponse,
    Get15118EVCertificateRequest,
    Get15118EVCertificateResponse,
    GetCertificateStatusRequest,
    GetCertificateStatusResponse,
    InstallV2GCertificateRequest,
    SignV2GCertificateRequest,
    SignV2GCertificateResponse,
    V2GCertificateSignedRequest,
)
from ocpp16sm.messages.plug_and_charge_types import (
    ContractStatus,
    EVCertificateStatus,
    IdTokenInfo,
    InstallableCertificateUse,
    OcspRequestData,
    OcspStatus,
    SignedCertificateUse,
    StatusInfo,
    TokenStatus,
)
from ocpp16sm.messages.vendor import VendorMessage


class Authority(Protocol):
    """Signs certificates and knows their status; see :class:`~ocpp16sm.csms.authority.ContractAuthority`."""

    def sign_v2g(self, csr: str) -> str:
        """Sign a request (PEM) and return the chain (PEM).

        Raises :class:`~ocpp16sm.errors.CertificateError` if the request is not acceptable.
        """

    def ocsp(self, data: OcspRequestData, now: datetime) -> str | None:
        """The OCSP response for a certificate (DER in base64); None if there is none."""

    def status_of(self, data: OcspRequestData) -> ContractStatus:
        """The status of a certificate identified by its hash data."""

    def check(self, chain: str, now: datetime) -> ContractStatus:
        """The status of a contract's chain (PEM) at the time ``now``."""


@define(kw_only=True)
class Contracts:
    """How the Central System answers Plug & Charge messages. It may be changed at any time."""

    authority: Authority
    statuses: Mapping[str, TokenStatus] = field(factory=dict)
    """eMAID -> status returned if its certificate is valid; Accepted for eMAIDs that are not listed."""
    roots: Mapping[InstallableCertificateUse, str] = field(factory=dict)
    """Roots in PEM, installed on each charge point after it has booted."""
    ev_certificate: Callable[[Get15118EVCertificateRequest], str | None] = lambda _request: None
    """Returns the response to a car that requests its contract certificate: EXI in base64, or None for Failed."""

    _signed: dict[str, str] = field(factory=dict, init=False, repr=False)
    """Signing request -> the chain to be sent."""

    def answer(self, request: DataTransferRequest, now: Timestamp) -> DataTransferResponse | None:
        """The response to a Plug & Charge message; None for any other message."""
        if request.vendor_id.lower() != VENDOR:
            return None
        asked = (request.message_id or "").lower()
        for message, make in self._makers():
            if message.message_id.lower() == asked:
                try:
                    response = make(codec.decode_payload(message.request, request.data or "{}"), now)
                except PayloadError as error:
                    return DataTransferResponse(DataTransferStatus.REJECTED, str(error))
                return DataTransferResponse(DataTransferStatus.ACCEPTED, codec.encode_payload(response).decode())
        return DataTransferResponse(DataTransferStatus.UNKNOWN_MESSAGE_ID)

    def _makers(self) -> tuple[tuple[VendorMessage[Any, Any], Callable[[Any, Timestamp], Any]], ...]:
        return (
            (AUTHORIZE, self._authorize),
            (SIGN_CERTIFICATE, self._sign),
            (GET_CERTIFICATE_STATUS, self._certificate_status),
            (GET_15118_EV_CERTIFICATE, self._ev_certificate),
        )

    def _authorize(self, request: ContractAuthorizeRequest, now: Timestamp) -> ContractAuthorizeResponse:
        found = ContractStatus.NO_CERTIFICATE_AVAILABLE
        if request.certificate is not None:
            found = self.authority.check(request.certificate, now)
        elif request.iso15118_certificate_hash_data is not None:
            each = [self.authority.status_of(data) for data in request.iso15118_certificate_hash_data]
            found = next((status for status in each if status is not ContractStatus.ACCEPTED), ContractStatus.ACCEPTED)
        status = TokenStatus.INVALID
        if found is ContractStatus.ACCEPTED:
            status = self.statuses.get(request.id_token.id_token, TokenStatus.ACCEPTED)
        return ContractAuthorizeResponse(IdTokenInfo(status), found)

    def _sign(self, request: SignV2GCertificateRequest, _now: Timestamp) -> SignV2GCertificateResponse:
        try:
            self._signed[request.csr] = self.authority.sign_v2g(request.csr)
        except CertificateError as error:
            why = StatusInfo("InvalidCSR", str(error)[:512])
            return SignV2GCertificateResponse(GenericStatus.REJECTED, why)
        return SignV2GCertificateResponse(GenericStatus.ACCEPTED)

    def _certificate_status(self, request: GetCertificateStatusRequest, now: Timestamp) -> GetCertificateStatusResponse:
        result = self.authority.ocsp(request.ocsp_request_data, now)
        if result is None:
            return GetCertificateStatusResponse(OcspStatus.FAILED)
        return GetCertificateStatusResponse(OcspStatus.ACCEPTED, result)

    def _ev_certificate(self, request: Get15118EVCertificateRequest, _now: Timestamp) -> Get15118EVCertificateResponse:
        exi = self.ev_certificate(request)
        if exi is None:
            return Get15118EVCertificateResponse(EVCertificateStatus.FAILED, "")
        return Get15118EVCertificateResponse(EVCertificateStatus.ACCEPTED, exi)

    # -- requests of the Central System -------------------------------------------------------------------------------

    def after_boot(self) -> list[DataTransferRequest]:
        """Requests to a charge point that has booted: InstallCertificate for each root."""
        requests = (InstallV2GCertificateRequest(use, pem) for use, pem in self.roots.items())
        return [transfer(INSTALL_CERTIFICATE, request) for request in requests]

    def after_transfer(self, request: DataTransferRequest, response: DataTransferResponse) -> list[DataTransferRequest]:
        """Requests to a charge point after its DataTransfer: CertificateSigned if it had a certificate signed."""
        ours = (SIGN_CERTIFICATE.vendor_id, SIGN_CERTIFICATE.message_id) == (request.vendor_id, request.message_id)
        if not ours or response.status is not DataTransferStatus.ACCEPTED:
            return []
        csr = codec.decode_payload(SIGN_CERTIFICATE.request, request.data or "{}").csr
        chain = self._signed.pop(csr, None)
        if chain is None:
            return []
        return [transfer(CERTIFICATE_SIGNED, V2GCertificateSignedRequest(chain, SignedCertificateUse.V2G_CERTIFICATE))]
