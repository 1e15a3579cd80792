"""Contents of the files that a virtual station uploads: diagnostics (5.9, JSON) and the security log (A04)."""

import json
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from attrs import asdict

from ocpp16sm.base.redaction import Walk
from ocpp16sm.base.secret import Hiding, is_secret
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.charge_point import ChargePoint
from ocpp16sm.logs.security_log import SecurityLog
from ocpp16sm.settings import Settings
from ocpp16sm.station.files import plain
from ocpp16sm.station.logbook import SECURITY_EVENT, Logbook
from ocpp16sm.station.virtual_connector import VirtualConnector


def file_name(kind: str, charge_point_id: str, now: Timestamp, suffix: str) -> str:
    """``<kind>-<station>-<time>.<suffix>``; fewer than 255 characters, all of them valid in every file system."""
    return f"{kind}-{plain(charge_point_id)}-{now:%Y%m%dT%H%M%SZ}.{suffix}"


def security_log(settings: Settings, logbook: Logbook, start: Timestamp | None, stop: Timestamp | None) -> str:
    """The rows of ``settings.security_log`` from ``start`` to ``stop``; without such a file, those of the logbook."""
    if settings.security_log:
        file = SecurityLog(settings.security_log, settings.log_max_bytes, settings.log_max_files)
        rows = list(file.rows(start, stop))
    else:
        rows = [json.dumps(entry.shown()) for entry in logbook.between(start, stop) if entry.kind == SECURITY_EVENT]
    return "".join(f"{row}\n" for row in rows)


def report(
    charge_point: ChargePoint,
    virtual_connectors: Iterable[VirtualConnector],
    logbook: Logbook,
    now: Timestamp,
    start: Timestamp | None,
    stop: Timestamp | None,
) -> str:
    """Diagnostics: identity, configuration and present state, and the logbook from ``start`` to ``stop``.

    Secrets are left out, and idTags are masked.
    """
    settings = charge_point.settings
    whole = {
        "chargePointId": settings.charge_point_id,
        "madeAt": str(now),
        "software": f"ocpp16sm {version('ocpp16sm')}",
        "identity": {name: value for name, value in asdict(settings.identity).items() if value is not None},
        "connected": charge_point.connected,
        "accepted": charge_point.accepted,
        "status": charge_point.status(0),
        "connectors": [_connector(charge_point, virtual_connector) for virtual_connector in virtual_connectors],
        "configuration": {
            name: value for name, value in charge_point.get_configuration().items() if not is_secret(name)
        },
        "startTime": None if start is None else str(start),
        "stopTime": None if stop is None else str(stop),
        "log": [entry.shown() for entry in logbook.between(start, stop)],
    }
    return json.dumps(Walk(Hiding(), id_tags=False).value("", whole), indent=2, ensure_ascii=False) + "\n"


def _connector(charge_point: ChargePoint, virtual_connector: VirtualConnector) -> dict[str, Any]:
    told = {
        "connector": virtual_connector.number,
        "status": charge_point.status(virtual_connector.number),
        "plugged": virtual_connector.seen,
        "session": virtual_connector.session,
        "idTag": None if virtual_connector.owner is None else virtual_connector.owner.id_tag,
        "meterWh": round(virtual_connector.meter.register_wh, 3),
        "errors": sorted(virtual_connector.faults.codes),
    }
    return {name: value for name, value in told.items() if value is not None}
