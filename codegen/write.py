"""Write the generated files, or compare them with those on disk."""

import difflib
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent


def formatted(python: str, path: str) -> str:
    """Python text with unused imports removed, formatted by ruff; raises RuntimeError if ruff rejects it."""
    config = str(ROOT / "pyproject.toml")
    for command in (
        ["check", "--fix-only", "--select", "I,F401,RET505", "--quiet", "--config", config],
        ["format", "--quiet", "--config", config],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", path, "-"],
            input=python,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        if done.returncode:
            raise RuntimeError(f"ruff refused the generated {path}:\n{done.stderr}\n{python}")
        python = done.stdout
    return python


def write(files: Mapping[str, str], owned: tuple[str, ...]) -> list[str]:
    """Write all files that differ and remove orphans; returns the changed paths."""
    changed = []
    for path, text in files.items():
        target = ROOT / path
        if not target.exists() or target.read_text() != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
            changed.append(path)
    for path in orphans(files, owned):
        (ROOT / path).unlink()
        changed.append(path)
    return changed


def check(files: Mapping[str, str], owned: tuple[str, ...]) -> list[str]:
    """Differences between the generated files and those on disk, as unified diffs; empty if there are none."""
    found = []
    for path, text in files.items():
        target = ROOT / path
        on_disk = target.read_text() if target.exists() else ""
        if on_disk != text:
            lines = difflib.unified_diff(
                on_disk.splitlines(), text.splitlines(), path, f"{path} (generated)", lineterm=""
            )
            found.append("\n".join(lines))
    found += [f"{path}: no longer generated; remove it" for path in orphans(files, owned)]
    return found


def orphans(files: Mapping[str, str], owned: tuple[str, ...]) -> list[str]:
    """Files in the owned folders that are not generated."""
    present = [p for folder in owned for p in sorted((ROOT / folder).glob("*")) if p.is_file()]
    names = [str(path.relative_to(ROOT)) for path in present]
    return [name for name in names if name not in files and not name.endswith("__init__.py")]
