"""DataTransfer, both ways (4.3, 5.6)."""

from collections.abc import Callable
from typing import Any

from attrs import frozen

from ocpp16sm import codec
from ocpp16sm.codec import Call
from ocpp16sm.core.desk import Desk, Waiting
from ocpp16sm.core.effects import Answer, AskVendor
from ocpp16sm.core.inbound import LATER, Inbound
from ocpp16sm.core.inputs import TransferAsked, VendorAnswered
from ocpp16sm.errors import InvalidMessageError, PayloadError
from ocpp16sm.generated import hooks
from ocpp16sm.messages import DataTransferRequest, DataTransferResponse, DataTransferStatus
from ocpp16sm.messages.registry import SentBy
from ocpp16sm.messages.vendor import NoData, Q, R, VendorMessage, VendorReply
from ocpp16sm.records import QueuedRequest, Transfer


@frozen
class _Extension:
    """A vendor's message that the core itself understands."""

    message: VendorMessage[Any, Any]
    operation: Callable[[Any], VendorReply[Any]]


def read_data(message: VendorMessage[Q, R], data: str | None) -> Q:
    """What ``data`` of a request holds; none at all is an empty object. Raises :class:`PayloadError`."""
    return codec.decode_payload(message.request, "{}" if data is None else data)


def write_reply(message: VendorMessage[Q, R], reply: VendorReply[R]) -> DataTransferResponse:
    """The response that says so. Raises :class:`InvalidMessageError` if it is none of this message."""
    if reply.response is None:
        return DataTransferResponse(status=reply.status, data=reply.reason)
    if not isinstance(reply.response, message.response):
        expected = f"is no {message.response.__name__}, which {message.message_id} is answered with"
        raise InvalidMessageError(type(reply.response).__name__, "$", expected)
    return DataTransferResponse(status=reply.status, data=codec.encode_payload(reply.response).decode())


def read_reply(message: VendorMessage[Q, R], response: DataTransferResponse) -> VendorReply[R]:
    """What was answered; Rejected if that cannot be understood."""
    if response.status is not DataTransferStatus.ACCEPTED or message.response is NoData:
        return VendorReply(response.status, None, response.data)
    try:
        return VendorReply(response.status, codec.decode_payload(message.response, response.data or "{}"))
    except PayloadError as error:
        return VendorReply(DataTransferStatus.REJECTED, None, f"the response cannot be understood: {error}")


class DataTransfer:
    """Carries what OCPP has no word for.

    What the core itself understands is registered here; who handles other vendors' data is known to the shell.
    """

    def __init__(self, desk: Desk, inbound: Inbound) -> None:
        self._desk = desk
        self._inbound = inbound
        self.delivered: Callable[[QueuedRequest], None] = lambda _request: None
        """A request was answered, or given up."""
        self._extensions: dict[tuple[str, str], _Extension] = {}
        desk.answer_later["vendor"] = self._vendor_answered

    def add(self, message: VendorMessage[Q, R], operation: Callable[[Q], VendorReply[R]]) -> None:
        """Have a message of a vendor's answered here, while its switch is on."""
        self._extensions[message.vendor_id.lower(), message.message_id.lower()] = _Extension(message, operation)

    def received(self, request: DataTransferRequest, call: Call) -> Any:
        """DataTransfer.req of the Central System."""
        extension = self._extensions.get((request.vendor_id.lower(), (request.message_id or "").lower()))
        if extension is not None and self._is_on(extension) and extension.message.sent_by is not SentBy.CHARGE_POINT:
            try:
                asked = read_data(extension.message, request.data)
            except PayloadError as error:
                return DataTransferResponse(status=DataTransferStatus.REJECTED, data=str(error))
            return write_reply(extension.message, extension.operation(asked))
        ref = self._desk.wait_for("vendor", call, data=request.vendor_id.lower())
        self._desk.do(AskVendor(Transfer(request.vendor_id, request.message_id, request.data), ref))
        return LATER

    def _vendor_answered(self, waiting: Waiting, answer: VendorAnswered, _failure: str | None) -> None:
        status = DataTransferStatus(answer.status)
        if status is DataTransferStatus.UNKNOWN_VENDOR_ID and waiting.data in self._known_vendors():
            status = DataTransferStatus.UNKNOWN_MESSAGE_ID
        self._inbound.answer(waiting.call, DataTransferResponse(status=status, data=answer.data))

    def _is_on(self, extension: _Extension) -> bool:
        switch = extension.message.switch
        return switch is None or self._desk.configuration.is_on(switch)

    def _known_vendors(self) -> set[str]:
        return {vendor for (vendor, _), extension in self._extensions.items() if self._is_on(extension)}

    def ask(self, asked: TransferAsked) -> None:
        """The application sends data; without a connection it is told so at once."""
        transfer = Transfer(asked.vendor_id, asked.message_id, asked.data)
        if not self._desk.send(hooks.transfer_data(transfer), ref=asked.ref):
            self._desk.do(Answer(asked.ref, None))

    def answered(self, request: QueuedRequest, response: DataTransferResponse) -> None:
        """The Central System has answered."""
        self.delivered(request)
        if request.ref is not None:
            self._desk.do(Answer(request.ref, response))

    def failed(self, request: QueuedRequest, answered: bool) -> None:
        """It refused, or said what nobody understands; or it did not answer, or could not be asked."""
        self.delivered(request)
        if request.ref is not None:
            refusal = DataTransferResponse(status=DataTransferStatus.REJECTED) if answered else None
            self._desk.do(Answer(request.ref, refusal))
