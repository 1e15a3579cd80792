"""The page about security is true: the tests that it names are there, and its table of events is that of the code."""

import ast
import re
from pathlib import Path

import pytest

from ocpp16sm.core.engine.security_events import SECURITY_EVENTS, WINDOW_S

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
_TABLE = PAGE.partition("## What stops them")[2].partition("\n## ")[0]
THREATS = re.findall(r"^\| (.+?) \| .+? \| (`.*`) \|$", _TABLE, re.MULTILINE)
_PROMISED = PAGE.partition("## What is promised")[2].partition("\n## ")[0]
PROMISES = re.findall(r"^\| (.+?) \| (`[^|]*`) \|$", _PROMISED, re.MULTILINE)


@pytest.mark.parametrize(("threat", "tests"), THREATS + PROMISES, ids=[threat for threat, _ in THREATS + PROMISES])
def test_the_tests_that_show_it_are_there(threat: str, tests: str) -> None:
    for name in re.findall(r"`([^`]+)`", tests):
        file, _, function = name.partition("::")
        source = (ROOT / "tests" / f"{file}.py").read_text()
        found = {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}
        assert function in found, f"{threat}: {name} is gone"


def test_there_are_threats() -> None:
    assert len(THREATS) == _TABLE.count("\n| ") - 2
    assert len(PROMISES) == _PROMISED.count("\n| ") - 2
    assert len(THREATS) >= 18


def test_the_table_of_security_events_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", PAGE.partition("## Security events")[2], re.MULTILINE)
    words = {(True, False): "yes", (False, True): "no, told all the same", (False, False): "no"}
    assert rows == [
        (event.name, words[event.critical, event.forced], event.raised_by) for event in SECURITY_EVENTS.values()
    ]
    assert WINDOW_S == 60


def test_no_command_is_started_and_no_text_is_run() -> None:
    """Whatever a peer says, it reaches no shell: the library has none. Code of charts of one's own is no peer's."""
    forbidden = {"system", "popen", "Popen", "run_module", "create_subprocess_exec", "create_subprocess_shell", "eval"}
    for path in (ROOT / "ocpp16sm").rglob("*.py"):
        if path.is_relative_to(ROOT / "ocpp16sm" / "mutate"):
            continue  # a developer's tool: it runs the developer's tests
        tree = ast.parse(path.read_text())
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert "subprocess" not in imported, path
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                assert name not in forbidden, f"{path}: {name}"
