"""Plug & Charge over DataTransfer: messages of OCPP 2.0.1 that OCPP 1.6 carries (Open Charge Alliance, ISO 15118).

``data`` is the JSON of the message of that name in OCPP 2.0.1, part 2; fields that are not here are ignored.
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
"""What TriggerMessage can ask for."""
SIGN_CERTIFICATE_TOO: Final = "SignCertificate"
"""What some Central Systems say instead: EVerest's tests do."""


@frozen
class ContractAuthorizeRequest:
    """May this contract charge (C07)?"""

    id_token: IdToken15118
    """Its eMAID."""
    certificate: Pem5500 | None = None
    """Its certificate, with those above it, where the charge point cannot check it."""
    iso15118_certificate_hash_data: Annotated[tuple[OcspRequestData, ...], Meta(min_length=1, max_length=4)] | None = (
        field(default=None, metadata={WIRE: "iso15118CertificateHashData"})
    )
    """What the Central System needs to learn whether one of them was revoked, 1 to 4."""


@frozen
class ContractAuthorizeResponse:
    """Whether it may, and what is to be thought of its certificate."""

    id_token_info: IdTokenInfo
    """May it charge?"""
    certificate_status: ContractStatus | None = None
    """What is to be thought of its certificate."""


@frozen
class SignV2GCertificateRequest:
    """Have a certificate made (A02)."""

    csr: Csr5500
    """What is to be signed, PEM, at most 5500 characters."""
    certificate_type: SignedCertificateUse | None = None
    """Which: V2GCertificate."""


@frozen
class SignV2GCertificateResponse:
    """Whether one will come."""

    status: GenericStatus
    """Whether it will."""
    status_info: StatusInfo | None = None
    """Why not."""


@frozen
class V2GCertificateSignedRequest:
    """Deliver a signed certificate (A02)."""

    certificate_chain: Pem10000
    """The certificate and those above it, PEM, at most 10000 characters and CertificateSignedMaxChainSize."""
    certificate_type: SignedCertificateUse | None = None
    """Which; absent: V2GCertificate."""


@frozen
class V2GCertificateSignedResponse:
    """Whether it is valid."""

    status: CertificateSignedStatus
    """Whether it is."""
    status_info: StatusInfo | None = None
    """Why not."""


@frozen
class GetInstalledV2GCertificateIdsRequest:
    """Which certificates are installed (M03)?"""

    certificate_type: tuple[InstalledCertificateUse, ...] | None = None
    """Those for these uses; absent: all. None at all, which OCPP 2.0.1 does not allow, libocpp understands."""


@frozen
class GetInstalledV2GCertificateIdsResponse:
    """Which are."""

    status: GetInstalledCertificateStatus
    """Whether there are any."""
    certificate_hash_data_chain: Annotated[tuple[CertificateHashDataChain, ...], Meta(min_length=1)] | None = None
    """What identifies them, those for cars with the authorities above them."""
    status_info: StatusInfo | None = None
    """Why not."""


@frozen
class DeleteV2GCertificateRequest:
    """Forget a certificate (M04)."""

    certificate_hash_data: CertificateHashData
    """Which."""


@frozen
class DeleteV2GCertificateResponse:
    """Whether it is forgotten."""

    status: DeleteCertificateStatus
    """Whether it is."""
    status_info: StatusInfo | None = None
    """Why not."""


@frozen
class InstallV2GCertificateRequest:
    """Trust a root (M05)."""

    certificate_type: InstallableCertificateUse
    """For what."""
    certificate: Pem5500
    """Which: PEM, at most 5500 characters."""


@frozen
class InstallV2GCertificateResponse:
    """Whether it is trusted."""

    status: CertificateStatus
    """Whether it is."""
    status_info: StatusInfo | None = None
    """Why not."""


@frozen
class Get15118EVCertificateRequest:
    """A car asks for its contract certificate (M01, M02)."""

    iso15118_schema_version: SchemaVersion = field(metadata={WIRE: "iso15118SchemaVersion"})
    """Which version of ISO 15118 it speaks, by its namespace."""
    action: EVCertificateAction
    """What it wants."""
    exi_request: ExiRequest
    """Its CertificateInstallationReq or CertificateUpdateReq, EXI in base64, at most 5600 characters."""


@frozen
class Get15118EVCertificateResponse:
    """What the car is to be answered."""

    status: EVCertificateStatus
    """Whether it gets one."""
    exi_response: ExiResponse
    """The CertificateInstallationRes or CertificateUpdateRes for it, EXI in base64, at most 7500 characters."""
    status_info: StatusInfo | None = None
    """Why not."""


@frozen
class GetCertificateStatusRequest:
    """Was a certificate revoked (M06)?"""

    ocsp_request_data: OcspRequestData
    """Which, and who knows."""


@frozen
class GetCertificateStatusResponse:
    """What its responder of OCSP says."""

    status: OcspStatus
    """Whether it could be asked."""
    ocsp_result: Ocsp5500 | None = None
    """What it says: DER in base64, at most 5500 characters."""
    status_info: StatusInfo | None = None
    """Why not."""


@frozen
class PncTriggerMessageRequest:
    """Say something now (F06)."""

    requested_message: CiString50
    """What: SignV2GCertificate. Other words are answered NotImplemented."""


@frozen
class PncTriggerMessageResponse:
    """Whether it will be said."""

    status: TriggerMessageStatus
    """Whether it will."""
    status_info: StatusInfo | None = None
    """Why not."""


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
"""All of them."""
