"""What a statechart is: its model, how to read one from a class, and how to explore it.

Nothing here knows OCPP. The charts of OCPP 1.6 are in :mod:`statecharts.ocpp16`; a user's own chart is read by
the same functions::

    from statecharts import extract, lint, explore

    chart = extract(MyConnector)        # the model: frozen, comparable, free of python-statemachine
    lint(chart).raise_if_any()          # is it inside the profile that compiles?
    explore(chart)                      # every reachable configuration and move
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
