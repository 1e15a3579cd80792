"""What goes on for a while and is told of: an update of firmware, an upload (4.4, 4.5; whitepaper L01, N01)."""

from abc import abstractmethod
from typing import Any, ClassVar

from attrs import evolve

from ocpp16sm.arguments.arguments import UNSIGNED
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.journal import ChartComponent, Journal
from ocpp16sm.messages import action_of
from ocpp16sm.records import Draft, QueuedRequest


def request_id_of(given: int) -> int | None:
    """None for what has no requestId."""
    return None if given == UNSIGNED else given


class NotifiedProgress(ChartComponent):
    """A chart whose states are told, and kept on disk.

    A status is news until the Central System has answered it. What could not be told, for want of a connection or of
    registration, is told when both are there; of several only the last, since the messages mean now. What
    MessageTypesDiscardForQueueing names is lost.
    """

    STATE: ClassVar[tuple[str, ...]] = ("record",)
    __slots__ = ("_context", "record")

    record: Any
    """A :class:`~ocpp16sm.records.FirmwareState` or :class:`~ocpp16sm.records.UploadState`, replaced whole."""

    def __init__(self, journal: Journal, context: Context) -> None:
        super().__init__(journal)
        self._context = context

    @property
    @abstractmethod
    def news(self) -> Draft | None:
        """What the Central System has not heard yet."""

    @abstractmethod
    def keep(self) -> None:
        """Put the record on disk."""

    def say(self, status: Any) -> None:
        """Something is news, in place of what was."""
        self.record = evolve(self.record, unheard=status)
        news = self.news
        if news is not None:
            self._context.send(news)

    @property
    def may_progress(self) -> bool:
        """Something has not been heard."""
        return self.record.unheard is not None

    def progress(self) -> None:
        """After every step: can be told now what could not be?"""
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
        """The Central System has answered."""
        news = self.news
        if news is not None and news.request == request.request:
            self.touch()
            self.record = evolve(self.record, unheard=None)

    def unheard(self, request: QueuedRequest, _answered: bool) -> None:
        """It has refused, or not answered in time, which is its own affair; without a connection it is still news."""
        if self._context.online:
            self.heard(request)

    def conclude(self, before: Any) -> None:
        """If it is another one than before, it is put on disk."""
        configuration = self.machine.configuration
        if configuration != self.record.configuration:
            self.record = evolve(self.record, configuration=configuration)
        if self.record != before[0][0]:
            self.keep()
