"""``ocpp16sm replay``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ocpp16sm.recorder import Replayed
from ocpp16sm.recorder import replay as replayed


def replay(
    file: Annotated[
        Path, typer.Argument(help="A recording made with the setting flight_recorder.", show_default=False)
    ],
    show: Annotated[bool, typer.Option("--show", help="Print every input with its effects.")] = False,
) -> None:
    """Feed a flight recording to a new core, and compare the effects byte for byte.

    Exit code 0: the same effects. 1: different ones, or no recording; the first difference is shown.
    """
    console = Console(soft_wrap=True, highlight=False)
    count = 0
    for step in replayed(file):
        count += 1
        if show:
            _print(console, step)
        if not step.same:
            console.print(f"{file}, line {step.line}: {type(step.happened).__name__} had other effects.", markup=False)
            console.print(f"recorded: {step.recorded}", markup=False)
            console.print(f"replayed: {step.replayed}", markup=False)
            raise typer.Exit(1)
    console.print(f"{file}: {count} inputs replayed, all with the same effects.", markup=False)


def _print(console: Console, step: Replayed) -> None:
    console.print(f"{step.at.utc.text()}  {step.happened}", markup=False)
    for effect in step.effects:
        console.print(f"    {effect}", markup=False)
