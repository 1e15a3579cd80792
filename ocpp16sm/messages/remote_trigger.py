"""Messages of the RemoteTrigger profile (OCPP 1.6, 5.17, 6.51, 6.52)."""

from enum import StrEnum

from attrs import frozen

from ocpp16sm.messages.primitives import Integer
from ocpp16sm.messages.types import TriggerMessageStatus


class MessageTrigger(StrEnum):
    """A request that TriggerMessage can ask for (7.32)."""

    BOOT_NOTIFICATION = "BootNotification"
    """BootNotification."""
    DIAGNOSTICS_STATUS_NOTIFICATION = "DiagnosticsStatusNotification"
    """DiagnosticsStatusNotification."""
    FIRMWARE_STATUS_NOTIFICATION = "FirmwareStatusNotification"
    """FirmwareStatusNotification."""
    HEARTBEAT = "Heartbeat"
    """Heartbeat."""
    METER_VALUES = "MeterValues"
    """MeterValues."""
    STATUS_NOTIFICATION = "StatusNotification"
    """StatusNotification."""


@frozen
class TriggerMessageRequest:
    """Ask the Charge Point to send one of its requests now. Sent by the Central System (5.17, 6.51)."""

    requested_message: MessageTrigger
    """The requested message."""
    connector_id: Integer | None = None
    """The connector that the message is about, from 1; all if absent. Some peers send 0 for the Charge Point."""


@frozen
class TriggerMessageResponse:
    """Response to TriggerMessage (6.52)."""

    status: TriggerMessageStatus
    """Whether the message will be sent."""
