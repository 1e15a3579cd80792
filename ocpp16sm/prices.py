"""The prices and costs that a charge point shows to users (California pricing)."""

from decimal import Decimal
from enum import StrEnum

from attrs import field, frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.cost import ChargingPrice, IdlePrice, MessageFormat, NextPeriod, TriggerMeterValue


@frozen
class PriceText:
    """A text to be shown."""

    text: str
    language: str | None = None
    """Tag of its language (RFC 5646); None: nobody says."""
    format: MessageFormat | None = None
    """How it is to be shown; None: as it is."""


@frozen(kw_only=True)
class UserPrice:
    """The price that a user will pay or is paying."""

    id_tag: str
    """The idTag of the user."""
    texts: tuple[PriceText, ...]
    """The same in several languages and formats, the Central System's first choice first."""
    session_id: str | None = None
    """The session in which they charge; None: they have not begun."""
    transaction_id: int | None = None
    """Its transaction, as the Central System calls it, if it does."""
    by_default: bool = False
    """It is the default price: the Central System has not said another one in time, or cannot be asked."""


class CostState(StrEnum):
    """Whether a cost is final, and which prices apply until then."""

    CHARGING = "Charging"
    """So far; it goes on at the prices of charging."""
    IDLE = "Idle"
    """So far; it goes on at the prices of being idle."""
    FINISHED = "Finished"
    """In the end."""


@frozen(kw_only=True)
class SessionCost:
    """The cost of a session."""

    session_id: str
    """Which session."""
    connector: int
    """Where, 1..N."""
    transaction_id: int
    """Its transaction, as the Central System calls it."""
    state: CostState
    """Whether it goes on, and at which prices."""
    cost: Decimal
    """The exact cost, not rounded."""
    shown: str
    """So much, as it is to be shown: with NumberOfDecimalsForCostValues digits behind the point."""
    at: Timestamp | None = None
    """When the meter value was taken that the cost is worked out from."""
    meter_value_wh: Decimal | None = None
    """That meter value, Wh."""
    charging_price: ChargingPrice | None = None
    """Prices of charging."""
    idle_price: IdlePrice | None = None
    """Prices of being idle; None: it costs nothing."""
    next_period: NextPeriod | None = None
    """What changes next."""
    texts: tuple[PriceText, ...] = ()
    """What the Central System says of it in words, in the end."""
    qr_code_text: str | None = None
    """To be shown as a QR code."""


@frozen(kw_only=True)
class SessionPrice:
    """What is known of the price of a session, as it is kept on disk."""

    key: str
    """Key of its transaction."""
    session_id: str
    """Which session."""
    connector_id: int
    """Where, 1..N."""
    id_tag: str
    """Who."""
    configuration: tuple[str, ...] = ("Untold", "Running")
    """Configuration of its chart."""
    transaction_id: int | None = None
    """Its transaction, as the Central System calls it, once that is known."""
    last_used_at: Timestamp | None = None
    """When its transaction stopped, or later when its connector was unplugged."""
    cost: SessionCost | None = None
    """What was told last."""
    triggers: TriggerMeterValue = field(factory=TriggerMeterValue)
    """When meter values are still to be sent."""
    unheard: bool = False
    """ConnectorUnplugged waits to be heard."""
