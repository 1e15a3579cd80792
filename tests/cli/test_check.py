"""``ocpp16sm check``, as a user meets it."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

LAWS = """
def never_charges_faulted(active):
    return not {"Charging", "Faulted"} <= active

def always_has_health(active):
    return bool({"Sound", "Faulted"} & active)

def nobody_unplugs(move):
    return move.event != "session_ended"

def of_nothing(thing):
    return True
"""


@pytest.fixture
def laws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "laws.py").write_text(LAWS)
    monkeypatch.chdir(tmp_path)


def test_a_chart_without_flaws(run: Run) -> None:
    outcome = run("check", "connector", "--connector")
    assert outcome.code == 0
    assert outcome.out.splitlines()[0].startswith("Connector: 36 configurations, 17 events, ")
    assert outcome.out.splitlines()[1:] == ["  no defects found"]


def test_a_chart_with_a_flaw_is_told_with_file_and_line(run: Run) -> None:
    outcome = run("check", "tests.charts.flawed_charts:Island")
    assert outcome.code == 1
    first, second, third = outcome.out.splitlines()[1:]
    assert "tests/charts/flawed_charts.py:" in first
    assert first.endswith("unreachable state: Attic: no sequence of events leads there")
    assert "Chest" in second
    assert "dead transition" in third


def test_as_a_connector_chart(run: Run) -> None:
    outcome = run("check", "tests.charts.flawed_charts:Hidden", "--connector")
    assert outcome.code == 1
    assert "  unhandled event: session_started: the chart has no such event" in outcome.out.splitlines()
    assert (
        "  unimplemented hook: knock: the chart uses this hook, but nothing implements it" in outcome.out.splitlines()
    )


@pytest.mark.usefixtures("laws")
def test_laws_of_ones_own(run: Run) -> None:
    outcome = run("check", "connector", "-i", "laws:never_charges_faulted", "-i", "laws:always_has_health")
    assert outcome.code == 1
    broken, held = outcome.out.splitlines()[1:]
    assert broken.startswith(
        "  never_charges_faulted does not hold in Charging/Operative/Faulted, after energy_flowed "
    )
    assert broken.endswith("-> Charging/Operative/Sound, fault_raised -> Charging/Operative/Faulted")
    assert held == "  always_has_health holds everywhere"
    assert run("check", "connector", "-i", "laws:always_has_health").code == 0
    assert "nobody_unplugs does not hold in " in run("check", "connector", "-i", "laws:nobody_unplugs").out


@pytest.mark.usefixtures("laws")
@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("laws:nothing", "expected a function of one argument as module:function"),
        ("nowhere:law", "No module named 'nowhere'"),
        ("laws:of_nothing", "laws:of_nothing takes 'thing'; expected a function of `active`"),
    ],
)
def test_what_is_no_law(run: Run, named: str, why: str) -> None:
    outcome = run("check", "connector", "--invariant", named)
    assert outcome.code == 1
    assert why in outcome.err
