"""A model for python-statemachine that only listens."""

# mypy: disable-error-code="type-arg"

from typing import Any

from statemachine import StateChart


def ids(machine: StateChart) -> list[str]:
    """The active states in the library's own order."""
    return [state.id for state in machine.configuration]


class Log:
    """A model whose every hook writes its name down."""

    state: Any = None

    def __init__(self, *hooks: str) -> None:
        self.calls: list[str] = []
        for hook in hooks:
            setattr(self, hook, self._writer(hook))

    def _writer(self, hook: str) -> Any:
        def write() -> None:
            self.calls.append(hook)

        return write
