"""Tools for testing charts and charge points. Requires the extra ``testing``.

For any chart of python-statemachine:

* :func:`chart_test`: builds a Hypothesis state machine with a rule for each event.
* :func:`paths`, :func:`drive`: the shortest path to each state, transition or pair of transitions, as test cases.
* :func:`chart_coverage`: measures how much of a chart tests visit, as does ``pytest --chart-coverage module:Chart``.

For charge points:

* :func:`connector_test`: builds a Hypothesis state machine for a connector chart, ours or yours.
* :func:`messages`, :func:`payloads`, :func:`requests`, :func:`responses`, :func:`timestamps`,
  :func:`handler_arguments`: Hypothesis strategies.
* :class:`VirtualChargePoint`: a charge point in virtual time; its clock is a plain number.
* :func:`verify_ocmf`: verifies a signed meter value with the meter's public key.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ocpp16sm.testing.chart_rules import ChartTest, chart_test
    from ocpp16sm.testing.connector_rules import ConnectorTest, connector_test
    from ocpp16sm.testing.coverage import ChartCoverage, Missing
    from ocpp16sm.testing.handler_calls import handler_arguments
    from ocpp16sm.testing.ocmf import Ocmf, OcmfError, OcmfReading, verify_ocmf
    from ocpp16sm.testing.recording import chart_coverage
    from ocpp16sm.testing.shortest_paths import Case, drive, paths
    from ocpp16sm.testing.strategies import messages, payloads, requests, responses, timestamps
    from ocpp16sm.testing.virtual_charge_point import VirtualChargePoint

__all__ = [
    "Case",
    "ChartCoverage",
    "ChartTest",
    "ConnectorTest",
    "Missing",
    "Ocmf",
    "OcmfError",
    "OcmfReading",
    "VirtualChargePoint",
    "chart_coverage",
    "chart_test",
    "connector_test",
    "drive",
    "handler_arguments",
    "messages",
    "paths",
    "payloads",
    "requests",
    "responses",
    "timestamps",
    "verify_ocmf",
]

_HOMES: Final = {
    "chart_rules": ("ChartTest", "chart_test"),
    "connector_rules": ("ConnectorTest", "connector_test"),
    "coverage": ("ChartCoverage", "Missing"),
    "handler_calls": ("handler_arguments",),
    "ocmf": ("Ocmf", "OcmfError", "OcmfReading", "verify_ocmf"),
    "recording": ("chart_coverage",),
    "shortest_paths": ("Case", "drive", "paths"),
    "strategies": ("messages", "payloads", "requests", "responses", "timestamps"),
    "virtual_charge_point": ("VirtualChargePoint",),
}
"""Module -> its public names. They are imported lazily: the pytest plugin is in this package, and a test run should
not import what it does not use."""


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
