"""``ocpp16sm mutate``, with a door and its tests: what the tests notice is killed, what they do not survives."""

import json
import sys
from pathlib import Path

import pytest

from ocpp16sm.mutate import Mutant, Runs, Subject, Verdict, mutants
from tests.cli.conftest import Run

DOOR = '''
from statemachine import State, StateChart


class Door(StateChart):
    """Opens to who has a key."""

    catch_errors_as_events = False
    allow_event_without_transition = False
    atomic_configuration_update = True

    Shut = State(initial=True)
    Open = State(enter="ring")
    Broken = State()

    Shut.to(Open, event="push pull", cond="has_key")  # a comment, with a comma
    Open.to(Shut, event="push", on=["creak", "click"])
    Open.to(Broken, event="kick")
    Broken.to(Shut, event="mend")
'''

GOOD_TESTS = """
from door import Door

class Person:
    def __init__(self, has_key):
        self.has_key, self.heard = has_key, []
    def ring(self): self.heard.append("ring")
    def creak(self): self.heard.append("creak")
    def click(self): self.heard.append("click")

def test_door():
    person = Person(True)
    door = Door(person)
    door.send("push")
    assert (person.state, person.heard) == ("Open", ["ring"])
    door.send("push")
    assert (person.state, person.heard) == ("Shut", ["ring", "creak", "click"])
    door.send("pull")
    door.send("kick")
    assert person.state == "Broken"
    door.send("mend")
    assert person.state == "Shut"
    try:
        Door(Person(False)).send("push")
    except Exception:
        pass
    else:
        raise AssertionError
"""

POOR_TESTS = GOOD_TESTS.replace('== ("Shut", ["ring", "creak", "click"])', '!= ("Open", [])').replace(
    '    door.send("mend")\n    assert person.state == "Shut"\n', ""
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "door.py").write_text(DOOR)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "door", raising=False)  # of the test before
    monkeypatch.setitem(sys.modules, "door", None)  # so that it is taken away in the end
    del sys.modules["door"]
    return tmp_path


def subject() -> Subject:
    return Subject.named("door:Door")


def pytest_on(place: Path, text: str) -> list[str]:
    (place / "test_door.py").write_text(text)
    return [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "test_door.py"]


@pytest.mark.usefixtures("place")
def test_every_transition_guard_and_hook_is_changed() -> None:
    push = 'Shut.to(Open, event="push pull", cond="has_key")'
    back = 'Open.to(Shut, event="push", on=["creak", "click"])'
    changes = [mutant.change for mutant in mutants(subject())]
    assert len(changes) == len(set(changes))
    assert {change for change in changes if change.startswith(push)} == {
        f"{push} deleted",
        f"{push}: Shut instead of Open",
        f"{push}: Broken instead of Open",
        f"{push}: it stays where it is",
        f"{push}: the other way round",
        f"{push}: not on push",
        f"{push}: not on pull",
        f"{push}: cond negated",
        f'{push}: without cond="has_key"',
    }
    assert {f'{back}: without on "creak"', f'{back}: without on "click"'} <= set(changes)
    assert 'State(enter="ring"): without enter="ring"' in changes


@pytest.mark.usefixtures("place")
def test_a_mutant_is_the_source_with_that_one_change() -> None:
    found = {mutant.change: mutant for mutant in mutants(subject())}
    push = 'Shut.to(Open, event="push pull", cond="has_key")'
    lines = DOOR.splitlines()

    def line(mutant: Mutant) -> str:
        (changed,) = [new for old, new in zip(lines, mutant.source.splitlines(), strict=True) if old != new]
        return changed.strip()

    assert line(found[f"{push}: the other way round"]) == (
        'Open.to(Shut, event="push pull", cond="has_key")  # a comment, with a comma'
    )
    assert line(found[f"{push}: cond negated"]).startswith('Shut.to(Open, event="push pull", unless="has_key")')
    assert line(found[f'{push}: without cond="has_key"']).startswith('Shut.to(Open, event="push pull")')
    assert line(found['State(enter="ring"): without enter="ring"']) == "Open = State()"
    assert found[f"{push} deleted"].line == 1 + lines.index(next(one for one in lines if "Shut.to(Open" in one))


def test_good_tests_kill_every_mutant(place: Path) -> None:
    runs = Runs(subject(), pytest_on(place, GOOD_TESTS), jobs=2)
    runs.rehearse()
    chosen = [m for m in mutants(runs.subject) if "deleted" in m.change or "negated" in m.change]
    assert {outcome.verdict for outcome in runs.against(chosen)} == {Verdict.KILLED}
    assert (place / "door.py").read_text() == DOOR


def test_what_poor_tests_do_not_notice_survives(place: Path, run: Run) -> None:
    command = ["mutate", "door:Door", "--only", "without on", "-j", "2", "--", *pytest_on(place, POOR_TESTS)]
    outcome = run(*command)
    assert outcome.code == 1
    assert outcome.out.splitlines()[0].startswith("2 changes of Door; a run takes ")
    assert any(row.endswith('on=["creak", "click"]): without on "creak"') for row in outcome.out.splitlines())
    assert outcome.out.splitlines()[-1] == "2 survived"


def test_a_survivor_may_be_explained_and_an_explanation_may_be_stale(place: Path, run: Run) -> None:
    change = 'Broken.to(Shut, event="mend"): Open instead of Shut'
    (place / "why.toml").write_text(f"[survivors]\n{json.dumps(change)} = 'nobody looks'\n")
    options = ["--only", "Open instead of Shut", "--explained", "why.toml", "--"]
    poor = run("mutate", "door:Door", *options, *pytest_on(place, POOR_TESTS))
    assert poor.code == 0
    assert poor.out.splitlines()[1].endswith(f"survived: {change} (nobody looks)")


def test_tests_that_fail_anyway_prove_nothing(place: Path, run: Run) -> None:
    outcome = run("mutate", "door:Door", "--", *pytest_on(place, "def test(): assert False"))
    assert outcome.code == 1
    assert "the tests fail without any change (exit code 1)" in outcome.err


def test_listing_runs_nothing(place: Path, run: Run) -> None:
    outcome = run("mutate", "door:Door", "--list", "--", "false")
    assert outcome.code == 0
    assert f"{place / 'door.py'}:" in outcome.out.splitlines()[0]


def test_what_has_no_source_cannot_be_changed(run: Run) -> None:
    outcome = run("mutate", "json:nothing", "--", "true")
    assert outcome.code == 1
    assert "name a chart class with its source as module:Class" in outcome.err


def test_a_module_is_changed_under_pytest_too(place: Path) -> None:
    """Where a plugin of pytest's comes from this package, pytest imports all of it in its own way."""
    changed = place / "changed.py"
    changed.write_text("MARK = 1\n")
    test = place / "test_mark.py"
    test.write_text("from ocpp16sm.generated import link\n\ndef test():\n    assert link.MARK == 1\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "ocpp16sm.testing.plugin",
        "-p",
        "no:cacheprovider",
        str(test),
    ]
    runs = Runs(subject(), command)
    assert runs._run(command, {"ocpp16sm.generated.link": str(changed)}, None)[0] == 0
    assert runs._run(command, {}, None)[0] == 1
