"""What every composite schedule has in common, on random profiles (3.13.2, 3.13.3).

``tests/support/per_second.py`` is the other opinion. Profiles are random in everything, broken orders of periods and
clocks between two seconds included; their times lie around the edges of the window, of a day and of a week.
"""

from bisect import bisect_right
from decimal import Decimal
from functools import cache
from itertools import pairwise

from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.smart_charging.composite import Electrics, EvseProfiles, Period, of_charge_point, of_connector
from ocpp16sm.messages import (
    ChargingProfile,
    ChargingProfileKindType,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
    ChargingSchedule,
    ChargingSchedulePeriod,
    RecurrencyKindType,
)
from tests.support.per_second import Limit, Moment, whole
from tests.support.profile_notation import EUROPE, MAX, TX, TX_DEFAULT, A, W, later, profile

NOW = Timestamp(2024, 3, 30, 23, 30)
"""The window begins here; the clocks of Europe are put forward within two hours."""
WINDOW = 60
DAY, WEEK, YEAR = 86_400, 604_800, 31_536_000

UNITS = st.sampled_from((A, W))
LIMITS = st.sampled_from(
    [Decimal(text) for text in ("0", "0.1", "6", "10.5", "16", "32", "63", "2000", "3680", "22000")]
)
PHASES = st.sampled_from((None, None, 1, 2, 3))
FRACTIONS = st.sampled_from((0, 0, 1, 999))
ELECTRICS = st.one_of(
    st.just(EUROPE),
    st.builds(
        Electrics,
        default_limit_a=st.sampled_from((Decimal(16), Decimal(48))),
        default_limit_w=st.sampled_from((Decimal(3680), Decimal(33120))),
        default_phases=st.sampled_from((1, 2, 3)),
        supply_voltage_v=st.sampled_from((Decimal(230), Decimal(110), Decimal("230.7"))),
    ),
)


# Each strategy is made once: Hypothesis validates a new one with every draw.


@cache
def near(reach: int) -> st.SearchStrategy[int]:
    """Seconds around the begin of the window; small ones often, as they meet."""
    return st.one_of(st.integers(-9, 9), st.integers(-reach, reach))


@cache
def begins(reach: int) -> st.SearchStrategy[list[int]]:
    """Where periods begin: around the begin of the window, of a day and of a week."""
    begin = st.one_of(near(reach), st.sampled_from((0, DAY, WEEK)).flatmap(lambda edge: near(reach).map(edge.__add__)))
    return st.lists(begin.map(abs), max_size=4)


@cache
def durations(reach: int) -> st.SearchStrategy[int | None]:
    """None, or up to twice the reach."""
    return st.none() | st.integers(0, 2 * reach)


@cache
@st.composite
def moments(draw: st.DrawFn, reach: int) -> Timestamp:
    """A time around the begin of the window, or whole days from it."""
    days = draw(st.sampled_from((0, 0, 0, -1, 1, -7, -700, 400)))
    moment = later(NOW, days * DAY + draw(near(reach)))
    return moment.replace(microsecond=draw(FRACTIONS) * 1000)


@cache
def ends(reach: int) -> st.SearchStrategy[Timestamp | None]:
    """Mostly none."""
    return st.none() | st.none() | moments(reach)


@cache
def starts(reach: int) -> st.SearchStrategy[Timestamp | None]:
    """Mostly one."""
    return st.none() | moments(reach) | moments(reach)


MOSTLY = st.integers(0, 4)
STACK_LEVELS = st.integers(0, 3)
KINDS = st.sampled_from(ChargingProfileKindType)
RECURRENCIES = st.sampled_from((None, *RecurrencyKindType, *RecurrencyKindType))


@cache
@st.composite
def profiles(draw: st.DrawFn, reach: int, purpose: ChargingProfilePurposeType) -> ChargingProfile:
    """Any profile whose begins and ends lie within ``reach`` seconds of something that matters."""
    listed = draw(begins(reach))
    if draw(MOSTLY):
        listed = sorted({0, *listed})
    unit = draw(UNITS)
    periods = tuple(ChargingSchedulePeriod(begin, draw(LIMITS), draw(PHASES)) for begin in listed or [0])
    schedule = ChargingSchedule(unit, periods, duration=draw(durations(reach)), start_schedule=draw(starts(reach)))
    return ChargingProfile(
        1,
        draw(STACK_LEVELS),
        purpose,
        draw(KINDS),
        schedule,
        recurrency_kind=draw(RECURRENCIES),
        valid_from=draw(ends(reach)),
        valid_to=draw(ends(reach)),
    )


@frozen
class Station:
    """What a question is about."""

    evses: tuple[EvseProfiles, ...]
    maximum: tuple[ChargingProfile, ...]
    electrics: Electrics
    simulate: bool
    start: Timestamp = NOW

    def connector(self, duration: int, unit: ChargingRateUnitType, most: int | None = None) -> tuple[Period, ...]:
        return of_connector(
            self.evses[0],
            self.maximum,
            self.start,
            duration,
            unit,
            self.electrics,
            simulate_transaction=self.simulate,
            max_periods=most,
        )

    def charge_point(self, duration: int, unit: ChargingRateUnitType, most: int | None = None) -> tuple[Period, ...]:
        return of_charge_point(
            self.evses,
            self.maximum,
            self.start,
            duration,
            unit,
            self.electrics,
            simulate_transaction=self.simulate,
            max_periods=most,
        )

    def at(self, second: int) -> Moment:
        return Moment(later(whole(self.start), second), self.start, self.simulate, self.electrics)


@cache
def connectors(reach: int, anchored: bool) -> st.SearchStrategy[list[EvseProfiles]]:
    """One to three."""
    evses = st.builds(
        EvseProfiles,
        tx_default=st.lists(profiles(reach, TX_DEFAULT), max_size=3).map(tuple),
        tx=st.lists(profiles(reach, TX), max_size=2).map(tuple),
        transaction_start=moments(reach) if anchored else st.none() | moments(reach),
    )
    return st.lists(evses, min_size=1, max_size=3)


@cache
def maxima(reach: int) -> st.SearchStrategy[list[ChargingProfile]]:
    """None to two."""
    return st.lists(profiles(reach, MAX), max_size=2)


@cache
@st.composite
def stations(draw: st.DrawFn, reach: int = WINDOW, *, anchored: bool = False) -> Station:
    """``anchored``: nothing counts from the moment of the question."""
    maximum = draw(maxima(reach))
    if anchored:
        maximum = [
            profile
            for profile in maximum
            if profile.charging_profile_kind is not ChargingProfileKindType.RELATIVE
            and profile.charging_schedule.start_schedule is not None
        ]
    return Station(
        tuple(draw(connectors(reach, anchored))),
        tuple(maximum),
        draw(ELECTRICS),
        draw(st.booleans()),
        NOW.replace(microsecond=draw(FRACTIONS) * 1000),
    )


def told_at(schedule: tuple[Period, ...], second: int) -> tuple[Decimal, int | None]:
    period = schedule[bisect_right([period.start_s for period in schedule], second) - 1]
    return period.limit, period.number_phases


def watts(limit: Decimal, unit: ChargingRateUnitType, phases: int | None, electrics: Electrics) -> Decimal:
    return limit if unit is W else limit * electrics.supply_voltage_v * (phases or 3)


def watts_of(limit: Limit, electrics: Electrics) -> Decimal:
    amount = Decimal(limit.amount.numerator) / limit.amount.denominator
    return watts(amount, limit.unit, limit.phases or electrics.default_phases, electrics)


@given(stations(), UNITS)
def test_every_second_is_what_the_specification_says(station: Station, unit: ChargingRateUnitType) -> None:
    connector, charge_point = station.connector(WINDOW, unit), station.charge_point(WINDOW, unit)
    for second in range(WINDOW):
        moment = station.at(second)
        assert told_at(connector, second) == moment.of_connector(station.evses[0], station.maximum, unit)
        assert told_at(charge_point, second) == moment.of_charge_point(station.evses, station.maximum, unit)


@given(stations(reach=2 * DAY), UNITS, st.lists(st.integers(0, YEAR - 1), min_size=1, max_size=20))
def test_any_second_of_a_year_is_what_the_specification_says(
    station: Station, unit: ChargingRateUnitType, seconds: list[int]
) -> None:
    connector, charge_point = station.connector(YEAR, unit), station.charge_point(YEAR, unit)
    edges = [period.start_s + by for period in charge_point[:6] for by in (-1, 0)]
    for second in [*seconds, *edges[1:]]:
        moment = station.at(second)
        assert told_at(connector, second) == moment.of_connector(station.evses[0], station.maximum, unit)
        assert told_at(charge_point, second) == moment.of_charge_point(station.evses, station.maximum, unit)


@st.composite
def recurring(draw: st.DrawFn, purpose: ChargingProfilePurposeType) -> ChargingProfile:
    """A profile of hours and days, in A, for ever or until some week."""
    kind = draw(st.sampled_from((RecurrencyKindType.DAILY, RecurrencyKindType.WEEKLY)))
    hours = draw(st.lists(st.integers(1, 23 if kind is RecurrencyKindType.DAILY else 167), max_size=3, unique=True))
    weeks = st.none() | st.integers(-1, 30).map(lambda week: later(NOW, week * WEEK + 5 * 3600))
    begin = later(NOW, draw(st.integers(-48, 48)) * 3600)
    return profile(
        ",".join(f"{3600 * hour}:{draw(st.sampled_from((6, 10, 16)))}" for hour in (0, *sorted(hours))),
        purpose=purpose,
        kind=kind,
        level=draw(st.integers(0, 3)),
        start=begin,
        duration=draw(st.none() | st.integers(1, 40).map(lambda hour: hour * 3600)),
        valid=(draw(weeks), draw(weeks)),
    )


@given(
    st.lists(recurring(TX_DEFAULT), min_size=1, max_size=3),
    st.lists(recurring(MAX), max_size=2),
    st.lists(st.integers(0, 364), min_size=1, max_size=4),
)
def test_every_hour_of_a_year_that_recurs_is_what_the_specification_says(
    defaults: list[ChargingProfile], maximum: list[ChargingProfile], days: list[int]
) -> None:
    station = Station((EvseProfiles(tuple(defaults), (), None),), tuple(maximum), EUROPE, True)
    schedule = station.connector(YEAR, A)
    for second in (day * DAY + hour * 3600 for day in days for hour in range(24)):
        assert told_at(schedule, second) == station.at(second).of_connector(station.evses[0], station.maximum, A)


@given(stations(), UNITS)
def test_no_limit_in_force_is_exceeded(station: Station, unit: ChargingRateUnitType) -> None:
    """3.13.3: neither in the unit of the limit nor in power."""
    connector, charge_point = station.connector(WINDOW, unit), station.charge_point(WINDOW, unit)
    for second in range(WINDOW):
        moment = station.at(second)
        ceiling = moment.at_grid(station.maximum)
        for schedule, limits in (
            (connector, [moment.at_evse(station.evses[0]), ceiling]),
            (charge_point, [ceiling]),
        ):
            told, phases = told_at(schedule, second)
            for limit in limits:
                if limit is not None:
                    assert watts(told, unit, phases, station.electrics) <= watts_of(limit, station.electrics)
                    assert unit is not limit.unit or told <= limit.amount


@given(stations())
def test_all_connectors_combined_get_no_more_than_each_is_allowed(station: Station) -> None:
    limits = [
        of_connector(evse, (), station.start, WINDOW, W, station.electrics, simulate_transaction=station.simulate)
        for evse in station.evses
    ]
    default = station.electrics.default_limit_w
    schedule = station.charge_point(WINDOW, W)
    for second in range(WINDOW):
        moment = station.at(second)
        set_ones = [moment.at_evse(evse) is not None for evse in station.evses]
        shares = [told_at(of, second)[0] if is_set else default for of, is_set in zip(limits, set_ones, strict=True)]
        # Each share was cut to 0.1 already.
        assert told_at(schedule, second)[0] < sum(shares) + Decimal("0.1") * len(shares)


@given(stations(), profiles(WINDOW, MAX))
def test_a_chargepointmaxprofile_raises_no_limit(station: Station, added: ChargingProfile) -> None:
    """The default limits of a connector that has none are no limits, and do give way (example 22)."""
    before = evolve(station, maximum=())
    after = evolve(station, maximum=(added,))
    connectors, charge_points = (
        (before.connector(WINDOW, W), after.connector(WINDOW, W)),
        (before.charge_point(WINDOW, W), after.charge_point(WINDOW, W)),
    )
    for second in range(WINDOW):
        if station.at(second).at_evse(station.evses[0]) is not None:
            assert told_at(connectors[1], second)[0] <= told_at(connectors[0], second)[0]
        assert told_at(charge_points[1], second)[0] <= told_at(charge_points[0], second)[0]


@given(stations(anchored=True), UNITS, st.integers(1, WINDOW - 1))
def test_a_window_in_two_parts_is_the_whole_window(station: Station, unit: ChargingRateUnitType, cut: int) -> None:
    rest = evolve(station, start=later(station.start, cut))
    for whole_one, first, second in (
        (station.connector(WINDOW, unit), station.connector(cut, unit), rest.connector(WINDOW - cut, unit)),
        (station.charge_point(WINDOW, unit), station.charge_point(cut, unit), rest.charge_point(WINDOW - cut, unit)),
    ):
        for at in range(WINDOW):
            expected = told_at(first, at) if at < cut else told_at(second, at - cut)
            assert told_at(whole_one, at) == expected


@given(stations(reach=2 * DAY), UNITS, st.integers(1, 6))
def test_a_bounded_schedule_is_the_begin_of_the_whole(station: Station, unit: ChargingRateUnitType, most: int) -> None:
    for whole_one, begin in (
        (station.connector(YEAR, unit), station.connector(YEAR, unit, most)),
        (station.charge_point(YEAR, unit), station.charge_point(YEAR, unit, most)),
    ):
        assert begin == whole_one[:most]


@given(stations(reach=2 * DAY), UNITS, st.integers(0, YEAR))
@settings(max_examples=50)
def test_periods_meet_and_differ_and_fill_the_duration(
    station: Station, unit: ChargingRateUnitType, duration: int
) -> None:
    for schedule in (station.connector(duration, unit), station.charge_point(duration, unit)):
        ends = [period.end_s for period in schedule]
        assert [period.start_s for period in schedule] == [0, *ends[:-1]]
        assert ends[-1] == duration
        assert all(period.start_s < period.end_s for period in schedule) or duration == 0
        told = [(period.limit, period.number_phases) for period in schedule]
        assert all(one != next_one for one, next_one in pairwise(told))
