"""What the embedded Central System knows and decides: registrations, idTags, transactions, and what goes wrong."""

from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from hmac import compare_digest
from typing import Any

from attrs import AttrsInstance, define, field

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms.contracts import Contracts
from ocpp16sm.csms.tariff import Cashier, Tariff
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
"""How many answers to transaction-related requests are kept, for requests that come twice."""


@define(kw_only=True)
class Mishap:
    """Something that goes wrong with requests of one action, instead of the usual answer."""

    action: str
    """Whose requests; ``*``: all."""
    error: ErrorCode | None = None
    """Refuse with this CALLERROR."""
    delay_s: float = 0.0
    """Answer this much later."""
    silent: bool = False
    """Do not answer at all."""
    hang_up: bool = False
    """Do not answer but close the connection."""
    times: int | None = None
    """How often; None: always."""

    def strikes(self, action: str) -> bool:
        """Whether it happens to this request; counts it if so."""
        if self.action not in ("*", action) or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@define(kw_only=True)
class Policy:
    """What the Central System says. It may be changed at any time."""

    registrations: Sequence[RegistrationStatus] = ()
    """Answers to each charge point's first BootNotifications, in order; then Accepted."""
    heartbeat_interval_s: int = 300
    """``interval`` of BootNotification.conf, s."""
    id_tags: Mapping[str, IdTagInfo] = field(factory=dict)
    """What is known of idTags."""
    other_id_tags: IdTagInfo = field(factory=lambda: IdTagInfo(AuthorizationStatus.ACCEPTED))
    """What is said of any other idTag."""
    data_transfer: DataTransferStatus | DataTransferResponse = DataTransferStatus.UNKNOWN_VENDOR_ID
    """Answer to DataTransfer: a status, or a response with data."""
    certificate_signing: GenericStatus = GenericStatus.REJECTED
    """Answer to SignCertificate. It is for whoever accepts to send CertificateSigned: there is no authority here."""
    contracts: Contracts | None = None
    """What is said of contracts, and which certificates are signed (Plug & Charge). None: nothing."""
    tariff: Tariff | None = None
    """What sessions cost: charge points are told (California pricing). None: nothing."""
    passwords: Mapping[str, bytes] | None = field(default=None, repr=False)
    """Charge point id -> its password: HTTP Basic is needed, and whoever is not here is turned away (profiles 1 and 2).
    None: nobody is asked for a password."""
    serial_numbers: Mapping[str, str] | None = None
    """Charge point id -> commonName of its certificate (A00.FR.405): whoever shows another is turned away (profile 3).
    None: any certificate will do that TLS has accepted."""
    mishaps: list[Mishap] = field(factory=list)
    """What goes wrong; of several that apply the first one happens."""

    def lets_in(self, charge_point_id: str, authorizations: Sequence[str], common_name: str | None = None) -> bool:
        """Whether a charge point may connect with these headers Authorization, and this name in its certificate."""
        expected = (self.serial_numbers or {}).get(charge_point_id)
        if self.serial_numbers is not None and (expected is None or common_name != expected):
            return False
        return self.accepts_password(charge_point_id, authorizations)

    def accepts_password(self, charge_point_id: str, authorizations: Sequence[str]) -> bool:
        """Whether these headers show its password, under its name (A00.FR.204), if one is needed."""
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

    def mishap(self, action: str) -> Mishap | None:
        """What goes wrong with this request."""
        return next((mishap for mishap in self.mishaps if mishap.strikes(action)), None)

    def info(self, id_tag: str) -> IdTagInfo:
        """What is said of an idTag; upper and lower case are one (7.28)."""
        for known, info in self.id_tags.items():
            if known.casefold() == id_tag.casefold():
                return info
        return self.other_id_tags


@define
class Transaction:
    """A transaction as the Central System knows it."""

    transaction_id: int
    charge_point_id: str
    start: StartTransactionRequest
    stop: StopTransactionRequest | None = None


@define
class BackOffice:
    """The answers of a Central System to its charge points' requests, and what it remembers of them."""

    policy: Policy = field(factory=Policy)
    transactions: dict[int, Transaction] = field(factory=dict)
    """By transactionId."""
    _cashier: Cashier | None = field(default=None, repr=False)
    _boots: dict[str, Iterator[RegistrationStatus]] = field(factory=dict, repr=False)
    _answers: OrderedDict[tuple[str, str], AttrsInstance] = field(factory=OrderedDict, repr=False)

    def answer(
        self, charge_point_id: str, message_id: str, action: str, request: AttrsInstance, now: Timestamp
    ) -> AttrsInstance:
        """The response to a request. The same request once more (same message id) gets the same response."""
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
        """What is to be said to a charge point after this request of its has been answered."""
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
        if self._cashier is None or self._cashier.tariff is not tariff:
            self._cashier = Cashier(tariff)
        return self._cashier.afterwards(charge_point_id, request, response, now)

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
