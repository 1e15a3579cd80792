"""The application's handlers of DataTransfer requests (4.3): functions that take text or typed messages."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

from ocpp16sm import codec
from ocpp16sm.arguments import arguments
from ocpp16sm.arguments.structs import checked
from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.core.data_transfer.data_transfer import read_data, write_reply
from ocpp16sm.core.engine.context import STATION_TIMEOUT_S
from ocpp16sm.errors import InvalidArgumentError, PayloadError
from ocpp16sm.messages import DataTransferResponse, DataTransferStatus
from ocpp16sm.messages.registry import SentBy
from ocpp16sm.messages.vendor import Q, R, VendorMessage, VendorReply
from ocpp16sm.records import Transfer
from ocpp16sm.shell.cancelled import is_cancelled

log = NamedLog("ocpp16sm.data_transfer")

VendorHandler = Callable[[str | None], DataTransferResponse | Awaitable[DataTransferResponse]]
"""Takes the data of a request and returns the response; may be ``async``.

If it raises or takes more than two minutes, the request is answered Rejected.
"""

MessageHandler = Callable[[Q], R | VendorReply[R] | Awaitable[R | VendorReply[R] | None] | None]
"""Takes the typed request and returns the typed response; may be ``async``.

A response or None is sent with status Accepted; a :class:`~ocpp16sm.VendorReply` names another status. If the handler
raises or takes more than two minutes, the request is answered Rejected.
"""


class Vendors:
    """The registry of vendor handlers. Vendor and message ids are compared case-insensitively (CiString)."""

    def __init__(self) -> None:
        self._handlers: dict[str, dict[str | None, VendorHandler]] = {}
        self._switches: dict[tuple[str, str], str] = {}

    def register(self, vendor_id: str, message_id: str | None, handler: VendorHandler) -> None:
        """Add a handler.

        :param vendor_id: at most 255 characters.
        :param message_id: at most 50 characters; None: the handler answers every message that has no other.

        Raises InvalidArgumentError if the message already has a handler.
        """
        message = None if message_id is None else arguments.text("message_id", message_id, 50)
        vendor = arguments.text("vendor_id", vendor_id, 255)
        if not callable(handler):
            raise InvalidArgumentError("handler", handler, "a function of the request's data")
        messages = self._handlers.setdefault(vendor.lower(), {})
        key = message.lower() if message is not None else None
        if key in messages:
            what = f"{vendor_id}/{message_id or 'any message'}"
            raise InvalidArgumentError("vendor_id", what, "a vendor's message that has no handler yet")
        messages[key] = handler

    def register_message(self, message: VendorMessage[Q, R], handler: MessageHandler[Q, R]) -> None:
        """Add a handler of a typed message.

        Raises InvalidArgumentError for a message that only a charge point sends, or that already has a handler.
        """
        if not isinstance(message, VendorMessage):
            raise InvalidArgumentError("message", message, "a VendorMessage")
        if not callable(handler):
            raise InvalidArgumentError("handler", handler, "a function of the request")
        if message.sent_by is SentBy.CHARGE_POINT:
            raise InvalidArgumentError("message", message.message_id, "a message that the Central System sends")

        async def handle(data: str | None) -> DataTransferResponse:
            try:
                request = read_data(message, data)
            except PayloadError as error:
                return DataTransferResponse(DataTransferStatus.REJECTED, str(error))
            answer: Any = handler(request)
            if isawaitable(answer):
                answer = await answer
            return write_reply(message, answer if isinstance(answer, VendorReply) else VendorReply(response=answer))

        self.register(message.vendor_id, message.message_id, handle)
        if message.switch is not None:
            self._switches[message.vendor_id.lower(), message.message_id.lower()] = message.switch

    def _there(self, vendor: str, is_on: Callable[[str], bool]) -> dict[str | None, VendorHandler]:
        """The handlers of a vendor's messages, without those that are switched off."""

        def is_there(message: str | None) -> bool:
            switch = self._switches.get((vendor, message or ""))
            return switch is None or is_on(switch)

        return {key: handler for key, handler in self._handlers.get(vendor, {}).items() if is_there(key)}

    async def answer(self, transfer: Transfer, is_on: Callable[[str], bool]) -> tuple[str, str | None]:
        """Return status and data of the response.

        :param is_on: whether a boolean configuration key of a name is true.
        """
        messages = self._there(transfer.vendor_id.lower(), is_on)
        if not messages:
            return DataTransferStatus.UNKNOWN_VENDOR_ID, None
        key = transfer.message_id.lower() if transfer.message_id is not None else None
        handler = messages.get(key) or messages.get(None)
        if handler is None:
            return DataTransferStatus.UNKNOWN_MESSAGE_ID, None
        try:
            answer = handler(transfer.data)
            if isawaitable(answer):
                async with asyncio.timeout(STATION_TIMEOUT_S):
                    answer = await answer
            response = checked("the answer", answer, DataTransferResponse)
        except InvalidArgumentError as error:
            log.error("the handler of %s/%s: %s", transfer.vendor_id, transfer.message_id, error)
            return DataTransferStatus.REJECTED, None
        except (Exception, asyncio.CancelledError) as error:
            if is_cancelled(error):
                raise
            log.exception("the handler of %s/%s failed", transfer.vendor_id, transfer.message_id)
            return DataTransferStatus.REJECTED, None
        return response.status, response.data


def data_of_request(message: VendorMessage[Q, R], request: Q, is_on: Callable[[str], bool]) -> str:
    """The ``data`` of the DataTransfer that sends ``request``.

    :param is_on: whether a boolean configuration key of a name is true.

    Raises InvalidArgumentError for a message that only the Central System sends or that is switched off, and for a
    request of another class; InvalidMessageError for a request that breaks a limit of its class.
    """
    if not isinstance(message, VendorMessage):
        raise InvalidArgumentError("message", message, "a VendorMessage")
    if message.sent_by is SentBy.CENTRAL_SYSTEM:
        raise InvalidArgumentError("message", message.message_id, "a message that the charge point sends")
    if message.switch is not None and not is_on(message.switch):
        allowed = f"a message that is switched on; {message.switch} is not true"
        raise InvalidArgumentError("message", message.message_id, allowed)
    if not isinstance(request, message.request):
        raise InvalidArgumentError("request", type(request).__name__, f"a {message.request.__name__}")
    return codec.encode_payload(request).decode()
