"""Encoding of vendor messages."""

from ocpp16sm import codec
from ocpp16sm.messages import DataTransferRequest
from ocpp16sm.messages.vendor import Q, R, VendorMessage


def transfer(message: VendorMessage[Q, R], request: Q) -> DataTransferRequest:
    """Wrap a vendor message in a DataTransfer request."""
    return DataTransferRequest(message.vendor_id, message.message_id, codec.encode_payload(request).decode())
