"""Messages of the LocalAuthListManagement profile (OCPP 1.6, 3.5.2, 5, 6)."""

from enum import StrEnum

from attrs import frozen

from ocpp16sm.messages.primitives import IdToken, Integer
from ocpp16sm.messages.types import IdTagInfo


class UpdateType(StrEnum):
    """How a list is sent (7.48)."""

    DIFFERENTIAL = "Differential"
    """Changes to the present list."""
    FULL = "Full"
    """A list in place of the present one."""


class UpdateStatus(StrEnum):
    """Answer to SendLocalList (7.47)."""

    ACCEPTED = "Accepted"
    """The list is updated."""
    FAILED = "Failed"
    """The list could not be updated."""
    NOT_SUPPORTED = "NotSupported"
    """There is no such list here."""
    VERSION_MISMATCH = "VersionMismatch"
    """Changes to a version that is not older than the present one."""


@frozen
class AuthorizationData:
    """One entry of a list (7.1)."""

    id_tag: IdToken
    """The idTag, at most 20 characters."""
    id_tag_info: IdTagInfo | None = None
    """Its status, expiry and group. Absent: a Differential update removes the entry; a Full one needs it."""


@frozen
class GetLocalListVersionRequest:
    """Ask for the version of the Local Authorization List (5.10, 6.27). No fields."""


@frozen
class GetLocalListVersionResponse:
    """Answer with the version of the list (6.28)."""

    list_version: Integer
    """The version; 0: the list is empty, -1: there is no such list here (5.10)."""


@frozen
class SendLocalListRequest:
    """Send a Local Authorization List, or changes to it (5.15, 6.41)."""

    list_version: Integer
    """Version of the list after the update; not 0 and not -1 (errata 3.52), for the handler to check."""
    update_type: UpdateType
    """The whole list, or changes."""
    local_authorization_list: tuple[AuthorizationData, ...] | None = None
    """The entries, each idTag once. Absent or empty: Full empties the list, Differential changes nothing."""


@frozen
class SendLocalListResponse:
    """Say whether the list was updated (6.42)."""

    status: UpdateStatus
    """Whether it was."""
