"""The credentials of a connection: profile, password and certificate (security whitepaper A01, A02, A05).

Hooks: ``connect_anew`` - disconnect and dial with the new credentials; ``try_the_other`` - if one of two passwords or
certificates is refused, try the other; ``keep_present`` - forget the old ones; ``take_back`` - return to the old ones.
"""

from statemachine import State

from statecharts.model import Timer
from statecharts.ocpp16.base import OcppChart


class Credentials(OcppChart):
    """New credentials are on trial until they have opened a connection; the old ones are kept until then."""

    Settled = State(initial=True)
    Trial = State(exit="disarm_trial")

    Settled.to(Trial, event="changed", on="connect_anew")  # A01.FR.03, A05.FR.06
    Trial.to(None, event="changed", on="connect_anew")
    Trial.to(None, event="dialled", on="arm_trial")  # A05.FR.08
    Trial.to(None, event="refused", on="try_the_other")  # A01.FR.03
    Trial.to(Settled, event="opened", on="keep_present")  # A05.FR.07
    Trial.to(Settled, event="trial_over", on="take_back")  # A05.FR.08

    timers = (Timer("trial_over", "arm_trial", "disarm_trial", "SwitchSecurityProfileConnectionTimeout, s"),)

    ignored = {  # noqa: RUF012 - declarations
        "dialled": "Settled",
        "opened": "Settled",
        "refused": "Settled",
        "trial_over": "Settled",
    }
