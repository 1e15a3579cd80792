"""The Local Authorization List, which only the Central System changes (3.5.2)."""

from collections.abc import Mapping

from attrs import evolve

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.codec import Call
from ocpp16sm.config import local_list_keys
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import ClearLocalList, DropLocalListEntry, PutLocalListEntry, PutLocalListVersion
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.messages import (
    AuthorizationStatus,
    FeatureProfile,
    GetLocalListVersionRequest,
    GetLocalListVersionResponse,
    IdTagInfo,
    SendLocalListRequest,
    SendLocalListResponse,
    UpdateStatus,
    UpdateType,
)
from ocpp16sm.records import LocalListState

VALID = frozenset({AuthorizationStatus.ACCEPTED, AuthorizationStatus.CONCURRENT_TX})
"""Statuses of a valid idTag (3.5.2)."""

NO_LIST = -1
"""Version reported if the list is not supported or not enabled (5.10)."""


def is_over(info: IdTagInfo, now: Timestamp) -> bool:
    """Whether the expiryDate has passed."""
    return info.expiry_date is not None and info.expiry_date <= now


class LocalList(Component):
    """The list and its version. idTags are compared case-insensitively (CiString, 7.28)."""

    __slots__ = ("_context", "_entries", "_version")
    STATE = ("_entries", "_version")

    def __init__(self, journal: Journal, context: Context) -> None:
        super().__init__(journal)
        self._context = context
        self._entries: Mapping[str, IdTagInfo] = {}
        """Replaced as a whole when it changes."""
        self._version = 0

    def restore(self, stored: LocalListState) -> None:
        """Restore the stored list."""
        self.touch()
        self._version = stored.version
        self._entries = {tag.lower(): info for tag, info in stored.entries.items()}

    @property
    def _enabled(self) -> bool:
        configuration = self._context.configuration
        supported = configuration.supports(FeatureProfile.LOCAL_AUTH_LIST_MANAGEMENT)
        return supported and configuration[local_list_keys.LOCAL_AUTH_LIST_ENABLED]

    def find(self, id_tag: str) -> IdTagInfo | None:
        """The entry of an idTag. None if it is not in the list, or the list is not enabled.

        An entry past its expiryDate is returned as Expired. The list itself stays as the Central System sent it
        (3.5.2).
        """
        info = self._entries.get(id_tag.lower()) if self._enabled else None
        if info is None or info.status is not AuthorizationStatus.ACCEPTED or not is_over(info, self._context.now.utc):
            return info
        return evolve(info, status=AuthorizationStatus.EXPIRED)

    @staticmethod
    def contradicts(listed: IdTagInfo, info: IdTagInfo) -> bool:
        """Whether a response differs from the list's entry. Accepted and ConcurrentTx both count as valid (3.5.2)."""
        return listed.status is not info.status and not VALID.issuperset((listed.status, info.status))

    def version_asked(self, _request: GetLocalListVersionRequest, _call: Call) -> GetLocalListVersionResponse:
        """Answer GetLocalListVersion.req (5.10)."""
        return GetLocalListVersionResponse(list_version=self._present_version if self._enabled else NO_LIST)

    @property
    def _present_version(self) -> int:
        """An empty list has version 0, whichever version it was sent with (5.10)."""
        return self._version if self._entries else 0

    def sent(self, request: SendLocalListRequest, _call: Call) -> SendLocalListResponse:
        """Answer SendLocalList.req. An update is applied as a whole or not at all (5.15)."""
        if not self._enabled:
            return SendLocalListResponse(status=UpdateStatus.NOT_SUPPORTED)
        return SendLocalListResponse(status=self._update(request))

    def _update(self, request: SendLocalListRequest) -> UpdateStatus:
        configuration = self._context.configuration
        whole = request.update_type is UpdateType.FULL
        changes = request.local_authorization_list
        if not whole and changes is None:
            return UpdateStatus.FAILED
        if not whole and request.list_version <= self._present_version:
            return UpdateStatus.VERSION_MISMATCH
        if changes and request.list_version < 1:  # errata 3.52: 0 and -1 have special meanings
            return UpdateStatus.FAILED
        if len(changes or ()) > configuration[local_list_keys.SEND_LOCAL_LIST_MAX_LENGTH]:
            return UpdateStatus.FAILED
        if whole and any(change.id_tag_info is None for change in changes or ()):  # 7.1: required in a Full update
            return UpdateStatus.FAILED
        before = {} if whole else self._entries
        entries = dict(before)
        for change in changes or ():
            tag = change.id_tag.lower()
            entries.pop(tag, None)
            if change.id_tag_info is not None:
                entries[tag] = change.id_tag_info
        if len(entries) > configuration[local_list_keys.LOCAL_AUTH_LIST_MAX_LENGTH]:
            return UpdateStatus.FAILED
        self._take(entries, before, request.list_version, whole)
        return UpdateStatus.ACCEPTED

    def _take(
        self, entries: Mapping[str, IdTagInfo], before: Mapping[str, IdTagInfo], version: int, whole: bool
    ) -> None:
        self.touch()
        self._entries, self._version = entries, version
        if whole:
            self._context.persist(ClearLocalList())
        for tag in before.keys() - entries.keys():
            self._context.persist(DropLocalListEntry(tag))
        for tag, info in entries.items():
            if before.get(tag) != info:
                self._context.persist(PutLocalListEntry(tag, info))
        self._context.persist(PutLocalListVersion(version))
