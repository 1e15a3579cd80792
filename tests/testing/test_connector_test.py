"""The Hypothesis state machine for connector charts: ours passes, and faults that are put in are found."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from ocpp16sm.core.engine.effects import PutRequest
from ocpp16sm.core.engine.outbox import Outbox
from ocpp16sm.errors import DefinitionError
from ocpp16sm.generated.connector import ConnectorHooks, ConnectorMachine
from ocpp16sm.store import MemoryStore
from ocpp16sm.testing import connector_test
from statecharts.ocpp16 import Connector

TestCompiled = connector_test().TestCase
TestCompiled.settings = settings(max_examples=60, stateful_step_count=40, deadline=None, derandomize=True)

TestInterpreted = connector_test(Connector).TestCase
TestInterpreted.settings = settings(max_examples=5, stateful_step_count=15, deadline=None, derandomize=True)

SEARCH = settings(
    max_examples=2000,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Blind:
    """A connector that never sees its transaction."""

    def __init__(self, hooks: ConnectorHooks) -> None:
        self._hooks = hooks

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hooks, name)

    def transaction_running(self) -> bool:
        return False


class Careless(ConnectorMachine):
    """Its connector is free when the session ends, whatever happens to the transaction."""

    __slots__ = ()

    def __init__(self, hooks: ConnectorHooks) -> None:
        super().__init__(Blind(hooks))


class Forgetful(ConnectorMachine):
    """After a pause of the vehicle it is in Preparing again."""

    __slots__ = ()

    def energy_flowed(self, info: str | None = None) -> bool:
        """D2: not permitted."""
        if "SuspendedEV" in self.configuration:
            self._usage = 2
            self._hooks.report_status(info)
            return True
        return super().energy_flowed(info)


@pytest.mark.parametrize(
    ("chart", "finding"),
    [
        (Careless, r"has a transaction but is (Available|Finishing)"),
        (Forgetful, "SuspendedEV to Preparing is not permitted"),
    ],
)
def test_a_faulty_chart_is_found(chart: Any, finding: str) -> None:
    with pytest.raises(AssertionError, match=finding):
        run_state_machine_as_test(connector_test(chart), settings=SEARCH)


@pytest.mark.long
def test_a_queue_that_loses_what_it_should_keep_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    apply = MemoryStore.apply

    def forgetful(self: MemoryStore, operations: Any) -> None:
        apply(self, tuple(operation for operation in operations if not isinstance(operation, PutRequest)))

    monkeypatch.setattr(MemoryStore, "apply", forgetful)
    with pytest.raises(AssertionError, match=r"was lost|has not become empty|has not started"):
        run_state_machine_as_test(connector_test(), settings=SEARCH)


def test_a_queue_without_order_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def newest(self: Outbox, now: float, accepted: bool, pending: bool) -> Any:
        return max(self, key=lambda request: request.seq, default=None)

    monkeypatch.setattr(Outbox, "next", newest)
    with pytest.raises(AssertionError, match="has not started"):
        run_state_machine_as_test(connector_test(), settings=SEARCH)


def test_a_chart_that_cannot_be_a_connectors_is_refused() -> None:
    with pytest.raises(DefinitionError, match="neither a StateChart class"):
        connector_test(print)
