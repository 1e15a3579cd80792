"""Certificates that arrive while another matter is open: a request, a trial (whitepaper A02)."""

from tests.support.memory_certificates import (
    ACCEPTED,
    DAY_S,
    MemoryCertificates,
    accepts,
    dialled,
    ours,
    refuses,
    signs,
    station,
    triggers,
)


def test_a_certificate_that_is_only_kept_ends_the_request_all_the_same() -> None:
    """A02.FR.08, A02.FR.11: nobody is asked again for what has come; the next request is a new one."""
    memory = MemoryCertificates(ours(), new=(0, 365))
    scene = station(memory, 2)
    triggers(scene)
    scene.hears("SignCertificate", ACCEPTED, csr="CSR 1")
    assert signs(scene) == ACCEPTED
    scene.passes(DAY_S)
    assert scene.hears_all("SignCertificate") == []
    assert (memory.names(), dialled(scene)) == (["new", "old"], [])
    assert triggers(scene) == ACCEPTED
    scene.hears("SignCertificate", csr="CSR 2")


def test_a_certificate_that_comes_unasked_and_is_only_kept_asks_for_nothing() -> None:
    """A02.FR.08: with profile 2 nothing is tried; a request may follow at once."""
    memory = MemoryCertificates(ours(), new=(0, 365))
    scene = station(memory, 2)
    assert signs(scene) == ACCEPTED
    scene.hears_nothing()
    assert (memory.names(), dialled(scene)) == (["new", "old"], [])
    assert triggers(scene) == ACCEPTED
    scene.hears("SignCertificate", csr="CSR 1")


def test_a_certificate_that_never_comes_changes_nothing() -> None:
    """The connection stays, with the certificate that it has."""
    memory = MemoryCertificates(ours())
    scene = station(memory, CertSigningWaitMinimum="30", CertSigningRepeatTimes="0")
    triggers(scene)
    scene.hears("SignCertificate", ACCEPTED)
    scene.passes(60)
    scene.hears_nothing()
    assert (memory.names(), dialled(scene)) == (["old"], [])
    assert triggers(scene) == ACCEPTED


def test_a_trial_that_is_lost_asks_for_no_other_certificate() -> None:
    """A02.FR.09: what the Central System signs and does not take, it would sign again."""
    memory = MemoryCertificates(ours(), new=(0, 365))
    scene = station(memory, RetryBackOffWaitMinimum="1", RetryBackOffRepeatTimes="0")
    scene.virtual.dial_s = 3600.0
    signs(scene)
    scene.passes(5)
    refuses(scene)
    scene.passes(1)
    accepts(scene)
    assert memory.names() == ["old"]
    scene.hears_all("SecurityEventNotification")
    scene.passes(DAY_S)
    assert memory.subjects == []


def test_a_certificate_whose_time_comes_during_the_trial_of_another_is_tried_instead() -> None:
    """A02.FR.08: the newest of those that are valid; neither of the others is there when it has connected."""
    memory = MemoryCertificates(ours(), newest=(0.5, 365), new=(0, 364))
    scene = station(memory)
    assert signs(scene, "newest") == ACCEPTED
    scene.passes(DAY_S / 2 - 60)
    scene.virtual.dial_s = 3600.0
    assert signs(scene, "new") == ACCEPTED
    scene.passes(10)
    assert dialled(scene) == ["new"]
    scene.passes(60)
    assert dialled(scene) == ["newest"]
    accepts(scene)
    assert memory.names() == ["newest"]
