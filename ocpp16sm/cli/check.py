"""``ocpp16sm check``."""

import inspect
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ocpp16sm.cli.console import show_line
from ocpp16sm.cli.diagram import chart_named
from ocpp16sm.errors import DefinitionError

if TYPE_CHECKING:
    from statecharts import Chart
    from statecharts.check import Counterexample, Remark


def check(
    name: Annotated[
        str,
        typer.Argument(
            help="A chart of this project (connector, firmware_update, ...), or your own chart class as module:Class.",
            show_default=False,
        ),
    ],
    connector: Annotated[
        bool,
        typer.Option("--connector", help="Also check the chart against the events and hooks of a connector chart."),
    ] = False,
    invariant: Annotated[
        list[str] | None,
        typer.Option(
            "--invariant",
            "-i",
            metavar="MODULE:FUNCTION",
            help="A condition that must always hold; may be repeated. A function of `active` is called with "
            "the names of the active states of each configuration; a function of `move`, with each move.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Explore a chart completely and report its defects. The exit code is 1 if there are any.

    Reports unreachable states, transitions that are never taken or are hidden by others, guards that are always or
    never true, ambiguous transitions, events without a reaction, dead ends, hooks that are not implemented, and the
    shortest sequence of events that violates an invariant.
    """
    from statecharts import explore

    chart = chart_named(name)
    laws = [_function(law) for law in invariant or []]
    explored = explore(chart)
    remarks = _remarks(chart, connector)
    show_line(
        f"{chart.title}: {len(explored.configurations)} configurations, {len(chart.events)} events, "
        f"{len(explored.moves)} moves"
    )
    for remark in remarks:
        show_line(f"  {_placed(remark, chart)}")
    broken = 0
    for law in laws:
        found = _tried(explored, law)
        broken += found is not None
        show_line(f"  {law.__name__} holds everywhere" if found is None else f"  {found}")
    if remarks or broken:
        raise typer.Exit(1)
    if not laws:
        show_line("  no defects found")


def _remarks(chart: "Chart", connector: bool) -> "tuple[Remark, ...]":
    from statecharts import check as checking

    if not connector:
        return checking.check(chart)
    from ocpp16sm.generated.connector import ConnectorMachine
    from ocpp16sm.shell.own_chart import HOOKS

    return checking.check(chart, events=ConnectorMachine.events, implemented=HOOKS)


def _placed(remark: "Remark", chart: "Chart") -> str:
    """The remark with file and line, in the format that editors recognise."""
    if not remark.line or not chart.source_file:
        return str(remark)
    return f"{chart.source_file}:{remark.line}: {remark.flaw}: {remark.message}"


def _function(named: str) -> Any:
    module, _, attribute = named.partition(":")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        function = getattr(import_module(module), attribute)
        (parameter,) = inspect.signature(function).parameters
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise DefinitionError(f"{named}: {error}; expected a function of one argument as module:function") from error
    if parameter not in ("active", "move"):
        raise DefinitionError(
            f"{named} takes {parameter!r}; expected a function of `active` (a set of names) or of `move`"
        )
    return function


def _tried(explored: Any, law: Any) -> "Counterexample | None":
    from statecharts.check import counterexample, unlawful

    (parameter,) = inspect.signature(law).parameters
    return unlawful(explored, law) if parameter == "move" else counterexample(explored, law)
