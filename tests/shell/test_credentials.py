"""A password is changed while both sides are awake: what is new is used, what is refused costs no connection (A01).

With the embedded Central System, in virtual time; the core's part is proved in tests/core/test_credentials.py.
"""

import pytest

from ocpp16sm import ChargePoint
from ocpp16sm.csms import Policy
from ocpp16sm.messages import ChangeConfigurationRequest
from tests.support.virtual_time import Lines, LoopClock, passes, run, settings

OLD, NEW = "the old password 1", "the new password 2"


@pytest.mark.parametrize("moves", [True, False], ids=["it takes the new one", "it keeps the old one"])
def test_a_central_system_that_changes_a_password_is_connected_again(moves: bool) -> None:
    """A01.FR.03; queue.md 4.5 [B]: and so is one that forgets to change it."""

    async def story() -> None:
        policy = Policy(passwords={"CP001": OLD.encode()})
        lines = Lines(policy)
        made = settings(configuration={"SecurityProfile": "1", "AuthorizationKey": OLD})
        async with ChargePoint(made, transport=lines, clock=LoopClock()) as station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            answer = await lines.peer.call(ChangeConfigurationRequest(key="AuthorizationKey", value=NEW))
            assert answer.status == "Accepted"
            if moves:
                policy.passwords = {"CP001": NEW.encode()}
            await passes(60)
            assert station.connected
            assert len(lines.sent("BootNotification")) == 1
            state = station._life.running().core.features.credentials.state
            assert state.present.authorization_key == (NEW if moves else OLD)
            assert state.previous is None

    run(story())
