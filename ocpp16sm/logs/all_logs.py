"""All logs of a running charge point: frames, sessions, security events. No failure of a log stops it."""

import logging
from collections.abc import Callable

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.redaction import redact
from ocpp16sm.clock import Clock
from ocpp16sm.core.engine.effects import RecordSecurityEvent
from ocpp16sm.logs.message_log import MessageLog
from ocpp16sm.logs.security_log import SecurityLog
from ocpp16sm.logs.session_log import SessionLogs
from ocpp16sm.settings import Settings

wire = NamedLog("ocpp16sm.wire")

CENTRAL_SYSTEM = "CentralSystem"
CHARGE_POINT = "ChargePoint"
_ARROWS = {CHARGE_POINT: ">", CENTRAL_SYSTEM: "<"}


class Logs:
    """The logs that the settings request.

    :param cleared: as for :class:`~ocpp16sm.logs.security_log.SecurityLog`.
    """

    def __init__(self, settings: Settings, clock: Clock, cleared: Callable[[str], None]) -> None:
        self._id_tags = settings.log_id_tags
        self._clock = clock
        self.sessions = SessionLogs(id_tags=settings.log_id_tags)
        sizes = settings.log_max_bytes, settings.log_max_files
        self._security = SecurityLog(settings.security_log, *sizes, cleared)
        self._messages = None
        if settings.message_log:
            self._messages = MessageLog(settings.message_log, *sizes, id_tags=settings.log_id_tags)

    def frame(self, sender: str, text: str) -> None:
        """Log a frame sent by :data:`CHARGE_POINT` or :data:`CENTRAL_SYSTEM`."""
        if wire.isEnabledFor(logging.DEBUG):
            wire.debug("%s %s", _ARROWS[sender], redact(text, id_tags=self._id_tags))
        if self._messages is None and not self.sessions.recording:
            return
        at = self._clock.utc()
        if self._messages is not None:
            self._messages.frame(sender, text, at)
        self.sessions.frame(sender, text, at)

    def connection_changed(self, connected: bool, reason: str) -> None:
        """Log that the connection was opened or lost."""
        if self._messages is not None:
            self._messages.connection_changed(connected, reason, self._clock.utc())

    def security_event(self, event: RecordSecurityEvent) -> None:
        """Log a security event."""
        self._security.record(event)

    def close(self) -> None:
        """End all logs."""
        self.sessions.close_all()
