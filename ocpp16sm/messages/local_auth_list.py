"""Messages of the LocalAuthListManagement profile (OCPP 1.6, 3.5.2, 5, 6)."""

from enum import StrEnum

from attrs import frozen

from ocpp16sm.messages.primitives import IdToken, Integer
from ocpp16sm.messages.types import IdTagInfo


class UpdateType(StrEnum):
    """Kind of update of the Local Authorization List (7.48)."""

    DIFFERENTIAL = "Differential"
    """The entries change the current list."""
    FULL = "Full"
    """The entries replace the current list."""


class UpdateStatus(StrEnum):
    """Status in the response to SendLocalList (7.47)."""

    ACCEPTED = "Accepted"
    """The list is updated."""
    FAILED = "Failed"
    """The list could not be updated."""
    NOT_SUPPORTED = "NotSupported"
    """The Charge Point has no Local Authorization List."""
    VERSION_MISMATCH = "VersionMismatch"
    """The version of a Differential update is not newer than that of the current list."""


@frozen
class AuthorizationData:
    """One entry of the Local Authorization List (7.1)."""

    id_tag: IdToken
    """The idTag, at most 20 characters."""
    id_tag_info: IdTagInfo | None = None
    """Status, expiry and group of the idTag. Required in a Full update; if absent from a Differential update, the entry
    is removed."""


@frozen
class GetLocalListVersionRequest:
    """Ask for the version of the Local Authorization List. Sent by the Central System (5.10, 6.27). No fields."""


@frozen
class GetLocalListVersionResponse:
    """Response to GetLocalListVersion (6.28)."""

    list_version: Integer
    """Version of the list; 0 if the list is empty, -1 if the Charge Point has no list (5.10)."""


@frozen
class SendLocalListRequest:
    """Replace or change the Local Authorization List. Sent by the Central System (5.15, 6.41)."""

    list_version: Integer
    """Version of the list after the update. Must not be 0 or -1 (errata 3.52); the handler checks it."""
    update_type: UpdateType
    """Whether the entries replace the list or change it."""
    local_authorization_list: tuple[AuthorizationData, ...] | None = None
    """The entries, each idTag once. If absent or empty, Full clears the list and Differential changes no entry."""


@frozen
class SendLocalListResponse:
    """Response to SendLocalList (6.42)."""

    status: UpdateStatus
    """Whether the list was updated."""
