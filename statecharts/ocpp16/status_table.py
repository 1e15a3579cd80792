"""The status changes of one connector that OCPP 1.6 edition 2 permits (section 4.9; connectorId 1..N).

Rows of the specification's table have a letter (the status before), columns a number (the status after); a
cell is named by both. The descriptions are ours and short: the specification's own are in 4.9's second table.
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
"""In the order of the table's rows A to I and columns 1 to 9."""

ROWS = "ABCDEFGHI"

CELLS: Mapping[str, str] = MappingProxyType(
    {
        "A2": "somebody begins to use the connector: plug, tag, button, remote start",
        "A3": "charging begins at once, where nobody need be authorized",
        "A4": "as A3, but the vehicle takes no energy",
        "A5": "as A3, but the station gives no energy",
        "A7": "the connector is reserved",
        "A8": "taken out of service by the Central System",
        "A9": "a fault prevents charging",
        "B1": "the intended use is given up: unplugged, tag shown again, timed out",
        "B3": "everything needed is there and charging begins",
        "B4": "everything needed is there, but the vehicle takes no energy",
        "B5": "everything needed is there, but the station gives no energy",
        "B6": "plugged in, but no tag was shown in time",
        "B9": "a fault prevents charging",
        "C1": "the session ends and nobody has to do anything more",
        "C4": "the vehicle asks for a pause",
        "C5": "the station pauses: a limit, or the tag was refused late",
        "C6": "the transaction is stopped and somebody still has to unplug",
        "C8": "the session ends with nothing left to do, and a change to Unavailable was waiting",
        "C9": "a fault prevents charging",
        "D1": "the session ends and nobody has to do anything more",
        "D3": "the vehicle takes energy again",
        "D5": "the station pauses as well",
        "D6": "the transaction is stopped and somebody still has to unplug",
        "D8": "the session ends with nothing left to do, and a change to Unavailable was waiting",
        "D9": "a fault prevents charging",
        "E1": "the session ends and nobody has to do anything more",
        "E3": "the station gives energy again",
        "E4": "the station would give energy again, but the vehicle takes none",
        "E6": "the transaction is stopped and somebody still has to unplug",
        "E8": "the session ends with nothing left to do, and a change to Unavailable was waiting",
        "E9": "a fault prevents charging",
        "F1": "the user has done all there was to do",
        "F2": "the user begins anew: plug or tag once more, for a new transaction",
        "F8": "the user has done all there was to do, and a change to Unavailable was waiting",
        "F9": "a fault prevents charging",
        "G1": "the reservation expired or was cancelled",
        "G2": "the holder of the reservation has come",
        "G8": "the reservation is over and a change to Unavailable was waiting",
        "G9": "a fault prevents charging",
        "H1": "put back into service",
        "H2": "put back into service after a user had begun to use it",
        "H3": "put back into service, charging needs nobody's action",
        "H4": "as H3, but the vehicle takes no energy",
        "H5": "as H3, but the station gives no energy",
        "H9": "a fault prevents charging",
        **dict.fromkeys(
            ("I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8"), "the fault is over: back to what it was before"
        ),
    }
)
"""Cell -> what may cause the change. A cell that is not here is a change that must not be reported."""

PERMITTED: Mapping[tuple[str, str], str] = MappingProxyType(
    {(STATUSES[ROWS.index(cell[0])], STATUSES[int(cell[1]) - 1]): cell for cell in CELLS}
)
"""(status before, status after) -> cell."""
