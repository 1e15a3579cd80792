"""Whether what a chart did is what its model says, given the answers that its guards gave."""

from collections.abc import Mapping

from attrs import frozen

from ocpp16sm.testing.observer import Asked, Took, Watched
from statecharts.check import arrow
from statecharts.explore import Configuration, Microstep, step
from statecharts.model import Chart


class DisagreementError(AssertionError):
    """A chart does otherwise than its model says, or a guard or hook does what it must not do."""


@frozen
class Course:
    """What the model says to one event that was fired."""

    answers: Mapping[str, bool]
    steps: tuple[Microstep, ...]
    """Those of the event itself; empty: it is refused."""
    hooks: tuple[str, ...]
    """Of the event, and of the events that hooks fired meanwhile."""
    configuration: Configuration
    """In the end."""


def judge(chart: Chart, watched: Watched, before: Configuration, event: str, refused: Exception | None) -> Course:
    """Follow the model through what was noted, event by event. Raises :class:`DisagreementError`."""
    notes = list(watched.notes.lines)
    here, fired = before, event
    first: tuple[dict[str, bool], tuple[Microstep, ...]] | None = None
    hooks: list[str] = []
    while True:
        ahead = len(notes)
        answers = _answers(notes, fired)
        steps = _expected(chart, here, fired, answers)
        if watched.interpreted:
            _match(notes, steps, fired, here)
        first = first or (answers, steps)
        hooks += (hook for micro in steps for hook in micro.hooks)
        here = steps[-1].after if steps else here
        if not notes:
            break
        if len(notes) == ahead and first[1] is not steps:
            raise DisagreementError(f"{event} in {'/'.join(here)}: the model knows nothing of {notes[0]}")
        fired = notes[0].event or fired
    answers, steps = first
    course = Course(answers, steps, tuple(hooks), here)
    _end(chart, watched, event, refused, course)
    return course


def _answers(notes: list[Asked | Took], event: str) -> dict[str, bool]:
    """What the guards said before anything was done; takes those notes off."""
    answers: dict[str, bool] = {}
    while notes and isinstance(note := notes[0], Asked):
        if note.event not in (event, None):
            break
        if answers.setdefault(note.guard, note.answer) is not note.answer:
            raise DisagreementError(
                f"{event}: the guard {note.guard} said {not note.answer}, and then {note.answer} to the same event; a "
                "guard must answer by what is the case, and change nothing"
            )
        notes.pop(0)
    return answers


def _expected(chart: Chart, here: Configuration, event: str, answers: Mapping[str, bool]) -> tuple[Microstep, ...]:
    def ask(guard: str) -> bool:
        if guard not in answers:
            raise DisagreementError(f"{event} in {'/'.join(here)}: the chart depends on {guard}, which was not asked")
        return answers[guard]

    return tuple(step(chart, here, event, ask))


def _match(notes: list[Asked | Took], steps: tuple[Microstep, ...], event: str, here: Configuration) -> None:
    """The microsteps that were made are those of the model; takes them off."""
    for micro in steps:
        note = notes.pop(0) if notes else None
        expected = ", ".join(map(arrow, micro.taken))
        if not isinstance(note, Took):
            raise DisagreementError(f"{event} in {'/'.join(here)}: {expected} was not taken")
        if sorted(map(arrow, note.taken)) != sorted(map(arrow, micro.taken)):
            raise DisagreementError(
                f"{event} in {'/'.join(here)}: taken was {', '.join(map(arrow, note.taken))}, and not {expected}"
            )
    if not steps and notes and isinstance(note := notes[0], Took) and note.event == event:
        raise DisagreementError(
            f"{event} in {'/'.join(here)}: {', '.join(map(arrow, note.taken))} was taken, which the guards forbid"
        )


def _end(chart: Chart, watched: Watched, event: str, refused: Exception | None, course: Course) -> None:
    place = "/".join(watched.configuration)
    said = str(getattr(refused, "event", event))
    if refused is not None and (course.steps or said != event):
        raise DisagreementError(f"{event}: a hook fired {said}, which is refused in {place}")
    before = course.configuration
    if refused is None and not course.steps and not chart.is_ignored(event, chart.active(before)):
        raise DisagreementError(f"{event}: it should have been refused in {'/'.join(before)}, and was not")
    if watched.configuration != course.configuration:
        raise DisagreementError(f"{event}: it led to {place}, and not to {'/'.join(course.configuration)}")
    if watched.hears_hooks and tuple(watched.notes.called) != course.hooks:
        raise DisagreementError(
            f"{event}: the hooks called were {', '.join(watched.notes.called) or 'none'}, and not "
            f"{', '.join(course.hooks) or 'none'}"
        )
