"""The Hypothesis state machine for any chart: what is right passes, what is wrong is found and told."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test
from statemachine import State

from ocpp16sm.errors import DefinitionError
from ocpp16sm.generated.transaction import TransactionMachine
from ocpp16sm.testing import ChartTest, chart_test
from ocpp16sm.testing.oracle import DisagreementError
from statecharts import ChartError
from statecharts.ocpp16 import Transaction
from statecharts.ocpp16.base import OcppChart
from tests.testing.doors import Default, Door, Dynamo, Fuse, Lights, Lock, Walkers

FEW = settings(
    max_examples=25,
    stateful_step_count=12,
    phases=[Phase.generate, Phase.shrink],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def runs(test: type[ChartTest]) -> None:
    run_state_machine_as_test(test, settings=FEW)


def told(error: BaseException) -> str:
    return "\n".join(error.__notes__)


def transcript(error: BaseException) -> list[str]:
    """The events of the shortest failure, as told."""
    return re.findall(r"^ +\d+\. (.*)$", told(error), re.MULTILINE)


class Silent:
    """Hooks of any chart that do nothing; guards of any chart that hold."""

    def __getattr__(self, name: str) -> Any:
        return lambda: True


def silent() -> Any:
    return Silent()


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize(("chart", "model"), [(Door, Lock), (Lights, Walkers), (Dynamo, None), (Fuse, None)])
def test_a_chart_that_is_right_passes(chart: Any, model: Any, refused: bool) -> None:
    runs(chart_test(chart, model=model, refused=refused))


def test_an_invariant_that_breaks_is_told_by_the_shortest_way_there() -> None:
    def never_locked_after_use(active: frozenset[str], model: Lock) -> bool:
        return "Locked" not in active or model.openings < 2

    with pytest.raises(AssertionError, match="never_locked_after_use does not hold in Locked") as caught:
        runs(chart_test(Door, model=Lock, invariants=[never_locked_after_use]))
    events = [line.partition("(")[0] for line in transcript(caught.value)]
    assert events == ["opened", "closed", "opened", "closed", "locked"]


def test_a_failure_is_drawn_as_a_sequence() -> None:
    with pytest.raises(AssertionError) as caught:
        runs(chart_test(Door, model=Lock, invariants=[lambda active: "Locked" not in active]))
    diagram = re.findall(r"```mermaid\n(.*?)\n```", told(caught.value), re.DOTALL)
    (key,) = re.findall(r"locked\(key_id='(\w)'\)", diagram[0])
    assert diagram[0].split("\n") == [
        "sequenceDiagram",
        "    actor test",
        "    participant Door",
        "    Note over Door: Closed",
        f"    test->>Door: locked(key_id='{key}') [has_key]",
        "    Door->>Door: note_key",
        "    Note over Door: Locked",
    ]


def test_ids_are_used_again() -> None:
    """A door that was locked with a key is unlocked with the same one, which chance alone would not find."""

    class Watchful(Lock):
        unlocked = False

        def key_fits(self, key_id: str) -> bool:
            Watchful.unlocked = Watchful.unlocked or super().key_fits(key_id)
            return super().key_fits(key_id)

    runs(chart_test(Door, model=Watchful, payloads={"locked": {"key_id": st.uuids().map(str)}}))
    assert Watchful.unlocked


def test_what_is_an_id_can_be_said() -> None:
    test = chart_test(Door, model=Lock, ids=[])
    assert not hasattr(test, "new_key_id")
    runs(test)


def test_an_invariant_may_ask_the_instance_and_raise() -> None:
    def asserts(instance: Any) -> None:
        assert not instance.Open.is_active, "a draught"

    with pytest.raises(AssertionError, match="a draught") as caught:
        runs(chart_test(Door, model=Lock, invariants=[asserts]))
    assert transcript(caught.value) == ["opened() -> Open"]


def test_a_guard_that_changes_something_is_found_when_it_refuses() -> None:
    class Miscounting(Lock):
        def has_key(self, key_id: str) -> bool:
            self.openings += 1
            return False

    with pytest.raises(DisagreementError, match="locked was refused, but a guard has changed the model"):
        runs(chart_test(Door, model=Miscounting, refused=True))


def test_a_guard_that_says_now_this_and_now_that_is_found() -> None:
    class Model:
        asked = 0

        def strong(self) -> bool:
            self.asked += 1
            return self.asked % 2 == 0

    class Weak(OcppChart):
        Still = State(initial=True)
        Turning = State()

        Still.to(Turning, event="pushed", cond="strong")
        Still.to(None, event="pushed", cond="not strong")
        Turning.to(Still, event="let_go")

    with pytest.raises(DisagreementError, match="the guard strong answered False and then True for the same event"):
        runs(chart_test(Weak, model=Model))


def test_a_hook_that_fires_what_is_refused_is_found() -> None:
    class Pushy:
        machine: Any = None

        def strong(self) -> bool:
            return True

        def shine(self, machine: Any) -> None:
            machine.send("pushed")

    class Chart(OcppChart):
        Still = State(initial=True)
        Turning = State()

        Still.to(Turning, event="pushed", cond="strong", after="shine")
        Turning.to(Still, event="let_go")

    with pytest.raises(DisagreementError, match="pushed: a hook fired pushed, which is refused in Turning") as caught:
        runs(chart_test(Chart, model=Pushy, refused=True))
    assert len(transcript(caught.value)) == 1


def test_a_hook_that_moves_its_chart_by_force_is_found() -> None:
    class Burglar(Lock):
        def note_key(self, key_id: str, machine: Any) -> None:  # type: ignore[override]
            machine.current_state_value = "Open"

    with pytest.raises(DisagreementError, match="locked: it led to Open instead of Locked"):
        runs(chart_test(Door, model=Burglar))


def test_a_hook_that_raises_fails_with_the_story() -> None:
    class Broken(Lock):
        def count(self) -> None:
            raise OSError("the counter is stuck")

    with pytest.raises(OSError, match="stuck") as caught:
        runs(chart_test(Door, model=Broken))
    assert transcript(caught.value) == ["opened() OSError in Closed"]


def test_rules_of_ones_own_can_be_added() -> None:
    class WithThief(chart_test(Door, model=Lock)):  # type: ignore[misc]
        @rule(key_id=st.sampled_from("ab"))
        def lock_is_changed(self, key_id: str) -> None:
            self.model.key = key_id

    runs(WithThief)


def test_a_parameter_that_nothing_is_known_of_is_refused() -> None:
    class Vague(Lock):
        def has_key(self, key_id, force):  # type: ignore[no-untyped-def, override]
            return bool(key_id)

    with pytest.raises(DefinitionError, match=r"has_key\(\): 'force' has no annotation; annotate it, or pass a"):
        chart_test(Door, model=Vague)
    runs(chart_test(Door, model=Vague, payloads={"locked": {"force": st.booleans()}}))


def test_hooks_that_disagree_on_a_parameter_are_refused() -> None:
    class Split(Lock):
        def note_key(self, key_id: int) -> None:  # type: ignore[override]
            self.key = str(key_id)

    with pytest.raises(DefinitionError, match=r"has_key\(\) and note_key\(\) annotate 'key_id' differently"):
        chart_test(Door, model=Split)


def test_payloads_that_nobody_takes_are_refused() -> None:
    with pytest.raises(DefinitionError, match="Door has no event knocked; known: opened, locked, closed, unlocked"):
        chart_test(Door, model=Lock, payloads={"knocked": {}})
    with pytest.raises(DefinitionError, match="no hook or guard that 'opened' can call takes force; none exist"):
        chart_test(Door, model=Lock, payloads={"opened": {"force": st.booleans()}})


def test_an_invariant_that_asks_for_what_there_is_not_is_refused() -> None:
    with pytest.raises(DefinitionError, match="takes state; it may take active, instance, model"):
        chart_test(Door, model=Lock, invariants=[lambda state: bool(state)])


def test_a_model_and_a_make_are_one_too_many() -> None:
    with pytest.raises(DefinitionError, match="not both"):
        chart_test(Door, model=Lock, make=lambda: Door(Lock()))


def test_a_chart_outside_the_profile_is_refused_with_the_reasons() -> None:
    with pytest.raises(ChartError, match="catch_errors_as_events must be False"):
        chart_test(Default)


def test_a_compiled_machine_is_held_to_its_chart() -> None:
    runs(chart_test(Transaction, make=lambda: TransactionMachine(silent()), refused=True))


def test_a_compiled_machine_that_forgets_a_hook_is_found() -> None:
    class Forgetful(TransactionMachine):
        __slots__ = ()

        def stopped(self) -> bool:
            self._course = 3
            return True

    with pytest.raises(DisagreementError, match="stopped: the hooks called were none, expected: "):
        runs(chart_test(Transaction, make=lambda: Forgetful(silent())))
