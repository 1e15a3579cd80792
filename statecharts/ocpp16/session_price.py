"""What a session costs: told by the Central System, while its transaction runs and after it (California pricing).

Hooks:

* ``drop_triggers`` - no more MeterValues are sent because the Central System wanted to work out the cost
* ``announce_unplugged`` - ConnectorUnplugged: being idle ends
* ``forget_price`` - nobody asks for it any more

Guards:

* ``idle_fee_applies`` - CustomIdleFeeAfterStop: being connected costs something after the transaction, too
"""

from statemachine import State

from statecharts.ocpp16.base import OcppChart

LEFT = "announce_unplugged"


class SessionPrice(OcppChart):
    """What was told last on one side, on the other who still uses the connector.

    A final cost that comes when all is over belongs to the session all the same: so it stays known for a while.
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
            Running = State(initial=True)
            Unplugged = State()
            StillConnected = State()
            Over = State(enter="drop_triggers")
            Forgotten = State(enter="forget_price", final=True)

            Running.to(StillConnected, event="transaction_stopped", cond="idle_fee_applies")
            Running.to(Over, event="transaction_stopped")
            Running.to(Unplugged, event="unplugged")  # the session ends before its transaction
            Unplugged.to(Over, event="transaction_stopped", cond="idle_fee_applies", on=LEFT)
            Unplugged.to(Over, event="transaction_stopped")
            StillConnected.to(Over, event="unplugged", on=LEFT)
            Over.to(Forgotten, event="superseded")

    ignored = {  # noqa: RUF012 - declarations
        "charging_told": "Charging",
        "idle_told": "Idle",
        "final_told": "Final",
        "unplugged": "Over Unplugged",
        "transaction_stopped": "Over StillConnected",
        "superseded": "Running Unplugged StillConnected",
    }
