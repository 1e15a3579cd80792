"""The decisions and data of the embedded Central System: registrations, idTags, transactions, and injected faults."""

from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from hmac import compare_digest
from typing import Any

from attrs import AttrsInstance, define, field

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms.contracts import Contracts
from ocpp16sm.csms.tariff import CostCalculator, Tariff
from ocpp16sm.errors import ErrorCode
from ocpp16sm.messages import (
    ACTIONS,
    AuthorizationStatus,
    AuthorizeRequest,
    AuthorizeResponse,
    BootNotificationResponse,
    DataTransferRequest,
    DataTransferResponse,
    DataTransferStatus,
    GenericStatus,
    HeartbeatResponse,
    IdTagInfo,
    RegistrationStatus,
    SignCertificateResponse,
    StartTransactionRequest,
    StartTransactionResponse,
    StopTransactionRequest,
    StopTransactionResponse,
)
from ocpp16sm.messages.cost import VENDOR

REMEMBERED_ANSWERS = 10_000
"""Number of answers to transaction-related requests kept for repeated requests."""


@define(kw_only=True)
class InjectedFault:
    """A fault injected into the handling of requests."""

    action: str
    """The action it applies to; ``*``: all."""
    error: ErrorCode | None = None
    """Answer with a CALLERROR with this code; None: answer as usual."""
    delay_s: float = 0.0
    """Delay of the answer, in seconds."""
    silent: bool = False
    """Do not answer at all."""
    hang_up: bool = False
    """Close the connection instead of answering."""
    times: int | None = None
    """Number of requests it still applies to; None: unlimited."""

    def applies_to(self, action: str) -> bool:
        """Whether it applies to a request of this action; if so, :attr:`times` is decremented."""
        if self.action not in ("*", action) or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@define(kw_only=True)
class Policy:
    """How the Central System answers. It may be changed at any time."""

    registrations: Sequence[RegistrationStatus] = ()
    """Statuses for the first BootNotifications of each charge point, in order; later ones are Accepted."""
    heartbeat_interval_s: int = 300
    """``interval`` of BootNotification.conf, in seconds."""
    id_tags: Mapping[str, IdTagInfo] = field(factory=dict)
    """idTag -> its IdTagInfo; upper and lower case do not matter (7.28)."""
    other_id_tags: IdTagInfo = field(factory=lambda: IdTagInfo(AuthorizationStatus.ACCEPTED))
    """IdTagInfo of all idTags not in :attr:`id_tags`."""
    data_transfer: DataTransferStatus | DataTransferResponse = DataTransferStatus.UNKNOWN_VENDOR_ID
    """Answer to DataTransfer: a status, or a response with data."""
    certificate_signing: GenericStatus = GenericStatus.REJECTED
    """Answer to SignCertificate. After Accepted, the caller must send CertificateSigned; no authority is built in."""
    contracts: Contracts | None = None
    """Answers to Plug & Charge messages; None: Plug & Charge is not supported."""
    tariff: Tariff | None = None
    """The tariff sent to charge points (California Pricing); None: no prices are sent."""
    passwords: Mapping[str, bytes] | None = field(default=None, repr=False)
    """Charge point id -> password for HTTP Basic (security profiles 1 and 2); charge points not listed are refused.
    None: no password is required."""
    serial_numbers: Mapping[str, str] | None = None
    """Charge point id -> commonName required in its certificate (A00.FR.405, security profile 3); others are refused.
    None: any certificate that TLS accepts is sufficient."""
    injected_faults: list[InjectedFault] = field(factory=list)
    """Injected faults; the first that applies to a request is used."""

    def lets_in(self, charge_point_id: str, authorizations: Sequence[str], common_name: str | None = None) -> bool:
        """Whether a charge point may connect, given its Authorization headers and the commonName of its certificate."""
        expected = (self.serial_numbers or {}).get(charge_point_id)
        if self.serial_numbers is not None and (expected is None or common_name != expected):
            return False
        return self.accepts_password(charge_point_id, authorizations)

    def accepts_password(self, charge_point_id: str, authorizations: Sequence[str]) -> bool:
        """Whether the Authorization headers contain its id and password (A00.FR.204), or no password is required."""
        if self.passwords is None:
            return True
        password = self.passwords.get(charge_point_id)
        if password is None or len(authorizations) != 1:
            return False
        scheme, _, given = authorizations[0].partition(" ")
        try:
            shown = b64decode(given.strip(), validate=True)
        except ValueError:
            return False
        return scheme.lower() == "basic" and compare_digest(shown, charge_point_id.encode() + b":" + password)

    def fault_for(self, action: str) -> InjectedFault | None:
        """The fault to inject for a request of this action; None if there is none. Counts it."""
        return next((fault for fault in self.injected_faults if fault.applies_to(action)), None)

    def info(self, id_tag: str) -> IdTagInfo:
        """The IdTagInfo of an idTag; upper and lower case do not matter (7.28)."""
        for known, info in self.id_tags.items():
            if known.casefold() == id_tag.casefold():
                return info
        return self.other_id_tags


@define
class Transaction:
    """A transaction, as known to the Central System."""

    transaction_id: int
    charge_point_id: str
    start: StartTransactionRequest
    stop: StopTransactionRequest | None = None


@define
class RequestHandler:
    """Answers the requests of all charge points and keeps their transactions."""

    policy: Policy = field(factory=Policy)
    transactions: dict[int, Transaction] = field(factory=dict)
    """By transactionId."""
    _cost_calculator: CostCalculator | None = field(default=None, repr=False)
    _boots: dict[str, Iterator[RegistrationStatus]] = field(factory=dict, repr=False)
    _answers: OrderedDict[tuple[str, str], AttrsInstance] = field(factory=OrderedDict, repr=False)

    def answer(
        self, charge_point_id: str, message_id: str, action: str, request: AttrsInstance, now: Timestamp
    ) -> AttrsInstance:
        """The response to a request.

        A StartTransaction or StopTransaction that is repeated with the same message id gets the same response.
        """
        known = self._answers.get((charge_point_id, message_id))
        if known is not None:
            return known
        make = self._makers().get(action)
        if make is None:
            return ACTIONS[action].response()
        response = make(charge_point_id, request, now)
        if action in ("StartTransaction", "StopTransaction"):
            self._answers[charge_point_id, message_id] = response
            if len(self._answers) > REMEMBERED_ANSWERS:
                self._answers.popitem(last=False)
        return response

    def afterwards(
        self, charge_point_id: str, request: AttrsInstance, response: AttrsInstance, now: Timestamp
    ) -> list[DataTransferRequest]:
        """Requests to send to the charge point after ``request`` has been answered."""
        return [
            *self._of_contracts(request, response),
            *self._of_prices(charge_point_id, request, response, now),
        ]

    def _of_contracts(self, request: AttrsInstance, response: AttrsInstance) -> list[DataTransferRequest]:
        contracts = self.policy.contracts
        match request, response:
            case _, _ if contracts is None:
                return []
            case _, BootNotificationResponse(status=RegistrationStatus.ACCEPTED):
                return contracts.after_boot()
            case DataTransferRequest(), DataTransferResponse():
                return contracts.after_transfer(request, response)
        return []

    def _of_prices(
        self, charge_point_id: str, request: AttrsInstance, response: AttrsInstance, now: Timestamp
    ) -> list[DataTransferRequest]:
        tariff = self.policy.tariff
        if tariff is None:
            return []
        if self._cost_calculator is None or self._cost_calculator.tariff is not tariff:
            self._cost_calculator = CostCalculator(tariff)
        return self._cost_calculator.afterwards(charge_point_id, request, response, now)

    def _makers(self) -> Mapping[str, Callable[[str, Any, Timestamp], AttrsInstance]]:
        return {
            "Authorize": self._authorize,
            "BootNotification": self._boot,
            "DataTransfer": self._transfer,
            "SignCertificate": lambda _id, _request, _now: SignCertificateResponse(self.policy.certificate_signing),
            "Heartbeat": lambda _id, _request, now: HeartbeatResponse(now),
            "StartTransaction": self._start,
            "StopTransaction": self._stop,
        }

    def _authorize(self, _charge_point_id: str, request: AuthorizeRequest, _now: Timestamp) -> AttrsInstance:
        return AuthorizeResponse(self.policy.info(request.id_tag))

    def _boot(self, charge_point_id: str, _request: AttrsInstance, now: Timestamp) -> AttrsInstance:
        planned = self._boots.setdefault(charge_point_id, iter(self.policy.registrations))
        status = next(planned, RegistrationStatus.ACCEPTED)
        return BootNotificationResponse(status, now, self.policy.heartbeat_interval_s)

    def _transfer(self, _charge_point_id: str, request: DataTransferRequest, now: Timestamp) -> AttrsInstance:
        said = self.policy.contracts.answer(request, now) if self.policy.contracts is not None else None
        if said is not None:
            return said
        answer = self.policy.data_transfer
        if self.policy.tariff is not None and request.vendor_id == VENDOR:
            answer = DataTransferStatus.ACCEPTED
        return answer if isinstance(answer, DataTransferResponse) else DataTransferResponse(answer)

    def _start(self, charge_point_id: str, request: StartTransactionRequest, _now: Timestamp) -> AttrsInstance:
        transaction = Transaction(len(self.transactions) + 1, charge_point_id, request)
        self.transactions[transaction.transaction_id] = transaction
        return StartTransactionResponse(self.policy.info(request.id_tag), transaction.transaction_id)

    def _stop(self, charge_point_id: str, request: StopTransactionRequest, _now: Timestamp) -> AttrsInstance:
        transaction = self.transactions.get(request.transaction_id)
        if transaction is not None and transaction.charge_point_id == charge_point_id:
            transaction.stop = request
        return StopTransactionResponse(None if request.id_tag is None else self.policy.info(request.id_tag))
