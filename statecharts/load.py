"""A user's chart, named on a command line."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from statemachine import StateChart

from statecharts.extract import extract
from statecharts.model import Chart
from statecharts.profile import ChartError, lint


def load_chart(name: str) -> Chart:
    """The model of the chart class that ``module:Class`` names; see :func:`load_chart_class`."""
    return extract(load_chart_class(name))


def load_chart_class(name: str) -> type[StateChart[Any]]:
    """The chart class that ``module:Class`` names; modules of the working directory are found too.

    Raises :class:`ChartError` if there is no such class, or if it lies outside the profile.
    """
    module, _, attribute = name.partition(":")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        declared = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ChartError(f"{name}: {error}; name a chart class as module:Class") from error
    if not (isinstance(declared, type) and issubclass(declared, StateChart)):
        raise ChartError(f"{name} is not a StateChart class of python-statemachine")
    lint(declared).raise_if_any()
    return declared
