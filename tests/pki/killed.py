"""A process that is killed before each of its calls of the file system in turn, in copies of one directory.

``python -m tests.pki.killed WORK BEFORE COPIES CHAIN OLD OTHER``; says how many copies there are.
"""

import os
import shutil
import signal
import sys
from pathlib import Path

from ocpp16sm.messages import CertificateUse
from ocpp16sm.pki import FileCertificates
from tests.support.authorities import NOON

_CALLS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir")


def connections(here: FileCertificates, chain: str, old: str, root: str) -> None:
    """A renewal, and a root more."""
    here.accept_signed(chain)
    here.retire(old)
    here.install_root(CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE, root, 10, replace=False)


def cars(here: FileCertificates, chain: str, old: str, result: str) -> None:
    """A renewal of what cars are shown, and what its responder says."""
    here.accept_v2g_signed(chain)
    here.keep_ocsp(here.inventory().ocsp[0].data, result)
    here.retire_v2g(old)


WORK = {"connections": connections, "cars": cars}


def _die_before(call: int) -> None:
    left = call

    def hook(event: str, _details: object) -> None:
        nonlocal left
        if event in _CALLS:
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

    sys.addaudithook(hook)


def main(kind: str, before: str, copies: str, chain: str, old: str, other: str) -> None:
    """One child after the other, until one gets to the end."""
    texts = Path(chain).read_text(), old, Path(other).read_text()
    for call in range(1000):
        copy = Path(copies) / f"{call:03d}"
        shutil.copytree(before, copy)
        child = os.fork()
        if child == 0:
            _die_before(call)
            WORK[kind](FileCertificates(copy, utc=lambda: NOON), *texts)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            if os.WEXITSTATUS(status) != 0:
                raise SystemExit(f"call {call}: it ended with {os.WEXITSTATUS(status)}")
            sys.stdout.write(str(call))
            return
    raise SystemExit("it does not come to its end")


if __name__ == "__main__":
    main(*sys.argv[1:])
