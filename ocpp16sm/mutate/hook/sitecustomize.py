"""First on the path of a test run: imports changed modules instead of the originals.

``OCPP16SM_MUTANT`` is a JSON object, module -> file. Another ``sitecustomize`` on the path is run as well.
"""

import json
import os
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Any


class Changed(MetaPathFinder):
    """Finds the changed modules only."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = files

    def find_spec(self, fullname: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        file = self._files.get(fullname)
        return None if file is None else spec_from_file_location(fullname, file)


def _run_the_other() -> None:
    """Run the ``sitecustomize`` that this one hides."""
    here = Path(__file__).resolve().parent
    others = [entry for entry in sys.path if Path(entry).resolve() != here]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None and spec.origin is not None:
        text = Path(spec.origin).read_text(encoding="utf-8")
        exec(compile(text, spec.origin, "exec"), {"__name__": "sitecustomize", "__file__": spec.origin})


class First:
    """Stands for ``PathFinder.find_spec``: pytest asks that itself, before anybody else is asked.

    An object, not a function: as an attribute of pytest's class it must not become a method.
    """

    def __init__(self, changed: Changed) -> None:
        self._changed = changed
        self._usual = PathFinder.find_spec

    def __call__(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """The changed file of a module if it is one, otherwise what is usual."""
        return self._changed.find_spec(fullname) or self._usual(fullname, path, target)


if "OCPP16SM_MUTANT" in os.environ:
    changed = Changed(json.loads(os.environ["OCPP16SM_MUTANT"]))
    sys.meta_path.insert(0, changed)
    PathFinder.find_spec = First(changed)  # type: ignore[method-assign]
_run_the_other()
