"""California pricing: the messages about prices and costs, and the sessions they belong to."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

from attrs import evolve

from ocpp16sm import codec
from ocpp16sm.codec import Call
from ocpp16sm.config import cost_keys, own_keys
from ocpp16sm.config.measurands import Choice
from ocpp16sm.core.connectors.connectors import Connector, ConnectorBase, Connectors
from ocpp16sm.core.data_transfer.data_transfer import DataTransfer
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import DropSessionPrice, PutSessionPrice
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.pricing import price_triggers
from ocpp16sm.core.pricing.price_texts import PriceTexts
from ocpp16sm.core.pricing.priced_session import PricedSession
from ocpp16sm.core.transactions import meter_readings
from ocpp16sm.generated import hooks
from ocpp16sm.listener import CostTold
from ocpp16sm.messages import DataTransferRequest, DataTransferStatus, MeterValuesRequest, ReadingContext
from ocpp16sm.messages.cost import (
    CONNECTOR_UNPLUGGED,
    FINAL_COST,
    RUNNING_COST,
    SET_USER_PRICE,
    ConnectorUnpluggedRequest,
    FinalCostRequest,
    RunningCostRequest,
    RunningState,
    SetUserPriceRequest,
    TriggerMeterValue,
)
from ocpp16sm.messages.vendor import NoData, VendorReply
from ocpp16sm.prices import CostState, SessionCost, SessionPrice, UserPrice
from ocpp16sm.records import UNKNOWN_TRANSACTION, QueuedRequest, Reading, StoredState, TransactionRecord, Transfer

ACCEPTED = VendorReply[NoData]()

SESSIONS_KEPT = 16
"""Number of ended sessions for which a final cost is still accepted."""

_TIME_CAME = "price trigger"
_LOOK_AGAIN_S = 60.0
"""Longest wait, s, because the wall clock may be set in the meantime."""


class Pricing(Component):
    """The prices of sessions, from the start of the transaction until the final cost no longer matters."""

    __slots__ = ("_all_connectors", "_by_key", "_context", "texts")
    STATE = IN_PLACE = ("_by_key",)

    def __init__(
        self,
        journal: Journal,
        context: Context,
        all_connectors: Connectors,
        texts: PriceTexts,
        data_transfer: DataTransfer,
    ) -> None:
        super().__init__(journal)
        self._context = context
        self._all_connectors = all_connectors
        self.texts = texts
        self._by_key: dict[str, PricedSession] = {}
        """Key of a transaction -> its price, oldest first."""
        context.deadlines[_TIME_CAME] = lambda key: self._wait_for_time(self._by_key[str(key.owner)])
        data_transfer.add(SET_USER_PRICE, self._price_set)
        data_transfer.add(RUNNING_COST, self._running_cost)
        data_transfer.add(FINAL_COST, self._final_cost)

    # -- what the Central System says -------------------------------------------------------------------------------

    def _price_set(self, request: SetUserPriceRequest, _call: Call) -> VendorReply[NoData]:
        """SetUserPrice: for the session of this idTag, or the one it is about to begin."""
        tag = request.id_token.lower()
        present = (each.record for each in reversed(self._by_key.values()) if not each.over)
        session = next((each for each in present if each.id_tag.lower() == tag), None)
        price = UserPrice(
            id_tag=request.id_token,
            texts=self.texts.said(request.price_text, request.price_text_extra),
            session_id=None if session is None else session.session_id,
            transaction_id=None if session is None else session.transaction_id,
        )
        self.texts.tell(price)
        return ACCEPTED

    def _running_cost(self, request: RunningCostRequest, _call: Call) -> VendorReply[NoData]:
        """RunningCost: for a session that is not over."""
        session = self._session(request.transaction_id)
        if session is None:
            return _rejected(f"$.transactionId: no session here is called {request.transaction_id}")
        if session.over:
            return _rejected(f"$.transactionId: session {request.transaction_id} is over")
        idle = request.state is RunningState.IDLE
        cost = self._cost(session, CostState.IDLE if idle else CostState.CHARGING, request.cost)
        self._tell(
            session,
            evolve(
                cost,
                at=request.timestamp,
                meter_value_wh=request.meter_value,
                charging_price=request.charging_price,
                idle_price=request.idle_price,
                next_period=request.next_period,
            ),
            request.trigger_meter_value,
        )
        return ACCEPTED

    def _final_cost(self, request: FinalCostRequest, _call: Call) -> VendorReply[NoData]:
        """FinalCost: for a session that may have ended some time ago."""
        session = self._session(request.transaction_id)
        if session is None:
            return _rejected(f"$.transactionId: no session here is called {request.transaction_id}")
        cost = self._cost(session, CostState.FINISHED, request.cost)
        texts = self.texts.said(request.price_text, request.price_text_extra)
        self._tell(session, evolve(cost, texts=texts, qr_code_text=request.qr_code_text), None)
        return ACCEPTED

    def _session(self, transaction_id: int) -> PricedSession | None:
        """The newest session with this transactionId."""
        known = (each for each in reversed(self._by_key.values()) if each.record.transaction_id == transaction_id)
        return next(known, None)

    def _cost(self, session: PricedSession, state: CostState, cost: Decimal) -> SessionCost:
        record = session.record
        assert record.transaction_id is not None
        digits = self._context.configuration[cost_keys.NUMBER_OF_DECIMALS_FOR_COST_VALUES]
        return SessionCost(
            session_id=record.session_id,
            connector=record.connector_id,
            transaction_id=record.transaction_id,
            state=state,
            cost=cost,
            shown=shown(cost, digits),
        )

    def _tell(self, session: PricedSession, cost: SessionCost, triggers: TriggerMeterValue | None) -> None:
        session.note(cost=cost)
        session.fire(_TOLD[cost.state])
        if not session.over:
            now = self._context.now.utc
            session.note(triggers=price_triggers.replaced(session.record.triggers, triggers, now))
            self._wait_for_time(session)
        self._context.tell(CostTold(cost))

    # -- what happens to the session --------------------------------------------------------------------------------

    def transaction_began(self, record: TransactionRecord) -> None:
        """Keep a price for this transaction; the session before it at this connector is over."""
        if not self._context.configuration[own_keys.CUSTOM_DISPLAY_COST_AND_PRICE]:
            return
        self._leave(record.connector_id)
        self._adopt(
            SessionPrice(
                key=record.key, session_id=record.session_id, connector_id=record.connector_id, id_tag=record.id_tag
            )
        )
        done = [each for each in self._by_key.values() if each.over and not each.record.unheard]
        for each in done[:-SESSIONS_KEPT]:
            each.fire("superseded")

    def transaction_named(self, record: TransactionRecord) -> None:
        """The transactionId is known now."""
        if record.key in self._by_key:
            self._by_key[record.key].note(transaction_id=record.transaction_id)

    def transaction_ended(self, record: TransactionRecord) -> None:
        """The transaction has stopped; the car may still be connected."""
        session = self._by_key.get(record.key)
        if session is not None:
            session.note(last_used_at=self._context.now.utc)
            session.fire("transaction_stopped")
            if self._all_connectors.at(record.connector_id).session_id != record.session_id:  # it was a use of its own
                self._leave(record.connector_id)

    def session_ended(self, connector_id: int) -> None:
        """The connector was unplugged."""
        self._leave(connector_id)

    def _leave(self, connector_id: int) -> None:
        for session in self._at(connector_id):
            session.note(last_used_at=self._context.now.utc)
            session.fire("unplugged")

    def _at(self, connector_id: int) -> list[PricedSession]:
        if not self._by_key:
            return []
        return [each for each in self._by_key.values() if each.record.connector_id == connector_id and not each.over]

    # -- readings ---------------------------------------------------------------------------------------------------

    def metered(self, connector: Connector) -> None:
        """Send the reading if it satisfies a trigger."""
        assert connector.measurement is not None
        for session in self._at(connector.id):
            due = price_triggers.metered(session.record.triggers, session.last_kw, connector.measurement)
            if due is not None:
                session.note(triggers=due.triggers)
                session.last_kw = due.last_kw
                self._send_reading(session, due.choices)

    def status_lasts(self, connector: ConnectorBase) -> None:
        """A connector has reported another status: send a reading if a trigger waits for it."""
        for session in self._at(connector.id):
            if price_triggers.wants(session.record.triggers, connector.status):
                self._send_reading(session, price_triggers.ENERGY)

    def _wait_for_time(self, session: PricedSession) -> None:
        moment = session.record.triggers.at_time
        if moment is None:
            self._context.disarm(_TIME_CAME, session.key)
            return
        left = (moment - self._context.now.utc).total_seconds()
        if left > 0:
            self._context.arm(_TIME_CAME, min(left, _LOOK_AGAIN_S), session.key)
        else:
            session.note(triggers=evolve(session.record.triggers, at_time=None))
            self._send_reading(session, price_triggers.ENERGY)

    def _send_reading(self, session: PricedSession, choices: tuple[Choice, ...]) -> None:
        """Queue the latest reading as a message of the transaction."""
        connector = self._all_connectors.at(session.record.connector_id)
        if connector.measurement is None:
            return
        at = connector.measurement.timestamp
        value = meter_readings.read(meter_readings.Meter(connector.measurement), choices, ReadingContext.OTHER, at)
        if value is not None:
            reading = Reading(connector.id, (value,), session.record.transaction_id)
            self._context.send(hooks.take_sample(reading), transaction=session.key)

    # -- what the chart asks for ------------------------------------------------------------------------------------

    def idle_fee_applies(self) -> bool:
        """Whether CustomIdleFeeAfterStop is on."""
        return self._context.configuration[cost_keys.CUSTOM_IDLE_FEE_AFTER_STOP]

    def drop_triggers(self, session: PricedSession) -> None:
        """Send no more readings."""
        self._context.disarm(_TIME_CAME, session.key)

    def announce_unplugged(self, session: PricedSession) -> None:
        """Queue ConnectorUnplugged; it is kept until it is delivered, like messages of a transaction."""
        message = CONNECTOR_UNPLUGGED
        transfer = Transfer(message.vendor_id, message.message_id, self._unplugged(session))
        self._context.send(hooks.announce_unplugged(transfer), transaction=session.key)

    def _unplugged(self, session: PricedSession) -> str:
        known, at = session.record.transaction_id, session.record.last_used_at
        request = ConnectorUnpluggedRequest(
            UNKNOWN_TRANSACTION if known is None else known, at or self._context.now.utc
        )
        return codec.encode_payload(request).decode()

    def fill_in(self, request: QueuedRequest) -> DataTransferRequest | MeterValuesRequest:
        """The request with the transactionId that is known now, when it is sent."""
        session = self._by_key.get(request.transaction or "")
        asked: DataTransferRequest | MeterValuesRequest = request.request
        if session is None or session.record.transaction_id is None:
            return asked
        if isinstance(asked, MeterValuesRequest):
            if asked.transaction_id == session.record.transaction_id:
                return asked
            return evolve(asked, transaction_id=session.record.transaction_id)
        return evolve(asked, data=self._unplugged(session))

    def delivered(self, request: QueuedRequest) -> None:
        """ConnectorUnplugged was delivered or given up."""
        session = self._by_key.get(request.transaction or "")
        if session is not None:
            session.note(unheard=False)

    def forget(self, session: PricedSession) -> None:
        """Delete a price that nobody needs any more."""
        self.touch()
        del self._by_key[session.key]
        self._context.persist(DropSessionPrice(session.key))

    def keep(self, record: SessionPrice) -> None:
        """Store a record."""
        self._context.persist(PutSessionPrice(record))

    # -- restart ----------------------------------------------------------------------------------------------------

    def restore(self, stored: StoredState) -> None:
        """Restore the stored prices. Sessions that do not continue have ended during the downtime."""
        last = {record.key: record.last_meter_at or record.started_at for record in stored.transactions}
        for record in stored.session_prices:
            if not self._context.configuration[own_keys.CUSTOM_DISPLAY_COST_AND_PRICE]:
                self._context.persist(DropSessionPrice(record.key))
                continue
            session = self._adopt(record)
            if session.over:
                continue
            connector = self._all_connectors.at(record.connector_id)
            if connector.transaction == record.key:
                self._wait_for_time(session)
            else:
                session.note(last_used_at=record.last_used_at or last.get(record.key) or self._context.now.utc)
                session.fire("transaction_stopped")
                session.fire("unplugged")
        self.texts.tell_default()

    def _adopt(self, record: SessionPrice) -> PricedSession:
        self.touch()
        session = PricedSession(self._journal, self, record)
        session.touch()
        self._by_key[record.key] = session
        return session


_TOLD = {CostState.CHARGING: "charging_told", CostState.IDLE: "idle_told", CostState.FINISHED: "final_told"}


def shown(cost: Decimal, digits: int) -> str:
    """A cost with this number of decimal places; halves are rounded up."""
    with localcontext(prec=60):
        return f"{cost.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"


def _rejected(reason: str) -> VendorReply[NoData]:
    return VendorReply(DataTransferStatus.REJECTED, None, reason)
