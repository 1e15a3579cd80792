"""One reservation, from ReserveNow to its end (OCPP 1.6 edition 2, 3.11, 4.9, 5.1, 5.13).

Hooks:

* ``begin_reservation`` - store the reservation and report it
* ``end_reservation`` - delete the reservation and report why it ended
"""

from statemachine import State

from statecharts.model import Timer
from statecharts.ocpp16.base import OcppChart

END = "end_reservation"


class Reservation(OcppChart):
    """A reservation: its course, and whether its holder has arrived.

    Presenting the idTag does not use the reservation, although the connector is Preparing from then on; only a
    transaction does (4.8). If the holder leaves without a transaction, the chart waits for the holder again, and the
    connector is Reserved again as soon as it is free.
    """

    class reservation(State.Parallel):
        class course(State.Compound):
            Requested = State(initial=True)
            Reserved = State()
            Used = State(enter=END, final=True)
            Expired = State(enter=END, final=True)
            Cancelled = State(enter=END, final=True)
            Replaced = State(enter=END, final=True)
            Faulted = State(enter=END, final=True)
            Unavailable = State(enter=END, final=True)

            Requested.to(Reserved, event="accepted", on="begin_reservation")  # 5.13
            Reserved.to(Used, event="transaction_started")  # 5.13: of the holder or of the same group
            Reserved.to(Expired, event="expiry_reached")  # 5.13
            Reserved.to(Cancelled, event="cancelled")  # 5.1
            Reserved.to(Replaced, event="replaced")  # 5.13: by a request with the same reservationId
            Reserved.to(Faulted, event="fault_raised")  # 5.13: permanently
            Reserved.to(Unavailable, event="disabled")  # 5.13: permanently

        class holder(State.Compound):
            Awaited = State(initial=True)
            Presented = State()

            Awaited.to(Presented, event="identity_presented")  # 4.9 G2
            Presented.to(Awaited, event="left_unused")  # 4.9 B1, then A7

    timers = (Timer("expiry_reached", "begin_reservation", "end_reservation", "until expiryDate, by the wall clock"),)
