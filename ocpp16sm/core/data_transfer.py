"""DataTransfer, both ways (4.3, 5.6)."""

from typing import Any

from ocpp16sm.codec import Call
from ocpp16sm.core.desk import Desk, Waiting
from ocpp16sm.core.effects import Answer, AskVendor
from ocpp16sm.core.inbound import LATER, Inbound
from ocpp16sm.core.inputs import TransferAsked, VendorAnswered
from ocpp16sm.generated import hooks
from ocpp16sm.messages import DataTransferRequest, DataTransferResponse, DataTransferStatus
from ocpp16sm.records import QueuedRequest, Transfer


class DataTransfer:
    """Carries what OCPP has no word for. Who handles which vendor's data is known to the shell."""

    def __init__(self, desk: Desk, inbound: Inbound) -> None:
        self._desk = desk
        self._inbound = inbound
        desk.answer_later["vendor"] = self._vendor_answered

    def received(self, request: DataTransferRequest, call: Call) -> Any:
        """DataTransfer.req of the Central System."""
        ref = self._desk.wait_for("vendor", call)
        self._desk.do(AskVendor(Transfer(request.vendor_id, request.message_id, request.data), ref))
        return LATER

    def _vendor_answered(self, waiting: Waiting, answer: VendorAnswered, _failure: str | None) -> None:
        status = DataTransferStatus(answer.status)
        self._inbound.answer(waiting.call, DataTransferResponse(status=status, data=answer.data))

    def ask(self, asked: TransferAsked) -> None:
        """The application sends data; without a connection it is told so at once."""
        transfer = Transfer(asked.vendor_id, asked.message_id, asked.data)
        if not self._desk.send(hooks.transfer_data(transfer), ref=asked.ref):
            self._desk.do(Answer(asked.ref, None))

    def answered(self, request: QueuedRequest, response: DataTransferResponse) -> None:
        """The Central System has answered."""
        if request.ref is not None:
            self._desk.do(Answer(request.ref, response))

    def failed(self, request: QueuedRequest, answered: bool) -> None:
        """It refused, or said what nobody understands; or it did not answer, or could not be asked."""
        if request.ref is not None:
            refusal = DataTransferResponse(status=DataTransferStatus.REJECTED) if answered else None
            self._desk.do(Answer(request.ref, refusal))
