"""Timestamp: UTC, milliseconds, RFC 3339 (OCPP 1.6, 3.15: a peer's fractions and offsets are understood)."""

import copy
import pickle
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.testing.strategies import timestamps

SIX_PM = Timestamp(2024, 1, 17, 18)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-01-17T18:00:00.000Z", "2024-01-17T18:00:00.000Z"),
        ("2024-01-17T18:00:00Z", "2024-01-17T18:00:00.000Z"),
        ("2024-01-17T18:00:00", "2024-01-17T18:00:00.000Z"),
        ("2024-01-17T18:00:00.5", "2024-01-17T18:00:00.500Z"),
        ("2024-01-17t18:00:00.5z", "2024-01-17T18:00:00.500Z"),
        ("2024-01-17T18:00:00.9999999Z", "2024-01-17T18:00:00.999Z"),
        ("2024-01-17T18:00:00.123456789012345+00:00", "2024-01-17T18:00:00.123Z"),
        ("2024-01-17T18:00:00-00:00", "2024-01-17T18:00:00.000Z"),
        ("2024-01-17T18:00:00+02:00", "2024-01-17T16:00:00.000Z"),
        ("2024-01-17T18:00:00.25-05:30", "2024-01-17T23:30:00.250Z"),
        ("2023-12-31T23:30:00-01:00", "2024-01-01T00:30:00.000Z"),
        ("2024-01-17T18:00:00+02", "2024-01-17T16:00:00.000Z"),
        ("2024-01-17T18:00:00.25-05", "2024-01-17T23:00:00.250Z"),
        ("2024-01-17T18:00:00+0200", "2024-01-17T16:00:00.000Z"),
        ("2024-01-17t18:00:00.5-0530", "2024-01-17T23:30:00.500Z"),
        ("2024-01-17T18:00:00,5Z", "2024-01-17T18:00:00.500Z"),
        ("2024-01-17T18:00Z", "2024-01-17T18:00:00.000Z"),
        ("2024-01-17T18:00+02", "2024-01-17T16:00:00.000Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
    ],
)
def test_every_spelling_of_a_moment_is_read(text: str, utc: str) -> None:
    """3.15: ISO 8601, with a fraction of any length and any offset; no zone means UTC (reference/messages.md 4)."""
    moment = Timestamp.parse(text)
    assert type(moment) is Timestamp
    assert moment.tzinfo is UTC
    assert moment.text() == utc


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2024-01-17",
        "18:00:00Z",
        "2024-01-17 18:00:00Z",
        "20240117T180000Z",
        "2024-W03-3T18:00:00Z",
        "2024-01-17T18:00:00.Z",
        "2024-01-17T18:00:00+24:00",
        "2024-01-17T18:00:00+24",
        "2024-01-17T18:00:00+2",
        "2024-01-17T18:00:00+02:0",
        "2024-01-17T18:00:00+020",
        "2024-01-17T18Z",
        "2024-01-17T18:00,5Z",
        "2024-01-17T24:00Z",
        "2024-01-17T18:00:00Z ",
        " 2024-01-17T18:00:00Z",
        "2024-01-17T18:00:00Z\n",
        "2024-01-17T18:00:00ZZ",
        "2024-01-17T18:00:00Z and more",
        "2023-02-29T18:00:00Z",
        "2024-13-17T18:00:00Z",
        "2024-01-17T24:00:00Z",
        "2024-01-17T18:60:00Z",
        "2024-01-17T18:00:60Z",
        "0000-01-17T18:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "\u0662\u0660\u0662\u0664-01-17T18:00:00Z",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """Trailing garbage, other ISO 8601 notations, days and hours that do not exist."""
    with pytest.raises(ValueError, match=r"."):
        Timestamp.parse(text)


@given(st.datetimes(timezones=st.timezones()))
def test_of_keeps_the_moment_to_the_millisecond(moment: datetime) -> None:
    """Any zone comes to UTC; what is cut off is less than a millisecond."""
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        with pytest.raises(ValueError, match="outside the years"):
            Timestamp.of(moment)
        return
    cut = utc - Timestamp.of(moment)
    assert timedelta(0) <= cut < timedelta(milliseconds=1)


@given(timestamps())
def test_text_is_read_back(moment: Timestamp) -> None:
    """Text has 24 characters and reads back as the same moment."""
    assert len(moment.text()) == 24
    assert Timestamp.parse(moment.text()) == moment
    assert moment.text() == moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_a_naive_datetime_is_refused_with_help() -> None:
    """Which moment it is, only the caller knows: the error says how to tell."""
    with pytest.raises(ValueError, match=r"no time zone: use datetime\.now\(datetime\.UTC\)"):
        Timestamp.of(datetime(2024, 1, 17, 18))  # noqa: DTZ001  # the case in question


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=1)), ZoneInfo("UTC")])
def test_another_zone_is_refused(zone: timezone | ZoneInfo | None) -> None:
    """The constructor and replace() would break the promise of UTC: they say where to go instead."""
    with pytest.raises(ValueError, match=r"Timestamp\.of"):
        Timestamp(2024, 1, 17, tzinfo=zone)
    with pytest.raises(ValueError, match=r"Timestamp\.of"):
        SIX_PM.replace(tzinfo=zone)


def test_microseconds_are_cut_whichever_way_a_timestamp_is_made() -> None:
    """Constructor, replace, arithmetic and the class methods of datetime."""
    made = [
        Timestamp(2024, 1, 17, 18, 0, 0, 1999),
        SIX_PM.replace(microsecond=1999),
        SIX_PM + timedelta(microseconds=1999),
        Timestamp.fromisoformat("2024-01-17T18:00:00.001999Z"),
        Timestamp.of(datetime(2024, 1, 17, 18, 0, 0, 1999, UTC)),
    ]
    assert {moment.text() for moment in made} == {"2024-01-17T18:00:00.001Z"}
    assert {type(moment) for moment in made} == {Timestamp}
    assert Timestamp.now(UTC).microsecond % 1000 == 0


def test_it_is_a_datetime() -> None:
    """Arithmetic, comparison and hashing are those of datetime."""
    hour = timedelta(hours=1)
    plain = datetime(2024, 1, 17, 18, tzinfo=UTC)
    assert SIX_PM + hour - hour == SIX_PM
    assert type(SIX_PM - hour) is Timestamp
    assert SIX_PM + hour - SIX_PM == hour
    assert plain == SIX_PM < SIX_PM + hour
    assert hash(SIX_PM) == hash(plain)
    assert Timestamp.of(SIX_PM) is SIX_PM


def test_it_survives_copies() -> None:
    """Pickle and copy give an equal Timestamp."""
    for other in (pickle.loads(pickle.dumps(SIX_PM)), copy.copy(SIX_PM), copy.deepcopy(SIX_PM)):
        assert type(other) is Timestamp
        assert other == SIX_PM


def test_it_shows_itself_as_on_the_wire() -> None:
    """Str and format give the wire's text; other zones give plain datetimes."""
    assert f"{SIX_PM}" == str(SIX_PM) == "2024-01-17T18:00:00.000Z"
    local = SIX_PM.astimezone(timezone(timedelta(hours=2)))
    assert type(local) is datetime
    assert local.isoformat() == "2024-01-17T20:00:00+02:00"
