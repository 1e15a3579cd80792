"""Smart Charging with a Central System written with the PyPI package ``ocpp``; every answer passes its schemas.

They want limits to be multiples of 0.1 and check that with decimal numbers, so a limit that is not exact in binary
must arrive as it was written.
"""

from typing import Any

from ocpp.v16 import call  # type: ignore[import-untyped]  # no types there
from ocpp.v16.datatypes import (  # type: ignore[import-untyped]  # no types there
    ChargingProfile,
    ChargingSchedule,
    ChargingSchedulePeriod,
)
from ocpp.v16.enums import (  # type: ignore[import-untyped]  # no types there
    ChargingProfileKindType,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
)

from tests.interop.mobilityhouse import CentralSystem, central_system
from tests.interop.test_mobilityhouse import ask, run, station


def profile(number: int, purpose: ChargingProfilePurposeType, limit: float, **more: Any) -> ChargingProfile:
    """A charging profile as their package makes it: an Absolute maximum, or Relative."""
    of_all = purpose is ChargingProfilePurposeType.charge_point_max_profile
    return ChargingProfile(
        charging_profile_id=number,
        stack_level=0,
        charging_profile_purpose=purpose,
        charging_profile_kind=ChargingProfileKindType.absolute if of_all else ChargingProfileKindType.relative,
        charging_schedule=ChargingSchedule(
            charging_rate_unit=ChargingRateUnitType.amps,
            charging_schedule_period=[ChargingSchedulePeriod(start_period=0, limit=limit)],
            start_schedule="2026-01-01T00:00:00Z" if of_all else None,
        ),
        **more,
    )


async def limit(theirs: CentralSystem, connector: int, unit: str | None = None) -> str:
    """The limit that their package reads from GetCompositeSchedule, as it was written."""
    answer = await ask(theirs, call.GetCompositeSchedule(connector_id=connector, duration=60, charging_rate_unit=unit))
    assert (answer.status, answer.connector_id) == ("Accepted", connector)
    (period,) = answer.charging_schedule["charging_schedule_period"]
    return str(period["limit"])


def test_profiles_are_set_told_and_cleared() -> None:
    """3.13, 5.5, 5.7, 5.16."""
    purposes = ChargingProfilePurposeType

    async def story() -> None:
        async with central_system() as endpoint, station(endpoint) as ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(2, "Available")
            for connector, number, purpose, amps in (
                (0, 1, purposes.charge_point_max_profile, 20.1),
                (0, 2, purposes.tx_default_profile, 13.7),
            ):
                given = profile(number, purpose, amps)
                answer = await ask(theirs, call.SetChargingProfile(connector, given))
                assert answer.status == "Accepted"
            assert [await limit(theirs, connector) for connector in (0, 1, 2)] == ["20.1", "13.7", "13.7"]
            assert await limit(theirs, 1, "W") == "9453"
            refused = await ask(theirs, call.SetChargingProfile(1, profile(3, purposes.tx_profile, 6.0)))
            assert refused.status == "Rejected"
            ours.plug_in(1)
            ours.present_token("TAG")
            start = await theirs.expect("StartTransaction")
            own = profile(3, purposes.tx_profile, 8.3, transaction_id=start["transaction_id"])
            assert (await ask(theirs, call.SetChargingProfile(1, own))).status == "Accepted"
            assert await limit(theirs, 1) == "8.3"
            assert (await ask(theirs, call.ClearChargingProfile(id=2))).status == "Accepted"
            assert (await ask(theirs, call.ClearChargingProfile(id=2))).status == "Unknown"
            assert await limit(theirs, 2) == "20.1"
            ours.present_token("TAG")
            await theirs.expect("StopTransaction")
            assert await limit(theirs, 1) == "20.1"
            nowhere = await ask(theirs, call.GetCompositeSchedule(connector_id=9, duration=60))
            assert (nowhere.status, nowhere.charging_schedule) == ("Rejected", None)

    run(story())


def test_a_remote_start_brings_a_profile() -> None:
    """5.11, 5.16.2."""

    async def story() -> None:
        async with central_system() as endpoint, station(endpoint) as ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(2, "Available")
            ours.plug_in(2)
            await theirs.expect_status(2, "Preparing")
            given = profile(1, ChargingProfilePurposeType.tx_profile, 6.2)
            asked = call.RemoteStartTransaction(id_tag="AFAR", connector_id=2, charging_profile=given)
            assert (await ask(theirs, asked)).status == "Accepted"
            await theirs.expect("StartTransaction")
            assert await limit(theirs, 2) == "6.2"

    run(story())
