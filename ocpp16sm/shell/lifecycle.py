"""One charge point from start to stop: opens its store, builds its core and shell, and closes them again."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from random import Random

from ocpp16sm.arguments import arguments
from ocpp16sm.base.named_log import about
from ocpp16sm.base.words import BootReasonWord, ChargePointStatusWord
from ocpp16sm.certificates import Certificates
from ocpp16sm.clock import Clock
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import PutOwner
from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.core.protocol import Core
from ocpp16sm.errors import AlreadyRunningError, InvalidArgumentError, NotStartedError, StoreError
from ocpp16sm.hardware import Hardware
from ocpp16sm.listener import Listener
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.network.transport import Transport
from ocpp16sm.records import StoredState
from ocpp16sm.settings import Settings
from ocpp16sm.shell.own_chart import MachineFactory
from ocpp16sm.shell.shell import Shell
from ocpp16sm.shell.vendor_handlers import Vendors
from ocpp16sm.store import MemoryStore, Store


class Lifecycle:
    """Starts and stops a charge point, any number of times. There is a shell from each start to the next stop."""

    def __init__(
        self,
        charge_point_id: str,
        listeners: Sequence[Listener],
        vendors: Vendors,
        store: Store | None,
        machine: MachineFactory,
        certificates: Certificates,
        transport: Transport,
        clock: Clock,
        random: Random,
    ) -> None:
        self._id = charge_point_id
        self._listeners = listeners
        self._vendors = vendors
        self._given_store = store
        self._machine = machine
        self._certificates = certificates
        self._transport = transport
        self._clock = clock
        self._random = random
        self.shell: Shell | None = None
        """None unless the charge point runs."""
        self.failure: str | None = None
        """Why the charge point has stopped by itself since its last start; None if it has not."""
        self._store: Store | None = None
        self._failed: Shell | None = None
        """The shell that has stopped by itself; it may still be closing its connection."""

    @property
    def live(self) -> Shell | None:
        """The shell, if its event loop has not ended and this process is not a fork."""
        shell = self.shell
        return None if shell is None or shell.owner_loop.gone else shell

    def running(self) -> Shell:
        """The shell. Raises :class:`~ocpp16sm.errors.NotStartedError` if nothing can be done with it."""
        shell = self.shell
        if shell is None and self.failure is not None:
            raise NotStartedError(f"the charge point has stopped, because its state could not be kept: {self.failure}")
        if shell is None:
            raise NotStartedError("the charge point is not running; call start() first")
        shell.owner_loop.check()
        return shell

    # -- start ------------------------------------------------------------------------------------------------------

    def launch(
        self,
        settings: Settings,
        hardware: Hardware,
        boot_reason: BootReason | BootReasonWord,
        connector_status: Mapping[int, ChargePointStatus | ChargePointStatusWord] | None,
        resuming_sessions: frozenset[str],
        connect: bool,
    ) -> None:
        """Check the arguments of ``ChargePoint.start`` and start."""
        if self.shell is not None:
            raise AlreadyRunningError("the charge point is running already; stop it first, or call restart()")
        started_as = arguments.word("boot_reason", boot_reason, BootReason)
        found = _statuses(connector_status)
        resumed = _sessions(resuming_sessions)
        connects = arguments.boolean("connect", connect) and bool(settings.central_system_url)
        self.failure = None
        with about(self._id):
            store = self._store = self._open_store(settings)
            try:
                stored = store.load()
                _check_owner(settings, store, stored)
                shell = self.shell = self._build(settings, hardware, store, stored)
                shell.operator.starts(started_as, stored)
                shell.feed(
                    inputs.Started(
                        stored=stored,
                        boot_reason=started_as,
                        connector_status=found,
                        resuming_sessions=resumed,
                        connect=connects,
                        inventory=self._certificates.inventory(),
                    )
                )
                if stored.charge_point_id is None:  # only now: a damaged owner has been set aside
                    store.apply((PutOwner(self._id),))
            except BaseException:
                self.kill()
                raise

    def _open_store(self, settings: Settings) -> Store:
        if self._given_store is not None:
            return self._given_store
        if not settings.store:
            return MemoryStore()
        from ocpp16sm.store.sqlite import SqliteStore

        return SqliteStore(settings.store, durability=settings.durability)

    def _build(self, settings: Settings, hardware: Hardware, store: Store, stored: StoredState) -> Shell:
        setup = settings.setup()
        # with the sequence number, the same seed in the next process makes no message id once more
        prefix = f"{self._random.getrandbits(40) ^ stored.next_seq:010x}-"
        core = Core(setup, id_prefix=prefix, connector_machine=self._machine)
        recorder = None
        if settings.flight_recorder:
            from ocpp16sm.shell.flight_recorder import FlightRecorder

            recorder = FlightRecorder.open(settings.flight_recorder, setup, prefix)
        return Shell(
            core,
            store,
            settings,
            hardware,
            self._listeners,
            self._vendors,
            self._certificates,
            self._transport,
            self._clock,
            self._random,
            recorder,
            self._has_failed,
        )

    def _has_failed(self, reason: str) -> None:
        """Close the store, so that it can be opened again once the reason why it cannot be written is gone."""
        self.failure = reason
        self._failed, self.shell = self.shell, None
        self._close_store()

    # -- stop -------------------------------------------------------------------------------------------------------

    async def stop(self, timeout_s: float) -> None:
        """Have transactions ended, wait at most ``timeout_s`` for delivery, disconnect and close everything."""
        shell = self.shell
        if shell is None:
            await self._let_go()
            return
        if shell.owner_loop.gone:
            self.kill()
            return
        shell.owner_loop.check_caller()
        with about(self._id):
            shell.operator.stops()
            try:
                with suppress(TimeoutError, NotStartedError):  # what is left is kept; or it has failed before
                    shell.feed(inputs.ShutdownAsked())
                    async with asyncio.timeout(timeout_s):
                        await shell.until(lambda: _nothing_left(shell.core))
            finally:
                await self._let_go()
            shell.operator.stopped(len(shell.core.features.context.outbox))

    def kill(self) -> None:
        """Stop at once, as :meth:`ChargePoint.kill <ocpp16sm.charge_point.ChargePoint.kill>` says."""
        shell, self.shell, self._failed = self.shell or self._failed, None, None
        if shell is not None and shell.owner_loop.forked:
            shell.kill()
            self._store = None  # it is the parent's, and closes nothing here
            return
        with about(self._id):
            try:
                if shell is not None:
                    shell.kill()
                    shell.operator.broke_off()
            finally:
                self._close_store()

    async def _let_go(self) -> None:
        """Disconnect, and close everything that a start has opened."""
        shell, self.shell, self._failed = self.shell or self._failed, None, None
        try:
            if shell is not None:
                await shell.close()
        finally:
            self._close_store()

    def _close_store(self) -> None:
        store, self._store = self._store, None
        if store is not None and store is not self._given_store:
            store.close()


def _check_owner(settings: Settings, store: Store, stored: StoredState) -> None:
    """A store belongs to the first charge point that uses it: its transactions are billed to that one."""
    own = settings.charge_point_id
    if stored.charge_point_id not in (None, own):
        place = getattr(store, "path", "the store")
        raise StoreError(
            f"{place}: belongs to charge point {stored.charge_point_id!r}, not to {own!r}; give each charge point "
            "a store of its own"
        )


def _nothing_left(core: Core) -> bool:
    undeliverable = not (core.features.context.online and core.features.context.accepted)
    return not core.features.transactions.running() and (undeliverable or not len(core.features.context.outbox))


def _statuses(
    given: Mapping[int, ChargePointStatus | ChargePointStatusWord] | None,
) -> Mapping[int, ChargePointStatus] | None:
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise InvalidArgumentError("connector_status", given, "a mapping from connectors to statuses")
    return {
        arguments.integer("connector_status", number, 0): arguments.word(
            f"connector_status[{number}]", status, ChargePointStatus
        )
        for number, status in given.items()
    }


def _sessions(given: Collection[str]) -> frozenset[str]:
    """Names of sessions. A text is a collection of texts too, and never meant as one here."""
    if isinstance(given, str | bytes) or not isinstance(given, Collection):
        raise InvalidArgumentError("resuming_sessions", given, "a set of session ids")
    return frozenset(arguments.text("resuming_sessions", session, 255) for session in given)
