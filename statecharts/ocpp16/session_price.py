"""The price of a session, as sent by the Central System during and after its transaction (California pricing).

Hooks:

* ``drop_triggers`` - stop sending the MeterValues that the Central System requested to calculate the cost
* ``announce_unplugged`` - send ConnectorUnplugged, which ends the idle time
* ``forget_price`` - delete the price, which nobody needs any more

Guards:

* ``idle_fee_applies`` - CustomIdleFeeAfterStop: staying connected after the transaction costs a fee
"""

from statemachine import State

from statecharts.ocpp16.base import OcppChart

LEFT = "announce_unplugged"


class SessionPrice(OcppChart):
    """The price of a session: the last cost received, and how far the session has ended.

    A final cost that arrives after the session still belongs to it, so the price is kept until it is superseded.
    """

    class session_price(State.Parallel):
        class cost(State.Compound):
            Untold = State(initial=True)
            Charging = State()
            Idle = State()
            Final = State()

            Untold.to(Charging, event="charging_told")
            Untold.to(Idle, event="idle_told")
            Untold.to(Final, event="final_told")
            Charging.to(Idle, event="idle_told")
            Charging.to(Final, event="final_told")
            Idle.to(Charging, event="charging_told")
            Idle.to(Final, event="final_told")
            Final.to(Charging, event="charging_told")
            Final.to(Idle, event="idle_told")

        class use(State.Compound):
            class going_on(State.Compound):
                Running = State(initial=True)
                Unplugged = State()
                StillConnected = State()

                Running.to(StillConnected, event="transaction_stopped", cond="idle_fee_applies")
                Running.to(Unplugged, event="unplugged")  # the session ends before its transaction

            Over = State(enter="drop_triggers")
            Forgotten = State(enter="forget_price", final=True)

            going_on.Running.to(Over, event="transaction_stopped")
            going_on.Unplugged.to(Over, event="transaction_stopped", cond="idle_fee_applies", on=LEFT)
            going_on.Unplugged.to(Over, event="transaction_stopped")
            going_on.StillConnected.to(Over, event="unplugged", on=LEFT)
            Over.to(Forgotten, event="superseded")

    ignored = {  # noqa: RUF012 - declarations
        "charging_told": "Charging",
        "idle_told": "Idle",
        "final_told": "Final",
        "unplugged": "Over Unplugged",
        "transaction_stopped": "Over StillConnected",
        "superseded": "going_on",
    }
