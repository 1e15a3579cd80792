"""California pricing over DataTransfer: prices and costs that the charge point shows (Open Charge Alliance, DMS).

A cost and a price are exact decimals in the currency that the operator charges in; no message names it.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final

from attrs import evolve, field, frozen

from ocpp16sm.messages.primitives import NUMERIC, FreeText, IdToken, Integer, Step, TransactionId
from ocpp16sm.messages.registry import SentBy
from ocpp16sm.messages.vendor import WIRE, NoData, Q, VendorMessage
from ocpp16sm.timestamp import Timestamp

VENDOR: Final = "org.openchargealliance.costmsg"
SWITCH: Final = "CustomDisplayCostAndPrice"

_MOST = Decimal(10) ** 12

Amount = Annotated[Decimal, Step(Decimal("1e-30"), -_MOST, _MOST)]
"""Money, energy in kWh or power in kW: exact, as many digits as the Central System sends."""
AnyTransactionId = Annotated[TransactionId, NUMERIC]
"""A transaction, as the Central System numbers it; some write the number as a text."""


class MessageFormat(StrEnum):
    """How a text is to be shown."""

    ASCII = "ASCII"
    """As it is; only ASCII characters."""
    HTML = "HTML"
    """As a page of HTML."""
    URI = "URI"
    """As the page that is at this URI."""
    UTF8 = "UTF8"
    """As it is."""


class RunningState(StrEnum):
    """Which prices hold for a session."""

    CHARGING = "Charging"
    """Those for charging."""
    IDLE = "Idle"
    """Those for a car that is connected and does not charge."""


@frozen
class PriceTextExtra:
    """One more text, in another language or another format."""

    format: MessageFormat
    """How it is to be shown."""
    language: FreeText
    """Tag of a language (RFC 5646)."""
    content: FreeText
    """The text, or where it is."""


@frozen
class ChargingPrice:
    """What charging costs; what is absent costs nothing."""

    k_wh_price: Amount | None = field(default=None, metadata={WIRE: "kWhPrice"})
    """Of a kWh."""
    hour_price: Amount | None = None
    """Of an hour."""
    flat_fee: Amount | None = None
    """Of the session."""


@frozen
class IdlePrice:
    """What it costs to be connected without charging."""

    grace_minutes: Integer | None = None
    """So many minutes are free, counted from the first message with state Idle."""
    hour_price: Amount | None = None
    """Of an hour."""


@frozen
class NextPeriod:
    """Prices that hold from a time on."""

    at_time: Timestamp
    """When."""
    charging_price: ChargingPrice | None = None
    """Prices of charging."""
    idle_price: IdlePrice | None = None
    """Prices of being idle; absent: it costs nothing."""


@frozen
class TriggerMeterValue:
    """When the Central System wants a MeterValues besides those that are due anyhow."""

    at_time: Timestamp | None = None
    """When it is due."""
    at_energy_k_wh: Amount | None = field(default=None, metadata={WIRE: "atEnergykWh"})
    """Reading of the energy register at which it is due, kWh."""
    at_power_k_w: Amount | None = field(default=None, metadata={WIRE: "atPowerkW"})
    """Power at whose crossing, up or down, it is due, kW."""
    at_cp_status: tuple[FreeText, ...] = field(default=(), metadata={WIRE: "atCPStatus"})
    """Statuses of the connector at whose beginning it is due; words that are none are skipped."""


@frozen
class DefaultPrice:
    """The price of whoever has none of their own, as the key DefaultPrice holds it."""

    price_text: FreeText
    """A text, in Language."""
    price_text_offline: FreeText | None = None
    """The text while there is no connection; absent: none is shown then."""
    charging_price: ChargingPrice | None = None
    """Prices of charging without a connection."""
    idle_price: IdlePrice | None = None
    """Prices of being idle without a connection."""


@frozen
class DefaultPriceText:
    """The same in another language, as a key DefaultPriceText,<language> holds it."""

    price_text: FreeText
    """A text in that language."""
    price_text_offline: FreeText | None = None
    """The text while there is no connection; absent: none is shown then."""


@frozen
class SetUserPriceRequest:
    """The price for one idTag, for it to be shown before and while it charges."""

    id_token: IdToken
    """Who."""
    price_text: FreeText | None = None
    """A text, in Language."""
    price_text_extra: tuple[PriceTextExtra, ...] = ()
    """The same in other languages and formats."""


@frozen
class RunningCostRequest:
    """What a session has cost so far, and at which prices it goes on."""

    transaction_id: AnyTransactionId
    """Of the session."""
    cost: Amount
    """So much."""
    state: RunningState = RunningState.CHARGING
    """Which prices it goes on at. Charging when absent."""
    timestamp: Timestamp | None = None
    """When the meter value was taken that the cost is worked out from."""
    meter_value: Amount | None = None
    """That meter value, Wh."""
    charging_price: ChargingPrice | None = None
    """Prices of charging."""
    idle_price: IdlePrice | None = None
    """Prices of being idle; absent: it costs nothing."""
    next_period: NextPeriod | None = None
    """What changes next."""
    trigger_meter_value: TriggerMeterValue | None = None
    """When the Central System wants to work it out again; it takes the place of all that was said before."""


@frozen
class FinalCostRequest:
    """What a session has cost."""

    transaction_id: AnyTransactionId
    """Of the session."""
    cost: Amount
    """So much."""
    price_text: FreeText | None = None
    """A text, in Language."""
    price_text_extra: tuple[PriceTextExtra, ...] = ()
    """The same in other languages and formats."""
    qr_code_text: FreeText | None = None
    """To be shown as a QR code: where the invoice is, say."""


@frozen
class ConnectorUnpluggedRequest:
    """The car of a transaction that has stopped is unplugged: being idle ends."""

    transaction_id: TransactionId
    """Of the session."""
    timestamp: Timestamp
    """When."""


def _to_charge_point(request: type[Q], message_id: str) -> VendorMessage[Q, NoData]:
    return VendorMessage(vendor_id=VENDOR, message_id=message_id, request=request, response=NoData, switch=SWITCH)


SET_USER_PRICE: Final = _to_charge_point(SetUserPriceRequest, "SetUserPrice")
RUNNING_COST: Final = _to_charge_point(RunningCostRequest, "RunningCost")
FINAL_COST: Final = _to_charge_point(FinalCostRequest, "FinalCost")
CONNECTOR_UNPLUGGED: Final = evolve(
    _to_charge_point(ConnectorUnpluggedRequest, "ConnectorUnplugged"), sent_by=SentBy.CHARGE_POINT
)
