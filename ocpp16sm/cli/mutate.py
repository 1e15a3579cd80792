"""``ocpp16sm mutate``."""

import tomllib
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from ocpp16sm.cli.console import show_line
from ocpp16sm.errors import DefinitionError


def mutate(
    name: Annotated[str, typer.Argument(help="A chart class as module:Class.", show_default=False)],
    command: Annotated[
        list[str],
        typer.Argument(help="Command that runs the tests, after --, as in: -- pytest -x -q tests.", show_default=False),
    ],
    compiled: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE",
            help="Module generated from the chart by python -m codegen, if the tests use it.",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Number of parallel test runs.")] = 1,
    only: Annotated[
        str | None, typer.Option(help="Try only changes whose description contains this text.", show_default=False)
    ] = None,
    explained: Annotated[
        Path | None,
        typer.Option(
            help="TOML file with a table [survivors]. It maps the description of each change, without its line, to the "
            "reason why tests cannot notice it.",
            show_default=False,
        ),
    ] = None,
    list_only: Annotated[bool, typer.Option("--list", help="List the changes without running the tests.")] = False,
) -> None:
    """Change a chart in one place at a time and run its tests, to see whether they notice.

    Each transition is deleted, sent to every other state and reversed; each event, guard and hook is removed; each
    guard is negated. A change with which the tests pass is a survivor. The exit code is 1 if there are survivors that
    are not explained. Your files are not changed.
    """
    from ocpp16sm.mutate import Runs, Subject, Verdict, mutants

    subject = Subject.named(name)
    chosen = [mutant for mutant in mutants(subject) if only is None or only in mutant.change]
    if list_only:
        for mutant in chosen:
            show_line(f"{subject.file}:{mutant.line}: {mutant.change}")
        return
    reasons = _reasons(explained) if explained is not None else {}
    runs = Runs(subject, command, jobs, compiled)
    show_line(f"{len(chosen)} changes of {subject.name}; a run takes {runs.rehearse():.1f} s")
    counted = dict.fromkeys(Verdict, 0)
    unexplained = 0
    survived: set[str] = set()
    with closing(runs.against(chosen)) as outcomes:
        for outcome in outcomes:
            counted[outcome.verdict] += 1
            if outcome.verdict is Verdict.SURVIVED:
                change = outcome.mutant.change
                survived.add(change)
                unexplained += change not in reasons
                why = f" ({reasons[change]})" if change in reasons else ""
                show_line(f"{subject.file}:{outcome.mutant.line}: survived: {change}{why}")
    show_line(", ".join(f"{number} {verdict}" for verdict, number in counted.items() if number))
    stale = [change for change in reasons if change not in survived and only is None]
    for change in stale:
        show_line(f"explained but did not survive: {change}")
    if unexplained or stale:
        raise typer.Exit(1)


def _reasons(file: Path) -> dict[str, str]:
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8")).get("survivors")
    except (OSError, ValueError) as error:
        raise DefinitionError(f"{file}: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(reason, str) for reason in found.values()):
        raise DefinitionError(f'{file}: expected a table [survivors] with rows such as "description" = "reason"')
    return found
