"""Authorization of idTags: cache, Central System, and the rules while offline (3.5, 4.1)."""

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
"""Seconds that a person presenting an idTag waits for an answer, even if the request is still queued."""

GROUPS_KNOWN = 100
"""Number of idTags whose group is remembered, the most recent ones."""

_WAITED = "authorize"


class Authorization(Component):
    """The Authorization Cache, and the open questions to the Central System.

    idTags are compared case-insensitively (CiString, 7.28).
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
        """Emitted when a response contradicts the Local Authorization List."""
        self.asked = Signal[[str]]()
        """Emitted with an idTag when the Central System is asked about it."""
        self.granted_here = Signal[[str]]()
        """Emitted with an idTag that is accepted without a response from the Central System."""
        self._size = size
        self._cache: Mapping[str, IdTagInfo] = {}
        """Replaced as a whole when it changes. Ordered by the last response about the idTag, oldest first."""
        self._groups: Mapping[str, str | None] = {}
        """idTag -> last known parentIdTag, even if caching is off. Replaced as a whole when it changes; not stored."""
        self._open: dict[str, str] = {}
        """Reference of a waiting caller -> idTag."""
        context.deadlines[_WAITED] = self._timed_out

    def restore(self, cache: Mapping[str, IdTagInfo]) -> None:
        """Restore the stored cache."""
        self.touch()
        self._cache = {tag.lower(): info for tag, info in cache.items()}

    def authorize(self, asked: AuthorizeAsked) -> None:
        """Answer at once from the list, the cache or the offline rules if possible, else ask the Central System."""
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
        if _is_accepted(info):
            self.granted_here(id_tag)
        self._context.do(Answer(ref, info))

    def _is_final(self, id_tag: str, known: IdTagInfo) -> bool:
        """A list entry is final, a cache entry only if Accepted: a refused idTag may be accepted by now (3.5)."""
        return _is_accepted(known) or self._list.find(id_tag) is not None

    def _offline(self, id_tag: str) -> IdTagInfo:
        """Known idTags depend on LocalAuthorizeOffline, unknown ones on AllowOfflineTxForUnknownId (3.5)."""
        known = self.known(id_tag)
        configuration = self._context.configuration
        if known is not None and (not _is_accepted(known) or configuration[keys.LOCAL_AUTHORIZE_OFFLINE]):
            return known
        return ACCEPTED if configuration[keys.ALLOW_OFFLINE_TX_FOR_UNKNOWN_ID] else INVALID

    def known(self, id_tag: str) -> IdTagInfo | None:
        """The entry of the list, or else of the cache (3.5.3). An entry past its expiryDate is Expired (3.5.1)."""
        listed = self._list.find(id_tag)
        if listed is not None:
            return listed
        if not self._context.configuration[keys.AUTHORIZATION_CACHE_ENABLED]:
            return None
        info = self._cache.get(id_tag.lower())
        if info is not None and _is_accepted(info) and self._is_over(info):
            info = evolve(info, status=AuthorizationStatus.EXPIRED)
            self.remember(id_tag, info)
        return info

    def _is_over(self, info: IdTagInfo) -> bool:
        return is_over(info, self._context.now.utc)

    def parent_of(self, id_tag: str) -> str | None:
        """The parentIdTag of an idTag, from the list or the last response about it; None if not known (3.10, 5.13)."""
        tag = id_tag.lower()
        listed = self._list.find(id_tag)
        if listed is not None and listed.parent_id_tag is not None:
            return listed.parent_id_tag
        if tag in self._groups:
            return self._groups[tag]
        cached = self._cache.get(tag) if self._context.configuration[keys.AUTHORIZATION_CACHE_ENABLED] else None
        return cached.parent_id_tag if cached is not None else None

    def _note_group(self, id_tag: str, parent_id_tag: str | None) -> None:
        """Kept apart from the cache: a reservation for a group needs it even when caching is off."""
        self.touch()
        tag = id_tag.lower()
        others = [item for item in self._groups.items() if item[0] != tag]
        self._groups = dict([*others, (tag, parent_id_tag)][-GROUPS_KNOWN:])

    def answered(
        self, request: QueuedRequest, response: AuthorizeResponse, postpones: Callable[[str, str, IdTagInfo], bool]
    ) -> None:
        """Handle Authorize.conf: remember it, and answer the caller that waits.

        ``postpones`` is called with idTag, reference and info if the idTag is accepted. True means that it has the
        caller answered later, with :meth:`resolve`.
        """
        self.remember(request.request.id_tag, response.id_tag_info)
        ref, info = request.ref, response.id_tag_info
        if ref in self._open and _is_accepted(info) and postpones(request.request.id_tag, ref, info):
            self._context.disarm(_WAITED, ref)
        else:
            self.resolve(ref, info)

    def failed(self, request: QueuedRequest, answered: bool) -> None:
        """Refuse if the Central System answered with an error; without any answer, apply the offline rules (3.5)."""
        if answered:
            self.resolve(request.ref, INVALID)
        else:
            self._unanswered(request.ref)

    def _timed_out(self, key: TimerKey) -> None:
        self._unanswered(str(key.owner))

    def _unanswered(self, ref: str | None) -> None:
        if ref is not None and ref in self._open:
            info = self._offline(self._open[ref])
            if _is_accepted(info):
                self.granted_here(self._open[ref])
            self.resolve(ref, info)

    def resolve(self, ref: str | None, info: IdTagInfo) -> None:
        """Answer the caller with this reference, if it still waits."""
        if ref is not None and ref in self._open:
            self.touch()
            del self._open[ref]
            self._context.disarm(_WAITED, ref)
            self._context.do(Answer(ref, info))

    def remember(self, id_tag: str, info: IdTagInfo | None) -> None:
        """Cache what the Central System said of an idTag (3.5.1).

        A full cache drops an invalid entry, or else the oldest. An idTag that is in the Local Authorization List is not
        cached (3.5.3). If it contradicts the list, that is reported (3.5.2).
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
            invalid = (key for key, value in cache.items() if not _is_accepted(value) or self._is_over(value))
            victim = next(invalid, None) or next(iter(cache))
            del cache[victim]
            self._context.persist(DropAuthorization(victim))
        cache[tag] = info
        self._cache = cache
        self._context.persist(PutAuthorization(tag, info))

    def clear(self, _request: ClearCacheRequest, _call: Call) -> ClearCacheResponse:
        """Answer ClearCache.req (5.4, errata 3.23)."""
        if not self._context.configuration[keys.AUTHORIZATION_CACHE_ENABLED]:
            return ClearCacheResponse(status=ClearCacheStatus.REJECTED)
        self.touch()
        self._cache = {}
        self._context.persist(DropAuthorization())
        return ClearCacheResponse(status=ClearCacheStatus.ACCEPTED)


def _is_accepted(info: IdTagInfo) -> bool:
    return info.status is AuthorizationStatus.ACCEPTED
