"""Vendor messages within DataTransfer (4.3), typed and checked like those of OCPP."""

from typing import Final, Generic, TypeVar

from attrs import AttrsInstance, frozen

from ocpp16sm.messages.registry import SentBy
from ocpp16sm.messages.types import DataTransferStatus

Q = TypeVar("Q", bound=AttrsInstance)
R = TypeVar("R", bound=AttrsInstance)

WIRE: Final = "wire"
"""Metadata key for a field's name in JSON, if it is not the camelCase form of the field's name."""


@frozen
class NoData:
    """The payload of a message without data."""


@frozen(kw_only=True)
class VendorMessage(Generic[Q, R]):
    """A message within DataTransfer whose ``data`` is a JSON object, described by an attrs class.

    Field types and limits are declared as in OCPP's messages (:mod:`ocpp16sm.messages.primitives`).
    """

    vendor_id: str
    """vendorId, at most 255 characters, case insensitive."""
    message_id: str
    """messageId, at most 50 characters, case insensitive."""
    request: type[Q]
    """Class of the request's ``data``, an attrs class."""
    response: type[R]
    """Class of the response's ``data``, an attrs class; :class:`NoData` if it has none."""
    sent_by: SentBy = SentBy.CENTRAL_SYSTEM
    """The side that may send the request."""
    switch: str | None = None
    """Name of a boolean configuration key; while it is false or missing, the message is unknown. None: always known."""


@frozen
class VendorReply(Generic[R]):
    """The response to a vendor's message."""

    status: DataTransferStatus = DataTransferStatus.ACCEPTED
    """Whether the message was accepted."""
    response: R | None = None
    """The decoded ``data``, if there is any."""
    reason: str | None = None
    """Reason for a rejection, for people; sent as ``data`` if there is no response."""
