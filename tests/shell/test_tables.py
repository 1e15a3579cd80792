"""What is looked up by its type is there for each type."""

from typing import get_args

from ocpp16sm.core.engine.effects import Effect, Persist, StoreOperation
from ocpp16sm.shell.shell import PERFORM
from ocpp16sm.store.memory import APPLY


def test_every_effect_can_be_performed() -> None:
    assert {Persist, *PERFORM} == set(Effect.__subclasses__())


def test_the_memory_store_can_apply_every_operation() -> None:
    assert set(APPLY) == set(get_args(StoreOperation))
