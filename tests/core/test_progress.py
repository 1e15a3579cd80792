"""Whoever may have something to do after a step that does not touch it is asked after every step; nobody else is."""

from typing import Any

import pytest

from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.protocol import Core, Step
from ocpp16sm.messages import UnlockStatus
from tests.core.core_life import a_life
from tests.support.scene import CoreScene
from tests.support.scripted_hardware import ScriptedHardware


class Errand(Component):
    """Something that has so much to do."""

    STATE = ("left",)
    __slots__ = ("left",)

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.left = 0

    @property
    def may_progress(self) -> bool:
        return self.left > 0


def test_whoever_has_more_to_do_is_asked_until_it_is_done() -> None:
    journal = Journal()
    errand = Errand(journal)
    assert journal.may_progress == set()
    errand.touch()
    errand.left = 1
    journal.forget_idle()
    journal.commit()
    assert journal.may_progress == {errand}
    errand.touch()
    errand.left = 0
    journal.forget_idle()
    journal.commit()
    assert journal.may_progress == set()


def test_what_a_failed_step_has_done_is_still_to_be_done() -> None:
    journal = Journal()
    errand = Errand(journal)
    errand.touch()
    errand.left = 1
    journal.commit()
    errand.touch()
    errand.left = 0
    journal.forget_idle()
    journal.roll_back()
    assert errand.left == 1
    assert journal.may_progress == {errand}


def test_nobody_who_is_restless_is_forgotten_in_a_whole_life(monkeypatch: pytest.MonkeyPatch) -> None:
    settled = Core._all_or_nothing
    may_progress: set[str] = set()

    def looks(core: Core, *step: Any) -> Step:
        done = settled(core, *step)
        asked = (
            core.features.reservations,
            core.features.remote,
            core.features.firmware,
            core.features.log_uploads.diagnostics,
            core.features.log_uploads.log,
        )
        forgotten = [
            feature for feature in asked if feature.may_progress and feature not in core.features.journal.may_progress
        ]
        assert not forgotten
        may_progress.update(type(feature).__name__ for feature in asked if feature.may_progress)
        return done

    monkeypatch.setattr(Core, "_all_or_nothing", looks)
    a_life(CoreScene(connectors=2, hardware=ScriptedHardware(UnlockStatus.UNLOCKED)))
    assert may_progress >= {"Reservations", "Firmware"}
