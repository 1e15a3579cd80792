"""Texts about prices and costs on the virtual station's display."""

from ocpp16sm.prices import CostState, PriceText, SessionCost, UserPrice


def default_price(texts: tuple[PriceText, ...]) -> str:
    """Text that shows the default price."""
    return f"price: {_said(texts)}"


def price(told: UserPrice) -> str:
    """Text that shows the price for the card just presented. It does not name the card: others can read it."""
    return f"your price: {_said(told.texts)}"


def cost(told: SessionCost) -> str:
    """Text that shows the running or final cost of a session."""
    where = f"connector {told.connector}"
    if told.state is CostState.FINISHED:
        words = f" ({_said(told.texts)})" if told.texts else ""
        receipt = f", receipt: {told.qr_code_text}" if told.qr_code_text else ""
        return f"{where}: {told.shown} in all{words}{receipt}"
    return f"{where}: {told.shown} so far, {told.state.lower()}"


def _said(texts: tuple[PriceText, ...]) -> str:
    return " / ".join(text.text for text in texts)
