"""Security events that the station notices and reports (whitepaper A04)."""

from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.security_events import is_critical
from ocpp16sm.generated.handlers import SecurityEventOccurred
from ocpp16sm.records import SecurityEvent


class SecurityReports:
    """Handles the security events that the station reports."""

    __slots__ = ("_context",)

    def __init__(self, context: Context) -> None:
        self._context = context

    def note(self, call: SecurityEventOccurred) -> None:
        """Record a security event of the station. Without ``critical``, the table of events decides."""
        critical = is_critical(call.event_type) if call.critical is None else call.critical
        when = call.timestamp or self._context.now.utc
        self._context.security_event(SecurityEvent(call.event_type, when, call.tech_info, critical), own=False)
