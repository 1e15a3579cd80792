"""A simple tariff, and the messages of California Pricing that tell charge points about it."""

from decimal import Decimal

from attrs import AttrsInstance, define, field, frozen

from ocpp16sm import codec
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms.transfers import transfer
from ocpp16sm.errors import PayloadError
from ocpp16sm.messages import (
    AuthorizationStatus,
    AuthorizeRequest,
    AuthorizeResponse,
    ChargePointStatus,
    DataTransferRequest,
    Measurand,
    MeterValuesRequest,
    StartTransactionRequest,
    StartTransactionResponse,
    StatusNotificationRequest,
    StopTransactionRequest,
)
from ocpp16sm.messages.cost import (
    CONNECTOR_UNPLUGGED,
    FINAL_COST,
    RUNNING_COST,
    SET_USER_PRICE,
    ChargingPrice,
    ConnectorUnpluggedRequest,
    FinalCostRequest,
    IdlePrice,
    RunningCostRequest,
    RunningState,
    SetUserPriceRequest,
    TriggerMeterValue,
)

_IDLE = frozenset({ChargePointStatus.SUSPENDED_EV, ChargePointStatus.FINISHING})
_STOPPED_CHARGING_KW = Decimal("0.1")


@frozen(kw_only=True)
class Tariff:
    """Prices for energy and for being connected without charging."""

    currency: str = "EUR"
    """Currency shown with every amount."""
    kwh_price: Decimal = Decimal("0.30")
    """Price per kWh."""
    idle_hour_price: Decimal = Decimal("6.00")
    """Price per hour in which the car draws no energy, or is still connected after its transaction."""
    digits: int = 2
    """Number of decimal places of a cost."""
    idle_fee_after_stop: bool = True
    """Whether the charge points set CustomIdleFeeAfterStop; then the final cost is sent after unplugging."""

    @property
    def text(self) -> str:
        """The tariff in words."""
        return f"{self.kwh_price} {self.currency}/kWh, idle {self.idle_hour_price} {self.currency}/h"


@define
class _Bill:
    """The energy and idle time of one transaction."""

    connector: int
    meter_start_wh: int
    wh: Decimal
    idle_hours: Decimal = Decimal(0)
    idle_since: Timestamp | None = None

    def count(self, at: Timestamp, *, idle: bool) -> None:
        """Add the idle time until ``at``, and set whether the car is idle from then on."""
        if self.idle_since is not None and at > self.idle_since:
            self.idle_hours += Decimal(repr((at - self.idle_since).total_seconds())) / 3600
        self.idle_since = at if idle else None


@define
class CostCalculator:
    """Calculates the cost of transactions and creates the messages for charge points."""

    tariff: Tariff
    _bills: dict[tuple[str, int], _Bill] = field(factory=dict)
    """By charge point and transactionId."""

    def afterwards(
        self, charge_point_id: str, request: AttrsInstance, response: AttrsInstance, now: Timestamp
    ) -> list[DataTransferRequest]:
        """Requests to send to the charge point after ``request`` has been answered."""
        match request, response:
            case AuthorizeRequest(id_tag), AuthorizeResponse(info) if info.status is AuthorizationStatus.ACCEPTED:
                return [transfer(SET_USER_PRICE, SetUserPriceRequest(id_tag, self.tariff.text))]
            case StartTransactionRequest(), StartTransactionResponse():
                key = charge_point_id, response.transaction_id
                self._bills[key] = _Bill(request.connector_id, request.meter_start, Decimal(request.meter_start))
                return [self._running(key, now)]
            case MeterValuesRequest(), _ if request.transaction_id is not None:
                return self._metered((charge_point_id, request.transaction_id), request, now)
            case StatusNotificationRequest(), _:
                return self._status(charge_point_id, request, now)
            case StopTransactionRequest(), _:
                return self._stopped((charge_point_id, request.transaction_id), request, now)
            case DataTransferRequest(), _:
                return self._unplugged(charge_point_id, request)
        return []

    def _metered(self, key: tuple[str, int], request: MeterValuesRequest, now: Timestamp) -> list[DataTransferRequest]:
        bill = self._bills.get(key)
        energy = [
            value.value
            for entry in request.meter_value
            for value in entry.sampled_value
            if value.measurand is Measurand.ENERGY_ACTIVE_IMPORT_REGISTER and value.phase is None
        ]
        if bill is None or not energy:
            return []
        bill.wh = Decimal(energy[-1])
        return [self._running(key, now)]

    def _status(
        self, charge_point_id: str, request: StatusNotificationRequest, now: Timestamp
    ) -> list[DataTransferRequest]:
        idle = request.status in _IDLE
        concerned = [
            (key, bill)
            for key, bill in self._bills.items()
            if key[0] == charge_point_id and bill.connector == request.connector_id
        ]
        changed = [key for key, bill in concerned if idle != (bill.idle_since is not None)]
        for _, bill in concerned:
            bill.count(now, idle=idle)
        return [self._running(key, now) for key in changed]

    def _stopped(
        self, key: tuple[str, int], request: StopTransactionRequest, now: Timestamp
    ) -> list[DataTransferRequest]:
        bill = self._bills.get(key)
        if bill is None:
            return []
        bill.wh = Decimal(request.meter_stop)
        bill.count(now, idle=True)
        return [] if self.tariff.idle_fee_after_stop else [self._final(key, now)]

    def _unplugged(self, charge_point_id: str, request: DataTransferRequest) -> list[DataTransferRequest]:
        if (request.vendor_id, request.message_id) != (CONNECTOR_UNPLUGGED.vendor_id, CONNECTOR_UNPLUGGED.message_id):
            return []
        try:
            said = codec.decode_payload(ConnectorUnpluggedRequest, request.data or "{}")
        except PayloadError:
            return []
        key = charge_point_id, said.transaction_id
        return [self._final(key, said.timestamp)] if key in self._bills else []

    def _cost(self, bill: _Bill) -> Decimal:
        energy = (bill.wh - bill.meter_start_wh) / 1000 * self.tariff.kwh_price
        return (energy + bill.idle_hours * self.tariff.idle_hour_price).quantize(Decimal(1).scaleb(-self.tariff.digits))

    def _running(self, key: tuple[str, int], now: Timestamp) -> DataTransferRequest:
        bill = self._bills[key]
        idle = bill.idle_since is not None
        bill.count(now, idle=idle)
        running = RunningCostRequest(
            key[1],
            self._cost(bill),
            RunningState.IDLE if idle else RunningState.CHARGING,
            timestamp=now,
            meter_value=bill.wh,
            charging_price=ChargingPrice(k_wh_price=self.tariff.kwh_price),
            idle_price=IdlePrice(0, self.tariff.idle_hour_price),
            trigger_meter_value=TriggerMeterValue(at_power_k_w=_STOPPED_CHARGING_KW),
        )
        return transfer(RUNNING_COST, running)

    def _final(self, key: tuple[str, int], at: Timestamp) -> DataTransferRequest:
        bill = self._bills.pop(key)
        bill.count(at, idle=False)
        cost, currency = self._cost(bill), self.tariff.currency
        kwh = ((bill.wh - bill.meter_start_wh) / 1000).quantize(Decimal("0.001"))
        minutes = (bill.idle_hours * 60).quantize(Decimal("0.1"))
        text = f"{kwh} kWh, {minutes} min idle: {cost} {currency}"
        return transfer(FINAL_COST, FinalCostRequest(key[1], cost, text))
