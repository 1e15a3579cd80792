"""One connector, connectorId 1..N: usage, availability and health side by side (OCPP 1.6 edition 2, 4.9).

Guards, answered by the connector:

* ``identified`` - a tag was presented, not only a plug inserted
* ``transaction_running`` - a transaction was started and not stopped
* ``user_action_required`` - the session outlives its transaction: somebody still has to unplug

Hooks:

* ``report_status`` - tell the Central System, if the derived status is news to it
* ``report_again`` - the same status with new words
* ``report_suspension`` - the same suspension for another reason (ReportSuspendedEVSEReasonChange)
"""

from statemachine import State

from statecharts.model import Overlay
from statecharts.ocpp16.base import OcppChart

SHOW = "report_status"


class Connector(OcppChart):
    """A connector: what its user does, whether it is in service, whether it is sound.

    The reported status is derived: Faulted while the health is Faulted, else Unavailable while Inoperative, else
    the usage. The usage lives on underneath, so what is true afterwards is reported afterwards: rows H and I of
    4.9 need no transition of their own, and neither does a plug pulled during a fault.

    A change of availability that finds the connector in use waits as Scheduled, and takes effect in the step that
    ends the use.
    """

    class connector(State.Parallel):
        class usage(State.Compound):
            Available = State(enter=SHOW, initial=True)
            Reserved = State(enter=SHOW)

            class in_use(State.Compound):
                Preparing = State(enter=SHOW, initial=True)

                class energy(State.Compound):
                    Charging = State(enter=SHOW, initial=True)
                    SuspendedEV = State(enter=SHOW)
                    SuspendedEVSE = State(enter=SHOW)

                    Charging.to(SuspendedEV, event="ev_suspended ev_side_disconnected")  # C4
                    Charging.to(SuspendedEVSE, event="evse_suspended")  # C5
                    SuspendedEV.to(Charging, event="energy_flowed")  # D3
                    SuspendedEV.to(SuspendedEVSE, event="evse_suspended")  # D5
                    SuspendedEV.to(None, event="ev_side_disconnected", on="report_again")  # 4.9: with its info
                    SuspendedEVSE.to(Charging, event="energy_flowed")  # E3
                    SuspendedEVSE.to(SuspendedEV, event="ev_suspended ev_side_disconnected")  # E4
                    SuspendedEVSE.to(None, event="evse_suspended", on="report_suspension")  # 4.9: another reason

                Preparing.to(energy.Charging, event="energy_flowed")  # B3
                Preparing.to(energy.SuspendedEV, event="ev_suspended ev_side_disconnected")  # B4
                Preparing.to(energy.SuspendedEVSE, event="evse_suspended")  # B5

            Finishing = State(enter=SHOW)

            Available.to(in_use.Preparing, event="session_started transaction_started")  # A2
            Available.to(in_use.energy.Charging, event="energy_flowed")  # A3
            Available.to(in_use.energy.SuspendedEV, event="ev_suspended")  # A4
            Available.to(in_use.energy.SuspendedEVSE, event="evse_suspended")  # A5
            Available.to(Reserved, event="reservation_started", cond="not In('Inoperative')")  # A7
            Reserved.to(Available, event="reservation_ended")  # G1
            Reserved.to(Available, event="disabled fault_raised")  # 5.13: out of service ends a reservation
            Reserved.to(in_use.Preparing, event="session_started", cond="identified")  # G2
            Reserved.to(in_use.Preparing, event="transaction_started")  # G2
            in_use.Preparing.to(Finishing, event="connection_timed_out", cond="not transaction_running")  # B6
            in_use.to(Available, event="session_ended", cond="not transaction_running")  # B1 C1 D1 E1
            in_use.to(Finishing, event="transaction_stopped", cond="user_action_required")  # B6 C6 D6 E6
            in_use.to(Available, event="transaction_stopped")  # B1 C1 D1 E1
            Finishing.to(Available, event="session_ended")  # F1
            Finishing.to(in_use.Preparing, event="session_started transaction_started")  # F2
            Finishing.to(
                in_use.Preparing, event="enabled", cond="In('Inoperative')"
            )  # H2: no H6, the cable is still in

        class availability(State.Compound):
            Operative = State(enter=SHOW, initial=True)
            Scheduled = State()
            Inoperative = State(enter=SHOW)

            Operative.to(Scheduled, event="disabled inoperative_requested", cond="In('in_use')")  # 5.2
            Operative.to(Inoperative, event="disabled")  # A8 F8 G8
            Scheduled.to(Operative, event="enabled operative_requested")  # 5.2: the newer request counts
            Scheduled.to(Inoperative, event="disabled", cond="In('Finishing')")  # F8
            Scheduled.to(
                Inoperative, event="session_ended", cond="not In('Preparing') and not transaction_running"
            )  # C8 D8 E8 F8
            Scheduled.to(
                Inoperative, event="transaction_stopped", cond="In('energy') and not user_action_required"
            )  # C8 D8 E8
            Scheduled.to(Inoperative, cond="In('Available')")  # A8: there is no B8, B1 comes first
            Inoperative.to(Operative, event="enabled")  # H1 H2 H3 H4 H5

        class health(State.Compound):
            Sound = State(enter=SHOW, initial=True)
            Faulted = State(enter=SHOW)

            Sound.to(Faulted, event="fault_raised")  # A9 B9 C9 D9 E9 F9 G9 H9
            Faulted.to(Sound, event="fault_cleared")  # I1 I2 I3 I4 I5 I6 I7 I8

    overlays = (Overlay("Faulted", "Faulted"), Overlay("Inoperative", "Unavailable"))

    ignored = {  # noqa: RUF012 - declarations
        "session_started": "in_use Reserved",  # said twice; or a plug in a reserved connector, which stays reserved
        "transaction_started": "in_use",  # the usage says it already
        "session_ended": "Available Reserved in_use",  # said twice; in_use: the transaction is still running
        "energy_flowed": "Charging Finishing Reserved",  # late news of a session that is over, or not begun
        "ev_suspended": "SuspendedEV Finishing Reserved",
        "evse_suspended": "Finishing Reserved",
        "connection_timed_out": "Available Reserved in_use Finishing",  # late, or the tag came after all
        "reservation_started": "Reserved in_use Finishing Inoperative",
        "reservation_ended": "Available in_use Finishing",  # the reservation was used
        "enabled": "Operative",
        "disabled": "Scheduled Inoperative",
        "inoperative_requested": "Available Reserved Finishing Scheduled Inoperative",  # the hardware is asked
        "operative_requested": "Operative Inoperative",  # the hardware is asked
        "fault_raised": "Faulted",
        "fault_cleared": "Sound",
    }
