"""Charging sessions as reported by the station: which one uses a connector, and the log of its messages (4.9)."""

from ocpp16sm.core.connectors.connectors import Connector
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import CloseSessionLog, OpenSessionLog
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.core.transactions.transactions import Transactions
from ocpp16sm.errors import SessionMismatchError
from ocpp16sm.generated.handlers import EvseSuspended, SessionStarted, SessionStopped, TransactionStarted
from ocpp16sm.station_facts import SessionStartedReason


class Sessions:
    """Opens and closes sessions."""

    __slots__ = ("_context", "_transactions", "ended")

    def __init__(self, context: Context, transactions: Transactions) -> None:
        self._context = context
        self._transactions = transactions
        self.ended = Signal[Connector]()
        """Emitted with the connector whose session has ended."""

    def open(self, connector: Connector, call: SessionStarted) -> None:
        """Open a session. Opening the same one again is allowed.

        Another session can replace it only if use has ended and the cable is still plugged in (F2). Otherwise raises
        :class:`SessionMismatchError`.
        """
        before = connector.session_id
        if before not in (None, call.session_id) and not connector.awaits_unplugging:
            raise SessionMismatchError(connector.id, before, call.session_id)
        connector.session_id = call.session_id
        connector.identified_now = call.reason is SessionStartedReason.AUTHORIZED
        if connector.session_logged not in (None, call.session_id):
            self._close_log(connector)
        if call.session_logging_path is not None:
            connector.session_logged = call.session_id
            self._context.do(OpenSessionLog(call.session_id, call.session_logging_path))

    def replace_finished(self, connector: Connector, call: TransactionStarted) -> None:
        """Replace a finished session whose cable is still plugged in by the session of a new transaction (F2)."""
        if connector.session_id not in (None, call.session_id) and connector.awaits_unplugging:
            connector.session_id = call.session_id
            if connector.session_logged != call.session_id:
                self._close_log(connector)

    def close(self, connector: Connector, call: SessionStopped) -> None:
        """Close the session, even if its transaction is still running. Raises :class:`SessionMismatchError`."""
        running = connector.session_id or self._session_of_transaction(connector)
        if running not in (None, call.session_id):
            raise SessionMismatchError(connector.id, running, call.session_id)
        connector.session_id = None
        self.ended(connector)
        self._close_log(connector)

    @staticmethod
    def note_suspension(connector: Connector, call: EvseSuspended) -> None:
        """Record why no energy is offered."""
        connector.suspension = call.info

    def _session_of_transaction(self, connector: Connector) -> str | None:
        transaction = self._transactions.of(connector)
        return None if transaction is None else transaction.record.session_id

    def _close_log(self, connector: Connector) -> None:
        if connector.session_logged is not None:
            self._context.do(CloseSessionLog(connector.session_logged))
            connector.session_logged = None
