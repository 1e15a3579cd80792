"""Verifies contract certificates (ISO 15118-2, annex F; RFC 5280, 6.1)."""

from collections.abc import Sequence
from datetime import datetime

from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ocpp16sm.certificates import ContractValidity, ContractVerdict
from ocpp16sm.errors import CertificateError
from ocpp16sm.pki import chains
from ocpp16sm.pki.decoded import Certificate
from ocpp16sm.pki.revocation import OcspResponses, request_data, steps

_WHAT = "the contract"
_MOST_ASKED = 4
"""Maximum number of certificates in Authorize."""


def examine(chain: str, roots: Sequence[Certificate], responses: OcspResponses, now: datetime) -> ContractVerdict:
    """Verify a PEM chain, the contract's own certificate first."""
    try:
        given = chains.parse(_WHAT, chain)
    except CertificateError as error:
        return ContractVerdict(ContractValidity.INVALID, str(error))
    emaid = _emaid(given[0])
    try:
        way = chains.path(_WHAT, given, roots, now, ExtendedKeyUsageOID.CLIENT_AUTH)
    except chains.NoRootError as error:
        broken = _broken(given)
        validity = ContractValidity.INVALID if broken else ContractValidity.ISSUER_NOT_FOUND
        return ContractVerdict(validity, broken or str(error), emaid)
    except CertificateError as error:
        validity = ContractValidity.EXPIRED if _was_good(given, roots, now) else ContractValidity.INVALID
        return ContractVerdict(validity, str(error), emaid)
    if any(responses.says_revoked(each) for each in way):
        return ContractVerdict(ContractValidity.REVOKED, f"{_WHAT}, or an authority above it, was revoked", emaid)
    asked = [request_data(each, issuer) for each, issuer in steps(way, roots)]
    data = tuple(each for each in asked if each is not None)
    complete = len(data) == len(way) <= _MOST_ASKED
    return ContractVerdict(ContractValidity.VALID, "", emaid, data if complete else ())


def _emaid(leaf: Certificate) -> str | None:
    names = leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return next((each.value for each in names if isinstance(each.value, str)), None)


def _was_good(given: Sequence[Certificate], roots: Sequence[Certificate], now: datetime) -> bool:
    """Whether nothing is wrong except that it has expired."""
    ends = min(each.not_after for each in given)
    if ends >= now:
        return False
    try:
        chains.path(_WHAT, given, roots, ends, ExtendedKeyUsageOID.CLIENT_AUTH)
    except CertificateError:
        return False
    return True


def _broken(given: Sequence[Certificate]) -> str | None:
    """Whether a signature by a certificate of the chain is wrong."""
    for each in given:
        issuers = [other for other in given if other is not each and other.subject == each.issuer]
        if issuers and not any(each.signed_by(issuer) for issuer in issuers):
            return f"{_WHAT} is refused: a signature in its chain does not hold"
    return None
