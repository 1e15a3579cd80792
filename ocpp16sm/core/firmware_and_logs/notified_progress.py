"""Progress that the Central System is notified of: a firmware update, an upload (4.4, 4.5; whitepaper L01, N01)."""

from abc import abstractmethod
from typing import Any, ClassVar

from attrs import evolve

from ocpp16sm.arguments.arguments import UNSIGNED
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.journal import ChartComponent, Journal
from ocpp16sm.messages import action_of
from ocpp16sm.records import Draft, QueuedRequest


def request_id_of(given: int) -> int | None:
    """The requestId; None for the value that stands for no requestId."""
    return None if given == UNSIGNED else given


class NotifiedProgress(ChartComponent):
    """Runs a chart whose states are reported and stored.

    A status is unheard until the Central System has answered its notification. If it cannot be sent for lack of a
    connection or of registration, it is sent when both exist; of several only the last, because the messages describe
    the present. Actions in MessageTypesDiscardForQueueing are not sent later.
    """

    STATE: ClassVar[tuple[str, ...]] = ("record",)
    __slots__ = ("_context", "record")

    record: Any
    """A :class:`~ocpp16sm.records.FirmwareState` or :class:`~ocpp16sm.records.UploadState`, replaced as a whole."""

    def __init__(self, journal: Journal, context: Context) -> None:
        super().__init__(journal)
        self._context = context

    @property
    @abstractmethod
    def news(self) -> Draft | None:
        """The notification that the Central System has not heard yet, or None."""

    @abstractmethod
    def keep(self) -> None:
        """Store the record."""

    def say(self, status: Any) -> None:
        """Report a new status instead of an unheard one."""
        self.record = evolve(self.record, unheard=status)
        news = self.news
        if news is not None:
            self._context.send(news)

    @property
    def may_progress(self) -> bool:
        """Whether a status is unheard."""
        return self.record.unheard is not None

    def progress(self) -> None:
        """After each step: send an unheard status if that is possible now."""
        if self.record.unheard is None:
            return
        news, context = self.news, self._context
        if news is None:
            return
        if context.admits():
            if not context.outbox.has(news.request):
                context.send(news)
        elif context.discards(action_of(news.request)):
            self.touch()
            self.record = evolve(self.record, unheard=None)

    def heard(self, request: QueuedRequest, _response: Any = None) -> None:
        """The Central System has answered the notification."""
        news = self.news
        if news is not None and news.request == request.request:
            self.touch()
            self.record = evolve(self.record, unheard=None)

    def unheard(self, request: QueuedRequest, _answered: bool) -> None:
        """It was refused or not answered in time, and counts as heard. Without a connection it stays unheard."""
        if self._context.online:
            self.heard(request)

    def conclude(self, before: Any) -> None:
        """Store the record if it has changed."""
        configuration = self.machine.configuration
        if configuration != self.record.configuration:
            self.record = evolve(self.record, configuration=configuration)
        if self.record != before[0][0]:
            self.keep()
