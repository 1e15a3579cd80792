"""Certificates are asked one call at a time, on another thread."""

import asyncio
import logging
import threading
from typing import Any

import pytest

from ocpp16sm.certificates import Certificates, InstalledRoots, Inventory, Retire
from ocpp16sm.core.engine.inputs import CertificatesAnswered
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import CertificateUse
from ocpp16sm.shell.certificate_worker import CertificateWorker

THERE_IS = Inventory(central_system_roots=1)


class Noting(Certificates):
    """Notes what happens, and on which thread; fails as it is told."""

    def __init__(self) -> None:
        self.happened: list[tuple[str, str]] = []
        self.threads: set[int] = set()
        self.fails: dict[str, BaseException] = {}

    def _note(self, what: str) -> None:
        self.threads.add(threading.get_ident())
        self.happened.append((what, "begins"))
        if what in self.fails:
            raise self.fails[what]
        self.happened.append((what, "ends"))

    def retire(self, name: str) -> None:
        """Noted."""
        self._note(name)

    def installed_roots(self, use: CertificateUse) -> Any:
        """None."""
        self._note("roots")
        return ()

    def inventory(self) -> Inventory:
        """One root."""
        self._note("inventory")
        return THERE_IS


def ask(certificates: Noting, *calls: Any) -> list[CertificatesAnswered]:
    """Ask all of this at once."""

    async def story() -> list[CertificatesAnswered]:
        keeper = CertificateWorker(certificates)
        return list(await asyncio.gather(*(keeper.ask(call, number) for number, call in enumerate(calls))))

    return asyncio.run(story())


def test_calls_follow_one_another_on_another_thread() -> None:
    certificates = Noting()
    answers = ask(certificates, Retire("a"), InstalledRoots(CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE))
    assert answers == [
        CertificatesAnswered(0, None, None, False, THERE_IS),
        CertificatesAnswered(1, (), None, False, THERE_IS),
    ]
    whole = [(what, when) for what in ("a", "inventory", "roots", "inventory") for when in ("begins", "ends")]
    assert certificates.happened == whole
    assert threading.get_ident() not in certificates.threads


def test_a_refusal_is_an_answer_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    certificates = Noting()
    certificates.fails["a"] = CertificateError("it is in use")
    assert ask(certificates, Retire("a")) == [CertificatesAnswered(0, None, "it is in use", True, THERE_IS)]
    assert not caplog.records


def test_a_failure_is_an_answer_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    certificates = Noting()
    certificates.fails["a"] = OSError("no disk")
    assert ask(certificates, Retire("a")) == [CertificatesAnswered(0, None, "OSError('no disk')", False, THERE_IS)]
    assert [(record.levelno, record.message) for record in caplog.records] == [
        (logging.ERROR, "Certificates.retire failed")
    ]


@pytest.mark.parametrize("raised", [asyncio.CancelledError("a"), StopIteration("a"), SystemExit("a")], ids=repr)
def test_what_no_future_takes_is_a_failure_too(raised: BaseException) -> None:
    """Each question is answered, and the next one as well."""
    certificates = Noting()
    certificates.fails["a"] = raised
    first, second = ask(certificates, Retire("a"), Retire("b"))
    assert repr(raised) in str(first.failure)
    assert (first.ref, first.refused, first.inventory) == (0, False, THERE_IS)
    assert second == CertificatesAnswered(1, None, None, False, THERE_IS)


def test_whoever_cannot_be_asked_what_there_is_has_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The question is answered all the same; nobody waits for ever."""
    certificates = Noting()
    certificates.fails["inventory"] = OSError("no disk")
    answers = ask(certificates, Retire("a"), Retire("b"))
    assert answers == [CertificatesAnswered(at, None, "OSError('no disk')", False, Inventory()) for at in (0, 1)]
    assert "Certificates.inventory failed" in caplog.text
