"""Smart Charging: which charging profiles are installed, and for how long (3.13, 5.5, 5.16).

A profile stays until it is replaced, cleared or over; a TxProfile goes with its transaction, also after a restart. A
TxDefaultProfile of connector 0 is stored once. A connector that later gets its own on the same stack level uses that
instead, as long as it has it (3.13.1). Conversely, one for connector 0, which is for all connectors, replaces theirs
(3.13.2).

The profile of a RemoteStartTransaction is not installed before its transaction begins. It waits at that connector for
the announced idTag. If somebody else starts there, or nobody in time, it is dropped.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta

from ocpp16sm.codec import Call
from ocpp16sm.config import keys, smart_charging_keys
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import (
    DropAwaitedStart,
    DropChargingProfile,
    LogRefusal,
    PutAwaitedStart,
    PutChargingProfile,
)
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.smart_charging import profile_checks
from ocpp16sm.core.smart_charging.profile_checks import RELATIVE, TX
from ocpp16sm.core.transactions.transactions import Transactions
from ocpp16sm.errors import ErrorCode, RefusedRequestError
from ocpp16sm.listener import LimitsChanged
from ocpp16sm.messages import (
    ChargingProfile,
    ChargingProfilePurposeType,
    ChargingProfileStatus,
    ClearChargingProfileRequest,
    ClearChargingProfileResponse,
    ClearChargingProfileStatus,
    FeatureProfile,
    RemoteStartTransactionRequest,
    SetChargingProfileRequest,
    SetChargingProfileResponse,
)
from ocpp16sm.records import AwaitedStart, InstalledProfile, StoredState, TransactionRecord

_OVER = "charging profile"
_LOOK_AGAIN_S = 86_400.0
"""Longest delay, s, before an expired profile is dropped, even if the clock was set."""

AUTHORIZATION_S = 60
"""Added to ConnectionTimeOut, s, because that counts from the authorization, which takes time."""


class SmartCharging(Component):
    """The charging profiles of a charge point."""

    STATE = ("_awaited", "_installed", "_moved")
    __slots__ = ("_context", "_transactions", *STATE)

    def __init__(self, journal: Journal, context: Context, transactions: Transactions) -> None:
        super().__init__(journal)
        self._context = context
        self._transactions = transactions
        self._installed: Mapping[int, InstalledProfile] = {}
        """By chargingProfileId; replaced as a whole."""
        self._awaited: tuple[AwaitedStart, ...] = ()
        self._moved: frozenset[int] = frozenset()
        """Connectors whose limits this step may have changed."""
        context.deadlines[_OVER] = lambda _key: self._sweep()
        configuration = context.configuration
        configuration.on_change(smart_charging_keys.IGNORED_PROFILE_PURPOSES_OFFLINE, self._ignored_changed)
        for key in (
            smart_charging_keys.COMPOSITE_SCHEDULE_DEFAULT_LIMIT_AMPS,
            smart_charging_keys.COMPOSITE_SCHEDULE_DEFAULT_LIMIT_WATTS,
            smart_charging_keys.COMPOSITE_SCHEDULE_DEFAULT_NUMBER_PHASES,
            smart_charging_keys.SUPPLY_VOLTAGE,
        ):
            configuration.on_change(key, self._electrics_changed)

    # -- what is there ----------------------------------------------------------------------------------------------

    @property
    def supported(self) -> bool:
        """Whether the charge point supports smart charging."""
        return self._context.configuration.supports(FeatureProfile.SMART_CHARGING)

    @property
    def installed(self) -> tuple[InstalledProfile, ...]:
        """The installed profiles, in order of chargingProfileId."""
        found = self._installed
        return tuple(found[number] for number in sorted(found))

    @property
    def awaited(self) -> tuple[AwaitedStart, ...]:
        """The profiles that wait for a transaction to start."""
        return self._awaited

    @property
    def _everywhere(self) -> frozenset[int]:
        return frozenset(range(self._context.configuration[keys.NUMBER_OF_CONNECTORS] + 1))

    def _concerned(self, connector_id: int) -> frozenset[int]:
        """The connectors whose limits depend on a profile of this connector."""
        return frozenset((0, connector_id)) if connector_id else self._everywhere

    # -- SetChargingProfile -----------------------------------------------------------------------------------------

    def set(self, request: SetChargingProfileRequest, _call: Call) -> SetChargingProfileResponse:
        """Answer SetChargingProfile.req."""
        connector_id = request.connector_id
        if connector_id not in self._everywhere:
            raise RefusedRequestError(  # errata 3.39
                ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, f"$.connectorId: there is no connector {connector_id}"
            )
        configuration, now = self._context.configuration, self._context.now.utc
        purposes = configuration[smart_charging_keys.SUPPORTED_CHARGING_PROFILE_PURPOSE_TYPES]
        if request.cs_charging_profiles.charging_profile_purpose not in purposes:
            return SetChargingProfileResponse(status=ChargingProfileStatus.NOT_SUPPORTED)
        self.touch()
        self._sweep()
        profile = profile_checks.started(request.cs_charging_profiles, configuration, now)
        transaction = self._transaction_for(connector_id, profile)
        installed = InstalledProfile(connector_id, profile, transaction)
        problem = profile_checks.objection(profile, connector_id, configuration, now)
        if problem is None and profile.charging_profile_purpose is TX and transaction is None:
            problem = "it is not for the transaction of the connector (3.13.1)"
        if problem is None:
            problem = self._no_room([*self._replaced_by(installed), *self._awaited_with_id_of(profile)])
        if problem is not None:
            self._context.do(LogRefusal(f"charging profile {profile.charging_profile_id}: {problem}"))
            return SetChargingProfileResponse(status=ChargingProfileStatus.REJECTED)
        self._install(installed)
        return SetChargingProfileResponse(status=ChargingProfileStatus.ACCEPTED)

    def _transaction_for(self, connector_id: int, profile: ChargingProfile) -> str | None:
        """Key of the transaction that a TxProfile is for; None if it does not run."""
        if profile.charging_profile_purpose is not TX:
            return None
        transaction = self._transactions.at(connector_id)
        if transaction is None:
            return None
        named = profile.transaction_id
        fits = named is None or self._transactions.may_be_called(transaction, named)
        return transaction.record.key if fits else None

    def _no_room(self, replaced: Collection[InstalledProfile | AwaitedStart]) -> str | None:
        """Why one more profile is too many, after these were removed; None if it is not."""
        count = len(self._installed) + len(self._awaited) - len(replaced)
        most = self._context.configuration[smart_charging_keys.MAX_CHARGING_PROFILES_INSTALLED]
        return f"{count} are installed: MaxChargingProfilesInstalled = {most}" if count >= most else None

    def _replaced_by(self, new: InstalledProfile) -> list[InstalledProfile]:
        """Profiles with the same id, or the same place in the stack of a connector (3.13.2, 5.16.3, 5.16.4)."""
        purpose, level = new.profile.charging_profile_purpose, new.profile.stack_level
        return [
            old
            for old in self._installed.values()
            if old.profile.charging_profile_id == new.profile.charging_profile_id
            or (
                (old.profile.charging_profile_purpose, old.profile.stack_level) == (purpose, level)
                and new.connector_id in (0, old.connector_id)
            )
        ]

    def _install(self, new: InstalledProfile) -> None:
        for old in self._replaced_by(new):
            self._remove(old)
        for start in self._awaited_with_id_of(new.profile):
            self._await_no_longer(start)
        self._installed = {**self._installed, new.profile.charging_profile_id: new}
        self._context.persist(PutChargingProfile(new))
        self._moved |= self._concerned(new.connector_id)

    def _remove(self, old: InstalledProfile) -> None:
        number = old.profile.charging_profile_id
        self._installed = {key: value for key, value in self._installed.items() if key != number}
        self._context.persist(DropChargingProfile(number))
        self._moved |= self._concerned(old.connector_id)

    # -- ClearChargingProfile ---------------------------------------------------------------------------------------

    def clear(self, request: ClearChargingProfileRequest, _call: Call) -> ClearChargingProfileResponse:
        """Answer ClearChargingProfile.req (errata 3.25, 3.26). Clearing all is Accepted even if there were none."""
        self.touch()
        self._sweep()
        everything = request == ClearChargingProfileRequest()
        installed = [i for i in self._installed.values() if _matches(request, i.connector_id, i.profile)]
        awaited = [a for a in self._awaited if _matches(request, a.connector_id, a.profile)]
        for profile in installed:
            self._remove(profile)
        for start in awaited:
            self._await_no_longer(start)
        accepted = everything or installed or awaited
        return ClearChargingProfileResponse(
            status=ClearChargingProfileStatus.ACCEPTED if accepted else ClearChargingProfileStatus.UNKNOWN
        )

    # -- RemoteStartTransaction -------------------------------------------------------------------------------------

    def objection_to_start(self, request: RemoteStartTransactionRequest) -> str | None:
        """Why the profile of a remote start prevents it; None if nothing does."""
        profile, connector_id = request.charging_profile, request.connector_id
        if profile is None or not self.supported:
            return None
        configuration = self._context.configuration
        if connector_id is None:
            return "a charging profile needs a connectorId"
        if profile.charging_profile_purpose is not TX:
            return "its charging profile is no TxProfile (5.16.2)"
        if TX not in configuration[smart_charging_keys.SUPPORTED_CHARGING_PROFILE_PURPOSE_TYPES]:
            return "TxProfiles are not supported"
        if profile.transaction_id is not None:
            return "its charging profile is for a transaction that is there (5.16.2)"
        self.touch()
        self._sweep()
        profile = profile_checks.started(profile, configuration, self._context.now.utc)
        problem = profile_checks.objection(profile, connector_id, configuration, self._context.now.utc)
        return problem or self._no_room(self._superseded_by(connector_id, request.id_tag, profile))

    def await_start(self, request: RemoteStartTransactionRequest) -> None:
        """A remote start is accepted: its profile waits for the transaction, instead of an older one."""
        if not self.supported or request.connector_id is None:
            return
        self.touch()
        for old in self._superseded_by(request.connector_id, request.id_tag, request.charging_profile):
            self._await_no_longer(old)
        if request.charging_profile is None:
            return
        now, timeout = self._context.now.utc, self._context.configuration[keys.CONNECTION_TIME_OUT]
        start = AwaitedStart(
            request.connector_id,
            request.id_tag.lower(),
            profile_checks.started(request.charging_profile, self._context.configuration, now),
            now + timedelta(seconds=timeout + AUTHORIZATION_S) if timeout else None,
        )
        self._awaited = (*self._awaited, start)
        self._context.persist(PutAwaitedStart(start))
        self._moved |= self._concerned(start.connector_id)

    def _awaited_as(self, connector_id: int, id_tag: str) -> list[AwaitedStart]:
        return [a for a in self._awaited if (a.connector_id, a.id_tag) == (connector_id, id_tag.lower())]

    def _awaited_with_id_of(self, profile: ChargingProfile) -> list[AwaitedStart]:
        return [a for a in self._awaited if a.profile.charging_profile_id == profile.charging_profile_id]

    def _superseded_by(self, connector_id: int, id_tag: str, profile: ChargingProfile | None) -> list[AwaitedStart]:
        """Earlier starts of the same idTag there, or with a profile of the same id."""
        same_id = [] if profile is None else self._awaited_with_id_of(profile)
        same_tag = self._awaited_as(connector_id, id_tag)
        return [*same_tag, *(start for start in same_id if start not in same_tag)]

    def _await_no_longer(self, start: AwaitedStart) -> None:
        self._awaited = tuple(a for a in self._awaited if a is not start)
        self._context.persist(DropAwaitedStart(start.connector_id, start.id_tag))
        self._moved |= self._concerned(start.connector_id)

    # -- transactions -----------------------------------------------------------------------------------------------

    def transaction_began(self, record: TransactionRecord) -> None:
        """Install the profile that waits for this transaction, and drop the others that wait there."""
        if not (self._installed or self._awaited):
            return
        self.touch()
        expected = self._awaited_as(record.connector_id, record.id_tag)
        for start in [a for a in self._awaited if a.connector_id == record.connector_id]:
            self._await_no_longer(start)
        for start in expected:
            self._install(InstalledProfile(start.connector_id, start.profile, record.key))
        self._note_anchor(record.connector_id)

    def transaction_named(self, record: TransactionRecord) -> None:
        """The transactionId is known now: an earlier profile may be for another transaction."""
        if not self._installed:
            return
        self.touch()
        for installed in self._of_transaction(record.key):
            if installed.profile.transaction_id not in (None, record.transaction_id):
                self._remove(installed)

    def transaction_ended(self, record: TransactionRecord) -> None:
        """Drop the TxProfiles of the transaction (3.13.1)."""
        if not self._installed:
            return
        self.touch()
        for installed in self._of_transaction(record.key):
            self._remove(installed)
        self._note_anchor(record.connector_id)

    def session_ended(self, connector_id: int) -> None:
        """An authorized user has left without starting: drop the profiles that wait there."""
        self.touch()
        for start in [a for a in self._awaited if a.connector_id == connector_id]:
            self._await_no_longer(start)

    def _of_transaction(self, key: str) -> list[InstalledProfile]:
        return [installed for installed in self._installed.values() if installed.transaction == key]

    def _note_anchor(self, connector_id: int) -> None:
        """The limits of Relative profiles move with the start of the transaction."""
        for installed in self._installed.values():
            if installed.connector_id in (0, connector_id) and installed.profile.charging_profile_kind is RELATIVE:
                self._moved |= self._concerned(connector_id)

    # -- time, configuration, connection ----------------------------------------------------------------------------

    def _sweep(self) -> None:
        """Drop expired profiles."""
        self.touch()
        now = self._context.now.utc
        for installed in [i for i in self._installed.values() if profile_checks.is_over(i.profile, now)]:
            self._remove(installed)
        for start in [a for a in self._awaited if a.until is not None and a.until <= now]:
            self._await_no_longer(start)

    def link_changed(self) -> None:
        """The connection was opened or lost (IgnoredProfilePurposesOffline)."""
        self._note_purposes(self._context.configuration[smart_charging_keys.IGNORED_PROFILE_PURPOSES_OFFLINE])

    def _ignored_changed(self) -> None:
        if not self._context.online:
            self._note_purposes(tuple(ChargingProfilePurposeType))

    def _note_purposes(self, purposes: tuple[ChargingProfilePurposeType, ...]) -> None:
        self.touch()
        everything: tuple[InstalledProfile | AwaitedStart, ...] = (*self._installed.values(), *self._awaited)
        for each in everything:
            if each.profile.charging_profile_purpose in purposes:
                self._moved |= self._concerned(each.connector_id)

    def _electrics_changed(self) -> None:
        self.touch()
        self._moved = self._everywhere

    def restore(self, stored: StoredState) -> None:
        """Restore stored profiles, except those that have expired or are no longer allowed.

        Call it after transactions were resumed: their TxProfiles continue with them.
        """
        if not self.supported:
            return
        self.touch()
        self._installed = {i.profile.charging_profile_id: i for i in stored.charging_profiles}
        self._awaited = stored.awaited_starts
        self._moved = self._everywhere if stored.charging_profiles or stored.awaited_starts else frozenset()
        configuration = self._context.configuration
        for installed in self.installed:
            problem = profile_checks.lasting_objection(installed.profile, installed.connector_id, configuration)
            if problem is not None or not self._has_its_transaction(installed):
                self._remove(installed)
        for start in self._awaited:
            if profile_checks.lasting_objection(start.profile, start.connector_id, configuration) is not None:
                self._await_no_longer(start)
        self._sweep()

    def _has_its_transaction(self, installed: InstalledProfile) -> bool:
        if installed.profile.charging_profile_purpose is not TX:
            return True
        running = self._transactions.at(installed.connector_id)
        return running is not None and running.record.key == installed.transaction

    def conclude(self, before: object) -> None:
        """Report whose limits may have changed, and schedule the next look for expired profiles."""
        if not (self._installed or self._awaited or self._moved):
            self._context.disarm(_OVER)
            return
        now = self._context.now.utc
        ends = [
            *(profile_checks.end_of(installed.profile) for installed in self._installed.values()),
            *(start.until for start in self._awaited),
        ]
        left = [(end - now).total_seconds() for end in ends if end is not None]
        if left:
            self._context.arm(_OVER, min(_LOOK_AGAIN_S, max(0.0, min(left))))
        else:
            self._context.disarm(_OVER)
        if self._moved:
            self._context.tell(LimitsChanged(tuple(sorted(self._moved))))
            self._moved = frozenset()


def _matches(request: ClearChargingProfileRequest, connector_id: int, profile: ChargingProfile) -> bool:
    """Whether a profile is among those to be cleared."""
    if request.id is not None:
        return profile.charging_profile_id == request.id
    asked_and_found: tuple[tuple[object, object], ...] = (
        (request.connector_id, connector_id),
        (request.charging_profile_purpose, profile.charging_profile_purpose),
        (request.stack_level, profile.stack_level),
    )
    return all(asked is None or asked == found for asked, found in asked_and_found)
