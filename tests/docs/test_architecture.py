"""ARCHITECTURE.md and CONTRIBUTING.md describe the tree that is there: all of it, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "ocpp16sm"
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ELSEWHERE = {"httpx.py"}
"""Files that the page names and that are not ours."""


def _floors(title: str) -> list[str]:
    """The names in one of the drawn parts, from the top floor down."""
    part = re.search(rf"^    {re.escape(title)}.*\n((?:      .*\n)+)", PAGE, re.MULTILINE)
    assert part is not None, f"ARCHITECTURE.md draws no part {title!r}"
    names = [re.split(r"  +", line.strip())[0] for line in part[1].splitlines()]
    return [name for floor in names for name in floor.split(" · ")]


def _rooms(folder: Path) -> Iterator[str]:
    """The modules and packages in a folder."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".py" and path.stem != "__init__":
            yield path.stem
        elif (path / "__init__.py").exists():
            yield path.name


@pytest.mark.parametrize(
    ("folder", "titles"),
    [(LIBRARY, ("The products", "The library")), (LIBRARY / "core", ("core, a folder per feature of OCPP",))],
    ids=["ocpp16sm", "core"],
)
def test_the_floors_are_drawn_with_every_module_and_package(folder: Path, titles: tuple[str, ...]) -> None:
    drawn = [name for title in titles for name in _floors(title)]
    assert sorted(drawn) == sorted(_rooms(folder))


def test_every_module_that_the_page_names_exists() -> None:
    named = sorted(set(re.findall(r"`([\w/]+\.py)`", PAGE)) - ELSEWHERE)
    missing = [name for name in named if not ((ROOT / name).exists() or (LIBRARY / name).exists())]
    assert named
    assert missing == []


def test_every_folder_that_the_page_names_exists() -> None:
    named = sorted(set(re.findall(r"`([\w/]+)/`", PAGE)))
    missing = [name for name in named if not ((ROOT / name).is_dir() or (LIBRARY / name).is_dir())]
    assert named
    assert missing == []


def test_every_folder_of_tests_is_named_in_contributing() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert folders == set(re.findall(r"`tests/(\w+)`", CONTRIBUTING))


def test_every_package_says_what_lives_in_it() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in LIBRARY.rglob("__init__.py")
        if not re.match(r'"""[^"]{20,}', path.read_text(encoding="utf-8"))
    ]
    assert silent == []
