"""Whatever is set, cleared, started, stopped and cut short: what is installed is what a simple model says.

The model follows 3.13.1, 3.13.2, 5.5, 5.16 and 9.4.5 and knows nothing of how profiles are kept; it is compared with
what is in memory and on disk, and its limits with GetCompositeSchedule.
"""

from datetime import timedelta
from typing import Any

from attrs import define, frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ocpp16sm.base.timestamp import Timestamp
from tests.support.charging_scenes import DEFAULT, MAX, NONE, TX, clears, installs, limit, profile, starts_from_afar
from tests.support.scene import accepted

ROOM = 5
CONNECTORS = (1, 2)
WAITS_S = 60 + 60
"""ConnectionTimeOut, and what is added to it."""

connectors = st.sampled_from(CONNECTORS)
numbers = st.integers(1, 7)
levels = st.integers(0, 1)
tags = st.sampled_from(["A", "B"])


@frozen
class Profile:
    """A profile of the model. Its limit follows from its id."""

    number: int
    connector: int
    purpose: str
    level: int
    end: Timestamp | None = None
    session: str | None = None

    def replaces(self, other: "Profile") -> bool:
        """Whether there is no room for the other one beside this one."""
        same_place = (self.purpose, self.level) == (other.purpose, other.level)
        return self.number == other.number or (same_place and self.connector in (0, other.connector))


@frozen
class Awaited:
    """A remote start of the model."""

    tag: str
    profile: Profile
    until: Timestamp


@define
class Transaction:
    """A running transaction of the model."""

    session: str
    number: int


class ChargingProfiles(RuleBasedStateMachine):
    """A charge point with two connectors, and its model."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = accepted(connectors=2, MaxChargingProfilesInstalled=str(ROOM))
        self.installed: list[Profile] = []
        self.awaited: list[Awaited] = []
        self.running: dict[int, Transaction] = {}
        self.count = 0

    @property
    def now(self) -> Timestamp:
        """The time of day."""
        return self.scene.virtual.now.utc

    def _install(self, new: Profile) -> None:
        self.installed = [old for old in self.installed if not new.replaces(old)] + [new]
        self.awaited = [start for start in self.awaited if start.profile.number != new.number]

    def _age(self) -> None:
        self.installed = [each for each in self.installed if each.end is None or each.end > self.now]
        self.awaited = [start for start in self.awaited if start.until > self.now]

    # -- what happens -------------------------------------------------------------------------------------------------

    @rule(
        number=numbers,
        connector=st.sampled_from((0, *CONNECTORS)),
        purpose=st.sampled_from((MAX, DEFAULT, TX)),
        level=levels,
        life_s=st.none() | st.sampled_from((45, 400)),
        named=st.sampled_from((None, "right", "wrong")),
    )
    def set(self, number: int, connector: int, purpose: str, level: int, life_s: int | None, named: str | None) -> None:
        """SetChargingProfile."""
        end = None if life_s is None else Timestamp.of(self.now + timedelta(seconds=life_s))
        transaction = self.running.get(connector) if purpose == TX else None
        new = Profile(number, connector, purpose, level, end, transaction.session if transaction else None)
        possible = {MAX: connector == 0, DEFAULT: True, TX: transaction is not None and named != "wrong"}[purpose]
        kept = [old for old in self.installed if not new.replaces(old)]
        others = [start for start in self.awaited if start.profile.number != number]
        possible &= len(kept) + len(others) < ROOM
        fields: dict[str, Any] = {"validTo": end.text() if end else None}
        if named is not None and transaction is not None:
            fields |= {"transactionId": transaction.number + (named == "wrong")}
        given = profile(number, purpose, level, number + 5, **fields)
        assert installs(self.scene, connector, given) == ("Accepted" if possible else "Rejected")
        if possible:
            self._install(new)

    @rule(
        number=st.none() | numbers,
        connector=st.none() | st.integers(0, 2),
        purpose=st.none() | st.sampled_from((MAX, DEFAULT, TX)),
        level=st.none() | levels,
    )
    def clear(self, number: int | None, connector: int | None, purpose: str | None, level: int | None) -> None:
        """ClearChargingProfile."""
        which = {"id": number, "connectorId": connector, "chargingProfilePurpose": purpose, "stackLevel": level}
        given = {name: value for name, value in which.items() if value is not None}

        def meant(it: Profile) -> bool:
            if number is not None:
                return it.number == number
            wanted = ((connector, it.connector), (purpose, it.purpose), (level, it.level))
            return all(asked is None or asked == found for asked, found in wanted)

        found = [it for it in (*self.installed, *(start.profile for start in self.awaited)) if meant(it)]
        assert clears(self.scene, **given) == ("Accepted" if found or not given else "Unknown")
        self.installed = [it for it in self.installed if not meant(it)]
        self.awaited = [start for start in self.awaited if not meant(start.profile)]

    @rule(connector=connectors, tag=tags, number=numbers, level=levels)
    def start_from_afar(self, connector: int, tag: str, number: int, level: int) -> None:
        """RemoteStartTransaction with a profile."""
        kept = [
            start
            for start in self.awaited
            if (start.profile.connector, start.tag) != (connector, tag) and start.profile.number != number
        ]
        possible = connector not in self.running and len(self.installed) + len(kept) < ROOM
        given = profile(number, TX, level, number + 5)
        status = starts_from_afar(self.scene, tag, connector, chargingProfile=given)
        assert status == ("Accepted" if possible else "Rejected")
        if possible:
            until = Timestamp.of(self.now + timedelta(seconds=WAITS_S))
            self.awaited = [*kept, Awaited(tag, Profile(number, connector, TX, level), until)]

    @rule(connector=connectors, tag=tags)
    def begin(self, connector: int, tag: str) -> None:
        """A transaction starts."""
        if connector in self.running:
            return
        self.count += 1
        session = f"s{self.count}"
        self.running[connector] = Transaction(session, self.count)
        self.scene.begins(connector, session, tag.lower())
        self.scene.hears_all()
        here = [start for start in self.awaited if start.profile.connector == connector]
        self.awaited = [start for start in self.awaited if start not in here]
        for start in here:
            if start.tag == tag:
                it = start.profile
                self._install(Profile(it.number, connector, TX, it.level, None, session))

    @precondition(lambda self: self.running)
    @rule(first=st.booleans())
    def end(self, first: bool) -> None:
        """A transaction stops."""
        connector = sorted(self.running)[0 if first else -1]
        session = self.running.pop(connector).session
        self.scene.ends(connector, session)
        self.scene.station.on_session_stopped(connector, session)
        self.scene.hears_all()
        self.installed = [it for it in self.installed if it.session != session]

    @rule(seconds=st.sampled_from((1, 30, 60, 350)))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.scene.passes(seconds)
        self._age()

    @rule(resuming=st.booleans())
    def restart(self, resuming: bool) -> None:
        """The power is cut."""
        sessions = frozenset(transaction.session for transaction in self.running.values() if resuming)
        self.scene.restarts(resuming_sessions=sessions)
        self.scene.hears_all()
        if not resuming:
            self.running.clear()
            self.installed = [it for it in self.installed if it.session is None]

    # -- what is true -------------------------------------------------------------------------------------------------

    @invariant()
    def what_is_installed_is_what_the_model_says(self) -> None:
        """In memory and on disk."""
        smart_charging, stored = self.scene.virtual.core.features.smart_charging, self.scene.virtual.store.load()
        assert smart_charging.installed == stored.charging_profiles
        found = [
            (i.profile.charging_profile_id, i.connector_id, i.profile.charging_profile_purpose, i.profile.stack_level)
            for i in stored.charging_profiles
        ]
        assert found == sorted((it.number, it.connector, it.purpose, it.level) for it in self.installed)
        waiting = {(a.connector_id, a.id_tag, a.profile.charging_profile_id) for a in stored.awaited_starts}
        assert waiting == {(a.profile.connector, a.tag.lower(), a.profile.number) for a in self.awaited}
        assert set(smart_charging.awaited) == set(stored.awaited_starts)

    @invariant()
    def limits_are_those_of_the_model(self) -> None:
        """The highest level of each purpose; a connector's own default before that of all; the least of it."""
        for connector in CONNECTORS:
            waiting = [start.profile for start in self.awaited if start.profile.connector == connector]
            if len(waiting) > 1:
                continue  # whoever comes first has the limit
            there = [*self.installed, *waiting]
            ranked = sorted(there, key=lambda it: (it.level, it.connector), reverse=True)
            ceiling = [it.number + 5 for it in ranked if it.purpose == MAX][:1]
            own = [it.number + 5 for it in ranked if it.purpose == TX and it.connector == connector]
            usual = [it.number + 5 for it in ranked if it.purpose == DEFAULT and it.connector in (0, connector)]
            assert limit(self.scene, connector) == min([*ceiling, *(own or usual)[:1]], default=NONE)


TestChargingProfiles = ChargingProfiles.TestCase
TestChargingProfiles.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
