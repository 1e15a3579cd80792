"""The state of a station as JSON-compatible data."""

import math
from typing import Any

from ocpp16sm.control.parameter_values import plain
from ocpp16sm.control.remote_panel import Panel
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.records import TransactionRecord
from ocpp16sm.station.faults import Faults
from ocpp16sm.station.virtual_connector import VirtualConnector


def station_state(panel: Panel) -> dict[str, Any]:
    """The state of the station and all its connectors."""
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
        "connectors": [
            connector_state(panel, virtual_connector.number) for virtual_connector in panel.station.virtual_connectors
        ],
    }


def connector_state(panel: Panel, connector: int) -> dict[str, Any]:
    """The state of a connector, or of the charge point for connector 0. Raises UnknownConnectorError."""
    if connector == 0:
        return {"connector": 0, "status": _status(panel, 0), "errors": _errors(panel.station.faults)}
    virtual_connector = panel.station.virtual_connectors[connector - 1]
    record = _transaction(panel, connector)
    limit = virtual_connector.supply.limit
    return {
        "connector": connector,
        "status": _status(panel, connector),
        "plugged": virtual_connector.car is not None,
        "car": None if virtual_connector.car is None else plain(virtual_connector.car),
        "session_id": virtual_connector.session,
        "waiting_token": None if virtual_connector.token is None else virtual_connector.token.id_tag,
        "transaction": None if record is None else _told(record, virtual_connector),
        "energy_wh": round(virtual_connector.supply.register_wh, 3),
        "power_w": round(virtual_connector.meter.flow.power_w, 3),
        "current_a": round(virtual_connector.meter.flow.current_a, 3),
        "phases": virtual_connector.meter.flow.phases,
        "soc_percent": None
        if virtual_connector.supply.soc_percent is None
        else round(virtual_connector.supply.soc_percent, 3),
        "limit_a": _finite(limit.current_a),
        "limit_w": _finite(limit.power_w),
        "errors": _errors(virtual_connector.faults),
    }


def _status(panel: Panel, connector: int) -> ChargePointStatus | None:
    """The status that would be reported; None while the charge point is not running."""
    return panel.station.status(connector) if panel.station.charge_point.running else None


def _transaction(panel: Panel, connector: int) -> TransactionRecord | None:
    charge_point = panel.station.charge_point
    return charge_point.transaction(connector) if charge_point.running else None


def _told(record: TransactionRecord, virtual_connector: VirtualConnector) -> dict[str, Any]:
    return {
        "transaction_id": record.transaction_id,
        "session_id": record.session_id,
        "id_tag": record.id_tag,
        "started_at": record.started_at.text(),
        "meter_start_wh": record.meter_start_wh,
        "energy_wh": round(virtual_connector.supply.register_wh - record.meter_start_wh, 3),
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
