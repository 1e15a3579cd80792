"""What docs/virtual-station.md says is true."""

import re
from pathlib import Path

import pytest

from ocpp16sm.station import VirtualStation

PAGE = (Path(__file__).parents[2] / "docs" / "virtual-station.md").read_text()


def test_the_example_says_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    exec(example, {"__name__": "example"})
    (printed,) = re.findall(r"^It prints `(.*?)`", PAGE, re.MULTILINE)
    assert capsys.readouterr().out == printed + "\n"


def test_every_act_is_there() -> None:
    acts = re.findall(r"`(\w+)\(", "".join(line for line in PAGE.splitlines() if line.startswith("| `")))
    assert {"boot", "power_off", "diode_fault", "get_configuration"} <= set(acts)
    for act in acts:
        assert callable(getattr(VirtualStation, act))
