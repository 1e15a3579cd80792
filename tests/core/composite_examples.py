"""The worked examples of reference/profiles.md 1.9: what is installed, what is asked, what is answered."""

from collections.abc import Sequence

from attrs import evolve, frozen

from ocpp16sm.core.smart_charging.composite import EvseProfiles
from ocpp16sm.messages import ChargingProfile
from tests.support.profile_notation import (
    DAILY,
    MAX,
    RELATIVE,
    TX,
    WEEKLY,
    W,
    later,
    moment,
    profile,
)

DAY = "2024-01-17"
NOON = moment("2024-01-17 12:00")
VALID_301 = (moment("2024-01-01 12:00"), moment("2024-02-01 12:00"))
TO_2025 = (moment("2024-01-01 12:00"), moment("2025-01-01 00:00"))

P01 = profile("0:2000/1", W, level=1, start=moment("2024-01-17 18:00"), duration=1080)
P100 = profile(
    "0:11000/3, 28800:6000/3, 72000:12000/3", W, kind=DAILY, start=moment("2023-01-17 17:00"), duration=86400
)
GRID = profile(
    ", ".join(f"{3600 * hour}:{hour + 1}/1" for hour in range(24)),
    W,
    kind=DAILY,
    start=moment("2023-01-17 00:00"),
    duration=86400,
)
T03 = profile("0:2000/1", W, purpose=TX, level=2, start=moment("2024-01-17 18:04"), duration=1080)
T02 = profile("0:2000/1", W, purpose=TX, level=2, kind=DAILY, start=moment("2024-01-17 18:04"), duration=1080)
A301 = profile(
    "0:32, 1800:31, 2700:30",
    level=5,
    start=moment("2024-01-01 12:02"),
    duration=3600,
    valid=(moment("2024-01-01 12:00"), moment("2024-01-01 14:00")),
)
D301 = profile(
    "0:16, 1800:15, 2700:14", level=5, kind=DAILY, start=moment("2024-01-01 08:00"), duration=3600, valid=VALID_301
)
R303 = profile("0:16, 1800:15, 2700:14", level=5, kind=RELATIVE, duration=3600, valid=TO_2025)
D302 = profile(
    "0:16/1, 1800:15/1, 2700:14/3",
    level=5,
    kind=DAILY,
    start=moment("2024-01-01 08:00"),
    duration=3600,
    valid=VALID_301,
)
R302 = profile("0:16/3, 1800:15/1, 2700:14/3", level=5, kind=RELATIVE, duration=3600, valid=TO_2025)
M401 = profile(
    "0:24/1, 900:28/1, 1800:30/1, 2700:32/1",
    purpose=MAX,
    kind=DAILY,
    start=moment("2024-01-01 08:00"),
    duration=86400,
)
M24 = profile(
    "0:16/1, 3600:16/3, 7200:10/1, 10800:10/3",
    purpose=MAX,
    kind=DAILY,
    start=moment("2024-01-01 00:00"),
    duration=86400,
)
W25 = profile("0:12420, 300:8280, 600:6210, 900:4140, 1200:2070", W, kind=RELATIVE, duration=3600)
TR_PERIODS = "0:1000, 70:7000, 140:0, 210:6000, 280:1500, 350:5000"
TR = profile(TR_PERIODS, W, level=1, kind=RELATIVE)


@frozen
class Example:
    """A row of the table, or one question of a row with several."""

    id: str
    """The row, and what tells its questions apart."""
    evses: Sequence[EvseProfiles]
    """What is installed at each connector."""
    question: str
    """Connector (c0: the Charge Point), begin (on DAY if no day is named), seconds and unit."""
    answer: str
    """Its periods."""
    maximum: Sequence[ChargingProfile] = ()
    """The ChargePointMaxProfiles."""
    simulate: bool = True
    """Whether a transaction is simulated."""


def evse(*tx_default: ChargingProfile, tx: Sequence[ChargingProfile] = (), since: str | None = None) -> EvseProfiles:
    return EvseProfiles(tx_default, tuple(tx), None if since is None else moment(since))


IDLE = evse()
BUSY_13 = (evse(TR, since=f"{DAY} 08:00"), evse(TR))

MAX_15 = profile("0:10, 80:20/1, 100:20/3", purpose=MAX, level=2, start=NOON, duration=200)
EVSE_15 = evse(profile("0:11000/3, 60:6900/1, 120:5520, 180:17250, 260:5520", W, level=12, start=NOON, duration=300))

EVSE_16, EVSE_16W = (
    evse(
        profile("0:14, 5000:16, 15000:20", kind=kind, start=NOON),
        profile("0:10, 10000:22, 20000:6", level=1, kind=kind, start=NOON, duration=86400),
    )
    for kind in (DAILY, WEEKLY)
)

MAX_17 = profile("0:10/3", purpose=MAX, start=NOON, duration=86400)
EVSE_17 = evse(
    profile("0:6/3, 60:10/3, 120:8/3, 180:25/3, 260:8/3", start=NOON, duration=300),
    tx=[profile("0:8, 50:11, 140:16, 200:6, 240:12", purpose=TX, start=NOON, duration=240)],
)
EVSE_18 = evse(tx=[profile("0:6, 60:10, 120:8", purpose=TX, start=NOON, duration=260)])

EVSE_19 = evse(
    profile("0:2000/1, 300:1800/2, 600:1600/3, 900:1200", W, level=1, start=NOON, duration=3500),
    profile("0:32/3, 300:24/2, 600:12/1, 900:10", level=2, start=later(NOON, 3600), duration=3600),
)

VALID_20 = (moment("2024-01-01 12:00"), moment("2024-01-05 12:00"))
EVSE_20 = evse(profile("0:32, 36000:7", level=5, kind=DAILY, start=moment("2024-01-01 08:00"), valid=VALID_20))

EVSE_21 = evse(
    profile("0:6, 50:5, 100:8, 200:10", start=NOON, duration=400),
    profile("0:7, 100:9", level=1, start=NOON, duration=150),
)

MAX_22 = profile("0:18, 50:24, 100:14, 200:24", purpose=MAX, start=NOON, duration=800)
EVSES_22 = (
    evse(profile("0:16, 100:20", level=1, start=NOON, duration=400)),
    evse(profile("0:10, 100:16", level=1, start=NOON, duration=500)),
)

EVSE_23 = evse(
    profile("0:16/3, 100:20/3", kind=RELATIVE),
    profile("0:10/3, 50:6/3", level=1, kind=RELATIVE, duration=200),
    since=f"{DAY} 12:00",
)
EVSE_24 = evse(
    profile("0:11000, 90:22000", W, level=1, kind=RELATIVE),
    profile("0:32, 6:20, 12:8", level=2, kind=RELATIVE),
    since=f"{DAY} 12:00",
)
MAX_25 = profile("0:10, 80:20/2, 160:20/3", purpose=MAX, start=NOON)

SIXTEEN_26 = profile("0:16", level=5, kind=DAILY, start=moment(f"{DAY} 08:00"), duration=300)
TWELVE_26 = profile("0:12", level=5, kind=DAILY, start=moment(f"{DAY} 08:05"), duration=300)
EVSE_27 = evse(profile("0:16, 600:10", start=NOON, duration=1200, valid=(later(NOON, 300), later(NOON, 900))))
EVSE_28 = evse(profile("0:16, 3600:8", kind=DAILY, start=moment("2024-03-01 08:00"), duration=7200))

MAX_29 = profile("0:16", purpose=MAX, start=NOON)
EVSE_29 = evse(tx=[profile("0:3680/1", W, purpose=TX, kind=RELATIVE)])
EVSE_30 = evse(
    profile("0:16/3, 100:20/3", kind=RELATIVE),
    tx=[profile("0:0", purpose=TX, kind=RELATIVE, duration=60)],
)

NIGHT_11 = {
    "00:00": ("0:16/1, 1200:9/1", "0:3680/1, 1200:2070/1"),
    "01:00": (
        "0:16/3, 300:12/3, 600:9/3, 900:6/3, 1200:3/3",
        "0:11040/3, 300:8280/3, 600:6210/3, 900:4140/3, 1200:2070/3",
    ),
    "02:00": ("0:10/1, 1200:9/1", "0:2300/1, 1200:2070/1"),
    "03:00": ("0:10/3, 600:9/3, 900:6/3, 1200:3/3", "0:6900/3, 600:6210/3, 900:4140/3, 1200:2070/3"),
}

EXAMPLES = (
    Example("1", [evse(P01, P100)], "c1 18:01 43140 W", "0:2000/1, 1020:11000/3, 25140:6000/3"),
    Example("2a", [evse(GRID, tx=[T02])], "c1 18:04 1080 W", "0:2000/1"),
    Example("2b", [evse(GRID, tx=[T03])], "c1 2024-01-18 18:04 1080 W", "0:19/1"),
    Example(
        "3",
        [evse(tx=[evolve(GRID, charging_profile_purpose=TX), T02])],
        "c1 18:02 1320 W",
        "0:19/1, 120:2000/1, 1200:19/1",
    ),
    Example("4, 1 EVSE", [IDLE], "c0 12:00 600 A", "0:48"),
    Example("4, 2 EVSEs", [IDLE, IDLE], "c0 12:00 600 A", "0:96"),
    Example("4, 2 EVSEs in W", [IDLE, IDLE], "c0 12:00 600 W", "0:66240"),  # 1.8, step 5
    Example("4, c1", [IDLE], "c1 12:00 600 W", "0:33120"),
    Example("5", [evse(A301)], "c0 2024-01-01 12:01:59 3602 A", "0:48, 1:32, 1801:31, 2701:30, 3601:48"),
    Example("6", [IDLE], "c0 08:00 3600 A", "0:24/1, 900:28/1, 1800:30/1, 2700:32/1", [M401], simulate=False),
    Example("7, 1 EVSE", [evse(R303)], "c0 08:00 3600 A", "0:16, 1800:15, 2700:14"),
    Example("7, 2 EVSEs", [evse(R303)] * 2, "c0 08:00 3600 A", "0:32, 1800:30, 2700:28"),
    Example("8, 1 EVSE", [evse(W25)], "c0 08:00 3600 A", "0:18, 300:12, 600:9, 900:6, 1200:3"),
    Example("8, 2 EVSEs", [evse(W25)] * 2, "c0 08:00 3600 A", "0:36, 300:24, 600:18, 900:12, 1200:6"),
    Example("9", [evse(R303)] * 2, "c0 08:01 3600 A", "0:24/1, 840:28/1, 1740:30/1, 2700:28/1", [M401]),
    Example("9b", [evse(R303)], "c0 08:01 3600 A", "0:16/1, 1800:15/1, 2700:14/1", [M401]),
    Example(
        "10",
        [evse(D301), evse(R303)],
        "c0 08:01 3600 A",
        "0:32, 1740:31, 1800:30, 2640:29, 2700:28, 3540:62",
    ),
    *(
        Example(f"11{letter}, {hour}", [evse(W25)], f"c1 {hour} 3600 {unit}", answer, [M24])
        for hour, answers in NIGHT_11.items()
        for letter, unit, answer in zip(("", "w"), "AW", answers, strict=True)
    ),
    Example("12a", [evse(D302), evse(R302)], "c0 08:00 3600 A", "0:32/3, 1800:30/1, 2700:28/3"),
    Example("12b", [evse(R302)], "c1 00:40 3600 A", "0:16/1, 1200:16/3, 1800:15/1, 2700:14/3", [M24]),
    Example("13a, c1", [evse(TR)] * 2, "c1 08:00 600 W", TR_PERIODS),
    Example("13a, c0", [evse(TR)] * 2, "c0 08:00 600 W", "0:2000, 70:14000, 140:0, 210:12000, 280:3000, 350:10000"),
    Example("13b", BUSY_13, "c1 08:03 600 W", "0:0, 30:6000, 100:1500, 170:5000"),
    Example(
        "13c",
        BUSY_13,
        "c0 08:03 600 W",
        "0:1000, 30:7000, 70:13000, 100:8500, 140:1500, 170:5000, 210:11000, 280:6500, 350:10000",
    ),
    Example("14, start is end", [evse(P01)], "c1 18:01 0 W", "0:2000/1"),
    Example("14, start behind end", [evse(P01)], "c1 18:01 -60 W", "0:2000/1"),
    Example(
        "15",
        [EVSE_15],
        "c1 12:00 400 W",
        "0:6900/3, 60:2300/1, 80:4600/1, 120:5520/3, 180:13800/3, 200:17250, 260:5520, 300:33120",
        [MAX_15],
    ),
    Example(
        "15a",
        [EVSE_15],
        "c1 12:00 400 A",
        "0:10/3, 60:10/1, 80:20/1, 120:8/3, 180:20/3, 200:25, 260:8, 300:48",
        [MAX_15],
    ),
    Example("16", [EVSE_16], "c1 12:00 172800 A", "0:10, 10000:22, 20000:6, 86400:10, 96400:22, 106400:6"),
    Example("16w", [EVSE_16W], "c1 12:00 172800 A", "0:10, 10000:22, 20000:6, 86400:20"),
    Example("17", [EVSE_17], "c1 12:00 400 A", "0:8/3, 50:10/3, 200:6/3, 240:10/3, 260:8/3, 300:10/3", [MAX_17]),
    Example("18", [EVSE_18], "c1 12:00 300 A", "0:6, 60:10, 120:8, 260:48"),
    Example(
        "19",
        [EVSE_19],
        "c1 12:00 7200 W",
        "0:2000/1, 300:1800/2, 600:1600/3, 900:1200, 3500:33120,3600:22080/3, 3900:11040/2, 4200:2760/1, 4500:6900",
    ),
    Example(
        "19a",
        [EVSE_19],
        "c1 12:00 7200 A",
        "0:8.69565/1, 300:3.91304/2, 600:2.31884/3, 900:1.73913, 3500:48,3600:32/3, 3900:24/2, 4200:12/1, 4500:10",
    ),
    Example("20, before", [EVSE_20], "c1 2024-01-01 07:55 600 A", "0:48"),
    Example("20, validFrom", [EVSE_20], "c1 2024-01-01 11:55 600 A", "0:48, 300:32"),
    Example("20, evening", [EVSE_20], "c1 2024-01-01 17:55 600 A", "0:32, 300:7"),
    Example("20, next day", [EVSE_20], "c1 2024-01-02 07:55 600 A", "0:7, 300:32"),
    Example("20, validTo", [EVSE_20], "c1 2024-01-05 11:55 600 A", "0:32, 300:48"),
    Example("21", [EVSE_21], "c1 12:00 550 A", "0:7, 100:9, 150:8, 200:10, 400:48"),
    Example("22, c0", EVSES_22, "c0 12:00 700 A", "0:18, 50:24, 100:14, 200:24", [MAX_22]),
    Example("22, c1", EVSES_22, "c1 12:00 900 A", "0:16, 100:14, 200:20, 400:24, 800:48", [MAX_22]),
    Example("22, c2", EVSES_22, "c2 12:00 300 A", "0:10, 100:14, 200:16", [MAX_22]),
    Example("23", [EVSE_23], "c1 12:00 300 A", "0:10/3, 50:6/3, 200:20/3"),
    Example("24", [EVSE_24], "c1 12:00 90 A", "0:32, 6:20, 12:8"),
    Example("25", [IDLE], "c0 12:00 400 A", "0:10, 80:20/2, 160:20/3", [MAX_25]),
    Example("25, in W", [IDLE], "c0 12:00 400 W", "0:6900, 80:9200/2, 160:13800/3", [MAX_25]),
    Example("26", [evse(SIXTEEN_26)], "c1 07:59 720 A", "0:48, 60:16, 360:48"),
    Example("26b", [evse(SIXTEEN_26, TWELVE_26)], "c1 08:00 1200 A", "0:48, 300:12, 600:48"),
    Example("27", [EVSE_27], "c1 12:00 1800 A", "0:48, 300:16, 600:10, 900:48"),
    Example("28", [EVSE_28], "c1 2024-01-10 07:30 10800 A", "0:48, 1800:16, 5400:8, 9000:48"),
    Example("29", [EVSE_29], "c1 12:00 60 A", "0:16/1", [MAX_29]),
    Example("29, in W", [EVSE_29], "c1 12:00 60 W", "0:3680/1", [MAX_29]),
    Example("30", [EVSE_30], "c1 12:00 120 A", "0:0, 60:16/3, 100:20/3"),
    # 31: whoever asks leaves out the purposes that IgnoredProfilePurposesOffline names.
    Example("31, without ChargePointMaxProfile", EVSES_22, "c1 12:00 150 A", "0:16, 100:20"),
    Example("31, without TxDefaultProfile", [IDLE, IDLE], "c1 12:00 150 A", "0:18, 50:24, 100:14", [MAX_22]),
    Example("32", [evse(SIXTEEN_26)], "c1 08:00 60 A", "0:48", simulate=False),
)
