"""Load a chart class that is named on a command line."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from statemachine import StateChart

from statecharts.extract import extract
from statecharts.model import Chart
from statecharts.profile import ChartError, lint


def load_chart(name: str) -> Chart:
    """The model of the chart class ``module:Class``; errors as for :func:`load_chart_class`."""
    return extract(load_chart_class(name))


def load_chart_classes(name: str) -> list[type[StateChart[Any]]]:
    """The chart class ``module:Class``, or all chart classes of ``module`` in order of definition.

    Raises :class:`ChartError` like :func:`load_chart_class`, and if the module has no chart.
    """
    if ":" in name:
        return [load_chart_class(name)]
    module = _module(name, name)
    charts = {thing.__name__: thing for thing in vars(module).values() if _is_chart(thing) and thing.states}
    found = [chart for chart in charts.values() if f"{chart.__module__}.".startswith(f"{name}.")]
    if not found:
        raise ChartError(f"{name}: this module defines no chart; name a chart class as module:Class")
    for chart in found:
        lint(chart).raise_if_any()
    return found


def load_chart_class(name: str) -> type[StateChart[Any]]:
    """The chart class ``module:Class``; the working directory is searched as well.

    Raises :class:`ChartError` if there is no such class, or if it is outside the profile.
    """
    place, _, attribute = name.partition(":")
    try:
        declared = getattr(_module(place, name), attribute)
    except AttributeError as error:
        raise ChartError(f"{name}: {error}; name a chart class as module:Class") from error
    if not _is_chart(declared):
        raise ChartError(f"{name} is not a StateChart class of python-statemachine")
    chart: type[StateChart[Any]] = declared
    lint(chart).raise_if_any()
    return chart


def _module(name: str, wanted: str) -> ModuleType:
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        return import_module(name)
    except (ImportError, ValueError) as error:
        raise ChartError(f"{wanted}: {error}; name a chart class as module:Class") from error


def _is_chart(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, StateChart)
