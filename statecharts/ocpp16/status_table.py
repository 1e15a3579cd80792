"""The status changes of one connector that OCPP 1.6 edition 2 permits (section 4.9; connectorId 1..N).

The specification's table has a letter for each row (the status before) and a number for each column (the status after);
both together name a cell. The descriptions are our own; those of the specification are in the second table of 4.9.
"""

from collections.abc import Mapping
from types import MappingProxyType

CLAUSE = "4.9"

STATUSES = (
    "Available",
    "Preparing",
    "Charging",
    "SuspendedEV",
    "SuspendedEVSE",
    "Finishing",
    "Reserved",
    "Unavailable",
    "Faulted",
)
"""The statuses, in the order of rows A to I and columns 1 to 9."""

ROWS = "ABCDEFGHI"

CELLS: Mapping[str, str] = MappingProxyType(
    {
        "A2": "a user starts to use the connector: plug, idTag, button, remote start",
        "A3": "charging starts at once, because no authorization is needed",
        "A4": "as A3, but the EV takes no energy",
        "A5": "as A3, but the station offers no energy",
        "A7": "the connector is reserved",
        "A8": "taken out of service by the Central System",
        "A9": "a fault prevents charging",
        "B1": "the intended use is abandoned: unplugged, idTag presented again, timed out",
        "B3": "all prerequisites are met and charging starts",
        "B4": "all prerequisites are met, but the EV takes no energy",
        "B5": "all prerequisites are met, but the station offers no energy",
        "B6": "plugged in, but no idTag was presented in time",
        "B9": "a fault prevents charging",
        "C1": "the session ends and the user has nothing left to do",
        "C4": "the EV requests a pause",
        "C5": "the station pauses: a limit, or the idTag was refused after the start",
        "C6": "the transaction has stopped and the user still has to unplug",
        "C8": "the session ends with nothing left to do, and a change to Unavailable was scheduled",
        "C9": "a fault prevents charging",
        "D1": "the session ends and the user has nothing left to do",
        "D3": "the EV takes energy again",
        "D5": "the station pauses as well",
        "D6": "the transaction has stopped and the user still has to unplug",
        "D8": "the session ends with nothing left to do, and a change to Unavailable was scheduled",
        "D9": "a fault prevents charging",
        "E1": "the session ends and the user has nothing left to do",
        "E3": "the station offers energy again",
        "E4": "the station offers energy again, but the EV takes none",
        "E6": "the transaction has stopped and the user still has to unplug",
        "E8": "the session ends with nothing left to do, and a change to Unavailable was scheduled",
        "E9": "a fault prevents charging",
        "F1": "the user has completed all actions",
        "F2": "the user starts again, with plug or idTag, for a new transaction",
        "F8": "the user has completed all actions, and a change to Unavailable was scheduled",
        "F9": "a fault prevents charging",
        "G1": "the reservation expired or was cancelled",
        "G2": "the holder of the reservation has arrived",
        "G8": "the reservation has ended and a change to Unavailable was scheduled",
        "G9": "a fault prevents charging",
        "H1": "put back into service",
        "H2": "put back into service after a user started to use it",
        "H3": "put back into service, and charging needs no user action",
        "H4": "as H3, but the EV takes no energy",
        "H5": "as H3, but the station offers no energy",
        "H9": "a fault prevents charging",
        **dict.fromkeys(
            ("I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8"), "the fault is over and the earlier status returns"
        ),
    }
)
"""Cell -> possible cause of the change. A change that has no cell here must not be reported."""

PERMITTED: Mapping[tuple[str, str], str] = MappingProxyType(
    {(STATUSES[ROWS.index(cell[0])], STATUSES[int(cell[1]) - 1]): cell for cell in CELLS}
)
"""(status before, status after) -> cell."""
