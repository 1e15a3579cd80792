"""What is fuzzed: any bytes, taken as what a Central System sends and how time passes, give effects or nothing.

One invariant: :meth:`Core.feed` raises nothing, undoes no mistake of its own, and what the charge point remembers is
bounded.

The first byte of the input says how the charge point is registered; then it is a sequence of records: a byte that says
what happens, two that say how long the text is, and the text. So a fuzzer finds its way from one frame to the next.
"""

from collections.abc import Iterator
from datetime import timedelta

from ocpp16sm.base.instant import Instant
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.certificates import Inventory
from ocpp16sm.codec import MAX_FRAME_SIZE
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import AskCertificates, AskHardware, AskVendor, Dial, Effect, LogFailure, SendText
from ocpp16sm.core.engine.incoming_calls import MOST_UNANSWERED, REMEMBERED_ANSWERS
from ocpp16sm.core.protocol import Core
from ocpp16sm.records import StoredState
from ocpp16sm.settings import Settings

BEGAN = Timestamp.parse("2026-06-01T12:00:00Z")
REGISTRATIONS = ("Accepted", "Pending", "Rejected")
MOST_QUEUED = 50
MOST_TIMERS = 100
LONGEST_PAUSE_S = 120.0

_SETTINGS = Settings(
    charge_point_id="CP001",
    connectors=2,
    configuration={"MessageQueueSizeThreshold": str(MOST_QUEUED)},
)


class Victim:
    """A charge point that has just been answered its BootNotification."""

    def __init__(self, registration: str) -> None:
        self.core = Core(_SETTINGS.setup(), id_prefix="v-")
        self.mono = 0.0
        self.in_flight = ""
        self.dialled = False
        self.linked = False
        self.feed(inputs.Started(stored=StoredState(), connect=True))
        self.opens()
        answer = f'{{"status":"{registration}","currentTime":"{BEGAN.text()}","interval":300}}'
        self.feed(inputs.TextReceived(f'[3,"{self.in_flight}",{answer}]'))

    def feed(self, happened: inputs.Input) -> tuple[Effect, ...]:
        """Something happens; nothing may go wrong in it."""
        step = self.core.feed(happened, Instant(self.mono, Timestamp.of(BEGAN + timedelta(seconds=self.mono))))
        for effect in step.effects:
            assert not isinstance(effect, LogFailure), effect.text
            self.dialled |= isinstance(effect, Dial)
            if isinstance(effect, SendText):
                assert len(effect.text) < MAX_FRAME_SIZE
                if effect.text.startswith("[2,"):
                    self.in_flight = effect.text.split('"', 2)[1]
            elif isinstance(effect, AskHardware) and effect.ref is not None:
                self.feed(inputs.HardwareAnswered(effect.ref, None, "the station is not there"))
            elif isinstance(effect, AskCertificates):
                self.feed(inputs.CertificatesAnswered(effect.ref, None, "there are none", True, Inventory()))
            elif isinstance(effect, AskVendor):
                self.feed(inputs.VendorAnswered(effect.ref, "Accepted"))
        return step.effects

    def opens(self) -> None:
        """The connection that was dialled is open."""
        if self.dialled:
            self.dialled, self.linked = False, True
            self.feed(inputs.LinkOpened())

    def loses(self, reason: str, chance: float) -> None:
        """There is no connection any more."""
        if self.dialled or self.linked:
            self.dialled = self.linked = False
            self.feed(inputs.LinkLost(reason, chance))

    def says(self, text: str) -> None:
        """The Central System says something, if it can."""
        if self.linked:
            self.feed(inputs.TextReceived(text.replace("$id", self.in_flight)))

    def passes(self, seconds: float) -> None:
        """Time passes, and what falls due happens."""
        until = self.mono + seconds
        for _ in range(1000):
            due = self.core.next_deadline
            if due is None or due > until:
                break
            self.mono = max(self.mono, due)
            self.feed(inputs.DeadlineReached())
        self.mono = until
        self.feed(inputs.DeadlineReached())

    def is_bounded(self) -> None:
        """What it remembers is not more than it may be."""
        core = self.core
        assert len(core.features.context.outbox) <= MOST_QUEUED
        assert len(core.features.incoming_calls._answers) <= MOST_UNANSWERED + REMEMBERED_ANSWERS
        assert len(core.features.context._waiting) <= MOST_UNANSWERED
        assert len(core.features.context.timers._armed) <= MOST_TIMERS


def _records(data: bytes) -> Iterator[tuple[int, str]]:
    while len(data) >= 3:
        length = int.from_bytes(data[1:3], "little")
        yield data[0], data[3 : 3 + length].decode(errors="surrogateescape")
        data = data[3 + length :]


def record(kind: int, text: str = "") -> bytes:
    """A record of :func:`one_input`."""
    data = text.encode(errors="surrogateescape")[:0xFFFF]
    return bytes([kind]) + len(data).to_bytes(2, "little") + data


def one_input(data: bytes) -> None:
    """Fuzz once."""
    victim = Victim(REGISTRATIONS[data[0] % len(REGISTRATIONS)] if data else "Accepted")
    for kind, text in _records(data[1:]):
        if kind < 200:
            victim.says(text)  # "$id" stands for the id of the request that waits for its answer
        elif kind < 240:
            victim.passes((kind - 199) / 40 * LONGEST_PAUSE_S)
        elif kind < 248:
            victim.loses(text, kind % 2 / 2)
        else:
            victim.opens()
    victim.is_bounded()
