"""Put in front of the path of a test run: changed modules are imported instead of those of the same name.

``OCPP16SM_MUTANT`` is a JSON object, module -> file. Whatever other ``sitecustomize`` there is runs as well.
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
    """Finds the changed modules, and nothing else."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = files

    def find_spec(self, fullname: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        """The changed file of a module, if it is one."""
        file = self._files.get(fullname)
        return None if file is None else spec_from_file_location(fullname, file)


def _run_the_other() -> None:
    """The ``sitecustomize`` that this one hides."""
    here = Path(__file__).resolve().parent
    others = [entry for entry in sys.path if Path(entry).resolve() != here]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None and spec.origin is not None:
        text = Path(spec.origin).read_text(encoding="utf-8")
        exec(compile(text, spec.origin, "exec"), {"__name__": "sitecustomize", "__file__": spec.origin})


if "OCPP16SM_MUTANT" in os.environ:
    sys.meta_path.insert(0, Changed(json.loads(os.environ["OCPP16SM_MUTANT"])))
_run_the_other()
