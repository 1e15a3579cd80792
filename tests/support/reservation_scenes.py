"""What scenes about reservations look at."""

from ocpp16sm.core.engine.inputs import AuthorizeAsked
from ocpp16sm.listener import ReservationOver
from ocpp16sm.messages import ChargePointErrorCode
from ocpp16sm.records import ReservationEnd
from ocpp16sm.station_facts import ErrorInfo
from tests.support.scene import ACCEPTED, CoreScene

FAULT = ErrorInfo(uuid="e1", error_code=ChargePointErrorCode.GROUND_FAILURE, is_fault=True)


def kept(scene: CoreScene) -> list[int]:
    """The ids of the reservations that hold, the oldest first."""
    return [reservation.reservation_id for reservation in scene.station.reservations()]


def ended(scene: CoreScene) -> list[tuple[int, ReservationEnd]]:
    """Which reservations have ended, and how, since the last look."""
    over = [(e.reservation.reservation_id, e.how) for e in scene.told if isinstance(e, ReservationOver)]
    scene.told.clear()
    return over


def learns(scene: CoreScene, id_tag: str, parent: str | None) -> None:
    """The Central System says of which group an idTag is."""
    scene.virtual.feed(AuthorizeAsked(id_tag, "r"))
    scene.hears("Authorize", {"idTagInfo": {**ACCEPTED, **({"parentIdTag": parent} if parent else {})}})
