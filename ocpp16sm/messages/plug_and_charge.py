"""Plug & Charge over DataTransfer: OCPP 2.0.1 messages within OCPP 1.6 (Open Charge Alliance, ISO 15118).

``data`` is the JSON of the OCPP 2.0.1 message of that name (part 2); unknown fields are ignored.
"""

from typing import Annotated, Any, Final

from attrs import field, frozen
from msgspec import Meta

from ocpp16sm.messages.plug_and_charge_types import (
    CertificateHashDataChain,
    ContractStatus,
    Csr5500,
    EVCertificateAction,
    EVCertificateStatus,
    ExiRequest,
    ExiResponse,
    IdToken15118,
    IdTokenInfo,
    InstallableCertificateUse,
    InstalledCertificateUse,
    Ocsp5500,
    OcspRequestData,
    OcspStatus,
    SchemaVersion,
    SignedCertificateUse,
    StatusInfo,
)
from ocpp16sm.messages.primitives import CiString50, Pem5500, Pem10000
from ocpp16sm.messages.registry import SentBy
from ocpp16sm.messages.security_types import (
    CertificateHashData,
    CertificateSignedStatus,
    CertificateStatus,
    DeleteCertificateStatus,
    GenericStatus,
    GetInstalledCertificateStatus,
)
from ocpp16sm.messages.types import TriggerMessageStatus
from ocpp16sm.messages.vendor import WIRE, Q, R, VendorMessage

VENDOR: Final = "org.openchargealliance.iso15118pnc"
PLUG_AND_CHARGE: Final = "ISO15118PnCEnabled"
MANAGEMENT: Final = "ISO15118CertificateManagementEnabled"

SIGN_V2G_CERTIFICATE: Final = "SignV2GCertificate"
"""The only message that TriggerMessage can request."""
SIGN_CERTIFICATE_TOO: Final = "SignCertificate"
"""Alternative name that some Central Systems use, including EVerest's tests."""


@frozen
class ContractAuthorizeRequest:
    """Ask whether a contract is authorized to charge. Sent by the charge point (C07)."""

    id_token: IdToken15118
    """eMAID of the contract."""
    certificate: Pem5500 | None = None
    """Contract certificate with its chain, PEM, at most 5500 characters; only if the charge point cannot validate
    it."""
    iso15118_certificate_hash_data: Annotated[tuple[OcspRequestData, ...], Meta(min_length=1, max_length=4)] | None = (
        field(default=None, metadata={WIRE: "iso15118CertificateHashData"})
    )
    """OCSP request data of the certificates in the chain, 1 to 4, for the revocation check."""


@frozen
class ContractAuthorizeResponse:
    """Response to Authorize."""

    id_token_info: IdTokenInfo
    """Authorization of the contract."""
    certificate_status: ContractStatus | None = None
    """Result of validating the contract certificate."""


@frozen
class SignV2GCertificateRequest:
    """Ask the Central System to have a V2G certificate signed. Sent by the charge point (A02)."""

    csr: Csr5500
    """Certificate signing request, PEM, at most 5500 characters."""
    certificate_type: SignedCertificateUse | None = None
    """Use of the certificate: V2GCertificate."""


@frozen
class SignV2GCertificateResponse:
    """Response to SignCertificate."""

    status: GenericStatus
    """Whether the certificate will be signed."""
    status_info: StatusInfo | None = None
    """Reason for a refusal."""


@frozen
class V2GCertificateSignedRequest:
    """Deliver a signed V2G certificate. Sent by the Central System (A02)."""

    certificate_chain: Pem10000
    """Certificate and its chain, PEM, at most 10000 characters and at most CertificateSignedMaxChainSize."""
    certificate_type: SignedCertificateUse | None = None
    """Use of the certificate; V2GCertificate if absent."""


@frozen
class V2GCertificateSignedResponse:
    """Response to CertificateSigned."""

    status: CertificateSignedStatus
    """Whether the certificate is valid."""
    status_info: StatusInfo | None = None
    """Reason for a refusal."""


@frozen
class GetInstalledV2GCertificateIdsRequest:
    """Ask for the installed V2G and root certificates. Sent by the Central System (M03)."""

    certificate_type: tuple[InstalledCertificateUse, ...] | None = None
    """Only these uses; all if absent. An empty list violates OCPP 2.0.1, but libocpp accepts it."""


@frozen
class GetInstalledV2GCertificateIdsResponse:
    """Response to GetInstalledCertificateIds."""

    status: GetInstalledCertificateStatus
    """Whether any such certificate is installed."""
    certificate_hash_data_chain: Annotated[tuple[CertificateHashDataChain, ...], Meta(min_length=1)] | None = None
    """Hash data of the certificates; that of a V2G certificate includes its chain."""
    status_info: StatusInfo | None = None
    """Reason for a refusal."""


@frozen
class DeleteV2GCertificateRequest:
    """Delete a certificate. Sent by the Central System (M04)."""

    certificate_hash_data: CertificateHashData
    """Hash data of the certificate."""


@frozen
class DeleteV2GCertificateResponse:
    """Response to DeleteCertificate."""

    status: DeleteCertificateStatus
    """Whether the certificate was deleted."""
    status_info: StatusInfo | None = None
    """Reason for a refusal."""


@frozen
class InstallV2GCertificateRequest:
    """Install a root certificate. Sent by the Central System (M05)."""

    certificate_type: InstallableCertificateUse
    """Use of the certificate."""
    certificate: Pem5500
    """The certificate, PEM, at most 5500 characters."""


@frozen
class InstallV2GCertificateResponse:
    """Response to InstallCertificate."""

    status: CertificateStatus
    """Whether the certificate was installed."""
    status_info: StatusInfo | None = None
    """Reason for a refusal."""


@frozen
class Get15118EVCertificateRequest:
    """Request a contract certificate on behalf of an EV. Sent by the charge point (M01, M02)."""

    iso15118_schema_version: SchemaVersion = field(metadata={WIRE: "iso15118SchemaVersion"})
    """Version of ISO 15118 that the EV uses, as a namespace."""
    action: EVCertificateAction
    """Whether to install or update."""
    exi_request: ExiRequest
    """CertificateInstallationReq or CertificateUpdateReq of the EV: EXI in base64, at most 5600 characters."""


@frozen
class Get15118EVCertificateResponse:
    """Response to Get15118EVCertificate."""

    status: EVCertificateStatus
    """Whether the EV gets a certificate."""
    exi_response: ExiResponse
    """CertificateInstallationRes or CertificateUpdateRes: EXI in base64, at most 7500 characters."""
    status_info: StatusInfo | None = None
    """Reason for a refusal."""


@frozen
class GetCertificateStatusRequest:
    """Ask for the OCSP status of a certificate. Sent by the charge point (M06)."""

    ocsp_request_data: OcspRequestData
    """The certificate and its OCSP responder."""


@frozen
class GetCertificateStatusResponse:
    """Response to GetCertificateStatus."""

    status: OcspStatus
    """Whether the responder could be reached."""
    ocsp_result: Ocsp5500 | None = None
    """OCSP response: DER in base64, at most 5500 characters."""
    status_info: StatusInfo | None = None
    """Reason for a failure."""


@frozen
class PncTriggerMessageRequest:
    """Ask the charge point to send a message now. Sent by the Central System (F06)."""

    requested_message: CiString50
    """Name of the message: SignV2GCertificate. Any other name is answered NotImplemented."""


@frozen
class PncTriggerMessageResponse:
    """Response to TriggerMessage."""

    status: TriggerMessageStatus
    """Whether the message will be sent."""
    status_info: StatusInfo | None = None
    """Reason for a refusal."""


def _message(
    message_id: str, request: type[Q], response: type[R], sent_by: SentBy, switch: str = MANAGEMENT
) -> VendorMessage[Q, R]:
    return VendorMessage(
        vendor_id=VENDOR, message_id=message_id, request=request, response=response, sent_by=sent_by, switch=switch
    )


AUTHORIZE: Final = _message(
    "Authorize", ContractAuthorizeRequest, ContractAuthorizeResponse, SentBy.CHARGE_POINT, PLUG_AND_CHARGE
)
GET_15118_EV_CERTIFICATE: Final = _message(
    "Get15118EVCertificate",
    Get15118EVCertificateRequest,
    Get15118EVCertificateResponse,
    SentBy.CHARGE_POINT,
    PLUG_AND_CHARGE,
)
SIGN_CERTIFICATE: Final = _message(
    "SignCertificate", SignV2GCertificateRequest, SignV2GCertificateResponse, SentBy.CHARGE_POINT
)
GET_CERTIFICATE_STATUS: Final = _message(
    "GetCertificateStatus", GetCertificateStatusRequest, GetCertificateStatusResponse, SentBy.CHARGE_POINT
)
TRIGGER_MESSAGE: Final = _message(
    "TriggerMessage", PncTriggerMessageRequest, PncTriggerMessageResponse, SentBy.CENTRAL_SYSTEM
)
CERTIFICATE_SIGNED: Final = _message(
    "CertificateSigned", V2GCertificateSignedRequest, V2GCertificateSignedResponse, SentBy.CENTRAL_SYSTEM
)
GET_INSTALLED_CERTIFICATE_IDS: Final = _message(
    "GetInstalledCertificateIds",
    GetInstalledV2GCertificateIdsRequest,
    GetInstalledV2GCertificateIdsResponse,
    SentBy.CENTRAL_SYSTEM,
)
DELETE_CERTIFICATE: Final = _message(
    "DeleteCertificate", DeleteV2GCertificateRequest, DeleteV2GCertificateResponse, SentBy.CENTRAL_SYSTEM
)
INSTALL_CERTIFICATE: Final = _message(
    "InstallCertificate", InstallV2GCertificateRequest, InstallV2GCertificateResponse, SentBy.CENTRAL_SYSTEM
)

MESSAGES: Final[tuple[VendorMessage[Any, Any], ...]] = (
    AUTHORIZE,
    GET_15118_EV_CERTIFICATE,
    SIGN_CERTIFICATE,
    GET_CERTIFICATE_STATUS,
    TRIGGER_MESSAGE,
    CERTIFICATE_SIGNED,
    GET_INSTALLED_CERTIFICATE_IDS,
    DELETE_CERTIFICATE,
    INSTALL_CERTIFICATE,
)
"""All messages of Plug & Charge."""
