"""The charts of OCPP 1.6, each with its class, its model, its committed machine, and everything it can do."""

import importlib
from functools import cache
from typing import Any

import pytest
from attrs import frozen
from statemachine import StateChart

from codegen.text import camel_case
from ocpp16sm.charts.machine import Machine
from statecharts import Chart, Exploration, explore, extract
from statecharts.ocpp16 import CHARTS
from tests.charts.engines import Configuration, EngineUnderTest, Step, Valuation, engines_under_test, reachable


@frozen
class Subject:
    """A chart of ours."""

    declared: type[StateChart[Any]]
    chart: Chart
    machine: type[Machine]
    """As committed in ``ocpp16sm/generated``."""

    def engines_under_test(self) -> dict[str, EngineUnderTest]:
        """A fresh one of each engine."""
        return engines_under_test(self.declared, self.chart, self.machine)


def _subject(declared: type[StateChart[Any]]) -> Subject:
    chart = extract(declared)
    module = importlib.import_module(f"ocpp16sm.generated.{chart.name}")
    return Subject(declared, chart, getattr(module, f"{camel_case(chart.name)}Machine"))


SUBJECTS = {subject.chart.name: subject for subject in map(_subject, CHARTS)}


@cache
def _walked(name: str) -> dict[Configuration, list[tuple[str, Valuation, Step]]]:
    return reachable(SUBJECTS[name].engines_under_test()["reference"])


@cache
def explored(name: str) -> Exploration:
    """All that a chart of ours can do. Shared: not to be changed."""
    return explore(SUBJECTS[name].chart)


@pytest.fixture(params=SUBJECTS)
def subject(request: pytest.FixtureRequest) -> Subject:
    """Each chart in turn."""
    return SUBJECTS[request.param]


@pytest.fixture
def connector() -> Subject:
    """The chart of one connector."""
    return SUBJECTS["connector"]


@pytest.fixture
def walked(subject: Subject) -> dict[Configuration, list[tuple[str, Valuation, Step]]]:
    """Configuration -> every step from it, as the SCXML reference takes it. Shared: not to be changed."""
    return _walked(subject.chart.name)
