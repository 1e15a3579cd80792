"""How things are at a station, as JSON has it."""

import math
from typing import Any

from ocpp16sm.control.panel import Panel
from ocpp16sm.control.values import plain
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.records import TransactionRecord
from ocpp16sm.station.bay import Bay
from ocpp16sm.station.faults import Faults


def station_state(panel: Panel) -> dict[str, Any]:
    """Everything that can be seen of the station."""
    charge_point = panel.station.charge_point
    return {
        "charge_point_id": charge_point.settings.charge_point_id,
        "time": panel.station.utc().text(),
        "seq": panel.history.seq,
        "running": charge_point.running,
        "link": charge_point.link,
        "registration": charge_point.registration,
        "queued": charge_point.queued,
        "status": _status(panel, 0),
        "errors": _errors(panel.station.faults),
        "reservations": [plain(each) for each in charge_point.reservations()] if charge_point.running else [],
        "charging_profiles": [plain(each) for each in charge_point.charging_profiles()] if charge_point.running else [],
        "connectors": [connector_state(panel, bay.number) for bay in panel.station.bays],
    }


def connector_state(panel: Panel, connector: int) -> dict[str, Any]:
    """Everything that can be seen of connector 0..N. Raises UnknownConnectorError."""
    if connector == 0:
        return {"connector": 0, "status": _status(panel, 0), "errors": _errors(panel.station.faults)}
    bay = panel.station.bays[connector - 1]
    record = _transaction(panel, connector)
    limit = bay.supply.limit
    return {
        "connector": connector,
        "status": _status(panel, connector),
        "plugged": bay.car is not None,
        "car": None if bay.car is None else plain(bay.car),
        "session_id": bay.session,
        "waiting_token": None if bay.token is None else bay.token.id_tag,
        "transaction": None if record is None else _told(record, bay),
        "energy_wh": round(bay.supply.register_wh, 3),
        "power_w": round(bay.meter.flow.power_w, 3),
        "current_a": round(bay.meter.flow.current_a, 3),
        "phases": bay.meter.flow.phases,
        "soc_percent": None if bay.supply.soc_percent is None else round(bay.supply.soc_percent, 3),
        "limit_a": _finite(limit.current_a),
        "limit_w": _finite(limit.power_w),
        "errors": _errors(bay.faults),
    }


def _status(panel: Panel, connector: int) -> ChargePointStatus | None:
    """The status that would be reported; None while the charge point does not run."""
    return panel.station.status(connector) if panel.station.charge_point.running else None


def _transaction(panel: Panel, connector: int) -> TransactionRecord | None:
    charge_point = panel.station.charge_point
    return charge_point.transaction(connector) if charge_point.running else None


def _told(record: TransactionRecord, bay: Bay) -> dict[str, Any]:
    return {
        "transaction_id": record.transaction_id,
        "session_id": record.session_id,
        "id_tag": record.id_tag,
        "started_at": record.started_at.text(),
        "meter_start_wh": record.meter_start_wh,
        "energy_wh": round(bay.supply.register_wh - record.meter_start_wh, 3),
        "reservation_id": record.reservation_id,
    }


def _errors(faults: Faults) -> list[dict[str, Any]]:
    return [
        {
            "uuid": uuid,
            "error_code": str(error.error_code),
            "info": error.info,
            "vendor_error_code": error.vendor_error_code,
            "prevents_charging": faults.prevents(uuid),
        }
        for uuid, error in faults.active.items()
    ]


def _finite(limit: float) -> float | None:
    return limit if math.isfinite(limit) else None
