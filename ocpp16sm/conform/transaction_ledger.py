"""The transactions of a charge point, as its log shows them."""

from collections import OrderedDict
from typing import Final

from attrs import define

from ocpp16sm.conform.exchange import LoggedAnswer, LoggedCall
from ocpp16sm.messages import (
    StartTransactionRequest,
    StartTransactionResponse,
    StopTransactionRequest,
)

MOST_CLOSED: Final = 10_000
"""Maximum number of finished transactions kept."""


@define
class Transaction:
    """A transaction whose StartTransaction was answered."""

    id: int
    start: StartTransactionRequest
    line: int
    """Line of StartTransaction in the log."""
    stop: StopTransactionRequest | None = None
    """The StopTransaction, once it was sent."""

    @property
    def connector(self) -> int:
        """connectorId of the transaction."""
        return self.start.connector_id


class TransactionLedger:
    """The running and the finished transactions, by transactionId."""

    def __init__(self) -> None:
        self.open: dict[int, Transaction] = {}
        self.closed: OrderedDict[int, Transaction] = OrderedDict()
        self.count = 0
        """Number of transactions so far."""

    def running(self, connector: int) -> Transaction | None:
        """The newest transaction at a connector for which no StopTransaction was sent."""
        there = [one for one in self.open.values() if one.connector == connector and one.stop is None]
        return there[-1] if there else None

    def known(self, transaction_id: int) -> Transaction | None:
        """The transaction with this id, running or finished."""
        return self.open.get(transaction_id) or self.closed.get(transaction_id)

    def asked(self, call: LoggedCall) -> None:
        """Record a CALL."""
        if isinstance(call.message, StopTransactionRequest):
            transaction = self.open.get(call.message.transaction_id)
            if transaction is not None:
                transaction.stop = call.message

    def answered(self, call: LoggedCall, answer: LoggedAnswer) -> None:
        """Record the response to a CALL."""
        if isinstance(call.message, StartTransactionRequest) and isinstance(answer.message, StartTransactionResponse):
            given = answer.message.transaction_id
            known = self.known(given)
            if known is None or known.start != call.message:
                self.open[given] = Transaction(given, call.message, call.line)
                self.closed.pop(given, None)
                self.count += 1
        elif isinstance(call.message, StopTransactionRequest) and not answer.refused:
            transaction = self.open.pop(call.message.transaction_id, None)
            if transaction is not None:
                self.closed[transaction.id] = transaction
                if len(self.closed) > MOST_CLOSED:
                    self.closed.popitem(last=False)
