"""Whatever happens in whatever order, the reservations are those of a dictionary.

The model is a dict, reservationId -> reservation, changed by the words of 5.13 and 5.1 alone. Of the charge point it
knows what anybody can see: answers, statuses, StartTransaction.
"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.inputs import DeadlineReached
from ocpp16sm.errors import SessionMismatchError
from ocpp16sm.messages import ChargePointErrorCode, ChargePointStatus
from ocpp16sm.records import Reservation
from ocpp16sm.station_facts import ErrorInfo, SessionStartedReason
from statecharts.ocpp16.status_table import PERMITTED
from tests.support.scene import ACCEPTED, CoreScene, accepted

COUNT = 3
PARENTS = {"ANNA": "Group", "BERT": "GROUP", "CORA": None, "DORA": "OTHERS"}
"""idTag -> its group, as the Local Authorization List has it."""
OUT = (ChargePointStatus.FAULTED, ChargePointStatus.UNAVAILABLE)
IN_USE = {"Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing"}

connectors = st.integers(1, COUNT)
places = st.integers(0, COUNT)
ids = st.integers(0, 4)
groups = st.sampled_from([None, None, "GROUP", "group", "Elsewhere"])
tags = st.sampled_from([*PARENTS, "anna", "cora"])


def is_for(reservation: Reservation, id_tag: str) -> bool:
    """5.13: the idTag or the parent idTag match."""
    parent = PARENTS[id_tag.upper()]
    groups = {str(group).lower() for group in (reservation.parent_id_tag, parent) if group is not None}
    same_group = None not in (reservation.parent_id_tag, parent) and len(groups) == 1
    return same_group or reservation.id_tag.lower() == id_tag.lower()


class Reserving(RuleBasedStateMachine):
    """A charge point with three connectors, and the dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.scene: CoreScene = accepted(connectors=COUNT)
        entries = [
            {"idTag": tag, "idTagInfo": {**ACCEPTED, **({"parentIdTag": group} if group else {})}}
            for tag, group in PARENTS.items()
        ]
        self.scene.asks("SendLocalList", listVersion=1, updateType="Full", localAuthorizationList=entries)
        self.model: dict[int, Reservation] = {}
        self.sessions: set[int] = set()
        self.carded: set[int] = set()
        """Connectors of sessions that a card began, and that have not led to a transaction."""
        self.running: dict[int, str] = {}
        self.faults: set[int] = set()
        self.leaving: set[int] = set()
        """Connectors that the Central System wants out of service, whether they are already or not."""
        self.touched: set[int] = set()
        """Connectors that the station may have reserved itself."""
        self.shown = dict.fromkeys(range(COUNT + 1), "Available")
        self.count = 0

    # -- what the model knows ---------------------------------------------------------------------------------------

    def status(self, connector: int) -> ChargePointStatus:
        """As anybody can see it."""
        return self.scene.status(connector)

    def out(self, connector: int) -> ChargePointStatus | None:
        """Faulted or Unavailable, of the charge point or the connector."""
        both = (self.status(0), self.status(connector))
        return next((status for status in OUT if status in both), None)

    def of(self, connector: int) -> list[Reservation]:
        """The reservations of a connector, or (0) of any."""
        return [reservation for reservation in self.model.values() if reservation.connector_id == connector]

    def happened(self, told: int | None = None) -> None:
        """Everything is heard, and the dictionary loses what 5.13 terminates."""
        frames = self.scene.hears_all()
        starts = [frame for frame in frames if frame.action == "StartTransaction"]
        assert [start.payload.get("reservationId") for start in starts] in ([], [told])
        for frame in frames:
            if frame.action == "StatusNotification":
                move = (self.shown[frame["connectorId"]], frame["status"])
                assert move[0] == move[1] or frame["connectorId"] == 0 or move in PERMITTED, f"{move} is not permitted"
                self.shown[frame["connectorId"]] = frame["status"]
        now = self.scene.virtual.now.utc
        self.model = {
            id: reservation
            for id, reservation in self.model.items()
            if reservation.expiry_date > now and not self.out(reservation.connector_id)
        }
        in_service = sum(self.status(connector) not in OUT for connector in range(1, COUNT + 1))
        for id in [id for id in reversed(self.model) if self.model[id].connector_id == 0]:
            if len(self.model) > in_service:
                del self.model[id]

    # -- the Central System -----------------------------------------------------------------------------------------

    @rule(connector=places, id=ids, id_tag=tags, group=groups)
    def reserves_for_long(self, connector: int, id: int, id_tag: str, group: str | None) -> None:
        """ReserveNow, so that there are always some reservations about."""
        self.reserves(connector, id, id_tag, group, 5000)

    @rule(first=ids, connector=places, id_tag=tags, group=groups)
    def reserves_two(self, first: int, connector: int, id_tag: str, group: str | None) -> None:
        """ReserveNow, one after another."""
        self.reserves(0, first, "DORA", None, 5000)
        self.reserves(connector, (first + 1) % 5, id_tag, group, 600)

    @rule(
        connector=st.integers(-1, COUNT + 1),
        id=ids,
        id_tag=tags,
        group=groups,
        seconds=st.sampled_from([-1, 0, 60, 600, 5000]),
    )
    def reserves(self, connector: int, id: int, id_tag: str, group: str | None, seconds: int) -> None:
        """ReserveNow."""
        now = self.scene.virtual.now.utc
        new = Reservation(
            reservation_id=id,
            connector_id=connector,
            id_tag=id_tag,
            expiry_date=Timestamp.of(now + timedelta(seconds=seconds)),
            parent_id_tag=group,
        )
        renewed = id in self.model and self.model[id].connector_id == connector
        known = 0 <= connector <= COUNT
        out = self.out(connector) if known else None
        preparing = known and self.status(connector) == "Preparing"
        expected: set[str] = {"Accepted"}
        if not known:
            expected = {"Rejected"}
        elif out is ChargePointStatus.FAULTED:
            expected = {"Faulted"}
        elif preparing and not renewed:
            expected = {"Occupied"}
        elif seconds <= 0:
            expected = {"Rejected"}
        else:
            self.model.pop(id, None)
            if not renewed:
                expected = self.prospects(connector, out)
        status = self.scene.reserves(connector, id, id_tag, seconds, group)
        assert status in expected
        if status == "Accepted":
            self.model[id] = new
        self.happened()

    def prospects(self, connector: int, out: ChargePointStatus | None) -> set[str]:
        """The answers that are right for a new reservation; where it is a matter of counting, several."""
        if out is not None:
            return {str(out)}
        if connector == 0:
            return self.by_counting(set(range(1, COUNT + 1)))
        if self.status(connector) in IN_USE or self.of(connector) or connector in self.sessions:
            return {"Occupied"}
        return self.by_counting({connector})

    def by_counting(self, suitable: set[int]) -> set[str]:
        """5.13: a connector must be left for each reservation of any; known where nobody is at a reserved one."""
        refusals = {"Occupied", "Unavailable", "Faulted"}
        if self.carded or self.touched:
            return refusals | {"Accepted"}
        free = {c for c in range(1, COUNT + 1) if self.status(c) in ("Available", "Reserved") and not self.of(c)}
        free -= self.leaving | self.sessions
        return {"Accepted"} if free & suitable and len(free) > len(self.of(0)) else refusals

    @rule(id=ids)
    def cancels(self, id: int) -> None:
        """CancelReservation."""
        assert self.scene.cancels(id) == ("Accepted" if id in self.model else "Rejected")
        self.model.pop(id, None)
        self.happened()

    @rule(connector=places, type=st.sampled_from(["Operative", "Inoperative"]))
    def changes_availability(self, connector: int, type: str) -> None:
        """ChangeAvailability; the hardware takes its time."""
        self.scene.asks("ChangeAvailability", connectorId=connector, type=type)
        meant = {connector} if connector else set(range(1, COUNT + 1))
        self.leaving = self.leaving | meant if type == "Inoperative" else self.leaving - meant
        self.happened()

    # -- the station ------------------------------------------------------------------------------------------------

    @rule(connector=connectors, reason=st.sampled_from(SessionStartedReason))
    def session_starts(self, connector: int, reason: SessionStartedReason) -> None:
        """A plug or a card."""
        if connector not in self.sessions:
            self.sessions.add(connector)
            if reason == "Authorized" and connector not in self.running:
                self.carded.add(connector)
            self.scene.station.on_session_started(connector, f"s{connector}", reason)
            self.happened()

    @rule(connector=connectors)
    def session_stops(self, connector: int) -> None:
        """The connector is left. Nobody who was not there can leave a transaction of somebody else's.

        Which name a session has is proven elsewhere (test_sessions): a transaction that begins in Finishing brings one.
        """
        name = self.scene.virtual.core.features.all_connectors.connectors[connector - 1].session_id
        if connector in self.running and name is None:
            with pytest.raises(SessionMismatchError):
                self.scene.station.on_session_stopped(connector, f"s{connector}")
            return
        self.sessions.discard(connector)
        self.carded.discard(connector)
        self.scene.station.on_session_stopped(connector, name or f"s{connector}")
        self.happened()

    @precondition(lambda self: len(self.running) < COUNT)
    @rule(data=st.data(), id_tag=tags, given=st.sampled_from([None, None, None, 0, 1, 77]))
    def transaction_starts(self, data: Any, id_tag: str, given: int | None) -> None:
        """Of its holder, of the group, of a stranger; with a word of the station about whose it is, or without."""
        self.begins(data.draw(connectors.filter(lambda number: number not in self.running)), id_tag, given)

    def begins(self, connector: int, id_tag: str, given: int | None) -> None:
        """A transaction starts."""
        mine = [r for r in (*self.of(connector), *self.of(0)) if is_for(r, id_tag)]
        mine.sort(key=lambda r: (r.connector_id == 0, r.id_tag.lower() != id_tag.lower()))
        used = given if given in self.model else mine[0].reservation_id if mine else None
        self.model.pop(-1 if used is None else used, None)
        self.count += 1
        self.running[connector] = f"t{self.count}"
        self.carded.discard(connector)
        self.scene.begins(connector, f"t{self.count}", id_tag, reservation_id=given)
        self.happened(told=used if given is None else given)

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def transaction_stops(self, data: Any) -> None:
        """And the car may stay."""
        self.ends(data.draw(st.sampled_from(sorted(self.running))))

    def ends(self, connector: int) -> None:
        """A transaction stops."""
        self.scene.ends(connector, self.running.pop(connector))
        self.happened()

    @rule(place=places)
    def faults_or_is_mended(self, place: int) -> None:
        """A fault, or the end of one."""
        self.set_fault(place, place not in self.faults)

    def set_fault(self, place: int, faulted: bool) -> None:
        """Something is broken, or nothing is."""
        if faulted:
            self.faults.add(place)
            fault = ErrorInfo(uuid="e", error_code=ChargePointErrorCode.OTHER_ERROR, is_fault=True)
            self.scene.station.on_error(place, fault)
        else:
            self.faults.discard(place)
            self.scene.station.on_all_errors_cleared(place)
        self.happened()

    @rule(connector=connectors, id_tag=tags)
    def comes_and_starts(self, connector: int, id_tag: str) -> None:
        """A card, a plug."""
        self.session_starts(connector, "Authorized")
        if connector not in self.running:
            self.begins(connector, id_tag, None)

    @rule(connector=connectors)
    def stops_and_leaves(self, connector: int) -> None:
        """Everything is over here."""
        if connector in self.running:
            self.ends(connector)
        self.session_stops(connector)

    @rule(place=places, enabled=st.booleans())
    def hardware_is_switched(self, place: int, enabled: bool) -> None:
        """In or out of service, asked for or not."""
        (self.scene.station.on_enabled if enabled else self.scene.station.on_disabled)(place)
        self.happened()

    @rule(place=places, how=st.sampled_from(["fault", "disable", "enable", "mend"]))
    def trouble_and_back(self, place: int, how: str) -> None:
        """For a moment, or the other way round."""
        for step in (how, {"fault": "mend", "disable": "enable"}.get(how, how)):
            if step in ("fault", "mend"):
                self.set_fault(place, step == "fault")
            else:
                self.hardware_is_switched(place, step == "enable")

    @rule(connector=connectors, begins=st.booleans())
    def station_reserves_itself(self, connector: int, begins: bool) -> None:
        """For reasons of its own."""
        self.touched.add(connector)
        (self.scene.station.on_reservation_start if begins else self.scene.station.on_reservation_end)(connector)
        self.happened()

    @rule(seconds=st.sampled_from([1, 59.999, 60, 600, 1000]))
    def time_passes(self, seconds: float) -> None:
        """So long. The two clocks may be a fraction of a millisecond apart: whatever happens next settles that."""
        self.scene.passes(seconds)
        self.scene.virtual.feed(DeadlineReached())
        self.happened()

    @rule(seconds=st.sampled_from([-600, -60, 60, 600]))
    def wall_clock_is_set(self, seconds: float) -> None:
        """5.13: expiryDate is a date and time. It is looked at again whatever happens."""
        self.scene.virtual.set_wall_clock(self.scene.virtual.now.later(seconds).utc)
        self.scene.virtual.feed(DeadlineReached())
        self.happened()

    @rule()
    def power_fails(self) -> None:
        """And comes back; cars are gone, errors too."""
        self.scene.restarts()
        self.sessions.clear()
        self.carded.clear()
        self.running.clear()
        self.faults.clear()
        self.touched.clear()
        self.shown = {connector: str(self.status(connector)) for connector in range(COUNT + 1)}
        self.happened()

    # -- what holds at any time -------------------------------------------------------------------------------------

    @invariant()
    def the_reservations_are_those_of_the_model(self) -> None:
        """In their order, and on disk."""
        assert self.scene.station.reservations() == tuple(self.model.values())
        assert self.scene.virtual.store.load().reservations == tuple(self.model.values())

    @invariant()
    def no_connector_is_reserved_twice_and_no_more_than_there_are(self) -> None:
        """5.13."""
        own = [r.connector_id for r in self.model.values() if r.connector_id > 0]
        assert len(own) == len(set(own))
        assert len(self.model) <= sum(self.status(connector) not in OUT for connector in range(1, COUNT + 1))

    @invariant()
    def what_is_reserved_is_available_to_nobody_else(self) -> None:
        """5.13, A7: a reserved connector is not Available; and of those that are, enough are left for any."""
        available = [c for c in range(1, COUNT + 1) if self.status(c) == "Available"]
        assert not any(self.of(connector) for connector in available)
        staying = set(available) - self.leaving
        assert not staying or len(staying) > len(self.of(0)) - len(self.carded)

    @invariant()
    def strangers_are_refused_and_holders_are_not(self) -> None:
        """5.13."""
        for connector in range(1, COUNT + 1):
            for id_tag in PARENTS:
                refused = self.scene.station.is_reserved_for_other(connector, id_tag)
                if own := self.of(connector):
                    assert refused is not is_for(own[0], id_tag)
                elif self.status(connector) == "Available" or any(is_for(r, id_tag) for r in self.of(0)):
                    assert not refused


@pytest.mark.parametrize(
    "examples", [pytest.param(80, id="some"), pytest.param(2000, id="many", marks=pytest.mark.long)]
)
def test_the_reservations_are_those_of_a_dictionary(examples: int) -> None:
    run_state_machine_as_test(
        Reserving,
        settings=settings(max_examples=examples, stateful_step_count=40, deadline=None, report_multiple_bugs=False),
    )
