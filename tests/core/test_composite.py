"""The composite schedule where the specification, the reference implementation and common sense have to be weighed.

Expected values are worked out by hand from OCPP 1.6 (3.13, 5.16.4, 7.8 to 7.14) and stand beside their reasons.
"""

from decimal import Decimal, localcontext

import pytest
from attrs import evolve

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.smart_charging.composite import Electrics, EvseProfiles, Period, of_charge_point, of_connector
from ocpp16sm.core.smart_charging.schedule_layers import At, Stack
from ocpp16sm.messages import ChargingProfile, ChargingProfileKindType, ChargingRateUnitType
from tests.support.profile_notation import (
    ABSOLUTE,
    DAILY,
    EUROPE,
    MAX,
    RELATIVE,
    TX,
    WEEKLY,
    A,
    W,
    later,
    moment,
    profile,
    steps,
    written,
)

NOON = moment("2024-01-17 12:00")
DAY, YEAR = 86_400, 31_536_000


def evse(
    *tx_default: ChargingProfile, tx: tuple[ChargingProfile, ...] = (), since: Timestamp | None = None
) -> EvseProfiles:
    return EvseProfiles(tx_default, tx, since)


IDLE = evse()


def asked(
    *evses: EvseProfiles,
    maximum: tuple[ChargingProfile, ...] = (),
    start: Timestamp = NOON,
    duration: int = 600,
    unit: ChargingRateUnitType = A,
    electrics: Electrics = EUROPE,
    simulate: bool = True,
    most: int | None = None,
) -> tuple[Period, ...]:
    """One connector is asked for itself, several for the Charge Point."""
    question = (maximum, start, duration, unit, electrics)
    if len(evses) == 1:
        return of_connector(evses[0], *question, simulate_transaction=simulate, max_periods=most)
    return of_charge_point(evses, *question, simulate_transaction=simulate, max_periods=most)


# -- the sum of connectors ---------------------------------------------------------------------------------------------


def test_limits_of_different_units_are_added_in_the_unit_asked_for() -> None:
    """16 A on three phases are 11040 W, 3680 W on one phase are 16 A; the reference implementation says 53.3 A."""
    evses = (evse(profile("0:16/3", start=NOON)), evse(profile("0:3680/1", W, start=NOON)))
    assert written(asked(*evses, unit=A)) == steps("0:32/3")
    assert written(asked(*evses, unit=W)) == steps("0:14720/3")


def test_the_charge_point_with_one_connector_is_as_the_connector() -> None:
    """A limit above the default one included, which the reference implementation lowers for connectorId 0 only."""
    one = evse(profile("0:50000, 60:3000/1", W, start=NOON))
    for unit in (A, W):
        connector = of_connector(one, (), NOON, 600, unit, EUROPE, simulate_transaction=True)
        assert of_charge_point((one,), (), NOON, 600, unit, EUROPE, simulate_transaction=True) == connector
    assert written(asked(one, unit=W)) == steps("0:50000, 60:3000/1")


def test_a_connector_that_names_no_phases_uses_three_in_the_sum() -> None:
    """7.14: 3 is assumed unless another number is given. The one phase of the other does not bind it."""
    assert written(asked(IDLE, evse(profile("0:16/1", start=NOON)))) == steps("0:64/3")
    assert written(asked(IDLE, evse(profile("0:16/1", start=NOON)), unit=W)) == steps("0:36800/3")


def test_the_maximum_of_the_charge_point_bounds_the_phases_of_every_connector() -> None:
    """20 A on one phase for all: two connectors with 6900 W of one phase each want 60 A, and get the 20."""
    wanting = evse(profile("0:6900/3", W, start=NOON))
    maximum = (profile("0:20/1", purpose=MAX, start=NOON),)
    assert written(asked(wanting, wanting, maximum=maximum)) == steps("0:20/1")
    assert written(asked(wanting, wanting, maximum=maximum, unit=W)) == steps("0:4600/1")


def test_an_idle_connector_adds_the_lower_default_limit() -> None:
    """1.8, steps 5 and 7: 16 A on three phases of 230 V are 11040 W, less than 33120."""
    electrics = evolve(EUROPE, default_limit_a=Decimal(16))
    assert written(asked(IDLE, IDLE, unit=W, electrics=electrics)) == steps("0:22080")
    assert written(asked(IDLE, unit=W, electrics=electrics)) == steps("0:33120")  # step 7: of the unit, when alone


# -- rounding ----------------------------------------------------------------------------------------------------------


def test_a_converted_limit_is_cut_never_rounded_up() -> None:
    """3.13.3: 1000 W / 690 V are 1.449 A; 7000 W / 690 V are 10.1449 A; 13700 W / 690 V are 19.855 A."""
    periods = profile("0:1000, 60:7000, 120:13700", W, start=NOON)
    assert written(asked(evse(periods))) == steps("0:1.4, 60:10.1, 120:19.8")


def test_a_sum_is_cut_once_and_not_share_by_share() -> None:
    """Three times 1000 W / 690 V are 4.3478 A."""
    one = evse(profile("0:1000", W, start=NOON))
    assert written(asked(one, one, one)) == steps("0:4.3")


def test_a_conversion_there_and_back_loses_nothing() -> None:
    """0.1 A of 230.7 V on three phases are 69.21 W."""
    electrics = evolve(EUROPE, supply_voltage_v=Decimal("230.7"))
    assert written(asked(evse(profile("0:0.1", start=NOON)), unit=W, electrics=electrics)) == steps("0:69.2")
    assert written(asked(evse(profile("0:69.2", W, start=NOON)), electrics=electrics)) == steps("0:0")
    assert written(asked(evse(profile("0:69.3", W, start=NOON)), electrics=electrics)) == steps("0:0.1")


def test_the_callers_decimal_context_changes_nothing() -> None:
    with localcontext(prec=2):
        schedule = asked(evse(profile("0:2070.5", W, start=NOON)), unit=W)
    assert written(schedule) == steps("0:2070.5")


def test_limits_that_are_told_alike_make_one_period() -> None:
    """2000 W and 1980 W on one phase: 8.69 A and 8.60 A."""
    assert written(asked(evse(profile("0:2000/1, 60:1980/1, 120:1970/1", W, start=NOON)))) == steps(
        "0:8.6/1, 120:8.5/1"
    )


# -- phases ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("phases", "amps"), [(1, "30"), (2, "15")])
def test_another_number_of_phases_than_three_is_told_also_if_only_the_station_knows_it(phases: int, amps: str) -> None:
    """7.14: without a number the Central System would take it for 3. 6900 W / 230 V are 30 A on one phase."""
    electrics = evolve(EUROPE, default_phases=phases)
    assert written(asked(evse(profile("0:6900", W, start=NOON)), electrics=electrics)) == steps(f"0:{amps}/{phases}")


# -- times -------------------------------------------------------------------------------------------------------------


def test_a_daily_profile_keeps_to_utc_when_clocks_are_put_forward() -> None:
    """3.14: Europe's clocks jump at 01:00 UTC on 2024-03-31."""
    daily = profile("0:16", kind=DAILY, start=moment("2024-03-29 08:00"), duration=3600)
    schedule = asked(evse(daily), start=moment("2024-03-30 07:00"), duration=3 * DAY)
    begins = [period.start_s for period in schedule if period.limit == 16]
    assert begins == [3600, 3600 + DAY, 3600 + 2 * DAY]


def test_a_weekly_profile_counts_on_its_weekday() -> None:
    """2024-01-17 is a Wednesday; the profile starts on Saturdays, 08:00."""
    weekly = profile("0:16", kind=WEEKLY, start=moment("2023-07-01 08:00"), duration=3600)
    schedule = asked(evse(weekly), duration=14 * DAY)
    assert [later(NOON, period.start_s) for period in schedule if period.limit == 16] == [
        moment("2024-01-20 08:00"),
        moment("2024-01-27 08:00"),
    ]


def test_periods_behind_the_recurrence_are_not_executed() -> None:
    """5.16.4, errata 3.44."""
    daily = profile("0:16, 86399:10, 86400:6, 90000:8", kind=DAILY, start=NOON, duration=2 * DAY)
    schedule = asked(evse(daily), duration=DAY + 60)
    assert written(schedule) == steps("0:16, 86399:10, 86400:16")


def test_fractions_of_a_second_are_cut() -> None:
    start = moment("2024-01-17 12:01:00.900")
    installed = evse(profile("0:16", start=start, valid=(None, moment("2024-01-17 12:02:00.999"))))
    schedule = asked(installed, start=moment("2024-01-17 12:00:00.999"))
    assert written(schedule) == steps("0:48, 60:16, 120:48")


@pytest.mark.parametrize("kind", [ABSOLUTE, DAILY])
def test_without_startschedule_a_schedule_counts_from_the_start_of_charging(kind: ChargingProfileKindType) -> None:
    """7.13; the reference implementation counts from the moment of the question, for ever anew."""
    charging = evse(profile("0:16, 120:10", kind=kind), since=later(NOON, -90))
    assert written(asked(charging)) == steps("0:16, 30:10")


def test_a_relative_schedule_does_not_heed_a_startschedule() -> None:
    """7.9."""
    charging = evse(profile("0:16, 120:10", kind=RELATIVE, start=later(NOON, -500)), since=later(NOON, -90))
    assert written(asked(charging)) == steps("0:16, 30:10")


def test_a_recurring_profile_that_does_not_say_how_often_sets_nothing() -> None:
    never = evolve(profile("0:16", kind=DAILY, start=NOON), recurrency_kind=None)
    assert written(asked(evse(never))) == steps("0:48")


def test_a_recurrencykind_makes_no_absolute_profile_recur() -> None:
    """Errata 3.56."""
    once = evolve(profile("0:16", start=NOON, duration=3600), recurrency_kind=DAILY)
    assert written(asked(evse(once), duration=3 * DAY)) == steps("0:16, 3600:48")


@pytest.mark.parametrize(
    ("periods", "told"),
    [
        ("0:10, 100:20, 50:30, 200:40", "0:10, 100:20, 200:40"),
        ("0:10, 100:20, 100:30, 200:40", "0:10, 100:20, 200:40"),
        ("0:10, 100:20, 50:30, 60:6, 200:40", "0:10, 100:20, 200:40"),
        ("50:10, 100:20", "0:48, 100:20"),
    ],
)
def test_a_period_out_of_order_counts_as_not_listed(periods: str, told: str) -> None:
    """Errata 3.45, 7.14. With the reference implementation no limit holds from 100 to 200 in the first line."""
    assert written(asked(evse(profile(periods, start=NOON)))) == steps(told)


# -- precedence --------------------------------------------------------------------------------------------------------


def test_with_a_transaction_nothing_need_be_simulated() -> None:
    charging = evse(profile("0:16", start=NOON), tx=(profile("0:10", purpose=TX, start=NOON),), since=NOON)
    assert written(asked(charging, simulate=False)) == steps("0:10")


def test_a_txprofile_may_allow_more_than_the_default_one() -> None:
    """3.13.1: it overrules; and on the lowest level too."""
    charging = evse(profile("0:16", level=9, start=NOON), tx=(profile("0:32", purpose=TX, start=NOON),))
    assert written(asked(charging)) == steps("0:32")


def test_a_transaction_elsewhere_makes_no_profile_count_here() -> None:
    installed = profile("0:16", start=NOON)
    assert written(asked(evse(installed, since=NOON), evse(installed), simulate=False)) == steps("0:64")


# -- bounds and bad input ----------------------------------------------------------------------------------------------


def test_a_schedule_with_too_many_periods_says_how_far_it_goes() -> None:
    daily = profile("0:16, 3600:10", kind=DAILY, start=NOON)
    schedule = asked(evse(daily), duration=YEAR, most=3)
    assert written(schedule) == steps("0:16, 3600:10, 86400:16")
    assert schedule[-1].end_s == DAY + 3600


def test_a_schedule_that_just_fits_is_whole() -> None:
    daily = profile("0:16, 3600:10", kind=DAILY, start=NOON)
    schedule = asked(evse(daily), duration=DAY + 1800, most=3)
    assert len(schedule) == 3
    assert schedule[-1].end_s == DAY + 1800


def test_a_year_without_profiles_is_one_period() -> None:
    assert asked(IDLE, duration=YEAR) == (Period(0, Decimal(48), None, YEAR),)


MINUTES = profile(", ".join(f"{60 * minute}:{16 + minute % 2}" for minute in range(1440)), kind=DAILY, start=NOON)
"""Every minute of every day another limit."""


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seconds that a stack of profiles was looked at."""
    seconds: list[int] = []
    at = Stack.at

    def counted(stack: Stack, second: int) -> At:
        seconds.append(second)
        return at(stack, second)

    monkeypatch.setattr(Stack, "at", counted)
    return seconds


def test_what_is_not_told_is_not_calculated(looks: list[int]) -> None:
    assert asked(evse(MINUTES), duration=YEAR, most=100)[-1].end_s == 6000
    assert max(looks) == 6000


def test_a_recurrence_that_shows_nowhere_is_not_followed_through_the_year(looks: list[int]) -> None:
    """A year of it would be 525,600 looks."""
    half = YEAR // 2
    maximum = (
        profile("0:5", purpose=MAX, start=NOON),
        profile("0:6", purpose=MAX, level=1, start=NOON, valid=(None, later(NOON, half))),
    )
    schedule = asked(evse(MINUTES), maximum=maximum, duration=YEAR)
    assert schedule == (Period(0, Decimal(6), None, half), Period(half, Decimal(5), None, YEAR))
    assert len(looks) < 3 * 7 * 1440


@pytest.mark.parametrize("phases", [0, 4])
def test_an_impossible_number_of_phases_is_refused(phases: int) -> None:
    with pytest.raises(ValueError, match=f"numberPhases is {phases}, expected 1, 2, 3 or none"):
        asked(evse(profile(f"0:16/{phases}", start=NOON)))


def test_a_schedule_of_no_periods_is_refused() -> None:
    with pytest.raises(ValueError, match="max_periods is 0: expected 1 or more"):
        asked(IDLE, most=0)


def test_a_charge_point_without_connectors_is_refused() -> None:
    with pytest.raises(ValueError, match="expected those of every connector, one or more"):
        of_charge_point((), (), NOON, 600, A, EUROPE, simulate_transaction=True)


@pytest.mark.parametrize(("phases", "volts"), [(0, 230), (4, 230), (3, 0), (3, -230)])
def test_electrics_that_cannot_be_are_refused(phases: int, volts: int) -> None:
    with pytest.raises(ValueError, match="default_phases" if volts == 230 else "supply_voltage_v"):
        Electrics(Decimal(48), Decimal(33120), phases, Decimal(volts))
