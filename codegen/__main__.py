"""``python -m codegen``: charts and tables into Python and pictures. ``--check`` writes nothing and compares."""

import argparse
import sys
from pathlib import Path

from codegen.emit_handlers import emit_handlers, emit_triggers
from codegen.emit_hooks import emit_hooks
from codegen.emit_machine import emit_machine
from codegen.write import check, formatted, write
from statecharts import ChartError, extract, lint, load_chart
from statecharts.ocpp16 import CHARTS

GENERATED = "ocpp16sm/generated"
OWNED = (GENERATED,)
"""Folders in which every file is generated."""


def render() -> dict[str, str]:
    """Every generated file: path -> text. Byte-stable."""
    files: dict[str, str] = {}
    for chart_class in CHARTS:
        lint(chart_class).raise_if_any()
        chart = extract(chart_class)
        files[f"{GENERATED}/{chart.name}.py"] = emit_machine(chart)
    files[f"{GENERATED}/handlers.py"] = emit_handlers()
    files[f"{GENERATED}/triggers.py"] = emit_triggers()
    files[f"{GENERATED}/hooks.py"] = emit_hooks()
    return {path: formatted(text, path) for path, text in files.items()}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code (0: nothing to do, 1: something changed or differs, 2: refused)."""
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; show differences and exit 1 if any")
    parser.add_argument("--chart", metavar="MODULE:CLASS", help="compile a chart of your own instead of ours")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="where --chart writes (default: stdout)")
    options = parser.parse_args(arguments)
    try:
        if options.chart:
            return _compile(options.chart, options.output)
        files = render()
    except ChartError as error:
        print(error, file=sys.stderr)
        return 2
    if options.check:
        differences = check(files, OWNED)
        print("\n".join(differences) or f"{len(files)} generated files are as they should be")
        return 1 if differences else 0
    changed = write(files, OWNED)
    print("\n".join(f"wrote {path}" for path in changed) or f"{len(files)} generated files were up to date")
    return 1 if changed else 0


def _compile(name: str, output: Path | None) -> int:
    """Compile ``module:Class`` and write it."""
    chart = load_chart(name)
    text = formatted(emit_machine(chart), str(output or f"{chart.name}.py"))
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text)
        print(f"wrote {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
