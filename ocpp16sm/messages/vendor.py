"""Messages that a vendor, or a group of them, has put into DataTransfer (4.3): the same discipline as OCPP's own."""

from typing import Final, Generic, TypeVar

from attrs import AttrsInstance, frozen

from ocpp16sm.messages.registry import SentBy
from ocpp16sm.messages.types import DataTransferStatus

Q = TypeVar("Q", bound=AttrsInstance)
R = TypeVar("R", bound=AttrsInstance)

WIRE: Final = "wire"
"""Metadata of a field: its name in JSON, where that is not the field's name in camel case."""


@frozen
class NoData:
    """What a message carries that carries nothing."""


@frozen(kw_only=True)
class VendorMessage(Generic[Q, R]):
    """One message within DataTransfer: ``data`` is a JSON object of this class.

    Texts, numbers and nested classes are limited as in OCPP's messages (:mod:`ocpp16sm.messages.primitives`).
    """

    vendor_id: str
    """Whose message it is; at most 255 characters, case does not count."""
    message_id: str
    """Which; at most 50 characters, case does not count."""
    request: type[Q]
    """An attrs class: what ``data`` of the request holds."""
    response: type[R]
    """An attrs class: what ``data`` of the response holds; :class:`NoData`: nothing."""
    sent_by: SentBy = SentBy.CENTRAL_SYSTEM
    """Who may send it."""
    switch: str | None = None
    """Name of a boolean configuration key; while it is false, or is not there, this message is unknown."""


@frozen
class VendorReply(Generic[R]):
    """How a vendor's message was answered."""

    status: DataTransferStatus = DataTransferStatus.ACCEPTED
    """Whether it was taken."""
    response: R | None = None
    """What ``data`` held."""
    reason: str | None = None
    """Why not, in words; sent as ``data`` where there is no response."""
