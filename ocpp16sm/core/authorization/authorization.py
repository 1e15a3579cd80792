"""May this idTag charge? The cache, the Central System, and what holds when there is no connection (3.5, 4.1)."""

from collections.abc import Callable, Mapping

from attrs import evolve

from ocpp16sm.codec import Call
from ocpp16sm.config import keys
from ocpp16sm.core.authorization.local_list import LocalList, is_over
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import Answer, DropAuthorization, PutAuthorization
from ocpp16sm.core.engine.inputs import AuthorizeAsked
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.generated import hooks
from ocpp16sm.messages import (
    AuthorizationStatus,
    AuthorizeResponse,
    ClearCacheRequest,
    ClearCacheResponse,
    ClearCacheStatus,
    IdTagInfo,
)
from ocpp16sm.records import QueuedRequest

ACCEPTED = IdTagInfo(status=AuthorizationStatus.ACCEPTED)
INVALID = IdTagInfo(status=AuthorizationStatus.INVALID)

AUTHORIZE_TIMEOUT_S = 50.0
"""So long somebody with a card in hand waits, whatever the queue is doing."""

GROUPS_KNOWN = 100
"""Of so many idTags the group is remembered: those who were here last."""

_WAITED = "authorize"


class Authorization(Component):
    """The authorisation cache beside the list, and questions to the Central System that are open.

    idTags are compared without regard to case (CiString, 7.28).
    """

    __slots__ = (
        "_cache",
        "_context",
        "_groups",
        "_list",
        "_open",
        "_size",
        "asked",
        "conflict",
        "granted_here",
    )
    STATE = ("_cache", "_groups", "_open")
    IN_PLACE = ("_open",)

    def __init__(self, journal: Journal, context: Context, local_list: LocalList, size: int) -> None:
        super().__init__(journal)
        self._context = context
        self._list = local_list
        self.conflict = Signal[[]]()
        """The Central System contradicts its own list."""
        self.asked = Signal[[str]]()
        """The Central System is being asked about an idTag."""
        self.granted_here = Signal[[str]]()
        """An idTag may charge, though the Central System was not asked, or did not answer."""
        self._size = size
        self._cache: Mapping[str, IdTagInfo] = {}
        """Replaced whole when it changes. In order of use, the least recent first."""
        self._groups: Mapping[str, str | None] = {}
        """idTag -> parentIdTag as it was told last, also where nothing may be cached; replaced whole, not kept."""
        self._open: dict[str, str] = {}
        """Reference of a waiting caller -> idTag."""
        context.deadlines[_WAITED] = self._waited

    def restore(self, cache: Mapping[str, IdTagInfo]) -> None:
        """Take what was on disk."""
        self.touch()
        self._cache = {tag.lower(): info for tag, info in cache.items()}

    def authorize(self, asked: AuthorizeAsked) -> None:
        """Answer at once if it can be known, else ask the Central System."""
        context = self._context
        known = self.known(asked.id_tag)
        if not (context.online and context.accepted):
            self._answer_here(asked.ref, asked.id_tag, self._offline(asked.id_tag))
        elif (
            known is not None
            and self._is_final(asked.id_tag, known)
            and context.configuration[keys.LOCAL_PRE_AUTHORIZE]
        ):
            self._answer_here(asked.ref, asked.id_tag, known)
        else:
            self.touch()
            self.asked(asked.id_tag)
            self._open[asked.ref] = asked.id_tag
            context.arm(_WAITED, AUTHORIZE_TIMEOUT_S, asked.ref)
            context.send(hooks.ask_authorization(asked.id_tag), ref=asked.ref)

    def _answer_here(self, ref: str, id_tag: str, info: IdTagInfo) -> None:
        """Without asking the Central System, or without its answer."""
        if _good(info):
            self.granted_here(id_tag)
        self._context.do(Answer(ref, info))

    def _is_final(self, id_tag: str, known: IdTagInfo) -> bool:
        """The list's word is; of the cache only a good one, for the bad may have become good (3.5)."""
        return _good(known) or self._list.find(id_tag) is not None

    def _offline(self, id_tag: str) -> IdTagInfo:
        """Nobody can be asked, or answers: one key lets the known in, another the unknown, none the bad (3.5)."""
        known = self.known(id_tag)
        configuration = self._context.configuration
        if known is not None and (not _good(known) or configuration[keys.LOCAL_AUTHORIZE_OFFLINE]):
            return known
        return ACCEPTED if configuration[keys.ALLOW_OFFLINE_TX_FOR_UNKNOWN_ID] else INVALID

    def known(self, id_tag: str) -> IdTagInfo | None:
        """What the list says, or else the cache (3.5.3); an entry whose time has passed says Expired (3.5.1)."""
        listed = self._list.find(id_tag)
        if listed is not None:
            return listed
        if not self._context.configuration[keys.AUTHORIZATION_CACHE_ENABLED]:
            return None
        info = self._cache.get(id_tag.lower())
        if info is not None and _good(info) and self._is_over(info):
            info = evolve(info, status=AuthorizationStatus.EXPIRED)
            self.remember(id_tag, info)
        return info

    def _is_over(self, info: IdTagInfo) -> bool:
        return is_over(info, self._context.now.utc)

    def parent_of(self, id_tag: str) -> str | None:
        """The group of an idTag, from the list, or as it was told last (3.10, 5.13); None: of none that is known."""
        tag = id_tag.lower()
        listed = self._list.find(id_tag)
        if listed is not None and listed.parent_id_tag is not None:
            return listed.parent_id_tag
        if tag in self._groups:
            return self._groups[tag]
        cached = self._cache.get(tag) if self._context.configuration[keys.AUTHORIZATION_CACHE_ENABLED] else None
        return cached.parent_id_tag if cached is not None else None

    def _note_group(self, id_tag: str, parent_id_tag: str | None) -> None:
        """Whoever is about to start a transaction may be of the group that a reservation is for."""
        self.touch()
        tag = id_tag.lower()
        others = [item for item in self._groups.items() if item[0] != tag]
        self._groups = dict([*others, (tag, parent_id_tag)][-GROUPS_KNOWN:])

    def answered(
        self, request: QueuedRequest, response: AuthorizeResponse, postpones: Callable[[str, str, IdTagInfo], bool]
    ) -> None:
        """Remember the answer of the Central System, and pass it on to whoever still waits.

        ``postpones`` is asked (idTag, reference, answer) if the idTag may charge. If it returns True, it has the
        answer passed on later, with :meth:`resolve`.
        """
        self.remember(request.request.id_tag, response.id_tag_info)
        ref, info = request.ref, response.id_tag_info
        if ref in self._open and _good(info) and postpones(request.request.id_tag, ref, info):
            self._context.disarm(_WAITED, ref)
        else:
            self.resolve(ref, info)

    def failed(self, request: QueuedRequest, answered: bool) -> None:
        """It did not want to say; or it could not be asked or did not answer, which is being offline (3.5)."""
        if answered:
            self.resolve(request.ref, INVALID)
        else:
            self._unanswered(request.ref)

    def _waited(self, key: TimerKey) -> None:
        self._unanswered(str(key.owner))

    def _unanswered(self, ref: str | None) -> None:
        if ref is not None and ref in self._open:
            info = self._offline(self._open[ref])
            if _good(info):
                self.granted_here(self._open[ref])
            self.resolve(ref, info)

    def resolve(self, ref: str | None, info: IdTagInfo) -> None:
        """Answer whoever still waits."""
        if ref is not None and ref in self._open:
            self.touch()
            del self._open[ref]
            self._context.disarm(_WAITED, ref)
            self._context.do(Answer(ref, info))

    def remember(self, id_tag: str, info: IdTagInfo | None) -> None:
        """Put what the Central System said into the cache (3.5.1); a full one loses the invalid, then the oldest.

        What is in the list is not put into the cache (3.5.3); if the list says otherwise, that is told (3.5.2).
        """
        if info is not None:
            self._note_group(id_tag, info.parent_id_tag)
        listed = self._list.find(id_tag)
        if listed is not None:
            if info is not None and self._list.contradicts(listed, info):
                self.conflict()
            return
        if info is None or not self._context.configuration[keys.AUTHORIZATION_CACHE_ENABLED]:
            return
        self.touch()
        tag = id_tag.lower()
        cache = dict(self._cache)
        cache.pop(tag, None)
        if len(cache) >= self._size:
            invalid = (key for key, value in cache.items() if not _good(value) or self._is_over(value))
            victim = next(invalid, None) or next(iter(cache))
            del cache[victim]
            self._context.persist(DropAuthorization(victim))
        cache[tag] = info
        self._cache = cache
        self._context.persist(PutAuthorization(tag, info))

    def clear(self, _request: ClearCacheRequest, _call: Call) -> ClearCacheResponse:
        """ClearCache (5.4, errata 3.23)."""
        if not self._context.configuration[keys.AUTHORIZATION_CACHE_ENABLED]:
            return ClearCacheResponse(status=ClearCacheStatus.REJECTED)
        self.touch()
        self._cache = {}
        self._context.persist(DropAuthorization())
        return ClearCacheResponse(status=ClearCacheStatus.ACCEPTED)


def _good(info: IdTagInfo) -> bool:
    return info.status is AuthorizationStatus.ACCEPTED
