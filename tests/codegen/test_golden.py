"""The generator's output, to the letter, for a small chart, one handler and one message.

A difference is either a defect or a decision. If it is a decision: ``python -m tests.codegen.test_golden`` writes the
files anew, and the diff is what is to be reviewed. That what is written means what the chart says is proven elsewhere
(``tests/charts``).
"""

import importlib.util
import sys
from pathlib import Path

import pytest

from codegen.emit_handlers import emit_handlers, emit_triggers
from codegen.emit_hooks import emit_hooks
from codegen.emit_machine import emit_machine
from codegen.text import docstring
from codegen.write import formatted
from ocpp16sm.charts.machine import Machine
from statecharts import extract
from tests.codegen.conftest import GOLDEN, HANDLER, SEND, Door


def outputs() -> dict[str, str]:
    """File -> text, as generated now."""
    texts = {
        "door.py": emit_machine(extract(Door)),
        "handlers.py": emit_handlers((HANDLER,)),
        "triggers.py": emit_triggers((HANDLER,)),
        "hooks.py": emit_hooks((SEND,)),
    }
    return {name: formatted(text, f"golden/{name}") for name, text in texts.items()}


@pytest.fixture(scope="module")
def generated() -> dict[str, str]:
    """Everything, generated once."""
    return outputs()


@pytest.mark.parametrize("name", ["door.py", "handlers.py", "triggers.py", "hooks.py"])
def test_the_output_is_the_golden_file(generated: dict[str, str], name: str) -> None:
    assert generated[name] == (GOLDEN / f"{name}.txt").read_text()


def test_there_is_no_golden_file_that_nothing_generates(generated: dict[str, str]) -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}.txt" for name in generated}


def test_generating_twice_is_generating_once(generated: dict[str, str]) -> None:
    assert outputs() == generated
    assert {name: formatted(text, name) for name, text in generated.items()} == generated


def test_the_compiled_door_can_be_imported_and_used(generated: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "golden_door.py"
    path.write_text(generated["door.py"])
    spec = importlib.util.spec_from_file_location("golden_door", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    class Hooks:
        def __init__(self) -> None:
            self.said: list[str] = []

        def creak(self) -> None:
            self.said.append("creak")

        def sweep(self) -> None:
            self.said.append("sweep")

        def report_status(self) -> None:
            self.said.append(machine.status)

        def unlocked(self) -> bool:
            return True

    hooks = Hooks()
    machine = module.DoorMachine(hooks)
    assert issubclass(module.DoorMachine, Machine)
    assert machine.pushed()
    assert machine.smoke_seen()
    assert machine.configuration == ("Closed", "Alarmed")
    assert hooks.said == ["creak", "Open", "Alarm", "sweep", "Alarm"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short.", '"""Short."""'),
        ("Short.\n\nMore.", '"""Short.\n\nMore.\n"""'),
        ("One is long enough. Two follows.", '"""One is long enough.\n\nTwo follows.\n"""'),
        (
            "One is long enough. Two follows.\n\n:param x: X.",
            '"""One is long enough.\n\nTwo follows.\n\n:param x: X.\n"""',
        ),
        ("a b c d e f g h i j k l m n o p q", '"""a b c d e f g h i\nj k l m n o p q\n"""'),
    ],
    ids=["short", "paragraphs", "sentences", "rows", "evenly"],
)
def test_docstrings_begin_with_one_sentence(text: str, expected: str) -> None:
    assert docstring(text, width=30) == expected


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for file, content in outputs().items():
        (GOLDEN / f"{file}.txt").write_text(content)
    sys.stdout.write(f"wrote {GOLDEN}\n")
