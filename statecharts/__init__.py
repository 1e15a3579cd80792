"""Statecharts: a model, a reader for chart classes, a linter and an explorer.

Nothing here depends on OCPP. The charts of OCPP 1.6 are in :mod:`statecharts.ocpp16`; your own charts are read by
the same functions::

    from statecharts import extract, lint, explore

    chart = extract(MyConnector)        # the model: frozen, comparable, independent of python-statemachine
    lint(chart).raise_if_any()          # does it stay within the profile that compiles?
    explore(chart)                      # every reachable configuration and every move between them
"""

from statecharts.explore import Exploration, Move, explore
from statecharts.extract import extract
from statecharts.load import load_chart
from statecharts.model import Chart, State, Timer, Transition
from statecharts.profile import ChartError, Finding, Findings, lint

__all__ = [
    "Chart",
    "ChartError",
    "Exploration",
    "Finding",
    "Findings",
    "Move",
    "State",
    "Timer",
    "Transition",
    "explore",
    "extract",
    "lint",
    "load_chart",
]
