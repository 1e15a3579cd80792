"""DataTransfer in both directions (4.3, 5.6)."""

from collections.abc import Callable
from functools import cache
from typing import Any

from attrs import frozen

from ocpp16sm import codec
from ocpp16sm.codec import Call
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.effects import Answer, AskVendor
from ocpp16sm.core.engine.incoming_calls import ANSWERED_LATER, AnsweredLater, IncomingCalls
from ocpp16sm.core.engine.inputs import TransferAsked, VendorAnswered
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.errors import InvalidMessageError, PayloadError
from ocpp16sm.generated import hooks
from ocpp16sm.messages import DataTransferRequest, DataTransferResponse, DataTransferStatus
from ocpp16sm.messages.registry import SentBy
from ocpp16sm.messages.vendor import NoData, Q, R, VendorMessage, VendorReply
from ocpp16sm.records import QueuedRequest, Transfer

_REPLY = "vendor's reply"
_CORE_PREFIX = "core:"
"""Prefix of references under which the core itself waits for a response, rather than the application."""


@frozen
class _Extension:
    """A vendor message that the core itself answers."""

    message: VendorMessage[Any, Any]
    operation: Callable[[Any, Call], VendorReply[Any] | AnsweredLater]


@frozen
class _SentMessage:
    """A vendor message that the core itself has sent."""

    message: VendorMessage[Any, Any]
    then: Callable[[VendorReply[Any] | None], None]


@cache
def _address(vendor_id: str, message_id: str) -> tuple[str, str]:
    """Case-insensitive key of a vendor message, cached so that all charge points of a process share the strings."""
    return vendor_id.lower(), message_id.lower()


def read_data(message: VendorMessage[Q, R], data: str | None) -> Q:
    """Decode the ``data`` of a request; missing data counts as an empty object. Raises :class:`PayloadError`."""
    return codec.decode_payload(message.request, "{}" if data is None else data)


def write_reply(message: VendorMessage[Q, R], reply: VendorReply[R]) -> DataTransferResponse:
    """The response that carries this reply. Raises :class:`InvalidMessageError` if its class is not the message's."""
    if reply.response is None:
        return DataTransferResponse(status=reply.status, data=reply.reason)
    if not isinstance(reply.response, message.response):
        expected = f"must be {message.response.__name__}, the response to {message.message_id}"
        raise InvalidMessageError(type(reply.response).__name__, "$", expected)
    return DataTransferResponse(status=reply.status, data=codec.encode_payload(reply.response).decode())


def read_reply(message: VendorMessage[Q, R], response: DataTransferResponse) -> VendorReply[R]:
    """Decode a response. If its ``data`` is invalid, the reply is Rejected and says why."""
    if response.status is not DataTransferStatus.ACCEPTED or message.response is NoData:
        return VendorReply(response.status, None, response.data)
    try:
        return VendorReply(response.status, codec.decode_payload(message.response, response.data or "{}"))
    except PayloadError as error:
        return VendorReply(DataTransferStatus.REJECTED, None, f"the response cannot be understood: {error}")


class DataTransfer:
    """Sends and receives DataTransfer.

    Vendor messages that the core answers are registered here. Those of other vendors go to the application's handlers.
    """

    def __init__(self, context: Context, incoming_calls: IncomingCalls) -> None:
        self._context = context
        self._incoming_calls = incoming_calls
        self.delivered = Signal[[QueuedRequest]]()
        """Emitted with a request that was answered or given up."""
        self._extensions: dict[tuple[str, str], _Extension] = {}
        context.answer_later["vendor"] = self._vendor_answered
        context.answer_later[_REPLY] = self._reply_received

    def add(self, message: VendorMessage[Q, R], operation: Callable[[Q, Call], VendorReply[R] | AnsweredLater]) -> None:
        """Register an operation that answers a vendor message while the message's ``switch`` is on.

        An operation that returns ANSWERED_LATER must call :meth:`answer` when it is done.
        """
        self._extensions[_address(message.vendor_id, message.message_id)] = _Extension(message, operation)

    def received(self, request: DataTransferRequest, call: Call) -> Any:
        """Answer DataTransfer.req from the Central System (5.6), at once or ANSWERED_LATER."""
        extension = self._extensions.get((request.vendor_id.lower(), (request.message_id or "").lower()))
        if extension is not None and self._is_on(extension) and extension.message.sent_by is not SentBy.CHARGE_POINT:
            try:
                asked = read_data(extension.message, request.data)
            except PayloadError as error:
                return DataTransferResponse(status=DataTransferStatus.REJECTED, data=str(error))
            reply = extension.operation(asked, call)
            return reply if isinstance(reply, AnsweredLater) else write_reply(extension.message, reply)
        ref = self._context.wait_for("vendor", call, data=request.vendor_id.lower())
        self._context.do(AskVendor(Transfer(request.vendor_id, request.message_id, request.data), ref))
        return ANSWERED_LATER

    def answer(self, message: VendorMessage[Q, R], call: Call, reply: VendorReply[R]) -> None:
        """Send the response to a message whose operation returned ANSWERED_LATER."""
        self._incoming_calls.answer(call, write_reply(message, reply))

    def _vendor_answered(self, waiting: Waiting, answer: VendorAnswered, _failure: str | None) -> None:
        status = DataTransferStatus(answer.status)
        if status is DataTransferStatus.UNKNOWN_VENDOR_ID and waiting.data in self._known_vendors():
            status = DataTransferStatus.UNKNOWN_MESSAGE_ID
        self._incoming_calls.answer(waiting.call, DataTransferResponse(status=status, data=answer.data))

    def _is_on(self, extension: _Extension) -> bool:
        switch = extension.message.switch
        return switch is None or self._context.configuration.is_on(switch)

    def _known_vendors(self) -> set[str]:
        return {vendor for (vendor, _), extension in self._extensions.items() if self._is_on(extension)}

    def say(
        self,
        message: VendorMessage[Q, R],
        request: Q,
        then: Callable[[VendorReply[R] | None], None],
        *,
        triggered: bool = False,
    ) -> bool:
        """Send a vendor message.

        ``then`` is called with the reply, or with None if the connection is lost or no response comes. Returns False if
        the message cannot be sent; ``then`` is not called in that case.
        """
        transfer = Transfer(message.vendor_id, message.message_id, codec.encode_payload(request).decode())
        ref = self._context.wait_for(_REPLY, data=_SentMessage(message, then))
        sent = self._context.send(hooks.transfer_data(transfer), triggered=triggered, ref=f"{_CORE_PREFIX}{ref}")
        if not sent:
            self._context.no_longer_waits(ref)
        return sent

    def _reply_received(self, waiting: Waiting, response: DataTransferResponse | None, _failure: str | None) -> None:
        sent_message: _SentMessage = waiting.data
        sent_message.then(None if response is None else read_reply(sent_message.message, response))

    def _tell(self, ref: str | None, response: DataTransferResponse | None) -> None:
        """Pass the response to the caller that waits for it, if any."""
        if ref is not None and ref.startswith(_CORE_PREFIX):
            self._context.answered(int(ref.removeprefix(_CORE_PREFIX)), response, None)
        elif ref is not None:
            self._context.do(Answer(ref, response))

    def ask(self, asked: TransferAsked) -> None:
        """Send data for the application (4.3). While offline, the answer is None at once."""
        transfer = Transfer(asked.vendor_id, asked.message_id, asked.data)
        if not self._context.send(hooks.transfer_data(transfer), ref=asked.ref):
            self._context.do(Answer(asked.ref, None))

    def answered(self, request: QueuedRequest, response: DataTransferResponse) -> None:
        """Handle DataTransfer.conf."""
        self.delivered(request)
        self._tell(request.ref, response)

    def failed(self, request: QueuedRequest, answered: bool) -> None:
        """Handle a failed request: Rejected if a response came that refused it or was unreadable, else no answer
        (None).
        """
        self.delivered(request)
        self._tell(request.ref, DataTransferResponse(status=DataTransferStatus.REJECTED) if answered else None)
