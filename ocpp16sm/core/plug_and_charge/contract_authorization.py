"""Authorization of contracts: what the charge point checks itself, and when it asks (ISO 15118; OCPP 2.0.1 C07).

A contract whose certificate is found invalid, expired or revoked is refused without asking, because the Central System
would only learn whether it was revoked.
"""

from collections.abc import Mapping
from typing import Final

from ocpp16sm.certificates import CheckContract, ContractValidity, ContractVerdict
from ocpp16sm.config import keys
from ocpp16sm.config import plug_and_charge_keys as pnc
from ocpp16sm.core.authorization.authorization import AUTHORIZE_TIMEOUT_S, Authorization
from ocpp16sm.core.data_transfer.data_transfer import DataTransfer
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.effects import Answer
from ocpp16sm.core.engine.inputs import CertificatesAnswered, ContractAuthorizeAsked
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.messages import AuthorizationStatus, IdTagInfo
from ocpp16sm.messages.plug_and_charge import AUTHORIZE, ContractAuthorizeRequest, ContractAuthorizeResponse
from ocpp16sm.messages.plug_and_charge_types import ContractStatus, IdToken15118, IdTokenInfo, TokenStatus, TokenType
from ocpp16sm.messages.vendor import VendorReply

LONGEST_CERTIFICATE: Final = 5500
"""Maximum length of a chain in Authorize, in characters."""

_ID_TAG: Final = 20
_CHECK: Final = "contract"
_WAITED: Final = "contract authorization"

_REFUSED: Mapping[ContractValidity, tuple[TokenStatus, ContractStatus]] = {
    ContractValidity.EXPIRED: (TokenStatus.EXPIRED, ContractStatus.CERTIFICATE_EXPIRED),
    ContractValidity.REVOKED: (TokenStatus.INVALID, ContractStatus.CERTIFICATE_REVOKED),
    ContractValidity.INVALID: (TokenStatus.INVALID, ContractStatus.CERT_CHAIN_ERROR),
}
"""Verdicts on a certificate for which nobody is asked."""


def said(status: TokenStatus, certificate: ContractStatus | None = None) -> ContractAuthorizeResponse:
    """The answer that follows from the own check."""
    return ContractAuthorizeResponse(IdTokenInfo(status), certificate)


class ContractAuthorization(Component):
    """Contracts that are being checked, here and by the Central System."""

    __slots__ = ("_authorization", "_context", "_data_transfer", "_open", "granted")
    STATE = ("_open",)

    def __init__(
        self, journal: Journal, context: Context, authorization: Authorization, data_transfer: DataTransfer
    ) -> None:
        super().__init__(journal)
        self._context = context
        self._authorization = authorization
        self._data_transfer = data_transfer
        self.granted = Signal[[str]]()
        """Emitted when a contract is accepted."""
        self._open: frozenset[str] = frozenset()
        """References of waiting callers."""
        context.answer_later[_CHECK] = self._checked
        context.deadlines[_WAITED] = lambda key: self._resolve(str(key.owner), said(TokenStatus.UNKNOWN))

    def authorize(self, asked: ContractAuthorizeAsked) -> None:
        """Answer at once if possible; otherwise have the certificate checked, or ask the Central System."""
        self.touch()
        self._open |= {asked.ref}
        if not self._context.configuration[pnc.ISO15118_PNC_ENABLED]:
            self._resolve(asked.ref, said(TokenStatus.INVALID))
            return
        self._context.arm(_WAITED, AUTHORIZE_TIMEOUT_S, asked.ref)
        if self._can_ask and asked.hash_data:
            self._ask(asked, ContractAuthorizeRequest(_token(asked), None, asked.hash_data))
        elif asked.certificate is None:
            self._resolve(asked.ref, said(TokenStatus.INVALID))
        elif not self._can_ask and not self._context.configuration[pnc.CONTRACT_VALIDATION_OFFLINE]:
            self._resolve(asked.ref, said(TokenStatus.NOT_AT_THIS_TIME))
        else:
            self._context.ask_certificates(CheckContract(asked.certificate), _CHECK, data=asked)

    @property
    def _can_ask(self) -> bool:
        return self._context.online and self._context.accepted

    def _checked(self, waiting: Waiting, answer: CertificatesAnswered, failure: str | None) -> None:
        asked: ContractAuthorizeAsked = waiting.data
        if asked.ref not in self._open:
            return
        verdict: ContractVerdict = answer.answer
        if failure is not None:
            verdict = ContractVerdict(ContractValidity.ISSUER_NOT_FOUND, failure)
        if verdict.emaid is not None and _plain(verdict.emaid) != _plain(asked.emaid):
            self._resolve(asked.ref, said(TokenStatus.INVALID, ContractStatus.CERT_CHAIN_ERROR))
        elif verdict.validity in _REFUSED:
            self._resolve(asked.ref, said(*_REFUSED[verdict.validity]))
        elif self._can_ask:
            self._ask_about(asked, verdict)
        elif not self._context.configuration[pnc.CONTRACT_VALIDATION_OFFLINE]:  # the connection was lost meanwhile
            self._resolve(asked.ref, said(TokenStatus.NOT_AT_THIS_TIME))
        else:
            self._resolve(asked.ref, self._offline(asked.emaid, verdict))

    def _ask_about(self, asked: ContractAuthorizeAsked, verdict: ContractVerdict) -> None:
        """Send the hash data if the certificate was checked here; otherwise the chain, if that is allowed."""
        certificate = asked.certificate
        if verdict.validity is ContractValidity.VALID and verdict.ocsp:
            self._ask(asked, ContractAuthorizeRequest(_token(asked), None, verdict.ocsp))
        elif (
            self._context.configuration[pnc.CENTRAL_CONTRACT_VALIDATION_ALLOWED]
            and certificate is not None
            and len(certificate) <= LONGEST_CERTIFICATE
        ):
            self._ask(asked, ContractAuthorizeRequest(_token(asked), certificate))
        else:
            self._resolve(asked.ref, said(TokenStatus.INVALID))

    def _offline(self, emaid: str, verdict: ContractVerdict) -> ContractAuthorizeResponse:
        if verdict.validity is not ContractValidity.VALID:
            return said(TokenStatus.UNKNOWN)
        if not self._context.configuration[keys.LOCAL_AUTHORIZE_OFFLINE]:
            return said(TokenStatus.UNKNOWN, ContractStatus.ACCEPTED)
        known = self._authorization.known(emaid)
        if known is None or known.status is not AuthorizationStatus.ACCEPTED:
            return said(TokenStatus.INVALID)
        return said(TokenStatus.ACCEPTED, ContractStatus.ACCEPTED)

    def _ask(self, asked: ContractAuthorizeAsked, request: ContractAuthorizeRequest) -> None:
        self._authorization.asked(asked.emaid)

        def answered(reply: VendorReply[ContractAuthorizeResponse] | None) -> None:
            response = reply.response if reply is not None else None
            if response is not None:
                self._authorization.remember(asked.emaid, _in_1_6(response.id_token_info))
            self._resolve(asked.ref, response or said(TokenStatus.UNKNOWN), asked.emaid)

        if not self._data_transfer.say(AUTHORIZE, request, answered):
            self._resolve(asked.ref, said(TokenStatus.UNKNOWN))

    def _resolve(self, ref: str, response: ContractAuthorizeResponse, emaid: str | None = None) -> None:
        """Answer the caller that waits."""
        if ref not in self._open:
            return
        self.touch()
        self._open -= {ref}
        self._context.timers.disarm(TimerKey(_WAITED, ref))
        if emaid is not None and response.id_token_info.status is TokenStatus.ACCEPTED:
            self.granted(emaid)
        self._context.do(Answer(ref, response))


def _token(asked: ContractAuthorizeAsked) -> IdToken15118:
    return IdToken15118(asked.emaid, TokenType.E_MAID)


def _plain(emaid: str) -> str:
    """An eMAID without the optional hyphens between its parts (ISO 15118-2, annex H)."""
    return emaid.replace("-", "").upper()


def _in_1_6(info: IdTokenInfo) -> IdTagInfo:
    """The status for the cache of idTags; statuses that OCPP 1.6 does not have become Invalid."""
    known = {status.value for status in AuthorizationStatus}
    status = AuthorizationStatus(info.status.value) if info.status.value in known else AuthorizationStatus.INVALID
    group = info.group_id_token.id_token if info.group_id_token is not None else None
    parent = group if group is not None and len(group) <= _ID_TAG else None
    return IdTagInfo(status=status, expiry_date=info.cache_expiry_date_time, parent_id_tag=parent)
