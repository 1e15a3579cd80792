"""The prices and costs that a charge point shows to users (California pricing)."""

from decimal import Decimal
from enum import StrEnum

from attrs import field, frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.cost import ChargingPrice, IdlePrice, MessageFormat, NextPeriod, TriggerMeterValue


@frozen
class PriceText:
    """A text to display."""

    text: str
    language: str | None = None
    """Its language tag (RFC 5646); None: unknown."""
    format: MessageFormat | None = None
    """Its format; None: plain text."""


@frozen(kw_only=True)
class UserPrice:
    """The price that a user will pay or is paying."""

    id_tag: str
    """The idTag of the user."""
    texts: tuple[PriceText, ...]
    """The same text in several languages and formats, in the Central System's order of preference."""
    session_id: str | None = None
    """The session of the user; None: it has not begun."""
    transaction_id: int | None = None
    """The transactionId, if it is known."""
    by_default: bool = False
    """Whether it is the default price: the Central System sent no other in time, or cannot be asked."""


class CostState(StrEnum):
    """Whether a cost is final, and which prices apply until then."""

    CHARGING = "Charging"
    """Not final; the prices for charging apply."""
    IDLE = "Idle"
    """Not final; the prices for being idle apply."""
    FINISHED = "Finished"
    """Final."""


@frozen(kw_only=True)
class SessionCost:
    """The cost of a session."""

    session_id: str
    """The id of the session."""
    connector: int
    """The connector, 1..N."""
    transaction_id: int
    """The transactionId."""
    state: CostState
    """Whether the cost is final, and which prices apply."""
    cost: Decimal
    """The exact cost, not rounded."""
    shown: str
    """The cost as displayed, with NumberOfDecimalsForCostValues decimal places."""
    at: Timestamp | None = None
    """Time of the meter value from which the cost was calculated."""
    meter_value_wh: Decimal | None = None
    """That meter value, Wh."""
    charging_price: ChargingPrice | None = None
    """Prices for charging."""
    idle_price: IdlePrice | None = None
    """Prices for being idle; None: it is free."""
    next_period: NextPeriod | None = None
    """The next change of prices."""
    texts: tuple[PriceText, ...] = ()
    """Explanations of the Central System, for a final cost."""
    qr_code_text: str | None = None
    """To be displayed as a QR code."""


@frozen(kw_only=True)
class SessionPrice:
    """The stored record of the price of a session."""

    key: str
    """Key of its transaction."""
    session_id: str
    """The id of the session."""
    connector_id: int
    """The connector, 1..N."""
    id_tag: str
    """The idTag of the user."""
    configuration: tuple[str, ...] = ("Untold", "Running")
    """Configuration of its chart."""
    transaction_id: int | None = None
    """The transactionId, once it is known."""
    last_used_at: Timestamp | None = None
    """When the transaction stopped, or the connector was unplugged later."""
    cost: SessionCost | None = None
    """The cost displayed last."""
    triggers: TriggerMeterValue = field(factory=TriggerMeterValue)
    """When to send further meter values."""
    unheard: bool = False
    """Whether ConnectorUnplugged has not been answered yet."""
