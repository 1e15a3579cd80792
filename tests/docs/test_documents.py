"""What users read is true: examples run, names exist and are all there, links lead somewhere."""

import importlib
import inspect
import re
import unittest
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import NOTHING, fields
from trustme import CA

import ocpp16sm
from ocpp16sm import Settings, messages
from ocpp16sm.cli.app import COMMANDS
from ocpp16sm.config import keys
from ocpp16sm.config.key_table import KEYS
from tests.docs import api, configuration
from tests.support.tls import leaf, pem

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").glob("*.md")) + sorted((ROOT / "diagrams").glob("*.md"))
README = (ROOT / "README.md").read_text()
MODULES = ["ocpp16sm", *api.MODULES]


def _examples(text: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_first_example_charges(capsys: pytest.CaptureFixture[str]) -> None:
    exec(_examples(README)[0], {"__name__": "example"})
    assert capsys.readouterr().out == "Charging\n"


def test_the_example_of_a_property_test_passes() -> None:
    names: dict[str, Any] = {"__name__": "example"}
    exec(_examples(README)[1], names)
    case = names["TestMyConnector"]
    assert issubclass(case, unittest.TestCase)
    case("runTest").debug()


def test_the_example_of_a_secure_connection_registers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    authority = CA()
    leaf(authority, addresses=["127.0.0.1"]).files(tmp_path, "server")
    (tmp_path / "root.pem").write_text(pem(authority))
    (example,) = _examples((ROOT / "docs" / "secure-connection.md").read_text())
    exec(example, {"__name__": "example"})
    assert capsys.readouterr().out == "registered over wss\n"


def test_the_example_of_a_vendor_s_message_answers(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "data-transfer.md").read_text()
    (example,) = _examples(page)
    (printed,) = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    exec(example, {"__name__": "example"})
    assert capsys.readouterr().out == printed


def test_there_are_no_other_examples() -> None:
    assert len(_examples(README)) == 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text()):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_readme_knows_every_command() -> None:
    assert set(re.findall(r"^\| `ocpp16sm (\w+)", README, re.MULTILINE)) == set(COMMANDS)


def test_the_make_targets_of_the_documents_exist() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        assert set(re.findall(r"^make ([\w-]+)", page.read_text(), re.MULTILINE)) <= targets


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_documented(module: str) -> None:
    """In docs/api.md by name, in the code by a docstring."""
    page = (ROOT / "docs" / "api.md").read_text()
    if module == "ocpp16sm":
        text = page.partition("## A virtual station")[0]
    else:
        text = page.partition(f": `{module}`")[2].partition("\n## ")[0]
    public = importlib.import_module(module)
    assert sorted(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == sorted(public.__all__)
    assert _undocumented(public) == []


def test_every_message_is_documented() -> None:
    assert _undocumented(messages) == []


def _undocumented(module: ModuleType) -> list[str]:
    """Public names of a module, and methods and properties of its classes, that lack a docstring of their own."""
    lacking = []
    for name in module.__all__:
        thing = getattr(module, name)
        if inspect.isclass(thing) or inspect.isroutine(thing):
            lacking += [] if thing.__doc__ else [name]
        if inspect.isclass(thing) and thing.__module__.partition(".")[0] in ("ocpp16sm", "statecharts"):
            own = {key: part for key, part in vars(thing).items() if not key.startswith("_")}
            lacking += [f"{name}.{key}" for key, part in own.items() if _needs_a_docstring(part) and not part.__doc__]
    return lacking


def _needs_a_docstring(part: object) -> bool:
    return inspect.isroutine(part) or isinstance(part, property | cached_property | staticmethod | classmethod)


def test_every_setting_is_documented_with_its_default() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]*\|[^|]*\| ([^|]*) \|", page, re.MULTILINE))
    assert list(rows) == [attribute.name for attribute in fields(Settings)]
    for attribute in fields(Settings):
        if attribute.default is not NOTHING and isinstance(attribute.default, str | int | float):
            shown = f'"{attribute.default}"' if isinstance(attribute.default, str) else str(attribute.default)
            assert rows[attribute.name] == f"`{shown}`"


def test_the_example_of_a_settings_file_is_one(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    file = tmp_path / "station.toml"
    file.write_text(re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[0])
    settings = Settings.load(file, {"OCPP16SM_CONFIGURATION__HEARTBEATINTERVAL": "600"})
    assert settings.identity.charge_point_model == "Model 3"
    assert settings.configuration[keys.HEARTBEAT_INTERVAL.name] == "600"


def test_the_page_of_names_is_up_to_date() -> None:
    assert api.PAGE.read_text() == api.page(), "run python -m tests.docs.api"


def test_every_configuration_key_is_on_its_page() -> None:
    page = configuration.PAGE.read_text()
    assert [key.name for key in KEYS if f"| `{key.name}`" not in page] == []


def test_the_page_of_configuration_keys_is_up_to_date() -> None:
    assert configuration.PAGE.read_text() == configuration.page(), "run python -m tests.docs.configuration"


def test_every_error_is_one_of_ours() -> None:
    errors = [getattr(ocpp16sm, name) for name in ocpp16sm.__all__ if name.endswith("Error")]
    assert all(issubclass(error, ocpp16sm.Ocpp16Error) for error in errors)
