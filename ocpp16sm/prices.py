"""What a charge point has to show of prices and costs (California pricing), as values."""

from attrs import frozen

from ocpp16sm.messages.cost import MessageFormat


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
    """What somebody will pay, or pays."""

    id_tag: str
    """Who."""
    texts: tuple[PriceText, ...]
    """The same in several languages and formats, the Central System's first choice first."""
    session_id: str | None = None
    """The session in which they charge; None: they have not begun."""
    transaction_id: int | None = None
    """Its transaction, as the Central System calls it, if it does."""
    by_default: bool = False
    """It is the default price: the Central System has not said another one in time, or cannot be asked."""
