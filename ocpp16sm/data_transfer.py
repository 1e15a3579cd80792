"""Who answers which vendor's DataTransfer requests (4.3)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from inspect import isawaitable

from ocpp16sm.core.desk import STATION_TIMEOUT_S
from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.messages import DataTransferResponse, DataTransferStatus
from ocpp16sm.records import Transfer

log = logging.getLogger("ocpp16sm.data_transfer")

VendorHandler = Callable[[str | None], DataTransferResponse | Awaitable[DataTransferResponse]]
"""Given the request's data, gives the response; may be ``async``.

One that raises, or takes more than two minutes, counts as Rejected.
"""


class Vendors:
    """The registry of vendor handlers. Vendor ids are compared without regard to case (CiString)."""

    def __init__(self) -> None:
        self._handlers: dict[str, dict[str | None, VendorHandler]] = {}

    def register(self, vendor_id: str, message_id: str | None, handler: VendorHandler) -> None:
        """Add a handler; a second one for the same message is refused."""
        messages = self._handlers.setdefault(vendor_id.lower(), {})
        key = message_id.lower() if message_id is not None else None
        if key in messages:
            what = f"{vendor_id}/{message_id or 'any message'}"
            raise InvalidArgumentError("vendor_id", what, "a vendor's message that has no handler yet")
        messages[key] = handler

    async def answer(self, transfer: Transfer) -> tuple[str, str | None]:
        """Status and data of the response."""
        messages = self._handlers.get(transfer.vendor_id.lower())
        if messages is None:
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
            response = answer
            if not isinstance(response, DataTransferResponse):
                raise TypeError(f"a DataTransferResponse was expected, not {response!r}")
        except Exception:
            log.exception("the handler of %s/%s failed", transfer.vendor_id, transfer.message_id)
            return DataTransferStatus.REJECTED, None
        return response.status, response.data
