"""California pricing over DataTransfer: prices and costs for the charge point to display (Open Charge Alliance, DMS).

Costs and prices are exact decimals in the operator's currency; no message names the currency.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final

from attrs import evolve, field, frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.primitives import NUMERIC, FreeText, IdToken, Integer, Step, TransactionId
from ocpp16sm.messages.registry import SentBy
from ocpp16sm.messages.vendor import WIRE, NoData, Q, VendorMessage

VENDOR: Final = "org.openchargealliance.costmsg"
SWITCH: Final = "CustomDisplayCostAndPrice"

_MOST = Decimal(10) ** 12

Amount = Annotated[Decimal, Step(Decimal("1e-30"), -_MOST, _MOST)]
"""Money, energy in kWh or power in kW: exact, with as many digits as the Central System sends."""
AnyTransactionId = Annotated[TransactionId, NUMERIC]
"""The Central System's id of a transaction; some Central Systems send the number as a string."""


class MessageFormat(StrEnum):
    """Format of a text."""

    ASCII = "ASCII"
    """Plain text, ASCII only."""
    HTML = "HTML"
    """HTML."""
    URI = "URI"
    """URI of a page to display."""
    UTF8 = "UTF8"
    """Plain text."""


class RunningState(StrEnum):
    """Which prices apply to a session."""

    CHARGING = "Charging"
    """The prices for charging."""
    IDLE = "Idle"
    """The prices for staying connected without charging."""


@frozen
class PriceTextExtra:
    """A text in another language or format."""

    format: MessageFormat
    """Format of the text."""
    language: FreeText
    """Language tag (RFC 5646)."""
    content: FreeText
    """The text or its URI."""


@frozen
class ChargingPrice:
    """Prices of charging; an absent component is free."""

    k_wh_price: Amount | None = field(default=None, metadata={WIRE: "kWhPrice"})
    """Price per kWh."""
    hour_price: Amount | None = None
    """Price per hour."""
    flat_fee: Amount | None = None
    """Price per session."""


@frozen
class IdlePrice:
    """Prices of staying connected without charging."""

    grace_minutes: Integer | None = None
    """Free minutes, counted from the first message with state Idle."""
    hour_price: Amount | None = None
    """Price per hour."""


@frozen
class NextPeriod:
    """Prices that apply from a given time."""

    at_time: Timestamp
    """Start of the period."""
    charging_price: ChargingPrice | None = None
    """Prices of charging."""
    idle_price: IdlePrice | None = None
    """Prices of staying connected; if absent, it is free."""


@frozen
class TriggerMeterValue:
    """Conditions under which a MeterValues is sent in addition to the regular ones."""

    at_time: Timestamp | None = None
    """Time at which it is due."""
    at_energy_k_wh: Amount | None = field(default=None, metadata={WIRE: "atEnergykWh"})
    """Reading of the energy register at which it is due, kWh."""
    at_power_k_w: Amount | None = field(default=None, metadata={WIRE: "atPowerkW"})
    """Power in kW; the message is due when the power crosses it, up or down."""
    at_cp_status: tuple[FreeText, ...] = field(default=(), metadata={WIRE: "atCPStatus"})
    """Connector statuses that trigger it when they are entered; unknown statuses are ignored."""


@frozen
class DefaultPrice:
    """The price for users without a price of their own, as stored in the key DefaultPrice."""

    price_text: FreeText
    """Text in the language of the key Language."""
    price_text_offline: FreeText | None = None
    """Text while offline; if absent, none is displayed."""
    charging_price: ChargingPrice | None = None
    """Prices of charging while offline."""
    idle_price: IdlePrice | None = None
    """Prices of staying connected while offline."""


@frozen
class DefaultPriceText:
    """The default price in another language, as stored in a key DefaultPriceText,<language>."""

    price_text: FreeText
    """Text in that language."""
    price_text_offline: FreeText | None = None
    """Text while offline; if absent, none is displayed."""


@frozen
class SetUserPriceRequest:
    """Send the price for one idTag, to be displayed before and during charging. Sent by the Central System."""

    id_token: IdToken
    """The idTag."""
    price_text: FreeText | None = None
    """Text in the language of the key Language."""
    price_text_extra: tuple[PriceTextExtra, ...] = ()
    """The text in other languages and formats."""


@frozen
class RunningCostRequest:
    """Send the cost of a session so far, and the prices that apply from now on. Sent by the Central System."""

    transaction_id: AnyTransactionId
    """The transaction of the session."""
    cost: Amount
    """Cost so far."""
    state: RunningState = RunningState.CHARGING
    """The prices that apply; Charging if absent."""
    timestamp: Timestamp | None = None
    """Time of the meter value on which the cost is based."""
    meter_value: Amount | None = None
    """That meter value in Wh."""
    charging_price: ChargingPrice | None = None
    """Prices of charging."""
    idle_price: IdlePrice | None = None
    """Prices of staying connected; if absent, it is free."""
    next_period: NextPeriod | None = None
    """The next change of prices."""
    trigger_meter_value: TriggerMeterValue | None = None
    """When to send additional MeterValues; replaces all earlier triggers."""


@frozen
class FinalCostRequest:
    """Send the final cost of a session. Sent by the Central System."""

    transaction_id: AnyTransactionId
    """The transaction of the session."""
    cost: Amount
    """Final cost."""
    price_text: FreeText | None = None
    """Text in the language of the key Language."""
    price_text_extra: tuple[PriceTextExtra, ...] = ()
    """The text in other languages and formats."""
    qr_code_text: FreeText | None = None
    """Content of a QR code to display, e.g. the URL of the invoice."""


@frozen
class ConnectorUnpluggedRequest:
    """Report that the EV of a stopped transaction was unplugged, which ends the idle time. Sent by the charge point."""

    transaction_id: TransactionId
    """The transaction of the session."""
    timestamp: Timestamp
    """Time of unplugging."""


def _to_charge_point(request: type[Q], message_id: str) -> VendorMessage[Q, NoData]:
    return VendorMessage(vendor_id=VENDOR, message_id=message_id, request=request, response=NoData, switch=SWITCH)


SET_USER_PRICE: Final = _to_charge_point(SetUserPriceRequest, "SetUserPrice")
RUNNING_COST: Final = _to_charge_point(RunningCostRequest, "RunningCost")
FINAL_COST: Final = _to_charge_point(FinalCostRequest, "FinalCost")
CONNECTOR_UNPLUGGED: Final = evolve(
    _to_charge_point(ConnectorUnpluggedRequest, "ConnectorUnplugged"), sent_by=SentBy.CHARGE_POINT
)
