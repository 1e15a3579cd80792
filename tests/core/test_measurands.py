"""Every measurand of 7.31: which values of a meter it reports, of which phases, in which unit, measured where.

The table is written from 7.30, 7.31, 7.34 and 7.45, and from what the reference implementation reports
(reference/handlers.md 2.4); where that accepts a measurand and never reports it (D35), the value is reported here.
"""

from typing import Any

import pytest

from ocpp16sm.messages import Location, Measurand
from ocpp16sm.station_facts import Current, Frequency, Located, PerPhase, Voltage
from tests.support.scene import CoreScene

Row = tuple[str | None, str, str | None, str | None]
"""phase, value, unit, location; None: absent."""

AC = {
    "energy_wh_import": PerPhase(total=1234.5, l1=400, l2=410, l3=424.5),
    "energy_wh_export": PerPhase(total=20, l1=5, l2=6, l3=9),
    "energy_varh_import": PerPhase(total=30),
    "energy_varh_export": PerPhase(total=40, l1=40),
    "power_w": PerPhase(total=11_000, l1=3600, l2=3700, l3=3700),
    "power_w_export": PerPhase(total=0),
    "power_var": PerPhase(total=100, l1=30, l2=30, l3=40),
    "power_var_export": PerPhase(total=50),
    "power_factor": 0.98,
    "voltage_v": Voltage(l1=230.1, l2=229.9, l3=231),
    "current_a": Current(l1=16, l2=15.5, l3=16.25, n=0.125),
    "current_a_export": Current(l1=1),
    "frequency_hz": Frequency(l1=49.98, l2=49.97, l3=50),
    "soc_percent": Located(55),
    "temperature_celsius": (Located(31.5), Located(40, Location.CABLE), Located(60, Location.INLET)),
    "rpm": Located(1200, Location.BODY),
}
"""A three-phase meter that measures everything."""

REPORTED: dict[str, list[Row]] = {
    "Energy.Active.Import.Register": [
        (None, "1234.50", "Wh", "Outlet"),
        ("L1", "400.00", "Wh", "Outlet"),
        ("L2", "410.00", "Wh", "Outlet"),
        ("L3", "424.50", "Wh", "Outlet"),
    ],
    "Energy.Active.Export.Register": [
        (None, "20.00", "Wh", None),
        ("L1", "5.00", "Wh", None),
        ("L2", "6.00", "Wh", None),
        ("L3", "9.00", "Wh", None),
    ],
    "Energy.Reactive.Import.Register": [(None, "30.00", "varh", "Outlet")],
    "Energy.Reactive.Export.Register": [(None, "40.00", "varh", None), ("L1", "40.00", "varh", None)],
    "Power.Active.Import": [
        (None, "11000.00", "W", "Outlet"),
        ("L1", "3600.00", "W", "Outlet"),
        ("L2", "3700.00", "W", "Outlet"),
        ("L3", "3700.00", "W", "Outlet"),
    ],
    "Power.Active.Export": [(None, "0.00", "W", None)],
    "Power.Reactive.Import": [
        (None, "100.00", "var", "Outlet"),
        ("L1", "30.00", "var", "Outlet"),
        ("L2", "30.00", "var", "Outlet"),
        ("L3", "40.00", "var", "Outlet"),
    ],
    "Power.Reactive.Export": [(None, "50.00", "var", None)],
    "Power.Factor": [(None, "0.98", None, None)],
    "Power.Offered": [(None, "22000.00", "W", "Outlet")],
    "Current.Import": [
        ("L1", "16.00", "A", "Outlet"),
        ("L2", "15.50", "A", "Outlet"),
        ("L3", "16.25", "A", "Outlet"),
        ("N", "0.12", "A", "Outlet"),
    ],
    "Current.Export": [("L1", "1.00", "A", None)],
    "Current.Offered": [(None, "32.00", "A", "Outlet")],
    "Voltage": [
        ("L1", "230.10", "V", "Outlet"),
        ("L2", "229.90", "V", "Outlet"),
        ("L3", "231.00", "V", "Outlet"),
    ],
    "Frequency": [("L1", "49.98", None, None), ("L2", "49.97", None, None), ("L3", "50.00", None, None)],
    "SoC": [(None, "55.00", "Percent", "EV")],
    "Temperature": [
        (None, "31.50", "Celsius", None),
        (None, "40.00", "Celsius", "Cable"),
        (None, "60.00", "Celsius", "Inlet"),
    ],
    "RPM": [(None, "1200.00", None, "Body")],
    # nothing was read before, so there is no interval yet
    "Energy.Active.Import.Interval": [],
    "Energy.Active.Export.Interval": [],
    "Energy.Reactive.Import.Interval": [],
    "Energy.Reactive.Export.Interval": [],
}


def test_the_table_has_every_measurand() -> None:
    """7.31 names 22."""
    assert set(REPORTED) == {str(measurand) for measurand in Measurand}
    assert len(REPORTED) == 22


def _read(wanted: str, quantities: dict[str, Any], connector: int = 1) -> list[dict[str, Any]]:
    """What a triggered MeterValues says of a measurand; nothing, if the trigger is Rejected for want of values."""
    scene = CoreScene(MeterValuesSampledData=wanted)
    scene.boots()
    scene.station.on_max_current_offered(connector, 32)
    scene.station.on_max_power_offered(connector, 22_000)
    scene.measures(connector, 0, **quantities)
    if scene.asks("TriggerMessage", requestedMessage="MeterValues", connectorId=connector)["status"] == "Rejected":
        return []
    (value,) = scene.hears("MeterValues", connectorId=connector)["meterValue"]
    sampled: list[dict[str, Any]] = value["sampledValue"]
    return sampled


def _rows(sampled: list[dict[str, Any]]) -> list[Row]:
    return [(one.get("phase"), one["value"], one.get("unit"), one.get("location")) for one in sampled]


@pytest.mark.parametrize("measurand", REPORTED)
def test_a_measurand_is_reported_of_every_phase_that_is_measured(measurand: str) -> None:
    """3.16.3: all possible locations and phases. Context, format and measurand are explicit (station.md)."""
    sampled = _read(measurand, AC)
    assert _rows(sampled) == REPORTED[measurand]
    assert all(one.get("measurand", "Energy.Active.Import.Register") == measurand for one in sampled)
    assert all(one["context"] == "Trigger" for one in sampled)
    assert all(one.get("format", "Raw") == "Raw" for one in sampled)


@pytest.mark.parametrize(
    ("choice", "row"),
    [
        ("Voltage.L1", ("L1", "230.10", "V", "Outlet")),
        ("Energy.Active.Import.Register.L3", ("L3", "424.50", "Wh", "Outlet")),
        ("Current.Import.N", ("N", "0.12", "A", "Outlet")),
    ],
)
def test_a_single_phase_can_be_chosen(choice: str, row: Row) -> None:
    """9.1.17: the measurand is combined with the phase."""
    assert _rows(_read(choice, AC)) == [row]


def test_a_phase_that_is_not_measured_has_no_value() -> None:
    """A meter without a neutral."""
    assert _read("Current.Import.N", {"current_a": Current(l1=6)}) == []


DC = {
    "energy_wh_import": PerPhase(total=500),
    "power_w": PerPhase(total=50_000),
    "voltage_v": Voltage(dc=400),
    "current_a": Current(dc=125),
}


@pytest.mark.parametrize(
    ("measurand", "row"),
    [
        ("Energy.Active.Import.Register", (None, "500.00", "Wh", "Outlet")),
        ("Power.Active.Import", (None, "50000.00", "W", "Outlet")),
        ("Voltage", (None, "400.00", "V", "Outlet")),
        ("Current.Import", (None, "125.00", "A", "Outlet")),
    ],
)
def test_a_dc_meter_has_no_phases(measurand: str, row: Row) -> None:
    """7.43: without phase, an overall value."""
    assert _rows(_read(measurand, DC)) == [row]


def test_measurands_come_in_the_order_of_the_list() -> None:
    """3.16: one MeterValue, all values of the same moment."""
    sampled = _read("SoC,Power.Active.Import,Voltage.L2", AC | {"power_w": PerPhase(total=7)})
    assert [one["measurand"] for one in sampled] == ["SoC", "Power.Active.Import", "Voltage"]


@pytest.mark.parametrize("measurand", ["Energy.Active.Import.Register", "Power.Active.Import", "Voltage", "SoC"])
def test_the_main_meter_is_at_the_inlet(measurand: str) -> None:
    """3.16.3, 4.7, 7.30: connector 0 is the grid connection, not an outlet; what the EV says is still the EV's."""
    rows = _rows(_read(measurand, AC, connector=0))
    where = "EV" if measurand == "SoC" else "Inlet"
    assert rows == [(phase, value, unit, where) for phase, value, unit, _ in REPORTED[measurand]]


def test_offers_are_those_of_the_moment() -> None:
    """4.7: Current.Offered and Power.Offered are told with the next reading."""
    scene = CoreScene(MeterValuesSampledData="Current.Offered,Power.Offered")
    scene.boots()
    scene.measures(1, 0)
    for amperes, watts in ((16, 3680), (0, 0), (10.5, 2415)):
        scene.station.on_max_current_offered(1, amperes)
        scene.station.on_max_power_offered(1, watts)
        assert scene.asks("TriggerMessage", requestedMessage="MeterValues", connectorId=1)["status"] == "Accepted"
        (value,) = scene.hears("MeterValues")["meterValue"]
        assert [one["value"] for one in value["sampledValue"]] == [f"{amperes:.2f}", f"{watts:.2f}"]
