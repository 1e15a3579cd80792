"""What charts tell each other: the hook that one runs, and the event that another one gets for it.

Events are delivered when the step of the sender has ended, in the order in which they were sent. No chart looks at
another one to see whether something has changed.
"""

from statecharts.ocpp16.tables import SendEvent

EVENTS: tuple[SendEvent, ...] = (
    SendEvent("tell_started", "transaction", "reset", "transaction_started", "5.14"),
    SendEvent("tell_closed", "transaction", "reset", "transaction_closed", "5.14"),
)
"""Every event that a chart sends to another."""

FEATURES: dict[str, tuple[str, ...]] = {
    "reset": ("reset",),
}
"""Chart that gets events -> the features of the core that run it, as the core names them."""
