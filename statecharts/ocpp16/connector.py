"""One connector, connectorId 1..N: usage, availability and health in parallel (OCPP 1.6 edition 2, 4.9).

Guards, answered by the connector:

* ``identified`` - an idTag was presented, not only a plug inserted
* ``transaction_running`` - a transaction was started and has not stopped
* ``user_action_required`` - the transaction has stopped but the session goes on: the user still has to unplug

Hooks:

* ``report_status`` - send the derived status if it has changed
* ``report_again`` - send the same status with new info
* ``report_suspension`` - send the same suspension with another reason (ReportSuspendedEVSEReasonChange)
"""

from statemachine import State

from statecharts.model import Overlay
from statecharts.ocpp16.base import ConnectorChart

SHOW = "report_status"


class Connector(ConnectorChart):
    """A connector: its usage, its availability and its health.

    The reported status is derived: Faulted while the health is Faulted, otherwise Unavailable while Inoperative,
    otherwise the usage. The usage changes even while another status hides it, so the status is right when it reappears.
    Rows H and I of 4.9 therefore need no transitions, and neither does unplugging during a fault.

    A change of availability while the connector is in use is kept as Scheduled and takes effect in the step that ends
    the use.
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
                    SuspendedEV.to(None, event="ev_side_disconnected", on="report_again")  # 4.9: with new info
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
            Reserved.to(Available, event="disabled fault_raised")  # 5.13: going out of service ends the reservation
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
            )  # H2: H6 does not exist; the cable is still plugged in

        class availability(State.Compound):
            Operative = State(enter=SHOW, initial=True)
            Scheduled = State()
            Inoperative = State(enter=SHOW)

            Operative.to(Scheduled, event="disabled inoperative_requested", cond="In('in_use')")  # 5.2
            Operative.to(Inoperative, event="disabled")  # A8 F8 G8
            Scheduled.to(Operative, event="enabled operative_requested")  # 5.2: the latest request wins
            Scheduled.to(Inoperative, event="disabled", cond="In('Finishing')")  # F8
            Scheduled.to(
                Inoperative, event="session_ended", cond="not In('Preparing') and not transaction_running"
            )  # C8 D8 E8 F8
            Scheduled.to(
                Inoperative, event="transaction_stopped", cond="In('energy') and not user_action_required"
            )  # C8 D8 E8
            Scheduled.to(Inoperative, cond="In('Available')")  # A8: B8 does not exist; B1 comes first
            Inoperative.to(Operative, event="enabled")  # H1 H2 H3 H4 H5

        class health(State.Compound):
            Sound = State(enter=SHOW, initial=True)
            Faulted = State(enter=SHOW)

            Sound.to(Faulted, event="fault_raised")  # A9 B9 C9 D9 E9 F9 G9 H9
            Faulted.to(Sound, event="fault_cleared")  # I1 I2 I3 I4 I5 I6 I7 I8

    overlays = (Overlay("Faulted", "Faulted"), Overlay("Inoperative", "Unavailable"))

    ignored = {  # noqa: RUF012 - declarations
        "session_started": "in_use Reserved",  # repeated; or plugged in while reserved, which stays reserved
        "transaction_started": "in_use",  # the usage has moved already
        "session_ended": "Available Reserved in_use",  # repeated; in_use: the transaction is still running
        "energy_flowed": "Charging Finishing Reserved",  # belongs to a session that is over or has not begun
        "ev_suspended": "SuspendedEV Finishing Reserved",
        "evse_suspended": "Finishing Reserved",
        "connection_timed_out": "Available Reserved in_use Finishing",  # too late, or the idTag was presented in time
        "reservation_started": "Reserved in_use Finishing Inoperative",
        "reservation_ended": "Available in_use Finishing",  # the reservation was used
        "enabled": "Operative",
        "disabled": "Scheduled Inoperative",
        "inoperative_requested": "Available Reserved Finishing Scheduled Inoperative",  # the hardware is asked first
        "operative_requested": "Operative Inoperative",  # the hardware is asked first
        "fault_raised": "Faulted",
        "fault_cleared": "Sound",
    }
