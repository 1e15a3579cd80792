"""UpdateFirmware: when the station is asked, how often, and what comes of a second one.

Proves 5.19, 6.55, 6.56, errata 3.47, 3.48 and 3.63, and where they leave room: one update at a time, the newest request
waits; the charge point waits for retrieveDate itself; a station that fails is told of for it.
"""

import pytest

from ocpp16sm.hardware import AllConnectorsUnavailable, Hardware, UpdateFirmware
from tests.support.firmware import NOON, ONE, PAST, PLACE, asks_for_update, at, says, told, triggered, updating
from tests.support.scene import CoreScene, accepted

NOW = UpdateFirmware(PLACE, at(PAST), None, None)
AT_ONE = UpdateFirmware(PLACE, at(ONE), None, None)
OTHER = "https://files.example/other.bin"


@pytest.fixture
def scene() -> CoreScene:
    """One connector."""
    return updating()


# -- when --------------------------------------------------------------------------------------------------------------


def test_the_station_is_asked_at_once(scene: CoreScene) -> None:
    """5.19: retrieveDate has passed; every field is passed on."""
    asks_for_update(scene, retries=3, retryInterval=60)
    assert scene.orders() == [UpdateFirmware(PLACE, at(PAST), 3, 60)]
    scene.hears_nothing()


@pytest.mark.parametrize("retrieve_date", [PAST, NOON])
def test_what_is_left_out_is_left_to_the_station(scene: CoreScene, retrieve_date: str) -> None:
    """6.55: None means as you like."""
    asks_for_update(scene, retrieve_date)
    assert scene.orders() == [UpdateFirmware(PLACE, at(retrieve_date), None, None)]


def test_negative_numbers_mean_none_at_all(scene: CoreScene) -> None:
    """6.55 says integer; a station need not think about less than nothing."""
    asks_for_update(scene, retries=-1, retryInterval=-5)
    assert scene.orders() == [UpdateFirmware(PLACE, at(PAST), 0, 0)]


def test_the_station_is_not_asked_before_the_time_has_come(scene: CoreScene) -> None:
    """Errata 3.63: from then on it is allowed; 5.19: as soon as possible."""
    asks_for_update(scene, ONE)
    scene.passes(3599.9)
    assert scene.orders() == []
    scene.passes(0.1)
    assert scene.orders() == [AT_ONE]
    scene.passes(7200)
    assert scene.orders() == [], "once"
    scene.hears_nothing()


def test_a_date_years_ahead_is_waited_for(scene: CoreScene) -> None:
    """dateTime has no limit."""
    asks_for_update(scene, "9999-12-31T23:59:59Z")
    scene.passes(30 * 86400)
    assert scene.orders() == []


@pytest.mark.parametrize(("clock", "wait"), [("2026-06-01T12:59:00Z", 60), ("2026-06-01T11:00:00Z", 7200)])
def test_it_is_the_wall_clock_that_counts(scene: CoreScene, clock: str, wait: float) -> None:
    """6.55 says a time of day: a clock that is set, forward or back, moves the wait."""
    asks_for_update(scene, ONE)
    scene.virtual.set_wall_clock(at(clock))
    scene.asks("ClearCache")  # whatever happens next
    scene.passes(wait - 0.1)
    assert scene.orders() == []
    scene.passes(0.1)
    assert scene.orders() == [AT_ONE]


def test_a_clock_that_is_set_past_the_date_is_enough(scene: CoreScene) -> None:
    """4.2: a charge point without a clock of its own learns the time from BootNotification.conf."""
    asks_for_update(scene, ONE)
    scene.virtual.set_wall_clock(at("2026-06-01T14:00:00Z"))
    scene.asks("ClearCache")
    assert scene.orders() == [AT_ONE]


def test_the_date_comes_without_a_connection(scene: CoreScene) -> None:
    """5.19: the file need not come from the Central System."""
    asks_for_update(scene, ONE)
    scene.loses_network()
    scene.passes(3600)
    assert scene.orders() == [AT_ONE]


def test_a_note_for_the_charge_point_is_not_part_of_the_location(scene: CoreScene) -> None:
    """station.md, Files: the fragment is cut off."""
    asks_for_update(scene, location=f"{PLACE}#disable_connectors_during_install=false")
    assert scene.orders() == [NOW]


@pytest.mark.parametrize(
    "fragment",
    ["", "?a=b#c", "#v2", "#disable_connectors_during_install=true", "#disable_connectors_during_install=false-ish"],
)
def test_any_other_location_is_passed_on_as_it_is(scene: CoreScene, fragment: str) -> None:
    """6.55: anyURI."""
    asks_for_update(scene, location=PLACE + fragment)
    assert scene.orders() == [UpdateFirmware(PLACE + fragment, at(PAST), None, None)]


# -- stations that fail ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", [True, False], ids=["raises", "has no such method"])
def test_a_station_that_cannot_is_told_of_as_a_download_that_failed(broken: bool) -> None:
    """4.5, errata 3.47: the answer cannot say no, so this must; no attempt is left."""
    scene = updating(broken=True) if broken else accepted(hardware=Hardware())
    scene.orders()
    asks_for_update(scene, retries=5)
    assert told(scene) == ["DownloadFailed"]
    assert triggered(scene) == {"status": "Idle"}
    scene.restarts()
    assert told(scene) == []
    assert UpdateFirmware(PLACE, at(PAST), 5, None) not in scene.orders()[1:]


@pytest.mark.parametrize(
    ("statuses", "end"),
    [
        ([], "DownloadFailed"),
        (["Downloading"], "DownloadFailed"),
        (["Downloading", "Downloaded"], "InstallationFailed"),
        (["Downloading", "Downloaded", "Installing"], "InstallationFailed"),
        (["Downloading", "DownloadFailed"], None),
        (["Downloading", "Downloaded", "Installing", "Installed"], None),
    ],
)
def test_a_station_that_fails_on_the_way_has_failed(scene: CoreScene, statuses: list[str], end: str | None) -> None:
    """Errata 3.47: whoever performs the whole update in the method that is asked cannot leave its end untold."""
    scene.virtual.hardware_s = 10.0
    scene.virtual.hardware.broken = True  # type: ignore[attr-defined]  # it is ours
    asks_for_update(scene, retries=3)
    says(scene, *statuses)
    assert told(scene) == statuses
    scene.passes(10)
    assert told(scene) == ([end] if end else [])
    assert triggered(scene) == {"status": "Idle"}


@pytest.mark.parametrize("location", [PLACE, OTHER])
def test_a_failure_of_an_update_that_is_over_is_no_matter(scene: CoreScene, location: str) -> None:
    """The next one goes on."""
    scene.virtual.hardware_s = 10.0
    scene.virtual.hardware.broken = True  # type: ignore[attr-defined]  # it is ours
    asks_for_update(scene)
    says(scene, "Downloading", "DownloadFailed")
    scene.virtual.hardware.broken = False  # type: ignore[attr-defined]  # it is ours
    asks_for_update(scene, location=location)
    says(scene, "Downloading")
    scene.hears_all()
    scene.passes(20)
    scene.hears_nothing()
    assert triggered(scene) == {"status": "Downloading"}


# -- retries -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_a_download_is_tried_as_often_as_it_is_to_be(scene: CoreScene, retries: int) -> None:
    """profiles.md 5.1: (Downloading, DownloadFailed) x (retries + 1); then nothing is left to be done."""
    asks_for_update(scene, retries=retries)
    scene.orders()
    asks_for_update(scene, location=OTHER)
    for attempt in range(retries + 1):
        assert scene.orders() == [], f"attempt {attempt}: the first update is still under way"
        says(scene, "Downloading", "DownloadFailed")
        assert told(scene) == ["Downloading", "DownloadFailed"]
    assert scene.orders() == [UpdateFirmware(OTHER, at(PAST), None, None)]


def test_without_a_number_of_retries_the_first_failure_counts(scene: CoreScene) -> None:
    """6.55: the charge point decides. A station that tries again all the same is told of."""
    asks_for_update(scene)
    says(scene, "Downloading", "DownloadFailed", "Downloading", "Downloaded")
    assert told(scene) == ["Downloading", "DownloadFailed", "Downloading", "Downloaded"]


# -- another request ---------------------------------------------------------------------------------------------------

UNDER_WAY = [
    [],
    ["Downloading"],
    ["Downloading", "DownloadPaused"],
    ["Downloading", "DownloadFailed"],
    ["Downloading", "Downloaded"],
    ["Downloading", "Downloaded", "Installing"],
    ["Downloading", "Downloaded", "Installing", "InstallRebooting"],
]


@pytest.mark.parametrize("statuses", UNDER_WAY, ids=lambda statuses: statuses[-1] if statuses else "asked")
@pytest.mark.parametrize("end", ["Installed", "InstallationFailed"])
def test_a_second_update_waits_until_the_first_is_over(scene: CoreScene, statuses: list[str], end: str) -> None:
    """5.19 says as soon as possible after retrieveDate, and there is no status to refuse it with."""
    asks_for_update(scene, retries=1)
    says(scene, *statuses)
    scene.orders()
    asks_for_update(scene, location="https://files.example/forgotten.bin")
    asks_for_update(scene, location=OTHER)
    assert scene.orders(UpdateFirmware) == []
    told(scene)
    says(scene, end)
    assert told(scene) == [end]
    assert scene.orders(UpdateFirmware) == [UpdateFirmware(OTHER, at(PAST), None, None)], "the newest counts"
    says(scene, "Downloading")
    assert told(scene) == ["Downloading"]


def test_a_second_update_that_is_not_due_waits_for_its_own_time(scene: CoreScene) -> None:
    """Errata 3.63."""
    asks_for_update(scene)
    asks_for_update(scene, ONE, location=OTHER)
    says(scene, "Downloading", "DownloadFailed")
    assert scene.orders() == [NOW]
    scene.passes(3600)
    assert scene.orders() == [UpdateFirmware(OTHER, at(ONE), None, None)]


@pytest.mark.parametrize("retrieve_date", [PAST, "2026-06-01T12:30:00Z"])
def test_an_update_that_has_not_begun_is_replaced(scene: CoreScene, retrieve_date: str) -> None:
    """5.19: what the Central System said last counts."""
    asks_for_update(scene, ONE)
    asks_for_update(scene, retrieve_date, location=OTHER)
    scene.passes(7200)
    assert scene.orders() == [UpdateFirmware(OTHER, at(retrieve_date), None, None)]


def test_after_an_update_another_one_can_be_asked_for(scene: CoreScene) -> None:
    """5.19: as often as it likes."""
    for end in ("Installed", "InstallationFailed", "DownloadFailed", "Installed"):
        asks_for_update(scene)
        assert scene.orders(UpdateFirmware) == [NOW]
        says(scene, "Downloading", end)
        assert told(scene) == ["Downloading", end]


def test_a_signed_update_in_between_does_not_make_it_forgotten(scene: CoreScene) -> None:
    """L01.FR.20 keeps the two apart; a station that has both does one after the other."""
    asks_for_update(scene, ONE)
    says(scene, "Downloading", request_id=9)
    scene.passes(3600)
    assert scene.orders() == []
    says(scene, "Downloaded", "SignatureVerified", request_id=9)
    assert scene.orders(AllConnectorsUnavailable, UpdateFirmware) == []
    says(scene, "Installed", request_id=9)
    assert scene.orders(UpdateFirmware) == [AT_ONE]
