"""Compares what a chart did with what its model prescribes, given the answers of its guards."""

from collections.abc import Mapping

from attrs import frozen

from ocpp16sm.testing.observer import GuardAsked, ObservedChart, StepTaken
from statecharts.check import arrow
from statecharts.explore import Configuration, Microstep, step
from statecharts.model import Chart


class DisagreementError(AssertionError):
    """A chart deviates from its model, or a guard or hook does something it must not do."""


@frozen
class Course:
    """What the model prescribes for one event."""

    answers: Mapping[str, bool]
    steps: tuple[Microstep, ...]
    """Microsteps of the event itself; empty if it is refused."""
    hooks: tuple[str, ...]
    """Hooks called for the event and for the events that hooks fired meanwhile."""
    configuration: Configuration
    """The final configuration."""


def judge(chart: Chart, watched: ObservedChart, before: Configuration, event: str, refused: Exception | None) -> Course:
    """Replay the recorded events on the model. Raises :class:`DisagreementError` if the chart deviates from it."""
    observations = list(watched.observations.lines)
    here, fired = before, event
    first: tuple[dict[str, bool], tuple[Microstep, ...]] | None = None
    hooks: list[str] = []
    while True:
        ahead = len(observations)
        answers = _answers(observations, fired)
        steps = _expected(chart, here, fired, answers)
        if watched.interpreted:
            _match(observations, steps, fired, here)
        first = first or (answers, steps)
        hooks += (hook for micro in steps for hook in micro.hooks)
        here = steps[-1].after if steps else here
        if not observations:
            break
        if len(observations) == ahead and first[1] is not steps:
            raise DisagreementError(f"{event} in {'/'.join(here)}: the model does not account for {observations[0]}")
        fired = observations[0].event or fired
    answers, steps = first
    course = Course(answers, steps, tuple(hooks), here)
    _end(chart, watched, event, refused, course)
    return course


def _answers(observations: list[GuardAsked | StepTaken], event: str) -> dict[str, bool]:
    """Remove and return the answers of guards given before the first microstep."""
    answers: dict[str, bool] = {}
    while observations and isinstance(note := observations[0], GuardAsked):
        if note.event not in (event, None):
            break
        if answers.setdefault(note.guard, note.answer) is not note.answer:
            raise DisagreementError(
                f"{event}: the guard {note.guard} answered {not note.answer} and then {note.answer} for the same "
                "event; a guard must depend only on the current state and change nothing"
            )
        observations.pop(0)
    return answers


def _expected(chart: Chart, here: Configuration, event: str, answers: Mapping[str, bool]) -> tuple[Microstep, ...]:
    def ask(guard: str) -> bool:
        if guard not in answers:
            raise DisagreementError(f"{event} in {'/'.join(here)}: the chart depends on {guard}, which was not called")
        return answers[guard]

    return tuple(step(chart, here, event, ask))


def _match(
    observations: list[GuardAsked | StepTaken], steps: tuple[Microstep, ...], event: str, here: Configuration
) -> None:
    """Remove the recorded microsteps of an event, and check that they are those of the model."""
    for micro in steps:
        note = observations.pop(0) if observations else None
        expected = ", ".join(map(arrow, micro.taken))
        if not isinstance(note, StepTaken):
            raise DisagreementError(f"{event} in {'/'.join(here)}: {expected} was not taken")
        if sorted(map(arrow, note.taken)) != sorted(map(arrow, micro.taken)):
            raise DisagreementError(
                f"{event} in {'/'.join(here)}: the chart took {', '.join(map(arrow, note.taken))} instead of {expected}"
            )
    if not steps and observations and isinstance(note := observations[0], StepTaken) and note.event == event:
        raise DisagreementError(
            f"{event} in {'/'.join(here)}: {', '.join(map(arrow, note.taken))} was taken, which the guards forbid"
        )


def _end(chart: Chart, watched: ObservedChart, event: str, refused: Exception | None, course: Course) -> None:
    place = "/".join(watched.configuration)
    said = str(getattr(refused, "event", event))
    if refused is not None and (course.steps or said != event):
        raise DisagreementError(f"{event}: a hook fired {said}, which is refused in {place}")
    before = course.configuration
    if refused is None and not course.steps and not chart.is_ignored(event, chart.active(before)):
        raise DisagreementError(f"{event}: it should have been refused in {'/'.join(before)} but was not")
    if watched.configuration != course.configuration:
        raise DisagreementError(f"{event}: it led to {place} instead of {'/'.join(course.configuration)}")
    if watched.records_hooks and tuple(watched.observations.called) != course.hooks:
        raise DisagreementError(
            f"{event}: the hooks called were {', '.join(watched.observations.called) or 'none'}, expected: "
            f"{', '.join(course.hooks) or 'none'}"
        )
