"""Charging profiles in scenes."""

from typing import Any

from ocpp16sm.listener import LimitsChanged
from tests.support.scene import CoreScene, Scene

MAX = "ChargePointMaxProfile"
DEFAULT = "TxDefaultProfile"
TX = "TxProfile"
NONE = 48
"""The limit where no profile sets one, A (CompositeScheduleDefaultLimitAmps)."""


def profile(number: int = 1, purpose: str = DEFAULT, level: int = 0, limit: float = 16, **more: Any) -> dict[str, Any]:
    """A charging profile in A, Relative unless for the whole charge point. None among ``more`` takes a field away.

    ``schedule`` holds fields of the schedule; ``periods`` are (startPeriod, limit) or (startPeriod, limit, phases).
    """
    kind = "Absolute" if purpose == MAX else "Relative"
    periods = [tuple(period) for period in more.pop("periods", [(0, limit)])]
    schedule = {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [
            dict(zip(("startPeriod", "limit", "numberPhases"), period, strict=False)) for period in periods
        ],
        **({"startSchedule": "2026-06-01T00:00:00Z"} if more.get("chargingProfileKind", kind) != "Relative" else {}),
        **more.pop("schedule", {}),
    }
    fields = {
        "chargingProfileId": number,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": kind,
        "chargingSchedule": {name: value for name, value in schedule.items() if value is not None},
        **more,
    }
    return {name: value for name, value in fields.items() if value is not None}


def installs(scene: Scene, connector: int, given: dict[str, Any]) -> str:
    """SetChargingProfile; gives the status."""
    answer = scene.asks("SetChargingProfile", connectorId=connector, csChargingProfiles=given)
    return str(answer["status"])


def clears(scene: Scene, **which: Any) -> str:
    """ClearChargingProfile; gives the status."""
    return str(scene.asks("ClearChargingProfile", which)["status"])


def starts_from_afar(scene: Scene, id_tag: str = "AFAR", connector: int | None = 1, **more: Any) -> str:
    """RemoteStartTransaction; gives the status."""
    where = {} if connector is None else {"connectorId": connector}
    return str(scene.asks("RemoteStartTransaction", where, idTag=id_tag, **more)["status"])


def schedule(scene: Scene, connector: int = 1, duration: int = 3600, unit: str | None = None) -> list[tuple[Any, ...]]:
    """GetCompositeSchedule; gives (startPeriod, limit) or (startPeriod, limit, phases) of each period."""
    wanted = {} if unit is None else {"chargingRateUnit": unit}
    answer = scene.asks("GetCompositeSchedule", wanted, connectorId=connector, duration=duration)
    periods = answer["chargingSchedule"]["chargingSchedulePeriod"]
    return [tuple(p[name] for name in ("startPeriod", "limit", "numberPhases") if name in p) for p in periods]


def told(scene: CoreScene) -> list[tuple[int, ...]]:
    """Whose limits may be others, as the application has been told since the last look."""
    found = [event.connectors for event in scene.told if isinstance(event, LimitsChanged)]
    scene.told.clear()
    return found


def limit(scene: Scene, connector: int = 1) -> Any:
    """The limit that holds now at a connector if it charges, A."""
    return schedule(scene, connector, 0)[0][1]


def installed(scene: CoreScene) -> dict[int, int]:
    """chargingProfileId -> connector, as it is on disk."""
    return {
        each.profile.charging_profile_id: each.connector_id for each in scene.virtual.store.load().charging_profiles
    }


def starts(scene: Scene, connector: int = 1, id_tag: str = "TAG", session: str = "s1") -> None:
    """A transaction starts, and the Central System hears of it."""
    scene.begins(connector, session, id_tag)
    scene.hears_all()


def stops(scene: Scene, connector: int = 1, session: str = "s1") -> None:
    """A transaction stops, and the Central System hears of it."""
    scene.ends(connector, session)
    scene.hears_all()
