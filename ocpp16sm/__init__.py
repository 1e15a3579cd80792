"""An OCPP 1.6J charge point whose behaviour is a set of statecharts.

::

    settings = Settings(charge_point_id="CP001", central_system_url="ws://localhost:9000")
    async with ChargePoint(settings, hardware=MyStation()) as charge_point:
        charge_point.on_session_started(1, "session-1", "EVConnected")

Here is what a station's application needs. Beside it there are the messages of OCPP 1.6
(:mod:`ocpp16sm.messages`), the protocol without I/O (:mod:`ocpp16sm.core`), a virtual station
(:mod:`ocpp16sm.station`), an embedded Central System (:mod:`ocpp16sm.csms`), and what tests need
(:mod:`ocpp16sm.testing`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ocpp16sm.base.timestamp import Timestamp
    from ocpp16sm.charge_point import ChargePoint
    from ocpp16sm.clock import Clock, SystemClock
    from ocpp16sm.config.vendor import VendorKey
    from ocpp16sm.core.engine.inputs import BootReason
    from ocpp16sm.core.smart_charging.composite import Period
    from ocpp16sm.core.smart_charging.composite_schedule import CompositeSchedule
    from ocpp16sm.errors import (
        AlreadyRunningError,
        ChargePointItselfError,
        ConfigurationError,
        DefinitionError,
        ErrorCode,
        EventNotAllowedError,
        FrameError,
        InvalidArgumentError,
        InvalidMessageError,
        LinkError,
        LocalError,
        NoTransactionError,
        NotStartedError,
        Ocpp16Error,
        PayloadError,
        RefusedRequestError,
        RemoteProtocolError,
        SessionMismatchError,
        StoreError,
        TransactionRunningError,
        TransferError,
        UnknownConnectorError,
        UnknownMessageTypeError,
    )
    from ocpp16sm.hardware import Hardware
    from ocpp16sm.listener import Listener
    from ocpp16sm.network.transport import Connection, TappedTransport, Transport, WebSocketTransport
    from ocpp16sm.records import Identity, InstalledProfile, Reservation, ReservationEnd, SecurityEvent
    from ocpp16sm.settings import Settings
    from ocpp16sm.shell.vendor_handlers import VendorHandler
    from ocpp16sm.station_facts import (
        Current,
        ErrorInfo,
        Frequency,
        Located,
        Measurement,
        PerPhase,
        SessionStartedReason,
        Voltage,
    )
    from ocpp16sm.store import MemoryStore, SqliteStore, Store

__all__ = [
    "AlreadyRunningError",
    "BootReason",
    "ChargePoint",
    "ChargePointItselfError",
    "Clock",
    "CompositeSchedule",
    "ConfigurationError",
    "Connection",
    "Current",
    "DefinitionError",
    "ErrorCode",
    "ErrorInfo",
    "EventNotAllowedError",
    "FrameError",
    "Frequency",
    "Hardware",
    "Identity",
    "InstalledProfile",
    "InvalidArgumentError",
    "InvalidMessageError",
    "LinkError",
    "Listener",
    "LocalError",
    "Located",
    "Measurement",
    "MemoryStore",
    "NoData",
    "NoTransactionError",
    "NotStartedError",
    "Ocpp16Error",
    "PayloadError",
    "PerPhase",
    "Period",
    "PriceText",
    "RefusedRequestError",
    "RemoteProtocolError",
    "Reservation",
    "ReservationEnd",
    "SecurityEvent",
    "SessionMismatchError",
    "SessionStartedReason",
    "Settings",
    "SqliteStore",
    "Store",
    "StoreError",
    "SystemClock",
    "TappedTransport",
    "Timestamp",
    "TransactionRunningError",
    "TransferError",
    "Transport",
    "UnknownConnectorError",
    "UnknownMessageTypeError",
    "UserPrice",
    "VendorHandler",
    "VendorKey",
    "VendorMessage",
    "VendorReply",
    "Voltage",
    "WebSocketTransport",
]

_HOMES: Final = {
    "charge_point": ("ChargePoint",),
    "clock": (
        "Clock",
        "SystemClock",
    ),
    "config.vendor": ("VendorKey",),
    "core.smart_charging.composite_schedule": ("CompositeSchedule",),
    "core.smart_charging.composite": ("Period",),
    "core.engine.inputs": ("BootReason",),
    "shell.vendor_handlers": ("VendorHandler",),
    "errors": (
        "AlreadyRunningError",
        "ChargePointItselfError",
        "ConfigurationError",
        "DefinitionError",
        "ErrorCode",
        "EventNotAllowedError",
        "FrameError",
        "InvalidArgumentError",
        "InvalidMessageError",
        "LinkError",
        "LocalError",
        "NoTransactionError",
        "NotStartedError",
        "Ocpp16Error",
        "PayloadError",
        "RefusedRequestError",
        "RemoteProtocolError",
        "SessionMismatchError",
        "StoreError",
        "TransactionRunningError",
        "TransferError",
        "UnknownConnectorError",
        "UnknownMessageTypeError",
    ),
    "station_facts": (
        "Current",
        "ErrorInfo",
        "Frequency",
        "Located",
        "Measurement",
        "PerPhase",
        "SessionStartedReason",
        "Voltage",
    ),
    "hardware": ("Hardware",),
    "listener": ("Listener",),
    "messages.vendor": (
        "NoData",
        "VendorMessage",
        "VendorReply",
    ),
    "prices": (
        "PriceText",
        "UserPrice",
    ),
    "records": (
        "Identity",
        "InstalledProfile",
        "Reservation",
        "ReservationEnd",
        "SecurityEvent",
    ),
    "settings": ("Settings",),
    "store": (
        "MemoryStore",
        "SqliteStore",
        "Store",
    ),
    "base.timestamp": ("Timestamp",),
    "network.transport": (
        "Connection",
        "TappedTransport",
        "Transport",
        "WebSocketTransport",
    ),
}
"""Module -> names. What a program does not use is not imported: the command line and pytest plugin begin at once."""


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
