"""What is shipped: the command from a wheel, without the repository around it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from statecharts import extract
from statecharts.ocpp16 import CHARTS
from tests.cli.conftest import environment

REPOSITORY = Path(__file__).parents[2]
PATIENCE_S = 120

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but what the wheel holds."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(REPOSITORY)]
    built = subprocess.run(build, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    if built.returncode != 0:
        pytest.skip(f"a wheel cannot be built here (without a network?): {built.stderr.strip()[-200:]}")
    (file,) = folder.glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def run(wheel: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command with the wheel in the place of the repository."""
    program = (
        f"import sys; sys.path[:] = [{str(wheel)!r}, *(p for p in sys.path if p != {str(REPOSITORY)!r})]\n"
        f"import ocpp16sm, statecharts\n"
        f"assert all(m.__file__.startswith({str(wheel)!r}) for m in (ocpp16sm, statecharts))\n"
        "from ocpp16sm.cli import main; main()"
    )
    return subprocess.run(
        [sys.executable, "-P", "-c", program, *arguments],
        cwd=wheel,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_the_wheel_holds_the_library_and_its_charts_and_nothing_else(wheel: Path) -> None:
    top = {path.name for path in wheel.iterdir() if not path.name.endswith(".dist-info")}
    assert top == {"ocpp16sm", "statecharts"}
    assert (wheel / "ocpp16sm" / "py.typed").exists()


@pytest.mark.parametrize("format", ["svg", "mermaid", "dot", "table"])
@pytest.mark.parametrize("name", [extract(chart).name for chart in CHARTS])
def test_every_chart_is_drawn_from_a_wheel(wheel: Path, name: str, format: str) -> None:
    outcome = run(wheel, "diagram", name, "--format", format)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert len(outcome.stdout) > 100


def test_the_demo_runs_from_a_wheel(wheel: Path) -> None:
    outcome = run(wheel, "demo")
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert "the charge point has stopped" in outcome.stdout
