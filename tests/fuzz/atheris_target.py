"""The fuzz target for atheris: ``python -m tests.fuzz.atheris_target [corpus directory] [options of libFuzzer]``.

Needs ``pip install atheris``. Without a corpus of its own it begins with the frames of tests/hostile.
"""

import sys
from importlib import import_module

atheris = import_module("atheris")
with atheris.instrument_imports(include=["ocpp16sm"]):
    from tests.fuzz.target import one_input


def main() -> None:
    """Fuzz until it is stopped, or something is found."""
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
