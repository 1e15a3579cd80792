"""The tutorial of docs/testing.md, from an empty folder on, as somebody would follow it."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")


LISTINGS: list[tuple[str, str]] = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
"""Language and text of each."""


def section(heading: str) -> list[tuple[str, str]]:
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [listing for listing in LISTINGS if listing[1] in part]


def python(heading: str) -> str:
    (text,) = (text for language, text in section(heading) if language == "python")
    return text


def commands(heading: str) -> list[str]:
    return [text for language, text in section(heading) if language == "console"]


def does(folder: Path, listing: str) -> None:
    """The command prints these lines, in this order, among others; ``...`` stands for anything."""
    first, *lines = listing.splitlines()
    program, *arguments = shlex.split(first.removeprefix("$ "))
    starts = {"pytest": [sys.executable, "-m", "pytest", "-p", "ocpp16sm.testing.plugin"], "ocpp16sm": PROGRAM}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {
        **os.environ,
        "PATH": path,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_ADDOPTS": "--hypothesis-seed=0",  # once in some hundred runs a step too many is left of a failure
    }
    command = [*starts[program], *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == int("failed" in listing), (
        f"{first} ends with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    )
    printed = iter(done.stdout.splitlines())
    for line in lines:
        pattern = ".*".join(map(re.escape, re.split(r" ?\.\.\. ?", line)))
        assert any(re.fullmatch(pattern, each) for each in printed), (
            f"{first}: {line!r} is not, or not there, in\n{done.stdout}\n{done.stderr}"
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the door and its first test."""
    (tmp_path / "door.py").write_text(python("A door"), encoding="utf-8")
    (tmp_path / "test_door.py").write_text(python("Any sequence of events"), encoding="utf-8")
    return tmp_path


def append(folder: Path, heading: str) -> None:
    with (folder / "test_door.py").open("a", encoding="utf-8") as file:
        file.write("\n\n" + python(heading))


def test_the_door_is_checked(folder: Path) -> None:
    install, check = commands("A door")
    assert install == "$ pip install 'ocpp16sm[testing]'\n"
    does(folder, check)


def test_any_sequence_of_events_is_tried(folder: Path) -> None:
    (command,) = commands("Any sequence of events")
    does(folder, command)


def test_a_door_that_forgets_its_key_fails(folder: Path) -> None:
    door = folder / "door.py"
    good = door.read_text(encoding="utf-8")
    assert good.count("self.key = key_id\n") == 1
    door.write_text(good.replace("self.key = key_id\n", "pass\n"), encoding="utf-8")
    (command,) = commands("When it fails")
    does(folder, command)


def test_what_nobody_has_tested_can_be_tested(folder: Path) -> None:
    append(folder, "What the tests miss")
    (command,) = commands("What the tests miss")
    does(folder, command)
    assert {path.name for path in (folder / "charts").iterdir()} == {"door.md", "door.json"}


def test_the_shortest_way_to_everything_is_gone(folder: Path) -> None:
    append(folder, "The shortest path to everything")
    (command,) = commands("The shortest path to everything")
    does(folder, command)


@pytest.mark.long
def test_the_tests_notice_every_change(folder: Path) -> None:
    append(folder, "The shortest path to everything")
    append(folder, "Would the tests notice?")
    (command,) = commands("Would the tests notice?")
    does(folder, command)


def test_a_night_passes(tmp_path: Path) -> None:
    (tmp_path / "test_night.py").write_text(python("A station and a Central System"), encoding="utf-8")
    (command,) = commands("A station and a Central System")
    does(tmp_path, command)


def test_no_listing_is_left_out() -> None:
    tried = ["A door", "Any sequence of events", "When it fails", "What the tests miss"]
    tried += ["The shortest path to everything", "Would the tests notice?", "A station and a Central System"]
    assert [listing for heading in tried for listing in section(heading)] == LISTINGS


def test_the_fixtures_and_options_of_the_plugin_are_documented() -> None:
    source = (ROOT / "ocpp16sm" / "testing" / "plugin.py").read_text(encoding="utf-8")
    for fixture in re.findall(r"^@pytest\.fixture\ndef (\w+)", source, re.MULTILINE):
        assert f"| `{fixture}` |" in PAGE
    for option in re.findall(r'"(--chart-[\w-]+)"', source):
        assert f"| `{option}" in PAGE
