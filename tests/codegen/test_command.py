"""``python -m codegen``: what it writes, what ``--check`` finds, and how it compiles a chart of the user's own."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import codegen.__main__ as command
from codegen import write
from ocpp16sm.shell.own_chart import machine_factory
from statecharts.draw import LayoutError
from tests.charts import user_charts
from tests.charts.reporting_connector import reports

OWNED = "ocpp16sm/generated"
FILES = {f"{OWNED}/one.py": "ONE = 1\n", f"{OWNED}/two.py": "TWO = 2\n"}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of two generated files, up to date."""
    monkeypatch.setattr(write, "ROOT", tmp_path)
    monkeypatch.setattr(command, "render", lambda: dict(FILES))
    (tmp_path / OWNED).mkdir(parents=True)
    (tmp_path / OWNED / "__init__.py").touch()
    for path, text in FILES.items():
        (tmp_path / path).write_text(text)
    return tmp_path


def contents(root: Path) -> dict[str, str]:
    """What is in the generated folder."""
    return {str(p.relative_to(root)): p.read_text() for p in (root / OWNED).iterdir() if p.name != "__init__.py"}


def test_what_is_committed_is_what_is_generated(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--check"]) == 0, capsys.readouterr().out


def test_nothing_differs_and_nothing_is_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--check"]) == 0
    assert "2 generated files are up to date" in capsys.readouterr().out
    assert command.main([]) == 0
    assert "2 generated files were up to date" in capsys.readouterr().out
    assert contents(root) == FILES


def test_check_finds_a_changed_file_and_shows_how(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / OWNED / "one.py").write_text("ONE = 3\n")
    assert command.main(["--check"]) == 1
    out = capsys.readouterr().out
    assert "-ONE = 3" in out
    assert "+ONE = 1" in out
    assert "two.py" not in out
    assert (root / OWNED / "one.py").read_text() == "ONE = 3\n"


@pytest.mark.parametrize("text", ["ONE = 1", "ONE = 1\n\n", "one = 1\n"], ids=["cut", "longer", "letter"])
def test_check_compares_to_the_last_character(root: Path, text: str) -> None:
    (root / OWNED / "one.py").write_text(text)
    assert command.main(["--check"]) == 1


def test_check_finds_a_missing_file(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / OWNED / "two.py").unlink()
    assert command.main(["--check"]) == 1
    assert "+TWO = 2" in capsys.readouterr().out
    assert set(contents(root)) == {f"{OWNED}/one.py"}


def test_check_finds_an_orphan(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / OWNED / "three.py").write_text("THREE = 3\n")
    assert command.main(["--check"]) == 1
    assert f"{OWNED}/three.py: no longer generated; remove it" in capsys.readouterr().out


def test_writing_mends_all_three_and_says_so_once(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / OWNED / "one.py").write_text("ONE = 3\n")
    (root / OWNED / "two.py").unlink()
    (root / OWNED / "three.py").write_text("THREE = 3\n")
    assert command.main([]) == 0
    assert [line.rpartition("/")[2] for line in capsys.readouterr().out.splitlines()] == [
        "one.py",
        "two.py",
        "three.py",
    ]
    assert contents(root) == FILES
    assert command.main([]) == 0


def test_the_code_does_not_wait_for_the_pictures(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changed chart has no layout yet, and computing one takes minutes and Node."""

    def without_layout() -> dict[str, str]:
        raise LayoutError("the layout of 'one' does not fit")

    monkeypatch.setattr(command, "render", without_layout)
    monkeypatch.setattr(command, "render_python", lambda: {f"{OWNED}/one.py": "ONE = 4\n"})
    assert command.main(["--check"]) == 2
    assert contents(root) == FILES
    assert command.main([]) == 2
    assert contents(root) == {**FILES, f"{OWNED}/one.py": "ONE = 4\n"}
    out, err = capsys.readouterr()
    assert out == f"wrote {OWNED}/one.py\n"
    assert "the Python code is up to date; the diagrams are not" in err
    assert "the layout of 'one' does not fit" in err


# -- a chart of the user's own ----------------------------------------------------------------------------------------


def imported(path: Path) -> Any:
    """The module in a file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("declared", [user_charts.Kiosk, user_charts.WithOverlay])
def test_a_users_chart_is_compiled_and_reports_the_same(declared: Any, tmp_path: Path) -> None:
    file = tmp_path / "compiled_chart.py"
    assert command.main(["--chart", f"tests.charts.user_charts:{declared.__name__}", "-o", str(file)]) == 0
    machine = getattr(imported(file), f"{declared.__name__}Machine")
    assert reports(machine_factory(machine)) == reports(machine_factory(declared))


def test_without_a_file_it_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--chart", "tests.charts.user_charts:Kiosk"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("# Generated from chart Kiosk")
    assert "class KioskMachine(Machine):" in out


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("tests.charts.user_charts:Outside", "is also bound by convention"),
        ("tests.charts.user_charts:NoConnector", "is not a StateChart class"),
        ("tests.charts.user_charts:Missing", "name a chart class as module:Class"),
        ("tests.charts.nowhere:Kiosk", "name a chart class as module:Class"),
        ("Kiosk", "name a chart class as module:Class"),
    ],
)
def test_what_cannot_be_compiled_is_refused_with_2(
    name: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "chart.py"
    assert command.main(["--chart", name, "-o", str(file)]) == 2
    captured = capsys.readouterr()
    assert reason in captured.err
    assert captured.out == ""
    assert not file.exists()


def test_it_runs_from_a_directory_that_holds_the_users_module(tmp_path: Path) -> None:
    """As a user would: their own folder, their own module, a shell."""
    source = Path(user_charts.__file__).read_text()
    (tmp_path / "my_charts.py").write_text(source)
    command_line = [sys.executable, "-m", "codegen", "--chart", "my_charts:Kiosk", "-o", "kiosk.py"]
    done = subprocess.run(command_line, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert imported(tmp_path / "kiosk.py").KioskMachine.name == "kiosk"
