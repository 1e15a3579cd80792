"""The chart configuration in which a connector starts: from its found status, availability and transaction."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from ocpp16sm.core.connectors.connectors import Connector, ConnectorBase
from ocpp16sm.messages import ChargePointStatus

FOUND_AS: dict[ChargePointStatus, tuple[str, str, str]] = {
    ChargePointStatus.UNAVAILABLE: ("Available", "Inoperative", "Sound"),
    ChargePointStatus.FAULTED: ("Available", "Operative", "Faulted"),
}
"""Status in which the station finds a connector -> chart configuration. Other statuses are usages."""

STATION_FOUND_AS: dict[ChargePointStatus, tuple[str, str]] = {
    ChargePointStatus.AVAILABLE: ("Available", "Sound"),
    ChargePointStatus.UNAVAILABLE: ("Unavailable", "Sound"),
    ChargePointStatus.FAULTED: ("Available", "Faulted"),
}
"""Status in which the station finds connector 0 -> chart configuration. Connector 0 has no other statuses (4.9)."""

IDLE = frozenset({"Available", "Reserved", "Finishing"})
"""Usages in which no transaction can be running."""

INSTEAD = {
    ChargePointStatus.SUSPENDED_EVSE: ChargePointStatus.SUSPENDED_EV,
    ChargePointStatus.SUSPENDED_EV: ChargePointStatus.CHARGING,
    ChargePointStatus.CHARGING: ChargePointStatus.PREPARING,
    ChargePointStatus.FINISHING: ChargePointStatus.AVAILABLE,
    ChargePointStatus.PREPARING: ChargePointStatus.AVAILABLE,
    ChargePointStatus.RESERVED: ChargePointStatus.AVAILABLE,
    ChargePointStatus.FAULTED: ChargePointStatus.UNAVAILABLE,
    ChargePointStatus.UNAVAILABLE: ChargePointStatus.AVAILABLE,
}
"""Status -> substitute for charts that do not have it. A substitute never promises a driver more than the status does.
"""


def configuration_of(connector: ConnectorBase, found_as: ChargePointStatus, *, taken_out: bool) -> tuple[str, ...]:
    """The chart configuration in which a connector starts.

    ``found_as`` is the status in which the station finds the connector, ``taken_out`` whether the Central System wants
    it out of service. A connector chart with other regions starts in a configuration that shows the same status.
    """
    if not isinstance(connector, Connector):
        availability, health = STATION_FOUND_AS[found_as]
        return ("Unavailable" if taken_out else availability, health)
    configuration = FOUND_AS.get(found_as, (str(found_as), "Operative", "Sound"))
    if taken_out:
        configuration = _out_of_service(*configuration)
    if connector.transaction is not None:
        configuration = _in_use(*configuration)
    return configuration if _fits(configuration, connector.machine) else _nearest(configuration, connector.machine)


def _out_of_service(usage: str, _availability: str, health: str) -> tuple[str, str, str]:
    """A connector that was taken out of service stays so (4.9), and a reservation would have ended (5.13)."""
    return (ChargePointStatus.AVAILABLE if usage == ChargePointStatus.RESERVED else usage, "Inoperative", health)


def _in_use(usage: str, availability: str, health: str) -> tuple[str, str, str]:
    """Energy of a continued transaction stays off until the station reports it, and a change of availability waits
    (5.2).
    """
    return (
        ChargePointStatus.SUSPENDED_EVSE if usage in IDLE else usage,
        "Scheduled" if availability == "Inoperative" else availability,
        health,
    )


def _fits(configuration: tuple[str, ...], machine: Any) -> bool:
    regions = machine.leaves
    return len(regions) == len(configuration) and all(map(tuple.__contains__, regions, configuration))


def _nearest(wanted: tuple[str, str, str], machine: Any) -> tuple[str, ...]:
    """Find a configuration that shows the wanted status, or a substitute, and shares most states with ``wanted``."""
    shown: dict[str, list[tuple[str, ...]]] = {}
    for configuration in product(*machine.leaves):
        shown.setdefault(machine.restore(configuration).status, []).append(configuration)
    for status in _statuses(*wanted):
        if status in shown:
            return max(shown[status], key=lambda configuration: len(set(configuration) & set(wanted)))
    first: tuple[str, ...] = next(product(*machine.leaves))
    return first


def _statuses(usage: str, availability: str, health: str) -> Iterator[ChargePointStatus]:
    """The status that this configuration shows, then its substitutes."""
    word = "Faulted" if health == "Faulted" else "Unavailable" if availability == "Inoperative" else usage
    status: ChargePointStatus | None = ChargePointStatus(word)
    while status is not None:
        yield status
        status = INSTEAD.get(status)
