"""What the virtual station's display says of prices and costs."""

from ocpp16sm.prices import CostState, PriceText, SessionCost, UserPrice


def default_price(texts: tuple[PriceText, ...]) -> str:
    """To whoever passes by."""
    return f"price: {_said(texts)}"


def price(told: UserPrice) -> str:
    """To whoever has shown a card; whose card it was is nobody else's business."""
    return f"your price: {_said(told.texts)}"


def cost(told: SessionCost) -> str:
    """To whoever charges."""
    where = f"connector {told.connector}"
    if told.state is CostState.FINISHED:
        words = f" ({_said(told.texts)})" if told.texts else ""
        receipt = f", receipt: {told.qr_code_text}" if told.qr_code_text else ""
        return f"{where}: {told.shown} in all{words}{receipt}"
    return f"{where}: {told.shown} so far, {told.state.lower()}"


def _said(texts: tuple[PriceText, ...]) -> str:
    """In all languages that there are."""
    return " / ".join(text.text for text in texts)
