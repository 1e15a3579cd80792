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
            help="A chart of this project (connector, firmware_update, ...), or a chart class of your own as "
            "module:Class.",
            show_default=False,
        ),
    ],
    connector: Annotated[
        bool,
        typer.Option(
            "--connector", help="It is to be a connector chart: look for the events and hooks that those have."
        ),
    ] = False,
    invariant: Annotated[
        list[str] | None,
        typer.Option(
            "--invariant",
            "-i",
            help="Something that must always hold, as module:function; may be repeated. A function of `active`, the "
            "names of the active states, is tried in every configuration; a function of `move` with every move.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Walk all of a chart and say what is wrong with it: exit code 1 if anything is.

    States that cannot be reached, transitions that are never taken or that another one hides, guards that are always or
    never true, transitions of which two could be meant, events that nothing reacts to, configurations in which nothing
    happens any more, hooks that nobody has; and the shortest sequence of events that breaks an invariant.
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
        show_line("  nothing to remark")


def _remarks(chart: "Chart", connector: bool) -> "tuple[Remark, ...]":
    from statecharts import check as checking

    if not connector:
        return checking.check(chart)
    from ocpp16sm.generated.connector import ConnectorMachine
    from ocpp16sm.shell.own_chart import HOOKS

    return checking.check(chart, events=ConnectorMachine.events, implemented=HOOKS)


def _placed(remark: "Remark", chart: "Chart") -> str:
    """With the file, so that an editor finds it."""
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
        raise DefinitionError(f"{named}: {error}; name a function of one argument as module:function") from error
    if parameter not in ("active", "move"):
        raise DefinitionError(
            f"{named} takes {parameter!r}; an invariant takes `active` (a set of names), a law of moves takes `move`"
        )
    return function


def _tried(explored: Any, law: Any) -> "Counterexample | None":
    from statecharts.check import counterexample, unlawful

    (parameter,) = inspect.signature(law).parameters
    return unlawful(explored, law) if parameter == "move" else counterexample(explored, law)
