"""Messages of the RemoteTrigger profile (OCPP 1.6, 5.17, 6.51, 6.52)."""

from enum import StrEnum

from attrs import frozen

from ocpp16sm.messages.primitives import Integer
from ocpp16sm.messages.types import TriggerMessageStatus


class MessageTrigger(StrEnum):
    """A request that can be triggered (7.32)."""

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
    """Ask for a message that the Charge Point sends of its own accord (5.17, 6.51)."""

    requested_message: MessageTrigger
    """Which message."""
    connector_id: Integer | None = None
    """The connector it is about, 1 and up; peers also send 0 for the Charge Point. All when absent."""


@frozen
class TriggerMessageResponse:
    """Say whether the message will be sent (6.52)."""

    status: TriggerMessageStatus
    """Whether it will."""
