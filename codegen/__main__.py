"""Generate Python and diagrams from the charts and tables. ``--check`` writes nothing and compares."""

import argparse
import sys
from pathlib import Path

from codegen.emit_diagrams import emit_diagrams
from codegen.emit_events import emit_events
from codegen.emit_handlers import emit_handlers, emit_triggers
from codegen.emit_hooks import emit_hooks
from codegen.emit_machine import emit_machine
from codegen.write import check, formatted, write
from statecharts import Chart, ChartError, extract, lint, load_chart
from statecharts.draw import LayoutError
from statecharts.ocpp16 import CHARTS

GENERATED = "ocpp16sm/generated"
DIAGRAMS = "diagrams"
OWNED = (GENERATED, DIAGRAMS)
"""Folders in which every file is generated; ``write`` removes all other files."""


def render() -> dict[str, str]:
    """All generated files: path -> text. The result is the same, byte for byte, on every run.

    Raises :class:`~statecharts.draw.LayoutError` if a chart has changed since its layout was computed.
    """
    return render_python() | {f"{DIAGRAMS}/{name}": text for name, text in emit_diagrams(_charts()).items()}


def render_python() -> dict[str, str]:
    """The generated Python: path -> text."""
    charts = _charts()
    python = {f"{chart.name}.py": emit_machine(chart) for chart in charts.values()}
    python |= {"handlers.py": emit_handlers(), "triggers.py": emit_triggers(), "hooks.py": emit_hooks()}
    python["chart_events.py"] = emit_events()
    return {f"{GENERATED}/{name}": formatted(text, f"{GENERATED}/{name}") for name, text in python.items()}


def _charts() -> dict[str, Chart]:
    """Module name -> chart."""
    charts = {}
    for chart_class in CHARTS:
        lint(chart_class).raise_if_any()
        charts[chart_class.__module__.rpartition(".")[2]] = extract(chart_class)
    return charts


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code (0: success, 1: --check found differences, 2: invalid chart or option)."""
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; show the differences and exit with 1 if there are any"
    )
    parser.add_argument(
        "--layout",
        nargs="*",
        metavar="NAME",
        help="first compute new layouts for these charts (default: all); needs Node and elkjs, takes some minutes",
    )
    parser.add_argument("--quick", action="store_true", help="with --layout: try a few layouts only; takes seconds")
    parser.add_argument("--chart", metavar="MODULE:CLASS", help="compile your own chart instead")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="output file for --chart (default: stdout)")
    options = parser.parse_args(arguments)
    try:
        if options.chart:
            return _compile(options.chart, options.output)
        if options.layout is not None:
            _lay_out(options.layout, quick=options.quick)
        files = render()
    except ChartError as error:
        print(error, file=sys.stderr)
        return 2
    except LayoutError as error:
        return _without_pictures(error, check_only=options.check)
    if options.check:
        differences = check(files, OWNED)
        print("\n".join(differences) or f"{len(files)} generated files are up to date")
        return 1 if differences else 0
    changed = write(files, OWNED)
    print("\n".join(f"wrote {path}" for path in changed) or f"{len(files)} generated files were up to date")
    return 0


def _without_pictures(error: LayoutError, *, check_only: bool) -> int:
    """The code does not wait for the pictures, which may take minutes and need Node."""
    if not check_only:
        for path in write(render_python(), ()):
            print(f"wrote {path}")
        print("the Python code is up to date; the diagrams are not", file=sys.stderr)
    print(f"{error}", file=sys.stderr)
    return 2


def _lay_out(names: list[str], *, quick: bool) -> None:
    from codegen.elk import write_layouts  # needs Node and elkjs, which nothing else here needs

    charts = {chart.name: chart for chart in map(extract, CHARTS)}
    if unknown := set(names) - set(charts):
        raise ChartError(f"--layout: unknown chart {min(unknown)!r}; the charts are {', '.join(charts)}")
    for path in write_layouts((charts[name] for name in names or charts), quick=quick):
        print(f"wrote {path}")


def _compile(name: str, output: Path | None) -> int:
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
