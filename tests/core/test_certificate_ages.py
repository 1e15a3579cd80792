"""The charge point's certificate over the years: renewed in time (A03), whatever networks and power do."""

import pytest

from tests.support.memory_certificates import (
    ACCEPTED,
    DAY_S,
    REJECTED,
    MemoryCertificates,
    accepts,
    asks_for_none,
    day,
    dialled,
    events,
    ours,
    refuses,
    signs,
    station,
)

# -- renewal -----------------------------------------------------------------------------------------------------------


def test_a_certificate_is_renewed_thirty_days_before_its_end() -> None:
    """A03.FR.02, once."""
    scene = station(MemoryCertificates(ours(end=32), new=(2, 400)))
    asks_for_none(scene, 2 - 1 / DAY_S)
    scene.passes(1)
    assert len(scene.hears_all("SignCertificate")) == 1
    assert signs(scene) == ACCEPTED
    asks_for_none(scene, 300)


def test_it_is_asked_for_again_if_nobody_signs_it() -> None:
    scene = station(MemoryCertificates(ours(end=20)))
    scene.passes(60)
    scene.hears("SignCertificate", REJECTED)
    scene.passes(12 * 3600)
    scene.hears("SignCertificate", REJECTED)


@pytest.mark.parametrize("profile", [0, 1, 2])
def test_where_no_certificate_is_used_none_is_renewed(profile: int) -> None:
    scene = station(MemoryCertificates(ours(end=20)), profile)
    scene.passes(30 * DAY_S)
    assert scene.hears_all("SignCertificate") == []


def test_a_renewal_without_a_name_is_an_event() -> None:
    """queue.md 7: CpoName missing."""
    scene = station(MemoryCertificates(ours(end=20)), CpoName="")
    scene.passes(60)
    scene.hears_nothing()
    assert ("CSRGenerationFailed", "CpoName is not set", False) in events(scene)


def test_a_renewal_survives_connections_that_break() -> None:
    """queue.md 2 [B]: in libocpp automatic renewal is dead after the first one."""
    scene = station(MemoryCertificates(ours(end=32)))
    scene.passes(DAY_S)
    scene.loses_link()
    scene.passes(DAY_S)
    assert len(scene.hears_all("SignCertificate")) == 1


def test_a_renewal_that_is_due_while_there_is_no_connection_comes_with_the_next() -> None:
    scene = station(MemoryCertificates(ours(end=32)))
    scene.virtual.dial_s = None
    scene.virtual.drop_link()
    scene.passes(3 * DAY_S)
    scene.virtual.dial_s = 0.0
    scene.passes(3600)
    scene.passes(60)
    assert len(scene.hears_all("SignCertificate")) == 1


def test_a_renewal_that_was_due_while_the_power_was_off_comes_a_minute_after_the_start() -> None:
    memory = MemoryCertificates(ours(end=32))
    scene = station(memory)
    scene.virtual.set_wall_clock(day(10))
    scene.restarts()
    scene.hears_all()
    asks_for_none(scene, 59 / DAY_S)
    scene.passes(1)
    assert len(scene.hears_all("SignCertificate")) == 1


def test_a_clock_that_is_put_forward_is_noticed_in_half_a_day() -> None:
    scene = station(MemoryCertificates(ours()))
    scene.passes(3600)
    scene.virtual.set_wall_clock(day(250))
    scene.passes(12 * 3600)
    scene.hears("SignCertificate", ACCEPTED)


# -- the power fails ---------------------------------------------------------------------------------------------------


def test_a_certificate_that_was_accepted_just_before_the_power_failed_is_tried_after_it() -> None:
    """A02.FR.09: the newest is used; it was on disk before the answer, and the core knew nothing of it yet."""
    memory = MemoryCertificates(ours(), new=(0, 365))
    scene = station(memory)
    signs(scene)
    scene.passes(5)
    memory.held.insert(0, ours("newest", begin=0.00001))
    scene.restarts()
    scene.virtual.effects.clear()
    scene.passes(70)
    assert dialled(scene) == ["newest"]
    assert memory.names() == ["newest"]


@pytest.mark.parametrize("outcome", ["accepted", "refused"])
def test_a_trial_goes_on_after_the_power_failed(outcome: str) -> None:
    memory = MemoryCertificates(ours(), new=(0, 365))
    scene = station(memory, RetryBackOffWaitMinimum="1", RetryBackOffRepeatTimes="0")
    scene.virtual.dial_s = 3600.0
    signs(scene)
    scene.passes(5)
    scene.virtual._later.clear()
    scene.virtual.effects.clear()
    scene.starts()
    assert dialled(scene) == ["new"]
    assert scene.virtual.core.features.certificate_renewal.machine.configuration == ("OnTrial",)
    if outcome == "refused":
        refuses(scene)
        scene.passes(1)
        assert dialled(scene) == ["old"]
    accepts(scene)
    assert memory.names() == ["new" if outcome == "accepted" else "old"]
    assert scene.virtual.core.features.certificate_renewal.machine.configuration == ("Idle",)
