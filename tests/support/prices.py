"""Scenes of California pricing: what the Central System says of prices, and what is shown."""

import json
from typing import Any, TypeVar

from ocpp16sm.listener import CostTold, DefaultPriceTold, Event, PriceTold
from tests.support.scene import CoreScene, Heard, accepted

PRICED: dict[str, Any] = {"CustomDisplayCostAndPrice": "true"}
MANY_LANGUAGES: dict[str, Any] = {
    "CustomMultiLanguageMessages": "true",
    "SupportedLanguages": "en,nl",
    "Language": "en",
}
VENDOR = "org.openchargealliance.costmsg"

E = TypeVar("E", bound=Event)


def prices(connectors: int = 1, **configuration: Any) -> CoreScene:
    """A charge point that shows prices."""
    return accepted(connectors, **{**PRICED, **configuration})


def says(scene: CoreScene, message_id: str, data: dict[str, Any] | str | None) -> dict[str, Any]:
    """The Central System sends a message of pricing; gives the answer."""
    fields = {"vendorId": VENDOR, "messageId": message_id}
    if data is not None:
        fields["data"] = data if isinstance(data, str) else json.dumps(data)
    return scene.asks("DataTransfer", fields)


def shown(scene: CoreScene, kind: type[E]) -> list[E]:
    """What of this kind was to be shown since the last look."""
    found = [event for event in scene.told if isinstance(event, kind)]
    scene.told[:] = [event for event in scene.told if not isinstance(event, kind)]
    return found


def costs(scene: CoreScene, id: int = 1, cost: float = 1, **more: Any) -> dict[str, Any]:
    """The Central System says what a session costs so far; gives the answer."""
    return says(scene, "RunningCost", {"transactionId": id, "cost": cost, "state": "Charging", **more})


def readings(scene: CoreScene) -> list[list[tuple[str, str]]]:
    """The readings that were sent since the last look: measurand and value of each, all with the context Other."""
    found = []
    for heard in scene.hears_all("MeterValues"):
        (value,) = heard["meterValue"]
        assert {sampled["context"] for sampled in value["sampledValue"]} == {"Other"}
        found.append([(sampled["measurand"], sampled["value"]) for sampled in value["sampledValue"]])
    return found


def unplugged(heard: Heard) -> dict[str, Any]:
    """What a ConnectorUnplugged says."""
    assert (heard["vendorId"], heard["messageId"]) == (VENDOR, "ConnectorUnplugged")
    said: dict[str, Any] = json.loads(heard["data"])
    return said


__all__ = [
    "MANY_LANGUAGES",
    "PRICED",
    "CostTold",
    "DefaultPriceTold",
    "PriceTold",
    "costs",
    "prices",
    "readings",
    "says",
    "shown",
    "unplugged",
]
